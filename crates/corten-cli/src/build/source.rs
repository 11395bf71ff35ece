//! CPython's source: a release that is fetched, a tarball, or a folder.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::fetch;
use crate::error::{OrProblem, problem};
use crate::process::{self, Step};
use crate::registry::Version;
use crate::style;

/// The oldest CPython that can be built with Rust inside.
const OLDEST: Version = Version(3, 13);

/// An unpacked source tree that nothing but Corten's builds uses, and that they leave as it is.
pub(super) struct Source {
    /// The tree's root.
    pub(super) folder: PathBuf,
    /// The release, such as `3.14.7`.
    pub(super) release: String,
    /// Its feature version, such as `3.14`.
    pub(super) version: Version,
    /// The tarball's SHA-256 in hexadecimal; none if the source came as a folder.
    pub(super) sha256: Option<String>,
}

/// A release of CPython whose tarball is pinned.
#[derive(Deserialize)]
pub(super) struct Release {
    /// `3.14.7`
    pub(super) version: String,
    /// SHA-256 of the tarball in hexadecimal.
    pub(super) sha256: String,
}

impl Source {
    /// The newest pinned release that can be had, of the series or version that `wanted` names.
    pub(super) fn fetched(wanted: Option<&str>, cache: &Path) -> Result<Self> {
        let releases = Release::all();
        let candidates: Vec<&Release> = releases
            .iter()
            .filter(|release| wanted.is_none_or(|wanted| release.is(wanted)))
            .collect();
        for (i, release) in candidates.iter().enumerate() {
            match fetch::tarball(release, &cache.join("downloads")) {
                Ok(tarball) => return Self::unpacked(&tarball, release.sha256.clone(), cache),
                Err(error) if i + 1 == candidates.len() => return Err(error),
                Err(error) => anstream::eprintln!(
                    "{}CPython {} can't be had ({error:#}): trying an older one{:#}",
                    style::NOTE,
                    release.version,
                    style::NOTE
                ),
            }
        }
        let known: Vec<&str> = releases.iter().map(|r| r.version.as_str()).collect();
        Err(problem(
            format!("no CPython {} is pinned", wanted.unwrap_or_default()),
            format!(
                "name one of {}, or give its source: --source DIR or TARBALL",
                known.join(", ")
            ),
        ))
    }

    /// What the user gave: a tarball or a folder.
    pub(super) fn given(path: &Path, cache: &Path) -> Result<Self> {
        if path.is_dir() {
            Self::copied(path, cache)
        } else {
            Self::unpacked(path, sha256_of(path)?, cache)
        }
    }

    fn unpacked(tarball: &Path, sha256: String, cache: &Path) -> Result<Self> {
        let folder = cache.join("sources").join(&sha256[..16]);
        if !folder.is_dir() {
            unpack(tarball, &folder)?;
        }
        Self::of(folder, Some(sha256))
    }

    /// A copy of a folder: building writes byte code beside the sources that it runs.
    fn copied(path: &Path, cache: &Path) -> Result<Self> {
        let next = "name the root of an unpacked CPython source tree: --source DIR";
        let path =
            fs::canonicalize(path).or_problem(format!("{} can't be read", path.display()), next)?;
        read_release(&path)?;
        if path.join("Programs/python.o").exists() || path.join("Makefile").exists() {
            return Err(problem(
                format!("{} has been built in", path.display()),
                "run `make distclean` in it, or give the tarball instead: the build wants released sources",
            ));
        }
        let name = hex(&Sha256::digest(path.as_os_str().as_encoded_bytes()));
        let folder = cache.join("sources").join(&name[..16]);
        let step = Step::new(format!("copying {}", path.display()));
        copy_newer(&path, &folder).or_problem(
            format!("{} can't be copied to {}", path.display(), folder.display()),
            "make room there, or move Cargo's target folder: CARGO_TARGET_DIR",
        )?;
        step.done("");
        Self::of(folder, None)
    }

    fn of(folder: PathBuf, sha256: Option<String>) -> Result<Self> {
        let (release, version) = read_release(&folder)?;
        if version < OLDEST {
            return Err(problem(
                format!("this is the source of CPython {release}"),
                format!(
                    "take {OLDEST} or newer; older ones are served by the overlay: cargo corten install"
                ),
            ));
        }
        Ok(Self {
            folder,
            release,
            version,
            sha256,
        })
    }
}

impl Release {
    /// All that are pinned, newest first.
    fn all() -> Vec<Self> {
        #[derive(Deserialize)]
        struct Releases {
            release: Vec<Release>,
        }
        toml::from_str::<Releases>(include_str!("../../data/releases.toml"))
            .expect("a test reads this file")
            .release
    }

    /// Whether `3.14` or `3.14.7` means this release.
    fn is(&self, wanted: &str) -> bool {
        self.version
            .strip_prefix(wanted)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }

    /// Its feature version, such as `3.14`.
    pub(super) fn series(&self) -> &str {
        self.version
            .rsplit_once('.')
            .map_or(&self.version, |(series, _)| series)
    }
}

