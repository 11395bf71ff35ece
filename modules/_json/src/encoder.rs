//! The class `_json.Encoder`: the serialiser with its options.

use corten_api::prelude::*;

use crate::State;
use crate::literal::Escapes;
use crate::walk::Walk;

/// Encoder(markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)
#[pyclass(name = "Encoder", module = "_json")]
#[derive(Traverse)]
pub(crate) struct Encoder {
    /// The open containers by identity, a dict; or None, not to look for cycles.
    #[member]
    pub(crate) markers: Py<PyAny>,
    /// Makes something serialisable of other objects.
    #[member]
    pub(crate) default: Py<PyAny>,
    /// Makes string literals.
    #[member]
    pub(crate) encoder: Py<PyAny>,
    /// What lines are indented by for each level; or None, to write a single line.
    #[member]
    pub(crate) indent: Py<PyAny>,
    /// Written between key and value.
    #[member]
    pub(crate) key_separator: Py<PyString>,
    /// Written between items.
    #[member]
    pub(crate) item_separator: Py<PyString>,
    /// Whether members are written in the order of their keys.
    #[member]
    #[traverse(skip)]
    pub(crate) sort_keys: bool,
    /// Whether members are left out whose key is no name.
    #[member]
    #[traverse(skip)]
    pub(crate) skipkeys: bool,
    #[traverse(skip)]
    pub(crate) allow_nan: bool,
    /// What `encoder` escapes, if it is one of the module's own functions.
    #[traverse(skip)]
    pub(crate) escapes: Option<Escapes>,
}

#[pymethods]
impl Encoder {
    #[new(
        signature = (
            markers, default, encoder, indent, key_separator, item_separator,
            sort_keys, skipkeys, allow_nan,
        ),
        text_signature = "",
        name = "make_encoder"
    )]
    #[expect(clippy::too_many_arguments, reason = "the signature is Python's")]
    fn new(
        state: &State,
        markers: &Bound<'_, PyAny>,
        default: Py<PyAny>,
        encoder: Py<PyAny>,
        indent: Py<PyAny>,
        key_separator: &Bound<'_, PyAny>,
        item_separator: &Bound<'_, PyAny>,
        sort_keys: &Bound<'_, PyAny>,
        skipkeys: &Bound<'_, PyAny>,
        allow_nan: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        let key_separator = text_argument(key_separator, 5)?;
        let item_separator = text_argument(item_separator, 6)?;
        let sort_keys = sort_keys.is_true()?;
        let skipkeys = skipkeys.is_true()?;
        let allow_nan = allow_nan.is_true()?;
        if !markers.is_none() && markers.cast::<PyDict>().is_none() {
            return Err(bad_argument(markers, 1, "dict or None"));
        }
        let escapes = if encoder.is(&state.encode_basestring_ascii) {
            Some(Escapes::NonAscii)
        } else if encoder.is(&state.encode_basestring) {
            Some(Escapes::Needed)
        } else {
            None
        };
        Ok(Encoder {
            markers: markers.clone().unbind(),
            default,
            encoder,
            indent,
            key_separator,
            item_separator,
            sort_keys,
            skipkeys,
            allow_nan,
            escapes,
        })
    }

    #[call(signature = (obj, _current_indent_level), name = "_iterencode")]
    fn __call__<'py>(
        &self,
        py: Python<'py>,
        state: &State,
        obj: &Bound<'py, PyAny>,
        _current_indent_level: isize,
    ) -> PyResult<Chunks<'py>> {
        chunks(Walk::new(py, state, self, _current_indent_level)?.encode(obj)?)
    }
}

/// What a call returns: a list before Python 3.12, a tuple since.
#[cfg(not(Py_3_12))]
type Chunks<'py> = Bound<'py, PyList>;
#[cfg(Py_3_12)]
type Chunks<'py> = Bound<'py, PyTuple>;

#[cfg(not(Py_3_12))]
fn chunks(text: Bound<'_, PyString>) -> PyResult<Bound<'_, PyList>> {
    PyList::new(text.py(), [text])
}

#[cfg(Py_3_12)]
fn chunks(text: Bound<'_, PyString>) -> PyResult<Bound<'_, PyTuple>> {
    PyTuple::new(text.py(), [text])
}

fn text_argument(object: &Bound<'_, PyAny>, position: usize) -> PyResult<Py<PyString>> {
    match object.cast::<PyString>() {
        Some(text) => Ok(text.clone().unbind()),
        None => Err(bad_argument(object, position, "str")),
    }
}

#[cold]
fn bad_argument(object: &Bound<'_, PyAny>, position: usize, expected: &str) -> PyErr {
    let class = if object.is_none() {
        "None".into()
    } else {
        object.type_name()
    };
    PyTypeError::raise(
        object.py(),
        format_args!("make_encoder() argument {position} must be {expected}, not {class}"),
    )
}
