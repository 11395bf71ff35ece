//! Building the overlay and putting it into environments.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use anyhow::Result;
use serde::Deserialize;

use crate::error::{OrProblem, problem};
use crate::process::{self, Step};
use crate::python::Interpreter;
use crate::registry::Registry;

/// A Python environment with the overlay in it.
#[derive(Clone)]
pub(crate) struct Environment {
    /// The interpreter that it was made from.
    pub(crate) interpreter: Interpreter,
    /// Its own `python`.
    pub(crate) python: PathBuf,
    /// Cargo's target folder for this version of Python.
    pub(crate) build: PathBuf,
}

/// A line of `python -m corten status --json`.
#[derive(Deserialize)]
pub(crate) struct InEffect {
    pub(crate) module: String,
    pub(crate) implementation: Option<String>,
    #[serde(default)]
    pub(crate) error: Option<String>,
}

impl Environment {
    /// Corten's own environment for an interpreter, below the target folder. It is built again when a source changed.
    pub(crate) fn prepare(registry: &Registry, interpreter: &Interpreter) -> Result<Self> {
        let folder = registry.target().join("corten").join(interpreter.label());
        let venv = folder.join("venv");
        let this = Self {
            interpreter: interpreter.clone(),
            python: python_of(&venv),
            build: build_folder(registry, interpreter),
        };
        let stamp = Stamp(folder.join("installed"));
        let is_made = stamp.is_of(interpreter) && this.python.exists();
        if is_made && stamp.is_newest(registry) {
            return Ok(this);
        }
        if !is_made {
            create(&venv, interpreter)?;
        }
        let start = SystemTime::now();
        install(registry, interpreter, &this.python)?;
        stamp.write(interpreter, start)?;
        Ok(this)
    }

    /// A command that runs this environment's Python, whatever the variables outside ask for.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.python);
        process::without_variables(&mut command, |name| {
            name.starts_with("PYTHON") || name.starts_with("CORTEN")
        });
        command
    }

    /// Installs packages, as `name==version`, that tools beside the overlay need; compiled ones as wheels.
    pub(crate) fn add_packages(&self, packages: &[&str]) -> Result<()> {
        let step = Step::new(format!("installing {}", packages.join(", ")));
        let mut command = self.command();
        command
            .args(["-m", "pip", "install", "--quiet", "--retries", "1"])
            .args(["--disable-pip-version-check", "--no-deps"])
            .args(["--only-binary", ":all:"])
            .args(packages)
            // pip must work even where what it replaces doesn't.
            .env("CORTEN", "off");
        let finished = process::run(command, &step)?;
        if finished.status.success() {
            step.done("");
            return Ok(());
        }
        Err(problem(
            format!("pip says: {}", process::tail(&finished.output, 2)),
            "let pip reach a package index, or give it a folder of wheels (PIP_FIND_LINKS); then run this again",
        ))
    }

    /// What `python -m corten` says in this environment, with CORTEN set to `setting`.
    pub(crate) fn in_effect(&self, setting: &str) -> Result<Vec<InEffect>> {
        let mut command = self.command();
        command.env("CORTEN", setting);
        in_effect(command)
    }
}

/// Asks `python -m corten`.
pub(crate) fn in_effect(mut python: Command) -> Result<Vec<InEffect>> {
    let next = "run `python -m corten` in the environment to see why";
    let output = python.args(["-m", "corten", "status", "--json"]).output()?;
    if !output.status.success() {
        return Err(problem(
            String::from_utf8_lossy(&output.stderr).trim(),
            next,
        ));
    }
    serde_json::from_slice(&output.stdout).or_problem("`python -m corten` printed no JSON", next)
}

/// Cargo's target folder for a version of Python, so that changing it doesn't build everything anew.
pub(crate) fn build_folder(registry: &Registry, interpreter: &Interpreter) -> PathBuf {
    registry
        .target()
        .join("corten")
        .join(interpreter.label())
        .join("build")
}

/// The `python` in a virtual environment.
pub(crate) fn python_of(venv: &Path) -> PathBuf {
    venv.join(if cfg!(windows) {
        "Scripts/python.exe"
    } else {
        "bin/python"
    })
}

/// Creates a virtual environment, over an old one if need be.
pub(crate) fn create(venv: &Path, interpreter: &Interpreter) -> Result<()> {
    let step = Step::new(format!(
        "making an environment for Python {}",
        interpreter.label()
    ));
    let mut command = Command::new(&interpreter.base);
    command.args(["-m", "venv", "--clear"]).arg(venv);
    process::must_run(
        command,
        &step,
        "this Python needs its modules venv and ensurepip; some distributions pack them apart (python3-venv)",
    )?;
    Ok(())
}

/// Builds the overlay as a wheel and installs it, all by pip.
pub(crate) fn install(registry: &Registry, interpreter: &Interpreter, python: &Path) -> Result<()> {
    let step = Step::new(format!(
        "building the overlay for Python {}",
        interpreter.label()
    ));
    let mut command = Command::new(python);
    command
        .args([
            "-m",
            "pip",
            "install",
            "--verbose",
            "--disable-pip-version-check",
            "--no-deps",
            "--force-reinstall",
        ])
        .arg(&registry.root)
        // pip must work even where what it replaces doesn't.
        .env("CORTEN", "off")
        .env("CARGO_TARGET_DIR", build_folder(registry, interpreter))
        .env_remove("PYO3_CONFIG_FILE");
    process::must_run(
        command,
        &step,
        "pip needs its package index for maturin, cargo needs the crates, Rust must be 1.95 or newer (`rustup update`); \
         if this Python is managed by the system, install into an environment: --venv DIR",
    )?;
    step.done("");
    Ok(())
}

/// A file that tells of which interpreter an environment is, and by its own time, how old the overlay in it is.
struct Stamp(PathBuf);

impl Stamp {
    fn is_of(&self, interpreter: &Interpreter) -> bool {
        fs::read_to_string(&self.0).is_ok_and(|base| Path::new(&base) == interpreter.base)
    }

    /// Whether no source changed since the overlay was built.
    fn is_newest(&self, registry: &Registry) -> bool {
        let sources = [
            "Cargo.toml",
            "Cargo.lock",
            "pyproject.toml",
            "crates",
            "modules",
            "python",
        ];
        let built = fs::metadata(&self.0).and_then(|metadata| metadata.modified());
        built.is_ok_and(|built| {
            let is_older = |name: &&str| !is_newer(&registry.root.join(name), built);
            sources.iter().all(is_older)
        })
    }

    fn write(&self, interpreter: &Interpreter, start: SystemTime) -> Result<()> {
        let base = interpreter.base.to_string_lossy();
        fs::write(&self.0, base.as_bytes())
            .and_then(|()| {
                File::options()
                    .write(true)
                    .open(&self.0)?
                    .set_modified(start)
            })
            .or_problem(
                format!("{} can't be written", self.0.display()),
                "make the target folder writable",
            )
    }
}

/// Whether a file, or one below a folder, changed after `time`. Tests and this program are not in the overlay.
fn is_newer(path: &Path, time: SystemTime) -> bool {
    let other = ["tests", "bench", "corten-cli", "tools", "__pycache__"];
    if path
        .file_name()
        .is_some_and(|name| other.iter().any(|other| name == *other))
    {
        return false;
    }
    if path.is_dir() {
        return fs::read_dir(path)
            .into_iter()
            .flatten()
            .flatten()
            .any(|entry| is_newer(&entry.path(), time));
    }
    fs::metadata(path)
        .and_then(|metadata| metadata.modified())
        .is_ok_and(|modified| modified > time)
}
