//! `cargo test`, with the compile-fail tests and the examples in the documentation.

use std::process::Command;

use anyhow::Result;

use super::Plan;
use super::report::{Failure, Kind, Section};
use crate::process::{self, Step};
use crate::python::Interpreter;

/// Runs the Rust tests of the workspace, or of the chosen modules.
pub(super) fn run(plan: &Plan<'_>, interpreter: &Interpreter) -> Result<Section> {
    let step = Step::new("running the Rust tests");
    let mut command = Command::new(process::cargo());
    command
        .current_dir(&plan.registry.root)
        .args(["test", "--no-fail-fast"]);
    if plan.all {
        command.arg("--workspace");
    }
    for module in plan.modules.iter().filter(|_| !plan.all) {
        command.args(["--package", &module.name]);
    }
    command
        .env("PYO3_PYTHON", &interpreter.base)
        .env_remove("PYO3_CONFIG_FILE");
    let finished = process::run(command, &step)?;
    let mut section = Section::new(Kind::Rust, "Rust tests");
    read(&finished.output, &mut section);
    if !finished.status.success() && section.is_clean() {
        section.fail(Failure {
            test: "cargo test".into(),
            details: process::tail(&finished.output, 60),
        });
    }
    step.done(&Section::sum(std::slice::from_ref(&section)));
    Ok(section)
}

/// Reads the results off the output of `cargo test`.
fn read(output: &str, section: &mut Section) {
    let mut part = String::new();
    for line in output.lines() {
        if let Some(name) = line
            .trim_start()
            .strip_prefix("Running ")
            .or(line.trim_start().strip_prefix("Doc-tests "))
        {
            part = name.to_owned();
        } else if let Some(result) = line.strip_prefix("test result: ") {
            section.add_passed(count(result, "passed"));
            section.skip(count(result, "ignored"));
        } else if let Some(test) = line
            .strip_prefix("test ")
            .and_then(|rest| rest.strip_suffix(" ... FAILED"))
        {
            section.fail(Failure {
                test: format!("{test} ({part})"),
                details: details(output, test),
            });
        }
    }
}

/// The number before a word in `ok. 5 passed; 0 failed; 1 ignored; …`.
fn count(result: &str, word: &str) -> u64 {
    let number = result
        .split([';', '.'])
        .find_map(|part| part.trim().strip_suffix(word));
    number
        .and_then(|number| number.trim().parse().ok())
        .unwrap_or(0)
}

/// What a failed test wrote.
fn details(output: &str, test: &str) -> String {
    let text = output
        .split_once(&format!("---- {test} stdout ----\n"))
        .map_or("", |(_, text)| text);
    text.split("\n---- ")
        .next()
        .and_then(|text| text.split("\n\nfailures:").next())
        .unwrap_or("")
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUT: &str = "\
     Running unittests src/lib.rs (target/debug/deps/zlib-1)

running 2 tests
test deflate::grows ... ok
test inflate::ends ... FAILED

failures:

---- inflate::ends stdout ----

thread 'inflate::ends' panicked at src/inflate.rs:3:5:
left: 1

failures:
    inflate::ends

test result: FAILED. 1 passed; 1 failed; 2 ignored; 0 measured; 0 filtered out; finished in 0.00s
";

    #[test]
    fn results_are_read() {
        let mut section = Section::new(Kind::Rust, "Rust tests");
        read(OUTPUT, &mut section);
        assert!(!section.is_clean());
        let json = serde_json::to_value(&section).unwrap();
        assert_eq!((&json["passed"], &json["skipped"]), (&1.into(), &2.into()));
        assert_eq!(
            json["failures"][0]["test"],
            "inflate::ends (unittests src/lib.rs (target/debug/deps/zlib-1))"
        );
        let details = json["failures"][0]["details"].as_str().unwrap();
        assert!(details.ends_with("left: 1"), "{details}");
    }
}
