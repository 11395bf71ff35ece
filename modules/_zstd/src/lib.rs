//! `_zstd`: Zstandard (RFC 8878), the engine of `compression.zstd`.
#![forbid(unsafe_code)]
#![cfg(Py_3_14)]

mod compressor;
mod decompressor;
mod dictionary;
mod parameters;

use corten_api::prelude::*;
use corten_zstd::{CompressionParameter, DecompressionParameter, Error};

use crate::compressor::ZstdCompressor;
use crate::decompressor::ZstdDecompressor;
use crate::dictionary::ZstdDict;

corten_api::module! {
    /// Zstandard streams, dictionaries and frame headers, for compression.zstd.
    name: "_zstd",
    state: State,
    functions: [
        train_dict,
        finalize_dict,
        get_param_bounds,
        get_frame_size,
        get_frame_info,
        set_parameter_types,
    ],
    constants: [
        zstd_version_number = corten_zstd::version_number(),
        zstd_version = corten_zstd::version(),
        ZSTD_CLEVEL_DEFAULT = corten_zstd::DEFAULT_LEVEL,
        ZSTD_DStreamOutSize = corten_zstd::decompressor_output_size(),
        ZSTD_c_compressionLevel = CompressionParameter::LEVEL.0,
        ZSTD_c_windowLog = CompressionParameter::WINDOW_LOG.0,
        ZSTD_c_hashLog = CompressionParameter::HASH_LOG.0,
        ZSTD_c_chainLog = CompressionParameter::CHAIN_LOG.0,
        ZSTD_c_searchLog = CompressionParameter::SEARCH_LOG.0,
        ZSTD_c_minMatch = CompressionParameter::MIN_MATCH.0,
        ZSTD_c_targetLength = CompressionParameter::TARGET_LENGTH.0,
        ZSTD_c_strategy = CompressionParameter::STRATEGY.0,
        ZSTD_c_enableLongDistanceMatching = CompressionParameter::LONG_DISTANCE_MATCHING.0,
        ZSTD_c_ldmHashLog = CompressionParameter::LDM_HASH_LOG.0,
        ZSTD_c_ldmMinMatch = CompressionParameter::LDM_MIN_MATCH.0,
        ZSTD_c_ldmBucketSizeLog = CompressionParameter::LDM_BUCKET_SIZE_LOG.0,
        ZSTD_c_ldmHashRateLog = CompressionParameter::LDM_HASH_RATE_LOG.0,
        ZSTD_c_contentSizeFlag = CompressionParameter::CONTENT_SIZE_FLAG.0,
        ZSTD_c_checksumFlag = CompressionParameter::CHECKSUM_FLAG.0,
        ZSTD_c_dictIDFlag = CompressionParameter::DICT_ID_FLAG.0,
        ZSTD_c_nbWorkers = CompressionParameter::WORKERS.0,
        ZSTD_c_jobSize = CompressionParameter::JOB_SIZE.0,
        ZSTD_c_overlapLog = CompressionParameter::OVERLAP_LOG.0,
        ZSTD_d_windowLogMax = DecompressionParameter::WINDOW_LOG_MAX.0,
        ZSTD_fast = corten_zstd::strategy::FAST,
        ZSTD_dfast = corten_zstd::strategy::DFAST,
        ZSTD_greedy = corten_zstd::strategy::GREEDY,
        ZSTD_lazy = corten_zstd::strategy::LAZY,
        ZSTD_lazy2 = corten_zstd::strategy::LAZY2,
        ZSTD_btlazy2 = corten_zstd::strategy::BTLAZY2,
        ZSTD_btopt = corten_zstd::strategy::BTOPT,
        ZSTD_btultra = corten_zstd::strategy::BTULTRA,
        ZSTD_btultra2 = corten_zstd::strategy::BTULTRA2,
    ],
}

/// What functions and methods reach.
#[derive(Traverse)]
struct State {
    error: Py<PyType>,
    #[allow(dead_code)]
    dictionary: ClassType<ZstdDict>,
    #[allow(dead_code)]
    compressor: ClassType<ZstdCompressor>,
    #[allow(dead_code)]
    decompressor: ClassType<ZstdDecompressor>,
    parameter_types: PyRefCell<Option<ParameterTypes>>,
}

/// The enumerations that the keys of `options` are members of.
#[derive(Traverse)]
struct ParameterTypes {
    compression: Py<PyType>,
    decompression: Py<PyType>,
}

impl ModuleState for State {
    fn init(module: &Bound<'_, PyModule>) -> PyResult<Self> {
        let py = module.py();
        let dictionary = module.add_class()?;
        let compressor = module.add_class::<ZstdCompressor>()?;
        compressor::add_modes(compressor.bind(py))?;
        let decompressor = module.add_class()?;
        let error = PyType::new_exception(py, "compression.zstd.ZstdError", None)?;
        let doc = PyString::new(
            py,
            "Zstandard data, a dictionary or a parameter is not in order.",
        )?;
        error.as_any().setattr("__doc__", &doc)?;
        module.add("ZstdError", &error)?;
        Ok(State {
            error: error.unbind(),
            dictionary,
            compressor,
            decompressor,
            parameter_types: PyRefCell::new(None),
        })
    }
}

impl State {
    /// Raises `ZstdError`: what is not possible, and why.
    #[cold]
    fn raise(&self, py: Python<'_>, doing: &str, error: Error) -> PyErr {
        let text = format_args!("Unable to {doing}: {error}");
        self.error.bind(py).raise(text)
    }
}

