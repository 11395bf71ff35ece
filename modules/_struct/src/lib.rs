//! `_struct`: Python values as the bytes of C structs, and back.
//!
//! A format is compiled once (`format.rs`) to a list of what is where. Packing and unpacking go through that list and
//! convert values straight to and from their place. What Python code can do in the middle (`__index__` and
//! its kind run while a struct is packed) cannot change the list, which is never changed at all, nor move
//! the bytes.
#![forbid(unsafe_code)]

mod compiled;
mod float; // engines: no Python
mod format;
mod iterator;
mod operations;
mod packing;
mod unpacking;

use std::sync::atomic::{AtomicIsize, Ordering::Relaxed};

use corten_api::prelude::*;

use crate::compiled::Compiled;
use crate::format::Layout;
use crate::iterator::UnpackIterator;

corten_api::module! {
    /// Values as the bytes of C structs, and back.
    ///
    /// A format has a letter for each value, and numbers that repeat the letter behind
    /// them. Whitespace between them means nothing. The first character may tell the
    /// order of bytes, and whether C's sizes and alignment apply:
    ///   @: as on this machine, with C's sizes and alignment (the default)
    ///   =: as on this machine, with standard sizes and no padding
    ///   <: least significant byte first, standard sizes
    ///   >, !: most significant byte first, standard sizes
    ///
    /// The letters:
    ///   x: a byte without a value
    ///   c: char, a bytes object of length 1
    ///   b, h, i, l, q: signed char, short, int, long, long long
    ///   B, H, I, L, Q: the same without a sign
    ///   n, N: ssize_t, size_t (only with C's sizes)
    ///   ?: _Bool
    ///   e, f, d: floats of 2, 4 and 8 bytes
    ///   F, D: complex numbers of two floats and of two doubles (Python 3.14)
    ///   s: bytes, the number in front being their count
    ///   p: the same with a first byte that tells how many are used
    ///   P: a pointer, as an int (only with C's sizes)
    ///
    /// error is what the functions raise.
    name: "_struct",
    state: State,
    functions: [
        _clearcache,
        calcsize,
        iter_unpack,
        pack,
        pack_into,
        unpack,
        unpack_from,
    ],
}

/// What the module keeps for each interpreter.
#[derive(Traverse)]
struct State {
    error: Py<PyType>,
    /// Compiled formats by `str`.
    by_text: Py<PyDict>,
    /// Compiled formats by `bytes`. The two are equal to no one, and some programs make comparing them an error.
    by_bytes: Py<PyDict>,
    compiled: ClassType<Compiled>,
    unpack_iterator: ClassType<UnpackIterator>,
    struct_type: ClassType<Struct>,
    /// Whether a `bytes` object is decoded before it is compiled, which shows in errors.
    #[traverse(skip)]
    decodes_formats: bool,
    /// Whether numbers that are too large for C's `float` are an error.
    #[traverse(skip)]
    checks_native_floats: bool,
}

impl ModuleState for State {
    fn init(module: &Bound<'_, PyModule>) -> PyResult<Self> {
        let py = module.py();
        let error = PyType::new_exception(py, "struct.error", None)?;
        let struct_type = module.add_class()?;
        module.add("error", &error)?;
        let release = Release::running();
        Ok(State {
            error: error.unbind(),
            by_text: PyDict::new(py)?.unbind(),
            by_bytes: PyDict::new(py)?.unbind(),
            compiled: ClassType::new(module)?,
            unpack_iterator: ClassType::new(module)?,
            struct_type,
            // gh-85943
            decodes_formats: release.has(&[(13, 15), (14, 7)]),
            // gh-145633
            checks_native_floats: release.has(&[(13, 13), (14, 4)]),
        })
    }
}

/// Empties the caches of compiled formats.
#[pyfunction]
fn _clearcache(py: Python<'_>, state: &State) {
    state.by_text.bind(py).clear();
    state.by_bytes.bind(py).clear();
}

/// The size in bytes of what a format describes.
#[pyfunction(signature = (format, /))]
fn calcsize(state: &State, format: &Bound<'_, PyAny>) -> PyResult<usize> {
    Ok(Compiled::cached(state, format)?.layout.size)
}

/// pack(format, v1, v2, ...) -> bytes
///
/// The values as bytes, as the format says.
#[pyfunction(signature = (*args), text_signature = "")]
fn pack<'py>(
    py: Python<'py>,
    state: &State,
    args: &[Borrowed<'_, 'py, PyAny>],
) -> PyResult<Bound<'py, PyBytes>> {
    let (compiled, values) = split_format(py, state, args)?;
    operations::pack(&compiled, values)
}

