//! `list`.

use corten_ffi as ffi;

use super::{PyAny, type_check};
use crate::err::{PyErr, PyResult};
use crate::instance::Bound;
use crate::python::Python;

/// Python's `list`.
pub struct PyList(());
type_check!(PyList, "list", ffi::PyList_Check, ffi::PyList_CheckExact);

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
