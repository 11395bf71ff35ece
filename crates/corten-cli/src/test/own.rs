//! Corten's own Python tests: of the safe API (through xxcorten), of each module, of the start-up hook.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use super::Plan;
use super::file::{self, Outcome, Outcomes, TestFile};
use super::report::{Failure, Kind, Report, Section};
use crate::error::OrProblem;
use crate::overlay::Environment;
use crate::process::{self, Step};

/// A folder's tests, and where their results belong.
pub(super) struct Group {
    section: Section,
    files: Vec<TestFile>,
}

/// Runs them in one Python.
pub(super) fn run(plan: &Plan<'_>, environment: &Environment, report: &mut Report) -> Result<()> {
    let root = &plan.registry.root;
    let mut groups = Vec::new();
    if plan.all {
        groups.extend(api_groups(plan, environment)?);
        let section = Section::new(Kind::Hook, "start-up hook and tools");
        groups.push(Group::new(plan, &root.join("python/tests"), section));
    }
    for module in plan.modules_for(&environment.interpreter) {
        let section = Section::new(Kind::Own, format!("{}'s own tests", module.name))
            .for_modules(vec![module.name.clone()]);
        let folder = root.join(module.folder()).join("tests");
        groups.push(Group::new(plan, &folder, section));
    }
    run_groups(plan, environment, groups, "Corten's own tests", report)
}

/// The tests of modules that are not installed, which are there to drive the safe API.
fn api_groups(plan: &Plan<'_>, environment: &Environment) -> Result<Vec<Group>> {
    let all = plan.registry.modules.iter();
    all.filter(|module| !module.entry.install)
        .map(|module| {
            let library = build_library(plan, environment, &module.name)?;
            let tests = plan.registry.root.join(module.folder()).join("tests");
            let section = Section::new(Kind::Api, format!("safe API ({})", module.name));
            Ok(Group::new(plan, &tests, section).with_path(&library))
        })
        .collect()
}

/// Runs all files of all groups, as many at once as there are processors.
pub(super) fn run_groups(
    plan: &Plan<'_>,
    environment: &Environment,
    groups: Vec<Group>,
    title: &str,
    report: &mut Report,
) -> Result<()> {
    let label = environment.interpreter.label();
    let step = Step::new(format!("{title} on {label}"));
    let runner = plan.registry.root.join("python/tools/run_tests.py");
    let (mut sections, files): (Vec<_>, Vec<_>) = groups
        .into_iter()
        .map(|group| {
            (
                group.section.for_python(&environment.interpreter),
                group.files,
            )
        })
        .unzip();
    let mut results = file::run_all(&files.concat(), &runner, environment, &step)?.into_iter();
    for (section, files) in sections.iter_mut().zip(&files) {
        for outcomes in results.by_ref().take(files.len()) {
            count(section, &outcomes);
        }
    }
    step.done(&Section::sum(&sections));
    sections.into_iter().for_each(|section| report.add(section));
    Ok(())
}

/// Builds a module as a library of its own; gives the folder from which Python can import it.
fn build_library(plan: &Plan<'_>, environment: &Environment, name: &str) -> Result<PathBuf> {
    let step = Step::new(format!(
        "building {name} for Python {}",
        environment.interpreter.label()
    ));
    let mut command = Command::new(process::cargo());
    command
        .current_dir(&plan.registry.root)
        .args([
            "rustc",
            "--lib",
            "--crate-type",
            "cdylib",
            "--package",
            name,
        ])
        .env("CARGO_TARGET_DIR", &environment.build)
        .env("PYO3_PYTHON", &environment.python)
        .env_remove("PYO3_CONFIG_FILE");
    process::must_run(
        command,
        &step,
        "make it compile: the lines above tell what is wrong",
    )?;
    let (prefix, suffix) = (std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    let built = environment
        .build
        .join("debug")
        .join(format!("{prefix}{name}{suffix}"));
    let folder = environment.build.join("importable");
    let file = folder.join(format!(
        "{name}{}",
        if cfg!(windows) { ".pyd" } else { ".so" }
    ));
    let next = "make the target folder writable";
    fs::create_dir_all(&folder).or_problem(format!("{} can't be made", folder.display()), next)?;
    fs::copy(&built, &file).or_problem(
        format!("{} can't be copied to {}", built.display(), file.display()),
        next,
    )?;
    step.done("");
    Ok(folder)
}

fn count(section: &mut Section, outcomes: &Outcomes) {
    for (test, result) in outcomes {
        match result.outcome {
            Outcome::Passed | Outcome::ExpectedFailure => section.pass(),
            Outcome::Skipped => section.skip(1),
            _ => section.fail(Failure {
                test: test.clone(),
                details: result.details.clone(),
            }),
        }
    }
}

impl Group {
    /// Each `test_*.py` of a folder.
    pub(super) fn new(plan: &Plan<'_>, folder: &Path, section: Section) -> Self {
        let test_file = |path: PathBuf| TestFile {
            target: path.to_string_lossy().into_owned(),
            setting: "",
            python_path: Vec::new(),
            resources: plan.resources(),
        };
        let files = test_files(folder).into_iter().map(test_file).collect();
        Self { section, files }
    }

    /// Has the files find what is in a folder.
    fn with_path(mut self, folder: &Path) -> Self {
        for file in &mut self.files {
            file.python_path.push(folder.to_owned());
        }
        self
    }
}

fn test_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    files.retain(|path| {
        path.extension().is_some_and(|extension| extension == "py")
            && path
                .file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with("test_"))
    });
    files.sort();
    files
}
