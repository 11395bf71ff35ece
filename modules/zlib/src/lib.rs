//! `zlib`: compression compatible with gzip (RFC 1950, 1951, 1952), and its checksums.
#![forbid(unsafe_code)]

mod checksum; // engines: bytes in, bytes out, no Python
mod packer;
mod short;
mod transfer;

mod compressor; // classes
mod decompressor;
#[cfg(Py_3_12)]
mod incremental;

use corten_api::prelude::*;
use corten_api::stream::{BufferInput, BytesOutput, Input};
use corten_zlib::{Deflate, DeflateFlush, DeflateOptions, Inflate, ReturnCode};

use crate::compressor::Compress;
use crate::decompressor::Decompress;
#[cfg(Py_3_12)]
use crate::incremental::ZlibDecompressor;
use crate::transfer::Expect;

corten_api::module! {
    /// Compression and decompression with zlib's formats, and their checksums.
    ///
    /// adler32(data[, value]) -- the Adler-32 checksum
    /// compress(data[, level]) -- compresses in one go
    /// compressobj([level[, ...]]) -- an object that compresses piece by piece
    /// crc32(data[, value]) -- the CRC-32 checksum
    /// decompress(data[, wbits[, bufsize]]) -- decompresses in one go
    /// decompressobj([wbits[, zdict]]) -- an object that decompresses piece by piece
    ///
    /// The argument wbits says both how large the window is and which format: zlib (9 to 15),
    /// gzip (25 to 31), or a stream without header and checksum (-15 to -9).
    name: "zlib",
    state: State,
    functions: [
        adler32,
        #[cfg(Py_3_15)]
        adler32_combine,
        compress,
        compressobj,
        crc32,
        #[cfg(Py_3_15)]
        crc32_combine,
        decompress,
        decompressobj,
        #[cfg(Py_3_15)]
        __getattr__,
    ],
    constants: [
        MAX_WBITS, DEFLATED, DEF_MEM_LEVEL, DEF_BUF_SIZE,
        Z_NO_COMPRESSION, Z_BEST_SPEED, Z_BEST_COMPRESSION, Z_DEFAULT_COMPRESSION,
        Z_FILTERED, Z_HUFFMAN_ONLY, Z_RLE, Z_FIXED, Z_DEFAULT_STRATEGY,
        Z_NO_FLUSH, Z_PARTIAL_FLUSH, Z_SYNC_FLUSH, Z_FULL_FLUSH, Z_FINISH, Z_BLOCK, Z_TREES,
        ZLIB_VERSION, ZLIB_RUNTIME_VERSION,
    ],
}

const MAX_WBITS: i32 = 15;
const DEFLATED: i32 = 8;
const DEF_MEM_LEVEL: i32 = 8;
const DEF_BUF_SIZE: isize = 16 << 10;

const Z_NO_COMPRESSION: i32 = 0;
const Z_BEST_SPEED: i32 = 1;
const Z_BEST_COMPRESSION: i32 = 9;
const Z_DEFAULT_COMPRESSION: i32 = -1;

const Z_FILTERED: i32 = 1;
const Z_HUFFMAN_ONLY: i32 = 2;
const Z_RLE: i32 = 3;
const Z_FIXED: i32 = 4;
const Z_DEFAULT_STRATEGY: i32 = 0;

const Z_NO_FLUSH: i32 = 0;
const Z_PARTIAL_FLUSH: i32 = 1;
const Z_SYNC_FLUSH: i32 = 2;
const Z_FULL_FLUSH: i32 = 3;
const Z_FINISH: i32 = 4;
const Z_BLOCK: i32 = 5;
const Z_TREES: i32 = 6;

/// The version of `zlib.h` whose interface zlib-rs provides. Digits and dots only, as with the C
/// library: programs take it apart.
const ZLIB_VERSION: &str = "1.3.0";
const ZLIB_RUNTIME_VERSION: &str = ZLIB_VERSION;

/// What functions and methods reach.
#[derive(Traverse)]
struct State {
    error: Py<PyType>,
    compress: ClassType<Compress>,
    decompress: ClassType<Decompress>,
}

