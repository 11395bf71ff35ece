//! `tuple`.

use corten_ffi as ffi;

use super::{PyAny, type_check};
use crate::err::{PyErr, PyResult};
use crate::instance::{Borrowed, Bound};
use crate::python::Python;

/// Python's `tuple`.
pub struct PyTuple(());
type_check!(
    PyTuple,
    "tuple",
    ffi::PyTuple_Check,
    ffi::PyTuple_CheckExact
);

impl PyTuple {
    /// `()`.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    pub fn empty(py: Python<'_>) -> PyResult<Bound<'_, Self>> {
        // SAFETY: attached.
        unsafe { Bound::from_owned_or_err(py, ffi::PyTuple_New(0)) }
    }

    /// A tuple of `items`.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    pub fn new<'py, T>(
        py: Python<'py>,
        items: impl IntoIterator<Item = Bound<'py, T>, IntoIter: ExactSizeIterator>,
    ) -> PyResult<Bound<'py, Self>> {
        let items = items.into_iter();
        let len = items.len();
        let mut tuple = PyTupleBuilder::new(py, len)?;
        for item in items.take(len) {
            tuple.push(item);
        }
        Ok(tuple.finish())
    }
}

/// A tuple under construction: for items that are made one after the other, when making one can fail.
pub struct PyTupleBuilder<'py> {
    tuple: Bound<'py, PyTuple>,
    len: usize,
    filled: usize,
}

impl<'py> PyTupleBuilder<'py> {
    /// A tuple of `len` items, none of which is there yet.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    #[inline]
    pub fn new(py: Python<'py>, len: usize) -> PyResult<Self> {
        let size = isize::try_from(len).map_err(|_| PyErr::no_memory(py))?;
        // SAFETY: attached; null slots are allowed until the tuple is complete.
        let tuple = unsafe { Bound::from_owned_or_err(py, ffi::PyTuple_New(size))? };
        Ok(PyTupleBuilder {
            tuple,
            len,
            filled: 0,
        })
    }

    #[inline]
    pub(super) fn py(&self) -> Python<'py> {
        self.tuple.py()
    }

    /// Adds the next item.
    ///
    /// # Panics
    ///
    /// When all are there.
    #[inline]
    pub fn push<T>(&mut self, item: Bound<'py, T>) {
        assert!(self.filled < self.len, "more items than there is room for");
        // SAFETY: in range, the slot is null, and the tuple is unshared.
        unsafe {
            ffi::PyTuple_SET_ITEM(self.tuple.as_ptr(), self.filled as isize, item.into_ptr());
        }
        self.filled += 1;
    }

    /// The tuple.
    ///
    /// # Panics
    ///
    /// When items are missing.
    #[inline]
    #[must_use]
    pub fn finish(self) -> Bound<'py, PyTuple> {
        assert_eq!(self.filled, self.len, "items are missing");
        self.tuple
    }
}

impl PyTuple {
    /// A tuple of `items`.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    #[inline]
    pub fn from_slice<'py>(
        py: Python<'py>,
        items: &[Borrowed<'_, 'py, PyAny>],
    ) -> PyResult<Bound<'py, Self>> {
        Self::new(py, items.iter().map(|item| Bound::clone(item)))
    }

    /// A tuple of the items of `first` and then those of `second`.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    #[inline]
    pub fn concat<'py>(
        py: Python<'py>,
        first: &[Borrowed<'_, 'py, PyAny>],
        second: &[Borrowed<'_, 'py, PyAny>],
    ) -> PyResult<Bound<'py, Self>> {
        let items = (0..first.len() + second.len()).map(|index| {
            let item = match first.get(index) {
                Some(item) => item,
                None => &second[index - first.len()],
            };
            Bound::clone(item)
        });
        Self::new(py, items)
    }
}

impl<'py> Bound<'py, PyTuple> {
    /// Number of items.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        // SAFETY: `self` is a tuple.
        unsafe { ffi::PyTuple_GET_SIZE(self.as_ptr()) as usize }
    }

    /// Whether the tuple is `()`.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The item at `index`, or `None` past the end.
    #[inline]
    #[must_use]
    pub fn get(&self, index: usize) -> Option<Bound<'py, PyAny>> {
        // SAFETY: in range; a tuple keeps its items alive.
        (index < self.len()).then(|| unsafe {
            let item = ffi::PyTuple_GET_ITEM(self.as_ptr(), index as isize);
            Bound::from_borrowed_ptr(self.py(), item)
        })
    }

    /// The items in order.
    pub fn items(&self) -> impl ExactSizeIterator<Item = Bound<'py, PyAny>> + '_ {
        // SAFETY: in range, as the length of a tuple never changes; it keeps its items alive.
        (0..self.len()).map(|index| unsafe {
            let item = ffi::PyTuple_GET_ITEM(self.as_ptr(), index as isize);
            Bound::from_borrowed_ptr(self.py(), item)
        })
    }

    /// The items as a slice, for as long as the tuple is borrowed.
    #[inline]
    #[must_use]
    pub fn as_slice(&self) -> &[Borrowed<'_, 'py, PyAny>] {
        // SAFETY: a tuple's items are one array of live objects that lives as it does and never
        // changes; `Borrowed` is transparent over the pointer.
        unsafe {
            let tuple = self.as_ptr().cast::<ffi::PyTupleObject>();
            std::slice::from_raw_parts((&raw const (*tuple).ob_item).cast(), self.len())
        }
    }

    /// The items from `start` to before `end`, which are cut to the tuple's length.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    pub fn slice(&self, start: usize, end: usize) -> PyResult<Self> {
        let limit = |index: usize| index.min(self.len()) as isize;
        // SAFETY: attached; `self` is a tuple, and so is the result.
        unsafe {
            let slice = ffi::PyTuple_GetSlice(self.as_ptr(), limit(start), limit(end));
            Bound::from_owned_or_err(self.py(), slice)
        }
    }

    /// The items in order, for as long as the tuple is borrowed.
    pub fn borrowed_items(&self) -> impl ExactSizeIterator<Item = Borrowed<'_, 'py, PyAny>> {
        // SAFETY: in range; the tuple, which is borrowed, keeps its items alive.
        (0..self.len()).map(|index| unsafe {
            let item = ffi::PyTuple_GET_ITEM(self.as_ptr(), index as isize);
            Borrowed::from_ptr(self.py(), item)
        })
    }
}

impl<'py> Bound<'py, PyAny> {
    /// `tuple(x)`.
    ///
    /// # Errors
    ///
    /// `TypeError` when not iterable, or what iterating raises.
    pub fn to_tuple(&self) -> PyResult<Bound<'py, PyTuple>> {
        // SAFETY: attached; `self` is live; the result is a tuple.
        unsafe { Bound::from_owned_or_err(self.py(), ffi::PySequence_Tuple(self.as_ptr())) }
    }
}
