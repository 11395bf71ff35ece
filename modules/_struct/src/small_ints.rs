//! The ints that nearly every struct holds.

use corten_api::prelude::*;

/// The smallest int in the table, of those that the interpreter never makes twice.
const FIRST: i64 = -5;
/// The largest.
const LAST: i64 = 256;

/// A table of small ints, to take them from without a call. All compiled formats share it.
#[pyclass(name = "SmallInts", module = "_struct", immutable)]
#[derive(Traverse)]
pub(crate) struct SmallInts {
    ints: Vec<Py<PyInt>>,
}

#[pymethods]
impl SmallInts {}

impl SmallInts {
    /// # Errors
    ///
    /// `MemoryError`.
    pub(crate) fn new(py: Python<'_>) -> PyResult<Self> {
        let ints = (FIRST..=LAST).map(|value| PyInt::from_i64(py, value).map(Bound::unbind));
        Ok(SmallInts {
            ints: ints.collect::<PyResult<_>>()?,
        })
    }

    /// The int `value`, out of the table if it is there.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    #[inline]
    pub(crate) fn int<'py>(&self, py: Python<'py>, value: i64) -> PyResult<Bound<'py, PyInt>> {
        match self.ints.get(value.wrapping_sub(FIRST) as usize) {
            Some(int) => Ok(int.bind(py).clone()),
            None => PyInt::from_i64(py, value),
        }
    }
}
