//! What the machine must have: a C compiler with its tools, make, and room.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::error::problem;

/// Room that building needs on the disk, in KiB.
const ROOM: u64 = 1_500_000;

/// The C compiler that CPython is built with, too.
pub(super) fn compiler() -> Command {
    let named = std::env::var("CC").unwrap_or_default();
    let mut words = named.split_whitespace();
    let mut command = Command::new(words.next().unwrap_or("cc"));
    command.args(words);
    command
}

/// A program of the compiler's family, which a variable may name.
pub(super) fn tool(variable: &str, usual: &str) -> OsString {
    std::env::var_os(variable).unwrap_or_else(|| usual.into())
}

/// Fails, with what to do, unless there are a C compiler and make.
pub(super) fn require_tools() -> Result<()> {
    let mut cc = compiler();
    cc.arg("--version");
    let mut make = Command::new("make");
    make.arg("--version");
    for (mut command, what) in [(cc, "a C compiler"), (make, "make")] {
        if !works(&mut command) {
            return Err(problem(
                format!(
                    "{what} is needed, but `{}` does not run",
                    command.get_program().display()
                ),
                "install one: Debian and Ubuntu have build-essential, Fedora gcc and make, macOS `xcode-select --install`",
            ));
        }
    }
    Ok(())
}

/// Whether a program runs, and ends well.
pub(super) fn works(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}

/// Fails, with what to do, if a path has blanks in it: CPython's makefiles don't take them.
pub(super) fn require_no_blanks(path: &Path, next: &str) -> Result<()> {
    if !path.to_string_lossy().contains(char::is_whitespace) {
        return Ok(());
    }
    let what = format!(
        "CPython can't be built or installed in '{}': its makefiles don't take blanks",
        path.display()
    );
    Err(problem(what, next))
}

/// Fails, with what to do, unless the disk has room for a build below `folder`.
pub(super) fn require_room(folder: &Path) -> Result<()> {
    let existing = folder.ancestors().find(|folder| folder.is_dir());
    let output = Command::new("df")
        .arg("-Pk")
        .arg(existing.unwrap_or(folder))
        .output();
    let text = output.map_or_else(
        |_| String::new(),
        |output| String::from_utf8_lossy(&output.stdout).into_owned(),
    );
    match free_room(&text) {
        Some(free) if free < ROOM => Err(problem(
            format!(
                "there is room for {} MB only in {}; building takes {} MB",
                free / 1000,
                folder.display(),
                ROOM / 1000
            ),
            "make room there, or move Cargo's target folder: CARGO_TARGET_DIR",
        )),
        _ => Ok(()),
    }
}

/// The free room in the output of `df -Pk`, in KiB.
fn free_room(df: &str) -> Option<u64> {
    df.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn free_room_is_read() {
        let df = "Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/vda 263174212 27122188 69198384 29% /\n";
        assert_eq!(free_room(df), Some(69_198_384));
        assert_eq!(free_room(""), None);
    }
}
