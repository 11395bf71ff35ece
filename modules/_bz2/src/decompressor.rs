//! The class `BZ2Decompressor`.

use std::mem::MaybeUninit;
use std::sync::atomic::{AtomicBool, Ordering};

use corten_api::prelude::*;
use corten_api::stream::{Codec, Incremental, Rest, Step};

use crate::decoder::{Decoder, Error};

/// An object that decompresses piece by piece.
///
/// The function bz2.decompress() does it in one go.
#[pyclass(name = "BZ2Decompressor", module = "_bz2", immutable, no_gc)]
#[derive(Traverse)]
pub(crate) struct BZ2Decompressor {
    #[traverse(skip)]
    stream: PyLock<Incremental<Stream>>,
    /// Whether the stream is complete.
    #[member]
    eof: AtomicBool,
    /// What was given beyond the end of the stream.
    #[member]
    unused_data: MemberCell<PyBytes>,
    /// Whether decompress() can return more only if it is given more.
    #[member]
    needs_input: AtomicBool,
}

#[pymethods]
impl BZ2Decompressor {
    #[new(signature = ())]
    fn new(py: Python<'_>) -> PyResult<Self> {
        Ok(Self {
            stream: PyLock::new(Incremental::new(Stream::default())),
            eof: AtomicBool::new(false),
            unused_data: MemberCell::new(PyBytes::new(py, b"")?.unbind()),
            needs_input: AtomicBool::new(true),
        })
    }

    /// Take more of the stream; returns what can be told of the data.
    ///
    ///   data
    ///     The next part of the stream: any bytes-like object.
    ///   max_length
    ///     Return no more than that many bytes. What is left of the input is
    ///     kept: while needs_input is false, b'' will do for the next call.
    ///     A negative number means no limit.
    ///
    /// Once the stream is complete (eof), there is an EOFError.
    #[method(signature = (data, max_length = -1))]
    fn decompress<'py>(
        slf: &Bound<'py, Self>,
        py: Python<'py>,
        data: PyBuffer<'py>,
        max_length: isize,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let mut stream = slf.stream.lock(py)?;
        if slf.eof.load(Ordering::Relaxed) {
            return Err(PyEOFError::raise(py, "End of stream already reached"));
        }
        if stream.codec().has_failed {
            let text = "Decompressor is unusable after a previous error";
            return Err(PyValueError::raise(py, text));
        }
        const NO_ROOM: &str = "Unable to allocate output buffer.";
        let result = stream.decompress(py, &data, max_length, NO_ROOM, |error| match error {
            Error::Wrong => PyOSError::raise(py, "Invalid data stream"),
            Error::Memory => PyErr::no_memory(py),
        });
        let decompressed = result.inspect_err(|_| {
            // Also if it is only the output that has failed: some of it is lost.
            *stream.codec() = Stream::failed();
            slf.needs_input.store(false, Ordering::Relaxed);
        })?;
        let needs_input = matches!(decompressed.rest, Rest::Nothing);
        slf.needs_input.store(needs_input, Ordering::Relaxed);
        if let Rest::Unused(unused_data) = decompressed.rest {
            *stream.codec() = Stream::default();
            slf.eof.store(true, Ordering::Relaxed);
            slf.unused_data.set(slf, unused_data.unbind());
        }
        Ok(decompressed.bytes)
    }
}

/// Decompresses from one call to the next.
#[derive(Default)]
struct Stream {
    decoder: Decoder,
    has_failed: bool,
}

impl Stream {
    fn failed() -> Self {
        Self {
            has_failed: true,
            ..Self::default()
        }
    }
}

impl Codec for Stream {
    type Error = Error;

    fn step<'o>(
        &mut self,
        input: &[u8],
        _last: bool,
        room: &'o mut [MaybeUninit<u8>],
    ) -> Step<'o, Result<bool, Error>> {
        let room_len = room.len();
        let mut filler = Filler::new(room);
        let mut buffer = [0; 4096];
        let (mut consumed, mut written) = (0, 0);
        let status = loop {
            let buffer = &mut buffer[..(room_len - written).min(4096)];
            let decoded = match self.decoder.decode(&input[consumed..], buffer) {
                Ok(decoded) => decoded,
                Err(error) => break Err(error),
            };
            let bytes = &buffer[..decoded.written];
            filler.write_with(|rest| rest[..bytes.len()].write_copy_of_slice(bytes));
            consumed += decoded.consumed;
            written += decoded.written;
            if decoded.ended || decoded.written < buffer.len() || written == room_len {
                break Ok(decoded.ended);
            }
        };
        Step {
            consumed,
            written: filler.finish(),
            status,
        }
    }
}
