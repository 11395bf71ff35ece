//! Running one file of Python tests.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Result;
use serde::Deserialize;

use crate::error::OrProblem;
use crate::overlay::Environment;
use crate::process::{Step, processors, tail};

/// A file of tests, and how it is run.
#[derive(Clone)]
pub(super) struct TestFile {
    /// The name of one of CPython's test files, or a path.
    pub(super) target: String,
    /// The value of CORTEN.
    pub(super) setting: &'static str,
    /// More folders in which Python looks for modules.
    pub(super) python_path: Vec<PathBuf>,
    /// The resources of `test.support` that are allowed.
    pub(super) resources: &'static str,
}

/// The outcomes of a file's tests, by name.
pub(super) type Outcomes = BTreeMap<String, TestResult>;

/// How one test ended.
#[derive(Clone, Debug)]
pub(super) struct TestResult {
    pub(super) outcome: Outcome,
    pub(super) details: String,
}

/// How a test can end, from good to bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Outcome {
    Passed,
    #[serde(rename = "expected failure")]
    ExpectedFailure,
    Skipped,
    #[serde(rename = "unexpected success")]
    UnexpectedSuccess,
    Failed,
    Error,
    /// The interpreter died, or the file could not be loaded.
    Crashed,
}

/// The name under which a file's end is reported when it has none of its tests to blame.
const WHOLE_FILE: &str = "(the file)";
/// Seconds that a file may take.
const TIME_LIMIT: &str = "1500";

impl TestFile {
    /// Runs it in a new interpreter and a new folder.
    pub(super) fn run(&self, runner: &Path, environment: &Environment) -> Result<Outcomes> {
        let next = "make room in the folder for temporary files, or name another one: TMPDIR";
        let folder = Scratch::new().or_problem("no temporary folder can be made", next)?;
        let (log, events) = (folder.0.join("log"), folder.0.join("events"));
        let work = folder.0.join("w");
        fs::create_dir(&work).or_problem(format!("{} can't be made", work.display()), next)?;
        let output =
            File::create(&log).or_problem(format!("{} can't be written", log.display()), next)?;
        let mut command = environment.command();
        command
            .arg(runner)
            .arg(&self.target)
            .arg("--events")
            .arg(&events)
            .args(["--resources", self.resources, "--timeout", TIME_LIMIT])
            .current_dir(&work)
            .env("CORTEN", self.setting)
            .env("TMPDIR", &work)
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output);
        if !self.python_path.is_empty() {
            command.env("PYTHONPATH", std::env::join_paths(&self.python_path)?);
        }
        let status = command
            .status()
            .or_problem("Python can't be started", "run the command again")?;
        let log = String::from_utf8_lossy(&fs::read(&log).unwrap_or_default()).into_owned();
        Ok(read_events(
            &fs::read_to_string(&events).unwrap_or_default(),
            status,
            &log,
        ))
    }
}

/// Runs files, as many at a time as there are processors; the results come in the files' order.
pub(super) fn run_all(
    files: &[TestFile],
    runner: &Path,
    environment: &Environment,
    step: &Step,
) -> Result<Vec<Outcomes>> {
    let workers = processors().min(files.len().max(1));
    let next = AtomicUsize::new(0);
    let work = || {
        let mut results = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(file) = files.get(index) else {
                return results;
            };
            step.show(&format!(
                "{} of {}: {}",
                index + 1,
                files.len(),
                file.target
            ));
            results.push((index, file.run(runner, environment)));
        }
    };
    let mut results: Vec<(usize, Result<Outcomes>)> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().expect("a worker does not panic"))
            .collect()
    });
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

fn read_events(events: &str, status: ExitStatus, log: &str) -> Outcomes {
    #[derive(Deserialize)]
    #[serde(tag = "event", rename_all = "lowercase")]
    enum Event {
        Start {
            test: String,
        },
        Stop {
            test: String,
            outcome: Outcome,
            details: String,
        },
        End,
    }
    let mut outcomes = Outcomes::new();
    let mut running = Some(WHOLE_FILE.to_owned());
    for line in events.lines() {
        match serde_json::from_str(line) {
            Ok(Event::Start { test }) => running = Some(test),
            Ok(Event::Stop {
                test,
                outcome,
                details,
            }) => {
                outcomes.insert(test, TestResult { outcome, details });
                running = Some(WHOLE_FILE.to_owned());
            }
            Ok(Event::End) => running = None,
            Err(_) => {} // the line in which the interpreter died
        }
    }
    if let Some(test) = running {
        let details = format!("{status}\n{}", tail(log, 60));
        outcomes.insert(
            test,
            TestResult {
                outcome: Outcome::Crashed,
                details,
            },
        );
    }
    outcomes
}

/// A temporary folder, removed at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> std::io::Result<Self> {
        static COUNTER: AtomicUsize = AtomicUsize::new(0);
        let number = COUNTER.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("corten-{}-{number}", std::process::id()));
        fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What a test made unreadable stays behind; nothing depends on it.
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(events: &str) -> Vec<(String, Outcome)> {
        let outcomes = read_events(events, ExitStatus::default(), "log");
        outcomes
            .into_iter()
            .map(|(test, result)| (test, result.outcome))
            .collect()
    }

    const PASSED: &str = r#"{"event": "start", "test": "a"}
{"event": "stop", "test": "a", "outcome": "passed", "details": "", "seconds": 0.1}
"#;

    #[test]
    fn a_whole_run_is_read() {
        let events = format!("{PASSED}{}\n", r#"{"event": "end"}"#);
        assert_eq!(read(&events), [("a".to_owned(), Outcome::Passed)]);
    }

    #[test]
    fn a_crash_is_blamed_on_the_test_that_ran() {
        let events = format!("{PASSED}{}\n{{\"eve", r#"{"event": "start", "test": "b"}"#);
        assert_eq!(
            read(&events),
            [
                ("a".to_owned(), Outcome::Passed),
                ("b".to_owned(), Outcome::Crashed)
            ]
        );
        assert_eq!(read(PASSED)[0], (WHOLE_FILE.to_owned(), Outcome::Crashed));
        assert_eq!(read("")[0], (WHOLE_FILE.to_owned(), Outcome::Crashed));
    }
}
