//! Running programs, with progress on a terminal.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, IsTerminal};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::Result;
use indicatif::{ProgressBar, ProgressStyle};

use crate::error::{OrProblem, problem};
use crate::style;

/// One step of long work: a spinner on a terminal, a line elsewhere.
pub(crate) struct Step {
    bar: ProgressBar,
    title: String,
}

impl Step {
    /// Starts a step, with a title such as "building for Python 3.13.0".
    pub(crate) fn new(title: impl Into<String>) -> Self {
        let title = title.into();
        let bar = ProgressBar::new_spinner();
        let template = ProgressStyle::with_template("{spinner} {prefix} {elapsed} {wide_msg:.dim}");
        bar.set_style(template.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        bar.set_prefix(title.clone());
        bar.enable_steady_tick(Duration::from_millis(120));
        if !std::io::stderr().is_terminal() {
            eprintln!("… {title}");
        }
        Self { bar, title }
    }

    /// Shows what goes on within the step.
    pub(crate) fn show(&self, detail: &str) {
        self.bar.set_message(detail.trim().to_owned());
    }

    /// Ends the step, and tells how it went and how long it took.
    pub(crate) fn done(self, result: &str) {
        let seconds = self.bar.elapsed().as_secs();
        self.bar.finish_and_clear();
        let mut line = self.title.clone();
        if !result.is_empty() {
            line += &format!(": {result}");
        }
        if seconds > 0 {
            line += &format!(" ({seconds} s)");
        }
        anstream::eprintln!("{}✓{:#} {line}", style::PASSED, style::PASSED);
    }
}

impl Drop for Step {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// What a program left: its status and all that it wrote.
pub(crate) struct Finished {
    pub(crate) status: ExitStatus,
    pub(crate) output: String,
}

/// Runs a program to its end, showing its last line in the step.
pub(crate) fn run(command: Command, step: &Step) -> Result<Finished> {
    run_each(command, |line| step.show(line))
}

/// Runs a program to its end, and gives each line that it writes, to either output, to `each` at once.
pub(crate) fn run_each(mut command: Command, mut each: impl FnMut(&str)) -> Result<Finished> {
    let cannot_start = format!("{} can't be started", command.get_program().display());
    let next = "check that the program exists and may be executed";
    let (reader, writer) = std::io::pipe()?;
    command
        .stdin(Stdio::null())
        .stdout(writer.try_clone()?)
        .stderr(writer);
    let mut child = command.spawn().or_problem(cannot_start, next)?;
    drop(command); // holds the writing end of the pipe
    let mut output = String::new();
    let mut reader = BufReader::new(reader);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line)? > 0 {
        let text = String::from_utf8_lossy(&line);
        each(&text);
        output += &text;
        line.clear();
    }
    Ok(Finished {
        status: child.wait()?,
        output,
    })
}

/// Like [`run`], for a program that must succeed.
pub(crate) fn must_run(command: Command, step: &Step, next: &str) -> Result<String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let finished = run(command, step)?;
    if finished.status.success() {
        return Ok(finished.output);
    }
    let what = format!(
        "{program} failed ({}):\n{}",
        finished.status,
        tail(&finished.output, 40)
    );
    Err(problem(what, next))
}

/// Runs a program that must succeed, and gives each line that it writes to standard output to `each` at once.
pub(crate) fn for_each_line(
    mut command: Command,
    next: &str,
    mut each: impl FnMut(&str) -> Result<()>,
) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = command
        .spawn()
        .or_problem(format!("{program} can't be started"), next)?;
    for line in BufReader::new(child.stdout.take().expect("standard output is piped")).lines() {
        each(&line?)?;
    }
    match child.wait()? {
        status if status.success() => Ok(()),
        status => Err(problem(format!("{program} failed ({status})"), next)),
    }
}

/// How many programs can run at once.
pub(crate) fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Keeps the variables of the caller away whose names are unwanted.
pub(crate) fn without_variables(command: &mut Command, is_unwanted: impl Fn(&str) -> bool) {
    for (name, _) in std::env::vars_os() {
        if is_unwanted(&name.to_string_lossy()) {
            command.env_remove(name);
        }
    }
}

/// The cargo that runs this program, or the one on the PATH.
pub(crate) fn cargo() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// The last lines of a text.
pub(crate) fn tail(text: &str, lines: usize) -> String {
    let all: Vec<&str> = text.trim_end().lines().collect();
    all[all.len().saturating_sub(lines)..].join("\n")
}
