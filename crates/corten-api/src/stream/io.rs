//! Python's side: arguments as input, new `bytes` as output, and the GIL released while a step is
//! long.

use std::mem::MaybeUninit;

use super::{Filled, Input, MAX_STEP, Output, Piece, Step};
use crate::exceptions::{PyException, PyMemoryError};
use crate::types::{PyBytes, PyBytesWriter};
use crate::{Bound, PyBuffer, PyErr, PyResult, Python};

/// An argument's bytes. Those of a `bytes` are used where they are, those of anything that can
/// change are copied piece by piece.
pub struct BufferInput<'a, 'py> {
    py: Python<'py>,
    data: &'a PyBuffer<'py>,
    next: usize,
    copy: Vec<u8>,
}

impl<'a, 'py> BufferInput<'a, 'py> {
    /// All of `data`, from its beginning.
    pub fn new(py: Python<'py>, data: &'a PyBuffer<'py>) -> Self {
        Self {
            py,
            data,
            next: 0,
            copy: Vec::new(),
        }
    }
}

impl Input for BufferInput<'_, '_> {
    type Error = PyErr;

    fn next_piece(&mut self) -> PyResult<Piece<'_>> {
        let bytes = match self.data.frozen() {
            Some(bytes) => {
                let rest = &bytes[self.next..];
                &rest[..rest.len().min(MAX_STEP)]
            }
            None => {
                self.data.copy_piece(self.py, self.next, &mut self.copy)?;
                &self.copy
            }
        };
        self.next += bytes.len();
        Ok(Piece {
            bytes,
            last: self.next == self.data.len(),
        })
    }
}

/// Bytes that are owned already, and cannot change.
pub struct SliceInput<'a>(
    /// What is left.
    pub &'a [u8],
);

impl Input for SliceInput<'_> {
    type Error = PyErr;

    fn next_piece(&mut self) -> PyResult<Piece<'_>> {
        let (bytes, rest) = self.0.split_at(self.0.len().min(MAX_STEP));
        self.0 = rest;
        Ok(Piece {
            bytes,
            last: rest.is_empty(),
        })
    }
}

/// A `bytes` object that is written in place and grows up to a limit.
///
/// Growing moves the mapping of what has been written rather than its bytes, once that is worth
/// while to the allocator, so the peak is the result itself.
pub struct BytesOutput<'py> {
    py: Python<'py>,
    writer: PyBytesWriter<'py>,
    limit: usize,
    /// The text of the `MemoryError`.
    no_room: &'static str,
}

impl<'py> BytesOutput<'py> {
    /// An empty output with room for `capacity` bytes.
    pub fn new(py: Python<'py>, capacity: usize) -> PyResult<Self> {
        Self::limited(py, capacity, usize::MAX)
    }

    /// An empty output for up to `limit` bytes, with room for `capacity` of them.
    pub fn limited(py: Python<'py>, capacity: usize, limit: usize) -> PyResult<Self> {
        Self::worded(py, capacity, limit, "Unable to allocate output buffer.")
    }

    /// As [`limited`](Self::limited), with a text for the `MemoryError` when there is no more room.
    pub fn worded(
        py: Python<'py>,
        capacity: usize,
        limit: usize,
        no_room: &'static str,
    ) -> PyResult<Self> {
        match PyBytesWriter::with_capacity(py, capacity.min(limit)) {
            Ok(writer) => Ok(Self {
                py,
                writer,
                limit,
                no_room,
            }),
            Err(error) => Err(worded(py, error, no_room)),
        }
    }

    /// What was written.
    pub fn finish(self) -> PyResult<Bound<'py, PyBytes>> {
        self.writer.finish()
    }
}

impl Output for BytesOutput<'_> {
    type Error = PyErr;

    fn fill<S: Send>(
        &mut self,
        work: usize,
        step: impl for<'o> FnOnce(&'o mut [MaybeUninit<u8>]) -> Step<'o, S> + Send,
    ) -> Filled<S> {
        let py = self.py;
        let room = self
            .writer
            .room()
            .min(self.limit - self.writer.len())
            .min(MAX_STEP);
        self.writer.fill_with(|memory| {
            let memory = &mut memory[..room];
            let long = work > LONG_INPUT || room > LONG_OUTPUT;
            let step = if long {
                py.detach(|| step(memory))
            } else {
                step(memory)
            };
            let full = step.written.len() == room;
            (
                step.written,
                Filled {
                    consumed: step.consumed,
                    status: step.status,
                    full,
                },
            )
        })
    }

    /// Quadruples small outputs, doubles large ones.
    fn grow(&mut self) -> PyResult<bool> {
        let len = self.writer.len();
        let factor = if len < LARGE_OUTPUT { 3 } else { 1 };
        let additional = (len * factor).max(1).min(self.limit - len);
        let (py, text) = (self.py, self.no_room);
        self.writer
            .reserve(additional)
            .map_err(|error| worded(py, error, text))?;
        Ok(additional > 0)
    }
}

/// Steps with more input than this are done with the GIL released; for less, releasing it takes
/// longer than it gains.
const LONG_INPUT: usize = 2 << 10;

/// The same for output.
const LONG_OUTPUT: usize = 32 << 10;

/// Outputs from this size on grow with more restraint.
const LARGE_OUTPUT: usize = 1 << 20;

/// `error`, which is a `MemoryError`, with a text.
#[cold]
fn worded(py: Python<'_>, error: PyErr, text: &'static str) -> PyErr {
    drop(error);
    PyMemoryError::raise(py, text)
}

/// A new object: `head`, and then the bytes of `data` from `start` on.
pub fn concat<'py>(
    py: Python<'py>,
    head: &[u8],
    data: &PyBuffer<'py>,
    start: usize,
) -> PyResult<Bound<'py, PyBytes>> {
    let len = data.len().saturating_sub(start);
    let total = head
        .len()
        .checked_add(len)
        .ok_or_else(|| PyErr::no_memory(py))?;
    let mut writer = PyBytesWriter::with_capacity(py, total)?;
    writer.write(head)?;
    writer.fill_with(|room| (data.copy_to(start, &mut room[..len]), ()));
    writer.finish()
}
