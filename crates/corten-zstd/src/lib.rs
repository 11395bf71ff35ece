//! Zstandard (RFC 8878) on libzstd-rs-sys, with a safe face.
//!
//! libzstd-rs-sys is the C library translated to Rust, with its raw interface; this crate makes the
//! calls that Python's `_zstd` needs. Contexts own what they refer to. Memory that cannot be had is an
//! [`Error`]: where the library would abort instead (the trainer's tables, threads), it is asked
//! for beforehand.

mod assembly;
mod compress;
mod decompress;
mod dictionary;
mod error;
mod frame;
mod parameter;
mod step;
mod train;

pub use compress::{Compressor, EndDirective};
pub use decompress::Decompressor;
pub use dictionary::{CompressionDictionary, DecompressionDictionary, dictionary_id};
pub use error::Error;
pub use frame::{FrameInfo, frame_info, frame_size};
pub use parameter::{
    CompressionParameter, DEFAULT_LEVEL, DecompressionParameter, levels, strategy,
};
pub use step::Step;
pub use train::{finalize_dictionary, train_dictionary};

/// Room that lets a decompressor hand out a whole block at once.
#[must_use]
pub fn decompressor_output_size() -> usize {
    libzstd_rs_sys::ZSTD_DStreamOutSize()
}

/// The most that the compressed form of `len` bytes takes, in one frame; `None` when that is no size.
#[must_use]
pub fn compress_bound(len: usize) -> Option<usize> {
    error::checked(libzstd_rs_sys::ZSTD_compressBound(len)).ok()
}

/// The version of the library: 1.5.8 is 10508.
#[must_use]
pub fn version_number() -> u32 {
    libzstd_rs_sys::ZSTD_versionNumber()
}

/// The version of the library as text.
#[must_use]
pub fn version() -> &'static str {
    // SAFETY: a static C string.
    unsafe { error::static_text(libzstd_rs_sys::ZSTD_versionString()) }
}
