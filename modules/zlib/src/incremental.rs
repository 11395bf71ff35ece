//! The decompressor that keeps its own rest of the input, as `bz2` and `lzma` have it.

use std::mem::MaybeUninit;
use std::sync::atomic::{AtomicBool, Ordering};

use corten_api::prelude::*;
use corten_api::stream::{Codec, Incremental, Rest, Step};
use corten_zlib::{Inflate, InflateFlush, ReturnCode};

use crate::{MAX_WBITS, OptionalObject, State, new_inflate};

/// An object that decompresses piece by piece and keeps unused input.
///
///   wbits
///     The format and the logarithm of the largest window that is accepted,
///     as for decompress().
///   zdict
///     The bytes that the compressor of a stream without header was given
///     under this name.
#[cfg_attr(
    not(Py_3_14),
    pyclass(name = "_ZlibDecompressor", module = "zlib", immutable, no_gc)
)]
#[cfg_attr(
    Py_3_14,
    pyclass(name = "_ZlibDecompressor", module = "zlib", immutable)
)]
#[derive(Traverse)]
pub(crate) struct ZlibDecompressor {
    #[traverse(skip)]
    decoder: PyLock<Incremental<Decoder>>,
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
impl ZlibDecompressor {
    #[new(
        signature = (wbits = WindowBits(MAX_WBITS), zdict = OptionalObject(None)),
        text_signature = "(wbits=15, zdict=b'')",
    )]
    fn new(
        py: Python<'_>,
        state: &State,
        wbits: WindowBits,
        zdict: OptionalObject<'_, '_>,
    ) -> PyResult<Self> {
        let stream = new_inflate(py, state, wbits.0, zdict.0)?;
        let unused_data = PyBytes::new(py, b"")?.unbind();
        Ok(Self {
            decoder: PyLock::new(Incremental::new(Decoder(stream))),
            eof: AtomicBool::new(false),
            unused_data: MemberCell::new(unused_data),
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
        state: &State,
        data: PyBuffer<'py>,
        max_length: isize,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let mut decoder = slf.decoder.lock(py)?;
        if slf.eof.load(Ordering::Relaxed) {
            return Err(PyEOFError::raise(py, "End of stream already reached"));
        }
        const NO_ROOM: &str = "Insufficient memory for buffer allocation";
        let raise =
            |(code, message)| state.stream_error(py, code, message, "while decompressing data");
        let decompressed = decoder.decompress(py, &data, max_length, NO_ROOM, raise)?;
        let needs_input = matches!(decompressed.rest, Rest::Nothing);
        slf.needs_input.store(needs_input, Ordering::Relaxed);
        if let Rest::Unused(unused_data) = decompressed.rest {
            decoder.codec().0.end();
            slf.eof.store(true, Ordering::Relaxed);
            slf.unused_data.set(slf, unused_data.unbind());
        }
        Ok(decompressed.bytes)
    }
}

/// A C `int`, with the texts that the constructor's errors have.
struct WindowBits(i32);

impl<'a, 'py> FromArg<'a, 'py> for WindowBits {
    #[cfg(not(Py_3_15))]
    fn from_arg(object: &'a Bound<'py, PyAny>, _arg: &Arg) -> PyResult<Self> {
        object.index()?.to_c_int().map(WindowBits)
    }

    #[cfg(Py_3_15)]
    fn from_arg(object: &'a Bound<'py, PyAny>, arg: &Arg) -> PyResult<Self> {
        i32::from_arg(object, arg).map(WindowBits)
    }
}

/// Inflates from one call to the next.
struct Decoder(Inflate);

impl Codec for Decoder {
    type Error = (ReturnCode, Option<&'static str>);

    fn step<'o>(
        &mut self,
        input: &[u8],
        _last: bool,
        room: &'o mut [MaybeUninit<u8>],
    ) -> Step<'o, Result<bool, Self::Error>> {
        let step = self.0.step(input, room, InflateFlush::SyncFlush);
        Step {
            consumed: step.consumed,
            written: step.written,
            status: match step.code {
                ReturnCode::StreamEnd => Ok(true),
                ReturnCode::Ok | ReturnCode::BufError => Ok(false),
                code => Err((code, self.0.message())),
            },
        }
    }
}
