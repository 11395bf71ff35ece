//! Bytes to values.

use std::mem::MaybeUninit;

use corten_api::prelude::*;

use crate::compiled::Compiled;
use crate::float;
use crate::format::{Code, Kind};

/// How many bytes that can change are copied to the stack.
const ON_STACK: usize = 512;

/// The values in the bytes of `buffer` from `start` on, of which there must be enough.
///
/// # Errors
///
/// `MemoryError`.
pub(crate) fn unpack<'py>(
    compiled: &Bound<'py, Compiled>,
    buffer: &PyBuffer<'py>,
    start: usize,
) -> PyResult<Bound<'py, PyTuple>> {
    let py = compiled.py();
    let tuple = match compiled.tuples.take(py)? {
        Some(tuple) => fill(compiled, buffer, start, tuple)?,
        None => fill(
            compiled,
            buffer,
            start,
            PyTupleBuilder::new(py, compiled.layout.len)?,
        )?,
    };
    compiled.tuples.keep(&tuple)?;
    Ok(tuple)
}

/// Fills `tuple` with the values. Runs no Python code.
#[inline]
pub(crate) fn fill<'py>(
    compiled: &Bound<'py, Compiled>,
    buffer: &PyBuffer<'py>,
    start: usize,
    mut tuple: impl FillTuple<'py>,
) -> PyResult<Bound<'py, PyTuple>> {
    match buffer.frozen() {
        Some(bytes) => unpack_bytes(compiled, &bytes[start..], &mut tuple)?,
        None => unpack_copy(compiled, buffer, start, &mut tuple)?,
    }
    Ok(tuple.finish())
}

/// As [`unpack_bytes`], of a buffer that may change meanwhile.
#[inline(never)]
fn unpack_copy<'py>(
    compiled: &Bound<'py, Compiled>,
    buffer: &PyBuffer<'py>,
    start: usize,
    tuple: &mut impl FillTuple<'py>,
) -> PyResult<()> {
    let size = compiled.layout.size;
    if size <= ON_STACK {
        let mut copy = [MaybeUninit::uninit(); ON_STACK];
        return unpack_bytes(compiled, buffer.copy_to(start, &mut copy[..size]), tuple);
    }
    let mut copy = Vec::new();
    buffer.append_to(compiled.py(), start..start + size, &mut copy)?;
    unpack_bytes(compiled, &copy, tuple)
}

/// Adds the values in `bytes`, and what may be behind them, to `tuple`.
#[inline]
fn unpack_bytes<'py>(
    compiled: &Bound<'py, Compiled>,
    bytes: &[u8],
    tuple: &mut impl FillTuple<'py>,
) -> PyResult<()> {
    for code in &compiled.layout.codes {
        let bytes = &bytes[code.offset..][..code.size * code.repeat];
        unpack_code(compiled.py(), code, bytes, tuple)?;
    }
    Ok(())
}

/// Adds the values of one kind that `bytes` are.
#[inline]
fn unpack_code<'py>(
    py: Python<'py>,
    code: &Code,
    bytes: &[u8],
    tuple: &mut impl FillTuple<'py>,
) -> PyResult<()> {
    macro_rules! in_order {
        ($number:expr) => {{
            let number = $number;
            if code.swapped {
                number.swap_bytes()
            } else {
                number
            }
        }};
    }
    macro_rules! each {
        ($type:ident) => {
            each!($type, |number| number)
        };
        ($type:ident, |$number:ident| $value:expr) => {
            for bytes in bytes.as_chunks().0 {
                let $number = in_order!($type::from_ne_bytes(*bytes));
                tuple.push_value($value)?;
            }
        };
    }
    macro_rules! complex {
        ($type:ident, $value:expr) => {
            for [real, imaginary] in bytes.as_chunks().0.as_chunks().0 {
                let [real, imaginary] =
                    [real, imaginary].map(|bytes| $value(in_order!($type::from_ne_bytes(*bytes))));
                tuple.push(PyComplex::new(py, real, imaginary)?);
            }
        };
    }

    match code.kind {
        Kind::Pad => {}
        Kind::Char => {
            for byte in bytes {
                tuple.push(PyBytes::new(py, &[*byte])?);
            }
        }
        Kind::I8 => each!(i8),
        Kind::U8 => each!(u8),
        Kind::I16 => each!(i16),
        Kind::U16 => each!(u16),
        Kind::I32 => each!(i32),
        Kind::U32 => each!(u32),
        Kind::I64 => each!(i64),
        Kind::U64 => each!(u64),
        Kind::Pointer => each!(usize),
        Kind::Bool => {
            for byte in bytes {
                tuple.push(py.bool(*byte != 0));
            }
        }
        Kind::Half => each!(u16, |bits| float::double_from_half(bits)),
        Kind::NativeFloat => each!(u32, |bits| float::widened(bits)),
        Kind::Float => each!(u32, |bits| float::double_from_float(bits)),
        Kind::Double => each!(u64, |bits| f64::from_bits(bits)),
        Kind::FloatComplex if code.swapped => complex!(u32, float::double_from_float),
        Kind::FloatComplex => complex!(u32, float::widened),
        Kind::DoubleComplex => complex!(u64, f64::from_bits),
        Kind::Bytes => tuple.push_value(bytes)?,
        Kind::Pascal => {
            let used = match bytes {
                [len, rest @ ..] => &rest[..rest.len().min(usize::from(*len))],
                [] => &[],
            };
            tuple.push_value(used)?;
        }
    }
    Ok(())
}