impl ModuleState for State {
    fn init(module: &Bound<'_, PyModule>) -> PyResult<Self> {
        let py = module.py();
        let error = PyType::new_exception(py, "zlib.error", None)?;
        module.add("error", &error)?;
        #[cfg(Py_3_12)]
        module.add_class::<ZlibDecompressor>()?;
        #[cfg(not(Py_3_15))]
        module.add("__version__", MODULE_VERSION)?;
        Ok(State {
            error: error.unbind(),
            compress: ClassType::new(module)?,
            decompress: ClassType::new(module)?,
        })
    }
}

/// The value of `__version__`.
const MODULE_VERSION: &str = "1.0";

impl State {
    /// Raises `zlib.error` for a stream that failed: what it was `doing`, and the stream's own
    /// message or the one that goes with the code.
    #[cold]
    fn stream_error(
        &self,
        py: Python<'_>,
        code: ReturnCode,
        message: Option<&str>,
        doing: &str,
    ) -> PyErr {
        let error = self.error.bind(py);
        let number = code as i32;
        let reason = message.or(match code {
            ReturnCode::BufError => Some("incomplete or truncated stream"),
            ReturnCode::StreamError => Some("inconsistent stream state"),
            ReturnCode::DataError => Some("invalid input data"),
            _ => None,
        });
        match reason {
            Some(reason) => error.raise(format_args!("Error {number} {doing}: {reason}")),
            None => error.raise(format_args!("Error {number} {doing}")),
        }
    }
}

/// The Adler-32 checksum of some bytes, an int of 32 bits.
///
///   data
///     What is summed: any bytes-like object.
///   value
///     The sum of what comes before it: a long sequence can be summed in
///     parts. 1 stands for nothing.
#[pyfunction(signature = (data, value = UIntMask(1), /))]
fn adler32<'py>(py: Python<'py>, data: PyBuffer<'py>, value: UIntMask) -> PyResult<u32> {
    checksum(py, &data, value.0, checksum::adler32)
}

/// The CRC-32 checksum of some bytes, an int of 32 bits.
///
///   data
///     What is summed: any bytes-like object.
///   value
///     The sum of what comes before it: a long sequence can be summed in
///     parts. 0 stands for nothing.
#[pyfunction(signature = (data, value = UIntMask(0), /))]
fn crc32<'py>(py: Python<'py>, data: PyBuffer<'py>, value: UIntMask) -> PyResult<u32> {
    checksum(py, &data, value.0, checksum::crc32)
}

/// Data up to this size are summed before the GIL could have been released.
const SHORT_DATA: usize = 5 << 10;

fn checksum<'py>(
    py: Python<'py>,
    data: &PyBuffer<'py>,
    start: u32,
    update: impl Fn(u32, &[u8]) -> u32 + Send + Sync,
) -> PyResult<u32> {
    if data.len() <= SHORT_DATA {
        return data.with_bytes(|bytes| update(start, bytes));
    }
    let mut input = BufferInput::new(py, data);
    let mut sum = start;
    loop {
        let piece = input.next_piece()?;
        sum = py.detach(|| update(sum, piece.bytes));
        if piece.last {
            return Ok(sum);
        }
    }
}

/// The Adler-32 checksum of two sequences put together, from those of each.
///
///   adler1
///     The checksum of the first sequence.
///   adler2
///     The checksum of the second one.
///   len2
///     How many bytes the second one has.
#[cfg(Py_3_15)]
#[pyfunction(signature = (adler1, adler2, len2, /))]
fn adler32_combine(
    py: Python<'_>,
    adler1: UIntMask,
    adler2: UIntMask,
    len2: Length,
) -> PyResult<u32> {
    Ok(checksum::adler32_combine(
        adler1.0,
        adler2.0,
        len2.checked(py)?,
    ))
}

