//! The operators of numbers.

use corten_ffi as ffi;

use super::{PyAny, PyInt, PyString};
use crate::err::PyResult;
use crate::instance::Bound;

macro_rules! operators {
    ($($(#[$doc:meta])* $name:ident = $operator:path;)*) => {
        impl<'py> Bound<'py, PyAny> {
            $(
                $(#[$doc])*
                ///
                /// # Errors
                ///
                /// `TypeError` when the types do not go together, or what their methods raise.
                #[inline]
                pub fn $name<T>(&self, other: &Bound<'_, T>) -> PyResult<Bound<'py, PyAny>> {
                    // SAFETY: attached; both objects are live.
                    unsafe {
                        let result = $operator(self.as_ptr(), other.as_ptr());
                        Bound::from_owned_or_err(self.py(), result)
                    }
                }
            )*
        }
    };
}

operators! {
    /// `x + other`.
    add = ffi::PyNumber_Add;
    /// `x - other`.
    sub = ffi::PyNumber_Subtract;
    /// `x * other`.
    mul = ffi::PyNumber_Multiply;
    /// `x / other`.
    true_div = ffi::PyNumber_TrueDivide;
    /// `x // other`.
    floor_div = ffi::PyNumber_FloorDivide;
    /// `x << other`.
    lshift = ffi::PyNumber_Lshift;
    /// `x >> other`.
    rshift = ffi::PyNumber_Rshift;
    /// `x @ other`.
    mat_mul = ffi::PyNumber_MatrixMultiply;
    /// `x % other`.
    rem = ffi::PyNumber_Remainder;
    /// `x & other`.
    bit_and = ffi::PyNumber_And;
    /// `x | other`.
    bit_or = ffi::PyNumber_Or;
    /// `x ^ other`.
    bit_xor = ffi::PyNumber_Xor;
    /// `x += other`.
    add_in_place = ffi::PyNumber_InPlaceAdd;
    /// `x -= other`.
    sub_in_place = ffi::PyNumber_InPlaceSubtract;
    /// `x *= other`.
    mul_in_place = ffi::PyNumber_InPlaceMultiply;
    /// `x @= other`.
    mat_mul_in_place = ffi::PyNumber_InPlaceMatrixMultiply;
    /// `x /= other`.
    true_div_in_place = ffi::PyNumber_InPlaceTrueDivide;
    /// `x //= other`.
    floor_div_in_place = ffi::PyNumber_InPlaceFloorDivide;
    /// `x %= other`.
    rem_in_place = ffi::PyNumber_InPlaceRemainder;
    /// `x <<= other`.
    lshift_in_place = ffi::PyNumber_InPlaceLshift;
    /// `x >>= other`.
    rshift_in_place = ffi::PyNumber_InPlaceRshift;
    /// `x &= other`.
    bit_and_in_place = ffi::PyNumber_InPlaceAnd;
    /// `x |= other`.
    bit_or_in_place = ffi::PyNumber_InPlaceOr;
    /// `x ^= other`.
    bit_xor_in_place = ffi::PyNumber_InPlaceXor;
    /// `x + other` of sequences.
    concat = ffi::PySequence_Concat;
    /// `x += other` of sequences.
    concat_in_place = ffi::PySequence_InPlaceConcat;
}

macro_rules! unary_operators {
    ($($(#[$doc:meta])* $name:ident = $operator:path;)*) => {
        impl<'py> Bound<'py, PyAny> {
            $(
                $(#[$doc])*
                ///
                /// # Errors
                ///
                /// `TypeError` when the type has no such operator, or what its method raises.
                #[inline]
                pub fn $name(&self) -> PyResult<Bound<'py, PyAny>> {
                    // SAFETY: attached; `self` is live.
                    unsafe { Bound::from_owned_or_err(self.py(), $operator(self.as_ptr())) }
                }
            )*
        }
    };
}

unary_operators! {
    /// `abs(x)`.
    abs = ffi::PyNumber_Absolute;
    /// `-x`.
    neg = ffi::PyNumber_Negative;
    /// `+x`.
    pos = ffi::PyNumber_Positive;
    /// `~x`.
    invert = ffi::PyNumber_Invert;
}

impl<'py> Bound<'py, PyAny> {
    /// `pow(x, exponent, modulus)`; `None` as modulus is none.
    ///
    /// # Errors
    ///
    /// `TypeError` when the types do not go together, or what their methods raise.
    pub fn pow(
        &self,
        exponent: &Bound<'_, PyAny>,
        modulus: &Bound<'_, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        // SAFETY: attached; all objects are live.
        unsafe {
            let power = ffi::PyNumber_Power(self.as_ptr(), exponent.as_ptr(), modulus.as_ptr());
            Bound::from_owned_or_err(self.py(), power)
        }
    }

    /// `x **= exponent`.
    ///
    /// # Errors
    ///
    /// `TypeError` when the types do not go together, or what their methods raise.
    pub fn pow_in_place(&self, exponent: &Bound<'_, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        // SAFETY: attached; all objects are live.
        unsafe {
            let power =
                ffi::PyNumber_InPlacePower(self.as_ptr(), exponent.as_ptr(), ffi::Py_None());
            Bound::from_owned_or_err(self.py(), power)
        }
    }
}

impl<'py> Bound<'py, PyInt> {
    /// The decimal digits, whatever `__repr__` a subclass has.
    ///
    /// Quadratic in the number of digits, which is why the interpreter limits them
    /// (`sys.set_int_max_str_digits`).
    ///
    /// # Errors
    ///
    /// `ValueError` when there are more digits than allowed, `MemoryError`.
    pub fn to_decimal(&self) -> PyResult<Bound<'py, PyString>> {
        // SAFETY: attached; a number's text is a str.
        unsafe {
            let digits = ffi::PyNumber_ToBase(self.as_ptr(), 10);
            Bound::from_owned_or_err(self.py(), digits)
        }
    }

    /// The greatest common divisor, never negative.
    ///
    /// Quadratic in the number of digits.
    ///
    /// # Errors
    ///
    /// `MemoryError`, and what a signal handler raises meanwhile.
    pub fn gcd(&self, other: &Bound<'py, PyInt>) -> PyResult<Bound<'py, PyInt>> {
        // SAFETY: attached; both are ints, and so is the result.
        unsafe {
            let divisor = ffi::_PyLong_GCD(self.as_ptr(), other.as_ptr());
            Bound::from_owned_or_err(self.py(), divisor)
        }
    }
}
