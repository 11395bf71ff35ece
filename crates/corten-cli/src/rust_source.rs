//! The Rust sources of a crate.

use std::fmt::Display;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Error, Result};

use crate::error::{OrProblem, problem};

/// A file of Rust code.
pub(crate) struct RustFile {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

impl RustFile {
    /// All files below a folder, in the order of their paths.
    pub(crate) fn all_in(folder: &Path) -> Result<Vec<Self>> {
        let mut paths = Vec::new();
        collect(folder, &mut paths)?;
        paths.sort();
        paths.into_iter().map(Self::read).collect()
    }

    fn read(path: PathBuf) -> Result<Self> {
        let text = fs::read_to_string(&path).or_problem(
            format!("{} can't be read", path.display()),
            "make the file readable",
        )?;
        Ok(Self { path, text })
    }

    /// A line of it as `file:line`, from the repository's root.
    pub(crate) fn place(&self, root: &Path, line: usize) -> String {
        let path = self.path.strip_prefix(root).unwrap_or(&self.path);
        format!("{}:{line}", path.display())
    }

    /// The error for a file that no parser takes.
    pub(crate) fn not_rust(&self, error: impl Display) -> Error {
        problem(
            format!("{} is not Rust: {error}", self.path.display()),
            "make it compile first: `cargo check --workspace` names the line",
        )
    }
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) -> Result<()> {
    let entries = fs::read_dir(folder).or_problem(
        format!("{} can't be read", folder.display()),
        "run corten in a complete clone of the repository",
    )?;
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            collect(&path, paths)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
    Ok(())
}
