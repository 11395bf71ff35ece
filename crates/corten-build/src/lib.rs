//! What the build script of every Corten crate does: learn which CPython is compiled for.
//!
//! Cargo hands a dependency's metadata to its direct dependents only. `corten-ffi` reads the
//! interpreter's configuration from `pyo3-ffi`, and each crate above passes it on, so that
//! `#[cfg(Py_3_12)]` and `#[cfg(Py_GIL_DISABLED)]` mean the same thing in all of them.

use std::env;

/// Separates the directives within one line of Cargo metadata.
const SEPARATOR: char = ';';

/// Emits `cfg(Py_3_12)`, `cfg(Py_GIL_DISABLED)` and their kind for the crate that is being built.
///
/// # Panics
///
/// When the crate depends on neither `corten-api`, `corten-ffi` nor `pyo3-ffi` directly: then
/// Cargo does not tell which interpreter was chosen. A build script's panic is its error report.
pub fn configure() {
    pyo3_build_config::print_expected_cfgs();
    let directives = directives();
    for directive in directives.split(SEPARATOR).filter(|d| !d.is_empty()) {
        println!("{directive}");
    }
    if env::var_os("CARGO_MANIFEST_LINKS").is_some() {
        println!("cargo:cfgs={directives}");
    }
    link_tests_without_libpython();
}

/// The minor version of the CPython 3 that is compiled for: 13 for 3.13.
///
/// # Panics
///
/// As [`configure`].
#[must_use]
pub fn minor_version() -> u8 {
    directives()
        .split(SEPARATOR)
        .filter_map(|directive| directive.rsplit_once("Py_3_")?.1.parse().ok())
        .max()
        .expect("every configuration names the versions that it has the features of")
}

/// The configuration, as build-script directives in one line.
fn directives() -> String {
    if env::var_os("DEP_PYTHON_PYO3_CONFIG").is_some() {
        return pyo3_build_config::get()
            .build_script_outputs()
            .join(&SEPARATOR.to_string());
    }
    ["DEP_CORTEN_FFI_CFGS", "DEP_CORTEN_API_CFGS"]
        .iter()
        .find_map(|name| env::var(name).ok())
        .expect("add `corten-api` to [dependencies]: it tells which CPython this is built for")
}

/// Lets the crate's unit tests link: they run engines only, so the interpreter's symbols, which a
/// running Python would supply, are never called.
fn link_tests_without_libpython() {
    match env::var("CARGO_CFG_TARGET_OS").as_deref() {
        Ok("linux") => println!("cargo:rustc-link-arg=-Wl,--unresolved-symbols=ignore-all"),
        Ok("macos") => println!("cargo:rustc-link-arg=-Wl,-undefined,dynamic_lookup"),
        _ => {}
    }
}
