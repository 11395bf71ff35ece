//! `str`.

use std::ffi::{c_char, c_int};
use std::fmt::{Display, Write};
use std::mem::MaybeUninit;
use std::ops::{Deref, Range};
use std::{ptr, slice};

use corten_ffi as ffi;

use super::{PyBytes, narrow, singletons, type_check};
use crate::err::{PyErr, PyResult};
use crate::instance::Bound;
use crate::python::Python;

/// Python's `str`.
pub struct PyString(());
type_check!(PyString, "str", is_str, is_exact_str);

/// Whether `object` is a `str` in its final form. Before 3.12 a string made by an obsolete C API may
/// still have to be brought into it.
#[inline]
unsafe fn is_str(object: *mut ffi::PyObject) -> i32 {
    // SAFETY: forwarded from the caller: a live object.
    unsafe { i32::from(ffi::PyUnicode_Check(object) != 0 && ffi::PyUnicode_READY(object) == 0) }
}

/// As [`is_str`], without subclasses.
#[inline]
unsafe fn is_exact_str(object: *mut ffi::PyObject) -> i32 {
    // SAFETY: forwarded from the caller: a live object.
    unsafe {
        i32::from(ffi::PyUnicode_CheckExact(object) != 0 && ffi::PyUnicode_READY(object) == 0)
    }
}

/// A string's code points in the width that the interpreter stores them in (PEP 393).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StrData<'a> {
    /// All below U+0080.
    Ascii(&'a [u8]),
    /// All below U+0100, usually at least one not ASCII.
    Latin1(&'a [u8]),
    /// All below U+10000, lone surrogates included.
    Ucs2(&'a [u16]),
    /// Anything, lone surrogates included.
    Ucs4(&'a [u32]),
}

/// Which byte of a number comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteOrder {
    /// The least significant one.
    Little,
    /// The most significant one.
    Big,
}

/// Text that is known to be ASCII: strings can be made of it without looking.
#[derive(Clone, Copy, Debug)]
pub struct AsciiText<'a>(&'a [u8]);

impl AsciiText<'_> {
    /// The part `range` of the text.
    ///
    /// # Panics
    ///
    /// When the range is not within the text.
    #[inline]
    #[must_use]
    pub fn slice(self, range: Range<usize>) -> Self {
        AsciiText(&self.0[range])
    }
}

impl Deref for AsciiText<'_> {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        self.0
    }
}

