//! What containers can do.

use corten_ffi as ffi;

use super::PyAny;
use crate::err::{PyErr, PyResult};
use crate::instance::Bound;

impl Bound<'_, PyAny> {
    /// `x[key] = value`.
    ///
    /// # Errors
    ///
    /// What `__setitem__` raises.
    pub fn set_item_of(&self, key: &Bound<'_, PyAny>, value: &Bound<'_, PyAny>) -> PyResult<()> {
        // SAFETY: attached; all objects are live.
        PyErr::check(self.py(), unsafe {
            ffi::PyObject_SetItem(self.as_ptr(), key.as_ptr(), value.as_ptr())
        })
    }

    /// `del x[key]`.
    ///
    /// # Errors
    ///
    /// What `__delitem__` raises.
    pub fn del_item_of(&self, key: &Bound<'_, PyAny>) -> PyResult<()> {
        // SAFETY: attached; both objects are live.
        PyErr::check(self.py(), unsafe {
            ffi::PyObject_DelItem(self.as_ptr(), key.as_ptr())
        })
    }

    /// `value in x`.
    ///
    /// # Errors
    ///
    /// What `__contains__`, or iterating and comparing raises.
    pub fn has_item(&self, value: &Bound<'_, PyAny>) -> PyResult<bool> {
        // SAFETY: attached; both objects are live.
        let found = unsafe { ffi::PySequence_Contains(self.as_ptr(), value.as_ptr()) };
        PyErr::check(self.py(), found)?;
        Ok(found != 0)
    }

    /// The index of the first item that equals `value`, by iterating.
    ///
    /// # Errors
    ///
    /// `ValueError` when there is none, or what iterating and comparing raises.
    pub fn index_of(&self, value: &Bound<'_, PyAny>) -> PyResult<isize> {
        // SAFETY: attached; both objects are live.
        let index = unsafe { ffi::PySequence_Index(self.as_ptr(), value.as_ptr()) };
        self.size(index)
    }

    /// How many items equal `value`, by iterating.
    ///
    /// # Errors
    ///
    /// What iterating and comparing raises.
    pub fn count_of(&self, value: &Bound<'_, PyAny>) -> PyResult<isize> {
        // SAFETY: attached; both objects are live.
        let count = unsafe { ffi::PySequence_Count(self.as_ptr(), value.as_ptr()) };
        self.size(count)
    }

    /// How many items there are, or may be: by `__len__` or `__length_hint__`, else `default` (PEP 424).
    ///
    /// # Errors
    ///
    /// What these methods raise.
    pub fn length_hint(&self, default: isize) -> PyResult<isize> {
        // SAFETY: attached; `self` is live.
        let length = unsafe { ffi::PyObject_LengthHint(self.as_ptr(), default) };
        if length < 0 {
            // A default that is negative comes back as it is.
            PyErr::check_occurred(self.py())?;
        }
        Ok(length)
    }

    fn size(&self, size: isize) -> PyResult<isize> {
        match size {
            ..0 => Err(PyErr::already_set(self.py())),
            _ => Ok(size),
        }
    }
}
