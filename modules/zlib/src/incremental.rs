//! The decompressor that keeps its own rest of the input, as `bz2` and `lzma` have it.

use std::sync::atomic::{AtomicBool, Ordering};

use corten_api::prelude::*;
use corten_zlib::{Inflate, ReturnCode};

use crate::io::{BufferInput, BytesOutput, SliceInput, concat};
use crate::transfer::{self, Expect, Input, Stopped};
use crate::{DEF_BUF_SIZE, MAX_WBITS, OptionalObject, State, new_inflate};

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
    inner: PyLock<Inner>,
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
            inner: PyLock::new(Inner {
                stream,
                pending: Pending::default(),
            }),
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
        let mut inner = slf.inner.lock(py)?;
        if slf.eof.load(Ordering::Relaxed) {
            return Err(PyEOFError::raise(py, "End of stream already reached"));
        }
        let (bytes, rest) = inner
            .decompress(py, state, &data, max_length)
            .inspect_err(|_| {
                inner.pending.clear();
            })?;
        let needs_input = matches!(rest, Rest::Nothing);
        slf.needs_input.store(needs_input, Ordering::Relaxed);
        if let Rest::Unused(unused_data) = rest {
            slf.eof.store(true, Ordering::Relaxed);
            slf.unused_data.set(slf, unused_data.unbind());
        }
        Ok(bytes)
    }
}

/// A C `int`, with the texts that the constructor's errors have.
struct WindowBits(i32);

impl<'a, 'py> FromArg<'a, 'py> for WindowBits {
    #[cfg(not(Py_3_15))]
    fn from_arg(object: &'a Bound<'py, PyAny>, _arg: &Arg) -> PyResult<Self> {
        let text = match object.index()?.to_i64() {
            None => "Python int too large to convert to C long",
            Some(value) => match i32::try_from(value) {
                Ok(value) => return Ok(WindowBits(value)),
                Err(_) if value > 0 => "signed integer is greater than maximum",
                Err(_) => "signed integer is less than minimum",
            },
        };
        Err(PyOverflowError::raise(object.py(), text))
    }

    #[cfg(Py_3_15)]
    fn from_arg(object: &'a Bound<'py, PyAny>, arg: &Arg) -> PyResult<Self> {
        i32::from_arg(object, arg).map(WindowBits)
    }
}

/// What became of the input that was not decompressed.
enum Rest<'py> {
    /// There is none: the stream wants more.
    Nothing,
    /// It is pending: the output has reached its limit.
    Pending,
    /// It follows the end of the stream.
    Unused(Bound<'py, PyBytes>),
}

struct Inner {
    stream: Inflate,
    /// Input that earlier calls have left, not empty only while the output is limited.
    pending: Pending,
}

impl Inner {
    fn decompress<'py>(
        &mut self,
        py: Python<'py>,
        state: &State,
        data: &PyBuffer<'py>,
        max_length: isize,
    ) -> PyResult<(Bound<'py, PyBytes>, Rest<'py>)> {
        let mut output = limited_output(py, max_length)?;
        let resumed = !self.pending.is_empty();
        let stopped = if resumed {
            self.pending.append(py, data)?;
            run(
                &mut self.stream,
                &mut SliceInput(self.pending.bytes()),
                &mut output,
            )?
        } else {
            run(
                &mut self.stream,
                &mut BufferInput::new(py, data),
                &mut output,
            )?
        };
        let ended = match stopped.code {
            ReturnCode::StreamEnd => true,
            ReturnCode::Ok | ReturnCode::BufError => false,
            code => {
                let message = self.stream.message();
                return Err(state.stream_error(py, code, message, "while decompressing data"));
            }
        };
        let bytes = output.finish()?;
        if resumed {
            self.pending.consume(stopped.consumed);
        } else if !ended {
            self.pending.append_from(py, data, stopped.consumed)?;
        }
        let rest = if ended {
            self.stream.end();
            let unused = if resumed {
                PyBytes::new(py, self.pending.bytes())?
            } else {
                concat(py, b"", data, stopped.consumed)?
            };
            self.pending.clear();
            Rest::Unused(unused)
        } else if self.pending.is_empty() {
            Rest::Nothing
        } else {
            Rest::Pending
        };
        Ok((bytes, rest))
    }
}

fn run(
    stream: &mut Inflate,
    input: &mut impl Input<Error = PyErr>,
    output: &mut BytesOutput<'_>,
) -> PyResult<Stopped> {
    transfer::decompress(stream, input, Expect::More, |_| Ok(false), output)
}

/// An output for `max_length` bytes, negative for any number.
fn limited_output(py: Python<'_>, max_length: isize) -> PyResult<BytesOutput<'_>> {
    /// Files are read in blocks of a fixed size, so a limit is mostly reached; but it may also be
    /// there only to be safe.
    const LARGEST_START: usize = 16 << 20;
    let (capacity, limit) = match usize::try_from(max_length) {
        Ok(limit) if max_length != isize::MAX => (limit.min(LARGEST_START), limit),
        _ => (DEF_BUF_SIZE as usize, usize::MAX),
    };
    BytesOutput::worded(
        py,
        capacity,
        limit,
        "Insufficient memory for buffer allocation",
    )
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

    fn append<'py>(&mut self, py: Python<'py>, data: &PyBuffer<'py>) -> PyResult<()> {
        self.append_from(py, data, 0)
    }

    /// Appends `data` from `start` on.
    fn append_from<'py>(
        &mut self,
        py: Python<'py>,
        data: &PyBuffer<'py>,
        start: usize,
    ) -> PyResult<()> {
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
