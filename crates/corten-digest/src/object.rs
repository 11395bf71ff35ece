//! What Python's hash objects have in common: their payload, arguments and results.

use corten_api::prelude::*;
use hex_simd::{AsOut, AsciiCase};

use crate::{Digest, Engine};

/// The payload of a hash object: an engine that one thread at a time uses.
pub struct HashState<E>(PyLock<E>);

impl<E: Engine> HashState<E> {
    /// The payload of a new object.
    pub fn new(engine: E) -> Self {
        Self(PyLock::new(engine))
    }

    /// The payload of a new object that begins with `data`.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    pub fn with_data<'py>(
        py: Python<'py>,
        mut engine: E,
        data: Option<&PyBuffer<'py>>,
    ) -> PyResult<Self> {
        if let Some(data) = data {
            absorb(py, &mut engine, data)?;
        }
        Ok(Self::new(engine))
    }

    /// Takes more data: those of [`LONG`] bytes and more with the GIL released.
    ///
    /// # Errors
    ///
    /// `MemoryError`; `RuntimeError` when this thread is at it already.
    pub fn update<'py>(&self, py: Python<'py>, data: &PyBuffer<'py>) -> PyResult<()> {
        absorb(py, &mut *self.0.lock(py)?, data)
    }

    /// The digest so far.
    ///
    /// # Errors
    ///
    /// `RuntimeError` when this thread is at work on the object already.
    pub fn digest(&self, py: Python<'_>) -> PyResult<Digest> {
        Ok(self.0.lock(py)?.digest())
    }

    /// The payload of a copy of the object.
    ///
    /// # Errors
    ///
    /// As [`digest`](Self::digest).
    pub fn copy(&self, py: Python<'_>) -> PyResult<Self> {
        self.with(py, |engine| Self::new(engine.clone()))
    }

    /// Looks at the engine.
    ///
    /// # Errors
    ///
    /// As [`digest`](Self::digest).
    #[inline]
    pub fn with<R>(&self, py: Python<'_>, look: impl FnOnce(&E) -> R) -> PyResult<R> {
        Ok(look(&*self.0.lock(py)?))
    }
}

/// Data from this length on are hashed with the GIL released, as in C.
pub const LONG: usize = 2048;

/// Hands data to an engine: those of [`LONG`] bytes and more with the GIL released.
///
/// # Errors
///
/// `MemoryError`.
pub fn absorb<'py>(
    py: Python<'py>,
    engine: &mut impl Engine,
    data: &PyBuffer<'py>,
) -> PyResult<()> {
    if data.len() < LONG {
        data.with_bytes(|bytes| engine.update(bytes))
    } else {
        data.for_each_detached(py, |bytes| engine.update(bytes))
    }
}

/// The argument of `update`: data to be hashed.
pub struct HashData<'py>(pub PyBuffer<'py>);

impl<'a, 'py> FromArg<'a, 'py> for HashData<'py> {
    #[inline]
    fn from_arg(object: &'a Bound<'py, PyAny>, _arg: &Arg) -> PyResult<Self> {
        data_of(object).map(HashData)
    }
}

/// An argument of constructors that may be left out; `None` is no such omission.
///
/// It is looked at after the others: a truth value that raises comes first.
#[derive(Clone, Copy)]
pub struct Given<'a, 'py>(pub Option<&'a Bound<'py, PyAny>>);

impl<'a, 'py> FromArg<'a, 'py> for Given<'a, 'py> {
    #[inline]
    fn from_arg(object: &'a Bound<'py, PyAny>, _arg: &Arg) -> PyResult<Self> {
        Ok(Given(Some(object)))
    }
}

