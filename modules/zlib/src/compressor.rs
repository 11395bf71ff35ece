//! The class that [`compressobj`](crate::compressobj) makes.

use corten_api::prelude::*;
use corten_api::stream::{BufferInput, BytesOutput, SliceInput};
use corten_zlib::{Deflate, DeflateFlush, DeflateOptions, ReturnCode};

use crate::packer::Packer;
use crate::{State, Z_FINISH, Z_NO_FLUSH, check_dictionary_len, transfer};

// Like its C original, without a docstring.
#[cfg_attr(not(Py_3_14), pyclass(name = "Compress", module = "zlib", no_gc))]
#[cfg_attr(Py_3_14, pyclass(name = "Compress", module = "zlib"))]
#[derive(Traverse)]
pub(crate) struct Compress {
    #[traverse(skip)]
    packer: PyLock<Packer>,
}

#[pymethods]
impl Compress {
    /// Take more data; returns what is ready of the stream, often nothing.
    ///
    ///   data
    ///     What comes next: any bytes-like object.
    ///
    /// The rest of the stream comes from later calls, and in the end from flush().
    #[method(signature = (data, /), defining_class)]
    fn compress<'py>(
        &self,
        py: Python<'py>,
        state: &State,
        data: PyBuffer<'py>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        const DOING: &str = "while compressing data";
        let mut guard = self.packer.lock(py)?;
        let packer = &mut *guard;
        let is_held = data.with_bytes(|bytes| packer.hold(bytes))?;
        if is_held.map_err(|_| PyErr::no_memory(py))? {
            return PyBytes::new(py, b"");
        }
        let mut output = BytesOutput::new(py, SMALL_OUTPUT)?;
        let (stream, held) = started(py, state, packer, DOING)?;
        if !held.is_empty() {
            transfer::compress(
                stream,
                &mut SliceInput(&held),
                DeflateFlush::NoFlush,
                &mut output,
            )?;
        }
        let mut input = BufferInput::new(py, &data);
        match transfer::compress(stream, &mut input, DeflateFlush::NoFlush, &mut output)? {
            code @ ReturnCode::StreamError => {
                Err(state.stream_error(py, code, stream.message(), DOING))
            }
            _ => output.finish(),
        }
    }

    /// Return what compress() has held back.
    ///
    ///   mode
    ///     With Z_FINISH the stream ends, and so does the use of the object.
    ///     With Z_SYNC_FLUSH, Z_FULL_FLUSH and the others it goes on; all data
    ///     so far can then be decompressed.
    #[method(
        defining_class,
        signature = (mode = Z_FINISH, /),
        text_signature = "($self, mode=zlib.Z_FINISH, /)",
    )]
    fn flush<'py>(
        &self,
        py: Python<'py>,
        state: &State,
        mode: i32,
    ) -> PyResult<Bound<'py, PyBytes>> {
        if mode == Z_NO_FLUSH {
            return PyBytes::new(py, b"");
        }
        const DOING: &str = "while flushing";
        let mut packer = self.packer.lock(py)?;
        let Ok(end) = DeflateFlush::try_from(mode) else {
            let code = ReturnCode::StreamError;
            return Err(state.stream_error(py, code, packer.message(), DOING));
        };
        if end == DeflateFlush::Finish
            && let Some(packed) = packer.finish_held()
        {
            return PyBytes::new(py, &packed.map_err(|_| PyErr::no_memory(py))?);
        }
        let mut output = BytesOutput::new(py, FLUSHED_OUTPUT)?;
        let (stream, held) = started(py, state, &mut packer, DOING)?;
        match transfer::compress(stream, &mut SliceInput(&held), end, &mut output)? {
            ReturnCode::Ok | ReturnCode::BufError => output.finish(),
            ReturnCode::StreamEnd => {
                stream.end();
                output.finish()
            }
            code => Err(state.stream_error(py, code, stream.message(), DOING)),
        }
    }

    /// A second object in the same state: streams with a common beginning.
    #[method(signature = (), defining_class)]
    fn copy<'py>(&self, py: Python<'py>, state: &State) -> PyResult<Bound<'py, Compress>> {
        let copy = self.packer.lock(py)?.try_clone();
        let packer = copy.map_err(|code| match code {
            ReturnCode::StreamError => PyValueError::raise(py, "Inconsistent stream state"),
            ReturnCode::MemError => no_memory(py),
            code => state.stream_error(py, code, None, "while copying compression object"),
        })?;
        state.compress.create(
            py,
            Compress {
                packer: PyLock::new(packer),
            },
        )
    }

    #[method(signature = (), defining_class)]
    fn __copy__<'py>(&self, py: Python<'py>, state: &State) -> PyResult<Bound<'py, Compress>> {
        self.copy(py, state)
    }

    #[method(signature = (memo, /), defining_class)]
    fn __deepcopy__<'py>(
        &self,
        py: Python<'py>,
        state: &State,
        memo: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, Compress>> {
        let _ = memo; // Nothing inside is shared.
        self.copy(py, state)
    }
}

impl Compress {
    pub(crate) fn create<'py>(
        py: Python<'py>,
        state: &State,
        options: &DeflateOptions,
        zdict: Option<&PyBuffer<'py>>,
    ) -> PyResult<Bound<'py, Compress>> {
        let packer = match zdict {
            None => Packer::new(*options),
            Some(zdict) => {
                check_dictionary_len(py, zdict)?;
                Packer::streaming(options)
            }
        };
        let mut packer = packer.map_err(|code| match code {
            ReturnCode::StreamError => PyValueError::raise(py, "Invalid initialization option"),
            ReturnCode::MemError => no_memory(py),
            code => state.stream_error(py, code, None, "while creating compression object"),
        })?;
        if let Some(zdict) = zdict
            && let Packer::Streaming(stream) = &mut packer
        {
            zdict
                .with_bytes(|dictionary| stream.set_dictionary(dictionary))?
                .map_err(|_| PyValueError::raise(py, "Invalid dictionary"))?;
        }
        state.compress.create(
            py,
            Compress {
                packer: PyLock::new(packer),
            },
        )
    }
}

/// The packer's stream, and the data that it must get before all others.
fn started<'a>(
    py: Python<'_>,
    state: &State,
    packer: &'a mut Packer,
    doing: &str,
) -> PyResult<(&'a mut Deflate, Vec<u8>)> {
    let message = packer.message();
    packer.stream().map_err(|code| match code {
        ReturnCode::MemError => no_memory(py),
        code => state.stream_error(py, code, message, doing),
    })
}

/// Room to start with when compressing: most calls give nothing at all, as the stream collects a
/// block's worth of data first.
const SMALL_OUTPUT: usize = 256;

/// Room to start with when flushing: about half of what a stream can hold back.
const FLUSHED_OUTPUT: usize = 16 << 10;

#[cold]
fn no_memory(py: Python<'_>) -> PyErr {
    PyMemoryError::raise(py, "Can't allocate memory for compression object")
}
