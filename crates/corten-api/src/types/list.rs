//! `list`.

use std::sync::atomic::{AtomicPtr, Ordering};
use std::{ptr, slice};

use corten_ffi as ffi;

use super::{CompareOp, PyAny, type_check};
use crate::err::{PyErr, PyResult};
#[cfg(not(Py_GIL_DISABLED))]
use crate::instance::Borrowed;
use crate::instance::Bound;
use crate::python::Python;
use crate::sync::locked;

/// Python's `list`.
pub struct PyList(());
type_check!(PyList, "list", ffi::PyList_Check, ffi::PyList_CheckExact);

/// How an item is put into a list that others may read meanwhile, which the GIL rules out.
const PUBLISH: Ordering = if cfg!(Py_GIL_DISABLED) {
    Ordering::Release
} else {
    Ordering::Relaxed
};

impl PyList {
    /// `[]`.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    pub fn empty(py: Python<'_>) -> PyResult<Bound<'_, Self>> {
        // SAFETY: attached.
        unsafe { Bound::from_owned_or_err(py, ffi::PyList_New(0)) }
    }

    /// A list of `items`, made in one step.
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
        // SAFETY: attached; a null slot is allowed until the list is complete.
        let list: Bound<'py, Self> =
            unsafe { Bound::from_owned_or_err(py, ffi::PyList_New(len as isize))? };
        let mut filled = 0;
        for item in items.take(len) {
            // SAFETY: `filled < len`, the slot is null, and the list is unshared.
            unsafe { ffi::PyList_SET_ITEM(list.as_ptr(), filled, item.into_ptr()) };
            filled += 1;
        }
        assert_eq!(
            filled as usize, len,
            "an iterator that lied about its length"
        );
        Ok(list)
    }
}

impl PyList {
    /// A list of `len` items, which `item` makes one after the other.
    ///
    /// # Errors
    ///
    /// `MemoryError`, or what `item` returns.
    pub fn new_with<'py, T>(
        py: Python<'py>,
        len: usize,
        mut item: impl FnMut(usize) -> PyResult<Bound<'py, T>>,
    ) -> PyResult<Bound<'py, Self>> {
        let mut list = NewList::with_capacity(py, len, true)?;
        list.fill((0..len).map(&mut item))?;
        Ok(list.finish())
    }
}

/// A list in the making.
pub(crate) struct NewList<'py> {
    list: Bound<'py, PyList>,
    /// So many slots, from the first on, have an item; the others are null.
    filled: isize,
    /// Whether the collector does not know of the list before it is finished.
    hidden: bool,
}

impl<'py> NewList<'py> {
    /// Room for so many items. The list must be hidden from the collector unless no Python code can run
    /// before it is finished.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    #[inline]
    pub(crate) fn with_capacity(py: Python<'py>, capacity: usize, hidden: bool) -> PyResult<Self> {
        let size = isize::try_from(capacity).map_err(|_| PyErr::no_memory(py))?;
        // SAFETY: attached; a null slot is allowed until the list is finished, or goes.
        let list = unsafe { Bound::<PyList>::from_owned_or_err(py, ffi::PyList_New(size))? };
        if hidden {
            // SAFETY: a new list.
            unsafe { ffi::PyObject_GC_UnTrack(list.as_ptr().cast()) };
        }
        Ok(NewList {
            list,
            filled: 0,
            hidden,
        })
    }

    /// Adds `items`, as far as there is room.
    ///
    /// # Errors
    ///
    /// The first that is among the items.
    #[inline]
    pub(crate) fn fill<T>(
        &mut self,
        items: impl Iterator<Item = PyResult<Bound<'py, T>>>,
    ) -> PyResult<()> {
        let room = self.list.len() - self.filled as usize;
        for item in items.take(room) {
            let item = item?.into_ptr();
            // SAFETY: in range, the slot is null, and the list is unshared.
            unsafe { ffi::PyList_SET_ITEM(self.list.as_ptr(), self.filled, item) };
            self.filled += 1;
        }
        Ok(())
    }

    /// The list of the items there are.
    #[inline]
    pub(crate) fn finish(self) -> Bound<'py, PyList> {
        let list = self.list;
        // SAFETY: unshared; the slots that are cut off are null.
        unsafe {
            (*list.as_ptr().cast::<ffi::PyListObject>()).ob_base.ob_size = self.filled;
        }
        if self.hidden {
            // SAFETY: complete, and not tracked.
            unsafe { ffi::PyObject_GC_Track(list.as_ptr().cast()) };
        }
        list
    }
}

