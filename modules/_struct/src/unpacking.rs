//! Bytes to values.

use corten_api::prelude::*;

use crate::compiled::Compiled;
use crate::float;
use crate::format::{Code, Kind};
use crate::small_ints::SmallInts;

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
    let mut tuple = PyTupleBuilder::new(compiled.py(), compiled.layout.len)?;
    unpack_into(compiled, buffer, start, &mut tuple)?;
    Ok(tuple.finish())
}

/// Adds the values to `tuple`. Runs no Python code.
pub(crate) fn unpack_into<'py>(
    compiled: &Bound<'py, Compiled>,
    buffer: &PyBuffer<'py>,
    start: usize,
    tuple: &mut PyTupleBuilder<'py>,
) -> PyResult<()> {
    let py = compiled.py();
    let size = compiled.layout.size;
    if let Some(bytes) = buffer.frozen() {
        return unpack_bytes(compiled, &bytes[start..start + size], tuple);
    }
    if size <= ON_STACK {
        let mut memory = [std::mem::MaybeUninit::uninit(); ON_STACK];
        let bytes = buffer.copy_to(start, &mut memory[..size]);
        return unpack_bytes(compiled, bytes, tuple);
    }
    let mut bytes = Vec::new();
    buffer.append_to(py, start..start + size, &mut bytes)?;
    unpack_bytes(compiled, &bytes, tuple)
}

fn unpack_bytes<'py>(
    compiled: &Bound<'py, Compiled>,
    bytes: &[u8],
    tuple: &mut PyTupleBuilder<'py>,
) -> PyResult<()> {
    let py = compiled.py();
    let ints = &**compiled.ints.bind(py);
    for code in &compiled.layout.codes {
        let mut rest = &bytes[code.offset..];
        if code.repeat > 1 && unpack_ints(py, ints, code, rest, tuple)? {
            continue;
        }
        for _ in 0..code.repeat {
            tuple.push(value(py, ints, code, rest)?);
            rest = &rest[code.size..];
        }
    }
    Ok(())
}

/// Adds many ints of one kind, if that is what `bytes` begins with.
fn unpack_ints<'py>(
    py: Python<'py>,
    ints: &SmallInts,
    code: &Code,
    bytes: &[u8],
    tuple: &mut PyTupleBuilder<'py>,
) -> PyResult<bool> {
    macro_rules! each {
        ($type:ident) => {
            for bytes in bytes.as_chunks().0.iter().take(code.repeat) {
                let number = $type::from_ne_bytes(*bytes);
                let number = if code.swapped {
                    number.swap_bytes()
                } else {
                    number
                };
                tuple.push(ints.int(py, number.into())?);
            }
        };
    }

    match code.kind {
        Kind::I8 => each!(i8),
        Kind::U8 => each!(u8),
        Kind::I16 => each!(i16),
        Kind::U16 => each!(u16),
        Kind::I32 => each!(i32),
        Kind::U32 => each!(u32),
        Kind::I64 => each!(i64),
        _ => return Ok(false),
    }
    Ok(true)
}

/// The value of the kind `code` with which `bytes` begins.
#[inline]
fn value<'py>(
    py: Python<'py>,
    ints: &SmallInts,
    code: &Code,
    bytes: &[u8],
) -> PyResult<Bound<'py, PyAny>> {
    macro_rules! number {
        ($type:ident, $bytes:expr) => {{
            let number = $type::from_ne_bytes($bytes.as_chunks().0[0]);
            if code.swapped {
                number.swap_bytes()
            } else {
                number
            }
        }};
    }
    macro_rules! int {
        ($type:ident) => {
            object(ints.int(py, number!($type, bytes).into()))
        };
    }

    match code.kind {
        Kind::Pad => Ok(py.none()),
        Kind::Char => object(PyBytes::new(py, &bytes[..1])),
        Kind::I8 => int!(i8),
        Kind::U8 => int!(u8),
        Kind::I16 => int!(i16),
        Kind::U16 => int!(u16),
        Kind::I32 => int!(i32),
        Kind::U32 => int!(u32),
        Kind::I64 => int!(i64),
        Kind::U64 => number!(u64, bytes).into_py(py),
        Kind::Pointer => number!(usize, bytes).into_py(py),
        Kind::Bool => Ok(py.bool(bytes[0] != 0)),
        Kind::Half => float::double_from_half(number!(u16, bytes)).into_py(py),
        Kind::NativeFloat => float::widened(number!(u32, bytes)).into_py(py),
        Kind::Float => float::double_from_float(number!(u32, bytes)).into_py(py),
        Kind::Double => f64::from_bits(number!(u64, bytes)).into_py(py),
        Kind::FloatComplex => {
            let widen = match code.swapped {
                true => float::double_from_float,
                false => float::widened,
            };
            let [real, imaginary] = [bytes, &bytes[4..]].map(|bytes| widen(number!(u32, bytes)));
            object(PyComplex::new(py, real, imaginary))
        }
        Kind::DoubleComplex => {
            let [real, imaginary] =
                [bytes, &bytes[8..]].map(|bytes| f64::from_bits(number!(u64, bytes)));
            object(PyComplex::new(py, real, imaginary))
        }
        Kind::Bytes => object(PyBytes::new(py, &bytes[..code.size])),
        Kind::Pascal => {
            let used = match &bytes[..code.size] {
                [len, rest @ ..] => &rest[..rest.len().min(usize::from(*len))],
                [] => &[],
            };
            object(PyBytes::new(py, used))
        }
    }
}

fn object<T>(value: PyResult<Bound<'_, T>>) -> PyResult<Bound<'_, PyAny>> {
    value.map(Bound::into_any)
}
