//! Dependencies: what there is, of which licence, what for, and whether one can bring C code along.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::Result;
use cargo_metadata::{
    DependencyKind, Metadata, MetadataCommand, Node, Package, PackageId, TargetKind,
};
use serde::Serialize;

use crate::error::OrProblem;

/// Crates that compile or link C for others.
const C_BUILDERS: [&str; 8] = [
    "cc",
    "cmake",
    "pkg-config",
    "bindgen",
    "vcpkg",
    "autotools",
    "nasm-rs",
    "system-deps",
];

/// The crates that may say that they link something, and what.
///
/// `pyo3-ffi` links Python's own library where a program embeds it; a module is loaded by an interpreter that has it.
const MAY_LINK: [(&str, &str); 1] = [("pyo3-ffi", "python")];

/// Cargo's account of all crates.
pub(super) struct Graph {
    metadata: Metadata,
    /// The crates that are linked into the library.
    library: BTreeSet<PackageId>,
    /// The crates that are linked into the program `corten`.
    program: BTreeSet<PackageId>,
}

impl Graph {
    pub(super) fn load(root: &Path) -> Result<Self> {
        let metadata = MetadataCommand::new()
            .manifest_path(root.join("Cargo.toml"))
            .other_options(["--locked".to_owned()])
            .exec()
            .or_problem(
                "cargo can't describe the dependencies",
                "run `cargo metadata --locked` to see why",
            )?;
        let linked = |name| linked_into(&metadata, name);
        Ok(Self {
            library: linked("corten-bundle"),
            program: linked("corten-cli"),
            metadata,
        })
    }

    /// Corten's own crates with their folders.
    pub(super) fn members(&self) -> impl Iterator<Item = (&str, &Path)> {
        let members = self.metadata.workspace_packages().into_iter();
        members.map(|package| (package.name.as_str(), folder(package)))
    }

    /// Those of them that are in the library.
    pub(super) fn members_in_library(&self) -> impl Iterator<Item = (&str, &Path)> {
        let members = self.metadata.workspace_packages().into_iter();
        members
            .filter(|package| self.library.contains(&package.id))
            .map(|package| (package.name.as_str(), folder(package)))
    }

    fn part(&self, id: &PackageId) -> Part {
        if self.library.contains(id) {
            Part::Library
        } else if self.program.contains(id) {
            Part::Program
        } else {
            Part::Building
        }
    }
}

fn folder(package: &Package) -> &Path {
    let manifest = package.manifest_path.as_std_path();
    manifest.parent().unwrap_or(manifest)
}

/// A crate and all that it is linked with: what is not for building or tests, nor a macro.
fn linked_into(metadata: &Metadata, name: &str) -> BTreeSet<PackageId> {
    let nodes: BTreeMap<&PackageId, &Node> = nodes(metadata).map(|node| (&node.id, node)).collect();
    let start = metadata
        .packages
        .iter()
        .find(|package| package.name == name);
    let mut found = BTreeSet::new();
    let mut left: Vec<&PackageId> = start.map(|package| &package.id).into_iter().collect();
    while let Some(id) = left.pop() {
        if is_macro(&metadata[id]) || !found.insert(id.clone()) {
            continue;
        }
        let uses = nodes.get(id).into_iter().flat_map(|node| &node.deps);
        let linked = uses.filter(|used| {
            used.dep_kinds
                .iter()
                .any(|kind| kind.kind == DependencyKind::Normal)
        });
        left.extend(linked.map(|used| &used.pkg));
    }
    found
}

fn nodes(metadata: &Metadata) -> impl Iterator<Item = &Node> {
    metadata.resolve.iter().flat_map(|resolve| &resolve.nodes)
}

fn is_macro(package: &Package) -> bool {
    package
        .targets
        .iter()
        .any(|target| target.kind.contains(&TargetKind::ProcMacro))
}

/// All crates that are not Corten's own.
#[derive(Serialize)]
#[serde(transparent)]
pub(super) struct Dependencies(pub(super) Vec<Dependency>);

