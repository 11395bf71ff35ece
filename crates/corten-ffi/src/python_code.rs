//! Calls in which Python code may run, before Python 3.14.
//!
//! There, once the main program is through, a daemon thread that asks for the GIL is ended in the middle of
//! the call by `pthread_exit`, which unwinds its stack. Rust code must not be unwound that way: the
//! process would crash. Such a thread stays in these functions for good instead, as it does in the
//! interpreter itself from 3.14 on.

use std::ffi::c_int;
use std::time::Duration;

use crate::{Py_REFCNT, PyObject, iternextfunc, richcmpfunc, vectorcallfunc};

/// Never lets an unwinding thread out.
pub(crate) struct Hang;

impl Drop for Hang {
    #[cold]
    fn drop(&mut self) {
        loop {
            std::thread::sleep(Duration::MAX);
        }
    }
}

/// Declares functions of the interpreter in place of pyo3-ffi's.
macro_rules! may_run_python_code {
    ($($(#[$version:meta])? fn $name:ident($($argument:ident: $type:ty),*) $(-> $result:ty)?;)*) => {
        mod raw {
            use super::*;

            unsafe extern "C-unwind" {
                $($(#[$version])? pub(super) fn $name($($argument: $type),*) $(-> $result)?;)*
            }
        }

        $(
            /// The interpreter's function of that name.
            ///
            /// # Safety
            ///
            /// As the C API documents it.
            $(#[$version])?
            #[inline]
            pub unsafe fn $name($($argument: $type),*) $(-> $result)? {
                let hang = $crate::python_code::Hang;
                // SAFETY: forwarded from the caller.
                let result = unsafe { raw::$name($($argument),*) };
                std::mem::forget(hang);
                result
            }
        )*
    };
}

pub(crate) use may_run_python_code;

/// Gives up a reference; the last one frees the object.
///
/// # Safety
///
/// As the C API documents it.
#[inline]
pub unsafe fn Py_DECREF(object: *mut PyObject) {
    // SAFETY: forwarded from the caller, whose reference is the last one where there is one left.
    unsafe {
        if Py_REFCNT(object) == 1 {
            give_up_last(object);
        } else {
            pyo3_ffi::Py_DECREF(object);
        }
    }
}

/// Gives up the last reference.
///
/// # Safety
///
/// As [`Py_DECREF`], and there must be no other reference.
#[cfg(not(any(Py_GIL_DISABLED, py_sys_config = "Py_REF_DEBUG")))]
#[inline]
unsafe fn give_up_last(object: *mut PyObject) {
    // SAFETY: forwarded from the caller; an object is freed when its count has come to zero.
    unsafe {
        #[cfg(Py_3_12)]
        {
            (*object).ob_refcnt.ob_refcnt = 0;
        }
        #[cfg(not(Py_3_12))]
        {
            (*object).ob_refcnt = 0;
        }
        crate::_Py_Dealloc(object);
    }
}

/// The same where there is more to count.
#[cfg(any(Py_GIL_DISABLED, py_sys_config = "Py_REF_DEBUG"))]
#[inline]
unsafe fn give_up_last(object: *mut PyObject) {
    // SAFETY: forwarded from the caller.
    unsafe { crate::Py_DecRef(object) }
}

/// [`Py_DECREF`], unless `object` is null.
///
/// # Safety
///
/// As the C API documents it.
#[inline]
pub unsafe fn Py_XDECREF(object: *mut PyObject) {
    if !object.is_null() {
        // SAFETY: forwarded from the caller.
        unsafe { Py_DECREF(object) }
    }
}

/// Calls `function`, what `callable` has for vectorcall.
///
/// # Safety
///
/// As the C API documents it: PEP 590.
#[inline]
pub unsafe fn call_vectorcall(
    function: vectorcallfunc,
    callable: *mut PyObject,
    args: *const *mut PyObject,
    count: usize,
    names: *mut PyObject,
) -> *mut PyObject {
    type Unwinding = unsafe extern "C-unwind" fn(
        *mut PyObject,
        *const *mut PyObject,
        usize,
        *mut PyObject,
    ) -> *mut PyObject;
    let hang = Hang;
    // SAFETY: the same signature, but for what may pass through; the rest is forwarded from the caller.
    let result = unsafe {
        let function = std::mem::transmute::<vectorcallfunc, Unwinding>(function);
        function(callable, args, count, names)
    };
    std::mem::forget(hang);
    result
}

/// Calls a type's comparison.
///
/// # Safety
///
/// `left` must be a live instance of the type whose `function` it is, and `right` live.
#[inline]
pub unsafe fn call_richcmpfunc(
    function: richcmpfunc,
    left: *mut PyObject,
    right: *mut PyObject,
    op: c_int,
) -> *mut PyObject {
    type Unwinding =
        unsafe extern "C-unwind" fn(*mut PyObject, *mut PyObject, c_int) -> *mut PyObject;
    let hang = Hang;
    // SAFETY: forwarded from the caller; the two types differ in what they say of unwinding.
    let result = unsafe {
        let function = std::mem::transmute::<richcmpfunc, Unwinding>(function);
        function(left, right, op)
    };
    std::mem::forget(hang);
    result
}

/// Asks an iterator for its next item.
///
/// # Safety
///
/// `iterator` must be a live instance of the type whose `function` it is.
#[inline]
pub unsafe fn call_iternextfunc(function: iternextfunc, iterator: *mut PyObject) -> *mut PyObject {
    type Unwinding = unsafe extern "C-unwind" fn(*mut PyObject) -> *mut PyObject;
    let hang = Hang;
    // SAFETY: forwarded from the caller; the two types differ in what they say of unwinding.
    let result = unsafe {
        let function = std::mem::transmute::<iternextfunc, Unwinding>(function);
        function(iterator)
    };
    std::mem::forget(hang);
    result
}
