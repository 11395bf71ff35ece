//! Strings of code points: as narrow as they can be.

use std::mem::MaybeUninit;
use std::ops::BitOr;
use std::slice;

use corten_ffi as ffi;

use super::PyString;
use super::string::MAX_CODE_POINT;
use crate::err::PyResult;
use crate::instance::Bound;
use crate::python::Python;

/// A code point in 8, 16 or 32 bits.
pub(super) trait Unit: Copy + From<u8> + Into<u32> + BitOr<Output = Self> {}

impl<U: Copy + From<u8> + Into<u32> + BitOr<Output = U>> Unit for U {}

/// The string of the code points in `text`, at least two; the caller knows that they are code points.
///
/// # Errors
///
/// `MemoryError`.
#[inline]
pub(super) fn copy<'py, U: Unit>(py: Python<'py>, text: &[U]) -> PyResult<Bound<'py, PyString>> {
    debug_assert!(text.len() > 1, "the interpreter shares shorter strings");
    // What decides about the width are powers of two: the greatest is as good as all bits.
    let bits: u32 = all_bits(text).into();
    let string = PyString::uninit(py, text.len(), bits.min(MAX_CODE_POINT))?;
    // SAFETY: the object is new and unshared, compact, as long as `text`, and of the width for these bits.
    unsafe {
        match bits {
            ..=0x7F => write::<U, u8, ffi::PyASCIIObject>(&string, text, |code| code as u8),
            0x80..=0xFF => {
                write::<U, u8, ffi::PyCompactUnicodeObject>(&string, text, |code| code as u8)
            }
            0x100..=0xFFFF => {
                write::<U, u16, ffi::PyCompactUnicodeObject>(&string, text, |code| code as u16);
            }
            _ => write::<U, u32, ffi::PyCompactUnicodeObject>(&string, text, |code| code),
        }
    }
    Ok(string)
}

/// The bits that any of them has.
#[inline]
pub(super) fn all_bits<U: Unit>(units: &[U]) -> U {
    units.iter().fold(U::from(0), |bits, &unit| bits | unit)
}

/// # Safety
///
/// Nobody else may have the string, which has room for as many units of `V` as `text` has, behind a header `H`.
#[inline(always)]
unsafe fn write<U: Unit, V, H>(string: &Bound<'_, PyString>, text: &[U], unit: impl Fn(u32) -> V) {
    // SAFETY: forwarded from the caller.
    let out = unsafe {
        let data = string.as_ptr().cast::<H>().add(1);
        slice::from_raw_parts_mut(data.cast::<MaybeUninit<V>>(), text.len())
    };
    for (out, &code) in out.iter_mut().zip(text) {
        out.write(unit(code.into()));
    }
}
