//! Tuples that are used again.

use std::{mem, ptr};

use corten_ffi as ffi;

use super::{Recycle, Recycled};
use crate::err::PyResult;
use crate::instance::Bound;
use crate::python::Python;
use crate::types::{PyAny, PyTuple, PyTupleBuilder};

impl Recycled<PyTuple> {
    /// One of the tuples, to be filled anew, if nobody else has it.
    ///
    /// They must be for numbers, text and the like, of which the collector need not know: it does not look at a
    /// tuple that is used again, and letting go of such items runs no code.
    ///
    /// # Errors
    ///
    /// As [`keep`](Self::keep).
    #[inline]
    pub fn take<'py>(&self, py: Python<'py>) -> PyResult<Option<RecycledTuple<'py>>> {
        Ok(self.take_unshared(py)?.map(RecycledTuple::new))
    }
}

/// A tuple that nobody else has, still with the items that it had.
pub struct RecycledTuple<'py> {
    tuple: Bound<'py, PyTuple>,
    len: usize,
    filled: usize,
}

impl<'py> RecycledTuple<'py> {
    #[inline]
    fn new(tuple: Bound<'py, PyTuple>) -> Self {
        let object = tuple.as_ptr();
        // SAFETY: attached, with a tuple. From now on no list of the collector's leads to it.
        unsafe { ffi::PyObject_GC_UnTrack(object.cast()) };
        #[cfg(Py_3_14)]
        // SAFETY: a tuple that nobody else has; -1 stands for a hash that is not known.
        unsafe {
            (*object.cast::<ffi::PyTupleObject>()).ob_hash = -1;
        }
        let len = tuple.len();
        RecycledTuple {
            tuple,
            len,
            filled: 0,
        }
    }

    /// Puts what `item` makes of the next item in its place.
    #[inline]
    fn replace(
        &mut self,
        item: impl FnOnce(Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>>,
    ) -> PyResult<()> {
        // A tuple that lacks an item, should making one fail, takes no more, and is never finished.
        let index = mem::replace(&mut self.filled, usize::MAX);
        assert!(index < self.len, "more items than there is room for");
        let (tuple, place) = (self.tuple.as_ptr(), index as isize);
        // SAFETY: in range, and there is an item: only complete tuples are given. Nobody else has this one, which may
        // lack an item meanwhile, and go without it.
        unsafe {
            let old = Bound::from_owned_ptr(self.tuple.py(), ffi::PyTuple_GET_ITEM(tuple, place));
            ffi::PyTuple_SET_ITEM(tuple, place, ptr::null_mut());
            ffi::PyTuple_SET_ITEM(tuple, place, item(old)?.into_ptr());
        }
        self.filled = index + 1;
        Ok(())
    }
}

/// A tuple that is filled from the first item on: a new one, or one that is used again.
pub trait FillTuple<'py> {
    /// Adds the next item.
    ///
    /// # Panics
    ///
    /// When all are there.
    fn push<T>(&mut self, item: Bound<'py, T>);

    /// Adds a value, if possible in the object that was in its place before.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    ///
    /// # Panics
    ///
    /// When all are there.
    fn push_value(&mut self, value: impl Recycle<'py>) -> PyResult<()>;

    /// The tuple.
    ///
    /// # Panics
    ///
    /// When items are missing.
    #[must_use]
    fn finish(self) -> Bound<'py, PyTuple>;
}

impl<'py> FillTuple<'py> for RecycledTuple<'py> {
    #[inline]
    fn push<T>(&mut self, item: Bound<'py, T>) {
        let replaced = self.replace(|_| Ok(item.into_any()));
        debug_assert!(replaced.is_ok());
    }

    #[inline]
    fn push_value(&mut self, value: impl Recycle<'py>) -> PyResult<()> {
        let py = self.tuple.py();
        self.replace(|old| value.recycle(py, old))
    }

    #[inline]
    fn finish(self) -> Bound<'py, PyTuple> {
        assert_eq!(self.filled, self.len, "items are missing");
        self.tuple
    }
}

impl<'py> FillTuple<'py> for PyTupleBuilder<'py> {
    #[inline]
    fn push<T>(&mut self, item: Bound<'py, T>) {
        self.push(item);
    }

    #[inline]
    fn push_value(&mut self, value: impl Recycle<'py>) -> PyResult<()> {
        self.push(value.into_py(self.py())?);
        Ok(())
    }

    #[inline]
    fn finish(self) -> Bound<'py, PyTuple> {
        self.finish()
    }
}
