//! `_json`: the parser and the serialiser behind Python's `json` package.
#![forbid(unsafe_code)]

mod decode_error;
mod encoder;
pub mod engine;
mod literal;
mod markers;
mod scanner;
mod walk;

use corten_api::prelude::*;

use encoder::Encoder;
use engine::intern::Seed;
use engine::string::{self, Scratch, StringRules};
use literal::{Document, Escapes, with_units};
use scanner::Scanner;

corten_api::module! {
    /// JSON parser and serialiser for the json package.
    name: "_json",
    state: State,
    functions: [encode_basestring_ascii, encode_basestring, scanstring],
}

/// What the functions and classes of the module share.
#[derive(Traverse)]
struct State {
    scanner: ClassType<Scanner>,
    encoder: ClassType<Encoder>,
    /// The module's own two functions, as encoders know them.
    encode_basestring_ascii: Py<PyAny>,
    encode_basestring: Py<PyAny>,
    /// `float` and `int`, the default `parse_float` and `parse_int`.
    float: Py<PyType>,
    int: Py<PyType>,
    /// The builtin type.
    #[cfg(Py_3_15)]
    frozendict: Py<PyType>,
    #[traverse(skip)]
    seed: Seed,
}

impl ModuleState for State {
    fn init(module: &Bound<'_, PyModule>) -> PyResult<Self> {
        let py = module.py();
        let scanner = ClassType::new(module)?;
        module.add("make_scanner", scanner.bind(py).clone())?;
        let encoder = ClassType::new(module)?;
        module.add("make_encoder", encoder.bind(py).clone())?;
        Ok(State {
            scanner,
            encoder,
            encode_basestring_ascii: module.getattr("encode_basestring_ascii")?.unbind(),
            encode_basestring: module.getattr("encode_basestring")?.unbind(),
            float: PyFloat::new(py, 0.0)?.as_any().get_type().unbind(),
            int: PyInt::from_i64(py, 0)?.as_any().get_type().unbind(),
            #[cfg(Py_3_15)]
            frozendict: builtin_type(py, "frozendict")?,
            seed: Seed::random(),
        })
    }
}

#[cfg(Py_3_15)]
fn builtin_type(py: Python<'_>, name: &str) -> PyResult<Py<PyType>> {
    match py.import("builtins")?.getattr(name)?.cast_into::<PyType>() {
        Ok(class) => Ok(class.unbind()),
        Err(other) => Err(PyTypeError::raise(
            py,
            format_args!("builtins.{name} must be a type, not {}", other.type_name()),
        )),
    }
}

/// Return a JSON string literal of a str, with all non-ASCII characters escaped.
#[cfg(not(Py_3_15))]
#[pyfunction(signature = (object, /), text_signature = "")]
fn encode_basestring_ascii<'py>(object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyString>> {
    literal::encode(first_string(object)?, Escapes::NonAscii)
}

/// Return a JSON string literal of a str.
#[cfg(not(Py_3_15))]
#[pyfunction(signature = (object, /), text_signature = "")]
fn encode_basestring<'py>(object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyString>> {
    literal::encode(first_string(object)?, Escapes::Needed)
}

/// Return a JSON string literal of a str, with all non-ASCII characters escaped.
#[cfg(Py_3_15)]
#[pyfunction(signature = (pystr, /))]
fn encode_basestring_ascii<'py>(pystr: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyString>> {
    literal::encode(pystr, Escapes::NonAscii)
}

/// Return a JSON string literal of a str.
#[cfg(Py_3_15)]
#[pyfunction(signature = (pystr, /))]
fn encode_basestring<'py>(pystr: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyString>> {
    literal::encode(pystr, Escapes::Needed)
}

/// scanstring(string, end, strict=True) -> (string, end)
///
/// Read the JSON string literal whose opening quote is before index end.
/// Without strict, literal control characters are allowed in it.
///
/// Return the value and the index after the closing quote.
#[cfg(not(Py_3_15))]
#[pyfunction(signature = (*args, **kwargs), text_signature = "")]
fn scanstring<'py>(
    py: Python<'py>,
    args: &Bound<'py, PyTuple>,
    kwargs: Option<&Bound<'py, PyDict>>,
) -> PyResult<(Bound<'py, PyString>, usize)> {
    if kwargs.is_some() {
        return Err(PyTypeError::raise(
            py,
            "scanstring() takes no keyword arguments",
        ));
    }
    let (Some(string), Some(end), ..=3) = (args.get(0), args.get(1), args.len()) else {
        let limit = if args.len() < 2 { "least 2" } else { "most 3" };
        let text = format_args!(
            "scanstring() takes at {limit} arguments ({} given)",
            args.len()
        );
        return Err(PyTypeError::raise(py, text));
    };
    let Some(end) = end.index()?.to_i64() else {
        return Err(PyOverflowError::raise(
            py,
            "Python int too large to convert to C ssize_t",
        ));
    };
    let strict = args.get(2).map_or(Ok(true), |strict| truth(&strict))?;
    scan_string(first_string(&string)?, end as isize, strict)
}

/// Read the JSON string literal whose opening quote is before index end.
///
/// Without strict, literal control characters are allowed in it.
/// Return the value and the index after the closing quote.
#[cfg(Py_3_15)]
#[pyfunction(signature = (pystr, end, strict = true, /))]
fn scanstring<'py>(
    pystr: &Bound<'py, PyString>,
    end: isize,
    strict: bool,
) -> PyResult<(Bound<'py, PyString>, usize)> {
    scan_string(pystr, end, strict)
}

/// The value of a flag, which was a C `int` before Python 3.12.
#[cfg(not(Py_3_15))]
fn truth(flag: &Bound<'_, PyAny>) -> PyResult<bool> {
    if cfg!(Py_3_12) {
        return flag.is_true();
    }
    Ok(flag.index()?.to_c_int()? != 0)
}

fn scan_string<'py>(
    document: &Bound<'py, PyString>,
    end: isize,
    strict: bool,
) -> PyResult<(Bound<'py, PyString>, usize)> {
    let py = document.py();
    let Some(begin) = usize::try_from(end)
        .ok()
        .filter(|&begin| begin <= document.len())
    else {
        return Err(PyValueError::raise(py, "end is out of bounds"));
    };
    with_units!(document, units => {
        let mut scratch = Scratch::default();
        match string::scan(units, begin, string_rules(strict), &mut scratch) {
            Ok((text, end)) => Ok((Document::new(document).string(&text)?, end)),
            Err(error) => Err(match error.describe() {
                Some((message, position)) => decode_error::raise(message, document, position),
                None => PyErr::no_memory(py),
            }),
        }
    })
}

/// How this version of Python reads string literals.
fn string_rules(strict: bool) -> StringRules {
    StringRules {
        strict,
        escape_may_end_text: cfg!(Py_3_14),
    }
}

/// `object` as the `str` that functions of the module want.
fn first_string<'a, 'py>(object: &'a Bound<'py, PyAny>) -> PyResult<&'a Bound<'py, PyString>> {
    object.cast().ok_or_else(|| {
        let class = object.type_name();
        let text = format_args!("first argument must be a string, not {class:.80}");
        PyTypeError::raise(object.py(), text)
    })
}
