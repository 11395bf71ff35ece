//! Appending many items.

use corten_api::prelude::*;

use crate::array::Array;
use crate::{construct, value};

impl Array {
    /// Appends the items of another array.
    pub(crate) fn extend_from(&self, py: Python<'_>, other: &Array) -> PyResult<()> {
        if self.code(py) != other.code(py) {
            let text = "can only extend with array of same kind";
            return Err(PyTypeError::raise(py, text));
        }
        if other.items.is_empty(py) {
            return Ok(());
        }
        if std::ptr::eq(self, other) {
            return self.resized(py, |items| items.repeat_in_place(2));
        }
        let done = self.items.change_from(py, &other.items, |items, new| {
            items.splice(items.len()..items.len(), new.bytes())
        })?;
        done.map_err(|error| error.raise(py))
    }

    /// Appends the items of a list, all or none.
    pub(crate) fn extend_from_list(
        &self,
        py: Python<'_>,
        list: &Bound<'_, PyList>,
    ) -> PyResult<()> {
        if list.is_empty() {
            return Ok(());
        }
        self.items.check_unlent(py)?;
        let new = construct::from_list(py, self.code(py), list)?;
        self.items.append(py, new)
    }

    /// Appends what iterating over `iterable` gives, each item as soon as it comes.
    pub(crate) fn extend_by_iterating(
        &self,
        py: Python<'_>,
        iterable: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let code = self.code(py);
        for item in iterable.iter()? {
            let bits = value::to_bits(code, &item?)?;
            self.resized(py, |items| items.push_bits(bits))?;
        }
        Ok(())
    }

    pub(crate) fn extend_from_bytes(&self, py: Python<'_>, bytes: &[u8]) -> PyResult<()> {
        construct::check_size(py, self.code(py), bytes.len())?;
        if bytes.is_empty() {
            return Ok(());
        }
        self.resized(py, |items| items.splice(items.len()..items.len(), bytes))
    }

    /// Appends the items that a bytes-like object is made of.
    pub(crate) fn extend_from_buffer(&self, py: Python<'_>, buffer: &PyBuffer<'_>) -> PyResult<()> {
        if buffer.item_size() != 1 {
            return Err(PyTypeError::raise(py, "a bytes-like object is required"));
        }
        match buffer.frozen() {
            Some(bytes) => self.extend_from_bytes(py, bytes),
            None => {
                construct::check_size(py, self.code(py), buffer.len())?;
                match buffer.is_empty() {
                    true => Ok(()),
                    false => self.items.extend_from_buffer(py, buffer),
                }
            }
        }
    }
}
