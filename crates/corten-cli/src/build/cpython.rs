//! Configuring, making and installing CPython, out of its source tree.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use super::Variant;
use super::library::Library;
use super::machine;
use super::setup::{self, Makefile};
use super::source::Source;
use crate::error::{OrProblem, problem};
use crate::process::{self, Step};

/// A build tree.
pub(super) struct Tree<'a> {
    pub(super) source: &'a Source,
    pub(super) variant: &'a Variant,
    /// The options of `configure`.
    pub(super) options: &'a [String],
    /// Its root, beside which the logs are.
    pub(super) folder: PathBuf,
}

const WRITABLE: &str = "make Cargo's target folder writable, or name another one: CARGO_TARGET_DIR";

/// Modules without which pip doesn't work, or most packages don't.
const ESSENTIAL: [&str; 3] = ["_ssl", "_ctypes", "zlib"];

/// What Debian and Ubuntu call the packages with the headers that a module needs.
const PACKAGES: [(&str, &str); 13] = [
    ("_bz2", "libbz2-dev"),
    ("_ctypes", "libffi-dev"),
    ("_curses", "libncurses-dev"),
    ("_dbm", "libgdbm-compat-dev"),
    ("_gdbm", "libgdbm-dev"),
    ("_lzma", "liblzma-dev"),
    ("_sqlite3", "libsqlite3-dev"),
    ("_ssl", "libssl-dev"),
    ("_tkinter", "tk-dev"),
    ("_uuid", "uuid-dev"),
    ("_zstd", "libzstd-dev"),
    ("readline", "libreadline-dev"),
    ("zlib", "zlib1g-dev"),
];

impl<'a> Tree<'a> {
    /// The tree for a variant; nothing is written yet.
    pub(super) fn new(
        source: &'a Source,
        variant: &'a Variant,
        options: &'a [String],
        folder: PathBuf,
    ) -> Result<Self> {
        machine::require_no_blanks(
            &folder,
            "name a target folder without blanks: CARGO_TARGET_DIR",
        )?;
        Ok(Self {
            source,
            variant,
            options,
            folder,
        })
    }

    /// Lays the Rust modules into the tree.
    pub(super) fn prepare(&self, library: Option<&Library>) -> Result<()> {
        let fault = || format!("{} can't be written", self.folder.display());
        fs::create_dir_all(self.folder.join("Modules")).or_problem(fault(), WRITABLE)?;
        let rules = setup::rules(self.variant, library);
        write_changed(&self.folder.join("Modules/Setup.local"), rules.as_bytes())
            .or_problem(fault(), WRITABLE)?;
        if let Some(library) = library {
            self.place(library)?;
        }
        Ok(())
    }

    /// Runs `configure`, unless it ran with the same options before.
    pub(super) fn configure(&self) -> Result<Makefile> {
        let record = self.folder.join("corten-configured");
        let wanted = self.options.join("\n");
        if !fs::read_to_string(&record).is_ok_and(|done| done == wanted) {
            let step = Step::new(format!("configuring CPython {}", self.source.release));
            let mut configure = self.command(self.source.folder.join("configure"));
            configure.args(self.options);
            self.must_run(configure, &step, "configure.log")?;
            fs::write(&record, wanted)
                .or_problem(format!("{} can't be written", record.display()), WRITABLE)?;
            step.done("");
        }
        Makefile::read(&self.folder)
    }

