//! What the library refuses.

use std::ffi::{CStr, c_char};
use std::fmt;

use libzstd_rs_sys::{ZSTD_getErrorName, ZSTD_isError};

/// An error of the library, with the text that the C library has for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error(usize);

impl Error {
    pub(crate) const MEMORY: Self = Self::of_kind(64);
    pub(crate) const OUT_OF_BOUND: Self = Self::of_kind(42);
    pub(crate) const UNKNOWN_PREFIX: Self = Self::of_kind(10);
    pub(crate) const SOURCE_SIZE: Self = Self::of_kind(72);

    /// The result of a call that fails in the way that `zstd_errors.h` numbers `kind`.
    const fn of_kind(kind: usize) -> Self {
        Self(kind.wrapping_neg())
    }

    /// What is wrong.
    #[must_use]
    pub fn name(self) -> &'static str {
        // SAFETY: the library's error names are static C strings.
        unsafe { static_text(ZSTD_getErrorName(self.0)) }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl std::error::Error for Error {}

/// The result of a call that returns a size or an error.
pub(crate) fn checked(result: usize) -> Result<usize, Error> {
    match ZSTD_isError(result) {
        0 => Ok(result),
        _ => Err(Error(result)),
    }
}

/// # Safety
///
/// `text` must be a C string that lives for ever.
pub(crate) unsafe fn static_text(text: *const c_char) -> &'static str {
    // SAFETY: as the caller vouches.
    let text: &'static CStr = unsafe { CStr::from_ptr(text) };
    text.to_str().unwrap_or_default()
}
