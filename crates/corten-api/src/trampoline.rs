//! The frame of every call from Python: token in, panic and error out.

use std::ffi::c_int;
use std::ptr;

use corten_ffi as ffi;

use crate::err::PyResult;
use crate::instance::Bound;
use crate::panic;
use crate::python::Python;
use crate::types::PyAny;

/// A result as the C API wants it.
pub trait Raw {
    /// The C type.
    type C;

    /// What tells the interpreter that an exception is set.
    const ERROR: Self::C;

    /// The result.
    fn into_raw(self) -> Self::C;
}

impl Raw for Bound<'_, PyAny> {
    type C = *mut ffi::PyObject;
    const ERROR: Self::C = ptr::null_mut();

    #[inline]
    fn into_raw(self) -> Self::C {
        self.into_ptr()
    }
}

/// `None` is the end of an iteration: null without an exception.
impl Raw for Option<Bound<'_, PyAny>> {
    type C = *mut ffi::PyObject;
    const ERROR: Self::C = ptr::null_mut();

    #[inline]
    fn into_raw(self) -> Self::C {
        self.map_or(ptr::null_mut(), Bound::into_ptr)
    }
}

impl Raw for () {
    type C = c_int;
    const ERROR: c_int = -1;

    #[inline]
    fn into_raw(self) -> c_int {
        0
    }
}

impl Raw for bool {
    type C = c_int;
    const ERROR: c_int = -1;

    #[inline]
    fn into_raw(self) -> c_int {
        c_int::from(self)
    }
}

/// Lengths and hashes.
impl Raw for isize {
    type C = isize;
    const ERROR: isize = -1;

    #[inline]
    fn into_raw(self) -> isize {
        self
    }
}

/// Runs `f` as a call from Python.
///
/// # Safety
///
/// The thread must be attached, as it is whenever the interpreter calls.
#[inline]
pub unsafe fn call<'py, R: Raw>(f: impl FnOnce(Python<'py>) -> PyResult<R>) -> R::C {
    // SAFETY: forwarded from the caller.
    let py = unsafe { Python::assume_attached() };
    let error = match panic::catch(|| f(py)) {
        Ok(Ok(value)) => return value.into_raw(),
        Ok(Err(error)) => error,
        Err(payload) => panic::raise(py, payload),
    };
    // The exception stays set: that is the error.
    std::mem::forget(error);
    R::ERROR
}

/// Runs `f` where the interpreter expects no exception: failures are reported as unraisable.
///
/// # Safety
///
/// As [`call`].
pub(crate) unsafe fn call_infallible(f: impl FnOnce(Python<'_>)) {
    // SAFETY: forwarded from the caller.
    let py = unsafe { Python::assume_attached() };
    if let Err(payload) = panic::catch(|| f(py)) {
        panic::raise(py, payload).write_unraisable(None);
    }
}
