//! `frozenset`.

use corten_ffi as ffi;

use super::{PyAny, type_check};
use crate::err::PyResult;
use crate::instance::Bound;

/// Python's `frozenset`.
pub struct PyFrozenSet(());
type_check!(
    PyFrozenSet,
    "frozenset",
    ffi::PyFrozenSet_Check,
    ffi::PyFrozenSet_CheckExact
);

impl PyFrozenSet {
    /// `frozenset(iterable)`.
    ///
    /// # Errors
    ///
    /// What iterating, or hashing and comparing the items raises, `MemoryError`.
    pub fn new<'py>(iterable: &Bound<'py, PyAny>) -> PyResult<Bound<'py, Self>> {
        // SAFETY: attached; the iterable is live; the result is a frozenset.
        unsafe { Bound::from_owned_or_err(iterable.py(), ffi::PyFrozenSet_New(iterable.as_ptr())) }
    }
}
