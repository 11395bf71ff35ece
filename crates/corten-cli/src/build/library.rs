//! The Rust modules as one object file whose only global symbols are the `PyInit_` functions.
//!
//! Everything else in it is local, so that an interpreter with Rust inside exports what C builds export, and no
//! other Rust library in the process can be confused with it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;
use serde::Serialize;

use super::Variant;
use super::machine::{compiler, tool};
use super::source::Source;
use crate::error::OrProblem;
use crate::process::{self, Step};
use crate::python::texts_of;
use crate::registry::{Registry, Version};

/// The facts about the library itself, built in beside the modules.
pub(super) const FACTS: &str = "_corten";

/// What the build of CPython links.
pub(super) struct Library {
    /// The object file.
    pub(super) object: PathBuf,
    /// The system's libraries that Rust's standard library needs, as options of the linker.
    pub(super) system: Vec<String>,
    /// What compiled it: `rustc --version`.
    pub(super) compiler: String,
    /// What it was compiled for, such as `x86_64-unknown-linux-gnu`.
    pub(super) target: String,
    /// What the compilers add to it.
    pub(super) runtime: Vec<Runtime>,
}

/// A part of the object that a compiler brought along.
#[derive(Clone, Serialize)]
pub(super) struct Runtime {
    pub(super) name: &'static str,
    pub(super) version: String,
    /// An SPDX licence expression.
    pub(super) license: &'static str,
}

/// Rust's compiler on this machine.
pub(super) struct Toolchain {
    compiler: String,
    release: String,
    target: String,
}

impl Toolchain {
    /// The compiler, or why there is none.
    pub(super) fn find() -> std::result::Result<Self, String> {
        let ask = |program: &std::ffi::OsStr, argument: &str| {
            let output = Command::new(program)
                .arg(argument)
                .output()
                .map_err(|error| format!("{}: {error}", program.display()))?;
            match output.status.success() {
                true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
                false => Err(process::tail(&String::from_utf8_lossy(&output.stderr), 1)),
            }
        };
        ask(&process::cargo(), "--version")?;
        let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let facts = ask(&rustc, "-vV")?;
        let line = |name: &str| {
            let found = facts.lines().find_map(|line| line.strip_prefix(name));
            found.map(str::to_owned).ok_or("rustc -vV has another form")
        };
        Ok(Self {
            compiler: facts.lines().next().unwrap_or_default().to_owned(),
            release: line("release: ")?,
            target: line("host: ")?,
        })
    }
}

impl Library {
    /// Compiles the modules for an interpreter that does not exist yet.
    pub(super) fn build(
        registry: &Registry,
        source: &Source,
        variant: &Variant,
        toolchain: Toolchain,
        folder: &Path,
    ) -> Result<Self> {
        let step = Step::new(format!(
            "compiling the Rust modules for Python {}",
            source.version
        ));
        fs::create_dir_all(folder).or_problem(
            format!("{} can't be made", folder.display()),
            "make Cargo's target folder writable",
        )?;
        let (archive, mut system) = compile(registry, source, variant, folder, &step)?;
        let object = folder.join("corten.o");
        let unwinder = static_unwinder(source.version);
        prelink(
            &archive,
            unwinder.as_deref(),
            &exported(variant),
            &object,
            &step,
        )?;
        system.retain(|option| unwinder.is_none() || option != "-lgcc_s");
        step.done("");
        Ok(Self {
            object,
            system,
            compiler: toolchain.compiler,
            target: toolchain.target,
            runtime: runtime(toolchain.release, unwinder.is_some()),
        })
    }
}

/// The `PyInit_` functions of what is built in.
fn exported(variant: &Variant) -> Vec<String> {
    let names = variant.built_in();
    names.map(|name| format!("PyInit_{name}")).collect()
}

