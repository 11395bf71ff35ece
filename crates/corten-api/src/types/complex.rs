//! `complex`.

use corten_ffi as ffi;

use super::{PyAny, PyFloat, type_check};
use crate::err::{PyErr, PyResult};
use crate::instance::Bound;
use crate::python::Python;

/// Python's `complex`.
pub struct PyComplex(());
type_check!(
    PyComplex,
    "complex",
    ffi::PyComplex_Check,
    ffi::PyComplex_CheckExact
);

impl PyComplex {
    /// The complex number of these parts.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    #[inline]
    pub fn new(py: Python<'_>, real: f64, imag: f64) -> PyResult<Bound<'_, Self>> {
        // SAFETY: attached.
        unsafe { Bound::from_owned_or_err(py, ffi::PyComplex_FromDoubles(real, imag)) }
    }
}

impl Bound<'_, PyAny> {
    /// `complex(x)` for numbers, as its two parts: a complex number's value, else by `__complex__`,
    /// `__float__` or `__index__`.
    ///
    /// # Errors
    ///
    /// `TypeError` (`must be real number, not str`), or what these methods raise.
    #[inline]
    pub fn to_complex(&self) -> PyResult<(f64, f64)> {
        if let Some(float) = self.cast_exact::<PyFloat>() {
            return Ok((float.value(), 0.0));
        }
        // SAFETY: attached; `self` is live.
        let value = unsafe { ffi::PyComplex_AsCComplex(self.as_ptr()) };
        if value.real == -1.0 {
            PyErr::check_occurred(self.py())?;
        }
        Ok((value.real, value.imag))
    }
}
