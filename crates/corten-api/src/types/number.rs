//! `int`, `bool` and `float`.

use std::cmp::Ordering;
use std::ffi::{CStr, c_int, c_long, c_ulong};

use corten_ffi as ffi;

use super::{PyAny, PyString, digits, singletons, type_check};
use crate::err::{PyErr, PyResult};
use crate::exceptions::{PyException, PyOverflowError, PyValueError};
use crate::instance::Bound;
use crate::python::Python;

/// Python's `int`.
pub struct PyInt(());
type_check!(PyInt, "int", ffi::PyLong_Check, ffi::PyLong_CheckExact);

/// Python's `bool`.
pub struct PyBool(());
type_check!(PyBool, "bool", ffi::PyBool_Check, ffi::PyBool_Check);

/// Python's `float`.
pub struct PyFloat(());
type_check!(
    PyFloat,
    "float",
    ffi::PyFloat_Check,
    ffi::PyFloat_CheckExact
);

impl PyInt {
    /// The int `value`.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    #[inline]
    pub fn from_i64(py: Python<'_>, value: i64) -> PyResult<Bound<'_, Self>> {
        if let Some(int) = singletons::int(py, value) {
            return Ok(int);
        }
        // For a `long`, the interpreter has a quicker way.
        // SAFETY: attached.
        unsafe {
            let int = match c_long::try_from(value) {
                Ok(value) => ffi::PyLong_FromLong(value),
                Err(_) => ffi::PyLong_FromLongLong(value),
            };
            Bound::from_owned_or_err(py, int)
        }
    }

    /// The int `value`.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    #[inline]
    pub fn from_u64(py: Python<'_>, value: u64) -> PyResult<Bound<'_, Self>> {
        if let Ok(value) = i64::try_from(value) {
            return Self::from_i64(py, value);
        }
        // SAFETY: attached.
        unsafe { Bound::from_owned_or_err(py, ffi::PyLong_FromUnsignedLongLong(value)) }
    }

    /// The int `value`.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    #[inline]
    pub fn from_u128(py: Python<'_>, value: u128) -> PyResult<Bound<'_, Self>> {
        match u64::try_from(value) {
            Ok(value) => Self::from_u64(py, value),
            Err(_) => Self::from_le_bytes(py, &value.to_le_bytes()),
        }
    }

    /// The int, never negative, that `bytes` are in base 256, least significant first.
    ///
    /// # Errors
    ///
    /// `MemoryError`, and `OverflowError` where an int cannot have as many bits.
    pub fn from_le_bytes<'py>(py: Python<'py>, bytes: &[u8]) -> PyResult<Bound<'py, Self>> {
        let (start, len) = (bytes.as_ptr(), bytes.len());
        // SAFETY: attached; so many bytes are readable. The flags say: little endian, unsigned.
        unsafe {
            #[cfg(Py_3_13)]
            let int = ffi::PyLong_FromUnsignedNativeBytes(
                start.cast(),
                len,
                ffi::Py_ASNATIVEBYTES_LITTLE_ENDIAN,
            );
            #[cfg(not(Py_3_13))]
            let int = ffi::_PyLong_FromByteArray(start, len, 1, 0);
            Bound::from_owned_or_err(py, int)
        }
    }

    /// The int that the decimal literal `text` stands for (`int(text)`).
    ///
    /// Quadratic in the number of digits, which is why the interpreter limits them
    /// (`sys.set_int_max_str_digits`).
    ///
    /// # Errors
    ///
    /// `ValueError` when it is no number or has more digits than allowed.
    pub fn from_decimal<'py>(py: Python<'py>, text: &[u8]) -> PyResult<Bound<'py, Self>> {
        // Most are short enough not to need the heap.
        let (mut short, mut long) = ([0; 128], Vec::new());
        let room = match short.get_mut(..=text.len()) {
            Some(room) => room,
            None if long.try_reserve_exact(text.len() + 1).is_err() => {
                return Err(PyErr::no_memory(py));
            }
            None => {
                long.resize(text.len() + 1, 0);
                &mut long[..]
            }
        };
        room[..text.len()].copy_from_slice(text);
        let text = CStr::from_bytes_with_nul(room)
            .map_err(|_| PyValueError::raise(py, "embedded null character"))?;
        // SAFETY: attached; `text` is a C string.
        unsafe {
            let object = ffi::PyLong_FromString(text.as_ptr(), std::ptr::null_mut(), 10);
            Bound::from_owned_or_err(py, object)
        }
    }
}

