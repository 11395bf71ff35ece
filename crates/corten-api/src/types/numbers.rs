//! Iterating over numbers.

use corten_ffi as ffi;

use super::{PyAny, PyFloat, PyInt, PyIterator, PyList, PyTuple};
use crate::convert::IntoPy;
use crate::err::PyResult;
use crate::instance::{Borrowed, Bound};
use crate::python::Python;

/// An item of [`Numbers`].
pub enum Number<'py> {
    /// A `float`, no subclass.
    Float(f64),
    /// An `int`, no subclass, that fits.
    Int(i64),
    /// Anything else.
    Other(Bound<'py, PyAny>),
}

impl<'py> From<&Bound<'py, PyAny>> for Number<'py> {
    #[inline(always)]
    fn from(object: &Bound<'py, PyAny>) -> Self {
        if let Some(float) = object.cast_exact::<PyFloat>() {
            return Number::Float(float.value());
        }
        match object.cast_exact::<PyInt>().and_then(Bound::to_i64) {
            Some(int) => Number::Int(int),
            None => Number::Other(object.clone()),
        }
    }
}

impl<'py> IntoPy<'py> for Number<'py> {
    fn into_py(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match self {
            Number::Float(value) => value.into_py(py),
            Number::Int(value) => value.into_py(py),
            Number::Other(object) => Ok(object),
        }
    }
}

/// The items of an iterable, numbers as plain values: those of lists and tuples are read in place,
/// without an iterator object and without counting references.
///
/// A list may change meanwhile: as with Python's own iterator, what counts is its state at each step.
pub struct Numbers<'py>(Source<'py>);

enum Source<'py> {
    List(Bound<'py, PyList>, usize),
    Tuple(Bound<'py, PyTuple>, usize),
    Iterator(Bound<'py, PyIterator>),
}

impl<'py> Bound<'py, PyAny> {
    /// The items of an iterable of numbers.
    ///
    /// # Errors
    ///
    /// `TypeError` when not iterable, or what `__iter__` raises.
    #[inline]
    pub fn numbers(&self) -> PyResult<Numbers<'py>> {
        let source = if let Some(list) = self.cast_exact::<PyList>() {
            Source::List(list.clone(), 0)
        } else if let Some(tuple) = self.cast_exact::<PyTuple>() {
            Source::Tuple(tuple.clone(), 0)
        } else {
            Source::Iterator(self.iter()?)
        };
        Ok(Numbers(source))
    }
}

impl<'py> Numbers<'py> {
    /// The next item as it is.
    #[inline]
    pub fn next_object(&mut self) -> Option<PyResult<Bound<'py, PyAny>>> {
        match &mut self.0 {
            Source::List(list, index) => {
                let item = list.get(*index)?;
                *index += 1;
                Some(Ok(item))
            }
            Source::Tuple(tuple, index) => {
                let item = tuple.get(*index)?;
                *index += 1;
                Some(Ok(item))
            }
            Source::Iterator(iterator) => iterator.next(),
        }
    }
}

/// The value of a plain number that is still to come, as a float.
#[derive(Clone, Copy)]
pub struct Plain {
    /// The number, rounded if it is a large int.
    pub value: f64,
    /// Whether it is a `float`, not an `int`.
    pub is_float: bool,
}

impl Plain {
    #[inline(always)]
    fn of(object: &Bound<'_, PyAny>) -> Option<Self> {
        if let Some(float) = object.cast_exact::<PyFloat>() {
            return Some(Plain {
                value: float.value(),
                is_float: true,
            });
        }
        let int = object.cast_exact::<PyInt>()?.to_i64()?;
        Some(Plain {
            value: int as f64,
            is_float: false,
        })
    }
}

impl Numbers<'_> {
    /// The item that comes after `count` others, if it is a `float`, or an `int` that fits, in a list or a tuple.
    ///
    /// No Python code runs. Looking at some items and then [passing over](Self::skip_seen) them is faster than asking
    /// for one after the other.
    #[inline(always)] // as `next`
    #[must_use]
    pub fn peek_after(&self, count: usize) -> Option<Plain> {
        match &self.0 {
            Source::List(list, index) => list.with_item(index + count, Plain::of)?,
            Source::Tuple(tuple, index) => Plain::of(&*tuple.borrowed_item(index + count)?),
            Source::Iterator(_) => None,
        }
    }

    /// Passes over so many items that were seen.
    #[inline]
    pub fn skip_seen(&mut self, count: usize) {
        if let Source::List(_, index) | Source::Tuple(_, index) = &mut self.0 {
            *index += count;
        }
    }
}

impl<'py> Iterator for Numbers<'py> {
    type Item = PyResult<Number<'py>>;

    // A call for each item would cost as much as what is done with it.
    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.0 {
            Source::List(list, index) => {
                let number = list.number(*index)?;
                *index += 1;
                Some(Ok(number))
            }
            Source::Tuple(tuple, index) => {
                let item = tuple.borrowed_item(*index)?;
                *index += 1;
                Some(Ok(Number::from(&*item)))
            }
            Source::Iterator(iterator) => Some(iterator.next()?.map(|item| Number::from(&item))),
        }
    }
}

impl<'py> Bound<'py, PyTuple> {
    #[inline]
    fn borrowed_item(&self, index: usize) -> Option<Borrowed<'_, 'py, PyAny>> {
        // SAFETY: in range; the tuple, which is borrowed, keeps its items alive.
        (index < self.len()).then(|| unsafe {
            let item = ffi::PyTuple_GET_ITEM(self.as_ptr(), index as isize);
            Borrowed::from_ptr(self.py(), item)
        })
    }
}

impl<'py> Bound<'py, PyList> {
    /// The item at `index`, or `None` past the end, without counting references to a number.
    #[inline(always)]
    #[must_use]
    pub fn number(&self, index: usize) -> Option<Number<'py>> {
        self.with_item(index, |item| Number::from(item))
    }

    /// What `look`, which must not run Python code, says of the item at `index`; `None` past the end.
    #[inline]
    fn with_item<R>(&self, index: usize, look: impl FnOnce(&Bound<'py, PyAny>) -> R) -> Option<R> {
        #[cfg(not(Py_GIL_DISABLED))]
        // SAFETY: in range; attached, and no Python code runs, so the list keeps the item alive.
        return (index < self.len()).then(|| unsafe {
            let item = ffi::PyList_GET_ITEM(self.as_ptr(), index as isize);
            look(&Borrowed::from_ptr(self.py(), item))
        });
        #[cfg(Py_GIL_DISABLED)]
        self.get(index).map(|item| look(&item))
    }
}
