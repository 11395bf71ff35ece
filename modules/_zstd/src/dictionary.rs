//! Dictionaries.

use std::collections::HashMap;
use std::sync::Arc;

use corten_api::prelude::*;
use corten_zstd::{CompressionDictionary, DecompressionDictionary};

use crate::State;
use crate::parameters::c_int;

/// A dictionary for compressors and decompressors; any number of them may use it.
///
///   dict_content
///     Its content: any bytes-like object of at least eight bytes.
///   is_raw
///     Whether any content will do. Otherwise it has to be in the format
///     in which dictionaries are trained and stored.
#[pyclass(name = "ZstdDict", module = "compression.zstd", immutable)]
#[derive(Traverse)]
pub(crate) struct ZstdDict {
    /// The number of the dictionary. 0 stands for content of no particular format.
    #[member]
    dict_id: u32,
    #[traverse(skip)]
    content: Arc<Vec<u8>>,
    #[traverse(skip)]
    digested: PyLock<Digested>,
}

#[pymethods]
impl ZstdDict {
    #[new(signature = (dict_content, /, *, is_raw = false))]
    fn new(py: Python<'_>, dict_content: PyBuffer<'_>, is_raw: bool) -> PyResult<Self> {
        const SHORTEST: usize = 8;
        if dict_content.len() < SHORTEST {
            return Err(PyValueError::raise(
                py,
                "Zstandard dictionary content too short (must have at least eight bytes)",
            ));
        }
        let mut content = Vec::new();
        dict_content.append_to(py, 0..dict_content.len(), &mut content)?;
        let dict_id = corten_zstd::dictionary_id(&content);
        if dict_id == 0 && !is_raw {
            return Err(PyValueError::raise(py, "invalid Zstandard dictionary"));
        }
        Ok(Self {
            dict_id,
            content: Arc::new(content),
            digested: PyLock::new(Digested::default()),
        })
    }

    /// The content, as bytes.
    #[getter]
    fn dict_content<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        PyBytes::new(py, &self.content)
    }

    /// For the argument zstd_dict of a compressor: use the dictionary digested.
    ///
    /// It is digested once for each compression level, which takes some time; what it was digested
    /// with replaces some of the compressor's parameters. Decompressors do so anyway.
    #[getter]
    fn as_digested_dict<'py>(slf: &Bound<'py, Self>) -> (Bound<'py, Self>, i32) {
        (slf.clone(), Way::Digested as i32)
    }

    /// For the argument zstd_dict of a compressor: use the dictionary undigested.
    ///
    /// The compressor's own parameters all count. It takes its time for every compressor, so keep
    /// that one for many frames. Decompressors need not be told.
    #[getter]
    fn as_undigested_dict<'py>(slf: &Bound<'py, Self>) -> (Bound<'py, Self>, i32) {
        (slf.clone(), Way::Undigested as i32)
    }

    /// For the argument zstd_dict: use the content as if it came before the data.
    ///
    /// It counts for the first frame only, and has to be the same for compressor and decompressor.
    /// Matches at a long distance are found in it, too.
    #[getter]
    fn as_prefix<'py>(slf: &Bound<'py, Self>) -> (Bound<'py, Self>, i32) {
        (slf.clone(), Way::Prefix as i32)
    }

    fn __repr__(&self) -> String {
        let (id, len) = (self.dict_id, self.content.len());
        format!("<ZstdDict dict_id={id} dict_size={len}>")
    }

    fn __len__(&self) -> usize {
        self.content.len()
    }
}

/// What was digested so far.
#[derive(Default)]
struct Digested {
    compression: HashMap<i32, Arc<CompressionDictionary>>,
    decompression: Option<Arc<DecompressionDictionary>>,
}

impl ZstdDict {
    pub(crate) fn content(&self) -> &Arc<Vec<u8>> {
        &self.content
    }

    /// Digests the content for compression at `level`, once.
    pub(crate) fn for_compression(
        &self,
        py: Python<'_>,
        state: &State,
        level: i32,
    ) -> PyResult<Arc<CompressionDictionary>> {
        let mut digested = self.digested.lock(py)?;
        if let Some(known) = digested.compression.get(&level) {
            return Ok(Arc::clone(known));
        }
        let made = py.detach(|| CompressionDictionary::new(&self.content, level));
        let made = Arc::new(made.ok_or_else(|| not_made(py, state, "ZSTD_CDict"))?);
        let levels = &mut digested.compression;
        levels.try_reserve(1).map_err(|_| PyErr::no_memory(py))?;
        levels.insert(level, Arc::clone(&made));
        Ok(made)
    }

