//! Python's built-in exception classes.

use std::fmt::Display;

use corten_ffi as ffi;

use crate::err::PyErr;
use crate::instance::Bound;
use crate::python::Python;
use crate::types::{PyString, PyType};

/// A built-in exception class.
pub trait PyException {
    /// The class object.
    fn type_object(py: Python<'_>) -> Bound<'_, PyType>;

    /// Raises the class with `text` as its argument.
    #[cold]
    fn raise(py: Python<'_>, text: impl Display) -> PyErr {
        Self::type_object(py).raise(text)
    }

    /// As [`raise`](PyException::raise), for callers that report failure by other means.
    #[cold]
    fn set(py: Python<'_>, text: impl Display) {
        std::mem::forget(Self::raise(py, text));
    }
}

impl<'py> Bound<'py, PyType> {
    /// Raises this exception class with `text` as its argument.
    #[cold]
    pub fn raise(&self, text: impl Display) -> PyErr {
        match PyString::from_display(self.py(), text) {
            Ok(text) => PyErr::set_object(self, &text),
            Err(no_memory) => no_memory,
        }
    }
}

macro_rules! exceptions {
    ($($name:ident = $object:ident;)*) => {$(
        #[doc = concat!("Python's `", stringify!($name), "` (without the `Py`).")]
        pub struct $name;

        impl PyException for $name {
            #[inline]
            fn type_object(py: Python<'_>) -> Bound<'_, PyType> {
                // SAFETY: the interpreter's static exception classes live as long as it does.
                unsafe { Bound::from_borrowed_ptr(py, ffi::$object) }
            }
        }
    )*};
}

exceptions! {
    PyArithmeticError = PyExc_ArithmeticError;
    PyAssertionError = PyExc_AssertionError;
    PyAttributeError = PyExc_AttributeError;
    PyBufferError = PyExc_BufferError;
    PyDeprecationWarning = PyExc_DeprecationWarning;
    PyEOFError = PyExc_EOFError;
    PyExceptionClass = PyExc_Exception;
    PyFutureWarning = PyExc_FutureWarning;
    PyImportError = PyExc_ImportError;
    PyIndexError = PyExc_IndexError;
    PyKeyError = PyExc_KeyError;
    PyLookupError = PyExc_LookupError;
    PyMemoryError = PyExc_MemoryError;
    PyNotImplementedError = PyExc_NotImplementedError;
    PyOSError = PyExc_OSError;
    PyOverflowError = PyExc_OverflowError;
    PyRecursionError = PyExc_RecursionError;
    PyRuntimeError = PyExc_RuntimeError;
    PyRuntimeWarning = PyExc_RuntimeWarning;
    PyStopIteration = PyExc_StopIteration;
    PySystemError = PyExc_SystemError;
    PyTypeError = PyExc_TypeError;
    PyUnicodeDecodeError = PyExc_UnicodeDecodeError;
    PyUnicodeEncodeError = PyExc_UnicodeEncodeError;
    PyUserWarning = PyExc_UserWarning;
    PyValueError = PyExc_ValueError;
    PyZeroDivisionError = PyExc_ZeroDivisionError;
}
