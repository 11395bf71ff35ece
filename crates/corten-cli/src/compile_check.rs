//! `corten compile-check`: the modules for every version of Python, whether it is on this machine or not.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::Verdict;
use crate::error::{OrProblem, problem};
use crate::process::{self, Step};
use crate::registry::Registry;
use crate::style;

/// Checks that the modules compile for every version of Python, also those that are not installed.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Only this version: `3.15`, `3.14t` (may be repeated) [default: all]
    #[arg(long = "version", value_name = "VERSION")]
    versions: Vec<String>,
}

pub(crate) fn run(registry: &Registry, args: &Args) -> Result<Verdict> {
    let mut verdict = Verdict::Passed;
    for target in targets(registry, &args.versions)? {
        if let Err(output) = check(registry, &target)? {
            verdict = Verdict::Failed;
            anstream::println!(
                "{}Python {} fails:{:#}\n{output}",
                style::FAILED,
                target.version,
                style::FAILED
            );
        }
    }
    Ok(verdict)
}

/// A version of Python to compile for.
pub(crate) struct Target {
    /// `3.15`, `3.14t`
    pub(crate) version: String,
    config: PathBuf,
}

/// The versions of these names; all for which there is a configuration when none is named.
pub(crate) fn targets(registry: &Registry, names: &[String]) -> Result<Vec<Target>> {
    let folder = registry.root.join("crates/corten-build/configs");
    let entries = std::fs::read_dir(&folder).or_problem(
        format!("{} can't be read", folder.display()),
        "run corten in a complete clone of the repository",
    )?;
    let mut targets: Vec<Target> = entries
        .flatten()
        .filter_map(|entry| Target::of(&entry.path()))
        .collect();
    targets.sort_by(|a, b| a.version.cmp(&b.version));
    if let Some(unknown) = names
        .iter()
        .find(|name| targets.iter().all(|target| target.version != **name))
    {
        let known: Vec<&str> = targets
            .iter()
            .map(|target| target.version.as_str())
            .collect();
        let next = format!(
            "name one of {}, or add a file to {}",
            known.join(", "),
            folder.display()
        );
        return Err(problem(
            format!("there is no configuration for Python {unknown}"),
            next,
        ));
    }
    targets.retain(|target| names.is_empty() || names.contains(&target.version));
    Ok(targets)
}

/// Compiles for one version; the inner error is what the compiler said.
pub(crate) fn check(
    registry: &Registry,
    target: &Target,
) -> Result<std::result::Result<(), String>> {
    let step = Step::new(format!("compiling for Python {}", target.version));
    let mut command = Command::new(process::cargo());
    command
        .current_dir(&registry.root)
        .args(["check", "--workspace", "--exclude", "corten-cli"])
        .env("CARGO_TARGET_DIR", registry.target().join("corten/check"))
        .env("PYO3_CONFIG_FILE", &target.config)
        .env_remove("PYO3_PYTHON");
    let finished = process::run(command, &step)?;
    if !finished.status.success() {
        return Ok(Err(process::tail(&finished.output, 60)));
    }
    step.done("");
    Ok(Ok(()))
}

impl Target {
    fn of(config: &Path) -> Option<Self> {
        let version = config.file_stem()?.to_str()?.strip_prefix("cpython-")?;
        Some(Self {
            version: version.to_owned(),
            config: config.to_path_buf(),
        })
    }
}
