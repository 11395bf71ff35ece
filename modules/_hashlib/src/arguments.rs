//! Arguments of unusual kinds.

use std::ffi::{c_long, c_ulong};

use corten_api::prelude::*;

/// Text without null characters: what C takes as a string.
#[derive(Clone, Copy)]
pub(crate) struct CText<'a>(pub(crate) &'a str);

impl<'a, 'py> FromArg<'a, 'py> for CText<'a> {
    fn from_arg(object: &'a Bound<'py, PyAny>, arg: &Arg) -> PyResult<Self> {
        let text = <&str>::from_arg(object, arg)?;
        if text.contains('\0') {
            return Err(PyValueError::raise(object.py(), "embedded null character"));
        }
        Ok(Self(text))
    }
}

/// The name of a hash function. Before 3.13 there is one text for all that can be wrong with it.
#[derive(Clone, Copy)]
pub(crate) struct HashName<'a>(pub(crate) &'a str);

impl<'a, 'py> FromArg<'a, 'py> for HashName<'a> {
    fn from_arg(object: &'a Bound<'py, PyAny>, arg: &Arg) -> PyResult<Self> {
        let text = CText::from_arg(object, arg);
        #[cfg(not(Py_3_13))]
        let text = text.map_err(|error| {
            drop(error);
            PyTypeError::raise(object.py(), "name must be a string")
        });
        text.map(|text| Self(text.0))
    }
}

/// A C `long`.
#[derive(Clone, Copy)]
pub(crate) struct Long(pub(crate) i64);

impl<'a, 'py> FromArg<'a, 'py> for Long {
    fn from_arg(object: &'a Bound<'py, PyAny>, _arg: &Arg) -> PyResult<Self> {
        Self::of(object)
    }
}

impl Long {
    /// The value of `object`.
    pub(crate) fn of(object: &Bound<'_, PyAny>) -> PyResult<Self> {
        let value = object.index()?.to_i64();
        let fits = |value: &i64| c_long::try_from(*value).is_ok();
        value.filter(fits).map(Self).ok_or_else(|| {
            let text = "Python int too large to convert to C long";
            PyOverflowError::raise(object.py(), text)
        })
    }
}

/// An argument that may be missing; `None` is no such omission.
pub(crate) struct Present<T>(pub(crate) Option<T>);

impl<'a, 'py, T: FromArg<'a, 'py>> FromArg<'a, 'py> for Present<T> {
    fn from_arg(object: &'a Bound<'py, PyAny>, arg: &Arg) -> PyResult<Self> {
        T::from_arg(object, arg).map(|value| Self(Some(value)))
    }
}

/// A C `unsigned long`. Before 3.14 it may be missing, and its value is looked at after all arguments:
/// one text says whatever is wrong with it.
#[derive(Clone, Copy)]
#[cfg(not(Py_3_14))]
pub(crate) struct Unsigned(pub(crate) Option<u64>);

#[cfg(not(Py_3_14))]
impl<'a, 'py> FromArg<'a, 'py> for Unsigned {
    fn from_arg(object: &'a Bound<'py, PyAny>, arg: &Arg) -> PyResult<Self> {
        let int = <&Bound<'py, PyInt>>::from_arg(object, arg)?;
        Ok(Self(to_unsigned(int).ok()))
    }
}

#[cfg(not(Py_3_14))]
impl Unsigned {
    /// The value.
    pub(crate) fn value(self, py: Python<'_>, name: &str) -> PyResult<u64> {
        self.0.ok_or_else(|| {
            let text = format_args!("{name} is required and must be an unsigned int");
            PyTypeError::raise(py, text)
        })
    }
}

/// A C `unsigned long`.
#[derive(Clone, Copy)]
#[cfg(Py_3_14)]
pub(crate) struct Unsigned(u64);

#[cfg(Py_3_14)]
impl<'a, 'py> FromArg<'a, 'py> for Unsigned {
    fn from_arg(object: &'a Bound<'py, PyAny>, _arg: &Arg) -> PyResult<Self> {
        let (py, int) = (object.py(), object.index()?);
        to_unsigned(&int).map(Self).or_else(|error| {
            drop(error);
            let zero = PyInt::from_i64(py, 0)?;
            Err(match int.as_any().compare(&zero, CompareOp::Lt)? {
                true => PyValueError::raise(py, "Cannot convert negative int"),
                false => PyOverflowError::raise(py, "Python int too large for C unsigned long"),
            })
        })
    }
}

#[cfg(Py_3_14)]
impl Unsigned {
    /// The value.
    pub(crate) fn value(self, _py: Python<'_>, _name: &str) -> PyResult<u64> {
        Ok(self.0)
    }
}

/// The value, or an error about it.
fn to_unsigned(int: &Bound<'_, PyInt>) -> PyResult<u64> {
    let value = u64::from_arg(int.as_any(), &Arg::only("scrypt"))?;
    match c_ulong::try_from(value) {
        Ok(_) => Ok(value),
        Err(_) => Err(PyOverflowError::raise(
            int.py(),
            "too large for an unsigned long",
        )),
    }
}