/// pack_into(format, buffer, offset, v1, v2, ...)
///
/// Writes the values, as the format says, to a writable buffer at offset. A negative
/// offset counts from the end.
#[pyfunction(signature = (*args), text_signature = "")]
fn pack_into<'py>(
    py: Python<'py>,
    state: &State,
    args: &[Borrowed<'_, 'py, PyAny>],
) -> PyResult<()> {
    let (compiled, arguments) = split_format(py, state, args)?;
    operations::pack_into(&compiled, arguments)
}

/// A tuple of the values in a buffer, as the format says.
///
/// The buffer's size in bytes must be calcsize(format).
#[pyfunction(signature = (format, buffer, /))]
fn unpack<'py>(
    state: &State,
    format: &Bound<'py, PyAny>,
    buffer: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyTuple>> {
    let compiled = Compiled::cached(state, format)?;
    operations::unpack(&compiled, &PyBuffer::get(buffer)?)
}

/// A tuple of the values in a buffer at offset, as the format says.
///
/// There must be calcsize(format) bytes from there on. A negative offset counts from
/// the end.
#[pyfunction(
    signature = (format, /, buffer, offset = Later(None)),
    text_signature = "($module, format, /, buffer, offset=0)"
)]
fn unpack_from<'py>(
    state: &State,
    format: &Bound<'py, PyAny>,
    buffer: &Bound<'py, PyAny>,
    offset: Later<'_, 'py>,
) -> PyResult<Bound<'py, PyTuple>> {
    let compiled = Compiled::cached(state, format)?;
    let buffer = PyBuffer::get(buffer)?;
    let offset = match offset.0 {
        Some(offset) => isize::from_arg(offset, &Arg::only("unpack_from"))?,
        None => 0,
    };
    operations::unpack_from(&compiled, &buffer, offset)
}

/// An iterator over a buffer, which unpacks one struct after the other, as the format
/// says.
///
/// The buffer's size in bytes must be a multiple of calcsize(format).
#[pyfunction(signature = (format, buffer, /))]
fn iter_unpack<'py>(
    state: &State,
    format: &Bound<'py, PyAny>,
    buffer: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, UnpackIterator>> {
    UnpackIterator::new(Compiled::cached(state, format)?, buffer)
}

/// Compiles the format that the arguments begin with, and returns it with the others.
#[inline]
fn split_format<'a, 'py>(
    py: Python<'py>,
    state: &State,
    arguments: &'a [Borrowed<'a, 'py, PyAny>],
) -> PyResult<(Bound<'py, Compiled>, &'a [Borrowed<'a, 'py, PyAny>])> {
    let Some((format, rest)) = arguments.split_first() else {
        return Err(PyTypeError::raise(py, "missing format argument"));
    };
    Ok((Compiled::cached(state, format)?, rest))
}

/// An argument that is converted after others.
struct Later<'a, 'py>(Option<&'a Bound<'py, PyAny>>);

impl<'a, 'py> FromArg<'a, 'py> for Later<'a, 'py> {
    fn from_arg(object: &'a Bound<'py, PyAny>, _arg: &Arg) -> PyResult<Self> {
        Ok(Later(Some(object)))
    }
}

/// Struct(format) --> a compiled format
#[pyclass(
    name = "Struct",
    module = "_struct",
    basetype,
    immutable,
    weakref,
    getattr,
    setattr
)]
#[derive(Traverse)]
#[repr(C)]
struct Struct {
    /// In bytes, -1 before `__init__`. That it comes first, and the number of values second, is known to
    /// CPython's own `_testbuffer`.
    size: AtomicIsize,
    /// How many values there are, -1 before `__init__`.
    len: AtomicIsize,
    /// None before `__init__`, which may come again later.
    compiled: PyRefCell<Option<Py<Compiled>>>,
}

#[pymethods]
impl Struct {
    #[new(signature = (*args, **kwargs), text_signature = "")]
    fn new(args: &[Borrowed<'_, '_, PyAny>], kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        let _ = (args, kwargs); // They are for `__init__`.
        Struct {
            size: AtomicIsize::new(-1),
            len: AtomicIsize::new(-1),
            compiled: PyRefCell::new(None),
        }
    }

