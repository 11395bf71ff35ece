//! Lists that are used again.

use super::Recycled;
use crate::err::PyResult;
use crate::instance::Bound;
use crate::python::Python;
use crate::types::PyList;

impl Recycled<PyList> {
    /// One of the lists, without its items but still with the memory for them, if nobody else has it.
    ///
    /// Letting go of the items may run any code, as their owner may have put others into the list.
    ///
    /// # Errors
    ///
    /// As [`keep`](Self::keep).
    #[inline]
    pub fn take<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyList>>> {
        let list = self.take_unshared(py)?;
        if let Some(list) = &list {
            list.drop_items();
        }
        Ok(list)
    }
}
