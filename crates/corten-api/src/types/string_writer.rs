//! `str` objects that are written in place and grow.

use std::marker::PhantomData;
use std::slice;

use corten_ffi as ffi;

use super::PyString;
use crate::err::{PyErr, PyResult};
use crate::instance::Bound;
use crate::python::Python;

/// A code unit of a `str`: `u8`, `u16` or `u32`.
pub trait StrUnit: Copy + Default + sealed::Sealed {
    /// The largest code point of a `str` object that is written in units of this width. Objects of
    /// bytes are ASCII: those with U+0080 to U+00FF are laid out differently.
    const MAX_CHAR: u32;

    /// Whether a `str` of exactly this width is what the interpreter would make of `text`.
    fn is_canonical(text: &[Self]) -> bool;

    /// The `str` of `text`, whatever its width.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    fn copy<'py>(py: Python<'py>, text: &[Self]) -> PyResult<Bound<'py, PyString>>;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for u8 {}
    impl Sealed for u16 {}
    impl Sealed for u32 {}
}

impl StrUnit for u8 {
    const MAX_CHAR: u32 = 0x7F;

    fn is_canonical(text: &[u8]) -> bool {
        text.is_ascii()
    }

    fn copy<'py>(py: Python<'py>, text: &[u8]) -> PyResult<Bound<'py, PyString>> {
        PyString::from_latin1(py, text)
    }
}

impl StrUnit for u16 {
    const MAX_CHAR: u32 = 0xFFFF;

    fn is_canonical(text: &[u16]) -> bool {
        text.iter().any(|&unit| unit > 0xFF)
    }

    fn copy<'py>(py: Python<'py>, text: &[u16]) -> PyResult<Bound<'py, PyString>> {
        PyString::from_ucs2(py, text)
    }
}

impl StrUnit for u32 {
    const MAX_CHAR: u32 = 0x10_FFFF;

    fn is_canonical(text: &[u32]) -> bool {
        let (any_wide, all_valid) = text.iter().fold((false, true), |(wide, valid), &unit| {
            (wide | (unit > 0xFFFF), valid & (unit <= 0x10_FFFF))
        });
        any_wide && all_valid
    }

    fn copy<'py>(py: Python<'py>, text: &[u32]) -> PyResult<Bound<'py, PyString>> {
        PyString::from_ucs4(py, text)
    }
}

/// Texts of fewer bytes are copied after all. A block that shrinks before it is freed teaches the
/// allocator nothing about the size that will be wanted again, so that each text would get fresh
/// pages from the system, which cost more than the copy.
const IN_PLACE: usize = 1 << 20;

/// A `str` under construction. Its memory is initialised, and becomes the object's own text without
/// a copy, unless a narrower object is right for it.
pub struct PyStringWriter<'py, U> {
    string: Bound<'py, PyString>,
    unit: PhantomData<U>,
}

impl<'py, U: StrUnit> PyStringWriter<'py, U> {
    /// Memory for `capacity` units, zeroed.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    pub fn new(py: Python<'py>, capacity: usize) -> PyResult<Self> {
        // Neither empty nor of one character: those objects are shared.
        let len = isize::try_from(capacity.max(2)).map_err(|_| PyErr::no_memory(py))?;
        // SAFETY: attached; the result is a str that nobody else has.
        let string = unsafe { Bound::from_owned_or_err(py, ffi::PyUnicode_New(len, U::MAX_CHAR))? };
        let writer: Self = PyStringWriter {
            string,
            unit: PhantomData,
        };
        // SAFETY: zeros are units; the memory has `len` of them.
        unsafe { writer.data().write_bytes(0, len as usize) };
        Ok(writer)
    }

    /// The memory.
    #[inline]
    #[must_use]
    pub fn memory(&self) -> &[U] {
        // SAFETY: initialised by `new` and `grow`; `self` is borrowed as long as the slice.
        unsafe { slice::from_raw_parts(self.data(), self.string.len()) }
    }

    /// The memory, to be written.
    #[inline]
    #[must_use]
    pub fn memory_mut(&mut self) -> &mut [U] {
        // SAFETY: as in `memory`; nobody else has the object.
        unsafe { slice::from_raw_parts_mut(self.data(), self.string.len()) }
    }

    /// Enlarges the memory to `capacity` units; the new ones are zero.
    ///
    /// # Errors
    ///
    /// `MemoryError`; the memory is as it was then.
    pub fn grow(&mut self, capacity: usize) -> PyResult<()> {
        let old = self.string.len();
        if capacity <= old {
            return Ok(());
        }
        self.resize(capacity)?;
        // SAFETY: the memory has `capacity` units now; zeros are units.
        unsafe { self.data().add(old).write_bytes(0, capacity - old) };
        Ok(())
    }

    /// The `str` of the first `len` units.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    ///
    /// # Panics
    ///
    /// When there are not as many.
    pub fn finish(mut self, len: usize) -> PyResult<Bound<'py, PyString>> {
        let text = &self.memory()[..len];
        if size_of_val(text) < IN_PLACE || !U::is_canonical(text) {
            return U::copy(self.string.py(), text);
        }
        self.resize(len)?;
        Ok(self.string)
    }

    /// Where a new, compact object of this width has its text.
    #[inline]
    fn data(&self) -> *mut U {
        let header = if U::MAX_CHAR == 0x7F {
            size_of::<ffi::PyASCIIObject>()
        } else {
            size_of::<ffi::PyCompactUnicodeObject>()
        };
        self.string.as_ptr().wrapping_byte_add(header).cast()
    }

    fn resize(&mut self, len: usize) -> PyResult<()> {
        let py = self.string.py();
        let len = isize::try_from(len).map_err(|_| PyErr::no_memory(py))?;
        let mut object = self.string.as_ptr();
        // SAFETY: attached; the object is unshared and was never hashed, so that it is resized in
        // place or moved. On failure it stays. `self.string` gets the object wherever it is.
        unsafe {
            PyErr::check(py, ffi::PyUnicode_Resize(&mut object, len))?;
            let moved = Bound::from_owned_ptr(py, object);
            std::mem::forget(std::mem::replace(&mut self.string, moved));
        }
        Ok(())
    }
}
