//! The class `BZ2Compressor`.

use corten_api::prelude::*;
use corten_api::stream::{BufferInput, Input};

use crate::encoder::Encoder;
use crate::sort::NoMemory;

/// An object that compresses piece by piece.
///
///   compresslevel
///     The size of the blocks that are compressed together, in units of
///     100,000 bytes: from 1 to 9.
///
/// The function bz2.compress() does it in one go.
#[pyclass(name = "BZ2Compressor", module = "_bz2", immutable, no_gc)]
#[derive(Traverse)]
pub(crate) struct BZ2Compressor {
    #[traverse(skip)]
    stream: PyLock<Stream>,
}

enum Stream {
    Open(Encoder),
    Flushed,
    /// Memory has run out, and a part of the stream is missing.
    Failed,
}

#[pymethods]
impl BZ2Compressor {
    #[new(signature = (compresslevel = 9, /))]
    fn new(py: Python<'_>, compresslevel: i32) -> PyResult<Self> {
        let level = u8::try_from(compresslevel).ok();
        let Some(level) = level.filter(|level| (1..=9).contains(level)) else {
            let text = "compresslevel must be between 1 and 9";
            return Err(PyValueError::raise(py, text));
        };
        Ok(Self {
            stream: PyLock::new(Stream::Open(Encoder::new(level))),
        })
    }

    /// Take more data; returns what is ready of the stream, often nothing.
    ///
    ///   data
    ///     What comes next: any bytes-like object.
    ///
    /// The rest of the stream comes from later calls, and in the end from flush().
    #[method(signature = (data, /))]
    fn compress<'py>(&self, py: Python<'py>, data: PyBuffer<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let mut stream = self.stream.lock(py)?;
        let encoder = stream.open(py, "Compressor has been flushed")?;
        compress(py, encoder, &data).inspect_err(|_| *stream = Stream::Failed)
    }

    /// Return what compress() has held back: the end of the stream.
    ///
    /// The object can't be used any more after that.
    #[method(signature = ())]
    fn flush<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let mut stream = self.stream.lock(py)?;
        stream.open(py, "Repeated call to flush()")?;
        let Stream::Open(mut encoder) = std::mem::replace(&mut *stream, Stream::Flushed) else {
            return PyBytes::new(py, b"");
        };
        let finished = match encoder.held() > LONG {
            true => py.detach(|| encoder.finish()),
            false => encoder.finish(),
        };
        finished.map_err(|_| PyErr::no_memory(py))?;
        PyBytes::new(py, encoder.output())
    }
}

/// Work on more bytes than this is done with the GIL released; for less, releasing it takes longer
/// than it gains.
const LONG: usize = 1 << 10;

fn compress<'py>(
    py: Python<'py>,
    encoder: &mut Encoder,
    data: &PyBuffer<'py>,
) -> PyResult<Bound<'py, PyBytes>> {
    let mut output = PyBytesWriter::with_capacity(py, 0)?;
    let mut input = BufferInput::new(py, data);
    loop {
        let piece = input.next_piece()?;
        let mut rest = piece.bytes;
        while !rest.is_empty() {
            let is_long = rest.len() > LONG || encoder.may_fill_block(rest.len());
            let consumed = match is_long {
                true => py.detach(|| encoder.compress(rest)),
                false => encoder.compress(rest),
            };
            rest = &rest[consumed.map_err(|NoMemory| PyErr::no_memory(py))?..];
            output.write(encoder.output())?;
            encoder.clear_output();
        }
        if piece.last {
            return output.finish();
        }
    }
}

impl Stream {
    /// The encoder; or a `ValueError`, with this text if it was flushed.
    fn open(&mut self, py: Python<'_>, flushed: &str) -> PyResult<&mut Encoder> {
        match self {
            Stream::Open(encoder) => Ok(encoder),
            Stream::Flushed => Err(PyValueError::raise(py, flushed)),
            Stream::Failed => {
                let text = "Compressor is unusable after a previous error";
                Err(PyValueError::raise(py, text))
            }
        }
    }
}
