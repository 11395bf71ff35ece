//! The tables of one version of Unicode, from the files in `data`.

mod data;
mod names;
mod normalization;
#[path = "../../src/pair.rs"]
mod pair;
mod properties;
mod source;
mod trie;

use self::data::Database;
use self::source::Source;

/// Writes the tables of `version` to `OUT_DIR`. The working directory must be the module's.
pub(crate) fn generate(version: &'static str) {
    let database = Database::read(version);
    let mut source = Source::default();
    source.text("UNIDATA_VERSION", database.version);
    properties::generate(&database, &mut source);
    normalization::generate(&database, &mut source);
    names::generate(&database, &mut source);
    source.save();
}
