//! Items as Python objects, and back.

use std::ffi::c_long;

use corten_api::prelude::*;

use crate::code::TypeCode;
use crate::number;
use crate::search::Needle;

/// The bits of `object` as an item of an array of `code`.
///
/// # Errors
///
/// `TypeError` and `OverflowError` for objects that can't be items, or what `__index__` and `__float__`
/// raise.
#[inline]
pub(crate) fn to_bits(code: TypeCode, object: &Bound<'_, PyAny>) -> PyResult<u64> {
    match plain_to_bits(code, object) {
        Some(bits) => Ok(bits),
        None => convert(code, object),
    }
}

/// As [`to_bits`], where that takes no Python code, and nothing is wrong.
#[inline]
pub(crate) fn plain_to_bits(code: TypeCode, object: &Bound<'_, PyAny>) -> Option<u64> {
    if code.is_text() {
        return character(object);
    }
    let number = match object.cast::<PyInt>() {
        Some(int) if code.kind() == ItemKind::U64 => return int.to_u64(),
        Some(int) if !code.is_float() => Number::Int(int.to_i64()?),
        _ => Number::from(object),
    };
    number::to_bits(code, &number)
}

/// The bits of an object that is not plain, or the error for it.
#[cold]
#[inline(never)]
fn convert(code: TypeCode, object: &Bound<'_, PyAny>) -> PyResult<u64> {
    match code {
        TypeCode::Char => limited::<i8>(object, &[SHORT, SCHAR]),
        TypeCode::UChar => limited::<u8>(object, &[UCHAR]),
        TypeCode::Short => limited::<i16>(object, &[SHORT]),
        TypeCode::UShort => limited::<u16>(object, &[INT, USHORT]),
        TypeCode::Int => limited::<i32>(object, &[INT]),
        TypeCode::Long => limited::<c_long>(object, &[]),
        TypeCode::LongLong => i64::from_arg(object, &ITEM).map(i64::cast_unsigned),
        TypeCode::UInt => unsigned_int(object),
        TypeCode::ULong => with_int(object, to_c_ulong),
        TypeCode::ULongLong => u64::from_arg(object, &ITEM),
        TypeCode::Float => f64::from_arg(object, &ITEM).map(|x| (x as f32).to_bits().into()),
        TypeCode::Double => f64::from_arg(object, &ITEM).map(f64::to_bits),
        TypeCode::Wide => Err(not_character(object)),
        #[cfg(Py_3_13)]
        TypeCode::Text => Err(not_character(object)),
    }
}

/// What the conversions of the API call an item, should they have to.
const ITEM: Arg = Arg::only("array");

/// What a C type can hold, and what messages call it.
#[derive(Clone, Copy)]
struct Limit {
    min: i64,
    max: i64,
    name: &'static str,
}

const SCHAR: Limit = Limit::new(i8::MIN as i64, i8::MAX as i64, "signed char");
const UCHAR: Limit = Limit::new(u8::MIN as i64, u8::MAX as i64, "unsigned byte integer");
const SHORT: Limit = Limit::new(i16::MIN as i64, i16::MAX as i64, "signed short integer");
const USHORT: Limit = Limit::new(u16::MIN as i64, u16::MAX as i64, "unsigned short");
const INT: Limit = Limit::new(i32::MIN as i64, i32::MAX as i64, "signed integer");

impl Limit {
    const fn new(min: i64, max: i64, name: &'static str) -> Self {
        Limit { min, max, name }
    }
}

/// The bits of an integer that fits `T`. What does not exceeds one of the `limits`; the message names the
/// first.
#[inline]
fn limited<T: TryFrom<i64>>(object: &Bound<'_, PyAny>, limits: &[Limit]) -> PyResult<u64> {
    let value = with_int(object, to_c_long)?;
    match T::try_from(value) {
        Ok(_) => Ok(value.cast_unsigned()),
        Err(_) => Err(out_of_range(object.py(), value, limits)),
    }
}

#[cold]
fn out_of_range(py: Python<'_>, value: i64, limits: &[Limit]) -> PyErr {
    let exceeded = limits
        .iter()
        .find(|limit| !(limit.min..=limit.max).contains(&value));
    let (name, side) = match exceeded {
        Some(Limit { name, min, .. }) if value < *min => (*name, "less than minimum"),
        Some(Limit { name, .. }) => (*name, "greater than maximum"),
        None => unreachable!("within all limits"),
    };
    PyOverflowError::raise(py, format_args!("{name} is {side}"))
}