impl PyInt {
    /// The int that `value` is without its fraction.
    ///
    /// # Errors
    ///
    /// `OverflowError` for an infinity, `ValueError` for a NaN, `MemoryError`.
    #[inline]
    pub fn from_f64(py: Python<'_>, value: f64) -> PyResult<Bound<'_, Self>> {
        const LIMIT: f64 = (1u64 << 63) as f64;
        if value.abs() < LIMIT {
            // SAFETY: neither NaN nor out of range.
            return Self::from_i64(py, unsafe { value.to_int_unchecked() });
        }
        // SAFETY: attached.
        unsafe { Bound::from_owned_or_err(py, ffi::PyLong_FromDouble(value)) }
    }
}

impl Bound<'_, PyInt> {
    /// How the numbers are ordered.
    #[inline]
    #[must_use]
    pub fn order(&self, other: &Bound<'_, PyInt>) -> Ordering {
        // SAFETY: both are ints.
        unsafe { digits::order(self.as_ptr(), other.as_ptr()) }
    }

    /// The value, or `None` when it does not fit.
    #[inline]
    #[must_use]
    pub fn to_i64(&self) -> Option<i64> {
        // SAFETY: `self` is an int.
        if let Some(value) = unsafe { digits::single(self.as_ptr()) } {
            return Some(value);
        }
        // SAFETY: as above.
        let (sign, magnitude) = unsafe { digits::sign_and_magnitude(self.as_ptr()) };
        match sign {
            ..0 => 0i64.checked_sub_unsigned(magnitude?),
            _ => i64::try_from(magnitude?).ok(),
        }
    }

    /// The value, or `None` when it does not fit.
    #[inline]
    #[must_use]
    pub fn to_u64(&self) -> Option<u64> {
        // SAFETY: `self` is an int.
        if let Some(value) = unsafe { digits::single(self.as_ptr()) } {
            return u64::try_from(value).ok();
        }
        // SAFETY: as above.
        let (sign, magnitude) = unsafe { digits::sign_and_magnitude(self.as_ptr()) };
        magnitude.filter(|_| sign >= 0)
    }

    /// Whether the value is below zero.
    #[inline]
    #[must_use]
    pub fn is_negative(&self) -> bool {
        // SAFETY: `self` is an int.
        unsafe { digits::sign_and_magnitude(self.as_ptr()) }.0 < 0
    }

    /// The value modulo 2**64.
    #[inline]
    #[must_use]
    pub fn to_u64_wrapping(&self) -> u64 {
        // SAFETY: attached; `self` is an int, for which this raises nothing.
        unsafe { ffi::PyLong_AsUnsignedLongLongMask(self.as_ptr()) }
    }

    /// A C `unsigned long`.
    ///
    /// # Errors
    ///
    /// `OverflowError` for values that are too large or negative.
    #[inline]
    pub fn to_c_ulong(&self) -> PyResult<c_ulong> {
        // SAFETY: attached; `self` is an int.
        let value = unsafe { ffi::PyLong_AsUnsignedLong(self.as_ptr()) };
        if value == c_ulong::MAX {
            PyErr::check_occurred(self.py())?;
        }
        Ok(value)
    }

    /// A C `long`.
    ///
    /// # Errors
    ///
    /// `OverflowError` for values that are out of its range.
    #[inline]
    pub fn to_c_long(&self) -> PyResult<c_long> {
        // SAFETY: attached; `self` is an int.
        let value = unsafe { ffi::PyLong_AsLong(self.as_ptr()) };
        if value == -1 {
            PyErr::check_occurred(self.py())?;
        }
        Ok(value)
    }

