//! The kinds of arguments that only this module takes.

use corten_api::prelude::*;

#[cfg(Py_3_15)]
use crate::bytes::ByteSet;

/// What the decoders take: a `str` of ASCII characters, or a bytes-like object.
pub(crate) enum AsciiBuffer<'a, 'py> {
    /// The content of a `str` or `bytes`, which never changes.
    Frozen(&'a [u8]),
    /// The bytes of anything else.
    Buffer(Box<PyBuffer<'py>>, &'a Bound<'py, PyAny>),
}

impl AsciiBuffer<'_, '_> {
    /// Length in bytes.
    pub(crate) fn len(&self) -> usize {
        match self {
            AsciiBuffer::Frozen(text) => text.len(),
            AsciiBuffer::Buffer(buffer, _) => buffer.len(),
        }
    }

    /// Looks at the bytes, as [`PyBuffer::with_bytes`] does.
    #[inline]
    pub(crate) fn with_bytes<R>(&self, look: impl FnOnce(&[u8]) -> R + Send) -> PyResult<R> {
        match self {
            AsciiBuffer::Frozen(text) => Ok(look(text)),
            AsciiBuffer::Buffer(buffer, _) => buffer.with_bytes(look),
        }
    }

    /// Whether a zero is known to stand behind the bytes, as in the strings of C.
    pub(crate) fn is_zero_terminated(&self) -> bool {
        match self {
            AsciiBuffer::Frozen(_) => true,
            AsciiBuffer::Buffer(_, object) => {
                object.cast::<PyBytes>().is_some() || object.cast::<PyByteArray>().is_some()
            }
        }
    }
}

impl<'a, 'py> FromArg<'a, 'py> for AsciiBuffer<'a, 'py> {
    #[inline]
    fn from_arg(object: &'a Bound<'py, PyAny>, _arg: &Arg) -> PyResult<Self> {
        if let Some(bytes) = object.cast_exact::<PyBytes>() {
            return Ok(AsciiBuffer::Frozen(bytes.as_bytes()));
        }
        if let Some(text) = object.cast::<PyString>()
            && let StrData::Ascii(text) = text.data()
        {
            return Ok(AsciiBuffer::Frozen(text));
        }
        AsciiBuffer::other(object)
    }
}

impl<'a, 'py> AsciiBuffer<'a, 'py> {
    /// What is neither `bytes` nor plainly ASCII. Apart, so that the others need not move its room.
    #[cold]
    fn other(object: &'a Bound<'py, PyAny>) -> PyResult<Self> {
        let py = object.py();
        let Some(text) = object.cast::<PyString>() else {
            return match PyBuffer::get(object) {
                Ok(buffer) => Ok(AsciiBuffer::Buffer(Box::new(buffer), object)),
                Err(error) => Err(bad_type(object, error)),
            };
        };
        match text.data() {
            // What a subclass holds may not be marked as ASCII.
            StrData::Latin1(text) if text.is_ascii() => Ok(AsciiBuffer::Frozen(text)),
            _ => Err(PyValueError::raise(
                py,
                "string argument should contain only ASCII characters",
            )),
        }
    }
}

/// Replaces whatever the exporter has raised.
fn bad_type(object: &Bound<'_, PyAny>, error: PyErr) -> PyErr {
    drop(error);
    let name = object.type_name();
    let name = &name[..name.floor_char_boundary(100)];
    PyTypeError::raise(
        object.py(),
        format_args!("argument should be bytes, buffer or ASCII string, not '{name}'"),
    )
}

/// The `sep` of hexlify(). It is looked at when the other arguments have been converted, as its
/// length may be anybody's code.
pub(crate) struct Separator<'a, 'py>(Option<&'a Bound<'py, PyAny>>);

impl Separator<'_, '_> {
    /// No separator.
    pub(crate) const UNSET: Self = Separator(None);

    /// The separator as a byte.
    ///
    /// # Errors
    ///
    /// `TypeError` or `ValueError` when it is not a single character or byte, or what its
    /// `__len__` raises.
    pub(crate) fn byte(&self) -> PyResult<Option<u8>> {
        let Some(object) = self.0 else {
            return Ok(None);
        };
        let py = object.py();
        if object.len()? != 1 {
            return Err(PyValueError::raise(py, "sep must be length 1."));
        }
        let content = if let Some(text) = object.cast::<PyString>() {
            match text.data() {
                StrData::Ascii(text) | StrData::Latin1(text) => text,
                _ => return Err(PyValueError::raise(py, "sep must be ASCII.")),
            }
        } else if let Some(bytes) = object.cast::<PyBytes>() {
            bytes.as_bytes()
        } else {
            return Err(PyTypeError::raise(py, "sep must be str or bytes."));
        };
        // A subclass may be empty for all its `__len__` says; a zero stands behind the content.
        Ok(Some(content.first().copied().unwrap_or(0)))
    }
}

impl<'a, 'py> FromArg<'a, 'py> for Separator<'a, 'py> {
    fn from_arg(object: &'a Bound<'py, PyAny>, _arg: &Arg) -> PyResult<Self> {
        Ok(Separator(Some(object)))
    }
}

/// The `bytes_per_sep` of hexlify(): a C `int`, and from Python 3.15 on a `Py_ssize_t`.
pub(crate) struct BytesPerSep(pub(crate) isize);

impl<'a, 'py> FromArg<'a, 'py> for BytesPerSep {
    #[cfg(Py_3_15)]
    fn from_arg(object: &'a Bound<'py, PyAny>, arg: &Arg) -> PyResult<Self> {
        isize::from_arg(object, arg).map(BytesPerSep)
    }

    #[cfg(not(Py_3_15))]
    fn from_arg(object: &'a Bound<'py, PyAny>, arg: &Arg) -> PyResult<Self> {
        i32::from_arg(object, arg).map(|count| BytesPerSep(count as isize))
    }
}

/// A flag: the truth of any object. Before Python 3.12: an int.
pub(crate) struct Flag(pub(crate) bool);

impl<'a, 'py> FromArg<'a, 'py> for Flag {
    #[cfg(Py_3_12)]
    fn from_arg(object: &'a Bound<'py, PyAny>, _arg: &Arg) -> PyResult<Self> {
        object.is_true().map(Flag)
    }

    #[cfg(not(Py_3_12))]
    fn from_arg(object: &'a Bound<'py, PyAny>, arg: &Arg) -> PyResult<Self> {
        i32::from_arg(object, arg).map(|value| Flag(value != 0))
    }
}

/// A flag for which not being given is something else than any value.
#[cfg(Py_3_15)]
pub(crate) struct OptionalFlag(Option<bool>);

#[cfg(Py_3_15)]
impl OptionalFlag {
    pub(crate) const UNSET: Self = OptionalFlag(None);

    pub(crate) fn unwrap_or(self, default: bool) -> bool {
        self.0.unwrap_or(default)
    }
}

#[cfg(Py_3_15)]
impl<'a, 'py> FromArg<'a, 'py> for OptionalFlag {
    fn from_arg(object: &'a Bound<'py, PyAny>, _arg: &Arg) -> PyResult<Self> {
        object.is_true().map(|flag| OptionalFlag(Some(flag)))
    }
}

/// The characters that a decoder skips.
#[cfg(Py_3_15)]
pub(crate) struct IgnoreChars<'py>(Option<PyBuffer<'py>>);

#[cfg(Py_3_15)]
impl IgnoreChars<'_> {
    pub(crate) const UNSET: Self = IgnoreChars(None);

