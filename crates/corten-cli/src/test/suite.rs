//! CPython's regression tests in one interpreter: running them, and what `run_suite.py` writes about them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;
use serde::Deserialize;

use super::file::{Outcome, Outcomes, TestResult};
use crate::error::{OrProblem, problem};
use crate::overlay::Environment;
use crate::process::{self, Step};
use crate::python::texts_of;
use crate::registry::Registry;
use crate::style::thousands;

/// The resources of `test.support` that are allowed: all that need no network and no screen.
pub(super) const RESOURCES: &str = "all,-network,-gui";

/// The results of a run.
#[derive(Deserialize)]
pub(super) struct Suite {
    #[serde(flatten)]
    pub(super) equipment: Equipment,
    pub(super) resources: String,
    pub(super) files: BTreeMap<String, File>,
}

/// What the tests of an interpreter depend on.
#[derive(Deserialize, PartialEq, Eq)]
pub(super) struct Equipment {
    version: String,
    free_threaded: bool,
    debug: bool,
    pub(super) platform: String,
    /// Extension modules that it was built without.
    missing: BTreeSet<String>,
}

/// What became of one test file.
#[derive(Clone, Default, Deserialize)]
pub(super) struct File {
    pub(super) state: State,
    /// Why it was skipped, or how it crashed.
    #[serde(default)]
    why: String,
    passed: u64,
    /// The tests that did not pass.
    #[serde(default)]
    tests: BTreeMap<String, Outcome>,
    /// What the failed ones wrote; that of the file is under its name.
    #[serde(default)]
    details: BTreeMap<String, String>,
}

/// How a file ended, as regrtest says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum State {
    #[default]
    Passed,
    Failed,
    #[serde(rename = "env changed")]
    EnvironmentChanged,
    #[serde(rename = "reference leak")]
    ReferenceLeak,
    #[serde(rename = "uncaught exception")]
    UncaughtException,
    Crashed,
    #[serde(rename = "timed out")]
    TimedOut,
    #[serde(rename = "worker bug")]
    WorkerBug,
    Interrupted,
    Skipped,
    #[serde(rename = "resource denied")]
    ResourceDenied,
    #[serde(rename = "no tests ran")]
    NoTestsRan,
    /// This Python has no such file.
    Absent,
}

/// A run to be made.
pub(super) struct Run<'a> {
    pub(super) environment: &'a Environment,
    /// The test files; all if there are none.
    pub(super) names: &'a [String],
    pub(super) resources: &'a str,
    /// More options of `run_suite.py`.
    pub(super) options: &'a [&'a str],
    /// The name of the folder for the result and regrtest's output.
    pub(super) folder: &'a str,
}

impl Run<'_> {
    /// Runs the tests to their end.
    pub(super) fn run(&self, registry: &Registry, step: &Step) -> Result<Suite> {
        let folder = self.folder(registry);
        let next = "make room in the target folder and run the command again";
        fs::create_dir_all(&folder)
            .or_problem(format!("{} can't be made", folder.display()), next)?;
        let file = self.result(registry);
        let mut command = script(registry, self.environment);
        command
            .arg("--json")
            .arg(&file)
            .arg("--keep")
            .arg(&folder)
            .args(["--resources", self.resources])
            .args(self.options)
            .args(self.names);
        let next = format!("read what it wrote to {}", folder.display());
        process::for_each_line(command, &next, |line| {
            step.show(line);
            Ok(())
        })?;
        Suite::read(&file)
    }

    /// The file that it writes.
    pub(super) fn result(&self, registry: &Registry) -> PathBuf {
        self.folder(registry).join("result.json")
    }

    fn folder(&self, registry: &Registry) -> PathBuf {
        let label = self.environment.interpreter.label();
        let builds = registry.target().join("corten").join(label);
        builds.join("suite").join(self.folder)
    }
}

impl Suite {
    pub(super) fn read(file: &Path) -> Result<Self> {
        let fault = || format!("{} is no result of a test suite", file.display());
        let next = "make it anew: `corten test --python PY --record` with a stock interpreter";
        let text = fs::read_to_string(file).or_problem(fault(), next)?;
        serde_json::from_str(&text).or_problem(fault(), next)
    }

    /// The numbers in a line.
    pub(super) fn summary(&self) -> String {
        let passed = self.files.values().map(File::passed).sum();
        let files = self.files.len() as u64;
        format!(
            "{} tests in {} files passed",
            thousands(passed),
            thousands(files)
        )
    }

