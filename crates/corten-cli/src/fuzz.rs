//! `corten fuzz`: random programs on C and on Rust, compared line by line.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::Result;
use serde::{Deserialize, Serialize};

use crate::Verdict;
use crate::bench::write_json;
use crate::error::OrProblem;
use crate::overlay::Environment;
use crate::process::{self, Step};
use crate::python;
use crate::registry::Registry;
use crate::style::{self, thousands};
use crate::table::{Table, number, text};

/// What makes the programs, and shrinks those that differ.
const HYPOTHESIS: [&str; 2] = ["hypothesis==6.170.17", "sortedcontainers==2.4.0"];

/// Looks for differences from the C modules, and for crashes, by random programs of a few lines.
///
/// The same seed gives the same programs. Each difference is shown as a script, as short as it could be made.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Only this module (may be repeated) [default: all]
    #[arg(long = "module", short, value_name = "M")]
    modules: Vec<String>,
    /// The Python: a path, a program's name, or a version [default: python3]
    #[arg(long, value_name = "PY")]
    python: Option<String>,
    /// How long to look, all modules together
    #[arg(long, value_name = "N", default_value_t = 300)]
    seconds: u64,
    /// Go on to the next module after so many calls, whatever time is left
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    calls: u64,
    /// The first seed
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Write the results to this file, too
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// One module's programs.
struct Job {
    module: String,
    file: PathBuf,
}

/// What `fuzz.py` writes, line by line.
#[derive(Deserialize)]
#[serde(tag = "event", rename_all = "lowercase")]
enum Event {
    Progress { calls: u64, seed: u64 },
    Difference(Difference),
    End { calls: u64, seed: u64 },
}

#[derive(Deserialize, Serialize)]
struct Difference {
    seed: u64,
    script: String,
    c: String,
    rust: String,
}

/// How it went with a module.
#[derive(Default, Serialize)]
struct Findings {
    module: String,
    calls: u64,
    next_seed: u64,
    differences: Vec<Difference>,
    /// Scripts that ended the interpreter, and how.
    crashes: Vec<(String, String)>,
}

pub(crate) fn run(registry: &Registry, args: &Args) -> Result<Verdict> {
    let interpreter = python::choose(args.python.as_deref())?;
    let environment = Environment::prepare(registry, &interpreter)?;
    environment.add_packages(&HYPOTHESIS)?;
    let jobs = jobs(registry, &environment, &args.modules)?;
    let workers = process::processors().min(jobs.len()).max(1);
    let share = args.seconds as f64 * workers as f64 / jobs.len().max(1) as f64;
    let fuzzer = Fuzzer {
        tool: registry.root.join("python/tools/fuzz.py"),
        journals: environment.build.join("fuzz"),
        environment,
        share: Duration::from_secs_f64(share),
        calls: args.calls,
        seed: args.seed,
        step: Step::new("running random programs"),
    };
    let findings = fuzzer.run_all(&jobs, workers)?;
    fuzzer.step.done("");
    print(&findings);
    if let Some(path) = &args.json {
        write_json(path, &findings)?;
    }
    let is_clean =
        |findings: &Findings| findings.differences.is_empty() && findings.crashes.is_empty();
    Ok(match findings.iter().all(is_clean) {
        true => Verdict::Passed,
        false => Verdict::Failed,
    })
}

/// Those of the chosen modules that have programs, and a C module to compare with.
fn jobs(registry: &Registry, environment: &Environment, names: &[String]) -> Result<Vec<Job>> {
    let version = environment.interpreter.version();
    let in_c = environment.in_effect("off")?;
    let has_c = |name: &String| {
        in_c.iter()
            .any(|item| item.module == *name && item.implementation.as_deref() == Some("c"))
    };
    let modules = registry.select(names)?.into_iter();
    let served = modules.filter(|module| module.entry.python.contains(version));
    Ok(served
        .flat_map(|module| {
            let files = registry.scripts(&module, "fuzz");
            let names = module.entry.modules.into_iter().filter(has_c);
            let pairs = names.flat_map(move |name| {
                files
                    .clone()
                    .into_iter()
                    .map(move |file| (name.clone(), file))
            });
            pairs.map(|(module, file)| Job { module, file })
        })
        .collect())
}

