//! Finding Python interpreters.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Result, anyhow};
use serde::Deserialize;

use crate::error::{OrProblem, problem};
use crate::registry::Version;

/// The oldest Python that Corten serves.
const OLDEST: Version = Version(3, 11);

/// The oldest free-threaded Python that Corten serves.
pub(crate) const OLDEST_FREE_THREADED: Version = Version(3, 14);

/// A Python interpreter on this machine.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Interpreter {
    /// The executable as it was named.
    pub(crate) executable: PathBuf,
    /// The executable behind a virtual environment; the same one where there is none.
    pub(crate) base: PathBuf,
    implementation: String,
    version: String,
    major: u8,
    minor: u8,
    pub(crate) free_threaded: bool,
    pub(crate) debug: bool,
    /// Whether CPython's own tests are installed with it.
    pub(crate) has_tests: bool,
    /// The modules that `corten build` made it with in Rust; none in any other interpreter.
    #[serde(default)]
    pub(crate) rust_modules: Vec<String>,
}

/// What was found: interpreters to use, and those that were left out, by the reason.
#[derive(Default)]
pub(crate) struct Found {
    pub(crate) interpreters: Vec<Interpreter>,
    pub(crate) skipped: BTreeMap<String, Vec<String>>,
}

impl Interpreter {
    /// Asks an interpreter about itself.
    pub(crate) fn probe(program: &Path) -> Result<Self> {
        let output = Command::new(program)
            .args(["-I", "-c", PROBE])
            .stdin(Stdio::null())
            .output()?;
        if !output.status.success() {
            return Err(anyhow!(
                "{}",
                String::from_utf8_lossy(&output.stderr).trim()
            ));
        }
        Ok(serde_json::from_slice(&output.stdout)?)
    }

    /// Major and minor version.
    pub(crate) fn version(&self) -> Version {
        Version(self.major, self.minor)
    }

    /// The whole version: `3.13.0`.
    pub(crate) fn release(&self) -> &str {
        &self.version
    }

    /// The version without the last number: `3.13`, `3.14t`.
    pub(crate) fn series(&self) -> String {
        let flags = [(self.free_threaded, "t")];
        format!("{}{}", self.version(), texts_of(flags).concat())
    }

    /// The version as folders are named by it: `3.13.0`, `3.14.0t`.
    pub(crate) fn label(&self) -> String {
        let flags = [(self.free_threaded, "t"), (self.debug, "d")];
        format!("{}{}", self.version, texts_of(flags).concat())
    }

    /// Whether Rust modules are built in.
    pub(crate) fn is_build(&self) -> bool {
        !self.rust_modules.is_empty()
    }

    /// Why Corten can't serve it, if so.
    fn objection(&self) -> Option<String> {
        if self.implementation != "cpython" {
            return Some(format!("{}, not CPython", self.implementation));
        }
        if self.free_threaded && self.version() < OLDEST_FREE_THREADED {
            return Some(format!(
                "free-threaded, and older than {OLDEST_FREE_THREADED}"
            ));
        }
        (self.version() < OLDEST).then(|| format!("older than {OLDEST}"))
    }
}

