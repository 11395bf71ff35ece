//! The compressor.

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};

use corten_api::prelude::*;
use corten_api::stream::{BufferInput, BytesOutput, Input, Output, Piece, SliceInput, Step};
use corten_zstd::{CompressionParameter, Compressor, DEFAULT_LEVEL, EndDirective, Error};

use crate::State;
use crate::dictionary::{Way, dictionary_and_way};
use crate::parameters::{self, c_int};

/// An object that compresses piece by piece, into one frame or several.
///
///   level
///     The effort, from very fast (negative) to very small (22). None is
///     COMPRESSION_LEVEL_DEFAULT.
///   options
///     Instead of a level: a dict with the values of CompressionParameters.
///   zstd_dict
///     A ZstdDict that resembles the data.
///
/// Several threads may use it.
#[pyclass(name = "ZstdCompressor", module = "compression.zstd")]
#[derive(Traverse)]
pub(crate) struct ZstdCompressor {
    /// The mode of the last call, FLUSH_FRAME at the beginning: it tells whether a frame is open,
    /// and what has been held back.
    #[member]
    last_mode: AtomicI32,
    #[traverse(skip)]
    encoder: PyLock<Encoder>,
}

const CONTINUE: i32 = EndDirective::Continue as i32;
const FLUSH_BLOCK: i32 = EndDirective::Flush as i32;
const FLUSH_FRAME: i32 = EndDirective::End as i32;

/// Adds the modes to the class, which never changes from then on.
pub(crate) fn add_modes(class: &Bound<'_, PyType>) -> PyResult<()> {
    let modes = [
        ("CONTINUE", CONTINUE),
        ("FLUSH_BLOCK", FLUSH_BLOCK),
        ("FLUSH_FRAME", FLUSH_FRAME),
    ];
    for (name, mode) in modes {
        let mode = PyInt::from_i64(class.py(), mode.into())?;
        class.as_any().setattr(name, &mode)?;
    }
    class.freeze()
}

#[pymethods]
impl ZstdCompressor {
    #[new(signature = (level = None, options = None, zstd_dict = None))]
    fn new<'py>(
        py: Python<'py>,
        state: &State,
        level: Option<&Bound<'py, PyAny>>,
        options: Option<&Bound<'py, PyAny>>,
        zstd_dict: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Self> {
        let mut encoder = Encoder::new(py, state)?;
        if level.is_some() && options.is_some() {
            let text = "Only one of level or options should be used.";
            return Err(PyTypeError::raise(py, text));
        }
        if let Some(level) = level {
            encoder.set_level(py, state, level_argument(level)?)?;
        }
        if let Some(options) = options {
            encoder.set_options(py, state, options)?;
        }
        if let Some(dictionary) = zstd_dict {
            encoder.set_dictionary(state, dictionary)?;
        }
        Ok(Self {
            last_mode: AtomicI32::new(FLUSH_FRAME),
            encoder: PyLock::new(encoder),
        })
    }

