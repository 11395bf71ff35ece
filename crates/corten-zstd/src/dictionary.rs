//! Dictionaries that are digested once, and used by many streams.

use std::ptr::NonNull;

use libzstd_rs_sys::{
    ZSTD_CDict, ZSTD_DDict, ZSTD_createCDict, ZSTD_createDDict, ZSTD_freeCDict, ZSTD_freeDDict,
    ZSTD_getDictID_fromDict,
};

/// The number of the dictionary that `content` is; 0 for bytes that are not in the dictionary format.
#[must_use]
pub fn dictionary_id(content: &[u8]) -> u32 {
    // SAFETY: reads the slice.
    unsafe { ZSTD_getDictID_fromDict(content.as_ptr().cast(), content.len()) }
}

/// A dictionary digested for compression at one level.
#[derive(Debug)]
pub struct CompressionDictionary(NonNull<ZSTD_CDict>);

// SAFETY: it owns a copy of the content, and is only read once it is made.
unsafe impl Send for CompressionDictionary {}
// SAFETY: as above.
unsafe impl Sync for CompressionDictionary {}

impl CompressionDictionary {
    /// Digests `content`. `None` when it is not in order, or memory runs out.
    #[must_use]
    pub fn new(content: &[u8], level: i32) -> Option<Self> {
        // SAFETY: reads the slice, and copies it.
        let raw = unsafe { ZSTD_createCDict(content.as_ptr().cast(), content.len(), level) };
        NonNull::new(raw).map(Self)
    }

    pub(crate) fn as_ptr(&self) -> *const ZSTD_CDict {
        self.0.as_ptr()
    }
}

impl Drop for CompressionDictionary {
    fn drop(&mut self) {
        // SAFETY: made by `new`; contexts that refer to it keep it alive.
        unsafe { ZSTD_freeCDict(self.0.as_ptr()) };
    }
}

/// A dictionary digested for decompression.
#[derive(Debug)]
pub struct DecompressionDictionary(NonNull<ZSTD_DDict>);

// SAFETY: it owns a copy of the content, and is only read once it is made.
unsafe impl Send for DecompressionDictionary {}
// SAFETY: as above.
unsafe impl Sync for DecompressionDictionary {}

impl DecompressionDictionary {
    /// Digests `content`. `None` when it is not in order, or memory runs out.
    #[must_use]
    pub fn new(content: &[u8]) -> Option<Self> {
        // SAFETY: reads the slice, and copies it.
        let raw = unsafe { ZSTD_createDDict(content.as_ptr().cast(), content.len()) };
        NonNull::new(raw).map(Self)
    }

    pub(crate) fn as_ptr(&self) -> *const ZSTD_DDict {
        self.0.as_ptr()
    }
}

impl Drop for DecompressionDictionary {
    fn drop(&mut self) {
        // SAFETY: made by `new`; contexts that refer to it keep it alive.
        unsafe { ZSTD_freeDDict(self.0.as_ptr()) };
    }
}
