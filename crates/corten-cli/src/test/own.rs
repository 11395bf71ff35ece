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

/// Runs them in one Python.
pub(super) fn run(plan: &Plan<'_>, environment: &Environment, report: &mut Report) -> Result<()> {
    let root = &plan.registry.root;
    if plan.all {
        run_api(plan, environment, report)?;
        let section = Section::new(Kind::Hook, "start-up hook and tools");
        report.add(run_folder(
            plan,
            environment,
            &root.join("python/tests"),
            &[],
            section,
        )?);
    }
    for module in plan.modules_for(&environment.interpreter) {
        let section = Section::new(Kind::Own, format!("{}'s own tests", module.name))
            .for_modules(vec![module.name.clone()]);
        report.add(run_folder(
            plan,
            environment,
            &root.join(module.folder()).join("tests"),
            &[],
            section,
        )?);
    }
    Ok(())
}

/// The tests of modules that are not installed, which are there to drive the safe API.
fn run_api(plan: &Plan<'_>, environment: &Environment, report: &mut Report) -> Result<()> {
    for module in plan
        .registry
        .modules
        .iter()
        .filter(|module| !module.entry.install)
    {
        let library = build_library(plan, environment, &module.name)?;
        let tests = plan.registry.root.join(module.folder()).join("tests");
        let section = Section::new(Kind::Api, format!("safe API ({})", module.name));
        report.add(run_folder(plan, environment, &tests, &[library], section)?);
    }
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

/// Runs each `test_*.py` of a folder.
pub(super) fn run_folder(
    plan: &Plan<'_>,
    environment: &Environment,
    folder: &Path,
    python_path: &[PathBuf],
    section: Section,
) -> Result<Section> {
    let mut section = section.for_python(&environment.interpreter);
    let files = test_files(folder);
    let step = Step::new(section.title());
    let jobs: Vec<TestFile> = files
        .iter()
        .map(|path| TestFile {
            target: path.to_string_lossy().into_owned(),
            setting: "",
            python_path: python_path.to_vec(),
            resources: plan.resources(),
        })
        .collect();
    let runner = plan.registry.root.join("python/tools/run_tests.py");
    for outcomes in file::run_all(&jobs, &runner, environment, &step)? {
        count(&mut section, &outcomes);
    }
    step.done(&section.summary());
    Ok(section)
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
