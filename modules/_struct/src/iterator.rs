//! `unpack_iterator`.

use corten_api::prelude::*;

use crate::compiled::{self, Compiled};
use crate::unpacking;

/// Unpacks one struct after the other.
#[pyclass(name = "unpack_iterator", module = "_struct", immutable)]
#[derive(Traverse)]
pub(crate) struct UnpackIterator {
    compiled: Py<Compiled>,
    tuples: Recycled<PyTuple>,
    /// None at the end.
    rest: PyRefCell<Option<Rest>>,
}

/// What is still to be unpacked: whole structs.
#[derive(Traverse)]
struct Rest {
    buffer: OwnedBuffer,
    #[traverse(skip)]
    start: usize,
}

/// Tuples of structs of so many bytes are used again: the values of larger ones may be large.
const RECYCLED: usize = 512;

impl UnpackIterator {
    /// An iterator over the structs in `buffer`.
    ///
    /// # Errors
    ///
    /// `struct.error` when the struct has no size, or the buffer ends in the middle of one; what the
    /// exporter raises; `MemoryError`.
    pub(crate) fn new<'py>(
        compiled: Bound<'py, Compiled>,
        buffer: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, Self>> {
        let (py, size) = (compiled.py(), compiled.layout.size);
        if size == 0 {
            let text = "cannot iteratively unpack with a struct of length 0";
            return Err(compiled::error(&compiled, text));
        }
        let buffer = PyBuffer::get(buffer)?;
        if buffer.len() % size != 0 {
            let text =
                format_args!("iterative unpacking requires a buffer of a multiple of {size} bytes");
            return Err(compiled::error(&compiled, text));
        }
        let rest = Rest {
            buffer: buffer.unbind(),
            start: 0,
        };
        let iterator = UnpackIterator {
            compiled: compiled.clone().unbind(),
            tuples: Recycled::new_if(size <= RECYCLED),
            rest: PyRefCell::new(Some(rest)),
        };
        compiled.state()?.unpack_iterator.create(py, iterator)
    }
}

#[pymethods]
impl UnpackIterator {
    #[method(name = "__length_hint__", text_signature = "")]
    fn length_hint(&self, py: Python<'_>) -> PyResult<usize> {
        Ok(match &*self.rest.borrow(py)? {
            Some(rest) => rest.bytes(py) / self.compiled.bind(py).layout.size,
            None => 0,
        })
    }

    fn __iter__<'py>(slf: &Bound<'py, Self>) -> Bound<'py, Self> {
        slf.clone()
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyTuple>>> {
        // Making a tuple may start a collection, and with it any code, also a next() on this iterator.
        match self.tuples.take(py)? {
            Some(tuple) => self.fill(py, tuple),
            None => self.fill(
                py,
                PyTupleBuilder::new(py, self.compiled.bind(py).layout.len)?,
            ),
        }
    }
}

impl UnpackIterator {
    /// Fills `tuple` with the values of the next struct.
    #[inline]
    fn fill<'py>(
        &self,
        py: Python<'py>,
        tuple: impl FillTuple<'py>,
    ) -> PyResult<Option<Bound<'py, PyTuple>>> {
        let compiled = self.compiled.bind(py);
        let mut guard = self.rest.borrow_mut(py)?;
        match &mut *guard {
            Some(rest) if rest.bytes(py) > 0 => {
                let start = rest.start;
                rest.start += compiled.layout.size;
                let tuple = unpacking::fill(compiled, rest.buffer.bind(py), start, tuple)?;
                self.tuples.keep(&tuple)?;
                Ok(Some(tuple))
            }
            finished => {
                let finished = finished.take();
                drop(guard);
                // Releasing the buffer may run code of its exporter.
                drop(finished);
                self.tuples.let_go(py)?;
                Ok(None)
            }
        }
    }
}

impl Rest {
    /// How many bytes are left.
    fn bytes(&self, py: Python<'_>) -> usize {
        self.buffer.bind(py).len() - self.start
    }
}