    /// A C `int`, with the texts of functions that take their arguments by a format (`i` of `PyArg_ParseTuple`).
    ///
    /// # Errors
    ///
    /// `OverflowError` for values that are out of its range.
    pub fn to_c_int(&self) -> PyResult<c_int> {
        let value = self.to_c_long()?;
        c_int::try_from(value).map_err(|_| {
            let which = match value > 0 {
                true => "greater than maximum",
                false => "less than minimum",
            };
            PyOverflowError::raise(self.py(), format_args!("signed integer is {which}"))
        })
    }

    /// The nearest float, ties to even.
    ///
    /// # Errors
    ///
    /// `OverflowError` when the value is too large.
    #[inline]
    pub fn to_f64(&self) -> PyResult<f64> {
        if let Some(value) = self.to_i64() {
            return Ok(value as f64);
        }
        // SAFETY: attached; `self` is an int.
        let value = unsafe { ffi::PyLong_AsDouble(self.as_ptr()) };
        if value == -1.0 {
            PyErr::check_occurred(self.py())?;
        }
        Ok(value)
    }

    /// The value as `(m, e)`, nearly `m * 2**e`: `m` is the nearest float, 0.5 to 1.0 in magnitude.
    ///
    /// # Errors
    ///
    /// `OverflowError` when the exponent is too large, which before Python 3.14 it can be.
    pub fn frexp(&self) -> PyResult<(f64, i64)> {
        let mut exponent = 0;
        // SAFETY: attached; `self` is an int.
        let value = unsafe { ffi::_PyLong_Frexp(self.as_ptr().cast(), &mut exponent) };
        if value == -1.0 {
            PyErr::check_occurred(self.py())?;
        }
        Ok((value, exponent as i64))
    }

    /// How many bits the absolute value has (`int.bit_length`).
    ///
    /// # Errors
    ///
    /// `OverflowError` when that does not fit, which before Python 3.14 can be.
    pub fn bit_length(&self) -> PyResult<u64> {
        // SAFETY: attached; `self` is an int.
        let bits = unsafe { ffi::_PyLong_NumBits(self.as_ptr()) } as u64;
        if bits == u64::MAX {
            PyErr::check_occurred(self.py())?;
        }
        Ok(bits)
    }

    /// The value in base 256, least significant byte first, negative ones in two's complement: the
    /// highest bit is the sign.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    pub fn to_le_bytes(&self) -> PyResult<Vec<u8>> {
        let len = self.signed_len()?;
        let mut bytes = Vec::new();
        bytes
            .try_reserve_exact(len)
            .map_err(|_| PyErr::no_memory(self.py()))?;
        bytes.resize(len, 0);
        let start = bytes.as_mut_ptr();
        // SAFETY: attached; `self` is an int, so many bytes are writable, and the value fits. The flags
        // say: little endian, signed.
        unsafe {
            #[cfg(Py_3_13)]
            ffi::PyLong_AsNativeBytes(
                self.as_ptr(),
                start.cast(),
                len as isize,
                ffi::Py_ASNATIVEBYTES_LITTLE_ENDIAN,
            );
            #[cfg(not(Py_3_13))]
            ffi::_PyLong_AsByteArray(self.as_ptr().cast(), start, len, 1, 1);
        }
        PyErr::check_occurred(self.py())?;
        Ok(bytes)
    }

    /// How many bytes are enough for the value with its sign.
    fn signed_len(&self) -> PyResult<usize> {
        // SAFETY: attached; `self` is an int; no buffer is given.
        #[cfg(Py_3_13)]
        let len = unsafe {
            let flags = ffi::Py_ASNATIVEBYTES_LITTLE_ENDIAN;
            ffi::PyLong_AsNativeBytes(self.as_ptr(), std::ptr::null_mut(), 0, flags) as usize
        };
        // SAFETY: attached; `self` is an int.
        #[cfg(not(Py_3_13))]
        let len = unsafe { ffi::_PyLong_NumBits(self.as_ptr()) } / 8 + 1;
        PyErr::check_occurred(self.py())?;
        Ok(len)
    }
}

