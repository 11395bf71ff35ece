//! What measuring needs beside the overlay, in the same environment: pyperf, and the packages to compare with.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use serde_json::{Map, Value};

use crate::error::OrProblem;
use crate::overlay::Environment;
use crate::registry::Module;
use crate::style;

/// The tool that measures, and what it needs.
const PYPERF: [&str; 2] = ["pyperf==2.11.0", "psutil==7.2.2"];

/// Benchmarks of whole programs, as CPython's developers run them, and what it needs.
const PYPERFORMANCE: [&str; 2] = ["pyperformance==1.14.0", "packaging==26.4"];

/// The packages that are there, as `name==version`.
pub(super) struct Equipment(BTreeSet<String>);

impl Equipment {
    /// Installs pyperf, which must be there, and what can be had of the rest.
    pub(super) fn install(
        environment: &Environment,
        modules: &[Module],
        pyperformance: bool,
    ) -> Result<Self> {
        let mut wanted: BTreeSet<&str> = PYPERF.into();
        wanted.extend(
            modules
                .iter()
                .flat_map(|module| &module.entry.packages)
                .map(String::as_str),
        );
        wanted.extend(PYPERFORMANCE.into_iter().filter(|_| pyperformance));
        let mut installed = installed(environment, &wanted)?;
        if !PYPERF.iter().all(|package| installed.contains(*package)) {
            environment.add_packages(&PYPERF)?;
        }
        for package in wanted {
            if installed.contains(package) || PYPERF.contains(&package) {
                continue;
            }
            match environment.add_packages(&[package]) {
                Ok(()) => drop(installed.insert(package.to_owned())),
                Err(error) => anstream::eprintln!(
                    "{}  {package} is left out: {error}{:#}",
                    style::NOTE,
                    style::NOTE
                ),
            }
        }
        Ok(Self(installed))
    }

    /// Whether there is a package to compare this module with.
    pub(super) fn has_any_of(&self, module: &Module) -> bool {
        let mut packages = module.entry.packages.iter();
        packages.any(|package| self.0.contains(package))
    }

    pub(super) fn has_pyperformance(&self) -> bool {
        PYPERFORMANCE
            .iter()
            .all(|package| self.0.contains(*package))
    }

    /// The versions of the packages that the modules are compared with.
    pub(super) fn versions(&self) -> BTreeMap<String, String> {
        let is_compared = |package: &&String| {
            ![PYPERF, PYPERFORMANCE]
                .as_flattened()
                .contains(&package.as_str())
        };
        let pinned = self.0.iter().filter(is_compared);
        pinned
            .filter_map(|package| package.split_once("=="))
            .map(|(name, version)| (name.to_owned(), version.to_owned()))
            .collect()
    }
}

const START_ANEW: &str = "remove the folder `corten` below the target folder, and run this again";

/// Those of some packages that the environment has in just that version.
fn installed(environment: &Environment, packages: &BTreeSet<&str>) -> Result<BTreeSet<String>> {
    let mut command = environment.command();
    command.args(["-c", INSTALLED]).args(packages);
    let output = command.output()?;
    serde_json::from_slice(&output.stdout).or_problem(
        format!(
            "the environment is broken: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        ),
        START_ANEW,
    )
}

const INSTALLED: &str = r#"
import json, sys
from importlib.metadata import PackageNotFoundError, version
def is_installed(package):
    name, _, wanted = package.partition("==")
    try:
        return version(name) == wanted
    except PackageNotFoundError:
        return False
print(json.dumps(list(filter(is_installed, sys.argv[1:]))))
"#;

/// What pyperf tells of the machine and the interpreter.
pub(super) fn machine(environment: &Environment) -> Result<Map<String, Value>> {
    let mut command = environment.command();
    let code = "import json, pyperf; print(json.dumps(pyperf.Run([1.0]).get_metadata()))";
    let output = command.args(["-c", code]).output()?;
    serde_json::from_slice(&output.stdout).or_problem(
        format!(
            "pyperf fails: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        ),
        START_ANEW,
    )
}
