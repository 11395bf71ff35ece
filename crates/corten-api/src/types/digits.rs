//! How the interpreter stores ints: an absolute value in digits of 30 bits, least significant first.
//!
//! Nearly all ints have one digit, and looking at it is much quicker than a call that has to be ready
//! for any number. [`check`] makes sure, when a module is loaded, that this is right.

use std::cmp::Ordering;
use std::slice;

use corten_ffi as ffi;

use super::PyInt;
use super::recycled::is_unshared;
use crate::err::PyResult;
use crate::python::Python;

#[repr(C)]
pub(super) struct Digits {
    header: ffi::PyObject,
    /// From the lowest bit on: two bits for the sign (0 positive, 1 zero, 2 negative), one flag, the
    /// number of digits.
    #[cfg(Py_3_12)]
    tag: usize,
    /// The number of digits, negative for negative ints.
    #[cfg(not(Py_3_12))]
    size: isize,
    first: u32,
}

/// The largest digit.
const MASK: u64 = (1 << 30) - 1;

/// The value of an int that has one digit at most.
///
/// # Safety
///
/// `int` must be a live int.
#[inline]
pub(super) unsafe fn single(int: *mut ffi::PyObject) -> Option<i64> {
    // SAFETY: ints are stored so, and always have memory for one digit.
    let int = unsafe { &*int.cast::<Digits>() };
    #[cfg(Py_3_12)]
    let sign = (int.tag < 2 << 3).then(|| 1 - (int.tag & 3) as i64);
    #[cfg(not(Py_3_12))]
    let sign = (-1..=1).contains(&int.size).then_some(int.size as i64);
    sign.map(|sign| sign * i64::from(int.first))
}

/// Gives an int another value, if it has just as many digits as that needs; tells whether it had.
///
/// # Safety
///
/// `int` must be a live int that nobody else has.
#[inline]
pub(super) unsafe fn rewrite(int: *mut ffi::PyObject, is_negative: bool, magnitude: u64) -> bool {
    let len = match magnitude {
        ..=MASK => 1,
        _ if magnitude >> 60 == 0 => 2,
        _ => 3,
    };
    let int = int.cast::<Digits>();
    // SAFETY: ints are stored so, with as many digits as they say.
    unsafe {
        #[cfg(Py_3_12)]
        let (len_now, size) = ((*int).tag >> 3, &raw mut (*int).tag);
        #[cfg(not(Py_3_12))]
        let (len_now, size) = ((*int).size.unsigned_abs(), &raw mut (*int).size);
        if len_now != len {
            return false;
        }
        #[cfg(Py_3_12)]
        size.write(len << 3 | usize::from(is_negative) << 1);
        #[cfg(not(Py_3_12))]
        size.write(len as isize * (1 - 2 * isize::from(is_negative)));
        let first = &raw mut (*int).first;
        first.write((magnitude & MASK) as u32);
        if len > 1 {
            first.add(1).write((magnitude >> 30 & MASK) as u32);
        }
        if len > 2 {
            first.add(2).write((magnitude >> 60) as u32);
        }
    }
    true
}

/// How two ints are ordered.
///
/// # Safety
///
/// Both must be live ints.
#[inline]
pub(super) unsafe fn order(left: *mut ffi::PyObject, right: *mut ffi::PyObject) -> Ordering {
    // SAFETY: forwarded from the caller.
    unsafe {
        match (single(left), single(right)) {
            (Some(left), Some(right)) => left.cmp(&right),
            _ => order_by_digits(left, right),
        }
    }
}

/// The int with more digits is farther from 0; with as many, the highest one that differs decides.
///
/// # Safety
///
/// Both must be live ints.
unsafe fn order_by_digits(left: *mut ffi::PyObject, right: *mut ffi::PyObject) -> Ordering {
    // SAFETY: forwarded from the caller.
    let ((sign, left), (other_sign, right)) = unsafe { (all(left), all(right)) };
    let signed_len = |sign: isize, digits: &[u32]| sign * digits.len() as isize;
    signed_len(sign, left)
        .cmp(&signed_len(other_sign, right))
        .then_with(|| match sign {
            ..0 => right.iter().rev().cmp(left.iter().rev()),
            _ => left.iter().rev().cmp(right.iter().rev()),
        })
}

/// The sign of an int, and its absolute value if 64 bits can hold it.
///
/// # Safety
///
/// `int` must be a live int.
pub(super) unsafe fn sign_and_magnitude(int: *mut ffi::PyObject) -> (isize, Option<u64>) {
    // SAFETY: forwarded from the caller.
    let (sign, digits) = unsafe { all(int) };
    let magnitude = match *digits {
        [] => Some(0),
        [first] => Some(first.into()),
        [first, second] => Some(u64::from(second) << 30 | u64::from(first)),
        [first, second, third @ ..16] => {
            Some(u64::from(third) << 60 | u64::from(second) << 30 | u64::from(first))
        }
        _ => None,
    };
    (sign, magnitude)
}

/// The sign and all digits of an int.
///
/// # Safety
///
/// `int` must be an int that lives for `'a`.
unsafe fn all<'a>(int: *mut ffi::PyObject) -> (isize, &'a [u32]) {
    let int = int.cast::<Digits>();
    // SAFETY: ints are stored so, with as many digits as they say, and never change.
    unsafe {
        #[cfg(Py_3_12)]
        let (sign, len) = (1 - ((*int).tag & 3) as isize, (*int).tag >> 3);
        #[cfg(not(Py_3_12))]
        let (sign, len) = ((*int).size.signum(), (*int).size.unsigned_abs());
        (sign, slice::from_raw_parts(&raw const (*int).first, len))
    }
}

/// Whether the running interpreter stores ints so.
pub(crate) fn check(py: Python<'_>) -> PyResult<bool> {
    const LARGEST: i64 = (1 << 30) - 1;
    for value in [
        0,
        1,
        -2,
        LARGEST,
        -LARGEST,
        LARGEST + 1,
        -LARGEST - 1,
        i64::MIN,
    ] {
        let int = PyInt::from_i64(py, value)?;
        let one_digit = (-LARGEST..=LARGEST).contains(&value);
        // SAFETY: a live int. Should it be stored otherwise, it is still longer than what is read.
        let single = unsafe { single(int.as_ptr()) };
        if single != one_digit.then_some(value) || int.to_i64() != Some(value) {
            return Ok(false);
        }
        // SAFETY: a live int that nobody else has.
        let is_negated =
            is_unshared(&int) && unsafe { rewrite(int.as_ptr(), value > 0, value.unsigned_abs()) };
        if is_negated && int.to_i64() != value.checked_neg() {
            return Ok(false);
        }
    }
    Ok(true)
}
