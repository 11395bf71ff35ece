//! Compiled formats as Python objects, and the module's cache of them.

use std::fmt::Display;

use corten_api::prelude::*;

use crate::State;
use crate::format::Layout;

/// So many formats are cached.
const CACHE_SIZE: usize = 100;

/// A format and what it describes. It never changes, so a `Struct` that gets another format, or a
/// cache that is emptied, takes nothing from a caller at work.
#[pyclass(name = "Compiled", module = "_struct", immutable)]
#[derive(Traverse)]
pub(crate) struct Compiled {
    pub(crate) format: Py<PyBytes>,
    #[traverse(skip)]
    pub(crate) layout: Layout,
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
            None => Self::cached_as(state, format),
            Some(bytes) => match bytes_key(state, bytes)? {
                Some(key) => Self::cached_as(state, key.as_any()),
                None => Self::new(state, format),
            },
        }
    }

    #[inline]
    fn cached_as<'py>(state: &State, key: &Bound<'py, PyAny>) -> PyResult<Bound<'py, Self>> {
        // Others cannot get at the dict, except by digging: what they put there is no hit.
        let cached = state.cache.bind(key.py()).get_item(key)?;
        match cached.map(Bound::cast_into) {
            Some(Ok(compiled)) => Ok(compiled),
            _ => Self::cache(state, key),
        }
    }

    #[cold]
    fn cache<'py>(state: &State, key: &Bound<'py, PyAny>) -> PyResult<Bound<'py, Self>> {
        let compiled = Self::new(state, key)?;
        let cache = state.cache.bind(key.py());
        if cache.len() >= CACHE_SIZE {
            cache.clear();
        }
        // Not to be able to keep it is no failure.
        let _ = cache.set_item(key, &compiled);
        Ok(compiled)
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

/// What stands for a `bytes` object in the cache: the same text. The two are equal to no one, and some programs
/// make comparing them an error. Without a key, the format is an error.
fn bytes_key<'py>(
    state: &State,
    bytes: &Bound<'py, PyBytes>,
) -> PyResult<Option<Bound<'py, PyString>>> {
    let py = bytes.py();
    match bytes.as_bytes() {
        bytes if bytes.is_ascii() => PyString::from_ascii(py, bytes).map(Some),
        bytes if state.decodes_formats => with_surrogates(py, bytes).map(Some),
        _ => Ok(None),
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