    /// Take more data; returns what is ready of the frame, often nothing.
    ///
    ///   data
    ///     What comes next: any bytes-like object.
    ///   mode
    ///     CONTINUE to go on, FLUSH_BLOCK to get everything that can be
    ///     decompressed so far, FLUSH_FRAME to end the frame.
    ///
    /// The rest comes from later calls, and in the end from flush().
    #[method(
        signature = (data, mode = CONTINUE),
        text_signature = "($self, /, data, mode=ZstdCompressor.CONTINUE)",
    )]
    fn compress<'py>(
        &self,
        py: Python<'py>,
        state: &State,
        data: PyBuffer<'py>,
        mode: i32,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let Some(end) = directive(mode) else {
            return Err(PyValueError::raise(
                py,
                "mode argument wrong value, it should be one of ZstdCompressor.CONTINUE, \
                 ZstdCompressor.FLUSH_BLOCK, ZstdCompressor.FLUSH_FRAME.",
            ));
        };
        let input = BufferInput::new(py, &data);
        self.run(py, state, input, data.len(), end)
    }

    /// Return what has been held back.
    ///
    ///   mode
    ///     FLUSH_FRAME to end the frame, after which there may be another
    ///     one; FLUSH_BLOCK to go on with it.
    #[method(
        signature = (mode = FLUSH_FRAME),
        text_signature = "($self, /, mode=ZstdCompressor.FLUSH_FRAME)",
    )]
    fn flush<'py>(
        &self,
        py: Python<'py>,
        state: &State,
        mode: i32,
    ) -> PyResult<Bound<'py, PyBytes>> {
        match directive(mode) {
            None | Some(EndDirective::Continue) => Err(PyValueError::raise(
                py,
                "mode argument wrong value, it should be ZstdCompressor.FLUSH_FRAME or \
                 ZstdCompressor.FLUSH_BLOCK.",
            )),
            Some(end) => self.run(py, state, SliceInput(b""), 0, end),
        }
    }

    /// Tell how much data the next frame is for, so that its header can say so.
    ///
    ///   size
    ///     The number of bytes; None if it is not known.
    ///
    /// Possible only between frames, when last_mode is FLUSH_FRAME. If it turns
    /// out to be wrong, compressing fails.
    #[method(signature = (size, /))]
    fn set_pledged_input_size(
        &self,
        py: Python<'_>,
        state: &State,
        size: ContentSize,
    ) -> PyResult<()> {
        let mut encoder = self.encoder.lock(py)?;
        if self.last_mode.load(Ordering::Relaxed) != FLUSH_FRAME {
            return Err(PyValueError::raise(
                py,
                "set_pledged_input_size() method must be called when last_mode == FLUSH_FRAME",
            ));
        }
        let pledged = encoder.stream.pledge_size(size.0);
        pledged.map_err(|error| state.raise(py, "set pledged uncompressed content size", error))
    }
}

impl ZstdCompressor {
    fn run<'py>(
        &self,
        py: Python<'py>,
        state: &State,
        input: impl Input<Error = PyErr>,
        len: usize,
        end: EndDirective,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let mut encoder = self.encoder.lock(py)?;
        let between_frames = self.last_mode.load(Ordering::Relaxed) == FLUSH_FRAME;
        let result = encoder.run(py, state, input, len, end, between_frames);
        let mode = match &result {
            Ok(_) => end as i32,
            Err(_) => {
                encoder.stream.reset();
                FLUSH_FRAME
            }
        };
        self.last_mode.store(mode, Ordering::Relaxed);
        result
    }
}

fn directive(mode: i32) -> Option<EndDirective> {
    match mode {
        CONTINUE => Some(EndDirective::Continue),
        FLUSH_BLOCK => Some(EndDirective::Flush),
        FLUSH_FRAME => Some(EndDirective::End),
        _ => None,
    }
}

/// The argument `level`.
fn level_argument(level: &Bound<'_, PyAny>) -> PyResult<i32> {
    let py = level.py();
    if level.cast::<PyInt>().is_none() {
        let text = "invalid type for level, expected int";
        return Err(PyTypeError::raise(py, text));
    }
    match c_int(level) {
        Err(error) if error.matches::<PyOverflowError>(py) => drop(error),
        level => return level,
    }
    let (low, high) = corten_zstd::levels().into_inner();
    let text = format_args!("illegal compression level; the valid range is [{low}, {high}]");
    Err(PyValueError::raise(py, text))
}

/// The size of a frame's content: `None` where it is not known.
struct ContentSize(Option<u64>);

impl<'a, 'py> FromArg<'a, 'py> for ContentSize {
    fn from_arg(object: &'a Bound<'py, PyAny>, _arg: &Arg) -> PyResult<Self> {
        /// From here on, sizes have meanings of their own in the format's library.
        const END: u64 = u64::MAX - 1;
        let py = object.py();
        if object.is_none() {
            return Ok(Self(None));
        }
        let Some(int) = object.cast::<PyInt>() else {
            return Err(PyTypeError::raise(py, "an integer is required"));
        };
        match u64::from_arg(int.as_any(), &Arg::only("int")) {
            Ok(size) if size < END => return Ok(Self(Some(size))),
            Err(error) if !error.matches::<PyOverflowError>(py) => return Err(error),
            _ => {}
        }
        let text = format_args!("size argument should be a positive int less than {END}");
        Err(PyValueError::raise(py, text))
    }
}

/// A stream with what its creation needs to know about it.
struct Encoder {
    stream: Compressor,
    level: i32,
    has_workers: bool,
}

impl Encoder {
    fn new(py: Python<'_>, state: &State) -> PyResult<Self> {
        let Some(stream) = Compressor::new() else {
            let text = "Unable to create ZSTD_CCtx instance.";
            return Err(state.error.bind(py).raise(text));
        };
        Ok(Self {
            stream,
            level: DEFAULT_LEVEL,
            has_workers: false,
        })
    }

