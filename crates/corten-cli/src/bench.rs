//! `corten bench`: C, Rust, and the best special-purpose packages, side by side.

mod cases;
mod chart;
mod docs;
mod equipment;
mod html;
mod programs;
mod report;
mod statistics;
mod svg;
mod terminal;
mod worker;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use serde::Serialize;

use crate::Verdict;
use crate::error::OrProblem;
use crate::overlay::Environment;
use crate::python;
use crate::registry::{Module, Registry};
use equipment::Equipment;
use report::Report;

/// Measures C beside Rust and the best packages, with pyperf: the modules' functions, whole programs, the start.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Only this module (may be repeated) [default: all]
    #[arg(long = "module", short, value_name = "M")]
    modules: Vec<String>,
    /// Only this part (may be repeated) [default: all; with --module: modules]
    #[arg(long = "part", value_name = "PART")]
    parts: Vec<Part>,
    /// The Python: a path, a program's name, or a version [default: python3]
    #[arg(long, value_name = "PY")]
    python: Option<String>,
    /// How many processes measure each implementation, from 5 on; with less than 8, the intervals are less sure than 99%
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u64).range(5..=100))]
    rounds: u64,
    /// Write the results to this file, too
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write a page with charts to this file, too
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Write the results to docs/performance.md, docs/speed.svg and the README's table, too
    #[arg(long)]
    docs: bool,
}

/// What can be measured.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// The modules' functions, beside C's and those of special-purpose packages
    Modules,
    /// Starting Python and importing modules, with and without Corten; memory; sizes of files
    Start,
    /// Whole programs
    Programs,
    /// The benchmarks of pyperformance that concern Corten's modules
    Pyperformance,
}

pub(crate) fn run(registry: &Registry, args: &Args) -> Result<Verdict> {
    let interpreter = python::choose(args.python.as_deref())?;
    let mut modules = registry.select(&args.modules)?;
    modules.retain(|module| module.entry.python.contains(interpreter.version()));
    let environment = Environment::prepare(registry, &interpreter)?;
    let equipment = Equipment::install(&environment, &modules, args.wants(Part::Pyperformance))?;
    let mut bench = Bench {
        registry,
        report: Report {
            python: interpreter.label(),
            rounds: args.rounds as usize,
            packages: equipment.versions(),
            ..Report::default()
        },
        environment,
        equipment,
        rounds: args.rounds as usize,
    };
    bench.run(&modules, |part| args.wants(part))?;
    let report = bench.report;
    terminal::print(&report, !args.modules.is_empty());
    if let Some(path) = &args.json {
        write_json(path, &report)?;
    }
    if let Some(path) = &args.html {
        write(path, &html::page(&report))?;
    }
    if args.docs {
        docs::write(registry, &report)?;
    }
    Ok(Verdict::Passed)
}

impl Args {
    fn wants(&self, part: Part) -> bool {
        if self.parts.is_empty() {
            return part == Part::Modules || self.modules.is_empty();
        }
        self.parts.contains(&part)
    }
}

/// A run of the benchmark.
struct Bench<'a> {
    registry: &'a Registry,
    environment: Environment,
    equipment: Equipment,
    rounds: usize,
    report: Report,
}

impl Bench<'_> {
    fn run(&mut self, modules: &[Module], wants: impl Fn(Part) -> bool) -> Result<()> {
        let folder = self.folder();
        fs::create_dir_all(&folder).or_problem(
            format!("{} can't be made", folder.display()),
            "make the target folder writable",
        )?;
        self.report.machine = equipment::machine(&self.environment)?;
        if wants(Part::Modules) {
            for module in modules {
                cases::measure(self, module)?;
            }
        }
        if wants(Part::Start) {
            programs::measure_start(self)?;
        }
        if wants(Part::Programs) {
            programs::measure(self)?;
        }
        if wants(Part::Pyperformance) {
            programs::measure_pyperformance(self)?;
        }
        Ok(())
    }

    /// Where pyperf's data go: `python -m pyperf compare_to zlib-c.json zlib-rust.json`, for instance.
    fn folder(&self) -> PathBuf {
        self.environment.build.with_file_name("bench")
    }

    fn tool(&self, name: &str) -> PathBuf {
        self.registry.root.join("python/tools").join(name)
    }

    /// A module's benchmark files.
    fn files(&self, module: &Module) -> Vec<PathBuf> {
        self.registry.scripts(module, "bench")
    }
}

/// Writes a report as JSON.
pub(crate) fn write_json(path: &Path, report: &impl Serialize) -> Result<()> {
    write(path, &(serde_json::to_string_pretty(report)? + "\n"))
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).or_problem(
        format!("{} can't be written", path.display()),
        "name a file in a folder that exists",
    )
}
