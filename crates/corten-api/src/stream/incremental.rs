//! A decompressor that keeps its own rest of the input, as `bz2`, `lzma`, `zlib` and `zstd` have it.

use super::{BufferInput, BytesOutput, Codec, SliceInput, Stopped, concat};
use crate::types::PyBytes;
use crate::{Bound, PyBuffer, PyErr, PyResult, Python};

/// A codec, and input that earlier calls had no room for.
pub struct Incremental<C> {
    codec: C,
    /// Not empty only while the output is limited.
    pending: Pending,
}

/// What one call gave.
pub struct Decompressed<'py> {
    /// The output.
    pub bytes: Bound<'py, PyBytes>,
    /// What became of the rest of the input.
    pub rest: Rest<'py>,
    /// Whether the output has reached its limit: there may be more of it without more input.
    pub full: bool,
}

/// What became of the input that was not decompressed.
pub enum Rest<'py> {
    /// There is none.
    Nothing,
    /// It is kept for the next call: the output has reached its limit.
    Pending,
    /// It follows the end of the stream.
    Unused(Bound<'py, PyBytes>),
}

impl<C: Codec> Incremental<C> {
    /// A decompressor at the beginning of its stream.
    pub fn new(codec: C) -> Self {
        Self {
            codec,
            pending: Pending::default(),
        }
    }

    /// The codec.
    pub fn codec(&mut self) -> &mut C {
        &mut self.codec
    }

    /// Decompresses what is pending and `data`, into no more than `max_length` bytes; a negative
    /// number means no limit. `no_room` is the text of the `MemoryError` when the output cannot grow.
    ///
    /// # Errors
    ///
    /// `MemoryError`; what `raise` makes of the codec's errors. All input is gone then.
    pub fn decompress<'py>(
        &mut self,
        py: Python<'py>,
        data: &PyBuffer<'py>,
        max_length: isize,
        no_room: &'static str,
        raise: impl FnOnce(C::Error) -> PyErr,
    ) -> PyResult<Decompressed<'py>> {
        let result = self.run(py, data, max_length, no_room, raise);
        result.inspect_err(|_| self.pending.clear())
    }

    fn run<'py>(
        &mut self,
        py: Python<'py>,
        data: &PyBuffer<'py>,
        max_length: isize,
        no_room: &'static str,
        raise: impl FnOnce(C::Error) -> PyErr,
    ) -> PyResult<Decompressed<'py>> {
        let mut output = limited_output(py, max_length, no_room)?;
        let resumed = !self.pending.is_empty();
        let stopped = if resumed {
            self.pending.append(py, data, 0)?;
            let mut input = SliceInput(self.pending.bytes());
            super::run(&mut self.codec, &mut input, &mut output, raise)?
        } else {
            let mut input = BufferInput::new(py, data);
            super::run(&mut self.codec, &mut input, &mut output, raise)?
        };
        let bytes = output.finish()?;
        let rest = match resumed {
            true => self.rest_of_pending(py, stopped)?,
            false => self.rest_of_data(py, data, stopped)?,
        };
        Ok(Decompressed {
            bytes,
            rest,
            full: stopped.full,
        })
    }

    fn rest_of_pending<'py>(&mut self, py: Python<'py>, stopped: Stopped) -> PyResult<Rest<'py>> {
        self.pending.consume(stopped.consumed);
        if stopped.ended {
            let unused = PyBytes::new(py, self.pending.bytes())?;
            self.pending.clear();
            return Ok(Rest::Unused(unused));
        }
        Ok(self.unfinished())
    }

    fn rest_of_data<'py>(
        &mut self,
        py: Python<'py>,
        data: &PyBuffer<'py>,
        stopped: Stopped,
    ) -> PyResult<Rest<'py>> {
        if stopped.ended {
            return concat(py, b"", data, stopped.consumed).map(Rest::Unused);
        }
        self.pending.append(py, data, stopped.consumed)?;
        Ok(self.unfinished())
    }

    fn unfinished<'py>(&self) -> Rest<'py> {
        match self.pending.is_empty() {
            true => Rest::Nothing,
            false => Rest::Pending,
        }
    }
}

/// An output for `max_length` bytes, negative for any number.
fn limited_output<'py>(
    py: Python<'py>,
    max_length: isize,
    no_room: &'static str,
) -> PyResult<BytesOutput<'py>> {
    /// Files are read in blocks of a fixed size, so a limit is mostly reached; but it may also be
    /// there only to be safe.
    const LARGEST_START: usize = 16 << 20;
    const START: usize = 16 << 10;
    let (capacity, limit) = match usize::try_from(max_length) {
        Ok(limit) if max_length != isize::MAX => (limit.min(LARGEST_START), limit),
        _ => (START, usize::MAX),
    };
    BytesOutput::worded(py, capacity, limit, no_room)
}

/// Bytes that are appended at one end and taken from the other.
#[derive(Default)]
struct Pending {
    bytes: Vec<u8>,
    taken: usize,
}

impl Pending {
    fn bytes(&self) -> &[u8] {
        &self.bytes[self.taken..]
    }

    fn is_empty(&self) -> bool {
        self.bytes().is_empty()
    }

    /// Appends `data` from `start` on.
    fn append<'py>(&mut self, py: Python<'py>, data: &PyBuffer<'py>, start: usize) -> PyResult<()> {
        if self.bytes.capacity() - self.bytes.len() < data.len() - start {
            self.bytes.drain(..self.taken);
            self.taken = 0;
        }
        data.append_to(py, start..data.len(), &mut self.bytes)
    }

    fn consume(&mut self, len: usize) {
        self.taken += len;
        if self.is_empty() {
            self.clear();
        }
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.taken = 0;
    }
}
