//! Generates the tables of the Unicode version that the interpreter has.

mod tables;

fn main() {
    corten_build::configure();
    println!("cargo:rerun-if-changed=data");
    println!("cargo:rerun-if-changed=build");
    println!("cargo:rerun-if-changed=src/pair.rs");
    tables::generate(unicode_version());
}

/// Which Unicode version the interpreter has.
fn unicode_version() -> &'static str {
    match corten_build::minor_version() {
        11 => "14.0.0",
        12 => "15.0.0",
        13 => "15.1.0",
        _ => "16.0.0",
    }
}
