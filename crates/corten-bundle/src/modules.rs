//! The modules in this library: naming a crate is what links its `PyInit_` functions.
//!
//! Written by `cargo corten sync`; do not edit.

extern crate _json as _;
extern crate binascii as _;
extern crate zlib as _;
