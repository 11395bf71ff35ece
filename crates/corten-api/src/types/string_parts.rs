//! Strings that are put together of others.

use super::PyString;
use crate::collect::try_push;
use crate::err::PyResult;
use crate::instance::Bound;
use crate::python::Python;

/// The parts of a string, one after the other: for a `repr()` of many objects.
pub struct PyStringParts<'py> {
    parts: Vec<Bound<'py, PyString>>,
    py: Python<'py>,
}

impl<'py> PyStringParts<'py> {
    /// No parts.
    #[must_use]
    pub fn new(py: Python<'py>) -> Self {
        PyStringParts {
            parts: Vec::new(),
            py,
        }
    }

    /// Adds a string.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    pub fn push(&mut self, part: Bound<'py, PyString>) -> PyResult<()> {
        try_push(self.py, &mut self.parts, part)
    }

    /// Adds a text.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    pub fn push_str(&mut self, part: &str) -> PyResult<()> {
        self.push(PyString::new(self.py, part)?)
    }

    /// The string of all parts.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    pub fn finish(self) -> PyResult<Bound<'py, PyString>> {
        PyString::new(self.py, "")?.join(self.parts)
    }
}
