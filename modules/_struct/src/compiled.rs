//! Compiled formats as Python objects, and the module's cache of them.

use std::fmt::Display;

use corten_api::prelude::*;

use crate::State;
use crate::format::Layout;

/// So many formats are cached.
const CACHE_SIZE: usize = 100;

/// Tuples of structs of so many bytes are used again: their values stay in memory as long as the format.
const RECYCLED: usize = 64;

/// A format and what it describes. It never changes, so a `Struct` that gets another format, or a
/// cache that is emptied, takes nothing from a caller at work.
#[pyclass(name = "Compiled", module = "_struct", immutable)]
#[derive(Traverse)]
pub(crate) struct Compiled {
    pub(crate) format: Py<PyBytes>,
    #[traverse(skip)]
    pub(crate) layout: Layout,
    /// What `unpack` gave.
    pub(crate) tuples: Recycled<PyTuple>,
    /// Whether native floats that are too large are an error.
    #[traverse(skip)]
    pub(crate) checks_native_floats: bool,
}

#[pymethods]
impl Compiled {}

impl Compiled {
    /// Compiles a `str` or `bytes` object.
    ///
    /// # Errors
    ///
    /// `struct.error`, `TypeError`, `UnicodeEncodeError`, `MemoryError`.
    pub(crate) fn new<'py>(
        state: &State,
        format: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, Self>> {
        let py = format.py();
        let format = match format.cast::<PyString>() {
            Some(text) => text.encode_ascii()?,
            None => format
                .cast::<PyBytes>()
                .cloned()
                .ok_or_else(|| no_format(format))?,
        };
        let layout = Layout::compile(format.as_bytes()).map_err(|error| match error.message() {
            Some(text) => state.error.bind(py).raise(text),
            None => PyErr::no_memory(py),
        })?;
        let compiled = Compiled {
            format: format.unbind(),
            tuples: Recycled::new_if(layout.size <= RECYCLED),
            layout,
            checks_native_floats: state.checks_native_floats,
        };
        state.compiled.create(py, compiled)
    }

    /// The cached result of [`new`](Self::new) for an equal `format`, else a new one.
    ///
    /// # Errors
    ///
    /// As `new`, and what hashing or comparing `format` raises.
    #[inline]
    pub(crate) fn cached<'py>(
        state: &State,
        format: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, Self>> {
        match format.cast::<PyBytes>() {
            None => Self::cached_in(&state.by_text, state, format),
            Some(bytes) if !bytes.as_bytes().is_ascii() => Self::not_ascii(state, bytes),
            Some(_) if format.cast_exact::<PyBytes>().is_none() => Self::new(state, format),
            Some(_) => Self::cached_in(&state.by_bytes, state, format),
        }
    }

    #[inline]
    fn cached_in<'py>(
        cache: &Py<PyDict>,
        state: &State,
        format: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, Self>> {
        let cache = cache.bind(format.py());
        // Others cannot get at the dict, except by digging: what they put there is no hit.
        let cached = cache.get_item(format)?;
        match cached.map(Bound::cast_into) {
            Some(Ok(compiled)) => Ok(compiled),
            _ => Self::add_to(cache, state, format),
        }
    }

    #[cold]
    fn add_to<'py>(
        cache: &Bound<'py, PyDict>,
        state: &State,
        format: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, Self>> {
        let compiled = Self::new(state, format)?;
        if cache.len() >= CACHE_SIZE {
            cache.clear();
        }
        // Not to be able to keep it is no failure.
        let _ = cache.set_item(format, &compiled);
        Ok(compiled)
    }

    /// No format is like this: the error for it.
    #[cold]
    fn not_ascii<'py>(state: &State, bytes: &Bound<'py, PyBytes>) -> PyResult<Bound<'py, Self>> {
        if !state.decodes_formats {
            return Self::new(state, bytes.as_any());
        }
        let text = with_surrogates(bytes.py(), bytes.as_bytes())?;
        Self::new(state, text.as_any())
    }
}

/// Raises `struct.error`.
#[cold]
pub(crate) fn error(compiled: &Bound<'_, Compiled>, text: impl Display) -> PyErr {
    match compiled.state() {
        Ok(state) => state.error.bind(compiled.py()).raise(text),
        Err(error) => error,
    }
}

/// `bytes.decode("ascii", "surrogateescape")`.
#[cold]
fn with_surrogates<'py>(py: Python<'py>, bytes: &[u8]) -> PyResult<Bound<'py, PyString>> {
    let unit = |byte: &u8| match byte.is_ascii() {
        true => u16::from(*byte),
        false => 0xdc00 | u16::from(*byte),
    };
    let mut units = Vec::new();
    units
        .try_reserve_exact(bytes.len())
        .map_err(|_| PyErr::no_memory(py))?;
    units.extend(bytes.iter().map(unit));
    PyString::from_ucs2(py, &units)
}

#[cold]
fn no_format(object: &Bound<'_, PyAny>) -> PyErr {
    let name = object.type_name();
    let name = name.rsplit('.').next().unwrap_or_default();
    PyTypeError::raise(
        object.py(),
        format_args!("Struct() argument 1 must be a str or bytes object, not {name}"),
    )
}
