//! The folder that a build is installed in: it changes from one whole state to the next, or not at all.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use super::machine;
use super::source::Source;
use crate::error::{OrProblem, problem};
use crate::process::{self, Step};

/// Marks a folder as made by `corten build`, which may therefore replace it.
const MARK: &str = ".corten-build";

/// Where an interpreter is installed.
pub(super) struct Prefix(PathBuf);

impl Prefix {
    /// The folder that the user named, or one below `cache`: not there yet, empty, or with an earlier build in it.
    pub(super) fn new(named: Option<&Path>, cache: &Path, label: &str) -> Result<Self> {
        let usual = || cache.join("python").join(label);
        let folder = std::path::absolute(named.map_or_else(usual, Path::to_path_buf))?;
        let mut entries = fs::read_dir(&folder).into_iter().flatten();
        if entries.next().is_some() && !folder.join(MARK).is_file() {
            return Err(problem(
                format!("{} holds something else already", folder.display()),
                "name a folder of its own: --prefix DIR",
            ));
        }
        machine::require_no_blanks(&folder, "name a folder without blanks: --prefix DIR")?;
        Ok(Self(folder))
    }

    /// The folder itself.
    pub(super) fn folder(&self) -> &Path {
        &self.0
    }

    /// The interpreter in it.
    pub(super) fn python(&self, source: &Source) -> PathBuf {
        self.0.join(format!("bin/python{}", source.version))
    }

    /// Lets `install` fill a stage, `complete` add to its standard library, and puts the result in place.
    pub(super) fn fill(
        &self,
        install: impl FnOnce(&Path) -> Result<()>,
        library_folder: &str,
        complete: impl FnOnce(&Path) -> Result<()>,
    ) -> Result<()> {
        let stage = Stage::new(&self.0)?;
        install(&stage.root)?;
        let staged = stage.root.join(self.0.strip_prefix("/").unwrap_or(&self.0));
        let library = staged.join("lib").join(library_folder);
        complete(&library)?;
        compile(&staged, &library, &self.0)?;
        let fault = || format!("{} can't be put in place", self.0.display());
        let next = "make its parent folder writable and run the command again";
        fs::write(staged.join(MARK), "").or_problem(fault(), next)?;
        stage.replace(&staged, &self.0).or_problem(fault(), next)
    }
}

/// Compiles the package `corten`, as `make install` did with the rest.
fn compile(staged: &Path, library: &Path, prefix: &Path) -> Result<()> {
    let package = library.join("corten");
    if !package.is_dir() {
        return Ok(());
    }
    let step = Step::new("compiling python -m corten");
    let mut python = Command::new(staged.join("bin/python3"));
    python
        .args(["-I", "-m", "compileall", "-q", "-s"])
        .arg(staged)
        .arg("-p")
        .arg(prefix)
        .arg(package)
        // A shared libpython is still on the stage.
        .env("LD_LIBRARY_PATH", staged.join("lib"))
        .env("DYLD_LIBRARY_PATH", staged.join("lib"));
    process::must_run(
        python,
        &step,
        "this is a fault in Corten: please report it with the lines above",
    )?;
    Ok(())
}

/// A folder beside the prefix, so that moving from one to the other is a rename. It is gone in the end.
struct Stage {
    root: PathBuf,
}

impl Stage {
    fn new(prefix: &Path) -> Result<Self> {
        let name = prefix.file_name().unwrap_or_default().to_string_lossy();
        let root = prefix.with_file_name(format!(".{name}.partial"));
        let this = Self { root };
        this.clear();
        fs::create_dir_all(&this.root).or_problem(
            format!("{} can't be made", this.root.display()),
            "make its parent folder writable, or install elsewhere: --prefix DIR",
        )?;
        Ok(this)
    }

    /// Puts the staged folder where the prefix is to be.
    fn replace(&self, staged: &Path, prefix: &Path) -> std::io::Result<()> {
        let old = self.root.join(".old");
        if prefix.exists() {
            fs::rename(prefix, &old)?;
        }
        fs::rename(staged, prefix).inspect_err(|_| {
            let _ = fs::rename(&old, prefix);
        })
    }

    fn clear(&self) {
        let _ = fs::remove_dir_all(&self.root);
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.clear();
    }
}
