//! Tests of CPython's that skip themselves where a module is built in, as it is in every build of Corten's.

use std::fs;

use anyhow::Result;
use serde::Deserialize;

use super::Plan;
use crate::error::OrProblem;
use crate::python::Interpreter;

/// The entries of `built-in-skips.toml` in the modules' folders.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Skips {
    skip: Vec<Skip>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Skip {
    test: String,
    reason: String,
}

impl Skips {
    /// Those of the modules that an interpreter has built in.
    pub(super) fn of(plan: &Plan<'_>, build: &Interpreter) -> Result<Self> {
        let mut all = Self::default();
        for module in plan.modules_for(build) {
            let is_built_in = |name: &String| build.rust_modules.contains(name);
            let folder = plan.registry.root.join(module.folder());
            let file = folder.join("built-in-skips.toml");
            if file.exists() && module.entry.modules.iter().any(is_built_in) {
                let next = "write entries as [[skip]] with test and reason";
                let fault = || format!("{} is wrong", file.display());
                let text = fs::read_to_string(&file).or_problem(fault(), next)?;
                let these: Self = toml::from_str(&text).or_problem(fault(), next)?;
                all.skip.extend(these.skip);
            }
        }
        Ok(all)
    }

    /// Why a test skips itself, if it is one of them.
    pub(super) fn reason(&self, test: &str) -> Option<&str> {
        let found = self.skip.iter().find(|skip| skip.test == test);
        found.map(|skip| skip.reason.as_str())
    }
}
