//! Iterators.

use corten_ffi as ffi;

use super::PyAny;
use crate::err::{PyErr, PyResult};
use crate::instance::Bound;

/// An object that [`Bound::iter`] returned.
pub struct PyIterator(());

impl<'py> Iterator for Bound<'py, PyIterator> {
    type Item = PyResult<Bound<'py, PyAny>>;

    fn next(&mut self) -> Option<Self::Item> {
        // SAFETY: attached; `self` is an iterator.
        let item = unsafe { ffi::PyIter_Next(self.as_ptr()) };
        if item.is_null() {
            return PyErr::check_occurred(self.py()).err().map(Err);
        }
        // SAFETY: a new reference.
        Some(Ok(unsafe { Bound::from_owned_ptr(self.py(), item) }))
    }
}
