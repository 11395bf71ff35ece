//! Between Python's `str` and the engines' texts.

use std::marker::PhantomData;

use corten_api::prelude::*;

use crate::engine::OutOfMemory;
use crate::engine::buffer::{Memory, TextBuffer};
use crate::engine::string::Text;
use crate::engine::unit::Unit;
use crate::engine::units::{Room, Units};

/// Which characters of string literals are escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Escapes {
    /// Those that JSON can't hold otherwise.
    Needed,
    /// All that are not ASCII too.
    NonAscii,
}

/// The string literal of `string`.
pub(crate) fn encode<'py>(
    string: &Bound<'py, PyString>,
    escapes: Escapes,
) -> PyResult<Bound<'py, PyString>> {
    let py = string.py();
    let mut short = [b'"'; 128];
    if let StrData::Ascii(text) = string.data()
        && let Some(literal) = short.get_mut(..text.len() + 2)
        && is_plain(text, escapes)
    {
        literal[1..=text.len()].copy_from_slice(text);
        return PyString::from_ascii(py, literal);
    }
    let mut literal = StrBuffer::new(py);
    match push_literal(&mut literal, string, escapes) {
        Ok(()) => buffer_to_str(literal),
        Err(OutOfMemory) => Err(PyErr::no_memory(py)),
    }
}

/// Whether nothing in an ASCII text must be escaped.
fn is_plain(text: &[u8], escapes: Escapes) -> bool {
    let plain = match escapes {
        Escapes::Needed => u8::find_special(text),
        Escapes::NonAscii => u8::find_special_or_non_ascii(text),
    };
    plain == text.len()
}

/// Appends the string literal of `string`.
#[inline]
pub(crate) fn push_literal(
    out: &mut StrBuffer<'_>,
    string: &Bound<'_, PyString>,
    escapes: Escapes,
) -> Result<(), OutOfMemory> {
    with_units!(string, units => match escapes {
        Escapes::Needed => out.push_literal(units),
        Escapes::NonAscii => out.push_ascii_literal(units),
    })
}

/// Runs `$body` with `$units` bound to the code units of a `str`, whatever their width.
macro_rules! with_units {
    ($string:expr, $units:ident => $body:expr) => {
        match $string.data() {
            StrData::Ascii($units) | StrData::Latin1($units) => $body,
            StrData::Ucs2($units) => $body,
            StrData::Ucs4($units) => $body,
        }
    };
}
pub(crate) use with_units;

/// A width in which Python stores text.
pub(crate) trait PyUnit: Unit {
    /// The `str` of these code points.
    fn to_str<'py>(py: Python<'py>, units: &[Self]) -> PyResult<Bound<'py, PyString>>;
}

impl PyUnit for u8 {
    #[inline]
    fn to_str<'py>(py: Python<'py>, units: &[u8]) -> PyResult<Bound<'py, PyString>> {
        if units.is_ascii() {
            PyString::from_ascii(py, units)
        } else {
            PyString::from_latin1(py, units)
        }
    }
}

impl PyUnit for u16 {
    fn to_str<'py>(py: Python<'py>, units: &[u16]) -> PyResult<Bound<'py, PyString>> {
        PyString::from_ucs2(py, units)
    }
}

impl PyUnit for u32 {
    fn to_str<'py>(py: Python<'py>, units: &[u32]) -> PyResult<Bound<'py, PyString>> {
        PyString::from_ucs4(py, units)
    }
}

/// The text that is parsed.
#[derive(Clone, Copy)]
pub(crate) struct Document<'a, 'py> {
    text: &'a Bound<'py, PyString>,
    ascii: Option<AsciiText<'a>>,
}

impl<'a, 'py> Document<'a, 'py> {
    pub(crate) fn new(text: &'a Bound<'py, PyString>) -> Self {
        Document {
            text,
            ascii: text.as_ascii(),
        }
    }

