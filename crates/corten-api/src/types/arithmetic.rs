//! The operators of numbers.

use corten_ffi as ffi;

use super::{PyAny, PyInt};
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
}

impl<'py> Bound<'py, PyAny> {
    /// `abs(x)`.
    ///
    /// # Errors
    ///
    /// `TypeError` when the type has no absolute values, or what its method raises.
    pub fn abs(&self) -> PyResult<Bound<'py, PyAny>> {
        // SAFETY: attached; `self` is live.
        unsafe { Bound::from_owned_or_err(self.py(), ffi::PyNumber_Absolute(self.as_ptr())) }
    }
}

impl<'py> Bound<'py, PyInt> {
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
