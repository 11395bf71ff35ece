//! Fields that Python reads directly, as C's `PyMemberDef` has it.

use std::ffi::c_int;
use std::sync::atomic::AtomicBool;

use corten_ffi as ffi;

use crate::instance::Py;

/// A field type that the interpreter can read.
///
/// # Safety
///
/// `CODE` must describe the type's memory.
pub unsafe trait Member {
    /// `Py_T_*`.
    const CODE: c_int;
}

// SAFETY: one byte, 0 or 1.
unsafe impl Member for bool {
    const CODE: c_int = ffi::Py_T_BOOL;
}

// SAFETY: laid out as `bool`; written whole.
unsafe impl Member for AtomicBool {
    const CODE: c_int = ffi::Py_T_BOOL;
}

// SAFETY: a pointer to a live object. It never changes after the object was made.
unsafe impl<T> Member for Py<T> {
    const CODE: c_int = ffi::Py_T_OBJECT_EX;
}

// SAFETY: null or a pointer to a live object.
unsafe impl<T> Member for Option<Py<T>> {
    const CODE: c_int = ffi::Py_T_OBJECT_EX;
}

// SAFETY: C's `int` is 32 bits wide wherever CPython runs.
unsafe impl Member for i32 {
    const CODE: c_int = ffi::Py_T_INT;
}

// SAFETY: pointer-sized and signed.
unsafe impl Member for isize {
    const CODE: c_int = ffi::Py_T_PYSSIZET;
}

// SAFETY: a C double.
unsafe impl Member for f64 {
    const CODE: c_int = ffi::Py_T_DOUBLE;
}
