//! Errors that say what to do next.

use std::fmt;

use anyhow::{Error, Result};

/// What went wrong, why, and what to do about it.
#[derive(Debug)]
pub(crate) struct Problem {
    what: String,
    next: String,
    cause: Option<Error>,
}

/// An error that says what to do next.
pub(crate) fn problem(what: impl Into<String>, next: impl Into<String>) -> Error {
    Error::new(Problem {
        what: what.into(),
        next: next.into(),
        cause: None,
    })
}

/// Turns an error into one that says what to do next.
pub(crate) trait OrProblem<T> {
    fn or_problem(self, what: impl Into<String>, next: impl Into<String>) -> Result<T>;
}

impl<T, E: Into<Error>> OrProblem<T> for std::result::Result<T, E> {
    fn or_problem(self, what: impl Into<String>, next: impl Into<String>) -> Result<T> {
        self.map_err(|cause| {
            Error::new(Problem {
                what: what.into(),
                next: next.into(),
                cause: Some(cause.into()),
            })
        })
    }
}

/// Writes an error as `error:`, `because:` and `help:` lines to standard error.
pub(crate) fn report(error: &Error) {
    let error_mark = crate::style::FAILED;
    anstream::eprintln!("{error_mark}error:{error_mark:#} {error}");
    for cause in error.chain().skip(1) {
        anstream::eprintln!("  because: {cause}");
    }
    let next = error
        .chain()
        .filter_map(|e| e.downcast_ref::<Problem>())
        .next_back();
    let help = crate::style::HEADING;
    anstream::eprintln!(
        "  {help}help:{help:#} {}",
        next.map_or(
            "this looks like a fault in Corten: please report it with the lines above",
            |p| &p.next
        )
    );
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl std::error::Error for Problem {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_ref().map(AsRef::as_ref)
    }
}
