//! Items that can be lent through the buffer protocol.

mod lending;
mod turns;

use std::cell::UnsafeCell;
use std::ops::Range;
use std::ptr;
use std::sync::atomic::{AtomicU32, Ordering};

#[cfg(Py_GIL_DISABLED)]
use parking_lot::Mutex;

#[cfg(Py_GIL_DISABLED)]
use lending::copy_of_view;
use turns::Turns;

use super::{ItemCode, ItemVec, Items, ItemsMut};
use crate::buffer::PyBuffer;
use crate::err::PyResult;
use crate::exceptions::{PyBufferError, PyException};
use crate::python::Python;

/// Items that are lent to other objects; while they are, they stay where they are, and as many.
///
/// A class lends them by `fn __buffer__(&self) -> &ExportedItems<Code>`. Its methods get at them in
/// closures that are `Send`, so none of them can call into Python, and come back here, meanwhile. Where
/// there is no GIL a lock makes threads wait for one another; and since holders of views take no lock,
/// items that are lent are only ever looked at as a copy there, which replaces them if they are changed.
pub struct ExportedItems<C: ItemCode> {
    items: UnsafeCell<ItemVec<C>>,
    exports: AtomicU32,
    /// Held while items are at work, never while Python code runs.
    #[cfg(Py_GIL_DISABLED)]
    turns: Mutex<()>,
}

// SAFETY: the items are reached on attached threads only, one at a time, or through views, whose holders
// count in `exports`.
unsafe impl<C: ItemCode> Sync for ExportedItems<C> {}

impl<C: ItemCode> ExportedItems<C> {
    /// `items`, not lent to anybody yet.
    #[inline]
    #[must_use]
    pub const fn new(items: ItemVec<C>) -> Self {
        ExportedItems {
            items: UnsafeCell::new(items),
            exports: AtomicU32::new(0),
            #[cfg(Py_GIL_DISABLED)]
            turns: Mutex::new(()),
        }
    }

    /// What the items are.
    #[inline]
    #[must_use]
    pub fn code(&self, py: Python<'_>) -> C {
        let _turn = self.turn(py);
        self.vec().code()
    }

    /// Number of items.
    #[inline]
    #[must_use]
    pub fn len(&self, py: Python<'_>) -> usize {
        let _turn = self.turn(py);
        self.vec().len()
    }

    /// Whether there is no item.
    #[must_use]
    pub fn is_empty(&self, py: Python<'_>) -> bool {
        self.len(py) == 0
    }

    /// How many items the memory is for.
    #[must_use]
    pub fn capacity(&self, py: Python<'_>) -> usize {
        let _turn = self.turn(py);
        self.vec().capacity()
    }

    /// Where the memory is, 0 without memory, and the number of items.
    #[must_use]
    pub fn place(&self, py: Python<'_>) -> (usize, usize) {
        let _turn = self.turn(py);
        (self.vec().address(), self.vec().len())
    }

    /// Number of views that exist.
    #[inline]
    #[must_use]
    pub fn exports(&self) -> usize {
        self.exports.load(Ordering::Acquire) as usize
    }