/// The CRC-32 checksum of two sequences put together, from those of each.
///
///   crc1
///     The checksum of the first sequence.
///   crc2
///     The checksum of the second one.
///   len2
///     How many bytes the second one has.
#[cfg(Py_3_15)]
#[pyfunction(signature = (crc1, crc2, len2, /))]
fn crc32_combine(py: Python<'_>, crc1: UIntMask, crc2: UIntMask, len2: Length) -> PyResult<u32> {
    Ok(checksum::crc32_combine(crc1.0, crc2.0, len2.checked(py)?))
}

/// The length of a sequence: an `int` itself, not what can become one.
#[cfg(Py_3_15)]
struct Length(isize);

#[cfg(Py_3_15)]
impl<'a, 'py> FromArg<'a, 'py> for Length {
    fn from_arg(object: &'a Bound<'py, PyAny>, arg: &Arg) -> PyResult<Self> {
        let int = <&Bound<'py, PyInt>>::from_arg(object, arg)?;
        isize::from_arg(int.as_any(), arg).map(Length)
    }
}

#[cfg(Py_3_15)]
impl Length {
    fn checked(self, py: Python<'_>) -> PyResult<u64> {
        u64::try_from(self.0).map_err(|_| PyValueError::raise(py, "len2 must be non-negative"))
    }
}

/// Gives `__version__`, which is deprecated.
#[cfg(Py_3_15)]
#[pyfunction(signature = (name, /))]
fn __getattr__(py: Python<'_>, name: &Bound<'_, PyString>) -> PyResult<&'static str> {
    if name.to_str()? != "__version__" {
        let name = name.as_any().repr()?;
        let text = format_args!("module 'zlib' has no attribute {}", name.to_str()?);
        return Err(PyAttributeError::raise(py, text));
    }
    let text = "'__version__' is deprecated and slated for removal in Python 3.20";
    py.warn(&PyDeprecationWarning::type_object(py), text, 1)?;
    Ok(MODULE_VERSION)
}

/// Compress data in one go; the result is a complete stream, as bytes.
///
///   data
///     What to compress: any bytes-like object.
///   level
///     The effort, from 0 (none, data are stored as they are) over 1 (fast)
///     to 9 (small). -1 leaves the choice to the library, which takes 6.
///   wbits
///     The format and the logarithm of the window's size: 9 to 15 for zlib,
///     25 to 31 (16 more) for gzip, -9 to -15 for neither header nor checksum.
#[pyfunction(signature = (data, /, level = Z_DEFAULT_COMPRESSION, wbits = MAX_WBITS))]
fn compress<'py>(
    py: Python<'py>,
    state: &State,
    data: PyBuffer<'py>,
    level: i32,
    wbits: i32,
) -> PyResult<Bound<'py, PyBytes>> {
    const DOING: &str = "while compressing data";
    if let Some(format) = short::Format::new(level, wbits)
        && data.len() <= format.max_len()
    {
        let packed = data.with_bytes(|bytes| short::compress(bytes, format))?;
        return PyBytes::new(py, &packed.map_err(|_| PyErr::no_memory(py))?);
    }
    let mut stream = Deflate::new(&DeflateOptions {
        level,
        method: DEFLATED,
        window_bits: wbits,
        mem_level: DEF_MEM_LEVEL,
        strategy: Z_DEFAULT_STRATEGY,
    })
    .map_err(|code| match code {
        ReturnCode::MemError => PyMemoryError::raise(py, "Out of memory while compressing data"),
        ReturnCode::StreamError => state.error.bind(py).raise("Bad compression level"),
        code => state.stream_error(py, code, None, DOING),
    })?;
    let mut output = BytesOutput::new(py, compressed_capacity(data.len()))?;
    let mut input = BufferInput::new(py, &data);
    match transfer::compress(&mut stream, &mut input, DeflateFlush::Finish, &mut output)? {
        ReturnCode::StreamEnd => output.finish(),
        code => Err(state.stream_error(py, code, stream.message(), DOING)),
    }
}

/// Room to start with for the compressed form of `len` bytes: always enough for little data, a
/// quarter of much.
fn compressed_capacity(len: usize) -> usize {
    const LITTLE: usize = 8 << 10;
    if len <= LITTLE {
        len + len / 8 + 64
    } else {
        LITTLE + len / 4
    }
}

