//! `corten status`: the registry as a table.

use std::fs;
use std::path::Path;

use anyhow::Result;
use serde::Serialize;

use crate::Verdict;
use crate::error::OrProblem;
use crate::registry::{Entry, Module, Registry};
use crate::style::{self, thousands};
use crate::table::{Table, number, text};
use crate::unsafe_code::UnsafeCount;

/// Shows the registry: modules, versions, C that they replace, unsafe code, tests.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(registry: &Registry, args: &Args) -> Result<Verdict> {
    let status = Status::of(registry)?;
    if args.json {
        println!("{}", serde_json::to_string_pretty(&status)?);
    } else {
        status.print();
    }
    Ok(Verdict::Passed)
}

#[derive(Serialize)]
struct Status {
    modules: Vec<ModuleStatus>,
    crates: Vec<CrateStatus>,
}

#[derive(Serialize)]
struct ModuleStatus {
    #[serde(rename = "crate")]
    name: String,
    #[serde(flatten)]
    entry: Entry,
    own_tests: u64,
    r#unsafe: UnsafeCount,
}

#[derive(Serialize)]
struct CrateStatus {
    #[serde(rename = "crate")]
    name: String,
    r#unsafe: UnsafeCount,
}

impl Status {
    fn of(registry: &Registry) -> Result<Self> {
        let modules = registry
            .installed()
            .map(|module| ModuleStatus::of(registry, module))
            .collect::<Result<_>>()?;
        Ok(Self {
            modules,
            crates: crates(&registry.root)?,
        })
    }

    fn print(&self) {
        let mut table = Table::new([
            "module",
            "Python",
            "stands for",
            "C lines",
            "unsafe",
            "CPython's tests",
            "own tests",
        ]);
        for module in &self.modules {
            table.row([
                text(module.entry.modules.join(", ")),
                text(module.entry.python.to_string()),
                text(module.entry.replaces.join(", ")),
                number(thousands(module.entry.c_lines)),
                unsafe_cell(module.r#unsafe, module.r#unsafe.blocks),
                text(module.entry.tests.join(" ")),
                number(thousands(module.own_tests)),
            ]);
        }
        table.print();

        println!();
        let mut table = Table::new([
            "crate",
            "unsafe blocks",
            "unsafe fns",
            "unsafe impls",
            "linkage",
        ]);
        for item in &self.crates {
            let count = item.r#unsafe;
            table.row([
                text(item.name.as_str()),
                unsafe_cell(count, count.blocks),
                number(thousands(count.functions)),
                number(thousands(count.impls)),
                number(thousands(count.linkage)),
            ]);
        }
        table.print();
    }
}

impl ModuleStatus {
    fn of(registry: &Registry, module: &Module) -> Result<Self> {
        let folder = registry.root.join(module.folder());
        Ok(Self {
            name: module.name.clone(),
            entry: module.entry.clone(),
            own_tests: count_in(&folder.join("src"), "#[test]")?
                + count_in(&folder.join("tests"), "def test_")?,
            r#unsafe: UnsafeCount::of_folder(&folder.join("src"))?,
        })
    }
}

/// The crates that are not modules.
fn crates(root: &Path) -> Result<Vec<CrateStatus>> {
    let folder = root.join("crates");
    let entries = fs::read_dir(&folder).or_problem(
        format!("{} can't be read", folder.display()),
        "run corten in a complete clone",
    )?;
    let mut crates = entries
        .flatten()
        .filter(|entry| entry.path().join("src").is_dir())
        .map(|entry| {
            Ok(CrateStatus {
                name: entry.file_name().to_string_lossy().into_owned(),
                r#unsafe: UnsafeCount::of_folder(&entry.path().join("src"))?,
            })
        })
        .collect::<Result<Vec<_>>>()?;
    crates.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(crates)
}

/// How often a text stands in the files below a folder.
fn count_in(folder: &Path, pattern: &str) -> Result<u64> {
    let mut count = 0;
    for path in fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
    {
        if path.is_dir() {
            count += count_in(&path, pattern)?;
        } else if path
            .extension()
            .is_some_and(|extension| extension == "rs" || extension == "py")
        {
            let text = fs::read_to_string(&path).or_problem(
                format!("{} can't be read", path.display()),
                "make the file readable",
            )?;
            count += text.matches(pattern).count() as u64;
        }
    }
    Ok(count)
}

fn unsafe_cell(count: UnsafeCount, shown: u64) -> crate::table::Cell {
    number(thousands(shown)).styled(if count.is_zero() {
        style::PASSED
    } else {
        style::NOTE
    })
}