    /// The `str` of a string literal's value.
    #[inline(always)]
    pub(crate) fn string<C: PyUnit>(self, text: &Text<'_, C>) -> PyResult<Bound<'py, PyString>> {
        let py = self.text.py();
        match *text {
            Text::Verbatim(begin, units) => {
                let range = begin..begin + units.len();
                match self.ascii {
                    Some(ascii) => PyString::from_ascii_text(py, ascii.slice(range)),
                    None => self.text.slice(range),
                }
            }
            Text::Resolved(units) => C::to_str(py, units),
            Text::Widened(units) => u32::to_str(py, units),
        }
    }
}

/// Text that is written straight into a `str` object.
pub(crate) type StrBuffer<'py> = TextBuffer<Strs<'py>>;

/// The memory of [`StrBuffer`].
pub(crate) struct Strs<'py>(PhantomData<Python<'py>>);

impl<'py> Memory for Strs<'py> {
    type Context = Python<'py>;
    type Narrow = StrRoom<'py, u8>;
    type Ucs2 = StrRoom<'py, u16>;
    type Ucs4 = StrRoom<'py, u32>;
}

/// Room in a `str` object, which is there from the first write on.
pub(crate) struct StrRoom<'py, U> {
    py: Python<'py>,
    writer: Option<PyStringWriter<'py, U>>,
}

impl<'py, U: Unit + StrUnit> Room for StrRoom<'py, U> {
    type Unit = U;
    type Context = Python<'py>;

    fn new(py: Python<'py>) -> Self {
        StrRoom { py, writer: None }
    }

    fn context(&self) -> Python<'py> {
        self.py
    }

    #[inline]
    fn units(&self) -> &[U] {
        self.writer.as_ref().map_or(&[], PyStringWriter::memory)
    }

    #[inline]
    fn units_mut(&mut self) -> &mut [U] {
        self.writer
            .as_mut()
            .map_or(&mut [], PyStringWriter::memory_mut)
    }

    fn grow(&mut self, len: usize) -> Result<(), OutOfMemory> {
        let grown = match &mut self.writer {
            Some(writer) => writer.grow(len),
            none => PyStringWriter::new(self.py, len).map(|writer| *none = Some(writer)),
        };
        // The only error there is; it is raised again where a step failed.
        grown.map_err(|_| OutOfMemory)
    }
}

/// The `str` of what was written.
pub(crate) fn buffer_to_str<'py>(buffer: StrBuffer<'py>) -> PyResult<Bound<'py, PyString>> {
    match buffer {
        TextBuffer::Narrow(units) => units_to_str(units),
        TextBuffer::Ucs2(units) => units_to_str(units),
        TextBuffer::Ucs4(units) => units_to_str(units),
    }
}

fn units_to_str<'py, U: Unit + StrUnit>(
    units: Units<StrRoom<'py, U>>,
) -> PyResult<Bound<'py, PyString>> {
    let (room, len) = units.into_room();
    match room.writer {
        Some(writer) => writer.finish(len),
        None => PyString::from_ascii(room.py, b""),
    }
}

/// Whether `string` consists of these code points. O(length).
#[inline]
pub(crate) fn is_text<C: Unit>(string: &Bound<'_, PyString>, units: &[C]) -> bool {
    with_units!(string, known => {
        known.len() == units.len() && known.iter().zip(units).all(|(a, b)| a.code() == b.code())
    })
}

/// Why an engine that calls back ended: memory, or a Python exception.
pub(crate) enum Failure {
    OutOfMemory,
    Raised(PyErr),
}

impl Failure {
    /// The exception.
    #[cold]
    pub(crate) fn raise(self, py: Python<'_>) -> PyErr {
        match self {
            Failure::OutOfMemory => PyErr::no_memory(py),
            Failure::Raised(error) => error,
        }
    }
}

impl From<OutOfMemory> for Failure {
    fn from(_: OutOfMemory) -> Self {
        Failure::OutOfMemory
    }
}

impl From<PyErr> for Failure {
    fn from(error: PyErr) -> Self {
        Failure::Raised(error)
    }
}
