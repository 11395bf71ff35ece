//! `type` and `BaseException`.

use std::ffi::CStr;
use std::ptr;

use corten_ffi as ffi;

#[cfg(Py_3_13)]
use super::PyString;
use super::{PyAny, type_check};
#[cfg(Py_3_14)]
use crate::err::PyErr;
use crate::err::PyResult;
use crate::instance::Bound;
use crate::python::{Python, c_string};

/// Python's `type`.
pub struct PyType(());
type_check!(PyType, "type", ffi::PyType_Check, ffi::PyType_CheckExact);

/// Python's `BaseException`: what [`PyErr::take`](crate::PyErr::take) returns.
pub struct PyBaseException(());

// SAFETY: the first check is the interpreter's own; the second compares the type itself.
unsafe impl super::PyTypeCheck for PyBaseException {
    const NAME: &'static str = "BaseException";

    fn is_instance(object: &Bound<'_, PyAny>) -> bool {
        // SAFETY: attached; `object` is live.
        unsafe { ffi::PyExceptionInstance_Check(object.as_ptr()) != 0 }
    }

    fn is_exact_instance(object: &Bound<'_, PyAny>) -> bool {
        // SAFETY: attached; `object` is live.
        unsafe { ffi::Py_TYPE(object.as_ptr()).cast() == ffi::PyExc_BaseException }
    }
}

impl PyType {
    /// A new exception class; `qualified_name` is `module.Name`, `base` defaults to `Exception`.
    ///
    /// # Errors
    ///
    /// `MemoryError`, or what making the class raises.
    pub fn new_exception<'py>(
        py: Python<'py>,
        qualified_name: &str,
        base: Option<&Bound<'py, PyType>>,
    ) -> PyResult<Bound<'py, PyType>> {
        let name = c_string(py, qualified_name)?;
        let base = base.map_or(ptr::null_mut(), Bound::as_ptr);
        // SAFETY: attached; `name` is a C string; null means the default base and no namespace.
        unsafe {
            let class = ffi::PyErr_NewException(name.as_ptr(), base, ptr::null_mut());
            Bound::from_owned_or_err(py, class)
        }
    }
}

impl<'py> Bound<'py, PyType> {
    /// `types.GenericAlias(self, arguments)`: what `C[arguments]` is.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    pub fn generic_alias(&self, arguments: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        // SAFETY: attached; both objects are live.
        unsafe {
            let alias = ffi::Py_GenericAlias(self.as_ptr(), arguments.as_ptr());
            Bound::from_owned_or_err(self.py(), alias)
        }
    }

    /// The size of an instance in bytes, without what it owns elsewhere.
    #[must_use]
    pub fn basic_size(&self) -> usize {
        // SAFETY: attached; `self` is a type.
        unsafe { (*self.as_type_ptr()).tp_basicsize as usize }
    }

    /// What follows the last dot of the type's name as error messages give it, which is how the `repr` of
    /// many built-in types begins.
    #[must_use]
    pub fn short_name(&self) -> String {
        // SAFETY: a live type's `tp_name` is a C string; it is copied before Python code, which may
        // rename the type, runs again.
        let name = unsafe { CStr::from_ptr((*self.as_type_ptr()).tp_name) }.to_string_lossy();
        name.rsplit('.').next().unwrap_or_default().to_owned()
    }

    /// `module.qualified.Name`, without the module for built-in types and those of `__main__`
    /// (`%T` in C).
    ///
    /// # Errors
    ///
    /// What reading the type's attributes raises.
    #[cfg(Py_3_13)]
    pub fn fully_qualified_name(&self) -> PyResult<Bound<'py, PyString>> {
        // SAFETY: attached; `self` is a type; the result is a str.
        unsafe {
            let name = ffi::PyType_GetFullyQualifiedName(self.as_type_ptr());
            Bound::from_owned_or_err(self.py(), name)
        }
    }
}

impl Bound<'_, PyType> {
    /// Makes the type immutable.
    ///
    /// # Errors
    ///
    /// `TypeError` when it has a base class that is not.
    #[cfg(Py_3_14)]
    pub fn freeze(&self) -> PyResult<()> {
        // SAFETY: attached; `self` is a type.
        match unsafe { ffi::PyType_Freeze(self.as_type_ptr()) } {
            0 => Ok(()),
            _ => Err(PyErr::already_set(self.py())),
        }
    }

    /// The type as the C API names it.
    #[inline]
    pub(crate) fn as_type_ptr(&self) -> *mut ffi::PyTypeObject {
        self.as_ptr().cast()
    }
}