    fn set_level(&mut self, py: Python<'_>, state: &State, level: i32) -> PyResult<()> {
        let levels = corten_zstd::levels();
        if !levels.contains(&level) {
            let (low, high) = levels.into_inner();
            let text = format_args!(
                "illegal compression level {level}; the valid range is [{low}, {high}]"
            );
            return Err(PyValueError::raise(py, text));
        }
        self.level = level;
        let set = self
            .stream
            .set_parameter(CompressionParameter::LEVEL, level);
        set.map_err(|error| state.raise(py, "set zstd compression level", error))
    }

    fn set_options<'py>(
        &mut self,
        py: Python<'py>,
        state: &State,
        options: &Bound<'py, PyAny>,
    ) -> PyResult<()> {
        parameters::COMPRESSION.each(state, options, |key, value| {
            let parameter = CompressionParameter(key);
            if parameter == CompressionParameter::LEVEL {
                return self.set_level(py, state, value).map(Ok);
            }
            self.has_workers |= parameter == CompressionParameter::WORKERS && value != 0;
            Ok(self.stream.set_parameter(parameter, value))
        })
    }

    fn set_dictionary<'py>(&mut self, state: &State, argument: &Bound<'py, PyAny>) -> PyResult<()> {
        let py = argument.py();
        let (dictionary, way) = dictionary_and_way(argument, Way::Undigested)?;
        let set = match way {
            Way::Digested => {
                let digested = dictionary.for_compression(py, state, self.level)?;
                self.stream.use_digested(digested)
            }
            Way::Undigested => self.stream.load_dictionary(dictionary.content()),
            Way::Prefix => self.stream.use_prefix(Arc::clone(dictionary.content())),
        };
        set.map_err(|error| {
            let doing = "load Zstandard dictionary or prefix for compression";
            state.raise(py, doing, error)
        })
    }

    fn run<'py>(
        &mut self,
        py: Python<'py>,
        state: &State,
        mut input: impl Input<Error = PyErr>,
        len: usize,
        end: EndDirective,
        between_frames: bool,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let raise = |error| state.raise(py, "compress Zstandard data", error);
        let capacity = self
            .first_room(len, end)
            .ok_or_else(|| PyErr::no_memory(py))?;
        let mut output = BytesOutput::new(py, capacity)?;
        let mut is_first = true;
        loop {
            let Piece { bytes, last } = input.next_piece()?;
            if is_first && !last && between_frames && end == EndDirective::End {
                // With all of the input at hand, the library would find out itself.
                self.stream.pledge_size(Some(len as u64)).map_err(raise)?;
            }
            is_first = false;
            let end = if last { end } else { EndDirective::Continue };
            self.compress(bytes, end, &mut output)?.map_err(raise)?;
            if last {
                return output.finish();
            }
        }
    }

    /// Room to start with, enough for what is mostly the only step; `None` when that is no size.
    fn first_room(&self, len: usize, end: EndDirective) -> Option<usize> {
        /// Threads hand out what happens to be ready.
        const OF_WORKERS: usize = 32 << 10;
        match end {
            EndDirective::Continue if self.has_workers => Some(OF_WORKERS),
            _ => corten_zstd::compress_bound(len),
        }
    }

    /// Compresses one piece of input.
    fn compress(
        &mut self,
        mut input: &[u8],
        end: EndDirective,
        output: &mut BytesOutput<'_>,
    ) -> PyResult<Result<(), Error>> {
        /// Compressing takes long, and the first step of a frame sets up tables: the GIL is
        /// released however short the input is.
        const LONG: usize = usize::MAX;
        loop {
            let filled = output.fill(LONG, |room| {
                let step = self.stream.step(input, end, room);
                Step {
                    consumed: step.consumed,
                    written: step.written,
                    status: step.left,
                }
            });
            input = &input[filled.consumed..];
            let left = match filled.status {
                Ok(left) => left,
                Err(error) => return Ok(Err(error)),
            };
            // Threads may have something left to do when all input is theirs.
            let is_done = match end {
                EndDirective::Continue => input.is_empty() && !filled.full,
                _ => left == 0,
            };
            if is_done {
                return Ok(Ok(()));
            }
            if filled.full {
                output.grow()?;
            }
        }
    }
}
