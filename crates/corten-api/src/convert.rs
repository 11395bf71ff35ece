//! From Python arguments to Rust values, and back for results.

use std::ffi::c_ulong;

use corten_ffi as ffi;

use crate::args::Arg;
use crate::err::{PyErr, PyResult};
use crate::exceptions::{PyException, PyOverflowError, PyTypeError, PyValueError};
use crate::instance::{Bound, Py};
use crate::python::Python;
use crate::types::{PyAny, PyBytes, PyFloat, PyInt, PyString, PyTuple, PyTypeCheck};

/// A Rust type that an argument can be converted to.
pub trait FromArg<'a, 'py>: Sized {
    /// Converts `object`, the value given for the parameter `arg`.
    ///
    /// # Errors
    ///
    /// What CPython raises for a value of the wrong type or range.
    fn from_arg(object: &'a Bound<'py, PyAny>, arg: &Arg) -> PyResult<Self>;
}

impl<'a, 'py, T: PyTypeCheck> FromArg<'a, 'py> for &'a Bound<'py, T> {
    #[inline]
    fn from_arg(object: &'a Bound<'py, PyAny>, arg: &Arg) -> PyResult<Self> {
        object.cast().ok_or_else(|| arg.bad_type(object, T::NAME))
    }
}

impl<'a, 'py, T: PyTypeCheck> FromArg<'a, 'py> for Bound<'py, T> {
    #[inline]
    fn from_arg(object: &'a Bound<'py, PyAny>, arg: &Arg) -> PyResult<Self> {
        <&Bound<'py, T>>::from_arg(object, arg).cloned()
    }
}

impl<'a, 'py, T: PyTypeCheck> FromArg<'a, 'py> for Py<T> {
    #[inline]
    fn from_arg(object: &'a Bound<'py, PyAny>, arg: &Arg) -> PyResult<Self> {
        Bound::<T>::from_arg(object, arg).map(Bound::unbind)
    }
}

/// `None`, or a value.
impl<'a, 'py, T: FromArg<'a, 'py>> FromArg<'a, 'py> for Option<T> {
    #[inline]
    fn from_arg(object: &'a Bound<'py, PyAny>, arg: &Arg) -> PyResult<Self> {
        if object.is_none() {
            Ok(None)
        } else {
            T::from_arg(object, arg).map(Some)
        }
    }
}

/// The truth of any object.
impl<'a, 'py> FromArg<'a, 'py> for bool {
    #[inline]
    fn from_arg(object: &'a Bound<'py, PyAny>, _arg: &Arg) -> PyResult<Self> {
        object.is_true()
    }
}

/// UTF-8 text.
impl<'a, 'py> FromArg<'a, 'py> for &'a str {
    fn from_arg(object: &'a Bound<'py, PyAny>, arg: &Arg) -> PyResult<Self> {
        <&Bound<'py, PyString>>::from_arg(object, arg)?.to_str()
    }
}

/// A C `double`.
impl<'a, 'py> FromArg<'a, 'py> for f64 {
    #[inline]
    fn from_arg(object: &'a Bound<'py, PyAny>, _arg: &Arg) -> PyResult<Self> {
        match object.cast_exact::<PyFloat>() {
            Some(float) => Ok(float.value()),
            None => object.to_f64(),
        }
    }
}

/// A C `int`.
impl<'a, 'py> FromArg<'a, 'py> for i32 {
    #[inline]
    fn from_arg(object: &'a Bound<'py, PyAny>, _arg: &Arg) -> PyResult<Self> {
        let value = with_index(object, PyResult::Ok)?.to_i64();
        value.and_then(|v| i32::try_from(v).ok()).ok_or_else(|| {
            PyOverflowError::raise(object.py(), "Python int too large to convert to C int")
        })
    }
}

/// A C `unsigned int`, reduced modulo 2**32: what checksums take as their start value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UIntMask(pub u32);

impl<'a, 'py> FromArg<'a, 'py> for UIntMask {
    #[inline]
    fn from_arg(object: &'a Bound<'py, PyAny>, _arg: &Arg) -> PyResult<Self> {
        let int = with_index(object, PyResult::Ok)?;
        #[cfg(Py_3_15)]
        warn_out_of_range(&int)?;
        Ok(UIntMask(
            (int.to_u64_wrapping() & u64::from(u32::MAX)) as u32,
        ))
    }
}

/// Values that are neither an `int` nor an `unsigned int` of C are about to be refused.
#[cfg(Py_3_15)]
fn warn_out_of_range(int: &Bound<'_, PyInt>) -> PyResult<()> {
    let range = i64::from(i32::MIN)..=i64::from(u32::MAX);
    if int.to_i64().is_some_and(|value| range.contains(&value)) {
        return Ok(());
    }
    let category = crate::exceptions::PyDeprecationWarning::type_object(int.py());
    int.py().warn(&category, "integer value out of range", 1)
}