/// The static library, and the options with which Rust's standard library wants to be linked.
fn compile(
    registry: &Registry,
    source: &Source,
    variant: &Variant,
    folder: &Path,
    step: &Step,
) -> Result<(PathBuf, Vec<String>)> {
    let next = "make Cargo's target folder writable";
    let config = folder.join("pyo3-config.txt");
    fs::write(&config, configuration(source, variant))
        .or_problem(format!("{} can't be written", config.display()), next)?;
    let (target, options) = (folder.join("cargo"), folder.join("native-static-libs"));
    let mut cargo = Command::new(process::cargo());
    cargo
        .current_dir(&registry.root)
        .args([
            "rustc",
            "--release",
            "--locked",
            "--package",
            "corten-bundle",
        ])
        .args(["--crate-type", "staticlib", "--"])
        .arg(format!("--print=native-static-libs={}", options.display()))
        .env("CARGO_TARGET_DIR", &target)
        .env("PYO3_CONFIG_FILE", &config);
    process::must_run(
        cargo,
        step,
        "cargo needs the crates that Cargo.lock names and Rust 1.95 or newer (`rustup update`); \
         `--modules none` builds without Rust",
    )?;
    let options = fs::read_to_string(&options)
        .or_problem(format!("{} can't be read", options.display()), next)?;
    Ok((
        target.join("release/libcorten_bundle.a"),
        options.split_whitespace().map(str::to_owned).collect(),
    ))
}

/// What the build scripts are told about the interpreter, which they can't ask yet.
fn configuration(source: &Source, variant: &Variant) -> String {
    let flags = [
        (variant.free_threaded, "Py_GIL_DISABLED"),
        (variant.debug, "Py_DEBUG"),
    ];
    format!(
        "implementation=CPython\nversion={}\nshared={}\npointer_width={}\nbuild_flags={}\n\
         suppress_build_script_link_lines=true\n",
        source.version,
        variant.shared,
        usize::BITS,
        texts_of(flags).join(","),
    )
}

/// GCC's unwinder, which panics need, as a static library. The shared one would be loaded at each start of Python.
///
/// Before 3.14, Python ends daemon threads by unwinding them with the shared one: it must be the only one then.
fn static_unwinder(version: Version) -> Option<PathBuf> {
    if version < Version(3, 14) {
        return None;
    }
    let output = compiler()
        .arg("-print-file-name=libgcc_eh.a")
        .output()
        .ok()?;
    let path = PathBuf::from(String::from_utf8(output.stdout).ok()?.trim());
    path.is_absolute().then_some(path)
}

/// What the compilers added: Rust's standard library, and GCC's unwinder.
fn runtime(rust: String, has_unwinder: bool) -> Vec<Runtime> {
    let unwinder = has_unwinder.then(|| {
        let output = compiler().arg("-dumpfullversion").output();
        let version = output.map_or_else(|_| Vec::new(), |output| output.stdout);
        Runtime {
            name: "libgcc_eh",
            version: String::from_utf8_lossy(&version).trim().to_owned(),
            license: "GPL-3.0-or-later WITH GCC-exception-3.1",
        }
    });
    let std = Runtime {
        name: "rust-std",
        version: rust,
        license: "MIT OR Apache-2.0",
    };
    unwinder.into_iter().chain([std]).collect()
}

/// Links what the `PyInit_` functions need into one object, and makes all other symbols local.
fn prelink(
    archive: &Path,
    unwinder: Option<&Path>,
    exported: &[String],
    object: &Path,
    step: &Step,
) -> Result<()> {
    let mut link = compiler();
    link.args(["-nostdlib", "-r", "-o"]).arg(object);
    if cfg!(target_os = "macos") {
        let keep = exported
            .iter()
            .map(|name| format!("-Wl,-exported_symbol,_{name}"));
        let roots = exported.iter().map(|name| format!("-Wl,-u,_{name}"));
        link.args(keep).args(roots);
    } else {
        link.arg("-Wl,--gc-sections");
        link.args(exported.iter().map(|name| format!("-Wl,-u,{name}")));
    }
    link.arg(archive).args(unwinder);
    let next = "this needs a C compiler with a linker that knows -r: GNU's, LLVM's or Apple's";
    process::must_run(link, step, next)?;
    if cfg!(target_os = "macos") {
        return Ok(());
    }
    let mut localise = Command::new(tool("OBJCOPY", "objcopy"));
    localise.args(
        exported
            .iter()
            .map(|name| format!("--keep-global-symbol={name}")),
    );
    // Rust's own library brings its bitcode; tools with a plugin for another LLVM fail on it.
    localise.args(["--remove-section=.llvmbc", "--remove-section=.llvmcmd"]);
    localise.arg(object);
    process::must_run(localise, step, "install binutils, which has objcopy")?;
    Ok(())
}
