//! Errors: a marker in Rust, the exception itself in the interpreter's thread state.

use std::marker::PhantomData;
use std::mem;

use corten_ffi as ffi;

use crate::exceptions::PyException;
use crate::instance::Bound;
use crate::python::Python;
use crate::types::{PyAny, PyBaseException, PyType};

/// The result of everything that can raise.
pub type PyResult<T> = Result<T, PyErr>;

/// Says that an exception is set in the current thread state, as a null result does in C.
///
/// Zero-sized: raising and passing it on with `?` cost what they cost in C. Dropping it swallows
/// the exception; [`take`](PyErr::take) turns it into an object. Like a `Py<T>` it stays on
/// attached threads.
#[must_use = "dropping a PyErr swallows the exception"]
pub struct PyErr(PhantomData<*mut ()>);

impl PyErr {
    /// States that a call into the interpreter has just failed.
    ///
    /// Should the call have set no exception (a bug of the callee), `SystemError` is set, as the
    /// interpreter itself does for C functions.
    #[cold]
    #[inline(never)]
    pub fn already_set(py: Python<'_>) -> PyErr {
        if !Self::occurred(py) {
            crate::exceptions::PySystemError::set(py, "error return without exception set");
        }
        PyErr(PhantomData)
    }

    /// Whether the thread has an exception set.
    #[inline]
    pub(crate) fn occurred(_py: Python<'_>) -> bool {
        // SAFETY: attached.
        unsafe { !ffi::PyErr_Occurred().is_null() }
    }

    /// An `Err` when `status`, the result of a C API call, is negative.
    #[inline]
    pub(crate) fn check(py: Python<'_>, status: i32) -> PyResult<()> {
        if status < 0 {
            Err(Self::already_set(py))
        } else {
            Ok(())
        }
    }

    /// An `Err` when an exception is set: for calls whose result does not tell.
    #[inline]
    pub(crate) fn check_occurred(py: Python<'_>) -> PyResult<()> {
        if Self::occurred(py) {
            Err(PyErr(PhantomData))
        } else {
            Ok(())
        }
    }

    /// Raises `MemoryError`, without a text and without allocating.
    #[cold]
    pub fn no_memory(_py: Python<'_>) -> PyErr {
        // SAFETY: attached.
        unsafe { ffi::PyErr_NoMemory() };
        PyErr(PhantomData)
    }

    /// Raises `class` with `value` as its argument (the instance itself, its `args` tuple, or one
    /// argument), as C's `PyErr_SetObject` does.
    #[cold]
    pub fn set_object<T>(class: &Bound<'_, PyType>, value: &Bound<'_, T>) -> PyErr {
        // SAFETY: attached; both are live, and PyErr_SetObject checks that `class` is an exception.
        unsafe { ffi::PyErr_SetObject(class.as_ptr(), value.as_ptr()) };
        PyErr(PhantomData)
    }

    /// Raises `class` without an argument.
    #[cold]
    pub fn set_none(class: &Bound<'_, PyType>) -> PyErr {
        // SAFETY: attached; `class` is live.
        unsafe { ffi::PyErr_SetNone(class.as_ptr()) };
        PyErr(PhantomData)
    }

    /// Raises the exception object `exception` again.
    #[cold]
    pub fn restore(exception: Bound<'_, PyBaseException>) -> PyErr {
        #[cfg(Py_3_12)]
        // SAFETY: an exception instance, whose reference is given away.
        unsafe {
            ffi::PyErr_SetRaisedException(exception.into_ptr());
        }
        #[cfg(not(Py_3_12))]
        // SAFETY: type, instance and traceback fit together; all three references are given away.
        unsafe {
            let value = exception.into_ptr();
            let class = ffi::Py_TYPE(value).cast::<ffi::PyObject>();
            ffi::Py_INCREF(class);
            ffi::PyErr_Restore(class, value, ffi::PyException_GetTraceback(value));
        }
        PyErr(PhantomData)
    }

    /// Whether the exception is an instance of `E` or of a subclass.
    #[must_use]
    pub fn matches<E: PyException>(&self, py: Python<'_>) -> bool {
        self.matches_type(&E::type_object(py))
    }

    /// Whether the exception is an instance of `class` or of a subclass.
    #[must_use]
    pub fn matches_type(&self, class: &Bound<'_, PyType>) -> bool {
        // SAFETY: attached, and an exception is set as long as `self` lives.
        unsafe { ffi::PyErr_ExceptionMatches(class.as_ptr()) != 0 }
    }

    /// The exception object, traceback included; the thread state is clean afterwards.
    pub fn take(self, py: Python<'_>) -> Bound<'_, PyBaseException> {
        mem::forget(self);
        #[cfg(Py_3_12)]
        // SAFETY: an exception was set; its reference comes over.
        unsafe {
            Bound::from_owned_ptr(py, ffi::PyErr_GetRaisedException())
        }
        #[cfg(not(Py_3_12))]
        // SAFETY: an exception was set; normalising makes `value` an exception instance, and all
        // three references come over.
        unsafe {
            let (mut class, mut value, mut traceback) = Default::default();
            ffi::PyErr_Fetch(&mut class, &mut value, &mut traceback);
            ffi::PyErr_NormalizeException(&mut class, &mut value, &mut traceback);
            if !traceback.is_null() {
                ffi::PyException_SetTraceback(value, traceback);
                ffi::Py_DECREF(traceback);
            }
            ffi::Py_XDECREF(class);
            Bound::from_owned_ptr(py, value)
        }
    }

    /// Reports the exception through `sys.unraisablehook`, for places that cannot raise.
    pub fn write_unraisable(self, place: Option<&Bound<'_, PyAny>>) {
        mem::forget(self);
        let place = place.map_or(std::ptr::null_mut(), Bound::as_ptr);
        // SAFETY: an exception is set; `place` is null or live.
        unsafe { ffi::PyErr_WriteUnraisable(place) }
    }
}

impl Drop for PyErr {
    #[cold]
    fn drop(&mut self) {
        // SAFETY: a marker stays on attached threads.
        unsafe { ffi::PyErr_Clear() }
    }
}

impl std::fmt::Debug for PyErr {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PyErr")
    }
}
