//! `_csv`: reading and writing CSV.
#![forbid(unsafe_code)]

mod dialect;
mod reader;
mod recent;
mod release;
mod writer;

mod field; // engines: no Python
mod format;
mod grammar;
mod parse;
#[cfg(test)]
mod parse_tests;
#[cfg(test)]
mod reference;
mod specials;
mod syntax;
mod text;
mod unit;

use std::sync::atomic::{AtomicIsize, Ordering};

use corten_api::prelude::*;

use crate::dialect::Dialect;
use crate::reader::Reader;
use crate::syntax::Quoting;
use crate::writer::Writer;

corten_api::module! {
    /// Reading and writing CSV: what the module csv is built on.
    name: "_csv",
    state: State,
    functions: [
        reader,
        writer,
        list_dialects,
        register_dialect,
        unregister_dialect,
        get_dialect,
        field_size_limit,
    ],
    constants: [
        QUOTE_MINIMAL = Quoting::Minimal as i32,
        QUOTE_ALL = Quoting::All as i32,
        QUOTE_NONNUMERIC = Quoting::NonNumeric as i32,
        QUOTE_NONE = Quoting::None as i32,
        #[cfg(Py_3_12)]
        QUOTE_STRINGS = Quoting::Strings as i32,
        #[cfg(Py_3_12)]
        QUOTE_NOTNULL = Quoting::NotNull as i32,
        #[cfg(not(Py_3_13))]
        __version__ = "1.0",
    ],
}

/// What the module keeps for each interpreter.
#[derive(Traverse)]
struct State {
    error: Py<PyType>,
    /// The registered dialects by name.
    dialects: Py<PyDict>,
    dialect: ClassType<Dialect>,
    reader: ClassType<Reader>,
    writer: ClassType<Writer>,
    /// `"write"`.
    write: Py<PyString>,
    /// `""`.
    empty: Py<PyString>,
    /// How many characters a field may have.
    field_limit: AtomicIsize,
}

impl ModuleState for State {
    fn init(module: &Bound<'_, PyModule>) -> PyResult<Self> {
        let py = module.py();
        let dialects = PyDict::new(py)?;
        module.add("_dialects", &dialects)?;
        let reader = ClassType::new(module)?;
        module.add("Reader", reader.bind(py))?;
        let writer = ClassType::new(module)?;
        module.add("Writer", writer.bind(py))?;
        Ok(State {
            error: module.add_exception("_csv.Error")?.unbind(),
            dialects: dialects.unbind(),
            dialect: module.add_class()?,
            reader,
            writer,
            write: PyString::interned(py, "write")?.unbind(),
            empty: PyString::new(py, "")?.unbind(),
            field_limit: AtomicIsize::new(128 * 1024),
        })
    }
}

impl State {
    /// Raises `_csv.Error`.
    #[cold]
    fn error(&self, py: Python<'_>, text: impl std::fmt::Display) -> PyErr {
        self.error.bind(py).raise(text)
    }

    /// The dialect that is registered as `name`.
    fn registered<'py>(&self, name: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = name.py();
        let dialect = self.dialects.bind(py).get_item(name)?;
        dialect.ok_or_else(|| self.error(py, "unknown dialect"))
    }

    /// The dialect that `dialect`, or its default, and the keywords describe.
    fn make_dialect<'py>(
        &self,
        py: Python<'py>,
        dialect: Option<&Bound<'py, PyAny>>,
        keywords: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, Dialect>> {
        let class = self.dialect.bind(py);
        let made = class
            .as_any()
            .call_with(&PyTuple::new(py, dialect.cloned())?, keywords)?;
        made.cast_into()
            .map_err(|_| PyTypeError::raise(py, "not a dialect"))
    }
}

/// reader(iterable, dialect='excel', **fmtparams) -> an iterator over records.
///
/// Each item of the iterable, such as a file or a list, is a line. A record is
/// a list of strings, and may be in several lines.
///
/// The dialect is a name, an instance or a class; keywords override its
/// attributes.
#[cfg_attr(
    Py_3_14,
    pyfunction(
        signature = (*args, **kwargs),
        text_signature = "($module, iterable, /, dialect='excel', **fmtparams)",
    )
)]
#[cfg_attr(not(Py_3_14), pyfunction(signature = (*args, **kwargs), text_signature = ""))]
fn reader<'py>(
    py: Python<'py>,
    state: &State,
    args: &[Borrowed<'_, 'py, PyAny>],
    kwargs: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, Reader>> {
    let (iterable, dialect) = one_or_two(py, "reader", args)?;
    let input = iterable.iter()?;
    let dialect = state.make_dialect(py, dialect, kwargs)?;
    state.reader.create(py, Reader::new(input, dialect))
}

