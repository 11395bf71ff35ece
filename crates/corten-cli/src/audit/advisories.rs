//! Advisories for the dependencies, by cargo-deny and the RustSec database.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Serialize;

/// What is known of them.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", content = "details", rename_all = "kebab-case")]
pub(super) enum Advisories {
    /// There is none.
    None,
    /// There are some; what cargo-deny says.
    Found(String),
    /// Nobody looked, and why.
    NotChecked(String),
}

/// What cargo-deny says when it has looked, whatever it found.
const LOOKED: [&str; 2] = ["advisories ok", "advisories FAILED"];

impl Advisories {
    pub(super) fn ask(root: &Path) -> Self {
        let mut command = Command::new(program(root));
        command
            .current_dir(root)
            .args(["--color", "never", "check", "advisories"])
            .stdin(Stdio::null());
        match command.output() {
            Err(_) => Self::NotChecked("cargo-deny is not installed".into()),
            Ok(output) => {
                let text = [output.stderr, output.stdout].concat();
                Self::read(&String::from_utf8_lossy(&text), output.status.success())
            }
        }
    }

    fn read(text: &str, success: bool) -> Self {
        let looked = LOOKED.iter().any(|line| text.contains(line));
        match (looked, success) {
            (true, true) => Self::None,
            (true, false) => Self::Found(text.trim().to_owned()),
            (false, _) => {
                let is_error = |line: &&str| line.contains("ERROR") || line.contains("error");
                let line = text.lines().find(is_error).unwrap_or("no answer");
                Self::NotChecked(format!("cargo-deny says: {}", line.trim()))
            }
        }
    }

    pub(super) fn fault(&self) -> Option<String> {
        match self {
            Self::Found(text) => Some(format!("there are advisories for dependencies:\n{text}")),
            _ => None,
        }
    }
}

/// That of `.ci/run`, or else one on the path.
fn program(root: &Path) -> PathBuf {
    let own = root.join("target/ci-tools/bin/cargo-deny");
    if own.exists() {
        own
    } else {
        "cargo-deny".into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_told_apart() {
        assert_eq!(Advisories::read("advisories ok\n", true), Advisories::None);
        let found = Advisories::read("error[vulnerability]: …\nadvisories FAILED\n", false);
        assert!(matches!(found, Advisories::Found(_)) && found.fault().is_some());
        let offline =
            Advisories::read("12:00 [ERROR] failed to fetch advisory database …\n", false);
        assert!(matches!(offline, Advisories::NotChecked(_)) && offline.fault().is_none());
    }
}