/// Decompress a complete stream in one go; the result is bytes.
///
///   data
///     The stream. Whatever follows its end is ignored.
///   wbits
///     The format and the logarithm of the largest window that is accepted:
///     8 to 15 for zlib (0 takes the size from the stream), 16 more for gzip,
///     32 more for either of the two, negative for neither header nor checksum.
///   bufsize
///     How much room to begin with. Being wrong about it costs only time.
#[pyfunction(signature = (data, /, wbits = MAX_WBITS, bufsize = DEF_BUF_SIZE))]
fn decompress<'py>(
    py: Python<'py>,
    state: &State,
    data: PyBuffer<'py>,
    wbits: i32,
    bufsize: isize,
) -> PyResult<Bound<'py, PyBytes>> {
    let Ok(capacity) = usize::try_from(bufsize) else {
        return Err(PyValueError::raise(py, "bufsize must be non-negative"));
    };
    let mut output = BytesOutput::new(py, capacity.max(1))?;
    let mut stream = Inflate::new(wbits).map_err(|code| match code {
        ReturnCode::MemError => PyMemoryError::raise(py, "Out of memory while decompressing data"),
        code => state.stream_error(py, code, None, "while preparing to decompress data"),
    })?;
    let mut input = BufferInput::new(py, &data);
    let no_dictionary = |_: &mut Inflate| Ok(false);
    let stopped = transfer::decompress(
        &mut stream,
        &mut input,
        Expect::End,
        no_dictionary,
        &mut output,
    )?;
    match stopped.code {
        ReturnCode::StreamEnd => output.finish(),
        code => Err(state.stream_error(py, code, stream.message(), "while decompressing data")),
    }
}

/// An object that compresses piece by piece.
///
///   level
///     The effort, from 0 (none, data are stored as they are) over 1 (fast)
///     to 9 (small). -1 leaves the choice to the library, which takes 6.
///   method
///     There is only one: DEFLATED.
///   wbits
///     The format and the logarithm of the window's size: 9 to 15 for zlib,
///     25 to 31 (16 more) for gzip, -9 to -15 for neither header nor checksum.
///   memLevel
///     How much memory may be used, from 1 to 9. More of it makes for more
///     speed and a smaller result.
///   strategy
///     What kind of matches to look for: Z_DEFAULT_STRATEGY, Z_FILTERED,
///     Z_HUFFMAN_ONLY, Z_RLE or Z_FIXED.
///   zdict
///     Bytes that resemble the data. The stream can refer to them from its
///     first byte on, and can only be decompressed with them at hand.
#[cfg_attr(not(Py_3_14), pyfunction(
    signature = (
        level = Z_DEFAULT_COMPRESSION, method = DEFLATED, wbits = MAX_WBITS,
        memLevel = DEF_MEM_LEVEL, strategy = Z_DEFAULT_STRATEGY, zdict = OptionalBuffer(None),
    ),
    text_signature = "($module, /, level=Z_DEFAULT_COMPRESSION, method=DEFLATED,\n            \
        wbits=MAX_WBITS, memLevel=DEF_MEM_LEVEL,\n            \
        strategy=Z_DEFAULT_STRATEGY, zdict=None)",
))]
#[cfg_attr(Py_3_14, pyfunction(
    signature = (
        level = Z_DEFAULT_COMPRESSION, method = DEFLATED, wbits = MAX_WBITS,
        memLevel = DEF_MEM_LEVEL, strategy = Z_DEFAULT_STRATEGY, zdict = OptionalBuffer(None),
    ),
    text_signature = "($module, /, level=Z_DEFAULT_COMPRESSION, method=DEFLATED,\n            \
        wbits=MAX_WBITS, memLevel=DEF_MEM_LEVEL,\n            \
        strategy=Z_DEFAULT_STRATEGY, zdict=<unrepresentable>)",
))]
#[allow(non_snake_case, reason = "the name of the Python parameter")]
#[allow(clippy::too_many_arguments)]
fn compressobj<'py>(
    py: Python<'py>,
    state: &State,
    level: i32,
    method: i32,
    wbits: i32,
    memLevel: i32,
    strategy: i32,
    zdict: OptionalBuffer<'py>,
) -> PyResult<Bound<'py, Compress>> {
    let options = DeflateOptions {
        level,
        method,
        window_bits: wbits,
        mem_level: memLevel,
        strategy,
    };
    Compress::create(py, state, &options, zdict.0.as_ref())
}

