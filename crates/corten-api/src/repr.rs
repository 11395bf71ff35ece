//! `repr()` of objects that contain themselves.

use corten_ffi as ffi;

use crate::err::{PyErr, PyResult};
use crate::instance::Bound;
use crate::types::PyAny;

/// Says that the `repr()` of an object is under way on this thread, until dropped.
pub struct ReprGuard<'a, 'py>(&'a Bound<'py, PyAny>);

impl<'py> Bound<'py, PyAny> {
    /// To be held while the object's `__repr__` asks others for theirs; `None` when it is under way
    /// already, so that the object contains itself.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    pub fn repr_guard(&self) -> PyResult<Option<ReprGuard<'_, 'py>>> {
        // SAFETY: attached; `self` is live.
        let status = unsafe { ffi::Py_ReprEnter(self.as_ptr()) };
        PyErr::check(self.py(), status)?;
        Ok((status == 0).then(|| ReprGuard(self)))
    }
}

impl Drop for ReprGuard<'_, '_> {
    fn drop(&mut self) {
        // SAFETY: attached; matches the Py_ReprEnter of the constructor. An exception under way stays.
        unsafe { ffi::Py_ReprLeave(self.0.as_ptr()) }
    }
}
