//! `corten audit`: what must be looked at with care, where it is, and whether the project's rules for it hold.

mod advisories;
mod dependencies;
mod panics;
mod report;

use std::path::Path;

use anyhow::Result;
use serde::Serialize;

use self::advisories::Advisories;
use self::dependencies::Dependencies;
use self::panics::Panics;
use crate::Verdict;
use crate::registry::Registry;
use crate::rust_source::RustFile;
use crate::unsafe_code::{self, UnsafeCount};

/// Lists unsafe code, dependencies, and places that can panic; checks what is to be true of them.
///
/// It fails if an unsafe block has no SAFETY comment, if a dependency has no licence or no reason in
/// docs/dependencies.md, if one can bring C code along, or if there is an advisory for one.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// List each place that can panic
    #[arg(long, short)]
    verbose: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(registry: &Registry, args: &Args) -> Result<Verdict> {
    let audit = Audit::of(registry)?;
    if args.json {
        println!("{}", serde_json::to_string_pretty(&audit)?);
    } else {
        report::print(&audit, args.verbose);
    }
    Ok(match audit.faults.is_empty() {
        true => Verdict::Passed,
        false => Verdict::Failed,
    })
}

/// All that was found.
#[derive(Serialize)]
struct Audit {
    /// The crates with unsafe code.
    #[serde(rename = "unsafe")]
    unsafe_code: Vec<UnsafeCrate>,
    dependencies: Dependencies,
    advisories: Advisories,
    /// The crates in the library in which something can panic.
    panics: Vec<Panics>,
    /// What breaks the rules.
    faults: Vec<String>,
}

/// A crate's unsafe code.
#[derive(Serialize)]
struct UnsafeCrate {
    #[serde(rename = "crate")]
    name: String,
    #[serde(flatten)]
    count: UnsafeCount,
    /// Blocks and implementations without a `SAFETY:` comment, as `file:line`.
    undocumented: Vec<String>,
}

impl Audit {
    fn of(registry: &Registry) -> Result<Self> {
        let root = registry.root.as_path();
        let graph = dependencies::Graph::load(root)?;
        let mut unsafe_code = Vec::new();
        for (name, folder) in graph.members() {
            unsafe_code.push(UnsafeCrate::of(root, name, folder)?);
        }
        unsafe_code.retain(|item| !item.count.is_zero());
        let mut panics = Vec::new();
        for (name, folder) in graph.members_in_library() {
            panics.push(Panics::of(root, name, folder)?);
        }
        panics.retain(|item| !item.places.is_empty());
        let mut audit = Self {
            unsafe_code,
            dependencies: Dependencies::of(&graph, root)?,
            advisories: Advisories::ask(root),
            panics,
            faults: Vec::new(),
        };
        audit.faults = audit.find_faults();
        Ok(audit)
    }

    fn find_faults(&self) -> Vec<String> {
        let undocumented = self.unsafe_code.iter().flat_map(|item| &item.undocumented);
        let undocumented =
            undocumented.map(|place| format!("{place}: unsafe without a SAFETY comment"));
        undocumented
            .chain(self.dependencies.faults())
            .chain(self.advisories.fault())
            .collect()
    }
}

impl UnsafeCrate {
    fn of(root: &Path, name: &str, folder: &Path) -> Result<Self> {
        let mut undocumented = Vec::new();
        for file in RustFile::all_in(&folder.join("src"))? {
            let lines =
                unsafe_code::undocumented(&file.text).map_err(|error| file.not_rust(error))?;
            undocumented.extend(lines.into_iter().map(|line| file.place(root, line)));
        }
        Ok(Self {
            name: name.to_owned(),
            count: UnsafeCount::of_folder(&folder.join("src"))?,
            undocumented,
        })
    }
}