impl PyString {
    /// A copy of `text`.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    pub fn new<'py>(py: Python<'py>, text: &str) -> PyResult<Bound<'py, Self>> {
        // SAFETY: attached; a slice's length fits Py_ssize_t; the bytes are UTF-8.
        unsafe {
            let object =
                ffi::PyUnicode_FromStringAndSize(text.as_ptr().cast(), text.len() as isize);
            Bound::from_owned_or_err(py, object)
        }
    }

    /// The interned object equal to `text`, for attribute names and the like.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    pub fn interned<'py>(py: Python<'py>, text: &str) -> PyResult<Bound<'py, Self>> {
        let mut object = Self::new(py, text)?.into_ptr();
        // SAFETY: attached; `object` is an owned str, and stays one.
        unsafe {
            ffi::PyUnicode_InternInPlace(&mut object);
            Ok(Bound::from_owned_ptr(py, object))
        }
    }

    /// `value` as text.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    pub fn from_display(py: Python<'_>, value: impl Display) -> PyResult<Bound<'_, Self>> {
        let mut text = String::new();
        match write!(text, "{value}") {
            Ok(()) => Self::new(py, &text),
            Err(_) => Err(PyErr::no_memory(py)),
        }
    }

    /// The ASCII string `text`.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    ///
    /// # Panics
    ///
    /// When a byte is not ASCII.
    #[inline]
    pub fn from_ascii<'py>(py: Python<'py>, text: &[u8]) -> PyResult<Bound<'py, Self>> {
        assert!(text.is_ascii(), "ASCII expected");
        Self::ascii_of(py, text)
    }

    /// The string `text`.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    #[inline]
    pub fn from_ascii_text<'py>(
        py: Python<'py>,
        text: AsciiText<'_>,
    ) -> PyResult<Bound<'py, Self>> {
        Self::ascii_of(py, text.0)
    }

    /// The string of the code points in `text`, each below U+0100.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    pub fn from_latin1<'py>(py: Python<'py>, text: &[u8]) -> PyResult<Bound<'py, Self>> {
        match text.len() {
            0 | 1 => Self::shared(py, text),
            _ => narrow::copy(py, text),
        }
    }

    /// The string of the code points in `text`; surrogates stay as they are.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    pub fn from_ucs2<'py>(py: Python<'py>, text: &[u16]) -> PyResult<Bound<'py, Self>> {
        match text.len() {
            0 | 1 => Self::shared(py, text),
            _ => narrow::copy(py, text),
        }
    }

    /// The string of the code points in `text`; surrogates stay as they are.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    ///
    /// # Panics
    ///
    /// When one is above U+10FFFF.
    pub fn from_ucs4<'py>(py: Python<'py>, text: &[u32]) -> PyResult<Bound<'py, Self>> {
        match Self::try_from_ucs4(py, text)? {
            Ok(string) => Ok(string),
            Err(_) => panic!("code points expected"),
        }
    }

    /// As [`from_ucs4`](Self::from_ucs4), or the first unit that is no code point.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    pub(crate) fn try_from_ucs4<'py>(
        py: Python<'py>,
        text: &[u32],
    ) -> PyResult<Result<Bound<'py, Self>, u32>> {
        if let Some(unit) = not_code_point(text) {
            return Ok(Err(unit));
        }
        if text.len() <= 1 {
            return Self::shared(py, text).map(Ok);
        }
        narrow::copy(py, text).map(Ok)
    }

    /// `chr(code)`: the string of one code point.
    ///
    /// # Errors
    ///
    /// `ValueError` (`chr() arg not in range(0x110000)`).
    #[inline]
    pub fn from_code(py: Python<'_>, code: u32) -> PyResult<Bound<'_, Self>> {
        if let Some(character) = singletons::character(py, code) {
            return Ok(character);
        }
        // SAFETY: attached. What is too large for an int is negative, and refused as well.
        unsafe { Bound::from_owned_or_err(py, ffi::PyUnicode_FromOrdinal(code as i32)) }
    }

    /// The error of [`from_code`](Self::from_code) for what is no code point.
    ///
    /// # Panics
    ///
    /// When it is one.
    #[cold]
    pub fn not_code(py: Python<'_>, code: u32) -> PyErr {
        match Self::from_code(py, code) {
            Err(error) => error,
            Ok(_) => panic!("a code point"),
        }
    }

    /// What the UTF-16 in `bytes` says. Without a byte order, a mark at the start tells it, or it is the
    /// machine's.
    ///
    /// # Errors
    ///
    /// `UnicodeDecodeError`, `MemoryError`.
    pub fn decode_utf16<'py>(
        py: Python<'py>,
        bytes: &[u8],
        order: Option<ByteOrder>,
    ) -> PyResult<Bound<'py, Self>> {
        Self::decode(py, bytes, order, ffi::PyUnicode_DecodeUTF16)
    }

    /// As [`decode_utf16`](Self::decode_utf16), for UTF-32.
    ///
    /// # Errors
    ///
    /// `UnicodeDecodeError`, `MemoryError`.
    pub fn decode_utf32<'py>(
        py: Python<'py>,
        bytes: &[u8],
        order: Option<ByteOrder>,
    ) -> PyResult<Bound<'py, Self>> {
        Self::decode(py, bytes, order, ffi::PyUnicode_DecodeUTF32)
    }

    fn decode<'py>(
        py: Python<'py>,
        bytes: &[u8],
        order: Option<ByteOrder>,
        decoder: unsafe extern "C" fn(
            *const c_char,
            isize,
            *const c_char,
            *mut c_int,
        ) -> *mut ffi::PyObject,
    ) -> PyResult<Bound<'py, Self>> {
        let mut order = match order {
            None => 0,
            Some(ByteOrder::Little) => -1,
            Some(ByteOrder::Big) => 1,
        };
        let (start, len) = (bytes.as_ptr().cast(), bytes.len() as isize);
        // SAFETY: attached; so many bytes are readable; null stands for strict errors.
        unsafe { Bound::from_owned_or_err(py, decoder(start, len, ptr::null(), &mut order)) }
    }

    /// A new ASCII string of `len` code points that `write` fills in place, without a copy.
    ///
    /// `write` gets the uninitialised memory and returns it initialised.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    ///
    /// # Panics
    ///
    /// When `write` returns anything but the whole memory, or a byte of it is not ASCII.
    pub fn new_ascii_with<'py>(
        py: Python<'py>,
        len: usize,
        write: impl FnOnce(&mut [MaybeUninit<u8>]) -> &mut [u8],
    ) -> PyResult<Bound<'py, Self>> {
        let string = Self::uninit(py, len, 0x7F)?;
        // SAFETY: the object is new and unshared, ASCII, and `len` bytes long.
        let out = unsafe {
            let data = ffi::PyUnicode_DATA(string.as_ptr()).cast::<MaybeUninit<u8>>();
            slice::from_raw_parts_mut(data, len)
        };
        let start = out.as_ptr().cast::<u8>();
        let written = write(out);
        assert!(
            written.as_ptr() == start && written.len() == len && written.is_ascii(),
            "the whole memory must be written with ASCII"
        );
        Ok(string)
    }

    /// As [`from_ascii`](Self::from_ascii); the caller in this crate knows that it is ASCII.
    #[inline]
    fn ascii_of<'py>(py: Python<'py>, text: &[u8]) -> PyResult<Bound<'py, Self>> {
        if text.len() <= 1 {
            return Self::shared(py, text);
        }
        let string = Self::uninit(py, text.len(), 0x7F)?;
        // SAFETY: the object is new and unshared, ASCII, and as long as `text`; the text of such
        // objects is right behind the shortest header.
        unsafe {
            let data = string
                .as_ptr()
                .cast::<u8>()
                .add(size_of::<ffi::PyASCIIObject>());
            ptr::copy_nonoverlapping(text.as_ptr(), data, text.len());
        }
        Ok(string)
    }

    pub(super) fn uninit(py: Python<'_>, len: usize, max_char: u32) -> PyResult<Bound<'_, Self>> {
        let len = isize::try_from(len).map_err(|_| PyErr::no_memory(py))?;
        // SAFETY: attached.
        unsafe { Bound::from_owned_or_err(py, ffi::PyUnicode_New(len, max_char)) }
    }

    /// The string of no or one code point: the interpreter keeps those.
    #[inline]
    fn shared<'py>(py: Python<'py>, text: &[impl Copy + Into<u32>]) -> PyResult<Bound<'py, Self>> {
        match text.first() {
            Some(&code) => Self::from_code(py, code.into()),
            None => Self::uninit(py, 0, 0),
        }
    }
}

