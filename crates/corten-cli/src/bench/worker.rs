//! A process that measures the cases of a module on one implementation, as it is told.

use std::io::{BufRead, BufReader, Lines, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use anyhow::Result;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Bench;
use super::statistics::best;
use crate::error::{OrProblem, problem};
use crate::registry::Module;

/// Whose code does the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Implementation {
    C,
    Rust,
    Package,
}

/// `python/tools/bench_worker.py`, at work.
pub(super) struct Worker {
    child: Child,
    requests: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
    next: String,
}

/// One case at one size.
#[derive(Clone, Deserialize)]
pub(super) struct Listed {
    pub(super) name: String,
    pub(super) size: u64,
    /// The special-purpose package that does the same.
    pub(super) package: Option<String>,
}

/// How to measure: so many values of so many calls each, after so many that don't count.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct Plan {
    loops: u64,
    values: u64,
    warmups: u64,
}

impl Implementation {
    pub(super) const ALL: [Self; 3] = [Self::C, Self::Rust, Self::Package];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::C => "c",
            Self::Rust => "rust",
            Self::Package => "package",
        }
    }

    /// The file with pyperf's data on a module.
    pub(super) fn suite(self, bench: &Bench<'_>, module: &str) -> PathBuf {
        bench
            .folder()
            .join(format!("{module}-{}.json", self.name()))
    }
}

impl Worker {
    /// Starts a process for the Python module `name`, which `module` provides.
    pub(super) fn start(
        bench: &Bench<'_>,
        module: &Module,
        name: &str,
        implementation: Implementation,
    ) -> Result<Self> {
        let mut command = bench.environment.command();
        command
            .arg(bench.tool("bench_worker.py"))
            .args(["--min-time", &Plan::LOOPS_TIME.to_string(), "--suite"])
            .arg(implementation.suite(bench, name))
            .args([implementation.name(), name])
            .args(bench.files(module))
            // Nothing differs between the implementations but the one module.
            .env("CORTEN", "off")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        if let Some(library) = std::env::var_os("CORTEN_LIBRARY") {
            command.env("CORTEN_LIBRARY", library);
        }
        let next = format!("correct {}/bench, or the module", module.folder());
        let mut child = command
            .spawn()
            .or_problem("the environment's Python can't be started", next.as_str())?;
        let (requests, answers) = child.stdin.take().zip(child.stdout.take()).expect("piped");
        Ok(Self {
            child,
            requests,
            answers: BufReader::new(answers).lines(),
            next,
        })
    }

    /// What it tells at the beginning: all cases, in the order in which they are numbered.
    pub(super) fn cases(&mut self) -> Result<Vec<Listed>> {
        self.answer()
    }

    /// Has it make the input of a case, which goes on until it has [said](Self::is_ready) whether there is any.
    pub(super) fn prepare(&mut self, case: usize) -> Result<()> {
        self.ask(&json!({ "prepare": case }))
    }

    pub(super) fn is_ready(&mut self) -> Result<bool> {
        self.answer()
    }

    /// Seconds of one call, each value over the calls that are planned.
    pub(super) fn measure(&mut self, plan: Plan) -> Result<Vec<f64>> {
        self.ask(&plan)?;
        self.answer()
    }

    /// Has them save pyperf's data, all at the same time, and ends them.
    pub(super) fn finish(workers: impl IntoIterator<Item = Self>) -> Result<()> {
        let end = |Self { child, next, .. }| (child, next);
        let ended: Vec<_> = workers.into_iter().map(end).collect();
        for (mut child, next) in ended {
            let status = child.wait()?;
            if !status.success() {
                return Err(problem(format!("the benchmark failed ({status})"), next));
            }
        }
        Ok(())
    }

    fn ask(&mut self, request: &impl Serialize) -> Result<()> {
        let line = serde_json::to_string(request)?;
        writeln!(self.requests, "{line}")
            .or_problem("the benchmark ended in the middle", self.next.as_str())
    }

    fn answer<T: DeserializeOwned>(&mut self) -> Result<T> {
        let Some(line) = self.answers.next() else {
            let status = self.child.wait()?;
            let what = format!("the benchmark failed ({status}); its lines stand above");
            return Err(problem(what, self.next.as_str()));
        };
        let line = line?;
        serde_json::from_str(&line)
            .or_problem(format!("the benchmark said: {line}"), self.next.as_str())
    }
}

impl Plan {
    /// Seconds that the calls of one value must take together: so short that many values escape what else goes on.
    pub(super) const LOOPS_TIME: f64 = 0.001;

    /// Seconds for the values of one case in one turn.
    const TURN_TIME: f64 = 0.02;

    /// Calls longer than this, in seconds, need no warming up, and one turn in a round.
    const LONG: f64 = 0.02;

    /// Lets pyperf find the number of calls; two values, since it would be deceived by one that is disturbed.
    pub(super) const CALIBRATION: Self = Self {
        loops: 0,
        values: 2,
        warmups: 0,
    };

    /// The plan after what was seen last: some seconds of one call.
    pub(super) fn after(values: &[f64]) -> Self {
        let call = best(values);
        // pyperf doubles; and it may have been disturbed.
        let loops = (Self::LOOPS_TIME / call).ceil() as u64;
        let value = call * loops as f64;
        Self {
            loops,
            values: ((Self::TURN_TIME / value) as u64).clamp(1, 4),
            warmups: u64::from(value < Self::LONG),
        }
    }

    /// Whether a call takes so long that little disturbs it.
    pub(super) fn is_long(self) -> bool {
        self.warmups == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plans_fit_the_time() {
        let plan = |call: f64| {
            let Plan {
                loops,
                values,
                warmups,
            } = Plan::after(&[call * 9.0, call]);
            (loops, values, warmups)
        };
        assert_eq!(plan(3e-6), (334, 4, 1));
        assert_eq!(plan(0.009), (1, 2, 1));
        assert_eq!(plan(0.03), (1, 1, 0));
        assert_eq!(plan(0.5), (1, 1, 0));
    }
}
