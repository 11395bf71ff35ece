//! Iterators.

use corten_ffi as ffi;

use super::PyAny;
use crate::err::{PyErr, PyResult};
use crate::exceptions::{PyException, PyStopIteration, PyTypeError};
use crate::instance::Bound;

/// An object that [`Bound::iter`] returned.
pub struct PyIterator(());

impl<'py> Bound<'py, PyIterator> {
    /// The next item, as [`Iterator::next`] for a shared reference.
    #[inline]
    pub fn next_item(&self) -> Option<PyResult<Bound<'py, PyAny>>> {
        // SAFETY: attached; a live object's type is live, and the function is that of the type.
        let item = unsafe {
            let Some(function) = (*ffi::Py_TYPE(self.as_ptr())).tp_iternext else {
                return Some(Err(self.not_an_iterator()));
            };
            ffi::call_iternextfunc(function, self.as_ptr())
        };
        if item.is_null() {
            return self.error().map(Err);
        }
        // SAFETY: a new reference.
        Some(Ok(unsafe { Bound::from_owned_ptr(self.py(), item) }))
    }

    /// Why there is no item, unless there are no more.
    fn error(&self) -> Option<PyErr> {
        let error = PyErr::check_occurred(self.py()).err()?;
        (!error.matches::<PyStopIteration>(self.py())).then_some(error)
    }

    /// Its `__class__` was set to another one.
    #[cold]
    fn not_an_iterator(&self) -> PyErr {
        let text = format_args!("'{}' object is not an iterator", self.as_any().type_name());
        PyTypeError::raise(self.py(), text)
    }
}

impl<'py> Iterator for Bound<'py, PyIterator> {
    type Item = PyResult<Bound<'py, PyAny>>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.next_item()
    }
}