impl<'py> Given<'_, 'py> {
    /// The data to begin with.
    ///
    /// # Errors
    ///
    /// `TypeError` when it has none, or is text.
    #[inline]
    pub fn data(self) -> PyResult<Option<PyBuffer<'py>>> {
        self.0.map(data_of).transpose()
    }

    /// This argument, or `string`, its older name.
    ///
    /// # Errors
    ///
    /// `TypeError` when both are given. From 3.15 on the older name is deprecated, a warning that
    /// can be an error.
    #[cfg(Py_3_13)]
    #[inline]
    pub fn or(self, py: Python<'_>, string: Self) -> PyResult<Self> {
        match (self.0, string.0) {
            (_, None) => Ok(self),
            (None, Some(_)) => {
                #[cfg(Py_3_15)]
                py.warn(&PyDeprecationWarning::type_object(py), STRING_IS_OLD, 1)?;
                Ok(string)
            }
            (Some(_), Some(_)) => Err(PyTypeError::raise(
                py,
                "'data' and 'string' are mutually exclusive and support for 'string' keyword \
                 parameter is slated for removal in a future version.",
            )),
        }
    }
}

#[cfg(Py_3_15)]
const STRING_IS_OLD: &str = "the 'string' keyword parameter is deprecated since Python 3.15 and \
    slated for removal in Python 3.19; use the 'data' keyword parameter or pass the data to hash \
    as a positional argument instead";

/// The data in an object that is to be hashed.
///
/// # Errors
///
/// `TypeError` when it has none, or is text; `BufferError` when it is an array of several dimensions.
#[inline]
pub fn data_of<'py>(object: &Bound<'py, PyAny>) -> PyResult<PyBuffer<'py>> {
    if object.cast_exact::<PyBytes>().is_some() {
        return PyBuffer::get(object);
    }
    if !has_data(object) {
        return Err(no_data(object));
    }
    sequence_of(object)
}

/// The bytes of an object that says nothing of several dimensions.
///
/// # Errors
///
/// `BufferError` when it does, `TypeError` when it has no bytes.
pub fn sequence_of<'py>(object: &Bound<'py, PyAny>) -> PyResult<PyBuffer<'py>> {
    let bytes = PyBuffer::get(object)?;
    if bytes.dimensions() > 1 {
        let text = "Buffer must be single dimension";
        return Err(PyBufferError::raise(object.py(), text));
    }
    Ok(bytes)
}

fn has_data(object: &Bound<'_, PyAny>) -> bool {
    object.cast::<PyString>().is_none() && object.has_buffer()
}

#[cold]
fn no_data(object: &Bound<'_, PyAny>) -> PyErr {
    let text = match object.cast::<PyString>() {
        Some(_) => "Strings must be encoded before hashing",
        None => "object supporting the buffer API required",
    };
    PyTypeError::raise(object.py(), text)
}

/// A digest as `hexdigest` returns it.
///
/// # Errors
///
/// `MemoryError`.
#[inline]
pub fn hex<'py>(py: Python<'py>, digest: &[u8]) -> PyResult<Bound<'py, PyString>> {
    PyString::new_ascii_with(py, 2 * digest.len(), |out| {
        hex_simd::encode(digest, out.as_out(), AsciiCase::Lower)
    })
}

/// `len` bytes of the output of an extendable-output function, as `digest` returns them.
///
/// # Errors
///
/// `MemoryError`.
pub fn squeezed<'py>(
    py: Python<'py>,
    len: usize,
    squeeze: impl FnOnce(&mut [u8]) + Send,
) -> PyResult<Bound<'py, PyBytes>> {
    PyBytes::new_zeroed_with(py, len, |out| {
        squeeze_detached(py, out, squeeze);
        Ok(len)
    })
}

/// `len` bytes of such output, as `hexdigest` returns them.
///
/// # Errors
///
/// `MemoryError`.
pub fn squeezed_hex<'py>(
    py: Python<'py>,
    len: usize,
    squeeze: impl FnOnce(&mut [u8]) + Send,
) -> PyResult<Bound<'py, PyString>> {
    let mut output = Vec::new();
    output
        .try_reserve_exact(len)
        .map_err(|_| PyErr::no_memory(py))?;
    output.resize(len, 0);
    squeeze_detached(py, &mut output, squeeze);
    hex(py, &output)
}

fn squeeze_detached(py: Python<'_>, out: &mut [u8], squeeze: impl FnOnce(&mut [u8]) + Send) {
    if out.len() < LONG {
        squeeze(out);
    } else {
        py.detach(|| squeeze(out));
    }
}
