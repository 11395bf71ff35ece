//! Fetching a release's tarball: from its authors, else from the mirror that this machine's packages come from.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Result;

use super::machine::works;
use super::source::{Release, sha256_of};
use crate::error::{OrProblem, problem};
use crate::process::{self, Step};

const OFFLINE: &str = "fetch the tarball elsewhere and name it: --source Python-3.x.y.tar.xz; or see what blocks the network";

/// The tarball of a release in `folder`, fetched if it isn't there yet, with the SHA-256 that is pinned.
pub(super) fn tarball(release: &Release, folder: &Path) -> Result<PathBuf> {
    let path = folder.join(format!("Python-{}.tar.xz", release.version));
    if path.exists() {
        verify(&path, release)?;
        return Ok(path);
    }
    fs::create_dir_all(folder).or_problem(
        format!("{} can't be made", folder.display()),
        "make Cargo's target folder writable",
    )?;
    let step = Step::new(format!("fetching CPython {}", release.version));
    let mut faults = Vec::new();
    for address in addresses(release) {
        step.show(&address);
        match download(&address, &path, release, &step) {
            Ok(()) => {
                step.done(&format!("from {address}"));
                return Ok(path);
            }
            Err(error) => faults.push(format!("{address}: {error}")),
        }
    }
    let what = format!(
        "CPython {} could not be fetched:\n{}",
        release.version,
        faults.join("\n")
    );
    Err(problem(what, OFFLINE))
}

fn verify(path: &Path, release: &Release) -> Result<()> {
    let found = sha256_of(path)?;
    if found == release.sha256 {
        return Ok(());
    }
    Err(problem(
        format!(
            "{} is not CPython {}: its SHA-256 is {found}, not {}",
            path.display(),
            release.version,
            release.sha256
        ),
        "remove it and run the command again; if it happens again, someone between you and the source changes files",
    ))
}

/// Where the tarball may be found.
fn addresses(release: &Release) -> Vec<String> {
    let Release { version, .. } = release;
    let authors = format!("https://www.python.org/ftp/python/{version}/Python-{version}.tar.xz");
    let package = format!("python{}", release.series());
    let mirrored = mirrors()
        .into_iter()
        .map(|site| format!("{site}/pool/main/p/{package}/{package}_{version}.orig.tar.xz"));
    std::iter::once(authors).chain(mirrored).collect()
}

/// The archives that apt is configured for; none on other systems.
fn mirrors() -> BTreeSet<String> {
    let output = Command::new("apt-get")
        .args([
            "indextargets",
            "--format",
            "$(REPO_URI)",
            "Identifier: Packages",
        ])
        .stderr(Stdio::null())
        .output();
    let listed = output.map_or_else(|_| Vec::new(), |output| output.stdout);
    String::from_utf8_lossy(&listed)
        .lines()
        .map(|site| site.trim_end_matches('/').to_owned())
        .filter(|site| site.starts_with("http"))
        .collect()
}

/// Downloads a file, from where an earlier try ended; it gets its name when it is whole and right.
fn download(address: &str, path: &Path, release: &Release, step: &Step) -> Result<()> {
    let partial = path.with_extension("partial");
    if verify(&partial, release).is_err() {
        let finished = process::run(downloader(address, &partial)?, step)?;
        if !finished.status.success() {
            return Err(problem(process::tail(&finished.output, 1), OFFLINE));
        }
    }
    let right = verify(&partial, release).and_then(|()| {
        fs::rename(&partial, path).or_problem(
            format!("{} can't be written", path.display()),
            "make Cargo's target folder writable",
        )
    });
    if right.is_err() {
        // A wrong file must not be the beginning of the next try.
        let _ = fs::remove_file(&partial);
    }
    right
}

/// The program that fetches: curl or wget, which know the machine's proxies and certificates.
fn downloader(address: &str, file: &Path) -> Result<Command> {
    let exists = |name: &str| works(Command::new(name).arg("--version"));
    if exists("curl") {
        let mut curl = Command::new("curl");
        curl.args([
            "--fail",
            "--location",
            "--silent",
            "--show-error",
            "--connect-timeout",
            "15",
        ])
        .args([
            "--speed-limit",
            "1000",
            "--speed-time",
            "60",
            "--continue-at",
            "-",
        ])
        .arg("--output")
        .arg(file)
        .arg(address);
        return Ok(curl);
    }
    if exists("wget") {
        let mut wget = Command::new("wget");
        wget.args(["--no-verbose", "--timeout=30", "--tries=2", "--continue"])
            .arg("--output-document")
            .arg(file)
            .arg(address);
        return Ok(wget);
    }
    Err(problem(
        "there is neither curl nor wget here",
        "install one of them, or name a tarball: --source",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_authors_come_first() {
        let release = Release {
            version: "3.14.7".into(),
            sha256: String::new(),
        };
        let first = "https://www.python.org/ftp/python/3.14.7/Python-3.14.7.tar.xz";
        assert_eq!(addresses(&release)[0], first);
    }

    #[test]
    fn a_file_with_another_hash_is_refused() {
        let path = std::env::temp_dir().join(format!("corten-hash-{}", std::process::id()));
        fs::write(&path, b"abc").unwrap();
        let release = |sha256: &str| Release {
            version: "3.14.7".into(),
            sha256: sha256.into(),
        };
        // FIPS 180-2, appendix B.1.
        let right = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert!(verify(&path, &release(right)).is_ok());
        let error = verify(&path, &release(&right.replace('b', "c"))).unwrap_err();
        assert!(error.to_string().contains(right), "{error}");
        fs::remove_file(&path).unwrap();
    }
}