    /// Digests the content for decompression, once.
    pub(crate) fn for_decompression(
        &self,
        py: Python<'_>,
        state: &State,
    ) -> PyResult<Arc<DecompressionDictionary>> {
        let mut digested = self.digested.lock(py)?;
        if let Some(known) = &digested.decompression {
            return Ok(Arc::clone(known));
        }
        let made = py.detach(|| DecompressionDictionary::new(&self.content));
        let made = Arc::new(made.ok_or_else(|| not_made(py, state, "ZSTD_DDict"))?);
        digested.decompression = Some(Arc::clone(&made));
        Ok(made)
    }
}

#[cold]
fn not_made(py: Python<'_>, state: &State, what: &str) -> PyErr {
    let text =
        format_args!("Failed to create a {what} instance from Zstandard dictionary content.");
    state.error.bind(py).raise(text)
}

/// How a dictionary is to be used.
#[derive(Clone, Copy)]
pub(crate) enum Way {
    Digested = 0,
    Undigested = 1,
    Prefix = 2,
}

/// What the argument `zstd_dict` says: a dictionary, or one with the way in which to use it.
pub(crate) fn dictionary_and_way<'py>(
    argument: &Bound<'py, PyAny>,
    default: Way,
) -> PyResult<(Bound<'py, ZstdDict>, Way)> {
    if let Some(dictionary) = argument.cast::<ZstdDict>() {
        return Ok((dictionary.clone(), default));
    }
    if let Some(pair) = argument.cast_exact::<PyTuple>()
        && let (Some(dictionary), Some(way), 2) = (pair.get(0), pair.get(1), pair.len())
        && let Some(dictionary) = dictionary.cast::<ZstdDict>()
        && way.cast::<PyInt>().is_some()
        && let Some(way) = Way::of(c_int(&way)?)
    {
        return Ok((dictionary.clone(), way));
    }
    Err(PyTypeError::raise(
        argument.py(),
        "zstd_dict argument should be a ZstdDict object.",
    ))
}

impl Way {
    fn of(number: i32) -> Option<Self> {
        [Self::Digested, Self::Undigested, Self::Prefix]
            .into_iter()
            .find(|&way| way as i32 == number)
    }
}

/// The argument `dict_size` as a size.
pub(crate) fn checked_size(py: Python<'_>, dict_size: isize) -> PyResult<usize> {
    match usize::try_from(dict_size) {
        Ok(size) if size > 0 => Ok(size),
        _ => Err(PyValueError::raise(
            py,
            "dict_size argument should be positive number.",
        )),
    }
}

/// The sizes of samples, which have all of `samples` between them.
pub(crate) fn sample_sizes(samples: &[u8], sizes: &Bound<'_, PyTuple>) -> PyResult<Vec<usize>> {
    let py = sizes.py();
    if u32::try_from(sizes.len()).is_err() {
        let most = u32::MAX;
        let text = format_args!("The number of samples should be <= {most}.");
        return Err(PyValueError::raise(py, text));
    }
    let mut numbers = Vec::new();
    let reserved = numbers.try_reserve_exact(sizes.len());
    reserved.map_err(|_| PyErr::no_memory(py))?;
    let mut left = samples.len();
    for size in sizes.items() {
        let size = sample_size(&size)?;
        let rest = size.and_then(|size| left.checked_sub(size));
        left = rest.ok_or_else(|| mismatch(py))?;
        numbers.extend(size);
    }
    match left {
        0 => Ok(numbers),
        _ => Err(mismatch(py)),
    }
}

/// A C `size_t`, `None` for an int that is none.
fn sample_size(object: &Bound<'_, PyAny>) -> PyResult<Option<usize>> {
    let py = object.py();
    let Some(int) = object.cast::<PyInt>() else {
        return Err(PyTypeError::raise(py, "an integer is required"));
    };
    match usize::from_arg(int.as_any(), &Arg::only("int")) {
        Err(error) if error.matches::<PyOverflowError>(py) => Ok(None),
        size => size.map(Some),
    }
}

#[cold]
fn mismatch(py: Python<'_>) -> PyErr {
    PyValueError::raise(
        py,
        "The samples size tuple doesn't match the concatenation's size.",
    )
}