    pub(crate) fn is_set(&self) -> bool {
        self.0.is_some()
    }

    pub(crate) fn set(&self) -> PyResult<ByteSet> {
        match &self.0 {
            None => Ok(ByteSet::EMPTY),
            Some(buffer) => buffer.with_bytes(ByteSet::new),
        }
    }
}

#[cfg(Py_3_15)]
impl<'a, 'py> FromArg<'a, 'py> for IgnoreChars<'py> {
    fn from_arg(object: &'a Bound<'py, PyAny>, _arg: &Arg) -> PyResult<Self> {
        PyBuffer::get(object).map(|buffer| IgnoreChars(Some(buffer)))
    }
}

/// The `N` digits of an encoder: any bytes-like object.
#[cfg(Py_3_15)]
pub(crate) struct EncodingAlphabet<'py, const N: usize>(Option<PyBuffer<'py>>);

#[cfg(Py_3_15)]
impl<const N: usize> EncodingAlphabet<'_, N> {
    pub(crate) const DEFAULT: Self = EncodingAlphabet(None);

    pub(crate) fn is_default(&self) -> bool {
        self.0.is_none()
    }

    /// The digits, `default` if none were given.
    ///
    /// # Errors
    ///
    /// `ValueError` when there are not `N` of them.
    pub(crate) fn characters(&self, py: Python<'_>, default: &[u8; N]) -> PyResult<[u8; N]> {
        match &self.0 {
            None => Ok(*default),
            Some(buffer) => buffer
                .with_bytes(|bytes| <[u8; N]>::try_from(bytes))?
                .map_err(|_| wrong_length::<N>(py)),
        }
    }
}

