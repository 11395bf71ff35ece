//! The registry: what the manifests under `modules/` say about themselves.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use serde::{Deserialize, Serialize};

use crate::error::{OrProblem, problem};

/// Everything that is registered.
pub(crate) struct Registry {
    /// The repository's root.
    pub(crate) root: PathBuf,
    /// All module crates, by name.
    pub(crate) modules: Vec<Module>,
}

/// One crate under `modules/`.
#[derive(Clone, Debug)]
pub(crate) struct Module {
    /// The crate's name, which is the folder's name, too.
    pub(crate) name: String,
    /// Its `[package.metadata.corten]`.
    pub(crate) entry: Entry,
}

/// A `[package.metadata.corten]` table.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Entry {
    /// The Python modules that it provides.
    pub(crate) modules: Vec<String>,
    /// The versions of Python that it serves.
    pub(crate) python: Versions,
    /// The C files that it stands for.
    #[serde(default)]
    pub(crate) replaces: Vec<String>,
    /// How many lines these have in CPython 3.13.
    #[serde(default)]
    pub(crate) c_lines: u64,
    /// CPython's test files that exercise it.
    #[serde(default)]
    pub(crate) tests: Vec<String>,
    /// More of these, run by `corten test --full` only.
    #[serde(default)]
    pub(crate) full_tests: Vec<String>,
    /// The special-purpose packages that its benchmarks are compared with, each pinned: `orjson==3.13.0`.
    #[serde(default)]
    pub(crate) packages: Vec<String>,
    /// Why it is in Rust.
    pub(crate) reason: String,
    /// Whether it is part of what users install.
    #[serde(default = "installed")]
    pub(crate) install: bool,
}

/// A range of Python versions: `>=3.11` or `>=3.11,<3.14`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct Versions {
    /// The first version.
    pub(crate) first: Version,
    /// The first version after the range.
    pub(crate) end: Option<Version>,
}

/// A version of Python: major and minor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version(pub(crate) u8, pub(crate) u8);

impl Registry {
    /// A module's Python files of one kind: `bench/bench_*.py`, `fuzz/fuzz_*.py`.
    pub(crate) fn scripts(&self, module: &Module, kind: &str) -> Vec<PathBuf> {
        let folder = self.root.join(module.folder()).join(kind);
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
        files.retain(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with(&format!("{kind}_")) && name.ends_with(".py")
        });
        files.sort();
        files
    }

    /// Reads the manifests of the repository that the program was built from or is run in.
    pub(crate) fn load() -> Result<Self> {
        let root = find_root()?;
        let folder = root.join("modules");
        let mut modules = Vec::new();
        let entries = fs::read_dir(&folder).or_problem(
            format!("{} can't be read", folder.display()),
            "run corten in a complete clone of the repository",
        )?;
        for entry in entries.flatten() {
            let manifest = entry.path().join("Cargo.toml");
            if manifest.is_file() {
                modules.push(Module::read(&manifest)?);
            }
        }
        modules.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Self { root, modules })
    }

    /// The modules that users install.
    pub(crate) fn installed(&self) -> impl Iterator<Item = &Module> {
        self.modules.iter().filter(|module| module.entry.install)
    }

    /// Whether an installed module provides the Python module of this name.
    pub(crate) fn provides(&self, name: &str) -> bool {
        self.installed().any(|module| module.provides(name))
    }

    /// The installed modules of these names; all when none is named.
    pub(crate) fn select(&self, names: &[String]) -> Result<Vec<Module>> {
        let known: Vec<&Module> = self.installed().collect();
        let provides =
            |module: &Module, name: &String| module.name == *name || module.provides(name);
        if let Some(unknown) = names
            .iter()
            .find(|name| !known.iter().any(|module| provides(module, name)))
        {
            let known: Vec<&str> = known.iter().map(|module| module.name.as_str()).collect();
            return Err(problem(
                format!("there is no module '{unknown}'"),
                format!("name one of {}", known.join(", ")),
            ));
        }
        let wanted =
            |module: &&Module| names.is_empty() || names.iter().any(|name| provides(module, name));
        Ok(known.into_iter().filter(wanted).cloned().collect())
    }

    /// Where builds and environments are kept.
    pub(crate) fn target(&self) -> PathBuf {
        let target =
            std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
        self.root.join(target)
    }
}

