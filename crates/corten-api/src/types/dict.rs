//! `dict`.

use corten_ffi as ffi;

use super::{PyAny, PyList, type_check};
use crate::err::{PyErr, PyResult};
use crate::instance::Bound;
use crate::python::Python;

/// Python's `dict`.
pub struct PyDict(());
type_check!(PyDict, "dict", ffi::PyDict_Check, ffi::PyDict_CheckExact);

/// A key and its value.
type Item<'py> = (Bound<'py, PyAny>, Bound<'py, PyAny>);

impl PyDict {
    /// `{}`.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    #[inline]
    pub fn new(py: Python<'_>) -> PyResult<Bound<'_, Self>> {
        // SAFETY: attached.
        unsafe { Bound::from_owned_or_err(py, ffi::PyDict_New()) }
    }

    /// `{}`, with room for `len` items.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    #[inline]
    pub fn with_capacity(py: Python<'_>, len: usize) -> PyResult<Bound<'_, Self>> {
        let len = isize::try_from(len).map_err(|_| PyErr::no_memory(py))?;
        // SAFETY: attached; the result is a dict.
        unsafe { Bound::from_owned_or_err(py, _PyDict_NewPresized(len)) }
    }
}

impl<'py> Bound<'py, PyDict> {
    /// Number of items now.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        // SAFETY: `self` is a dict.
        unsafe { ffi::PyDict_Size(self.as_ptr()) as usize }
    }

    /// Whether there is no item now.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// `d[key] = value`.
    ///
    /// # Errors
    ///
    /// What hashing or comparing the key raises, `MemoryError`.
    #[inline]
    pub fn set_item<K, V>(&self, key: &Bound<'_, K>, value: &Bound<'_, V>) -> PyResult<()> {
        // SAFETY: attached; all objects are live.
        PyErr::check(self.py(), unsafe {
            ffi::PyDict_SetItem(self.as_ptr(), key.as_ptr(), value.as_ptr())
        })
    }

    /// `d[key]`, or `None` when there is no such key.
    ///
    /// # Errors
    ///
    /// What hashing or comparing the key raises.
    pub fn get_item<K>(&self, key: &Bound<'_, K>) -> PyResult<Option<Bound<'py, PyAny>>> {
        #[cfg(Py_3_13)]
        // SAFETY: attached; all objects are live; a found value comes as a new reference.
        unsafe {
            let mut value = std::ptr::null_mut();
            let found = ffi::PyDict_GetItemRef(self.as_ptr(), key.as_ptr(), &mut value);
            PyErr::check(self.py(), found)?;
            Ok((found == 1).then(|| Bound::from_owned_ptr(self.py(), value)))
        }
        #[cfg(not(Py_3_13))]
        // SAFETY: attached; all objects are live; a found value is borrowed from the dict, and
        // nothing runs before it has a new reference.
        unsafe {
            let value = ffi::PyDict_GetItemWithError(self.as_ptr(), key.as_ptr());
            if value.is_null() {
                PyErr::check_occurred(self.py())?;
                return Ok(None);
            }
            Ok(Some(Bound::from_borrowed_ptr(self.py(), value)))
        }
    }

    /// `del d[key]`.
    ///
    /// # Errors
    ///
    /// `KeyError`, or what hashing or comparing the key raises.
    pub fn del_item<K>(&self, key: &Bound<'_, K>) -> PyResult<()> {
        // SAFETY: attached; both objects are live.
        PyErr::check(self.py(), unsafe {
            ffi::PyDict_DelItem(self.as_ptr(), key.as_ptr())
        })
    }

    /// Removes `key` with its value; says whether it was there.
    ///
    /// # Errors
    ///
    /// What hashing or comparing the key raises, which before 3.13 cannot be told from a missing
    /// key if it is a `KeyError`.
    pub fn remove<K>(&self, key: &Bound<'_, K>) -> PyResult<bool> {
        #[cfg(Py_3_13)]
        // SAFETY: attached; both objects are live; null means that the value is not wanted.
        unsafe {
            let found = ffi::PyDict_Pop(self.as_ptr(), key.as_ptr(), std::ptr::null_mut());
            PyErr::check(self.py(), found)?;
            Ok(found == 1)
        }
        #[cfg(not(Py_3_13))]
        match self.del_item(key) {
            Ok(()) => Ok(true),
            Err(error) if error.matches::<crate::exceptions::PyKeyError>(self.py()) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Whether `key` is there.
    ///
    /// # Errors
    ///
    /// What hashing or comparing the key raises.
    pub fn contains<K>(&self, key: &Bound<'_, K>) -> PyResult<bool> {
        // SAFETY: attached; both objects are live.
        let found = unsafe { ffi::PyDict_Contains(self.as_ptr(), key.as_ptr()) };
        PyErr::check(self.py(), found)?;
        Ok(found == 1)
    }

    /// `d.clear()`.
    pub fn clear(&self) {
        // SAFETY: attached; `self` is a dict.
        unsafe { ffi::PyDict_Clear(self.as_ptr()) }
    }

    /// `list(d.items())`, without the list and the tuples: appends the items as they are now.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    pub fn snapshot_into(&self, items: &mut Vec<Item<'py>>) -> PyResult<()> {
        let py = self.py();
        self.with_critical_section(|| {
            items
                .try_reserve(self.len())
                .map_err(|_| PyErr::no_memory(py))?;
            let mut position = 0;
            let (mut key, mut value) = (std::ptr::null_mut(), std::ptr::null_mut());
            // SAFETY: attached; nothing that runs inside the loop can change the dict: making
            // references calls no Python code, and the room is reserved.
            unsafe {
                while ffi::PyDict_Next(self.as_ptr(), &mut position, &mut key, &mut value) != 0 {
                    items.push((
                        Bound::from_borrowed_ptr(py, key),
                        Bound::from_borrowed_ptr(py, value),
                    ));
                }
            }
            Ok(())
        })
    }

    /// As [`snapshot_into`](Self::snapshot_into), into a new vector.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    pub fn snapshot(&self) -> PyResult<Vec<Item<'py>>> {
        let mut items = Vec::new();
        self.snapshot_into(&mut items)?;
        Ok(items)
    }

    /// A dict of the same items, of no subclass.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    pub fn copy(&self) -> PyResult<Self> {
        // SAFETY: attached; the result is a dict.
        unsafe { Bound::from_owned_or_err(self.py(), ffi::PyDict_Copy(self.as_ptr())) }
    }

    /// A dict of the same items that is the caller's alone: this one, when nobody else refers to it, or
    /// a copy. What the interpreter passes as keywords is mostly the former.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    pub fn to_unshared(&self) -> PyResult<Self> {
        // Without a GIL a reference count tells less.
        if cfg!(not(Py_GIL_DISABLED)) && self.as_any().reference_count() == 1 {
            return Ok(self.clone());
        }
        self.copy()
    }

