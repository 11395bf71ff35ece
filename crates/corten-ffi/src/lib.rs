//! Raw declarations of CPython's C API.
//!
//! Everything of [`pyo3_ffi`], and the few symbols it leaves out. No logic lives here: the safe
//! face of it is `corten-api`.

#![allow(non_snake_case, non_camel_case_types)]

pub use pyo3_ffi::*;

use std::ffi::{c_char, c_int};

unsafe extern "C" {
    /// Changes the size of a `bytes` object that nobody else has seen yet. On failure the object
    /// is released, `*bytes` becomes null and `MemoryError` is set.
    pub fn _PyBytes_Resize(bytes: *mut *mut PyObject, size: Py_ssize_t) -> c_int;

    /// The interpreter's own shortest-`repr` float formatting; the result is freed with
    /// `PyMem_Free`.
    pub fn PyOS_double_to_string(
        value: f64,
        format_code: c_char,
        precision: c_int,
        flags: c_int,
        kind: *mut c_int,
    ) -> *mut c_char;
}

#[cfg(not(Py_3_13))]
unsafe extern "C" {
    /// The current thread state, or null when the thread is not attached.
    #[link_name = "_PyThreadState_UncheckedGet"]
    pub fn PyThreadState_GetUnchecked() -> *mut PyThreadState;
}

#[cfg(not(Py_GIL_DISABLED))]
unsafe extern "C" {
    /// `PyDict_SetItem` for a key whose hash is known already.
    pub fn _PyDict_SetItem_KnownHash(
        dict: *mut PyObject,
        key: *mut PyObject,
        value: *mut PyObject,
        hash: Py_hash_t,
    ) -> c_int;
}
