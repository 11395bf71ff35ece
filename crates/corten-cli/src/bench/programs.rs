//! What users see of it: whole programs, and the start of Python.

use std::fs;
use std::process::Command;

use anyhow::Result;
use serde::Deserialize;

use super::Bench;
use super::report::{Program, Start, Times};
use super::statistics::Ratio;
use crate::error::OrProblem;
use crate::overlay;
use crate::process::{self, Step};

/// How often the start of Python, which takes milliseconds, is measured for each round of the rest.
const STARTS_PER_ROUND: usize = 3;

/// A line of the tools.
#[derive(Deserialize)]
struct Line {
    name: String,
    c: Vec<Vec<f64>>,
    rust: Vec<Vec<f64>>,
    memory: Option<(f64, f64)>,
}

/// Runs whole programs, with everything in C and with everything in Rust.
pub(super) fn measure(bench: &mut Bench<'_>) -> Result<()> {
    bench.report.programs = run(bench, "bench_programs.py", "running whole programs")?;
    Ok(())
}

/// Runs benchmarks that CPython's developers use, if they can be had.
pub(super) fn measure_pyperformance(bench: &mut Bench<'_>) -> Result<()> {
    if bench.equipment.has_pyperformance() {
        bench.report.pyperformance =
            run(bench, "bench_pyperformance.py", "running pyperformance's")?;
    }
    Ok(())
}

fn run(bench: &Bench<'_>, tool: &str, title: &str) -> Result<Vec<Program>> {
    let step = Step::new(title);
    let mut command = bench.environment.command();
    command
        .arg(bench.tool(tool))
        .args(["--rounds", &bench.rounds.to_string()]);
    let next = "run `cargo corten test`, which tells which module is at fault";
    let mut programs = Vec::new();
    process::for_each_line(command, next, |line| {
        let line: Line =
            serde_json::from_str(line).or_problem(format!("{tool} said: {line}"), next)?;
        step.show(&line.name);
        programs.push(program(line));
        Ok(())
    })?;
    step.done("");
    Ok(programs)
}

fn program(line: Line) -> Program {
    let (c, rust) = (Times::of(line.c), Times::of(line.rust));
    Program {
        name: line.name,
        ratio: Ratio::of(&c.best(), &rust.best()),
        memory: line.memory,
        c,
        rust,
    }
}

/// Compares the start of Python, imports, memory and files with an environment that is the same, but without Corten.
pub(super) fn measure_start(bench: &mut Bench<'_>) -> Result<()> {
    let folder = bench.folder();
    let stock = folder.join("stock");
    if !overlay::python_of(&stock).exists() {
        overlay::create(&stock, &bench.environment.interpreter)?;
    }
    let step = Step::new("starting Python, without Corten and with it");
    let rows = folder.join("start.json");
    let mut command = Command::new(&bench.environment.python);
    command
        .arg(bench.tool("startup.py"))
        .arg(overlay::python_of(&stock))
        .arg(&bench.environment.python)
        .args(["--runs", &(bench.rounds * STARTS_PER_ROUND).to_string()])
        .arg("--json")
        .arg(&rows);
    let next = "run `cargo corten test`, which tells what is at fault";
    process::must_run(command, &step, next)?;
    let text = fs::read_to_string(&rows).or_problem("startup.py wrote no results", next)?;
    let mut rows: Vec<Start> =
        serde_json::from_str(&text).or_problem("startup.py wrote something else", next)?;
    // That of the import itself says more than that of the whole process.
    rows.retain(|row| !row.case.starts_with("import ") || row.measure == "import");
    bench.report.start = rows;
    step.done("");
    Ok(())
}