#[derive(Serialize)]
pub(super) struct Dependency {
    #[serde(rename = "crate")]
    pub(super) name: String,
    pub(super) version: String,
    pub(super) licence: Option<String>,
    pub(super) part: Part,
    /// What docs/dependencies.md says.
    pub(super) purpose: Option<String>,
    /// The crates that use it.
    pub(super) used_by: Vec<String>,
    /// Whether one of these is Corten's own.
    pub(super) direct: bool,
    /// Why there may be C code in it.
    pub(super) c: Option<String>,
}

/// What a crate becomes a part of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Part {
    /// What users install.
    Library,
    /// The program `corten`.
    Program,
    /// Neither: it is for building and testing.
    Building,
}

impl Dependencies {
    pub(super) fn of(graph: &Graph, root: &Path) -> Result<Self> {
        let file = root.join("docs/dependencies.md");
        let text = fs::read_to_string(&file).or_problem(
            format!("{} can't be read", file.display()),
            "run corten in a complete clone",
        )?;
        let purposes = purposes(&text);
        let metadata = &graph.metadata;
        let foreign = metadata
            .packages
            .iter()
            .filter(|package| package.source.is_some());
        let mut all: Vec<Dependency> = foreign
            .map(|package| {
                let users: Vec<&Package> = users(metadata, &package.id).collect();
                Dependency {
                    name: package.name.to_string(),
                    version: package.version.to_string(),
                    licence: package.license.clone(),
                    part: graph.part(&package.id),
                    purpose: purposes
                        .get(package.name.as_str())
                        .map(|text| (*text).to_owned()),
                    direct: users.iter().any(|user| user.source.is_none()),
                    used_by: users.iter().map(|user| user.name.to_string()).collect(),
                    c: c_code(&package.name, package.links.as_deref()),
                }
            })
            .collect();
        all.sort_by(|one, other| (one.part, &one.name).cmp(&(other.part, &other.name)));
        Ok(Self(all))
    }

    pub(super) fn faults(&self) -> impl Iterator<Item = String> {
        self.0.iter().flat_map(Dependency::faults)
    }
}

impl Dependency {
    fn faults(&self) -> Vec<String> {
        let name = &self.name;
        let c = self.c.as_ref().map(|why| format!("{name}: {why}"));
        let licence = self
            .licence
            .is_none()
            .then(|| format!("{name}: no licence"));
        let is_unnamed = self.direct && self.purpose.is_none();
        let purpose =
            is_unnamed.then(|| format!("{name}: docs/dependencies.md does not say what it is for"));
        c.into_iter().chain(licence).chain(purpose).collect()
    }
}

fn users<'a>(metadata: &'a Metadata, id: &PackageId) -> impl Iterator<Item = &'a Package> {
    let users = nodes(metadata).filter(move |node| node.dependencies.contains(id));
    users.map(|node| &metadata[&node.id])
}

/// Why a crate may bring C code along.
fn c_code(name: &str, links: Option<&str>) -> Option<String> {
    if C_BUILDERS.contains(&name) {
        return Some("compiles or links C".into());
    }
    let library = links?;
    (!MAY_LINK.contains(&(name, library))).then(|| format!("links = \"{library}\""))
}

/// What the tables of docs/dependencies.md say that crates are for: `| name version, name version | for | … |`.
fn purposes(text: &str) -> BTreeMap<&str, &str> {
    let rows = text.lines().filter_map(|line| line.strip_prefix("| "));
    let cells = rows.filter_map(|row| {
        let mut cells = row.split(" | ");
        Some((cells.next()?, cells.next()?))
    });
    cells
        .flat_map(|(names, purpose)| {
            let names = names
                .split(", ")
                .filter_map(|name| name.split_whitespace().next());
            names.map(move |name| (name, purpose))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_tell_purposes() {
        let text = "text\n\n| crate | for | why |\n| --- | --- | --- |\n| one 1, two 0.2 | both | best |\n| three | it | |\n";
        let purposes = purposes(text);
        let found = ["one", "two", "three", "four"].map(|name| purposes.get(name).copied());
        assert_eq!(found, [Some("both"), Some("both"), Some("it"), None]);
    }

    #[test]
    fn crates_that_bring_c_are_found() {
        assert!(c_code("cc", None).is_some());
        assert!(c_code("openssl-sys", Some("openssl")).is_some());
        assert!(c_code("pyo3-ffi", Some("python")).is_none());
        assert!(c_code("memchr", None).is_none());
    }
}
