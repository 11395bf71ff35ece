//! The results of the stock interpreter, which a build is compared with: those that were recorded, or those of a run.

use std::fs;
use std::path::PathBuf;

use anyhow::Result;

use super::suite::{Equipment, RESOURCES, Run, Suite};
use crate::Verdict;
use crate::error::{OrProblem, problem};
use crate::overlay::{self, Environment};
use crate::process::Step;
use crate::python::{self, Interpreter};
use crate::registry::Registry;

/// The folder of recorded results.
const RECORDS: &str = "conformance";

/// The environment of an interpreter as it is, without the overlay.
pub(super) fn bare(registry: &Registry, interpreter: &Interpreter) -> Environment {
    Environment {
        interpreter: interpreter.clone(),
        python: interpreter.executable.clone(),
        build: overlay::build_folder(registry, interpreter),
    }
}

/// The results for these files (all if none is named) on the stock interpreter that is named, else the recorded ones.
pub(super) fn results(
    registry: &Registry,
    build: &Environment,
    stock: Option<&str>,
    names: &[String],
) -> Result<Suite> {
    match stock {
        Some(name) => measure(registry, &named(registry, build, name)?, names),
        None => recorded(registry, build),
    }
}

/// The stock interpreter of a name; it must be equipped like the build.
pub(super) fn named(registry: &Registry, build: &Environment, name: &str) -> Result<Environment> {
    let stock = bare(registry, &python::choose(Some(name))?);
    let build_it = how_to_build(build);
    if stock.interpreter.is_build() {
        return Err(problem(
            format!("{name} has Rust modules built in: it is no stock interpreter"),
            build_it,
        ));
    }
    let wanted = Equipment::of(registry, build)?;
    let actual = Equipment::of(registry, &stock)?;
    match &wanted.differences(&actual, |name| registry.provides(name))[..] {
        [] => Ok(stock),
        differences => Err(problem(
            format!(
                "{name} is no counterpart of {}: {}",
                build.interpreter,
                differences.join("; ")
            ),
            build_it,
        )),
    }
}

fn measure(registry: &Registry, stock: &Environment, names: &[String]) -> Result<Suite> {
    let step = Step::new(format!("CPython's tests on stock {}", stock.interpreter));
    let run = stock_run(stock, names);
    let mut suite = run.run(registry, &step)?;
    let failed = suite.unsound();
    if !failed.is_empty() {
        // What failed by chance would excuse a fault of the build: a second run counts, with nothing beside it.
        let again = Run {
            names: &failed,
            options: &["--update", "--jobs", "1"],
            ..run
        };
        suite = again.run(registry, &step)?;
    }
    step.done(&suite.summary());
    Ok(suite)
}

fn stock_run<'a>(stock: &'a Environment, names: &'a [String]) -> Run<'a> {
    Run {
        environment: stock,
        names,
        resources: RESOURCES,
        options: &[],
        folder: "stock",
    }
}

fn recorded(registry: &Registry, build: &Environment) -> Result<Suite> {
    let file = record(registry, &build.interpreter);
    let next = format!(
        "{}, then run `corten test --python {} --stock DIR/bin/python{}`",
        how_to_build(build),
        build.python.display(),
        build.interpreter.version()
    );
    if !file.is_file() {
        let what = format!(
            "there are no results of stock Python {} to compare with",
            build.interpreter.label()
        );
        return Err(problem(what, next));
    }
    let suite = Suite::read(&file)?;
    let wanted = Equipment::of(registry, build)?;
    let mut differences = wanted.differences(&suite.equipment, |name| registry.provides(name));
    if suite.resources != RESOURCES {
        differences.push(format!("ran with -u {}", suite.resources));
    }
    if differences.is_empty() {
        return Ok(suite);
    }
    let what = format!(
        "{} is of no counterpart of {}: {}",
        file.display(),
        build.interpreter,
        differences.join("; ")
    );
    Err(problem(what, next))
}

fn record(registry: &Registry, interpreter: &Interpreter) -> PathBuf {
    let name = format!("{}.json", interpreter.label());
    registry.root.join(RECORDS).join(name)
}

fn how_to_build(build: &Environment) -> String {
    let interpreter = &build.interpreter;
    let flags = [
        (interpreter.free_threaded, " --free-threaded"),
        (interpreter.debug, " --debug"),
    ];
    format!(
        "build the stock one: `corten build {} --modules none --prefix DIR{}`",
        interpreter.release(),
        python::texts_of(flags).concat()
    )
}

/// Runs the whole suite on stock interpreters, and keeps the results to compare builds with.
pub(super) fn record_all(registry: &Registry, interpreters: &[Interpreter]) -> Result<Verdict> {
    for interpreter in interpreters {
        if interpreter.is_build() {
            return Err(problem(
                format!("{interpreter} has Rust modules built in: it is no stock interpreter"),
                "name the one that `corten build --modules none` made",
            ));
        }
        let stock = bare(registry, interpreter);
        measure(registry, &stock, &[])?;
        let file = record(registry, interpreter);
        fs::create_dir_all(registry.root.join(RECORDS))
            .and_then(|()| fs::copy(stock_run(&stock, &[]).result(registry), &file))
            .or_problem(
                format!("{} can't be written", file.display()),
                "make the folder writable",
            )?;
        anstream::println!("{} written", file.display());
    }
    Ok(Verdict::Passed)
}