pub(super) const MAX_CODE_POINT: u32 = 0x10_FFFF;

/// The first that is no code point.
#[inline]
pub(crate) fn not_code_point(units: &[u32]) -> Option<u32> {
    let is_none = |&unit: &u32| unit > MAX_CODE_POINT;
    // Looking at all is quicker than stopping early.
    match is_none(&narrow::all_bits(units)) {
        true => units.iter().copied().find(is_none),
        false => None,
    }
}

impl<'py> Bound<'py, PyString> {
    /// Length in code points.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        // SAFETY: `self` is a live, ready str.
        unsafe { ffi::PyUnicode_GET_LENGTH(self.as_ptr()) as usize }
    }

    /// Whether the string is `""`.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The interpreter's one copy of this text, which attributes are found by fastest. Strings of a subclass
    /// stay as they are.
    #[must_use]
    pub fn into_interned(self) -> Bound<'py, PyString> {
        let py = self.py();
        let mut text = self.into_ptr();
        // SAFETY: attached; the reference to a str goes in, and one to an equal str comes out.
        unsafe {
            ffi::PyUnicode_InternInPlace(&mut text);
            Bound::from_owned_ptr(py, text)
        }
    }

    /// Whether both are the same text, as strings that are of no subclass compare.
    #[inline]
    #[must_use]
    pub fn is_same_text(&self, other: &Bound<'_, PyString>) -> bool {
        self.is(other) || self.data() == other.data()
    }

    /// `self.join(parts)`.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    pub fn join(
        &self,
        parts: impl IntoIterator<Item = Bound<'py, PyString>, IntoIter: ExactSizeIterator>,
    ) -> PyResult<Bound<'py, PyString>> {
        let parts = super::PyTuple::new(self.py(), parts)?;
        // SAFETY: attached; both objects are live; the result is a str.
        unsafe {
            let text = ffi::PyUnicode_Join(self.as_ptr(), parts.as_ptr());
            Bound::from_owned_or_err(self.py(), text)
        }
    }

    /// The code points. They never change, so the slice may cross [`Python::detach`].
    #[inline]
    #[must_use]
    pub fn data(&self) -> StrData<'_> {
        let object = self.as_ptr();
        let len = self.len();
        // SAFETY: `self` is a live, ready str: its memory is immutable, lives as long as it does,
        // and holds `len` units of the width that its kind names.
        unsafe {
            let data = ffi::PyUnicode_DATA(object);
            match ffi::PyUnicode_KIND(object) {
                ffi::PyUnicode_1BYTE_KIND => {
                    let text = slice::from_raw_parts(data.cast::<u8>(), len);
                    if self.is_compact_ascii(data.cast()) {
                        StrData::Ascii(text)
                    } else {
                        StrData::Latin1(text)
                    }
                }
                ffi::PyUnicode_2BYTE_KIND => {
                    StrData::Ucs2(slice::from_raw_parts(data.cast::<u16>(), len))
                }
                _ => StrData::Ucs4(slice::from_raw_parts(data.cast::<u32>(), len)),
            }
        }
    }

    /// The code point at `index`, or `None` past the end.
    #[inline]
    #[must_use]
    pub fn code_at(&self, index: usize) -> Option<u32> {
        match self.data() {
            StrData::Ascii(text) | StrData::Latin1(text) => text.get(index).copied().map(u32::from),
            StrData::Ucs2(text) => text.get(index).copied().map(u32::from),
            StrData::Ucs4(text) => text.get(index).copied(),
        }
    }

    /// The string itself, or for an instance of a subclass, a `str` of the same content.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    pub fn to_exact(&self) -> PyResult<Bound<'py, PyString>> {
        // SAFETY: attached; `self` is a str, and so is the result.
        unsafe { Bound::from_owned_or_err(self.py(), ffi::PyUnicode_FromObject(self.as_ptr())) }
    }

    /// `s[range]`; indices past the end mean the end.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    #[inline]
    pub fn slice(&self, range: Range<usize>) -> PyResult<Bound<'py, PyString>> {
        let len = self.len();
        let end = range.end.min(len);
        match end.saturating_sub(range.start) {
            // Strings that are there already: the interpreter's, or this one.
            0 | 1 => self.substring(range.start, end),
            _ if range.start == 0 && end == len => self.substring(0, end),
            _ => match self.data() {
                StrData::Ascii(text) => PyString::ascii_of(self.py(), &text[range.start..end]),
                StrData::Latin1(text) => narrow::copy(self.py(), &text[range.start..end]),
                StrData::Ucs2(text) => narrow::copy(self.py(), &text[range.start..end]),
                StrData::Ucs4(text) => narrow::copy(self.py(), &text[range.start..end]),
            },
        }
    }

    /// `s[start:end]`, where `end` is not past the end.
    fn substring(&self, start: usize, end: usize) -> PyResult<Bound<'py, PyString>> {
        let start = start.min(end) as isize;
        // SAFETY: attached; `self` is a str, and no index is negative; the result is a str.
        unsafe {
            let part = ffi::PyUnicode_Substring(self.as_ptr(), start, end as isize);
            Bound::from_owned_or_err(self.py(), part)
        }
    }

    /// The text, if it is ASCII.
    #[inline]
    #[must_use]
    pub fn as_ascii(&self) -> Option<AsciiText<'_>> {
        match self.data() {
            StrData::Ascii(text) => Some(AsciiText(text)),
            _ => None,
        }
    }

    /// Whether all code points are below U+0080.
    #[must_use]
    pub fn is_ascii(&self) -> bool {
        match self.data() {
            StrData::Ascii(_) => true,
            StrData::Latin1(text) => text.is_ascii(),
            _ => false,
        }
    }

    /// The text as UTF-8, which the interpreter caches in the object.
    ///
    /// # Errors
    ///
    /// `UnicodeEncodeError` for lone surrogates, `MemoryError`.
    pub fn to_str(&self) -> PyResult<&str> {
        if let StrData::Ascii(text) = self.data() {
            // SAFETY: ASCII is UTF-8.
            return Ok(unsafe { std::str::from_utf8_unchecked(text) });
        }
        let mut len = 0;
        // SAFETY: attached; the result is UTF-8, `len` long, and cached for the object's life.
        unsafe {
            let data = ffi::PyUnicode_AsUTF8AndSize(self.as_ptr(), &mut len);
            if data.is_null() {
                return Err(PyErr::already_set(self.py()));
            }
            let bytes = slice::from_raw_parts(data.cast::<u8>(), len as usize);
            Ok(std::str::from_utf8_unchecked(bytes))
        }
    }

    /// `str.encode(text, "ascii")`.
    ///
    /// # Errors
    ///
    /// `UnicodeEncodeError`, `MemoryError`.
    pub fn encode_ascii(&self) -> PyResult<Bound<'py, PyBytes>> {
        // SAFETY: attached; `self` is a str; the result is a bytes object.
        unsafe {
            let bytes = ffi::PyUnicode_AsASCIIString(self.as_ptr());
            Bound::from_owned_or_err(self.py(), bytes)
        }
    }

    /// A compact ASCII string keeps its text right behind the shortest of the three headers.
    #[inline]
    fn is_compact_ascii(&self, data: *const u8) -> bool {
        let header = size_of::<ffi::PyASCIIObject>();
        data == self.as_ptr().cast::<u8>().wrapping_add(header).cast_const()
    }
}
