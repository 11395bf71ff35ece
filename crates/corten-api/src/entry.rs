//! What the macros' C entry points call. Each function states what the interpreter guarantees.

use std::ffi::c_int;

use corten_ffi as ffi;

use crate::args::{Arg, Call, keyword_items};
use crate::class::PyMethods;
use crate::convert::IntoPy;
use crate::err::{PyErr, PyResult};
use crate::exceptions::{PyException, PyOverflowError};
use crate::instance::{Borrowed, Bound};
use crate::python::Python;
use crate::trampoline::{self, Raw};
use crate::types::{CompareOp, PyAny, PyTuple};

/// A function body: receiver (module or instance) and arguments in, object out.
pub trait Body<T>:
    for<'a, 'py> FnOnce(Python<'py>, &'a Bound<'py, T>, Call<'a, 'py>) -> PyResult<Bound<'py, PyAny>>
{
}

impl<T, F> Body<T> for F where
    F: for<'a, 'py> FnOnce(
        Python<'py>,
        &'a Bound<'py, T>,
        Call<'a, 'py>,
    ) -> PyResult<Bound<'py, PyAny>>
{
}

/// `METH_NOARGS`.
///
/// # Safety
///
/// Called by the interpreter with a receiver of the kind `T`.
#[inline]
pub unsafe fn call_no_args<T>(
    receiver: *mut ffi::PyObject,
    body: impl Body<T>,
) -> *mut ffi::PyObject {
    // SAFETY: a call without arguments.
    unsafe { call_fast(receiver, std::ptr::null(), 0, std::ptr::null_mut(), body) }
}

/// `METH_O`.
///
/// # Safety
///
/// Called by the interpreter with a receiver of the kind `T` and a live argument.
#[inline]
pub unsafe fn call_one<T>(
    receiver: *mut ffi::PyObject,
    argument: *mut ffi::PyObject,
    body: impl Body<T>,
) -> *mut ffi::PyObject {
    // SAFETY: one live argument.
    unsafe { call_fast(receiver, &argument, 1, std::ptr::null_mut(), body) }
}

/// `METH_FASTCALL`, with or without `METH_KEYWORDS`.
///
/// # Safety
///
/// Called by the interpreter with a receiver of the kind `T`, and arguments as vectorcall passes
/// them.
#[inline]
pub unsafe fn call_fast<T>(
    receiver: *mut ffi::PyObject,
    arguments: *const *mut ffi::PyObject,
    count: isize,
    names: *mut ffi::PyObject,
    body: impl Body<T>,
) -> *mut ffi::PyObject {
    // SAFETY: the caller of a C function keeps receiver and arguments alive.
    unsafe {
        trampoline::call(|py| {
            let receiver = Borrowed::from_ptr(py, receiver);
            body(
                py,
                &receiver,
                Call::fast(py, arguments, count as usize, names),
            )
        })
    }
}

/// `tp_call`.
///
/// # Safety
///
/// Called by the interpreter with an instance of `T`, a tuple, and null or a dict.
pub unsafe fn call_packed<T: PyMethods>(
    receiver: *mut ffi::PyObject,
    args: *mut ffi::PyObject,
    kwargs: *mut ffi::PyObject,
    body: impl Body<T>,
) -> *mut ffi::PyObject {
    // SAFETY: the caller keeps all three alive.
    unsafe {
        trampoline::call(|py| {
            let receiver = Borrowed::from_ptr(py, receiver);
            let keywords = keyword_items(py, kwargs)?;
            body(py, &receiver, Call::packed(py, args, &keywords))
        })
    }
}

/// Vectorcall.
///
/// # Safety
///
/// Called by the interpreter with an instance of `T`, and arguments as vectorcall passes them.
#[inline]
pub unsafe fn call_vector<T: PyMethods>(
    receiver: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    count: usize,
    names: *mut ffi::PyObject,
    body: impl Body<T>,
) -> *mut ffi::PyObject {
    // SAFETY: forwarded from the caller; with the flag, the slot before the arguments is there.
    unsafe {
        trampoline::call(|py| {
            let receiver = Borrowed::from_ptr(py, receiver);
            let free_slot = count & ffi::PY_VECTORCALL_ARGUMENTS_OFFSET != 0;
            let count = count & !ffi::PY_VECTORCALL_ARGUMENTS_OFFSET;
            let call = Call::fast(py, args, count, names);
            body(py, &receiver, Call { free_slot, ..call })
        })
    }
}

/// `tp_init`.
///
/// # Safety
///
/// As [`call_packed`].
pub unsafe fn init<T: PyMethods>(
    receiver: *mut ffi::PyObject,
    args: *mut ffi::PyObject,
    kwargs: *mut ffi::PyObject,
    body: impl for<'a, 'py> FnOnce(Python<'py>, &'a Bound<'py, T>, Call<'a, 'py>) -> PyResult<()>,
) -> c_int {
    // SAFETY: the caller keeps all three alive.
    unsafe {
        trampoline::call(|py| {
            let receiver = Borrowed::from_ptr(py, receiver);
            let keywords = keyword_items(py, kwargs)?;
            body(py, &receiver, Call::packed(py, args, &keywords))
        })
    }
}

/// A slot function: runs `f` with the instance.
///
/// # Safety
///
/// Called by the interpreter with an instance of `T`.
#[inline]
pub unsafe fn with_self<'py, T: PyMethods, R: Raw>(
    receiver: *mut ffi::PyObject,
    f: impl for<'a> FnOnce(Python<'py>, &'a Bound<'py, T>) -> PyResult<R>,
) -> R::C {
    // SAFETY: the caller keeps the instance alive.
    unsafe { trampoline::call(|py| f(py, &Borrowed::from_ptr(py, receiver))) }
}

