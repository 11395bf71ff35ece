//! Rust source text with the tables.

use std::env;
use std::fmt::{Debug, Write as _};
use std::fs;
use std::path::PathBuf;

/// What is going to be `tables.rs`.
#[derive(Default)]
pub(crate) struct Source(String);

impl Source {
    /// A static slice.
    pub(crate) fn slice<T: Debug>(&mut self, name: &str, item: &str, values: &[T]) {
        self.line(format_args!(
            "pub(crate) static {name}: &[{item}] = &{values:?};"
        ));
    }

    /// A static array, which knows its length without being asked.
    pub(crate) fn array<T: Debug>(&mut self, name: &str, item: &str, values: &[T]) {
        let len = values.len();
        self.line(format_args!(
            "pub(crate) static {name}: [{item}; {len}] = {values:?};"
        ));
    }

    /// A static slice of bytes, in a file of its own.
    pub(crate) fn bytes(&mut self, name: &str, bytes: &[u8]) {
        let file = format!("{}.bin", name.to_lowercase());
        fs::write(out_dir().join(&file), bytes).expect("OUT_DIR can be written");
        let len = bytes.len();
        self.line(format_args!(
            "pub(crate) static {name}: &[u8; {len}] = include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{file}\"));"
        ));
    }

    /// A constant text.
    pub(crate) fn text(&mut self, name: &str, value: &str) {
        self.line(format_args!("pub(crate) const {name}: &str = {value:?};"));
    }

    /// A constant number.
    pub(crate) fn number(&mut self, name: &str, ty: &str, value: u64) {
        self.line(format_args!("pub(crate) const {name}: {ty} = {value};"));
    }

    /// One line.
    pub(crate) fn line(&mut self, line: std::fmt::Arguments<'_>) {
        writeln!(self.0, "{line}").expect("a String takes everything");
    }

    /// Writes the file.
    pub(crate) fn save(&self) {
        fs::write(out_dir().join("tables.rs"), &self.0).expect("OUT_DIR can be written");
    }
}

fn out_dir() -> PathBuf {
    env::var_os("OUT_DIR").expect("cargo sets it").into()
}
