//! The class `LZMACompressor`.

use std::mem::MaybeUninit;

use corten_api::prelude::*;
use corten_api::stream::{self, BufferInput, BytesOutput, Codec, Input, SliceInput, Step};

use crate::engine::encode::Encoder;
use crate::engine::{Chain, Check, Error, Filter, LzmaOptions, preset};
use crate::spec::{self, UInt32};
use crate::{CHECK_NONE, FORMAT_ALONE, FORMAT_RAW, FORMAT_XZ, State, check_of};

/// LZMACompressor(format=FORMAT_XZ, check=-1, preset=None, filters=None)
///
/// An object that compresses piece by piece.
///
///   format
///     FORMAT_XZ, FORMAT_ALONE for .lzma files, or FORMAT_RAW for neither
///     header nor footer.
///   check
///     Which integrity check the stream gets: one of the CHECK_* numbers.
///     Only FORMAT_XZ has any; CHECK_CRC64 is what it gets without this.
///   preset
///     The effort: 0 to 9, or'ed with PRESET_EXTREME to spend even more time.
///   filters
///     Instead of a preset, a sequence of dicts, one for each filter: "id"
///     is one of the FILTER_* numbers, the others are its options. FORMAT_RAW
///     cannot do without.
#[pyclass(name = "LZMACompressor", module = "_lzma", immutable, no_gc)]
#[derive(Traverse)]
pub(crate) struct LzmaCompressor {
    /// Nothing once it has been flushed.
    #[traverse(skip)]
    packer: PyLock<Option<Packer>>,
}

#[pymethods]
impl LzmaCompressor {
    #[new(
        signature = (format = CInt(FORMAT_XZ), check = CInt(-1), preset = None, filters = None),
        text_signature = "",
    )]
    fn new(
        py: Python<'_>,
        state: &State,
        format: CInt,
        check: CInt,
        preset: Option<&Bound<'_, PyAny>>,
        filters: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let (CInt(format), CInt(check)) = (format, check);
        if format != FORMAT_XZ && check != UNSPECIFIED && check != CHECK_NONE {
            let text = "Integrity checks are only supported by FORMAT_XZ";
            return Err(PyValueError::raise(py, text));
        }
        if preset.is_some() && filters.is_some() {
            let text = "Cannot specify both preset and filter chain";
            return Err(PyValueError::raise(py, text));
        }
        let preset = match preset {
            Some(preset) => UInt32::new(preset)?.0,
            None => preset::DEFAULT,
        };
        let encoder = match format {
            FORMAT_XZ => xz(state, check, preset, filters)?,
            FORMAT_ALONE => Encoder::alone(&alone_options(py, state, preset, filters)?),
            FORMAT_RAW => match filters {
                Some(filters) => Encoder::raw(&spec::chain(state, filters)?),
                None => {
                    let text = "Must specify filters for FORMAT_RAW";
                    return Err(PyValueError::raise(py, text));
                }
            },
            _ => {
                let text = format_args!("Invalid container format: {format}");
                return Err(PyValueError::raise(py, text));
            }
        };
        let encoder = encoder.map_err(|error| state.raise(py, error))?;
        Ok(Self {
            packer: PyLock::new(Some(Packer {
                encoder,
                finishing: false,
            })),
        })
    }

    /// Take more data; returns what is ready of the stream, often nothing.
    ///
    ///   data
    ///     What comes next: any bytes-like object.
    ///
    /// The rest of the stream comes from later calls, and in the end from flush().
    #[method(signature = (data, /))]
    fn compress<'py>(
        &self,
        py: Python<'py>,
        state: &State,
        data: PyBuffer<'py>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        match &mut *self.packer.lock(py)? {
            Some(packer) => packer.run(py, state, &mut BufferInput::new(py, &data)),
            None => Err(PyValueError::raise(py, "Compressor has been flushed")),
        }
    }

    /// Return what compress() has held back: the stream is complete then.
    ///
    /// The object cannot be used afterwards.
    #[method(signature = ())]
    fn flush<'py>(&self, py: Python<'py>, state: &State) -> PyResult<Bound<'py, PyBytes>> {
        let mut guard = self.packer.lock(py)?;
        let Some(mut packer) = guard.take() else {
            return Err(PyValueError::raise(py, "Repeated call to flush()"));
        };
        packer.finishing = true;
        packer.run(py, state, &mut SliceInput(b""))
    }
}

/// The check that stands for the format's own choice.
const UNSPECIFIED: i32 = -1;

fn xz(
    state: &State,
    check: i32,
    preset: u32,
    filters: Option<&Bound<'_, PyAny>>,
) -> PyResult<Result<Encoder, Error>> {
    let check = match check {
        UNSPECIFIED => Some(Check::CRC64),
        check => check_of(check),
    };
    let chain = match filters {
        Some(filters) => spec::chain(state, filters)?,
        None => match LzmaOptions::preset(preset) {
            Some(options) => Chain::new(vec![Filter::Lzma2(options)]),
            None => return Ok(Err(Error::Options)),
        },
    };
    Ok(Encoder::xz(&chain, check))
}

fn alone_options(
    py: Python<'_>,
    state: &State,
    preset: u32,
    filters: Option<&Bound<'_, PyAny>>,
) -> PyResult<LzmaOptions> {
    let Some(filters) = filters else {
        return LzmaOptions::preset(preset).ok_or_else(|| spec::invalid_preset(state, py, preset));
    };
    match spec::chain(state, filters)?.filters() {
        [Filter::Lzma1(options)] => Ok(*options),
        _ => {
            let text = "Invalid filter chain for FORMAT_ALONE - must be a single LZMA1 filter";
            Err(PyValueError::raise(py, text))
        }
    }
}

/// A C `int`, with the texts that the constructor's errors have.
pub(crate) struct CInt(i32);

impl<'a, 'py> FromArg<'a, 'py> for CInt {
    fn from_arg(object: &'a Bound<'py, PyAny>, _arg: &Arg) -> PyResult<Self> {
        object.index()?.to_c_int().map(CInt)
    }
}

/// Compresses from one call to the next.
struct Packer {
    encoder: Encoder,
    /// Whether nothing follows the input.
    finishing: bool,
}

/// Room to start with: most calls give nothing at all.
const SMALL_OUTPUT: usize = 256;

impl Packer {
    fn run<'py>(
        &mut self,
        py: Python<'py>,
        state: &State,
        input: &mut impl Input<Error = PyErr>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let mut output = BytesOutput::new(py, SMALL_OUTPUT)?;
        stream::run(self, input, &mut output, |error| state.raise(py, error))?;
        output.finish()
    }
}

impl Codec for Packer {
    type Error = Error;

    fn step<'o>(
        &mut self,
        input: &[u8],
        last: bool,
        room: &'o mut [MaybeUninit<u8>],
    ) -> Step<'o, Result<bool, Error>> {
        let last = last && self.finishing;
        let len = room.len();
        let mut filler = Filler::new(room);
        let progress = self.encoder.encode(input, last, len, |bytes| {
            filler.write_with(|rest| rest[..bytes.len()].write_copy_of_slice(bytes));
        });
        Step {
            consumed: progress.map_or(0, |progress| progress.consumed),
            written: filler.finish(),
            status: progress.map(|progress| progress.ended),
        }
    }
}