    /// Reads the items in `range`, as far as they exist.
    ///
    /// # Errors
    ///
    /// `MemoryError`, on free-threaded builds.
    #[inline]
    pub fn with<R>(
        &self,
        py: Python<'_>,
        range: Range<usize>,
        look: impl FnOnce(Items<'_>) -> R + Send,
    ) -> PyResult<R> {
        let _turn = self.turn(py);
        self.look_at(py, range, look)
    }

    /// As [`with`](Self::with), for callers whose turn it is, and a `look` that runs no Python code though it
    /// could.
    #[inline]
    pub(super) fn look_at<R>(
        &self,
        py: Python<'_>,
        range: Range<usize>,
        look: impl FnOnce(Items<'_>) -> R,
    ) -> PyResult<R> {
        let range = self.existing(range);
        #[cfg(Py_GIL_DISABLED)]
        if self.exports() > 0 {
            return Ok(look(self.copy(py, range)?.items()));
        }
        #[cfg(not(Py_GIL_DISABLED))]
        let _ = py;
        Ok(look(self.vec().items().slice(range)))
    }

    /// Items with the one at `index` among them, if it exists, and which of them it is; for callers whose turn
    /// it is.
    #[inline(always)]
    pub(super) fn around(&self, py: Python<'_>, index: usize) -> PyResult<(Source<'_, C>, usize)> {
        #[cfg(Py_GIL_DISABLED)]
        if self.exports() > 0 {
            let copy = self.copy(py, index..index.saturating_add(1))?;
            return Ok((Source::Copy(copy), 0));
        }
        #[cfg(not(Py_GIL_DISABLED))]
        let _ = py;
        Ok((Source::There(self.vec()), index))
    }

    /// Reads the items of two objects, which may be the same.
    ///
    /// # Errors
    ///
    /// As [`with`](Self::with).
    pub fn with_both<R>(
        &self,
        py: Python<'_>,
        other: &Self,
        look: impl FnOnce(Items<'_>, Items<'_>) -> R + Send,
    ) -> PyResult<R> {
        let _turns = self.turns(py, other);
        #[cfg(Py_GIL_DISABLED)]
        if self.exports() > 0 || other.exports() > 0 {
            let (own, others) = (self.copy(py, ALL)?, other.copy(py, ALL)?);
            return Ok(look(own.items(), others.items()));
        }
        Ok(look(self.vec().items(), other.vec().items()))
    }

    /// Changes the items in `range`, as far as they exist, but not how many they are.
    ///
    /// # Errors
    ///
    /// As [`with`](Self::with).
    #[inline]
    pub fn with_mut<R>(
        &self,
        py: Python<'_>,
        range: Range<usize>,
        change: impl FnOnce(ItemsMut<'_>) -> R + Send,
    ) -> PyResult<R> {
        let _turn = self.turn(py);
        self.overwrite(py, range, change)
    }

    /// Replaces the item at the index that `place` finds for so many items by the lowest bits of `bits`, and tells
    /// whether there is one. Nothing happens in between.
    ///
    /// # Errors
    ///
    /// As [`with`](Self::with).
    #[inline]
    pub fn set_bits(
        &self,
        py: Python<'_>,
        place: impl FnOnce(usize) -> Option<usize> + Send,
        bits: u64,
    ) -> PyResult<bool> {
        let _turn = self.turn(py);
        let Some(index) = place(self.vec().len()) else {
            return Ok(false);
        };
        self.overwrite(py, index..index + 1, |mut item| item.set_bits(0, bits))?;
        Ok(true)
    }

    /// As [`with_mut`](Self::with_mut), for callers whose turn it is.
    #[inline]
    fn overwrite<R>(
        &self,
        py: Python<'_>,
        range: Range<usize>,
        change: impl FnOnce(ItemsMut<'_>) -> R + Send,
    ) -> PyResult<R> {
        let range = self.existing(range);
        #[cfg(Py_GIL_DISABLED)]
        if self.exports() > 0 {
            let mut copy = self.copy(py, range.clone())?;
            let result = change(copy.items_mut());
            self.view(py, range).copy_from(0, copy.items().bytes());
            return Ok(result);
        }
        #[cfg(not(Py_GIL_DISABLED))]
        let _ = py;
        // SAFETY: items of the vector, which nobody else uses now: `change` is `Send`, so no holder of a
        // view runs, or there are none, and none come before the turn ends.
        let items = unsafe {
            ItemsMut::from_raw(self.vec().code().kind(), self.vec().start, self.vec().len())
        };
        Ok(change(items.slice(range)))
    }

    /// As [`with_mut`](Self::with_mut) for all items, with those of `other` to read: a copy of them if
    /// both are the same.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    pub fn with_mut_from<R>(
        &self,
        py: Python<'_>,
        other: &Self,
        change: impl FnOnce(ItemsMut<'_>, Items<'_>) -> R + Send,
    ) -> PyResult<R> {
        let (_turns, others) = self.turns_and_items(py, other)?;
        let others = others.items();
        #[cfg(Py_GIL_DISABLED)]
        if self.exports() > 0 {
            let mut copy = self.copy(py, ALL)?;
            let result = change(copy.items_mut(), others);
            self.view(py, self.existing(ALL))
                .copy_from(0, copy.items().bytes());
            return Ok(result);
        }
        // SAFETY: as in `with_mut`; the items of the other one are elsewhere.
        Ok(change(
            unsafe {
                ItemsMut::from_raw(self.vec().code().kind(), self.vec().start, self.vec().len())
            },
            others,
        ))
    }

    /// Changes the vector itself.
    ///
    /// # Errors
    ///
    /// `BufferError` while the items are lent.
    #[inline]
    pub fn change<R>(
        &self,
        py: Python<'_>,
        change: impl FnOnce(&mut ItemVec<C>) -> R + Send,
    ) -> PyResult<R> {
        let _turn = self.turn(py);
        self.check_unlent(py)?;
        // SAFETY: nobody else uses the vector, no view points into it, and none comes before the turn ends.
        Ok(change(unsafe { self.vec_mut() }))
    }

    /// Removes the items in the range that `find` finds, and tells whether there is one. Nothing happens in
    /// between.
    ///
    /// # Errors
    ///
    /// `BufferError` while the items are lent, if there is something to remove; `MemoryError`, on free-threaded
    /// builds.
    #[inline]
    pub fn remove(
        &self,
        py: Python<'_>,
        find: impl FnOnce(Items<'_>) -> Option<Range<usize>> + Send,
    ) -> PyResult<bool> {
        let _turn = self.turn(py);
        let Some(range) = self.look_at(py, ALL, find)? else {
            return Ok(false);
        };
        self.check_unlent(py)?;
        // SAFETY: as in `change`.
        unsafe { self.vec_mut() }.remove(range);
        Ok(true)
    }

    /// As [`change`](Self::change), with the items of `other` to read: a copy of them if both are the
    /// same.
    ///
    /// # Errors
    ///
    /// `BufferError` while the items of `self` are lent, `MemoryError`.
    pub fn change_from<R>(
        &self,
        py: Python<'_>,
        other: &Self,
        change: impl FnOnce(&mut ItemVec<C>, Items<'_>) -> R + Send,
    ) -> PyResult<R> {
        let (_turns, others) = self.turns_and_items(py, other)?;
        self.check_unlent(py)?;
        // SAFETY: as in `change`; the items of the other one are elsewhere.
        Ok(change(unsafe { self.vec_mut() }, others.items()))
    }

    /// Appends the items that `data` is the bytes of.
    ///
    /// # Errors
    ///
    /// `BufferError` while the items are lent, `MemoryError`.
    ///
    /// # Panics
    ///
    /// When the data do not end with an item.
    pub fn extend_from_buffer(&self, py: Python<'_>, data: &PyBuffer<'_>) -> PyResult<()> {
        let _turn = self.turn(py);
        self.check_unlent(py)?;
        // SAFETY: as in `change`; copying from other memory, which is lent itself, runs no Python code.
        let items = unsafe { self.vec_mut() };
        items
            .extend_from_buffer(data)
            .map_err(|error| error.raise(py))
    }

    /// Appends the items of `new`, whose memory an empty vector without any takes over.
    ///
    /// # Errors
    ///
    /// `BufferError` while the items are lent, `MemoryError`.
    ///
    /// # Panics
    ///
    /// When their items do not have the same size.
    pub fn append(&self, py: Python<'_>, new: ItemVec<C>) -> PyResult<()> {
        let _turn = self.turn(py);
        self.check_unlent(py)?;
        // SAFETY: as in `change`; appending runs no Python code.
        let items = unsafe { self.vec_mut() };
        items.append(new).map_err(|error| error.raise(py))
    }

    /// Whoever changes how many items there are must ask first.
    ///
    /// # Errors
    ///
    /// `BufferError` while they are lent.
    #[inline]
    pub fn check_unlent(&self, py: Python<'_>) -> PyResult<()> {
        match self.exports() {
            0 => Ok(()),
            _ => Err(PyBufferError::raise(py, C::CANNOT_RESIZE)),
        }
    }

    /// The vector, for callers whose turn it is.
    #[inline]
    pub(super) fn vec(&self) -> &ItemVec<C> {
        // SAFETY: whoever changes the vector has the turn, and a closure that cannot come here.
        unsafe { &*self.items.get() }
    }

    /// The vector, to be changed.
    ///
    /// # Safety
    ///
    /// It must be the caller's turn, no view may point into the vector, and nothing may come here before the
    /// reference is gone.
    #[inline]
    #[allow(clippy::mut_from_ref)]
    pub(super) unsafe fn vec_mut(&self) -> &mut ItemVec<C> {
        // SAFETY: the caller is alone with the vector.
        unsafe { &mut *self.items.get() }
    }

    /// The part of `range` for which there are items.
    #[inline]
    fn existing(&self, range: Range<usize>) -> Range<usize> {
        let end = range.end.min(self.vec().len());
        range.start.min(end)..end
    }

    /// Both turns, and the items of `other` or a copy.
    fn turns_and_items<'a>(
        &'a self,
        py: Python<'_>,
        other: &'a Self,
    ) -> PyResult<(Turns<'a>, Source<'a, C>)> {
        let turns = self.turns(py, other);
        let copied = ptr::eq(self, other) || cfg!(Py_GIL_DISABLED) && other.exports() > 0;
        let items = match copied {
            true => Source::Copy(other.copy(py, ALL)?),
            false => Source::There(other.vec()),
        };
        Ok((turns, items))
    }

    /// A copy of the items in `range`, as far as they exist, for callers whose turn it is.
    fn copy(&self, py: Python<'_>, range: Range<usize>) -> PyResult<ItemVec<C>> {
        let (code, range) = (self.vec().code(), self.existing(range));
        #[cfg(Py_GIL_DISABLED)]
        if self.exports() > 0 {
            return copy_of_view(py, code, &self.view(py, range));
        }
        let bytes = self.vec().items().slice(range).bytes();
        ItemVec::from_bytes(code, bytes).map_err(|error| error.raise(py))
    }
}

/// As far as there are items.
pub(super) const ALL: Range<usize> = 0..usize::MAX;

/// Items to read: those of the object itself, where nobody can change them meanwhile.
pub(super) enum Source<'a, C: ItemCode> {
    There(&'a ItemVec<C>),
    Copy(ItemVec<C>),
}

impl<C: ItemCode> Source<'_, C> {
    #[inline]
    pub(super) fn items(&self) -> Items<'_> {
        match self {
            Self::There(items) => items.items(),
            Self::Copy(items) => items.items(),
        }
    }
}