/// The SHA-256 of a file in hexadecimal.
pub(super) fn sha256_of(path: &Path) -> Result<String> {
    let hash = || -> io::Result<String> {
        let (mut file, mut hasher) = (File::open(path)?, Sha256::new());
        let mut piece = vec![0; 1 << 16];
        loop {
            match file.read(&mut piece)? {
                0 => return Ok(hex(&hasher.finalize())),
                read => hasher.update(&piece[..read]),
            }
        }
    };
    hash().or_problem(
        format!("{} can't be read", path.display()),
        "name a readable file or folder",
    )
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Unpacks a tarball with one folder in it; `folder` appears only when all of it is there.
fn unpack(tarball: &Path, folder: &Path) -> Result<()> {
    let step = Step::new(format!("unpacking {}", tarball.display()));
    let partial = folder.with_extension("partial");
    let _ = fs::remove_dir_all(&partial);
    let unpacked = unpack_into(&partial, tarball, &step).and_then(|()| {
        fs::rename(&partial, folder).or_problem(
            format!("{} can't be written", folder.display()),
            "make Cargo's target folder writable",
        )
    });
    if unpacked.is_ok() {
        step.done("");
    } else {
        let _ = fs::remove_dir_all(&partial);
    }
    unpacked
}

fn unpack_into(folder: &Path, tarball: &Path, step: &Step) -> Result<()> {
    fs::create_dir_all(folder).or_problem(
        format!("{} can't be made", folder.display()),
        "make room there, or move Cargo's target folder: CARGO_TARGET_DIR",
    )?;
    let mut tar = Command::new("tar");
    tar.arg("-xf").arg(tarball).arg("-C").arg(folder);
    tar.arg("--strip-components=1");
    let next = "name a tarball of CPython's source; unpacking needs the programs tar and xz, and 400 MB of room";
    process::must_run(tar, step, next)?;
    read_release(folder).map(|_| ())
}

/// What `Include/patchlevel.h` says: the release, and its feature version.
fn read_release(folder: &Path) -> Result<(String, Version)> {
    let next = "name the root of an unpacked CPython source tree, or a tarball of one";
    let fault = || format!("{} is no source tree of CPython", folder.display());
    let text = fs::read_to_string(folder.join("Include/patchlevel.h")).or_problem(fault(), next)?;
    parse_patchlevel(&text).ok_or_else(|| problem(fault(), next))
}

fn parse_patchlevel(text: &str) -> Option<(String, Version)> {
    let define = |name: &str| {
        text.lines().find_map(|line| {
            let mut words = line.strip_prefix("#define")?.split_whitespace();
            (words.next()? == name).then(|| words.next())?
        })
    };
    let major = define("PY_MAJOR_VERSION")?.parse().ok()?;
    let minor = define("PY_MINOR_VERSION")?.parse().ok()?;
    let release = define("PY_VERSION")?.trim_matches('"').to_owned();
    Some((release, Version(major, minor)))
}

/// Copies the files of a folder that are new or changed since they were copied before.
fn copy_newer(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        let kind = entry.file_type()?;
        if kind.is_dir() {
            if entry.file_name() != ".git" {
                copy_newer(&entry.path(), &target)?;
            }
        } else if !is_same(&entry.path(), &target) {
            fs::copy(entry.path(), &target)?;
            let modified = fs::metadata(entry.path())?.modified()?;
            File::options()
                .append(true)
                .open(&target)?
                .set_modified(modified)?;
        }
    }
    Ok(())
}

/// Whether two files agree in size and time of change.
fn is_same(one: &Path, other: &Path) -> bool {
    let facts = |path| {
        fs::metadata(path)
            .ok()
            .map(|data| (data.len(), data.modified().ok()))
    };
    facts(one).is_some_and(|found| Some(found) == facts(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_are_pinned_newest_first() {
        let releases = Release::all();
        assert!(releases.iter().all(|release| release.sha256.len() == 64));
        let key = |release: &Release| -> Vec<u32> {
            let parts = release.version.split('.').map(str::parse);
            parts.collect::<std::result::Result<_, _>>().unwrap()
        };
        assert!(releases.is_sorted_by(|a, b| key(a) > key(b)));
    }

    #[test]
    fn a_series_means_its_releases_only() {
        let release = Release {
            version: "3.14.7".into(),
            sha256: String::new(),
        };
        assert!(release.is("3.14") && release.is("3.14.7") && release.is("3"));
        assert!(!release.is("3.1") && !release.is("3.14.70") && !release.is("3.13"));
        assert_eq!(release.series(), "3.14");
    }

    #[test]
    fn the_header_tells_the_release() {
        let header = "#define PY_MAJOR_VERSION 3\n#define PY_MINOR_VERSION 15\n#define PY_VERSION   \"3.15.0a2\"\n";
        let expected = ("3.15.0a2".to_owned(), Version(3, 15));
        assert_eq!(parse_patchlevel(header), Some(expected));
        assert_eq!(parse_patchlevel("#define PY_VERSION \"3.15.0\"\n"), None);
    }
}
