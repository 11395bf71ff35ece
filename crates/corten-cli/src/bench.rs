//! `corten bench`: C beside Rust in one process.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use serde::{Deserialize, Serialize};

use crate::Verdict;
use crate::demo::{bytes, ratio};
use crate::error::OrProblem;
use crate::overlay::Environment;
use crate::performance;
use crate::process::{self, Step};
use crate::python;
use crate::registry::{Module, Registry};
use crate::style::{self, duration};
use crate::table::{Table, number, text};

/// Measures each function of the modules, C beside Rust, turn by turn in one process.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Only this module (may be repeated) [default: all]
    #[arg(long = "module", short, value_name = "M")]
    modules: Vec<String>,
    /// The Python: a path, a program's name, or a version [default: python3]
    #[arg(long, value_name = "PY")]
    python: Option<String>,
    /// Write the results to this file, too
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write the results to docs/performance.md and the README's table, too
    #[arg(long, conflicts_with = "modules")]
    docs: bool,
}

/// One case at one size. Times are seconds for one call.
#[derive(Deserialize, Serialize)]
pub(crate) struct Case {
    pub(crate) module: String,
    pub(crate) name: String,
    pub(crate) size: u64,
    pub(crate) c: f64,
    pub(crate) rust: f64,
    pub(crate) ratio: f64,
}

#[derive(Serialize)]
struct Report<'a> {
    python: String,
    cases: &'a [Case],
}

pub(crate) fn run(registry: &Registry, args: &Args) -> Result<Verdict> {
    let modules = registry.select(&args.modules)?;
    let interpreter = python::choose(args.python.as_deref())?;
    let environment = Environment::prepare(registry, &interpreter)?;
    let mut cases = Vec::new();
    for module in modules
        .iter()
        .filter(|module| module.entry.python.contains(interpreter.version()))
    {
        measure(registry, &environment, module, &mut cases)?;
    }
    anstream::println!("{interpreter}, times of one call, medians\n");
    print(&cases);
    if let Some(path) = &args.json {
        write_json(
            path,
            &Report {
                python: interpreter.label(),
                cases: &cases,
            },
        )?;
    }
    if args.docs {
        let circumstances = format!("CPython {}, {}.", interpreter.label(), machine());
        performance::write(registry, &cases, &circumstances)?;
    }
    Ok(Verdict::Passed)
}

/// What the measurements ran on.
fn machine() -> String {
    let processor = fs::read_to_string("/proc/cpuinfo").ok().and_then(|info| {
        let line = info.lines().find(|line| line.starts_with("model name"))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    });
    let processor = processor.unwrap_or_else(|| "an unnamed processor".to_owned());
    format!(
        "{processor} ({}, {})",
        std::env::consts::ARCH,
        std::env::consts::OS
    )
}

fn measure(
    registry: &Registry,
    environment: &Environment,
    module: &Module,
    cases: &mut Vec<Case>,
) -> Result<()> {
    let step = Step::new(format!("measuring {}", module.name));
    let files = bench_files(&registry.root.join(module.folder()));
    for name in module.entry.modules.iter().filter(|_| !files.is_empty()) {
        let mut command = environment.command();
        command
            .arg(registry.root.join("python/tools/bench.py"))
            .arg(name)
            .args(&files);
        let next = format!("correct {}/bench, or the module", module.folder());
        process::for_each_line(command, &next, |line| {
            let case: Case = serde_json::from_str(line)
                .or_problem(format!("the benchmark said: {line}"), &next)?;
            step.show(&format!("{} {}", case.name, bytes(case.size)));
            cases.push(case);
            Ok(())
        })?;
    }
    step.done("");
    Ok(())
}

fn bench_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder.join("bench"))
        .into_iter()
        .flatten()
        .flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    let is_bench = |path: &PathBuf| {
        path.extension().is_some_and(|extension| extension == "py")
            && path
                .file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with("bench_"))
    };
    files.retain(is_bench);
    files.sort();
    files
}

fn print(cases: &[Case]) {
    let smallest = cases
        .iter()
        .map(|case| case.ratio)
        .fold(f64::INFINITY, f64::min);
    let mut table = Table::new(["module", "case", "size", "C", "Rust", "faster", ""]);
    for case in cases {
        table.row([
            text(case.module.as_str()),
            text(case.name.as_str()),
            number(bytes(case.size)),
            number(duration(case.c)),
            number(duration(case.rust)),
            ratio(case.ratio),
            text(if case.ratio <= smallest {
                "◀ smallest"
            } else {
                ""
            })
            .styled(style::NOTE),
        ]);
    }
    table.print();
}

/// Writes a report as JSON.
pub(crate) fn write_json(path: &Path, report: &impl Serialize) -> Result<()> {
    let text = serde_json::to_string_pretty(report)?;
    fs::write(path, text + "\n").or_problem(
        format!("{} can't be written", path.display()),
        "name a file in a folder that exists",
    )
}