impl Module {
    fn read(path: &Path) -> Result<Self> {
        let next = "compare its [package.metadata.corten] with those of the other modules; docs/porting.md explains it";
        let fault = || format!("{} is not a module's manifest", path.display());
        let text = fs::read_to_string(path).or_problem(fault(), next)?;
        Self::parse(&text).or_problem(fault(), next)
    }

    fn parse(text: &str) -> Result<Self> {
        #[derive(Deserialize)]
        struct Manifest {
            package: Package,
        }
        #[derive(Deserialize)]
        struct Package {
            name: String,
            metadata: Metadata,
        }
        #[derive(Deserialize)]
        struct Metadata {
            corten: Entry,
        }
        let Package { name, metadata } = toml::from_str::<Manifest>(text)?.package;
        Ok(Self {
            name,
            entry: metadata.corten,
        })
    }

    /// Whether it provides the Python module of this name.
    pub(crate) fn provides(&self, name: &str) -> bool {
        self.entry.modules.iter().any(|provided| provided == name)
    }

    /// The module's folder, seen from the root.
    pub(crate) fn folder(&self) -> String {
        format!("modules/{}", self.name)
    }
}

impl Versions {
    /// Whether the version lies in the range.
    pub(crate) fn contains(self, version: Version) -> bool {
        self.first <= version && self.end.is_none_or(|end| version < end)
    }
}

impl TryFrom<String> for Versions {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || {
            format!("'{text}' is not a range of versions such as \">=3.11\" or \">=3.11,<3.14\"")
        };
        let (first, end) = match text.split_once(',') {
            Some((first, end)) => (first, Some(end.trim().strip_prefix('<').ok_or_else(wrong)?)),
            None => (text.as_str(), None),
        };
        let first = first
            .trim()
            .strip_prefix(">=")
            .and_then(Version::parse)
            .ok_or_else(wrong)?;
        let end = end
            .map(|end| Version::parse(end).ok_or_else(wrong))
            .transpose()?;
        Ok(Self { first, end })
    }
}

impl From<Versions> for String {
    fn from(versions: Versions) -> Self {
        versions.to_string()
    }
}

impl std::fmt::Display for Versions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, ">={}", self.first)?;
        self.end.map_or(Ok(()), |end| write!(f, ",<{end}"))
    }
}

impl Version {
    fn parse(text: &str) -> Option<Self> {
        let (major, minor) = text.trim().split_once('.')?;
        Some(Self(major.parse().ok()?, minor.parse().ok()?))
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.0, self.1)
    }
}

fn installed() -> bool {
    true
}

fn find_root() -> Result<PathBuf> {
    let is_root = |folder: &&Path| folder.join("crates/corten-cli/Cargo.toml").is_file();
    let current = std::env::current_dir().unwrap_or_default();
    current
        .ancestors()
        .chain(Path::new(env!("CARGO_MANIFEST_DIR")).ancestors())
        .find(is_root)
        .map_or_else(
            || {
                Err(problem(
                    "this is not Corten's repository",
                    "change into a clone of the repository and run it again",
                ))
            },
            |root| Ok(root.to_path_buf()),
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = r#"
        [package]
        name = "zlib"
        version.workspace = true

        [package.metadata.corten]
        modules = ["zlib"]
        python = ">=3.11, <3.14"
        replaces = ["Modules/zlibmodule.c"]
        c-lines = 2108
        tests = ["test_zlib"]
        reason = "text"
    "#;

    #[test]
    fn a_manifest_is_read() {
        let module = Module::parse(MANIFEST).unwrap();
        assert_eq!(module.name, "zlib");
        assert_eq!(module.entry.c_lines, 2108);
        assert!(module.entry.install);
        assert_eq!(module.entry.python.to_string(), ">=3.11,<3.14");
    }

    #[test]
    fn a_misspelt_key_is_an_error() {
        let error = Module::parse(&MANIFEST.replace("c-lines", "lines")).unwrap_err();
        assert!(error.to_string().contains("lines"), "{error}");
    }

    #[test]
    fn ranges_of_versions() {
        let parse = |text: &str| Versions::try_from(text.to_owned());
        let range = parse(">=3.11,<3.14").unwrap();
        assert!(!range.contains(Version(3, 10)) && range.contains(Version(3, 11)));
        assert!(range.contains(Version(3, 13)) && !range.contains(Version(3, 14)));
        assert!(parse(">=3.11").unwrap().contains(Version(3, 15)));
        for wrong in ["", "3.11", ">3.11", ">=3", ">=3.11,3.12", ">=3.11,<"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
