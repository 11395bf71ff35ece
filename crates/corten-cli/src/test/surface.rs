//! The public surface of a module against the C module, in the same interpreter.

use std::fs;

use anyhow::Result;
use serde::Deserialize;

use super::report::{Failure, Kind, Section};
use crate::error::{OrProblem, problem};
use crate::overlay::Environment;
use crate::registry::{Module, Registry, Versions};

/// What `surface.py` prints.
#[derive(Deserialize)]
struct Comparison {
    /// Whether this Python has the C module.
    has_c: bool,
    compared: u64,
    differences: Vec<Difference>,
}

#[derive(Deserialize)]
struct Difference {
    path: String,
    what: String,
    rust: String,
    c: String,
}

/// `surface-differences.toml`: differences that are meant.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Allowed {
    #[serde(default)]
    difference: Vec<AllowedDifference>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AllowedDifference {
    /// The name, such as `zlib.ZLIB_VERSION`; a `*` at the end stands for the rest.
    path: String,
    /// What differs (`value`, `flags`, …); everything if left out.
    what: Option<String>,
    /// The versions of Python in which it differs; all if left out.
    python: Option<Versions>,
    reason: String,
}

/// Compares every module of a crate.
pub(super) fn compare(
    registry: &Registry,
    environment: &Environment,
    module: &Module,
) -> Result<Section> {
    let mut section = Section::new(Kind::Surface, format!("{}'s public surface", module.name))
        .for_python(&environment.interpreter)
        .for_modules(vec![module.name.clone()]);
    let allowed = Allowed::read(registry, module)?.for_python(environment);
    for name in &module.entry.modules {
        let comparison = ask(registry, environment, name)?;
        if !comparison.has_c {
            section.note(format!(
                "{name}: this Python has no C module to compare with"
            ));
        }
        section.add_passed(comparison.compared - comparison.differences.len() as u64);
        for difference in comparison.differences {
            match allowed.iter().find(|allowed| allowed.covers(&difference)) {
                Some(allowed) => section.note(format!("{}: {}", difference.path, allowed.reason)),
                None => section.fail(difference.into()),
            }
        }
    }
    Ok(section)
}

fn ask(registry: &Registry, environment: &Environment, name: &str) -> Result<Comparison> {
    let next = format!(
        "import corten.testing in {} and load both modules by hand",
        environment.python.display()
    );
    let script = registry.root.join("python/tools/surface.py");
    let output = environment.command().arg(script).arg(name).output()?;
    if !output.status.success() {
        let error = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(problem(
            format!(
                "the surface of {name} can't be compared ({}): {error}",
                output.status
            ),
            next,
        ));
    }
    serde_json::from_slice(&output.stdout).or_problem("the comparison printed no JSON", next)
}

impl Allowed {
    fn read(registry: &Registry, module: &Module) -> Result<Self> {
        let path = registry
            .root
            .join(module.folder())
            .join("surface-differences.toml");
        if !path.exists() {
            return Ok(Self::default());
        }
        let next = "write entries as [[difference]] with path, reason, and, where they are needed, what and python";
        let text = fs::read_to_string(&path)
            .or_problem(format!("{} can't be read", path.display()), next)?;
        toml::from_str(&text).or_problem(format!("{} is wrong", path.display()), next)
    }

    fn for_python(self, environment: &Environment) -> Vec<AllowedDifference> {
        let version = environment.interpreter.version();
        let applies = |allowed: &AllowedDifference| {
            allowed.python.is_none_or(|range| range.contains(version))
        };
        self.difference.into_iter().filter(applies).collect()
    }
}

impl AllowedDifference {
    fn covers(&self, difference: &Difference) -> bool {
        let path = match self.path.strip_suffix('*') {
            Some(start) => difference.path.starts_with(start),
            None => difference.path == self.path,
        };
        path && self
            .what
            .as_ref()
            .is_none_or(|what| *what == difference.what)
    }
}

impl From<Difference> for Failure {
    fn from(difference: Difference) -> Self {
        Self {
            test: format!("{}: {}", difference.path, difference.what),
            details: format!("C:    {}\nRust: {}", difference.c, difference.rust),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_covers_what_it_names() {
        let text = "[[difference]]\npath = 'zlib.ZLIB_*'\nwhat = 'value'\nreason = 'the version of zlib-rs'";
        let allowed = &toml::from_str::<Allowed>(text).unwrap().difference[0];
        let covers = |path: &str, what: &str| {
            allowed.covers(&Difference {
                path: path.into(),
                what: what.into(),
                rust: String::new(),
                c: String::new(),
            })
        };
        assert!(covers("zlib.ZLIB_VERSION", "value"));
        assert!(!covers("zlib.ZLIB_VERSION", "type"));
        assert!(!covers("zlib.crc32", "value"));
    }
}