impl PyFloat {
    /// The float `value`.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    #[inline]
    pub fn new(py: Python<'_>, value: f64) -> PyResult<Bound<'_, Self>> {
        // SAFETY: attached.
        unsafe { Bound::from_owned_or_err(py, ffi::PyFloat_FromDouble(value)) }
    }

    /// The float that `text` stands for (`float(text)`).
    ///
    /// # Errors
    ///
    /// `ValueError` (`could not convert string to float: 'x'`).
    pub fn parse<'py>(text: &Bound<'py, PyString>) -> PyResult<Bound<'py, Self>> {
        // SAFETY: attached; `text` is a live str; the result is a float.
        unsafe {
            let float = ffi::PyFloat_FromString(text.as_ptr());
            Bound::from_owned_or_err(text.py(), float)
        }
    }
}

impl Bound<'_, PyFloat> {
    /// The value.
    #[inline]
    #[must_use]
    pub fn value(&self) -> f64 {
        // SAFETY: `self` is a float.
        unsafe { ffi::PyFloat_AS_DOUBLE(self.as_ptr()) }
    }
}

impl<'py> Bound<'py, PyAny> {
    /// Whether the object has an `__index__`.
    #[inline]
    #[must_use]
    pub fn has_index(&self) -> bool {
        // SAFETY: attached; `self` is live.
        unsafe { ffi::PyIndex_Check(self.as_ptr()) != 0 }
    }

    /// The value of an int, or of what `__index__` gives, as a size.
    ///
    /// # Errors
    ///
    /// `OverflowError` when it does not fit, `TypeError` when there is none, or what `__index__` raises.
    pub fn to_size(&self) -> PyResult<isize> {
        let overflow = PyOverflowError::type_object(self.py());
        // SAFETY: attached; `self` and the exception class are live.
        let index = unsafe { ffi::PyNumber_AsSsize_t(self.as_ptr(), overflow.as_ptr()) };
        if index == -1 {
            PyErr::check_occurred(self.py())?;
        }
        Ok(index)
    }

    /// `operator.index(x)`.
    ///
    /// # Errors
    ///
    /// `TypeError` (`'str' object cannot be interpreted as an integer`), or what `__index__` raises.
    pub fn index(&self) -> PyResult<Bound<'py, PyInt>> {
        // SAFETY: attached; `self` is live; the result is an int.
        unsafe { Bound::from_owned_or_err(self.py(), ffi::PyNumber_Index(self.as_ptr())) }
    }

    /// The object as an index of a sequence.
    ///
    /// # Errors
    ///
    /// `IndexError` when the number is too large for any (`cannot fit 'int' into an index-sized
    /// integer`), `TypeError` when it is none, or what `__index__` raises.
    #[inline]
    pub fn to_index(&self) -> PyResult<isize> {
        // SAFETY: attached; `self` is live; the second argument is an exception class.
        let index = unsafe { ffi::PyNumber_AsSsize_t(self.as_ptr(), ffi::PyExc_IndexError) };
        if index == -1 {
            PyErr::check_occurred(self.py())?;
        }
        Ok(index)
    }

    /// A number of seconds in nanoseconds, rounded up: what timeouts are given in.
    ///
    /// # Errors
    ///
    /// `TypeError`, `ValueError` for a NaN, `OverflowError`, or what `__index__` raises.
    pub fn to_nanoseconds(&self) -> PyResult<i64> {
        let mut nanoseconds = 0;
        // SAFETY: attached; `self` is live.
        PyErr::check(self.py(), unsafe {
            ffi::_PyTime_FromSecondsObject(
                &mut nanoseconds,
                self.as_ptr(),
                ffi::PYTIME_ROUND_CEILING,
            )
        })?;
        Ok(nanoseconds)
    }

    /// `float(x)` for numbers: a float's value, else by `__float__` or `__index__`.
    ///
    /// # Errors
    ///
    /// `TypeError` (`must be real number, not str`), or what these methods raise.
    // Floats are what callers look for first; the rest is in one place.
    #[inline(never)]
    pub fn to_f64(&self) -> PyResult<f64> {
        if let Some(int) = self.cast_exact::<PyInt>() {
            return int.to_f64();
        }
        // SAFETY: attached; `self` is live.
        let value = unsafe { ffi::PyFloat_AsDouble(self.as_ptr()) };
        if value == -1.0 {
            PyErr::check_occurred(self.py())?;
        }
        Ok(value)
    }
}