/// `tp_finalize`: errors are unraisable, and an exception that is under way survives.
///
/// # Safety
///
/// As [`with_self`].
pub unsafe fn finalize<T: PyMethods>(
    receiver: *mut ffi::PyObject,
    f: impl for<'a, 'py> FnOnce(Python<'py>, &'a Bound<'py, T>) -> PyResult<()>,
) {
    // SAFETY: the caller keeps the instance alive.
    unsafe {
        trampoline::call_infallible(|py| {
            let pending = PyErr::check_occurred(py).err().map(|error| error.take(py));
            let receiver = Borrowed::from_ptr(py, receiver);
            if let Err(error) = f(py, &receiver) {
                error.write_unraisable(Some(receiver.as_any()));
            }
            if let Some(pending) = pending {
                std::mem::forget(PyErr::restore(pending));
            }
        });
    }
}

/// The two entry points of `__call__`.
#[derive(Clone, Copy)]
pub struct CallEntries {
    /// `tp_call`.
    pub packed: ffi::ternaryfunc,
    /// For classes with `vectorcall`.
    pub vectorcall: ffi::vectorcallfunc,
}

/// An argument of a slot.
///
/// # Safety
///
/// `object` must be live for `'a`.
#[inline]
#[must_use]
pub unsafe fn object<'a, 'py>(
    py: Python<'py>,
    object: *mut ffi::PyObject,
) -> Borrowed<'a, 'py, PyAny> {
    // SAFETY: forwarded from the caller.
    unsafe { Borrowed::from_ptr(py, object) }
}

/// An argument of a slot, null when something is deleted.
///
/// # Safety
///
/// `object` must be null or live for `'a`.
#[inline]
#[must_use]
pub unsafe fn optional_object<'a, 'py>(
    py: Python<'py>,
    object: *mut ffi::PyObject,
) -> Option<Borrowed<'a, 'py, PyAny>> {
    // SAFETY: forwarded from the caller.
    unsafe { py.borrowed_or_none(object) }
}

/// The operator of a rich comparison.
#[must_use]
pub fn compare_op(operator: c_int) -> Option<CompareOp> {
    CompareOp::from_raw(operator)
}

/// Stands for the signature of a slot: one parameter, for error texts.
#[derive(Clone, Copy)]
pub struct Single(pub &'static str);

impl Single {
    /// The parameter.
    #[must_use]
    pub const fn arg(&self) -> Arg {
        Arg::only(self.0)
    }
}

/// The value of a parameter without default: binding has made sure that it is there.
#[inline]
#[must_use]
pub fn required<'b, 'py, const N: usize>(
    values: &'b [Option<Borrowed<'_, 'py, PyAny>>; N],
    index: usize,
) -> &'b Bound<'py, PyAny> {
    match &values[index] {
        Some(value) => value,
        None => unreachable!("binding checks required parameters"),
    }
}

/// The value of a parameter with a default, if one was given.
#[inline]
#[must_use]
pub fn optional<'b, 'py, const N: usize>(
    values: &'b [Option<Borrowed<'_, 'py, PyAny>>; N],
    index: usize,
) -> Option<&'b Bound<'py, PyAny>> {
    values[index].as_deref()
}

/// The tuple for `*args`.
///
/// # Errors
///
/// `MemoryError`.
pub fn rest_tuple<'py>(
    py: Python<'py>,
    rest: &[Borrowed<'_, 'py, PyAny>],
) -> PyResult<Bound<'py, PyTuple>> {
    PyTuple::from_slice(py, rest)
}

/// A value, or a `PyResult` of one.
pub trait IntoResult<T> {
    /// The result.
    ///
    /// # Errors
    ///
    /// The given one.
    fn into_result(self) -> PyResult<T>;
}

impl<T> IntoResult<T> for T {
    #[inline]
    fn into_result(self) -> PyResult<T> {
        Ok(self)
    }
}

impl<T> IntoResult<T> for PyResult<T> {
    #[inline]
    fn into_result(self) -> PyResult<T> {
        self
    }
}

/// The result of `__next__`.
///
/// # Errors
///
/// The method's own.
#[inline]
pub fn into_next<'py, T: IntoPy<'py>>(
    result: impl IntoResult<Option<T>>,
    py: Python<'py>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    result
        .into_result()?
        .map(|item| item.into_py(py))
        .transpose()
}

/// The result of `__len__`.
///
/// # Errors
///
/// The method's own, and `OverflowError` beyond `Py_ssize_t`.
#[inline]
pub fn into_length(result: impl IntoResult<usize>, py: Python<'_>) -> PyResult<isize> {
    isize::try_from(result.into_result()?)
        .map_err(|_| PyOverflowError::raise(py, "cannot fit 'int' into an index-sized integer"))
}

/// The result of `__hash__`; -1 is the error mark, so it becomes -2 as everywhere in Python.
///
/// # Errors
///
/// The method's own.
#[inline]
pub fn into_hash(result: impl IntoResult<isize>) -> PyResult<isize> {
    Ok(match result.into_result()? {
        -1 => -2,
        hash => hash,
    })
}
