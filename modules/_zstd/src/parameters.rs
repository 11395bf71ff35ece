//! The `options` of compressors and decompressors.

use std::ops::RangeInclusive;

use corten_api::prelude::*;
use corten_zstd::{CompressionParameter, DecompressionParameter, Error};

use crate::{ParameterTypes, State};

/// One direction: what its errors call it, and which keys belong to the other one.
pub(crate) struct Direction {
    /// The class whose argument the options are.
    class: &'static str,
    name: &'static str,
    foreign: fn(&ParameterTypes) -> &Py<PyType>,
    foreign_name: &'static str,
    parameter_name: fn(i32) -> Option<&'static str>,
    bounds: fn(i32) -> Result<RangeInclusive<i32>, Error>,
}

pub(crate) const COMPRESSION: Direction = Direction {
    class: "ZstdCompressor",
    name: "compression",
    foreign: |types| &types.decompression,
    foreign_name: "DecompressionParameter",
    parameter_name: |key| compression_name(CompressionParameter(key)),
    bounds: |key| CompressionParameter(key).bounds(),
};

pub(crate) const DECOMPRESSION: Direction = Direction {
    class: "ZstdDecompressor",
    name: "decompression",
    foreign: |types| &types.compression,
    foreign_name: "CompressionParameter",
    parameter_name: |key| {
        let is_known = DecompressionParameter(key) == DecompressionParameter::WINDOW_LOG_MAX;
        is_known.then_some("window_log_max")
    },
    bounds: |key| DecompressionParameter(key).bounds(),
};

impl Direction {
    /// Passes each option to `set`. When that refuses a value, `ValueError` tells why; it can also
    /// raise itself.
    pub(crate) fn each<'py>(
        &self,
        state: &State,
        options: &Bound<'py, PyAny>,
        mut set: impl FnMut(i32, i32) -> PyResult<Result<(), Error>>,
    ) -> PyResult<()> {
        let py = options.py();
        let options = self.dict(options)?;
        let mut position = 0;
        while let Some((key, value)) = options.next_item(&mut position) {
            if self.is_foreign(py, state, &key)? {
                let Self {
                    name, foreign_name, ..
                } = self;
                let text = format_args!(
                    "{name} options dictionary key must not be a {foreign_name} attribute"
                );
                return Err(PyTypeError::raise(py, text));
            }
            let (key, value) = (c_int(&key)?, c_int(&value)?);
            if set(key, value)?.is_err() {
                return Err(self.refused(py, key, value));
            }
        }
        Ok(())
    }

    fn dict<'a, 'py>(&self, options: &'a Bound<'py, PyAny>) -> PyResult<&'a Bound<'py, PyDict>> {
        if let Some(dict) = options.cast() {
            return Ok(dict);
        }
        let (class, given) = (self.class, options.get_type().fully_qualified_name()?);
        let given = given.to_str()?;
        let text = format_args!("{class}() argument 'options' must be dict, not {given}");
        Err(PyTypeError::raise(options.py(), text))
    }

    fn is_foreign(&self, py: Python<'_>, state: &State, key: &Bound<'_, PyAny>) -> PyResult<bool> {
        let types = state.parameter_types.borrow(py)?;
        let foreign = types.as_ref().map(self.foreign);
        Ok(foreign.is_some_and(|foreign| key.get_type().is(foreign.bind(py))))
    }

    #[cold]
    fn refused(&self, py: Python<'_>, key: i32, value: i32) -> PyErr {
        let direction = self.name;
        let name = match (self.parameter_name)(key) {
            Some(name) => name.to_owned(),
            None => format!("unknown parameter (key {key})"),
        };
        match (self.bounds)(key) {
            Ok(bounds) => {
                let (low, high) = bounds.into_inner();
                let text = format_args!(
                    "{direction} parameter '{name}' received an illegal value {value}; the valid \
                     range is [{low}, {high}]"
                );
                PyValueError::raise(py, text)
            }
            Err(_) => {
                PyValueError::raise(py, format_args!("invalid {direction} parameter '{name}'"))
            }
        }
    }
}

fn compression_name(parameter: CompressionParameter) -> Option<&'static str> {
    Some(match parameter {
        CompressionParameter::LEVEL => "compression_level",
        CompressionParameter::WINDOW_LOG => "window_log",
        CompressionParameter::HASH_LOG => "hash_log",
        CompressionParameter::CHAIN_LOG => "chain_log",
        CompressionParameter::SEARCH_LOG => "search_log",
        CompressionParameter::MIN_MATCH => "min_match",
        CompressionParameter::TARGET_LENGTH => "target_length",
        CompressionParameter::STRATEGY => "strategy",
        CompressionParameter::LONG_DISTANCE_MATCHING => "enable_long_distance_matching",
        CompressionParameter::LDM_HASH_LOG => "ldm_hash_log",
        CompressionParameter::LDM_MIN_MATCH => "ldm_min_match",
        CompressionParameter::LDM_BUCKET_SIZE_LOG => "ldm_bucket_size_log",
        CompressionParameter::LDM_HASH_RATE_LOG => "ldm_hash_rate_log",
        CompressionParameter::CONTENT_SIZE_FLAG => "content_size_flag",
        CompressionParameter::CHECKSUM_FLAG => "checksum_flag",
        CompressionParameter::DICT_ID_FLAG => "dict_id_flag",
        CompressionParameter::WORKERS => "nb_workers",
        CompressionParameter::JOB_SIZE => "job_size",
        CompressionParameter::OVERLAP_LOG => "overlap_log",
        _ => return None,
    })
}

/// A C `int`.
pub(crate) fn c_int(object: &Bound<'_, PyAny>) -> PyResult<i32> {
    i32::from_arg(object, &Arg::only("int"))
}