/// A bytes-like object, or nothing at all: `None` will not do.
struct OptionalBuffer<'py>(Option<PyBuffer<'py>>);

impl<'a, 'py> FromArg<'a, 'py> for OptionalBuffer<'py> {
    fn from_arg(object: &'a Bound<'py, PyAny>, arg: &Arg) -> PyResult<Self> {
        PyBuffer::from_arg(object, arg).map(|buffer| OptionalBuffer(Some(buffer)))
    }
}

/// An object that decompresses piece by piece.
///
///   wbits
///     The format and the logarithm of the largest window that is accepted,
///     as for decompress().
///   zdict
///     The bytes that the compressor was given under this name, if it was.
#[pyfunction(
    signature = (wbits = MAX_WBITS, zdict = OptionalObject(None)),
    text_signature = "($module, /, wbits=MAX_WBITS, zdict=b'')",
)]
fn decompressobj<'py>(
    py: Python<'py>,
    state: &State,
    wbits: i32,
    zdict: OptionalObject<'_, 'py>,
) -> PyResult<Bound<'py, Decompress>> {
    if let Some(zdict) = zdict.0
        && !zdict.has_buffer()
    {
        return Err(PyTypeError::raise(
            py,
            "zdict argument must support the buffer protocol",
        ));
    }
    Decompress::create(py, state, wbits, zdict.0)
}

/// Any object, or nothing at all: `None` is an object.
struct OptionalObject<'a, 'py>(Option<&'a Bound<'py, PyAny>>);

impl<'a, 'py> FromArg<'a, 'py> for OptionalObject<'a, 'py> {
    fn from_arg(object: &'a Bound<'py, PyAny>, _arg: &Arg) -> PyResult<Self> {
        Ok(OptionalObject(Some(object)))
    }
}

/// Checks that the length of a dictionary fits the fields of a stream.
fn check_dictionary_len(py: Python<'_>, zdict: &PyBuffer<'_>) -> PyResult<()> {
    if zdict.len() > corten_api::stream::MAX_STEP {
        return Err(PyOverflowError::raise(
            py,
            "zdict length does not fit in an unsigned int",
        ));
    }
    Ok(())
}

/// A stream for a decompressor object. One without header gets its dictionary at once: it has no
/// way to ask for it.
fn new_inflate<'py>(
    py: Python<'py>,
    state: &State,
    wbits: i32,
    zdict: Option<&Bound<'py, PyAny>>,
) -> PyResult<Inflate> {
    let mut stream = Inflate::new(wbits).map_err(|code| match code {
        ReturnCode::StreamError => PyValueError::raise(py, "Invalid initialization option"),
        ReturnCode::MemError => {
            PyMemoryError::raise(py, "Can't allocate memory for decompression object")
        }
        code => state.stream_error(py, code, None, "while creating decompression object"),
    })?;
    if let Some(zdict) = zdict
        && wbits < 0
    {
        set_inflate_dictionary(py, state, &mut stream, zdict)?;
    }
    Ok(stream)
}

fn set_inflate_dictionary<'py>(
    py: Python<'py>,
    state: &State,
    stream: &mut Inflate,
    zdict: &Bound<'py, PyAny>,
) -> PyResult<()> {
    let zdict = PyBuffer::get(zdict)?;
    check_dictionary_len(py, &zdict)?;
    zdict
        .with_bytes(|dictionary| stream.set_dictionary(dictionary))?
        .map_err(|code| state.stream_error(py, code, stream.message(), "while setting zdict"))
}
