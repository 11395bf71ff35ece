//! The decompressor.

use std::mem::MaybeUninit;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use corten_api::prelude::*;
use corten_api::stream::{Codec, Incremental, Rest, Step};
use corten_zstd::{DecompressionParameter, Decompressor, Error};

use crate::State;
use crate::dictionary::{Way, dictionary_and_way};
use crate::parameters;

/// An object that decompresses one frame, piece by piece.
///
///   zstd_dict
///     The ZstdDict that the frame was compressed with.
///   options
///     A dict with the values of DecompressionParameters.
///
/// Several threads may use it.
#[pyclass(name = "ZstdDecompressor", module = "compression.zstd", immutable)]
#[derive(Traverse)]
pub(crate) struct ZstdDecompressor {
    #[traverse(skip)]
    decoder: PyLock<Incremental<Decoder>>,
    /// Whether the frame is complete.
    #[member]
    eof: AtomicBool,
    /// Whether decompress() can return more only if it is given more.
    #[member]
    needs_input: AtomicBool,
    unused: MemberCell<PyBytes>,
}

#[pymethods]
impl ZstdDecompressor {
    #[new(signature = (zstd_dict = None, options = None))]
    fn new<'py>(
        py: Python<'py>,
        state: &State,
        zstd_dict: Option<&Bound<'py, PyAny>>,
        options: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Self> {
        let Some(mut stream) = Decompressor::new() else {
            let text = "Unable to create ZSTD_DCtx instance.";
            return Err(state.error.bind(py).raise(text));
        };
        if let Some(dictionary) = zstd_dict {
            set_dictionary(&mut stream, state, dictionary)?;
        }
        if let Some(options) = options {
            parameters::DECOMPRESSION.each(state, options, |key, value| {
                Ok(stream.set_parameter(DecompressionParameter(key), value))
            })?;
        }
        Ok(Self {
            decoder: PyLock::new(Incremental::new(Decoder(stream))),
            eof: AtomicBool::new(false),
            needs_input: AtomicBool::new(true),
            unused: MemberCell::new(PyBytes::new(py, b"")?.unbind()),
        })
    }

    /// What was given beyond the end of the frame; nothing before it is complete.
    #[getter]
    fn unused_data<'py>(slf: &Bound<'py, Self>, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let _between_calls = slf.decoder.lock(py)?;
        Ok(slf.unused.get(slf))
    }

    /// Take more of the frame; returns what can be told of the data.
    ///
    ///   data
    ///     The next part of the frame: any bytes-like object.
    ///   max_length
    ///     Return no more than that many bytes. What is left of the input is
    ///     kept: while needs_input is false, b'' will do for the next call.
    ///     A negative number means no limit.
    ///
    /// Once the frame is complete (eof), there is an EOFError.
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
            let text = "Already at the end of a Zstandard frame.";
            return Err(PyEOFError::raise(py, text));
        }
        const NO_ROOM: &str = "Unable to allocate output buffer.";
        let raise = |error| state.raise(py, "decompress Zstandard data", error);
        let result = decoder.decompress(py, &data, max_length, NO_ROOM, raise);
        let decompressed = result.inspect_err(|_| {
            decoder.codec().0.reset();
            slf.needs_input.store(true, Ordering::Relaxed);
        })?;
        // There may be more output without more input where the output is limited.
        let needs_input = matches!(decompressed.rest, Rest::Nothing) && !decompressed.full;
        slf.needs_input.store(needs_input, Ordering::Relaxed);
        if let Rest::Unused(unused) = decompressed.rest {
            slf.eof.store(true, Ordering::Relaxed);
            slf.unused.set(slf, unused.unbind());
        }
        Ok(decompressed.bytes)
    }
}

fn set_dictionary<'py>(
    stream: &mut Decompressor,
    state: &State,
    argument: &Bound<'py, PyAny>,
) -> PyResult<()> {
    let py = argument.py();
    let (dictionary, way) = dictionary_and_way(argument, Way::Digested)?;
    let set = match way {
        Way::Digested => stream.use_digested(dictionary.for_decompression(py, state)?),
        Way::Undigested => stream.load_dictionary(dictionary.content()),
        Way::Prefix => stream.use_prefix(Arc::clone(dictionary.content())),
    };
    set.map_err(|error| {
        let doing = "load Zstandard dictionary or prefix for decompression";
        state.raise(py, doing, error)
    })
}

/// Decompresses from one call to the next.
struct Decoder(Decompressor);

impl Codec for Decoder {
    type Error = Error;

    fn step<'o>(
        &mut self,
        input: &[u8],
        _last: bool,
        room: &'o mut [MaybeUninit<u8>],
    ) -> Step<'o, Result<bool, Error>> {
        let step = self.0.step(input, room);
        Step {
            consumed: step.consumed,
            written: step.written,
            status: step.left.map(|left| left == 0),
        }
    }
}
