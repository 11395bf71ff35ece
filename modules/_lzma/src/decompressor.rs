//! The class `LZMADecompressor`.

use std::mem::MaybeUninit;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};

use corten_api::prelude::*;
use corten_api::stream::{Codec, Incremental, Rest, Step};

use crate::engine::Error;
use crate::engine::decode::{Decoder, Format};
use crate::spec::{self, UInt64};
use crate::{CHECK_UNKNOWN, FORMAT_ALONE, FORMAT_AUTO, FORMAT_RAW, FORMAT_XZ, State};

/// An object that decompresses piece by piece and keeps unused input.
///
///   format
///     FORMAT_AUTO to find out between FORMAT_XZ and FORMAT_ALONE, or one of
///     these. FORMAT_RAW cannot be found out.
///   memlimit
///     How many bytes of memory may be used. A stream that needs more is an
///     error.
///   filters
///     With FORMAT_RAW only: the filters that the stream was made with, a
///     sequence of dicts.
#[pyclass(name = "LZMADecompressor", module = "_lzma", immutable, no_gc)]
#[derive(Traverse)]
pub(crate) struct LzmaDecompressor {
    #[traverse(skip)]
    decoder: PyLock<Incremental<Unpacker>>,
    /// The number of the stream's integrity check.
    #[member]
    check: AtomicI32,
    /// Whether the stream is complete.
    #[member]
    eof: AtomicBool,
    /// Whether decompress() can return more only if it is given more.
    #[member]
    needs_input: AtomicBool,
    /// What was given beyond the end of the stream.
    #[member]
    unused_data: MemberCell<PyBytes>,
}

#[pymethods]
impl LzmaDecompressor {
    #[new(
        signature = (format = FORMAT_AUTO, memlimit = None, filters = None),
        text_signature = "(format=FORMAT_AUTO, memlimit=None, filters=None)",
    )]
    fn new(
        py: Python<'_>,
        state: &State,
        format: i32,
        memlimit: Option<&Bound<'_, PyAny>>,
        filters: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let limit = match memlimit {
            Some(_) if format == FORMAT_RAW => {
                let text = "Cannot specify memory limit with FORMAT_RAW";
                return Err(PyValueError::raise(py, text));
            }
            Some(memlimit) => UInt64::new(memlimit, "uint64_t")?.0,
            None => u64::MAX,
        };
        let decoder = match (format, filters) {
            (FORMAT_RAW, None) => {
                return Err(PyValueError::raise(
                    py,
                    "Must specify filters for FORMAT_RAW",
                ));
            }
            (FORMAT_RAW, Some(filters)) => Decoder::raw(&spec::chain(state, filters)?),
            (_, Some(_)) => {
                let text = "Cannot specify filters except with FORMAT_RAW";
                return Err(PyValueError::raise(py, text));
            }
            (FORMAT_AUTO, None) => Ok(Decoder::new(Format::Auto, limit)),
            (FORMAT_XZ, None) => Ok(Decoder::new(Format::Xz, limit)),
            (FORMAT_ALONE, None) => Ok(Decoder::new(Format::Alone, limit)),
            _ => {
                let text = format_args!("Invalid container format: {format}");
                return Err(PyValueError::raise(py, text));
            }
        };
        let decoder = decoder.map_err(|error| state.raise(py, error))?;
        Ok(Self {
            check: AtomicI32::new(check_number(&decoder)),
            decoder: PyLock::new(Incremental::new(Unpacker(decoder))),
            eof: AtomicBool::new(false),
            needs_input: AtomicBool::new(true),
            unused_data: MemberCell::new(PyBytes::new(py, b"")?.unbind()),
        })
    }

    /// Take more of the stream; returns what can be told of the data.
    ///
    ///   data
    ///     The next part of the stream: any bytes-like object.
    ///   max_length
    ///     Return no more than that many bytes. What is left of the input is
    ///     kept: while needs_input is false, b'' will do for the next call.
    ///     A negative number means no limit.
    ///
    /// Once the stream is complete (eof), there is an EOFError.
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
            return Err(PyEOFError::raise(py, "Already at end of stream"));
        }
        const NO_ROOM: &str = "Unable to allocate output buffer.";
        let raise = |error| state.raise(py, error);
        let result = decoder.decompress(py, &data, max_length, NO_ROOM, raise);
        let check = check_number(&decoder.codec().0);
        slf.check.store(check, Ordering::Relaxed);
        let decompressed = result?;
        // A full output may be full by chance, but there is no telling.
        let needs_input = matches!(decompressed.rest, Rest::Nothing) && !decompressed.full;
        slf.needs_input.store(needs_input, Ordering::Relaxed);
        if let Rest::Unused(unused_data) = decompressed.rest {
            decoder.codec().0.end();
            slf.eof.store(true, Ordering::Relaxed);
            slf.unused_data.set(slf, unused_data.unbind());
        }
        Ok(decompressed.bytes)
    }
}

fn check_number(decoder: &Decoder) -> i32 {
    match decoder.check() {
        Some(check) => i32::from(check.id()),
        None => CHECK_UNKNOWN,
    }
}

/// Decompresses from one call to the next.
struct Unpacker(Decoder);

impl Codec for Unpacker {
    type Error = Error;

    fn step<'o>(
        &mut self,
        input: &[u8],
        _last: bool,
        room: &'o mut [MaybeUninit<u8>],
    ) -> Step<'o, Result<bool, Error>> {
        let len = room.len();
        let mut filler = Filler::new(room);
        let progress = self.0.decode(input, len, &mut |bytes| {
            filler.write_with(|rest| rest[..bytes.len()].write_copy_of_slice(bytes));
        });
        Step {
            consumed: progress.map_or(0, |progress| progress.consumed),
            written: filler.finish(),
            status: progress.map(|progress| progress.ended),
        }
    }
}