#[cfg(Py_3_15)]
impl<'a, 'py, const N: usize> FromArg<'a, 'py> for EncodingAlphabet<'py, N> {
    fn from_arg(object: &'a Bound<'py, PyAny>, _arg: &Arg) -> PyResult<Self> {
        PyBuffer::get(object).map(|buffer| EncodingAlphabet(Some(buffer)))
    }
}

/// The `N` digits of a decoder: a bytes object.
#[cfg(Py_3_15)]
pub(crate) struct DecodingAlphabet<'a, 'py, const N: usize>(Option<&'a Bound<'py, PyBytes>>);

#[cfg(Py_3_15)]
impl<const N: usize> DecodingAlphabet<'_, '_, N> {
    pub(crate) const DEFAULT: Self = DecodingAlphabet(None);

    /// The digits, if any were given.
    ///
    /// # Errors
    ///
    /// `ValueError` when there are not `N` of them.
    pub(crate) fn characters(&self, py: Python<'_>) -> PyResult<Option<&[u8; N]>> {
        let characters = self.0.map(|bytes| bytes.as_bytes().try_into());
        characters.transpose().map_err(|_| wrong_length::<N>(py))
    }
}

#[cfg(Py_3_15)]
impl<'a, 'py, const N: usize> FromArg<'a, 'py> for DecodingAlphabet<'a, 'py, N> {
    fn from_arg(object: &'a Bound<'py, PyAny>, arg: &Arg) -> PyResult<Self> {
        <&Bound<'py, PyBytes>>::from_arg(object, arg).map(|bytes| DecodingAlphabet(Some(bytes)))
    }
}

#[cfg(Py_3_15)]
fn wrong_length<const N: usize>(py: Python<'_>) -> PyErr {
    PyValueError::raise(py, format_args!("alphabet must have length {N}"))
}

/// Line lengths: any number from 0 on that C can count to.
#[cfg(Py_3_15)]
pub(crate) struct WrapCol(pub(crate) usize);

#[cfg(Py_3_15)]
impl<'a, 'py> FromArg<'a, 'py> for WrapCol {
    fn from_arg(object: &'a Bound<'py, PyAny>, arg: &Arg) -> PyResult<Self> {
        let py = object.py();
        let int = match object.cast::<PyInt>() {
            Some(int) => int.clone(),
            None => object.index()?,
        };
        if int
            .as_any()
            .compare(&PyInt::from_i64(py, 0)?, CompareOp::Lt)?
        {
            return Err(PyValueError::raise(py, "Cannot convert negative int"));
        }
        usize::from_arg(int.as_any(), arg)
            .map(WrapCol)
            .map_err(|error| {
                drop(error);
                PyOverflowError::raise(py, "Python int too large for C size_t")
            })
    }
}
