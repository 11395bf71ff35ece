//! Strings that are put together of others.

use super::{PyAny, PyDict, PyString};
use crate::collect::try_push;
use crate::err::PyResult;
use crate::instance::{Borrowed, Bound};
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

    /// Adds what stands behind the first argument in a call: `, 1, name=2`. Of keywords that change meanwhile it
    /// shows what it finds.
    ///
    /// # Errors
    ///
    /// What `repr()` of the values and `str()` of the names raise; `MemoryError`.
    pub fn push_arguments<'a>(
        &mut self,
        args: &[Borrowed<'a, 'py, PyAny>],
        keywords: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<()> {
        for arg in args {
            self.push_str(", ")?;
            self.push(arg.repr()?)?;
        }
        let mut position = 0;
        while let Some((name, value)) =
            keywords.and_then(|keywords| keywords.next_item(&mut position))
        {
            self.push_str(", ")?;
            self.push(name.str()?)?;
            self.push_str("=")?;
            self.push(value.repr()?)?;
        }
        Ok(())
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