    #[init(signature = (format), text_signature = "")]
    fn init(&self, py: Python<'_>, state: &State, format: &Bound<'_, PyAny>) -> PyResult<()> {
        let compiled = match format.cast_exact::<PyString>() {
            Some(_) => Compiled::cached(state, format)?,
            None => Compiled::new(state, format)?,
        };
        let Layout { size, len, .. } = compiled.layout;
        let mut current = self.compiled.borrow_mut(py)?;
        self.size.store(size as isize, Relaxed);
        self.len.store(len as isize, Relaxed);
        let old = current.replace(compiled.unbind());
        drop(current);
        drop(old);
        Ok(())
    }

    /// An iterator over a buffer, which unpacks one struct after the other.
    ///
    /// The buffer's size in bytes must be a multiple of the struct's.
    #[method(signature = (buffer, /))]
    fn iter_unpack<'py>(
        &self,
        py: Python<'py>,
        buffer: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, UnpackIterator>> {
        UnpackIterator::new(self.compiled(py)?, buffer)
    }

    /// S.pack(v1, v2, ...) -> bytes
    ///
    /// The values as bytes.
    #[method(signature = (*values), text_signature = "")]
    fn pack<'py>(
        &self,
        py: Python<'py>,
        values: &[Borrowed<'_, 'py, PyAny>],
    ) -> PyResult<Bound<'py, PyBytes>> {
        operations::pack(&self.compiled(py)?, values)
    }

    /// S.pack_into(buffer, offset, v1, v2, ...)
    ///
    /// Writes the values to a writable buffer at offset. A negative offset counts from
    /// the end.
    #[method(signature = (*args), text_signature = "")]
    fn pack_into<'py>(&self, py: Python<'py>, args: &[Borrowed<'_, 'py, PyAny>]) -> PyResult<()> {
        operations::pack_into(&self.compiled(py)?, args)
    }

    /// A tuple of the values in a buffer.
    ///
    /// The buffer's size in bytes must be the struct's.
    #[method(signature = (buffer, /))]
    fn unpack<'py>(&self, py: Python<'py>, buffer: PyBuffer<'py>) -> PyResult<Bound<'py, PyTuple>> {
        operations::unpack(&self.compiled(py)?, &buffer)
    }

    /// A tuple of the values in a buffer at offset.
    ///
    /// The struct must fit in from there on. A negative offset counts from the end.
    #[method(signature = (buffer, offset = 0))]
    fn unpack_from<'py>(
        &self,
        py: Python<'py>,
        buffer: PyBuffer<'py>,
        offset: isize,
    ) -> PyResult<Bound<'py, PyTuple>> {
        operations::unpack_from(&self.compiled(py)?, &buffer, offset)
    }

    /// S.__sizeof__() -> the size of S in memory, in bytes
    #[method(name = "__sizeof__", text_signature = "")]
    fn size_of(slf: &Bound<'_, Self>, py: Python<'_>, state: &State) -> PyResult<i64> {
        let codes = slf.compiled(py)?.layout.codes.len() as i64;
        // What a subclass adds, and what C has: five words behind the header, and four for each code and
        // the end.
        let word = size_of::<usize>() as i64;
        let header = basic_size(py.none().get_type().as_any())?;
        let added = basic_size(slf.as_any().get_type().as_any())?
            - basic_size(state.struct_type.bind(py).as_any())?;
        Ok(header + added + 5 * word + 4 * word * (codes + 1))
    }

    /// struct format string
    #[getter]
    fn format<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyString>> {
        PyString::from_ascii(py, self.compiled(py)?.format.bind(py).as_bytes())
    }

    /// struct size in bytes
    #[getter]
    fn size(&self) -> isize {
        self.size.load(Relaxed)
    }

    #[cfg(Py_3_13)]
    fn __repr__(slf: &Bound<'_, Self>, py: Python<'_>) -> PyResult<String> {
        let format = slf.format(py)?.as_any().repr()?;
        let class = slf.as_any().type_name();
        let name = class.rsplit('.').next().unwrap_or_default();
        Ok(format!("{name}({})", format.to_str()?))
    }
}

impl Struct {
    #[inline]
    fn compiled<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, Compiled>> {
        match &*self.compiled.borrow(py)? {
            Some(compiled) => Ok(compiled.bind(py).clone()),
            None => Err(not_initialised(py)),
        }
    }
}

#[cold]
fn not_initialised(py: Python<'_>) -> PyErr {
    PyRuntimeError::raise(py, "Struct object is not initialized")
}

/// `class.__basicsize__`.
fn basic_size(class: &Bound<'_, PyAny>) -> PyResult<i64> {
    Ok(class
        .getattr("__basicsize__")?
        .index()?
        .to_i64()
        .unwrap_or(0))
}