    /// Says which modules will be missing; an error if one of them is essential and the user didn't agree.
    pub(super) fn report_missing(&self, makefile: &Makefile, allowed: bool) -> Result<()> {
        let is_rust = |name: &String| self.variant.is_rust(name);
        let missing: Vec<String> = makefile
            .missing()
            .into_iter()
            .filter(|name| !is_rust(name))
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        let packages: Vec<&str> = PACKAGES
            .iter()
            .filter(|(module, _)| missing.iter().any(|name| name == module))
            .map(|(_, package)| *package)
            .collect();
        let what = format!(
            "CPython's modules {} can't be built: headers or libraries are missing",
            missing.join(", ")
        );
        let next = format!("Debian and Ubuntu have them as {}", packages.join(", "));
        let essential = missing
            .iter()
            .any(|name| ESSENTIAL.contains(&name.as_str()));
        if essential && !allowed {
            return Err(problem(
                what,
                format!(
                    "{next}; after installing, run the command again; to go on without: --allow-missing"
                ),
            ));
        }
        anstream::eprintln!("  {what} ({next})");
        Ok(())
    }

    /// Compiles and links; gives the log of everything that was done in this tree.
    pub(super) fn make(&self, jobs: usize) -> Result<String> {
        let step = Step::new(format!("building CPython {}", self.source.release));
        let mut make = self.command("make".into());
        make.arg(format!("-j{jobs}"));
        self.must_run(make, &step, "make.log")?;
        step.done("");
        let log = self.log("make.log");
        fs::read(&log)
            .map(|text| String::from_utf8_lossy(&text).into_owned())
            .or_problem(format!("{} can't be read", log.display()), WRITABLE)
    }

    /// Puts the Rust modules into the static libpython, so that programs which embed it need nothing else.
    pub(super) fn complete_library(&self, makefile: &Makefile, library: &Library) -> Result<()> {
        let flags = makefile.variable("ABIFLAGS").unwrap_or_default();
        let name = format!("libpython{}{flags}.a", self.source.version);
        let archive = self.folder.join(name);
        if !archive.is_file() {
            return Ok(());
        }
        let step = Step::new("completing the static library");
        archive_object(&archive, library, &step)?;
        step.done("");
        Ok(())
    }

    /// Installs as if `stage` were the root of the file system.
    pub(super) fn install(&self, stage: &Path) -> Result<()> {
        let step = Step::new(format!("installing CPython {}", self.source.release));
        let mut make = self.command("make".into());
        make.args(["install", "ENSUREPIP=no"])
            .arg(format!("DESTDIR={}", stage.display()));
        self.must_run(make, &step, "install.log")?;
        self.install_pip(stage, &step)?;
        step.done("");
        Ok(())
    }

