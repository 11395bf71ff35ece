//! Comparisons of built-in values, made here: no Python code runs, so no reference has to be held and
//! nothing can change meanwhile.

use super::{CompareOp, PyAny, PyBytes, PyFloat, PyInt, PyString, PyTuple, StrData};
use crate::instance::Bound;

/// How deep tuples in tuples are looked at here. The interpreter compares deeper ones, and counts the
/// levels of recursion.
const DEPTH: u32 = 3;

/// `left op right` for two `int`s, `float`s, `str`s or `bytes`, or two `tuple`s of such values as far as they
/// are looked at; `None` for everything else, subclasses included. But what is the same object is equal.
#[inline(always)]
pub(crate) fn built_in(
    left: &Bound<'_, PyAny>,
    right: &Bound<'_, PyAny>,
    op: CompareOp,
) -> Option<bool> {
    if matches!(op, CompareOp::Eq | CompareOp::Ne) && left.is(right) {
        return Some(op == CompareOp::Eq);
    }
    values(left, right, op, DEPTH)
}

#[inline(always)]
fn values(
    left: &Bound<'_, PyAny>,
    right: &Bound<'_, PyAny>,
    op: CompareOp,
    depth: u32,
) -> Option<bool> {
    if !left.is_same_type(right) {
        return None;
    }
    if let Some(left) = left.cast_exact::<PyInt>() {
        return Some(op.matches(left.order(right.cast_exact()?)));
    }
    if let Some(left) = left.cast_exact::<PyFloat>() {
        let right = right.cast_exact::<PyFloat>()?;
        return Some(op.holds(&left.value(), &right.value()));
    }
    if let Some(left) = left.cast_exact::<PyString>() {
        return strings(left, right.cast_exact()?, op);
    }
    if let Some(left) = left.cast_exact::<PyTuple>() {
        return tuples(left, right.cast_exact()?, op, depth.checked_sub(1)?);
    }
    let left = left.cast_exact::<PyBytes>()?;
    Some(op.holds(left.as_bytes(), right.cast_exact::<PyBytes>()?.as_bytes()))
}

/// `left op right` for a `float` and an `int` that is not large; `None` for everything else. Apart from [`built_in`],
/// as loops that compare values of one type are slower with it.
pub(crate) fn mixed(
    left: &Bound<'_, PyAny>,
    right: &Bound<'_, PyAny>,
    op: CompareOp,
) -> Option<bool> {
    if left.is_same_type(right) {
        return None;
    }
    Some(op.holds(&as_float(left)?, &as_float(right)?))
}

/// The value of a `float`, or of an `int` that is one without being rounded.
fn as_float(number: &Bound<'_, PyAny>) -> Option<f64> {
    const LIMIT: u64 = 1 << f64::MANTISSA_DIGITS;
    if let Some(float) = number.cast_exact::<PyFloat>() {
        return Some(float.value());
    }
    let int = number.cast_exact::<PyInt>()?.to_i64()?;
    (int.unsigned_abs() <= LIMIT).then_some(int as f64)
}

/// Strings are compared by code points. Those of different width are left to the interpreter.
fn strings(left: &Bound<'_, PyString>, right: &Bound<'_, PyString>, op: CompareOp) -> Option<bool> {
    use StrData::{Ascii, Latin1, Ucs2, Ucs4};
    match (left.data(), right.data()) {
        (Ascii(left) | Latin1(left), Ascii(right) | Latin1(right)) => Some(op.holds(left, right)),
        (Ucs2(left), Ucs2(right)) => Some(op.holds(left, right)),
        (Ucs4(left), Ucs4(right)) => Some(op.holds(left, right)),
        _ => None,
    }
}

/// The first pair of items that differ decides, else the lengths do.
fn tuples(
    left: &Bound<'_, PyTuple>,
    right: &Bound<'_, PyTuple>,
    op: CompareOp,
    depth: u32,
) -> Option<bool> {
    for (left, right) in left.borrowed_items().zip(right.borrowed_items()) {
        if !left.is(&right) && !values(&left, &right, CompareOp::Eq, depth)? {
            return match op {
                CompareOp::Eq => Some(false),
                CompareOp::Ne => Some(true),
                _ => values(&left, &right, op, depth),
            };
        }
    }
    Some(op.holds(&left.len(), &right.len()))
}

impl CompareOp {
    /// Whether `left op right` by Rust's comparison, which for floats is Python's.
    #[inline]
    fn holds<T: PartialOrd + ?Sized>(self, left: &T, right: &T) -> bool {
        match self {
            Self::Lt => left < right,
            Self::Le => left <= right,
            Self::Eq => left == right,
            Self::Ne => left != right,
            Self::Gt => left > right,
            Self::Ge => left >= right,
        }
    }
}