/// The int that `object` is or gives through `__index__`, passed through `f`.
#[inline]
fn with_index<'py, R>(
    object: &Bound<'py, PyAny>,
    f: impl FnOnce(Bound<'py, PyInt>) -> PyResult<R>,
) -> PyResult<R> {
    match object.cast::<PyInt>() {
        Some(int) => f(int.clone()),
        None => f(object.index()?),
    }
}

macro_rules! from_arg_by_c_api {
    ($($(#[$doc:meta])* $rust:ty = $convert:path;)*) => {$(
        $(#[$doc])*
        impl<'a, 'py> FromArg<'a, 'py> for $rust {
            #[inline]
            fn from_arg(object: &'a Bound<'py, PyAny>, _arg: &Arg) -> PyResult<Self> {
                with_index(object, |int| {
                    // SAFETY: attached; `int` is a live int.
                    let value = unsafe { $convert(int.as_ptr()) };
                    if value == (0 as $rust).wrapping_sub(1) as _ {
                        PyErr::check_occurred(object.py())?;
                    }
                    Ok(value as $rust)
                })
            }
        }
    )*};
}

from_arg_by_c_api! {
    /// A C `Py_ssize_t`.
    isize = ffi::PyLong_AsSsize_t;
    /// A C `size_t`.
    usize = ffi::PyLong_AsSize_t;
    /// A C `long long`.
    i64 = ffi::PyLong_AsLongLong;
    /// A C `unsigned long long`.
    u64 = ffi::PyLong_AsUnsignedLongLong;
}

/// An index as slices take it: one that is too large means the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SliceIndex(pub isize);

impl<'a, 'py> FromArg<'a, 'py> for SliceIndex {
    fn from_arg(object: &'a Bound<'py, PyAny>, _arg: &Arg) -> PyResult<Self> {
        let py = object.py();
        if !object.has_index() {
            let text = "slice indices must be integers or have an __index__ method";
            return Err(PyTypeError::raise(py, text));
        }
        // SAFETY: attached; `object` is live; null asks for the nearest index.
        let index = unsafe { ffi::PyNumber_AsSsize_t(object.as_ptr(), std::ptr::null_mut()) };
        if index == -1 {
            PyErr::check_occurred(py)?;
        }
        Ok(SliceIndex(index))
    }
}

/// One character, by its code point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Character(pub u32);

impl<'a, 'py> FromArg<'a, 'py> for Character {
    fn from_arg(object: &'a Bound<'py, PyAny>, arg: &Arg) -> PyResult<Self> {
        let expected = "a unicode character";
        let Some(text) = object.cast::<PyString>() else {
            return Err(arg.bad_type(object, expected));
        };
        match text.code_at(0) {
            Some(code) if text.len() == 1 => Ok(Character(code)),
            _ if cfg!(Py_3_14) => Err(PyTypeError::raise(
                object.py(),
                format_args!(
                    "{}(): {} must be {expected}, not a string of length {}",
                    arg.function,
                    arg.place(),
                    text.len()
                ),
            )),
            _ => Err(arg.bad_type(object, expected)),
        }
    }
}

/// A C `unsigned int`; too large or negative values raise `OverflowError`.
impl<'a, 'py> FromArg<'a, 'py> for u32 {
    fn from_arg(object: &'a Bound<'py, PyAny>, arg: &Arg) -> PyResult<Self> {
        u32::try_from(u64::from_arg(object, arg)?).map_err(|_| {
            PyOverflowError::raise(
                object.py(),
                "Python int too large to convert to C unsigned int",
            )
        })
    }
}

/// A C `unsigned long` that is checked, as Argument Clinic reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ULong(pub c_ulong);

impl<'a, 'py> FromArg<'a, 'py> for ULong {
    fn from_arg(object: &'a Bound<'py, PyAny>, _arg: &Arg) -> PyResult<Self> {
        let value = not_negative(object)?.to_c_ulong();
        #[cfg(Py_3_14)]
        let value = value.map_err(|error| too_large(error, object.py(), "unsigned long"));
        value.map(ULong)
    }
}

/// A C `unsigned long long` that is checked, as Argument Clinic reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ULongLong(pub u64);

impl<'a, 'py> FromArg<'a, 'py> for ULongLong {
    fn from_arg(object: &'a Bound<'py, PyAny>, arg: &Arg) -> PyResult<Self> {
        let value = u64::from_arg(not_negative(object)?.as_any(), arg);
        #[cfg(Py_3_14)]
        let value = value.map_err(|error| too_large(error, object.py(), "unsigned long long"));
        value.map(ULongLong)
    }
}

/// The int for a C type without a sign.
fn not_negative<'py>(object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyInt>> {
    #[cfg(not(Py_3_14))]
    let int = object
        .cast::<PyInt>()
        .cloned()
        .ok_or_else(|| PyTypeError::raise(object.py(), "an integer is required"))?;
    #[cfg(Py_3_14)]
    let int = object.index()?;
    if int.is_negative() {
        let text = match cfg!(Py_3_14) {
            true => "Cannot convert negative int",
            false => "value must be positive",
        };
        return Err(PyValueError::raise(object.py(), text));
    }
    Ok(int)
}

/// The error for an int that does not fit a C type, in place of an older one.
#[cfg(Py_3_14)]
#[cold]
fn too_large(error: PyErr, py: Python<'_>, c_type: &str) -> PyErr {
    drop(error);
    PyOverflowError::raise(py, format_args!("Python int too large for C {c_type}"))
}

/// A Rust type that becomes a Python object.
pub trait IntoPy<'py> {
    /// The object.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    fn into_py(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>>;
}

