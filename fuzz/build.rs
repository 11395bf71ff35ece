//! Makes the tables of the newest Unicode version, as the module `unicodedata` does, and compiles engines as for the
//! newest Python.

#[allow(dead_code)]
#[path = "../modules/unicodedata/build/data.rs"]
mod data;
#[path = "../modules/unicodedata/build/names.rs"]
mod names;
#[path = "../modules/unicodedata/build/normalization.rs"]
mod normalization;
#[path = "../modules/unicodedata/src/pair.rs"]
mod pair;
#[path = "../modules/unicodedata/build/properties.rs"]
mod properties;
#[path = "../modules/unicodedata/build/source.rs"]
mod source;
#[path = "../modules/unicodedata/build/trie.rs"]
mod trie;

use crate::data::Database;
use crate::source::Source;

fn main() {
    for version in 11..=15 {
        println!("cargo:rustc-cfg=Py_3_{version}");
    }
    println!("cargo:rerun-if-changed=../modules/unicodedata");
    std::env::set_current_dir("../modules/unicodedata").expect("the module is there");
    let database = Database::read("16.0.0");
    let mut source = Source::default();
    source.text("UNIDATA_VERSION", database.version);
    properties::generate(&database, &mut source);
    normalization::generate(&database, &mut source);
    names::generate(&database, &mut source);
    source.save();
}
