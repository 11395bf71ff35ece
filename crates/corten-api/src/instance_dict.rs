//! The `__dict__` of instances, for Rust code.

use std::ffi::c_void;
use std::ptr;

use corten_ffi as ffi;

use crate::class::{Object, PyMethods};
use crate::instance::Bound;
use crate::sync::locked;
use crate::types::PyDict;

impl<'py, T: PyMethods<Dict = [*mut c_void; 1]>> Bound<'py, T> {
    /// The instance's `__dict__`, unless nobody has asked for it so far.
    #[must_use]
    pub fn instance_dict(&self) -> Option<Bound<'py, PyDict>> {
        // SAFETY: attached; the slot is null or has a dict, which nobody can replace before there is a
        // new reference.
        unsafe {
            locked(self.as_ptr(), || {
                let dict = Object::<T>::dict_slot(self.as_ptr()).read();
                (!dict.is_null()).then(|| Bound::from_borrowed_ptr(self.py(), dict))
            })
        }
    }

    /// Replaces the instance's `__dict__`; without one it gets an empty one when somebody asks for it.
    pub fn set_instance_dict(&self, dict: Option<Bound<'py, PyDict>>) {
        let new = dict.map_or(ptr::null_mut(), Bound::into_ptr);
        // SAFETY: attached; the slot owns a reference to a dict, or is null. What was there is released
        // last, as its destructor may look at the instance.
        unsafe {
            let old = locked(self.as_ptr(), || {
                Object::<T>::dict_slot(self.as_ptr()).replace(new)
            });
            ffi::Py_XDECREF(old);
        }
    }
}