    /// Installs pip from the wheel that comes with CPython. `make install` would leave it out where an earlier build
    /// has one: its pip looks for packages in the prefix, not on the stage.
    fn install_pip(&self, stage: &Path, step: &Step) -> Result<()> {
        let bundled = self.source.folder.join("Lib/ensurepip/_bundled");
        let wheels = fs::read_dir(&bundled).into_iter().flatten().flatten();
        let is_pip = |path: &PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with("pip-") && name.ends_with(".whl")
        };
        let wheel = wheels.map(|entry| entry.path()).find(is_pip);
        let wheel = wheel.ok_or_else(|| {
            problem(
                format!("there is no wheel of pip in {}", bundled.display()),
                "take the sources as they were released",
            )
        })?;
        let mut pip = self.command(self.folder.join("python"));
        pip.arg("-E")
            .arg(wheel.join("pip"))
            .args(["install", "--quiet", "--no-index", "--no-cache-dir"])
            .args(["--ignore-installed", "--root-user-action=ignore"])
            .args(["--no-warn-script-location", "--find-links"])
            .arg(bundled)
            .arg("--root")
            .arg(stage)
            .arg("pip")
            // With this pip installs its programs as ensurepip does: pip3, and no pip.
            .env("ENSUREPIP_OPTIONS", "install")
            .env("LD_LIBRARY_PATH", &self.folder)
            .env("DYLD_LIBRARY_PATH", &self.folder);
        self.must_run(pip, step, "install.log")
    }

    /// The object as a library in the tree. The interpreter is linked anew if it changed, which make can't know.
    fn place(&self, library: &Library) -> Result<()> {
        let archive = self.folder.join(setup::ARCHIVE);
        let copy = self.folder.join("Modules/corten-linked.o");
        let fault = || format!("{} can't be written", archive.display());
        let new = fs::read(&library.object).or_problem(fault(), WRITABLE)?;
        if archive.is_file() && fs::read(&copy).is_ok_and(|old| old == new) {
            return Ok(());
        }
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name == "python" || name == "python.exe" || name.starts_with("libpython") {
                fs::remove_file(entry.path()).or_problem(fault(), WRITABLE)?;
            }
        }
        let step = Step::new("laying the Rust modules into the tree");
        archive_object(&archive, library, &step)?;
        fs::write(&copy, new).or_problem(fault(), WRITABLE)
    }

    /// A command in the tree, out of reach of the caller's variables for Python and make.
    fn command(&self, program: PathBuf) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.folder).env("LC_ALL", "C.UTF-8");
        process::without_variables(&mut command, |name| {
            name.starts_with("PYTHON") || name == "MAKEFLAGS" || name == "LD_LIBRARY_PATH"
        });
        command
    }

    fn log(&self, name: &str) -> PathBuf {
        self.folder.with_file_name(name)
    }

    /// Runs a step of the build, its output going to a log that earlier tries began.
    fn must_run(&self, command: Command, step: &Step, log: &str) -> Result<()> {
        let path = self.log(log);
        let file = File::options().create(true).append(true).open(&path);
        let mut file = file.or_problem(format!("{} can't be written", path.display()), WRITABLE)?;
        let mut written = Ok(());
        let program = command.get_program().display().to_string();
        let finished = process::run_each(command, |line| {
            step.show(&in_short(line));
            if written.is_ok() {
                written = file.write_all(line.as_bytes());
            }
        })?;
        if finished.status.success() && written.is_ok() {
            return Ok(());
        }
        let what = format!(
            "{program} failed ({}):\n{}\nall of it is in {}",
            finished.status,
            process::tail(&finished.output, 25),
            path.display()
        );
        let is_full = finished.output.contains("No space left on device") || written.is_err();
        Err(problem(
            what,
            if is_full {
                "the disk is full: make room and run the command again; it goes on where it stopped"
            } else {
                "see what the lines above want; run the command again, and it goes on where it stopped"
            },
        ))
    }
}

/// Puts the Rust modules into a static library, in the place of older ones.
fn archive_object(archive: &Path, library: &Library, step: &Step) -> Result<()> {
    let mut ar = Command::new(machine::tool("AR", "ar"));
    ar.arg("rcs").arg(archive).arg(&library.object);
    process::must_run(ar, step, "install binutils, which has ar")?;
    Ok(())
}

/// A line of make's or configure's, as short as a reader wants it.
fn in_short(line: &str) -> String {
    let mut words = line.split_whitespace();
    let source = |word: &&str| word.ends_with(".c") && !word.starts_with('-');
    if words.clone().any(|word| word == "-c")
        && let Some(file) = words.clone().rfind(source)
    {
        return format!(
            "compiling {}",
            Path::new(file).file_name().unwrap_or_default().display()
        );
    }
    if let Some(target) = words.find(|word| *word == "-o").and_then(|_| words.next()) {
        return format!("linking {target}");
    }
    line.trim().to_owned()
}

/// Writes a file unless it has that content already: its time tells make what to do again.
fn write_changed(path: &Path, content: &[u8]) -> std::io::Result<()> {
    if fs::read(path).is_ok_and(|old| old == content) {
        return Ok(());
    }
    fs::write(path, content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compiler_lines_are_shortened() {
        let line = "gcc -c -I. -O3 -o Objects/listobject.o /src/Objects/listobject.c\n";
        assert_eq!(in_short(line), "compiling listobject.c");
        assert_eq!(in_short("gcc -o python a.o -lm\n"), "linking python");
        assert_eq!(
            in_short("checking for gcc... gcc\n"),
            "checking for gcc... gcc"
        );
    }
}