    /// The names of the files with which something is wrong.
    pub(super) fn unsound(&self) -> Vec<String> {
        let files = self.files.iter().filter(|(_, file)| !file.is_sound());
        files.map(|(name, _)| name.clone()).collect()
    }

    /// Keeps what belongs to these names.
    pub(super) fn restrict(&mut self, names: &[String]) {
        self.files
            .retain(|file, _| names.iter().any(|name| is_of(file, name)));
    }
}

impl Equipment {
    /// Asks an interpreter.
    pub(super) fn of(registry: &Registry, environment: &Environment) -> Result<Self> {
        let next = "look whether the interpreter starts, and can import sysconfig";
        let output = script(registry, environment).arg("--describe").output()?;
        if !output.status.success() {
            let error = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            return Err(problem(error, next));
        }
        serde_json::from_slice(&output.stdout).or_problem("run_suite.py printed no JSON", next)
    }

    /// What another one has otherwise, Corten's own modules apart: those are in a build, whatever
    /// the stock interpreter could be built with.
    pub(super) fn differences(&self, other: &Self, is_own: impl Fn(&str) -> bool) -> Vec<String> {
        let kind = |this: &Self| {
            let flags = [
                (this.free_threaded, ", free-threaded"),
                (this.debug, ", debug"),
            ];
            format!("Python {}{}", this.version, texts_of(flags).concat())
        };
        let mut differences = Vec::new();
        for (this, other) in [
            (kind(self), kind(other)),
            (self.platform.clone(), other.platform.clone()),
        ] {
            if this != other {
                differences.push(format!("{other}, not {this}"));
            }
        }
        let only = |this: &Self, other: &Self| {
            let names = this.missing.difference(&other.missing);
            let names = names.filter(|name| !is_own(name));
            names.cloned().collect::<Vec<String>>()
        };
        for (words, names) in [("has", only(self, other)), ("lacks", only(other, self))] {
            if !names.is_empty() {
                differences.push(format!("{words} {}", names.join(", ")));
            }
        }
        differences
    }
}

impl File {
    /// How many tests passed, those that were expected to fail among them.
    pub(super) fn passed(&self) -> u64 {
        self.passed + self.count(Outcome::ExpectedFailure)
    }

    /// How many tests were skipped; one if the file was.
    pub(super) fn skipped(&self) -> u64 {
        self.count(Outcome::Skipped) + u64::from(self.outcome() == Outcome::Skipped)
    }

    /// How many tests it ran, or skipped.
    pub(super) fn tests(&self) -> u64 {
        self.passed + self.tests.len() as u64
    }

    fn count(&self, wanted: Outcome) -> u64 {
        let counted = self.tests.values().filter(|outcome| **outcome == wanted);
        counted.count() as u64
    }

    /// Whether nothing is wrong with it; it may have nothing to run.
    pub(super) fn is_sound(&self) -> bool {
        matches!(
            self.state,
            State::Passed
                | State::Skipped
                | State::ResourceDenied
                | State::NoTestsRan
                | State::Absent
        )
    }

    /// A file that came to nothing.
    pub(super) fn of_state(state: State) -> Self {
        Self {
            state,
            ..Self::default()
        }
    }

    /// Whether it got so far that its tests are known.
    pub(super) fn has_run(&self) -> bool {
        matches!(
            self.state,
            State::Passed | State::Failed | State::EnvironmentChanged | State::ReferenceLeak
        )
    }

    /// Whether a test was skipped.
    pub(super) fn skips(&self, test: &str) -> bool {
        self.tests.get(test) == Some(&Outcome::Skipped)
    }

