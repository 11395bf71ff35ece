//! Items as bytes, and files of them.

use std::ops::Range;

use corten_api::prelude::*;

use crate::array::Array;

impl Array {
    /// The bytes of the items in `range`, as far as they exist.
    pub(crate) fn bytes<'py>(
        &self,
        py: Python<'py>,
        range: Range<usize>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let count = self.len(py).min(range.end).saturating_sub(range.start);
        let range = range.start..range.start + count;
        let size = count * self.code(py).kind().size();
        PyBytes::try_new_with(py, size, |out| {
            self.items.with(py, range, |items| {
                // Where there is no GIL there may be fewer by now.
                let bytes = items.bytes();
                out[..bytes.len()].write_copy_of_slice(bytes)
            })
        })
    }

    /// Appends `n` items that the method `read` of a file gives.
    pub(crate) fn extend_from_file(
        &self,
        py: Python<'_>,
        read: &Bound<'_, PyString>,
        file: &Bound<'_, PyAny>,
        n: isize,
    ) -> PyResult<()> {
        let Ok(count) = usize::try_from(n) else {
            return Err(PyValueError::raise(py, "negative count"));
        };
        let size = count.checked_mul(self.itemsize(py));
        let size = size.and_then(|size| isize::try_from(size).ok());
        let size = size.ok_or_else(|| PyErr::no_memory(py))?;
        let data = file.call_method(read, &[&size.into_py(py)?])?;
        let Some(bytes) = data.cast::<PyBytes>() else {
            return Err(PyTypeError::raise(py, "read() didn't return bytes"));
        };
        let is_short = bytes.as_bytes().len() != size.unsigned_abs();
        self.extend_from_bytes(py, bytes.as_bytes())?;
        if is_short {
            return Err(PyEOFError::raise(py, "read() didn't return enough bytes"));
        }
        Ok(())
    }

    /// Hands all items to the method `write` of a file, in blocks.
    pub(crate) fn write_to_file(
        &self,
        py: Python<'_>,
        write: &Bound<'_, PyString>,
        file: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        /// Bytes for each call, a multiple of every item size.
        const BLOCK: usize = 64 << 10;
        let count = BLOCK / self.itemsize(py);
        let mut start = 0;
        while start < self.len(py) {
            let block = self.bytes(py, start..start + count)?;
            file.call_method(write, &[block.as_any()])?;
            start += count;
        }
        Ok(())
    }
}