/// writer(fileobj, dialect='excel', **fmtparams) -> an object that writes records.
///
/// The records go to the file object, which can be anything that has a method
/// write().
///
/// The dialect is a name, an instance or a class; keywords override its
/// attributes.
#[cfg_attr(
    Py_3_14,
    pyfunction(
        signature = (*args, **kwargs),
        text_signature = "($module, fileobj, /, dialect='excel', **fmtparams)",
    )
)]
#[cfg_attr(not(Py_3_14), pyfunction(signature = (*args, **kwargs), text_signature = ""))]
fn writer<'py>(
    py: Python<'py>,
    state: &State,
    args: &[Borrowed<'_, 'py, PyAny>],
    kwargs: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, Writer>> {
    let (file, dialect) = one_or_two(py, "writer", args)?;
    let write = file.getattr_optional(state.write.bind(py))?;
    let Some(write) = write.filter(|write| write.is_callable()) else {
        let text = "argument 1 must have a \"write\" method";
        return Err(PyTypeError::raise(py, text));
    };
    let dialect = state.make_dialect(py, dialect, kwargs)?;
    state.writer.create(py, Writer::new(write, dialect)?)
}

/// Returns a list of the names of all registered dialects.
#[pyfunction(signature = ())]
fn list_dialects<'py>(py: Python<'py>, state: &State) -> PyResult<Bound<'py, PyList>> {
    state.dialects.bind(py).keys()
}

/// register_dialect(name, dialect='excel', **fmtparams)
///
/// Gives a name to the dialect that the second argument, a name, an instance or
/// a class, stands for; keywords override its attributes.
#[cfg_attr(
    Py_3_14,
    pyfunction(
        signature = (*args, **kwargs),
        text_signature = "($module, name, /, dialect='excel', **fmtparams)",
    )
)]
#[cfg_attr(not(Py_3_14), pyfunction(signature = (*args, **kwargs), text_signature = ""))]
fn register_dialect<'py>(
    py: Python<'py>,
    state: &State,
    args: &[Borrowed<'_, 'py, PyAny>],
    kwargs: Option<&Bound<'py, PyDict>>,
) -> PyResult<()> {
    let (name, dialect) = one_or_two(py, "register_dialect", args)?;
    if name.cast::<PyString>().is_none() {
        return Err(PyTypeError::raise(py, "dialect name must be a string"));
    }
    let dialect = state.make_dialect(py, dialect, kwargs)?;
    state.dialects.bind(py).set_item(name, &dialect)
}

/// Forgets the dialect of that name.
#[pyfunction(signature = (name))]
fn unregister_dialect(py: Python<'_>, state: &State, name: &Bound<'_, PyAny>) -> PyResult<()> {
    match state.dialects.bind(py).remove(name)? {
        true => Ok(()),
        false => Err(state.error(py, "unknown dialect")),
    }
}

/// Returns the dialect of that name.
#[pyfunction(signature = (name))]
fn get_dialect<'py>(state: &State, name: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    state.registered(name)
}

/// Sets how many characters a field that is read may have.
///
/// Returns the limit before that, and without an argument changes nothing.
#[pyfunction(
    signature = (new_limit = Given(None)),
    text_signature = "($module, /, new_limit=<unrepresentable>)",
)]
fn field_size_limit(py: Python<'_>, state: &State, new_limit: Given<'_, '_>) -> PyResult<isize> {
    let old = state.field_limit.load(Ordering::Relaxed);
    if let Given(Some(limit)) = new_limit {
        let Some(limit) = limit.cast_exact::<PyInt>() else {
            return Err(PyTypeError::raise(py, "limit must be an integer"));
        };
        let limit = limit.to_i64().and_then(|limit| isize::try_from(limit).ok());
        let Some(limit) = limit else {
            let c_type = release::limit_type();
            let text = format_args!("Python int too large to convert to C {c_type}");
            return Err(PyOverflowError::raise(py, text));
        };
        state.field_limit.store(limit, Ordering::Relaxed);
    }
    Ok(old)
}

/// The two parameters, the second of them optional, of a function whose keywords are for a dialect.
fn one_or_two<'a, 'py>(
    py: Python<'py>,
    function: &str,
    args: &'a [Borrowed<'_, 'py, PyAny>],
) -> PyResult<(&'a Bound<'py, PyAny>, Option<&'a Bound<'py, PyAny>>)> {
    let (limit, given) = match args {
        [first] => return Ok((first, None)),
        [first, second] => return Ok((first, Some(second))),
        [] => ("at least 1 argument", 0),
        more => ("at most 2 arguments", more.len()),
    };
    let function = if cfg!(Py_3_14) { function } else { "" };
    let text = format_args!("{function} expected {limit}, got {given}");
    Err(PyTypeError::raise(py, text))
}

/// An argument that was given, be it `None`, or was not.
#[derive(Clone, Copy)]
struct Given<'a, 'py>(Option<&'a Bound<'py, PyAny>>);

impl<'a, 'py> FromArg<'a, 'py> for Given<'a, 'py> {
    fn from_arg(object: &'a Bound<'py, PyAny>, _arg: &Arg) -> PyResult<Self> {
        Ok(Given(Some(object)))
    }
}

/// The name of an object's type as messages have it: C cuts it.
fn type_name(object: &Bound<'_, PyAny>) -> String {
    let mut name = object.type_name();
    name.truncate(name.floor_char_boundary(200));
    name
}