    /// The outcomes of these tests and of the file itself, under its name. A test that is not noted passed.
    pub(super) fn outcomes<'a>(
        &self,
        name: &str,
        tests: impl IntoIterator<Item = &'a String>,
    ) -> Outcomes {
        let result = |outcome: Outcome, name: &str| TestResult {
            outcome,
            details: self.details.get(name).cloned().unwrap_or_default(),
        };
        let named = tests.into_iter().map(|test| {
            let outcome = self.tests.get(test).copied();
            let result = result(outcome.unwrap_or(Outcome::Passed), test);
            (test.clone(), result)
        });
        let mut outcomes: Outcomes = named.collect();
        let whole = TestResult {
            outcome: self.outcome(),
            details: self.end(name),
        };
        outcomes.insert(name.to_owned(), whole);
        outcomes
    }

    /// How the file of this name ended, and what it wrote then.
    pub(super) fn end(&self, name: &str) -> String {
        let details = self.details.get(name).map_or("", String::as_str);
        format!("{:?} {}\n{details}", self.state, self.why)
    }

    /// The names of the tests that did not pass.
    pub(super) fn noted(&self) -> impl Iterator<Item = &String> {
        self.tests.keys()
    }

    /// How the file itself ended, apart from its tests.
    fn outcome(&self) -> Outcome {
        let is_failure = |outcome: &Outcome| *outcome >= Outcome::UnexpectedSuccess;
        match self.state {
            State::Passed => Outcome::Passed,
            // A test says it better.
            State::Failed if self.tests.values().any(is_failure) => Outcome::Passed,
            State::Failed | State::EnvironmentChanged | State::ReferenceLeak => Outcome::Failed,
            State::UncaughtException => Outcome::Error,
            State::Crashed | State::TimedOut | State::WorkerBug | State::Interrupted => {
                Outcome::Crashed
            }
            State::Skipped | State::ResourceDenied | State::NoTestsRan | State::Absent => {
                Outcome::Skipped
            }
        }
    }
}

/// Whether a file has a name, or lies in the package of that name.
pub(super) fn is_of(file: &str, name: &str) -> bool {
    let inner = file.strip_prefix("test.").unwrap_or(file);
    file == name || inner.split('.').next() == Some(name)
}

fn script(registry: &Registry, environment: &Environment) -> Command {
    let mut command = environment.command();
    command.arg(registry.root.join("python/tools/run_suite.py"));
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    fn equipment(json: &str) -> Equipment {
        serde_json::from_str(json).unwrap()
    }

    const EQUIPMENT: &str = r#"{"version": "3.14.7", "free_threaded": false, "debug": false,
        "platform": "linux-x86_64 glibc 2.36", "missing": ["_dbm"]}"#;

    #[test]
    fn a_result_is_read() {
        let head = EQUIPMENT.trim_end_matches('}');
        let suite: Suite = serde_json::from_str(&format!(
            r#"{head}, "resources": "all", "command": "python -m test", "files": {{
                "test_a": {{"state": "failed", "passed": 3, "tests": {{
                    "a": "expected failure", "b": "skipped", "c": "error"}}}},
                "test_b": {{"state": "skipped", "passed": 0, "why": "so"}},
                "test_c": {{"state": "failed", "passed": 1}},
                "test.test_d.test_e": {{"state": "timed out", "passed": 0}}}}}}"#
        ))
        .unwrap();
        let [a, b, c] = ["test_a", "test_b", "test_c"].map(|name| &suite.files[name]);
        assert_eq!((a.passed(), a.skipped(), a.tests()), (4, 1, 6));
        assert_eq!((b.passed(), b.skipped(), b.tests()), (0, 1, 0));
        assert_eq!(a.outcome(), Outcome::Passed);
        assert_eq!(c.outcome(), Outcome::Failed);
        let names = |names: &[&str]| {
            let mut suite = Suite {
                equipment: equipment(EQUIPMENT),
                resources: String::new(),
                files: suite.files.clone(),
            };
            suite.restrict(
                &names
                    .iter()
                    .map(|name| (*name).to_owned())
                    .collect::<Vec<_>>(),
            );
            suite.files.into_keys().collect::<Vec<_>>()
        };
        assert_eq!(
            names(&["test_d", "test_a", "test_x"]),
            ["test.test_d.test_e", "test_a"]
        );
    }

    #[test]
    fn what_differs_is_told() {
        let this = equipment(EQUIPMENT);
        let nothing = |_: &str| false;
        let same = this.differences(&equipment(EQUIPMENT), nothing);
        assert!(same.is_empty());
        let other = EQUIPMENT.replace("_dbm", "_zstd").replace(
            "3.14.7\", \"free_threaded\": false",
            "3.14.7\", \"free_threaded\": true",
        );
        assert_eq!(
            this.differences(&equipment(&other), nothing),
            [
                "Python 3.14.7, free-threaded, not Python 3.14.7",
                "has _dbm",
                "lacks _zstd"
            ]
        );
        let own = this.differences(&equipment(&other), |name| name == "_zstd");
        assert!(!own.concat().contains("_zstd"));
    }
}