impl<'py> Bound<'py, PyList> {
    /// Number of items now.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        // SAFETY: `self` is a list.
        unsafe { ffi::PyList_GET_SIZE(self.as_ptr()) as usize }
    }

    /// Whether there is no item now.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The item at `index`, or `None` past the end. Safe against lists that change meanwhile.
    #[inline]
    #[must_use]
    pub fn get(&self, index: usize) -> Option<Bound<'py, PyAny>> {
        if index >= self.len() {
            return None;
        }
        #[cfg(not(Py_GIL_DISABLED))]
        // SAFETY: in range; attached, so nothing removes the item before it has a new reference.
        unsafe {
            let item = ffi::PyList_GET_ITEM(self.as_ptr(), index as isize);
            Some(Bound::from_borrowed_ptr(self.py(), item))
        }
        #[cfg(Py_GIL_DISABLED)]
        // SAFETY: attached; returns a new reference, or null with IndexError when the list has become
        // shorter.
        unsafe {
            let item = ffi::PyList_GetItemRef(self.as_ptr(), index as isize);
            Bound::from_owned_or_err(self.py(), item).ok()
        }
    }

    /// `list[left] op list[right]` as a truth value, or `None` if one of them is past the end.
    ///
    /// # Errors
    ///
    /// What the comparison raises. It may have changed the list.
    #[inline]
    pub fn compare_items(
        &self,
        left: usize,
        right: usize,
        op: CompareOp,
    ) -> PyResult<Option<bool>> {
        #[cfg(not(Py_GIL_DISABLED))]
        {
            let (Some(left), Some(right)) = (self.borrow_item(left), self.borrow_item(right))
            else {
                return Ok(None);
            };
            if let Some(truth) = left.compare_built_in(&right, op) {
                return Ok(Some(truth));
            }
            left.to_owned()
                .compare_by_methods(&right.to_owned(), op)
                .map(Some)
        }
        #[cfg(Py_GIL_DISABLED)]
        match (self.get(left), self.get(right)) {
            (Some(left), Some(right)) => left.compare(&right, op).map(Some),
            _ => Ok(None),
        }
    }

    /// `list[index] op other` as [`compare_built_in`](Bound::compare_built_in) tells it: without running
    /// Python code. `None` past the end as well.
    #[inline]
    #[must_use]
    pub fn compare_built_in_item(
        &self,
        index: usize,
        other: &Bound<'_, PyAny>,
        op: CompareOp,
    ) -> Option<bool> {
        #[cfg(not(Py_GIL_DISABLED))]
        let item = self.borrow_item(index)?;
        #[cfg(Py_GIL_DISABLED)]
        let item = self.get(index)?;
        item.compare_built_in(other, op)
    }

    /// The item at `index`, which stays in the list until Python code runs.
    #[cfg(not(Py_GIL_DISABLED))]
    #[inline]
    fn borrow_item(&self, index: usize) -> Option<Borrowed<'_, 'py, PyAny>> {
        // SAFETY: in range. The callers do nothing meanwhile that could run Python code, so the list
        // keeps the item alive.
        (index < self.len()).then(|| unsafe {
            let item = ffi::PyList_GET_ITEM(self.as_ptr(), index as isize);
            Borrowed::from_ptr(self.py(), item)
        })
    }

    /// Exchanges two items; does nothing if one of them is past the end.
    #[inline]
    pub fn swap(&self, left: usize, right: usize) {
        self.with_items(|items| {
            let (Some(a), Some(b)) = (items.get(left), items.get(right)) else {
                return;
            };
            let (left, right) = (a.load(Ordering::Relaxed), b.load(Ordering::Relaxed));
            a.store(right, PUBLISH);
            b.store(left, PUBLISH);
        });
    }

    /// Puts `item` in the place of what is at `index`, which is returned; `None` past the end.
    #[inline]
    pub fn replace(&self, index: usize, item: Bound<'py, PyAny>) -> Option<Bound<'py, PyAny>> {
        self.with_items(|items| {
            let slot = items.get(index)?;
            let old = slot.load(Ordering::Relaxed);
            slot.store(item.into_ptr(), PUBLISH);
            // SAFETY: the list's reference to its item comes over.
            Some(unsafe { Bound::from_owned_ptr(self.py(), old) })
        })
    }

    /// Runs `work` on the slots of the list's memory, each of which owns a reference. Nobody else
    /// changes the list meanwhile; without a GIL others may read it.
    #[inline]
    fn with_items<R>(&self, work: impl FnOnce(&[AtomicPtr<ffi::PyObject>]) -> R) -> R {
        // SAFETY: attached; `self` is live. The items are as many as the list has, and `work`, which
        // does not leave this file, runs no Python code that could move them.
        unsafe {
            locked(self.as_ptr(), || {
                let items = (*self.as_ptr().cast::<ffi::PyListObject>()).ob_item;
                match self.len() {
                    0 => work(&[]),
                    len => work(slice::from_raw_parts(items.cast(), len)),
                }
            })
        }
    }

    /// Takes the last item off the list, or nothing if it is empty.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    #[inline]
    pub fn pop(&self) -> PyResult<Option<Bound<'py, PyAny>>> {
        #[cfg(not(Py_GIL_DISABLED))]
        // SAFETY: attached; `self` is a list, whose memory is not given back as long as half of it is in
        // use; the reference of the last slot in use comes over.
        unsafe {
            let list = self.as_ptr().cast::<ffi::PyListObject>();
            let len = ffi::Py_SIZE(list.cast());
            if len > (*list).allocated / 2 && len > 1 {
                (*list).ob_base.ob_size = len - 1;
                let item = *(*list).ob_item.offset(len - 1);
                return Ok(Some(Bound::from_owned_ptr(self.py(), item)));
            }
        }
        self.pop_and_shrink()
    }

    /// Drops the items of a list that nobody else has, the last one first. Keeps the memory for others.
    #[inline]
    pub(super) fn drop_items(&self) {
        let list = self.as_ptr().cast::<ffi::PyListObject>();
        // What code runs meanwhile finds a proper list. Should it add to that, the new items stay.
        for _ in 0..self.len() {
            // SAFETY: attached, with a list; the reference of the last slot in use comes over.
            unsafe {
                let Some(last) = self.len().checked_sub(1) else {
                    return;
                };
                (*list).ob_base.ob_size = last as isize;
                ffi::Py_DECREF(*(*list).ob_item.add(last));
            }
        }
    }

    fn pop_and_shrink(&self) -> PyResult<Option<Bound<'py, PyAny>>> {
        // SAFETY: attached; `self` is a live list; without items, the range is removed.
        unsafe {
            locked(self.as_ptr(), || {
                let Some(last) = self.len().checked_sub(1) else {
                    return Ok(None);
                };
                let item = self.get(last);
                let range = (last as isize, last as isize + 1);
                let status = ffi::PyList_SetSlice(self.as_ptr(), range.0, range.1, ptr::null_mut());
                PyErr::check(self.py(), status)?;
                Ok(item)
            })
        }
    }

    /// `list.insert(index, item)`; past the end means at the end.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    pub fn insert<T>(&self, index: usize, item: &Bound<'_, T>) -> PyResult<()> {
        let index = isize::try_from(index).unwrap_or(isize::MAX);
        // SAFETY: attached; both objects are live.
        PyErr::check(self.py(), unsafe {
            ffi::PyList_Insert(self.as_ptr(), index, item.as_ptr())
        })
    }

    /// `list.append(item)`.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    #[inline]
    pub fn append<T>(&self, item: &Bound<'_, T>) -> PyResult<()> {
        // SAFETY: attached; both objects are live.
        PyErr::check(self.py(), unsafe {
            ffi::PyList_Append(self.as_ptr(), item.as_ptr())
        })
    }

    /// As [`append`](Self::append), giving the reference away.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    #[inline]
    pub fn push<T>(&self, item: Bound<'py, T>) -> PyResult<()> {
        #[cfg(not(Py_GIL_DISABLED))]
        // SAFETY: attached; `self` is a list, whose memory has `allocated` slots; the first unused
        // one gets the reference.
        unsafe {
            let list = self.as_ptr().cast::<ffi::PyListObject>();
            let len = ffi::Py_SIZE(list.cast());
            if len < (*list).allocated {
                *(*list).ob_item.offset(len) = item.into_ptr();
                (*list).ob_base.ob_size = len + 1;
                return Ok(());
            }
        }
        self.append(&item)
    }

    /// `list.sort()`.
    ///
    /// # Errors
    ///
    /// What comparing the items raises.
    pub fn sort(&self) -> PyResult<()> {
        // SAFETY: attached; `self` is a list.
        PyErr::check(self.py(), unsafe { ffi::PyList_Sort(self.as_ptr()) })
    }
}
