//! `_bz2`: bzip2 compression and decompression.
#![forbid(unsafe_code)]

mod bits; // engines: bytes in, bytes out, no Python
mod coding;
mod compare;
mod crc;
mod decoder;
mod encoder;
mod format;
mod front;
mod huffman;
mod inverse;
mod randomised;
mod sais;
mod sort;
mod symbols;

mod compressor; // classes
mod decompressor;

use corten_api::prelude::*;

use crate::compressor::BZ2Compressor;
use crate::decompressor::BZ2Decompressor;

corten_api::module! {
    name: "_bz2",
    state: State,
    functions: [],
}

#[derive(Traverse)]
struct State;

impl ModuleState for State {
    fn init(module: &Bound<'_, PyModule>) -> PyResult<Self> {
        module.add_class::<BZ2Compressor>()?;
        module.add_class::<BZ2Decompressor>()?;
        Ok(State)
    }
}
