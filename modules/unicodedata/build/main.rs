//! Generates the tables of the Unicode version that the interpreter has, from the files in `data`.

mod data;
mod names;
mod normalization;
#[path = "../src/pair.rs"]
mod pair;
mod properties;
mod source;
mod trie;

use crate::data::Database;
use crate::source::Source;

fn main() {
    corten_build::configure();
    println!("cargo:rerun-if-changed=data");
    println!("cargo:rerun-if-changed=build");
    println!("cargo:rerun-if-changed=src/pair.rs");
    let database = Database::read(unicode_version());
    let mut source = Source::default();
    source.text("UNIDATA_VERSION", database.version);
    properties::generate(&database, &mut source);
    normalization::generate(&database, &mut source);
    names::generate(&database, &mut source);
    source.save();
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