/// Train a dictionary; the result is its content, as bytes.
///
///   samples_bytes
///     The samples, one after the other.
///   samples_sizes
///     How long each of them is.
///   dict_size
///     How long the dictionary may be.
#[pyfunction(signature = (samples_bytes, samples_sizes, dict_size, /))]
fn train_dict<'py>(
    py: Python<'py>,
    state: &State,
    samples_bytes: &Bound<'py, PyBytes>,
    samples_sizes: &Bound<'py, PyTuple>,
    dict_size: isize,
) -> PyResult<Bound<'py, PyBytes>> {
    let room = dictionary::checked_size(py, dict_size)?;
    let samples = samples_bytes.as_bytes();
    let sizes = dictionary::sample_sizes(samples, samples_sizes)?;
    PyBytes::try_new_with(py, room, |memory| {
        py.detach(|| corten_zstd::train_dictionary(samples, &sizes, memory))
            .map_err(|error| state.raise(py, "train the Zstandard dictionary", error))
    })
}

/// Make a dictionary of given content; the result is its complete content, as bytes.
///
///   custom_dict_bytes
///     What the dictionary is to consist of.
///   samples_bytes
///     Samples that the statistics are taken from, one after the other.
///   samples_sizes
///     How long each of them is.
///   dict_size
///     How long the dictionary may be.
///   compression_level
///     The level that it is meant for; 0 is the default one.
#[pyfunction(
    signature = (
        custom_dict_bytes, samples_bytes, samples_sizes, dict_size, compression_level, /,
    ),
    text_signature = "($module, custom_dict_bytes, samples_bytes, samples_sizes,\n              \
        dict_size, compression_level, /)",
)]
fn finalize_dict<'py>(
    py: Python<'py>,
    state: &State,
    custom_dict_bytes: &Bound<'py, PyBytes>,
    samples_bytes: &Bound<'py, PyBytes>,
    samples_sizes: &Bound<'py, PyTuple>,
    dict_size: isize,
    compression_level: i32,
) -> PyResult<Bound<'py, PyBytes>> {
    let room = dictionary::checked_size(py, dict_size)?;
    let content = custom_dict_bytes.as_bytes();
    let samples = samples_bytes.as_bytes();
    let sizes = dictionary::sample_sizes(samples, samples_sizes)?;
    let level = compression_level;
    PyBytes::try_new_with(py, room, |memory| {
        py.detach(|| corten_zstd::finalize_dictionary(content, samples, &sizes, level, memory))
            .map_err(|error| state.raise(py, "finalize the Zstandard dictionary", error))
    })
}

/// The smallest and the largest value of a parameter.
///
///   parameter
///     Its number.
///   is_compress
///     Whether it is one for compression; else it is one for decompression.
#[pyfunction(signature = (parameter, is_compress))]
fn get_param_bounds(
    py: Python<'_>,
    state: &State,
    parameter: i32,
    is_compress: bool,
) -> PyResult<(i32, i32)> {
    let (bounds, kind) = match is_compress {
        true => (CompressionParameter(parameter).bounds(), "compression"),
        false => (DecompressionParameter(parameter).bounds(), "decompression"),
    };
    match bounds {
        Ok(bounds) => Ok(bounds.into_inner()),
        Err(error) => {
            let doing = format!("get zstd {kind} parameter bounds");
            Err(state.raise(py, &doing, error))
        }
    }
}

/// How long a frame is, with its header and checksum.
///
///   frame_buffer
///     Bytes that begin with a complete frame.
#[pyfunction(signature = (frame_buffer))]
fn get_frame_size(py: Python<'_>, state: &State, frame_buffer: PyBuffer<'_>) -> PyResult<usize> {
    let size = frame_buffer.with_bytes(corten_zstd::frame_size)?;
    size.map_err(|error| {
        let text = format_args!(
            "Error when finding the compressed size of a Zstandard frame. Ensure the frame_buffer \
             argument starts from the beginning of a frame, and its length is not less than this \
             complete frame. Zstd error message: {error}."
        );
        state.error.bind(py).raise(text)
    })
}

/// What the header of a frame tells: how long the content is, or None; and the
/// number of its dictionary, or 0.
///
///   frame_buffer
///     Bytes that begin with the header of a frame.
#[pyfunction(signature = (frame_buffer))]
fn get_frame_info(
    py: Python<'_>,
    state: &State,
    frame_buffer: PyBuffer<'_>,
) -> PyResult<(Option<u64>, u32)> {
    match frame_buffer.with_bytes(corten_zstd::frame_info)? {
        Some(info) => Ok((info.content_size, info.dictionary_id)),
        None => Err(state.error.bind(py).raise(
            "Error when getting information from the header of a Zstandard frame. Ensure the \
             frame_buffer argument starts from the beginning of a frame, and its length is not \
             less than the frame header (6~18 bytes).",
        )),
    }
}

/// Tell which types the keys of options have, so that mixing them up is noticed.
///
///   c_parameter_type
///     The enumeration of compression parameters.
///   d_parameter_type
///     The enumeration of decompression parameters.
#[pyfunction(signature = (c_parameter_type, d_parameter_type))]
fn set_parameter_types<'py>(
    py: Python<'py>,
    state: &State,
    c_parameter_type: &Bound<'py, PyType>,
    d_parameter_type: &Bound<'py, PyType>,
) -> PyResult<()> {
    let types = ParameterTypes {
        compression: c_parameter_type.clone().unbind(),
        decompression: d_parameter_type.clone().unbind(),
    };
    let old = state.parameter_types.borrow_mut(py)?.replace(types);
    drop(old);
    Ok(())
}
