//! `corten demo`: a short tour on real input.

use anyhow::Result;
use serde::Deserialize;

use crate::Verdict;
use crate::error::OrProblem;
use crate::overlay::Environment;
use crate::process::{self, Step};
use crate::python;
use crate::registry::Registry;
use crate::style::{self, duration};
use crate::table::{Cell, Table, number, text};

/// Builds the overlay for this machine's Python and shows what it is for, on real input.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The Python: a path, a program's name, or a version [default: python3]
    #[arg(long, value_name = "PY")]
    python: Option<String>,
}

pub(crate) fn run(registry: &Registry, args: &Args) -> Result<Verdict> {
    let interpreter = python::choose(args.python.as_deref())?;
    anstream::println!(
        "{0}Corten{0:#} puts Rust under {interpreter}.\n",
        style::HEADING
    );
    let environment = Environment::prepare(registry, &interpreter)?;
    introduce(registry, &environment)?;
    let tour = Tour::take(registry, &environment)?;
    tour.print();
    let verdict = tour.verdict();
    if verdict == Verdict::Passed {
        invite(&environment);
    }
    Ok(verdict)
}

/// What the tour tells, in the order of its events.
#[derive(Default)]
struct Tour {
    inputs: Vec<(String, u64)>,
    rows: Vec<Row>,
    checks: Vec<(String, bool)>,
}

#[derive(Deserialize)]
#[serde(tag = "event", rename_all = "lowercase")]
enum Event {
    Input { text: String, size: u64 },
    Row(Row),
    Check { text: String, passed: bool },
}

#[derive(Deserialize)]
struct Row {
    work: String,
    size: u64,
    c: f64,
    rust: f64,
    ratio: f64,
}

impl Tour {
    fn take(registry: &Registry, environment: &Environment) -> Result<Self> {
        let step = Step::new("working on C and on Rust, turn by turn");
        let mut command = environment.command();
        command.arg(registry.root.join("python/tools/tour.py"));
        let next = "`cargo corten test` tells which module is at fault";
        let mut tour = Self::default();
        process::for_each_line(command, next, |line| {
            match serde_json::from_str(line).or_problem(format!("the tour said: {line}"), next)? {
                Event::Input { text, size } => tour.inputs.push((text, size)),
                Event::Row(row) => {
                    step.show(&row.work);
                    tour.rows.push(row);
                }
                Event::Check { text, passed } => tour.checks.push((text, passed)),
            }
            Ok(())
        })?;
        step.done("");
        Ok(tour)
    }

    fn print(&self) {
        println!();
        for (input, size) in &self.inputs {
            anstream::println!(
                "  {}{input}, {}{:#}",
                style::FAINT,
                bytes(*size),
                style::FAINT
            );
        }
        println!();
        let mut table = Table::new(["work", "size", "C", "Rust", "faster"]);
        for row in &self.rows {
            table.row([
                text(row.work.as_str()),
                number(bytes(row.size)),
                number(duration(row.c)),
                number(duration(row.rust)),
                ratio(row.ratio),
            ]);
        }
        table.print();
        println!();
        for (check, passed) in &self.checks {
            let (mark, color) = if *passed {
                ("✓", style::PASSED)
            } else {
                ("✗", style::FAILED)
            };
            anstream::println!("  {color}{mark}{color:#} {check}");
        }
    }

    fn verdict(&self) -> Verdict {
        let passed = !self.checks.is_empty() && self.checks.iter().all(|(_, passed)| *passed);
        if passed {
            Verdict::Passed
        } else {
            Verdict::Failed
        }
    }
}

/// Says what Rust replaces in the environment.
fn introduce(registry: &Registry, environment: &Environment) -> Result<()> {
    let in_effect = environment.in_effect("")?;
    println!();
    for module in registry.installed() {
        let entry = &module.entry;
        let is_rust = |name: &String| {
            in_effect
                .iter()
                .any(|item| item.module == *name && item.implementation.as_deref() == Some("rust"))
        };
        let (mark, color) = if entry.modules.iter().all(is_rust) {
            ("Rust", style::PASSED)
        } else {
            ("C", style::FAILED)
        };
        let lines = style::thousands(entry.c_lines);
        let name = entry.modules.join(", ");
        anstream::println!(
            "  {color}{mark:4}{color:#} {name:10} in place of {lines:>5} lines of C"
        );
    }
    println!();
    Ok(())
}

fn invite(environment: &Environment) {
    anstream::println!("\nNo line of Python was changed for this. Try your own program:");
    anstream::println!("  {} your_program.py", environment.python.display());
    anstream::println!("Put it into an environment of yours:");
    anstream::println!("  cargo corten install --venv DIR");
}

/// A ratio: green where Rust is faster.
pub(crate) fn ratio(ratio: f64) -> Cell {
    let color = match ratio {
        r if r >= 1.05 => style::PASSED,
        r if r < 0.97 => style::FAILED,
        _ => anstyle::Style::new(),
    };
    let decimals = if ratio < 10.0 { 2 } else { 1 };
    number(format!("{ratio:.decimals$}x")).styled(color)
}

/// A number of bytes in the unit that suits it.
pub(crate) fn bytes(size: u64) -> String {
    match size {
        0..10_000 => format!("{size} B"),
        10_000..1_000_000 => format!("{:.0} kB", size as f64 / 1e3),
        _ => format!("{:.1} MB", size as f64 / 1e6),
    }
}