    /// `d.update(other)`.
    ///
    /// # Errors
    ///
    /// What hashing or comparing the keys raises, `MemoryError`.
    pub fn update(&self, other: &Self) -> PyResult<()> {
        // SAFETY: attached; both are live dicts.
        PyErr::check(self.py(), unsafe {
            ffi::PyDict_Update(self.as_ptr(), other.as_ptr())
        })
    }

    /// `list(d.keys())`.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    pub fn keys(&self) -> PyResult<Bound<'py, PyList>> {
        // SAFETY: attached; the result is a list.
        unsafe { Bound::from_owned_or_err(self.py(), ffi::PyDict_Keys(self.as_ptr())) }
    }

    /// A read-only view (`types.MappingProxyType(d)`).
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    pub fn proxy(&self) -> PyResult<Bound<'py, PyAny>> {
        // SAFETY: attached; `self` is a mapping.
        unsafe { Bound::from_owned_or_err(self.py(), ffi::PyDictProxy_New(self.as_ptr())) }
    }

    /// The first item at or after `position`, which is moved behind it; begin at 0.
    ///
    /// The dict may change between two calls, as it may between two calls of C's `PyDict_Next`:
    /// items can be missed or seen twice then, and nothing worse.
    #[inline]
    pub fn next_item(&self, position: &mut isize) -> Option<Item<'py>> {
        let py = self.py();
        self.with_critical_section(|| {
            let (mut key, mut value) = (std::ptr::null_mut(), std::ptr::null_mut());
            // SAFETY: attached; any position is allowed; key and value are borrowed from the dict,
            // and nothing can change it before they have references of their own.
            unsafe {
                (ffi::PyDict_Next(self.as_ptr(), position, &mut key, &mut value) != 0).then(|| {
                    (
                        Bound::from_borrowed_ptr(py, key),
                        Bound::from_borrowed_ptr(py, value),
                    )
                })
            }
        })
    }
}

unsafe extern "C" {
    /// A new dict that takes `len` items without growing.
    fn _PyDict_NewPresized(len: isize) -> *mut ffi::PyObject;
}