impl<'py, T> IntoPy<'py> for Bound<'py, T> {
    #[inline]
    fn into_py(self, _py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(self.into_any())
    }
}

impl<'py, T> IntoPy<'py> for &Bound<'py, T> {
    #[inline]
    fn into_py(self, _py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(self.as_any().clone())
    }
}

impl<'py, T> IntoPy<'py> for Py<T> {
    #[inline]
    fn into_py(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(self.into_bound(py).into_any())
    }
}

impl<'py, T> IntoPy<'py> for &Py<T> {
    #[inline]
    fn into_py(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(self.bind(py).as_any().clone())
    }
}

/// `None`.
impl<'py> IntoPy<'py> for () {
    #[inline]
    fn into_py(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(py.none())
    }
}

impl<'py, T: IntoPy<'py>> IntoPy<'py> for Option<T> {
    #[inline]
    fn into_py(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match self {
            Some(value) => value.into_py(py),
            None => Ok(py.none()),
        }
    }
}

impl<'py> IntoPy<'py> for bool {
    #[inline]
    fn into_py(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(py.bool(self))
    }
}

impl<'py> IntoPy<'py> for f64 {
    #[inline]
    fn into_py(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        PyFloat::new(py, self).map(Bound::into_any)
    }
}

impl<'py> IntoPy<'py> for f32 {
    #[inline]
    fn into_py(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        f64::from(self).into_py(py)
    }
}

impl<'py> IntoPy<'py> for &str {
    fn into_py(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        PyString::new(py, self).map(Bound::into_any)
    }
}

/// A copy, as `bytes`.
impl<'py> IntoPy<'py> for &[u8] {
    #[inline]
    fn into_py(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        PyBytes::new(py, self).map(Bound::into_any)
    }
}

impl<'py> IntoPy<'py> for String {
    fn into_py(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.as_str().into_py(py)
    }
}

macro_rules! into_py_int {
    ($($rust:ty => $make:ident),*) => {$(
        impl<'py> IntoPy<'py> for $rust {
            #[inline]
            fn into_py(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                PyInt::$make(py, self as _).map(Bound::into_any)
            }
        }
    )*};
}

into_py_int!(
    i8 => from_i64, i16 => from_i64, i32 => from_i64, i64 => from_i64, isize => from_i64,
    u8 => from_u64, u16 => from_u64, u32 => from_u64, u64 => from_u64, usize => from_u64,
    u128 => from_u128
);

macro_rules! into_py_tuple {
    ($($name:ident),*) => {
        impl<'py, $($name: IntoPy<'py>),*> IntoPy<'py> for ($($name,)*) {
            #[allow(non_snake_case)]
            fn into_py(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                let ($($name,)*) = self;
                PyTuple::new(py, [$($name.into_py(py)?),*]).map(Bound::into_any)
            }
        }
    };
}

into_py_tuple!(A);
into_py_tuple!(A, B);
into_py_tuple!(A, B, C);
into_py_tuple!(A, B, C, D);
into_py_tuple!(A, B, C, D, E);

/// What a function exposed to Python may return: a value, or a `PyResult` of one.
pub trait IntoReturn<'py> {
    /// The object, or the error.
    ///
    /// # Errors
    ///
    /// The function's own, or what converting its value raises.
    fn into_return(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>>;
}

impl<'py, T: IntoPy<'py>> IntoReturn<'py> for T {
    #[inline]
    fn into_return(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.into_py(py)
    }
}

impl<'py, T: IntoPy<'py>> IntoReturn<'py> for PyResult<T> {
    #[inline]
    fn into_return(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self?.into_py(py)
    }
}
