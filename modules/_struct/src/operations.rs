//! What the module's functions and the methods of `Struct` have in common.

use corten_api::prelude::*;

use crate::compiled::{self, Compiled};
use crate::packing::{self, Place};
use crate::unpacking;

/// Structs of so many bytes are packed on the stack: what is copied from there is quicker to make, and shared if
/// it is a single byte.
const ON_STACK: usize = 64;

/// A `bytes` object with `values`.
pub(crate) fn pack<'py>(
    compiled: &Bound<'py, Compiled>,
    values: &[Borrowed<'_, 'py, PyAny>],
) -> PyResult<Bound<'py, PyBytes>> {
    let layout = &compiled.layout;
    if values.len() != layout.len {
        return Err(bad_count(compiled, "pack", values.len()));
    }
    if layout.size <= ON_STACK {
        let mut memory = [0; ON_STACK];
        let bytes = &mut memory[..layout.size];
        packing::pack(compiled, values, bytes)?;
        return PyBytes::new(compiled.py(), bytes);
    }
    PyBytes::new_zeroed_with(compiled.py(), layout.size, |bytes| {
        packing::pack(compiled, values, bytes)?;
        Ok(layout.size)
    })
}

/// Packs to a buffer, which is the first of `arguments`; the second is where, the others are the values.
pub(crate) fn pack_into<'py>(
    compiled: &Bound<'py, Compiled>,
    arguments: &[Borrowed<'_, 'py, PyAny>],
) -> PyResult<()> {
    let (buffer, offset, values) = match arguments {
        [buffer, offset, values @ ..] if values.len() == compiled.layout.len => {
            (buffer, offset, values)
        }
        [] => {
            return Err(compiled::error(
                compiled,
                "pack_into expected buffer argument",
            ));
        }
        [_] => {
            return Err(compiled::error(
                compiled,
                "pack_into expected offset argument",
            ));
        }
        [_, _, values @ ..] => return Err(bad_count(compiled, "pack_into", values.len())),
    };
    let mut buffer = PyBufferMut::get(buffer).map_err(|error| {
        drop(error);
        not_writable(buffer)
    })?;
    let offset = index(offset)?;
    let start = PACKING.start(compiled, buffer.len(), offset)?;
    let end = start + compiled.layout.size;
    buffer.with_bytes_mut(|bytes| bytes[start..end].fill(0))?;
    let mut place = Place {
        buffer: &mut buffer,
        start,
    };
    packing::pack(compiled, values, &mut place)
}

/// The values in a buffer that holds them and nothing else.
pub(crate) fn unpack<'py>(
    compiled: &Bound<'py, Compiled>,
    buffer: &PyBuffer<'py>,
) -> PyResult<Bound<'py, PyTuple>> {
    let size = compiled.layout.size;
    if buffer.len() != size {
        let text = format_args!("unpack requires a buffer of {size} bytes");
        return Err(compiled::error(compiled, text));
    }
    unpacking::unpack(compiled, buffer, 0)
}

/// The values at `offset` in a buffer, a negative one counting from its end.
pub(crate) fn unpack_from<'py>(
    compiled: &Bound<'py, Compiled>,
    buffer: &PyBuffer<'py>,
    offset: isize,
) -> PyResult<Bound<'py, PyTuple>> {
    let start = UNPACKING.start(compiled, buffer.len(), offset)?;
    unpacking::unpack(compiled, buffer, start)
}

/// How messages about offsets call what is being done.
struct Wording {
    function: &'static str,
    doing: &'static str,
    too_late: &'static str,
}

const PACKING: Wording = Wording {
    function: "pack_into",
    doing: "packing",
    too_late: "no space to pack",
};

const UNPACKING: Wording = Wording {
    function: "unpack_from",
    doing: "unpacking",
    too_late: "not enough data to unpack",
};

impl Wording {
    /// Where the struct begins in a buffer of `len` bytes, which it fits into.
    fn start(&self, compiled: &Bound<'_, Compiled>, len: usize, offset: isize) -> PyResult<usize> {
        let size = compiled.layout.size;
        let start = match usize::try_from(offset) {
            Ok(start) => start,
            Err(_) => self.start_before_end(compiled, len, offset)?,
        };
        if start <= len && size <= len - start {
            return Ok(start);
        }
        let Wording {
            function, doing, ..
        } = self;
        let needed = size.wrapping_add(start);
        Err(compiled::error(
            compiled,
            format_args!(
                "{function} requires a buffer of at least {needed} bytes for {doing} {size} bytes \
                 at offset {start} (actual buffer size is {len})"
            ),
        ))
    }

    fn start_before_end(
        &self,
        compiled: &Bound<'_, Compiled>,
        len: usize,
        offset: isize,
    ) -> PyResult<usize> {
        let size = compiled.layout.size;
        let before_end = offset.unsigned_abs();
        if before_end < size {
            let text = format_args!("{} {size} bytes at offset {offset}", self.too_late);
            return Err(compiled::error(compiled, text));
        }
        len.checked_sub(before_end).ok_or_else(|| {
            let text = format_args!("offset {offset} out of range for {len}-byte buffer");
            compiled::error(compiled, text)
        })
    }
}

/// An index in the sense of sequences: whatever has an `__index__` that fits.
fn index(object: &Bound<'_, PyAny>) -> PyResult<isize> {
    let value = object.index()?.to_i64();
    let index = value.and_then(|value| isize::try_from(value).ok());
    index.ok_or_else(|| {
        let name = object.type_name();
        let text = format_args!("cannot fit '{name}' into an index-sized integer");
        PyIndexError::raise(object.py(), text)
    })
}

#[cold]
fn bad_count(compiled: &Bound<'_, Compiled>, function: &str, given: usize) -> PyErr {
    let expected = compiled.layout.len;
    let text = format_args!("{function} expected {expected} items for packing (got {given})");
    compiled::error(compiled, text)
}

#[cold]
fn not_writable(object: &Bound<'_, PyAny>) -> PyErr {
    let name = match object.is_none() {
        true => "None".to_owned(),
        false => object.type_name(),
    };
    let text = format_args!("argument must be read-write bytes-like object, not {name}");
    PyTypeError::raise(object.py(), text)
}
