//! What a finished build says about itself: `manifest.json` and the SBOM, which `python -m corten` shows.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Result;
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, PackageId};
use serde::{Deserialize, Serialize};

use super::cpython::Tree;
use super::library::{Library, Runtime};
use super::setup::{LeftOut, Makefile};
use super::{Variant, sbom};
use crate::error::OrProblem;
use crate::process;
use crate::registry::{Module, Registry};

/// Everything that is to be known about a build.
#[derive(Serialize)]
pub(super) struct Manifest {
    /// Corten's version.
    pub(super) version: String,
    /// CPython's release.
    pub(super) python: String,
    /// SHA-256 of CPython's tarball; none if the source came as a folder.
    pub(super) python_sha256: Option<String>,
    pub(super) free_threaded: bool,
    pub(super) debug: bool,
    pub(super) shared: bool,
    /// The options of `configure`.
    pub(super) configure: Vec<String>,
    /// What compiled the Rust modules; none if everything is C.
    pub(super) rust: Option<Compiler>,
    /// Every extension module, built in or not.
    pub(super) modules: Vec<ModuleFacts>,
    /// The crates in the interpreter.
    pub(super) crates: Vec<Crate>,
    /// What the compilers added to them.
    pub(super) runtime: Vec<Runtime>,
    /// The C files that were left out, with their lines.
    pub(super) c_files: BTreeMap<String, u64>,
    /// The lines of all of them.
    pub(super) c_lines: u64,
    /// The C libraries that were left out, as options of the linker.
    pub(super) c_libraries: Vec<String>,
}

/// The compiler of the Rust modules.
#[derive(Serialize)]
pub(super) struct Compiler {
    pub(super) rustc: String,
    pub(super) target: String,
}

/// What an extension module is made of.
#[derive(Serialize)]
pub(super) struct ModuleFacts {
    pub(super) module: String,
    /// `rust` or `c`.
    pub(super) implementation: &'static str,
    /// The C files that it stands for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) replaces: Vec<String>,
    /// The crate that provides it.
    #[serde(rename = "crate", skip_serializing_if = "Option::is_none")]
    pub(super) provider: Option<String>,
}

/// A crate that is part of the interpreter.
#[derive(Clone, Serialize)]
pub(super) struct Crate {
    pub(super) name: String,
    pub(super) version: String,
    /// An SPDX licence expression.
    pub(super) license: Option<String>,
    /// SHA-256 of the published package; none for Corten's own crates.
    pub(super) sha256: Option<String>,
    #[serde(skip)]
    pub(super) description: Option<String>,
    /// The crates that it uses, as `name@version`.
    #[serde(skip)]
    pub(super) uses: Vec<String>,
}

impl Manifest {
    pub(super) fn new(
        registry: &Registry,
        tree: &Tree<'_>,
        library: Option<&Library>,
        makefile: &Makefile,
        left_out: LeftOut,
    ) -> Result<Self> {
        let Tree {
            source, variant, ..
        } = tree;
        Ok(Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            python: source.release.clone(),
            python_sha256: source.sha256.clone(),
            free_threaded: variant.free_threaded,
            debug: variant.debug,
            shared: variant.shared,
            configure: tree.options.to_vec(),
            rust: library.map(|library| Compiler {
                rustc: library.compiler.clone(),
                target: library.target.clone(),
            }),
            modules: modules(variant, makefile),
            crates: match library {
                Some(library) => crates(registry, variant, &library.target)?,
                None => Vec::new(),
            },
            runtime: library.map_or_else(Vec::new, |library| library.runtime.clone()),
            c_lines: left_out.lines(),
            c_files: left_out.files.into_iter().collect(),
            c_libraries: makefile.libraries_left_out(variant),
        })
    }

    /// The Rust modules.
    pub(super) fn rust_modules(&self) -> impl Iterator<Item = &ModuleFacts> {
        self.modules
            .iter()
            .filter(|module| module.implementation == "rust")
    }

    /// Puts the package `corten` with the manifest and the SBOM into a standard library's folder.
    pub(super) fn install(&self, registry: &Registry, library: &Path) -> Result<()> {
        let folder = library.join("corten");
        let copy = || -> std::io::Result<()> {
            fs::create_dir_all(&folder)?;
            for entry in fs::read_dir(registry.root.join("python/corten"))? {
                let path = entry?.path();
                if path.extension().is_some_and(|extension| extension == "py") {
                    fs::copy(&path, folder.join(path.file_name().unwrap_or_default()))?;
                }
            }
            write_json(&folder.join("manifest.json"), self)?;
            write_json(&folder.join("sbom.cdx.json"), &sbom::of(self))
        };
        copy().or_problem(
            format!("{} can't be written", folder.display()),
            "make room there and run the command again",
        )
    }
}

fn write_json(path: &Path, value: &impl Serialize) -> std::io::Result<()> {
    let text = serde_json::to_string_pretty(value)?;
    fs::write(path, text + "\n")
}

