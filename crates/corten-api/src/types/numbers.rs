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

impl Numbers<'_> {
    /// Offers `take` the floats that come next, until it does not take one or there is something else. Returns how many
    /// it took; none of an iterator. They are still to come: [`skip_seen`](Self::skip_seen) passes over them.
    ///
    /// No Python code runs, which makes this faster than asking for one after the other.
    #[inline(always)] // as `next`
    pub fn floats_ahead(&self, take: impl FnMut(f64) -> bool) -> usize {
        match &self.0 {
            Source::List(list, index) => {
                let float = |item: &Bound<'_, PyAny>| Some(item.cast_exact::<PyFloat>()?.value());
                count(|i| list.with_item(index + i, float)?, take)
            }
            Source::Tuple(tuple, index) => {
                let float = |i| {
                    Some(
                        tuple
                            .borrowed_item(index + i)?
                            .cast_exact::<PyFloat>()?
                            .value(),
                    )
                };
                count(float, take)
            }
            Source::Iterator(_) => 0,
        }
    }

    /// Passes over the first of those that were seen ahead.
    #[inline]
    pub fn skip_seen(&mut self, count: usize) {
        if let Source::List(_, index) | Source::Tuple(_, index) = &mut self.0 {
            *index += count;
        }
    }
}

#[inline(always)]
fn count(float: impl Fn(usize) -> Option<f64>, mut take: impl FnMut(f64) -> bool) -> usize {
    let mut count = 0;
    while float(count).is_some_and(&mut take) {
        count += 1;
    }
    count
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