/// The texts of the flags that are set.
pub(crate) fn texts_of<const N: usize>(flags: [(bool, &'static str); N]) -> Vec<&'static str> {
    let set = flags.into_iter().filter(|(is_set, _)| *is_set);
    set.map(|(_, text)| text).collect()
}

impl fmt::Display for Interpreter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Python {} ({})", self.label(), self.base.display())
    }
}

/// The interpreter to use: the named one, or the `python3` on the PATH, or the newest that can be found.
///
/// `named` is a path, a program's name, or a version such as `3.12`.
pub(crate) fn choose(named: Option<&str>) -> Result<Interpreter> {
    match named {
        Some(name) => by_name(name),
        None => match on_path("python3").map(|program| Interpreter::probe(&program)) {
            Some(Ok(python)) if python.objection().is_none() => Ok(python),
            _ => newest(),
        },
    }
}

/// The interpreters to use: the named ones, or all that can be found.
pub(crate) fn choose_all(named: &[String]) -> Result<Found> {
    if named.is_empty() {
        return Ok(find_all());
    }
    let interpreters = named
        .iter()
        .map(|name| by_name(name))
        .collect::<Result<_>>()?;
    Ok(Found {
        interpreters,
        ..Found::default()
    })
}

fn by_name(name: &str) -> Result<Interpreter> {
    let next = "name an interpreter of CPython 3.11 or newer by its path, its name or its version: --python 3.13";
    let is_version = name.starts_with(|c: char| c.is_ascii_digit());
    if is_version {
        let matches = |python: &Interpreter| {
            let rest = python.label().strip_prefix(name).map(str::to_owned);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let found = find_all().interpreters.into_iter().rfind(matches);
        return found.ok_or_else(|| problem(format!("there is no Python {name} here"), next));
    }
    let path = if name.contains(std::path::MAIN_SEPARATOR) {
        Some(PathBuf::from(name))
    } else {
        on_path(name)
    };
    let path =
        path.ok_or_else(|| problem(format!("there is no program '{name}' on the PATH"), next))?;
    let python =
        Interpreter::probe(&path).or_problem(format!("{name} is no Python that works"), next)?;
    match python.objection() {
        Some(objection) => Err(problem(format!("{name} is {objection}"), next)),
        None => Ok(python),
    }
}

fn newest() -> Result<Interpreter> {
    find_all()
        .interpreters
        .into_iter()
        .next_back()
        .ok_or_else(|| {
            problem(
                format!("no CPython {OLDEST} or newer was found"),
                format!("install one, or name it: --python /path/to/python{OLDEST}"),
            )
        })
}

/// All interpreters on the PATH and under pyenv, oldest first.
fn find_all() -> Found {
    let names = (OLDEST.1..=15)
        .map(|minor| format!("python3.{minor}"))
        .chain(["python3".into(), "python3.14t".into()]);
    let candidates: Vec<PathBuf> = names
        .filter_map(|name| on_path(&name))
        .chain(under_pyenv())
        .collect();
    let mut found = Found::default();
    let mut seen = BTreeSet::new();
    for path in candidates {
        // pyenv's shim of a version that is not switched on fails, and says nothing of use here.
        let Ok(python) = Interpreter::probe(&path) else {
            continue;
        };
        if !seen.insert(python.base.clone()) {
            continue;
        }
        match python.objection() {
            Some(objection) => found
                .skipped
                .entry(objection)
                .or_default()
                .push(python.label()),
            None => found.interpreters.push(python),
        }
    }
    found
        .interpreters
        .sort_by_key(|python| (python.version(), python.label()));
    found
}

fn under_pyenv() -> Vec<PathBuf> {
    let root = std::env::var_os("PYENV_ROOT").map(PathBuf::from);
    let root = root.or_else(|| std::env::home_dir().map(|home| home.join(".pyenv")));
    let versions = root.and_then(|root| std::fs::read_dir(root.join("versions")).ok());
    let programs = versions
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin/python"));
    programs.filter(|program| program.is_file()).collect()
}

fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(OsStr::new(name)))
        .find(|program| program.is_file())
}

/// Runs in any Python, 2.7 too.
const PROBE: &str = r#"
import json, os, platform, sys
try:
    from importlib.util import find_spec
    from sysconfig import get_config_var, get_path
    has_tests = find_spec("test.support") is not None and find_spec("test.test_json") is not None
except ImportError:
    has_tests = False
    get_config_var = lambda name: None
    get_path = lambda name: os.devnull
def rust_modules():
    try:
        with open(os.path.join(get_path("stdlib"), "corten", "manifest.json")) as file:
            modules = json.load(file)["modules"]
    except (IOError, OSError):
        return []
    return [module["module"] for module in modules if module["implementation"] == "rust"]
print(json.dumps({
    "executable": sys.executable,
    "base": os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable),
    "implementation": platform.python_implementation().lower(),
    "version": platform.python_version(),
    "major": sys.version_info[0],
    "minor": sys.version_info[1],
    "free_threaded": bool(get_config_var("Py_GIL_DISABLED")),
    "debug": hasattr(sys, "gettotalrefcount"),
    "has_tests": has_tests,
    "rust_modules": rust_modules(),
}))
"#;

#[cfg(test)]
mod tests {
    use super::*;

    fn interpreter(version: &str, implementation: &str) -> Interpreter {
        let minor = version.split('.').nth(1).unwrap();
        let json = format!(
            r#"{{"executable": "p", "base": "p", "implementation": "{implementation}", "version": "{version}",
                 "major": 3, "minor": {minor}, "free_threaded": true, "debug": false, "has_tests": true}}"#
        );
        serde_json::from_str(&json).unwrap()
    }

    #[test]
    fn only_cpython_of_a_served_version_is_taken() {
        assert_eq!(interpreter("3.14.0", "cpython").objection(), None);
        assert!(
            interpreter("3.10.13", "cpython")
                .objection()
                .unwrap()
                .contains("older")
        );
        assert!(
            interpreter("3.13.0", "cpython")
                .objection()
                .unwrap()
                .contains("free-threaded")
        );
        assert!(
            interpreter("3.11.0", "pypy")
                .objection()
                .unwrap()
                .contains("pypy")
        );
    }

    #[test]
    fn the_label_tells_builds_apart() {
        assert_eq!(interpreter("3.14.0", "cpython").label(), "3.14.0t");
    }
}
