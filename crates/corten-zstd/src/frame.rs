//! What the header of a frame tells.

use libzstd_rs_sys::{
    ZSTD_CONTENTSIZE_ERROR, ZSTD_CONTENTSIZE_UNKNOWN, ZSTD_findFrameCompressedSize,
    ZSTD_getDictID_fromFrame, ZSTD_getFrameContentSize,
};

use crate::error::{Error, checked};

/// What the header of a frame tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameInfo {
    /// How long the content is.
    pub content_size: Option<u64>,
    /// Which dictionary it was compressed with; 0 when there is none, or it is not told.
    pub dictionary_id: u32,
}

/// Reads the header at the beginning of `data`. `None` when there is no complete one.
#[must_use]
pub fn frame_info(data: &[u8]) -> Option<FrameInfo> {
    if is_legacy(data) {
        return None;
    }
    let (start, len) = (data.as_ptr().cast(), data.len());
    // SAFETY: both calls read the slice.
    let (size, dictionary_id) = unsafe {
        (
            ZSTD_getFrameContentSize(start, len),
            ZSTD_getDictID_fromFrame(start, len),
        )
    };
    if size == ZSTD_CONTENTSIZE_ERROR {
        return None;
    }
    Some(FrameInfo {
        content_size: (size != ZSTD_CONTENTSIZE_UNKNOWN).then_some(size),
        dictionary_id,
    })
}

/// The length of the frame at the beginning of `data`, with header and checksum.
///
/// # Errors
///
/// When there is no complete one.
pub fn frame_size(data: &[u8]) -> Result<usize, Error> {
    if is_legacy(data) {
        return Err(Error::UNKNOWN_PREFIX);
    }
    // SAFETY: reads the slice.
    checked(unsafe { ZSTD_findFrameCompressedSize(data.as_ptr().cast(), data.len()) })
}

/// Whether `data` begins with a frame of a format before 1.0. The library's decoders for them are
/// translated from C, all of it raw pointers, and nobody has such data any more.
pub(crate) fn is_legacy(data: &[u8]) -> bool {
    const FIRST: u32 = 0x1EB5_2FFD;
    let magic = data.first_chunk().map(|magic| u32::from_le_bytes(*magic));
    matches!(magic, Some(FIRST | 0xFD2F_B522..=0xFD2F_B527))
}
