//! `_lzma`: what the `lzma` module stands on, the .xz, .lzma and raw formats of LZMA.
#![forbid(unsafe_code)]

mod engine; // bytes in, bytes out, no Python

mod compressor; // classes
mod decompressor;
mod spec;

use corten_api::prelude::*;

use crate::compressor::LzmaCompressor;
use crate::decompressor::LzmaDecompressor;
use crate::engine::{Check, Error, MatchFinder, Mode, filter_id, preset};
use crate::spec::{FilterSpec, UInt64};

corten_api::module! {
    name: "_lzma",
    state: State,
    functions: [is_check_supported, _encode_filter_properties, _decode_filter_properties],
    constants: [
        FORMAT_AUTO, FORMAT_XZ, FORMAT_ALONE, FORMAT_RAW,
        CHECK_NONE, CHECK_CRC32, CHECK_CRC64, CHECK_SHA256, CHECK_ID_MAX, CHECK_UNKNOWN,
        FILTER_LZMA1, FILTER_LZMA2, FILTER_DELTA, FILTER_X86, FILTER_IA64, FILTER_ARM,
        FILTER_ARMTHUMB, FILTER_SPARC, FILTER_POWERPC,
        MF_HC3, MF_HC4, MF_BT2, MF_BT3, MF_BT4,
        MODE_FAST, MODE_NORMAL,
        PRESET_DEFAULT, PRESET_EXTREME,
    ],
}

const FORMAT_AUTO: i32 = 0;
const FORMAT_XZ: i32 = 1;
const FORMAT_ALONE: i32 = 2;
const FORMAT_RAW: i32 = 3;

const CHECK_NONE: i32 = Check::NONE.id() as i32;
const CHECK_CRC32: i32 = Check::CRC32.id() as i32;
const CHECK_CRC64: i32 = Check::CRC64.id() as i32;
const CHECK_SHA256: i32 = Check::SHA256.id() as i32;
const CHECK_ID_MAX: i32 = Check::MAX_ID as i32;
const CHECK_UNKNOWN: i32 = CHECK_ID_MAX + 1;

const FILTER_LZMA1: u64 = filter_id::LZMA1;
const FILTER_LZMA2: u64 = filter_id::LZMA2;
const FILTER_DELTA: u64 = filter_id::DELTA;
const FILTER_X86: u64 = filter_id::X86;
const FILTER_IA64: u64 = filter_id::IA64;
const FILTER_ARM: u64 = filter_id::ARM;
const FILTER_ARMTHUMB: u64 = filter_id::ARMTHUMB;
const FILTER_SPARC: u64 = filter_id::SPARC;
const FILTER_POWERPC: u64 = filter_id::POWERPC;

const MF_HC3: u32 = MatchFinder::Hc3.number();
const MF_HC4: u32 = MatchFinder::Hc4.number();
const MF_BT2: u32 = MatchFinder::Bt2.number();
const MF_BT3: u32 = MatchFinder::Bt3.number();
const MF_BT4: u32 = MatchFinder::Bt4.number();

const MODE_FAST: u32 = Mode::Fast.number();
const MODE_NORMAL: u32 = Mode::Normal.number();

const PRESET_DEFAULT: u32 = preset::DEFAULT;
const PRESET_EXTREME: u32 = preset::EXTREME;

/// What functions and methods reach.
#[derive(Traverse)]
struct State {
    error: Py<PyType>,
}

impl ModuleState for State {
    fn init(module: &Bound<'_, PyModule>) -> PyResult<Self> {
        let py = module.py();
        let error = PyType::new_exception(py, "_lzma.LZMAError", None)?;
        let doc = PyString::new(py, "A stream cannot be coded.")?;
        error.as_any().setattr("__doc__", &doc)?;
        module.add("LZMAError", &error)?;
        module.add_class::<LzmaCompressor>()?;
        module.add_class::<LzmaDecompressor>()?;
        Ok(State {
            error: error.unbind(),
        })
    }
}

impl State {
    /// Raises what `error` is to Python.
    #[cold]
    fn raise(&self, py: Python<'_>, error: Error) -> PyErr {
        let text = match error {
            Error::NoMemory => return PyErr::no_memory(py),
            Error::MemoryLimit => "Memory usage limit exceeded",
            Error::Format => "Input format not supported by decoder",
            Error::Options => "Invalid or unsupported options",
            Error::Data => "Corrupt input data",
            Error::Buffer => "Insufficient buffer space",
            Error::UnsupportedCheck => "Unsupported integrity check",
            Error::Program => "Internal error",
        };
        self.error.bind(py).raise(text)
    }
}

/// Tell whether an integrity check can be made, by its CHECK_* number.
#[pyfunction(signature = (check_id, /))]
fn is_check_supported(check_id: i32) -> bool {
    check_of(check_id).is_some_and(Check::is_supported)
}

/// The check with a number, if there can be one.
fn check_of(number: i32) -> Option<Check> {
    u8::try_from(number).ok().and_then(Check::new)
}

/// The options of a filter, given as a dict, in the form that headers have.
///
/// The number of the filter is not part of that form.
#[pyfunction(signature = (filter, /))]
fn _encode_filter_properties<'py>(
    py: Python<'py>,
    state: &State,
    filter: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyBytes>> {
    let FilterSpec(filter) = FilterSpec::new(state, filter)?;
    let form = filter.encode_properties();
    PyBytes::new(py, &form.map_err(|error| state.raise(py, error))?)
}

/// A dict with the options of a filter, from the form that headers have.
#[pyfunction(signature = (filter_id, encoded_props, /))]
fn _decode_filter_properties<'py>(
    py: Python<'py>,
    state: &State,
    filter_id: UInt64,
    encoded_props: PyBuffer<'py>,
) -> PyResult<Bound<'py, PyDict>> {
    let decoded = encoded_props
        .with_bytes(|form| engine::Filter::decode_properties(filter_id.0, form))?
        .map_err(|error| state.raise(py, error))?;
    FilterSpec(decoded).to_dict(py)
}
