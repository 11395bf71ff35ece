//! `corten install`: the overlay in a Python of the user's choice.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::Verdict;
use crate::error::{OrProblem, problem};
use crate::overlay;
use crate::python::{self, Interpreter};
use crate::registry::Registry;
use crate::style;

/// Installs Corten into a Python, or into a virtual environment.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The Python: a path, a program's name, or a version [default: python3]
    #[arg(long, value_name = "PY")]
    python: Option<String>,
    /// Install into this virtual environment; make it if it isn't there
    #[arg(long, value_name = "DIR")]
    venv: Option<PathBuf>,
}

pub(crate) fn run(registry: &Registry, args: &Args) -> Result<Verdict> {
    let interpreter = match &args.venv {
        Some(venv) => environment(venv, args.python.as_deref())?,
        None => python::choose(args.python.as_deref())?,
    };
    overlay::install(registry, &interpreter, &interpreter.executable)?;
    report(&interpreter)
}

/// The interpreter of an environment, which is made if need be.
fn environment(venv: &Path, named: Option<&str>) -> Result<Interpreter> {
    let program = overlay::python_of(venv);
    if !program.exists() {
        overlay::create(venv, &python::choose(named)?)?;
    }
    let next = "name another folder, or remove this one first";
    let fault = format!(
        "{} is no environment of a Python that works",
        venv.display()
    );
    let interpreter = Interpreter::probe(&program).or_problem(fault, next)?;
    match named.map(|name| python::choose(Some(name))).transpose()? {
        Some(wanted) if wanted.base != interpreter.base => Err(problem(
            format!(
                "{} is an environment of {interpreter}, not of {wanted}",
                venv.display()
            ),
            next,
        )),
        _ => Ok(interpreter),
    }
}

/// Says what is in effect; a module that is not on Rust makes it a failure.
fn report(interpreter: &Interpreter) -> Result<Verdict> {
    let mut python = Command::new(&interpreter.executable);
    python.env_remove("CORTEN");
    let modules = overlay::in_effect(python)?;
    let is_rust = |module: &&overlay::InEffect| module.implementation.as_deref() == Some("rust");
    let rust: Vec<&str> = modules
        .iter()
        .filter(is_rust)
        .map(|module| module.module.as_str())
        .collect();
    anstream::println!(
        "On Rust in {}: {}",
        interpreter.executable.display(),
        rust.join(", ")
    );
    for module in modules.iter().filter(|module| !is_rust(module)) {
        let why = module
            .error
            .as_deref()
            .unwrap_or("the C module was imported");
        anstream::println!(
            "{}not on Rust: {}: {why}{:#}",
            style::FAILED,
            module.module,
            style::FAILED
        );
    }
    anstream::println!(
        "Look at it with `python -m corten`; switch it off with CORTEN=off in the environment."
    );
    Ok(if rust.len() == modules.len() {
        Verdict::Passed
    } else {
        Verdict::Failed
    })
}