struct Fuzzer {
    environment: Environment,
    tool: PathBuf,
    /// Where each process writes which program it is at.
    journals: PathBuf,
    /// The time of each module.
    share: Duration,
    /// The most calls of each process; 0 for no limit.
    calls: u64,
    seed: u64,
    step: Step,
}

impl Fuzzer {
    fn run_all(&self, jobs: &[Job], workers: usize) -> Result<Vec<Findings>> {
        fs::create_dir_all(&self.journals).or_problem(
            format!("{} can't be made", self.journals.display()),
            "make the target folder writable",
        )?;
        let next = AtomicUsize::new(0);
        let results = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for _ in 0..workers {
                scope.spawn(|| {
                    while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let result = self.run(job);
                        results.lock().expect("no worker panics").push(result);
                    }
                });
            }
        });
        let results = results.into_inner().expect("no worker panics");
        let mut findings: Vec<Findings> = results.into_iter().collect::<Result<_>>()?;
        findings.sort_by(|one, other| one.module.cmp(&other.module));
        Ok(findings)
    }

    /// Runs a module's programs; after a crash, goes on with the next seed.
    fn run(&self, job: &Job) -> Result<Findings> {
        let end = Instant::now() + self.share;
        let mut findings = Findings {
            module: job.module.clone(),
            next_seed: self.seed,
            ..Findings::default()
        };
        while let Some(left) = end.checked_duration_since(Instant::now()) {
            let journal = self.journals.join(&job.module);
            match self.process(job, left, &journal, &mut findings)? {
                None => break,
                Some(end) => {
                    let script = fs::read_to_string(&journal).unwrap_or_default();
                    findings.crashes.push((script, end));
                    findings.next_seed += 1;
                }
            }
        }
        Ok(findings)
    }

    /// Runs one process; tells how it ended if it did not come to its end.
    fn process(
        &self,
        job: &Job,
        left: Duration,
        journal: &Path,
        findings: &mut Findings,
    ) -> Result<Option<String>> {
        let mut command: Command = self.environment.command();
        command
            .arg(&self.tool)
            .arg(&job.module)
            .arg(&job.file)
            .arg("--journal")
            .arg(journal)
            .args(["--seconds", &left.as_secs_f64().to_string()])
            .args(["--calls", &self.calls.to_string()])
            .args(["--seed", &findings.next_seed.to_string()])
            .stdin(Stdio::null());
        let before = findings.calls;
        let finished = process::run_each(command, |line| match serde_json::from_str(line) {
            Ok(Event::Progress { calls, seed } | Event::End { calls, seed }) => {
                findings.calls = before + calls;
                findings.next_seed = seed;
                self.step.show(&format!(
                    "{}: {} calls",
                    job.module,
                    thousands(findings.calls)
                ));
            }
            Ok(Event::Difference(difference)) => findings.differences.push(difference),
            Err(_) => {}
        })?;
        Ok((!finished.status.success()).then(|| {
            format!(
                "{}\n{}",
                finished.status,
                process::tail(&finished.output, 5)
            )
        }))
    }
}

fn print(all: &[Findings]) {
    let mut table = Table::new(["module", "calls", "differences", "crashes"]);
    for findings in all {
        table.row([
            text(findings.module.as_str()),
            number(thousands(findings.calls)),
            number(findings.differences.len().to_string()),
            number(findings.crashes.len().to_string()),
        ]);
    }
    table.print();
    let calls: u64 = all.iter().map(|findings| findings.calls).sum();
    println!("\n{} calls", thousands(calls));
    for findings in all {
        for Difference {
            script, c, rust, ..
        } in &findings.differences
        {
            anstream::println!(
                "\n{0}{1} differs:{0:#}\n{script}",
                style::FAILED,
                findings.module
            );
            println!("  C    {c}\n  Rust {rust}");
        }
        for (script, end) in &findings.crashes {
            anstream::println!(
                "\n{0}{1} ends the interpreter:{0:#}\n{script}\n{end}",
                style::FAILED,
                findings.module
            );
        }
    }
}