/// All extension modules, by name.
fn modules(variant: &Variant, makefile: &Makefile) -> Vec<ModuleFacts> {
    let mut found: BTreeMap<String, ModuleFacts> = BTreeMap::new();
    for variable in ["MODBUILT_NAMES", "MODSHARED_NAMES"] {
        for name in makefile.words(variable) {
            found.insert(name.to_owned(), facts(name, variant.provider(name)));
        }
    }
    // The facts about the library stand for no module of CPython's.
    found.remove(super::library::FACTS);
    found.into_values().collect()
}

fn facts(name: &str, provider: Option<&Module>) -> ModuleFacts {
    ModuleFacts {
        module: name.to_owned(),
        implementation: if provider.is_some() { "rust" } else { "c" },
        replaces: provider.map_or_else(Vec::new, |module| module.entry.replaces.clone()),
        provider: provider.map(|module| module.name.clone()),
    }
}

/// The crates that are linked in: what the bundle reaches for this target, but for build scripts and macros.
fn crates(registry: &Registry, variant: &Variant, target: &str) -> Result<Vec<Crate>> {
    let next = "run `cargo metadata` in the repository to see why";
    let metadata = MetadataCommand::new()
        .cargo_path(process::cargo())
        .current_dir(&registry.root)
        .other_options(vec![
            "--locked".into(),
            "--filter-platform".into(),
            target.into(),
        ])
        .exec()
        .or_problem("cargo does not tell what the modules depend on", next)?;
    let lock = fs::read_to_string(registry.root.join("Cargo.lock"))
        .or_problem("Cargo.lock can't be read", "run corten in a complete clone")?;
    let sums = checksums(&lock).or_problem("Cargo.lock has another form", next)?;
    let mut crates: Vec<Crate> = reached(&metadata, variant)
        .into_iter()
        .map(|(id, uses)| described(&metadata, &id, &uses, &sums))
        .collect();
    crates.sort_by(|a, b| (&a.name, &a.version).cmp(&(&b.name, &b.version)));
    Ok(crates)
}

/// The packages that the modules built in need at run time, each with those that it uses itself.
fn reached(metadata: &Metadata, variant: &Variant) -> BTreeMap<PackageId, Vec<PackageId>> {
    let nodes = metadata
        .resolve
        .as_ref()
        .map_or(&[][..], |graph| &graph.nodes);
    let is_root =
        |name: &str| name == "corten-api" || variant.rust.iter().any(|module| module.name == name);
    let mut open: Vec<PackageId> = metadata
        .workspace_packages()
        .into_iter()
        .filter(|package| is_root(&package.name))
        .map(|package| package.id.clone())
        .collect();
    let mut found = BTreeMap::new();
    while let Some(id) = open.pop() {
        if found.contains_key(&id) {
            continue;
        }
        let node = nodes.iter().find(|node| node.id == id);
        let uses: Vec<PackageId> = node
            .into_iter()
            .flat_map(|node| &node.deps)
            .filter(|dep| {
                dep.dep_kinds
                    .iter()
                    .any(|kind| kind.kind == DependencyKind::Normal)
            })
            .map(|dep| dep.pkg.clone())
            .filter(|id| !is_macro(metadata, id))
            .collect();
        open.extend(uses.iter().cloned());
        found.insert(id, uses);
    }
    found
}

/// Whether a package runs in the compiler only.
fn is_macro(metadata: &Metadata, id: &PackageId) -> bool {
    let targets = &metadata[id].targets;
    targets.iter().any(|target| target.is_proc_macro())
}

fn described(
    metadata: &Metadata,
    id: &PackageId,
    uses: &[PackageId],
    sums: &BTreeMap<(String, String), String>,
) -> Crate {
    let package = &metadata[id];
    let (name, version) = (package.name.to_string(), package.version.to_string());
    Crate {
        sha256: sums.get(&(name.clone(), version.clone())).cloned(),
        name,
        version,
        license: package.license.clone(),
        description: package.description.clone(),
        uses: uses
            .iter()
            .map(|id| format!("{}@{}", metadata[id].name, metadata[id].version))
            .collect(),
    }
}

/// The checksums in Cargo.lock, by name and version.
fn checksums(lock: &str) -> Result<BTreeMap<(String, String), String>, toml::de::Error> {
    #[derive(Deserialize)]
    struct Lock {
        package: Vec<Package>,
    }
    #[derive(Deserialize)]
    struct Package {
        name: String,
        version: String,
        checksum: Option<String>,
    }
    let packages = toml::from_str::<Lock>(lock)?.package;
    let sums = packages
        .into_iter()
        .filter_map(|package| Some(((package.name, package.version), package.checksum?)));
    Ok(sums.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_crates_have_checksums() {
        let lock = "version = 4\n[[package]]\nname = 'a'\nversion = '1.0.0'\nchecksum = 'ff'\n\
                    [[package]]\nname = 'own'\nversion = '0.1.0'\n";
        let sums = checksums(lock).unwrap();
        assert_eq!(sums.len(), 1);
        assert_eq!(sums[&("a".to_owned(), "1.0.0".to_owned())], "ff");
    }
}