/// A C `long`.
#[inline]
pub(crate) fn to_c_long(int: &Bound<'_, PyInt>) -> PyResult<i64> {
    let value = int
        .to_i64()
        .filter(|&value| c_long::try_from(value).is_ok());
    value.ok_or_else(|| {
        PyOverflowError::raise(int.py(), "Python int too large to convert to C long")
    })
}

/// The int that `object` is or gives through `__index__`, passed through `f`.
#[inline]
fn with_int<'py, R>(
    object: &Bound<'py, PyAny>,
    f: impl FnOnce(&Bound<'py, PyInt>) -> PyResult<R>,
) -> PyResult<R> {
    match object.cast::<PyInt>() {
        Some(int) => f(int),
        None => f(&object.index()?),
    }
}

/// A C `unsigned int`.
fn unsigned_int(object: &Bound<'_, PyAny>) -> PyResult<u64> {
    let value = with_int(object, to_c_ulong)?;
    let too_large = |_| PyOverflowError::raise(object.py(), "unsigned int is greater than maximum");
    u32::try_from(value).map(u64::from).map_err(too_large)
}

#[allow(clippy::unnecessary_cast)] // A C `long` has 32 bits on some machines.
fn to_c_ulong(int: &Bound<'_, PyInt>) -> PyResult<u64> {
    int.to_c_ulong().map(|value| value as u64)
}

/// The code point that a string of one is.
fn character(object: &Bound<'_, PyAny>) -> Option<u64> {
    let text = object.cast::<PyString>().filter(|text| text.len() == 1)?;
    text.code_at(0).map(u64::from)
}

#[cfg(not(Py_3_14))]
#[cold]
fn not_character(object: &Bound<'_, PyAny>) -> PyErr {
    PyTypeError::raise(object.py(), "array item must be unicode character")
}

#[cfg(Py_3_14)]
#[cold]
fn not_character(object: &Bound<'_, PyAny>) -> PyErr {
    let py = object.py();
    let wanted = "array item must be a unicode character, not";
    if let Some(text) = object.cast::<PyString>() {
        let len = text.len();
        return PyTypeError::raise(py, format_args!("{wanted} a string of length {len}"));
    }
    let name = object.get_type().fully_qualified_name();
    match name.as_ref().map(|name| name.to_str()) {
        Ok(Ok(name)) => PyTypeError::raise(py, format_args!("{wanted} {name}")),
        _ => PyErr::already_set(py),
    }
}

/// What to look for in an array of `code` for items equal to `object`; `None` when comparing takes the
/// object's own methods.
pub(crate) fn needle(code: TypeCode, object: &Bound<'_, PyAny>) -> Option<Needle> {
    let is_plain_int = object.cast_exact::<PyInt>().is_some() || object.cast::<PyBool>().is_some();
    if code.is_text() {
        let text = object.cast_exact::<PyString>()?;
        let code_point = text.code_at(0).filter(|_| text.len() == 1);
        return Some(Needle::Char(code_point));
    }
    if let Some(int) = object.cast::<PyInt>().filter(|_| is_plain_int) {
        let value = int.to_i64()?;
        return Some(match code.is_float() {
            true => float_of(value).map_or(Needle::Nothing, Needle::Float),
            false => Needle::Int(value.into()),
        });
    }
    if let Some(float) = object.cast_exact::<PyFloat>() {
        let value = float.value();
        return Some(match code.is_float() {
            true => Needle::Float(value),
            false => whole(value).map_or(Needle::Nothing, Needle::Int),
        });
    }
    let is_never_equal = object.is_none() || object.cast_exact::<PyString>().is_some();
    is_never_equal.then_some(Needle::Nothing)
}

/// The float that is equal to the integer, if there is one.
fn float_of(int: i64) -> Option<f64> {
    let float = int as f64;
    (float as i128 == i128::from(int)).then_some(float)
}

/// The integer that is equal to the float, if there is one that an item can be.
fn whole(float: f64) -> Option<i128> {
    (float.fract() == 0.0).then_some(float as i128)
}
