//! Raw declarations of CPython's C API.
//!
//! Everything of [`pyo3_ffi`], and the few symbols it leaves out. No logic lives here but what keeps a
//! dying interpreter from unwinding Rust code: the safe face of it is `corten-api`.

#![allow(non_snake_case, non_camel_case_types)]

#[cfg(not(Py_3_14))]
mod python_code;

pub use pyo3_ffi::*;

#[cfg(not(Py_3_14))]
pub use python_code::{
    Py_DECREF, Py_XDECREF, call_iternextfunc, call_richcmpfunc, call_vectorcall,
};

#[cfg(not(Py_3_14))]
use std::ffi::c_double;
use std::ffi::{CStr, c_char, c_int, c_void};

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

unsafe extern "C" {
    /// `types.MethodType(function, instance)`.
    pub fn PyMethod_New(function: *mut PyObject, instance: *mut PyObject) -> *mut PyObject;
}

// What the compiler knows of instructions, for the interpreter's own `_opcode`.
#[cfg(all(Py_3_13, not(Py_3_14)))]
unsafe extern "C" {
    /// Whether there is such an instruction. The questions below are for those only.
    pub fn _PyCompile_OpcodeIsValid(opcode: c_int) -> c_int;
    /// Whether it uses its argument.
    pub fn _PyCompile_OpcodeHasArg(opcode: c_int) -> c_int;
    /// Whether it uses a constant.
    pub fn _PyCompile_OpcodeHasConst(opcode: c_int) -> c_int;
    /// Whether it uses a name.
    pub fn _PyCompile_OpcodeHasName(opcode: c_int) -> c_int;
    /// Whether it jumps.
    pub fn _PyCompile_OpcodeHasJump(opcode: c_int) -> c_int;
    /// Whether it uses a variable that functions share.
    pub fn _PyCompile_OpcodeHasFree(opcode: c_int) -> c_int;
    /// Whether it uses a local variable.
    pub fn _PyCompile_OpcodeHasLocal(opcode: c_int) -> c_int;
    /// Whether it sets up an exception handler.
    pub fn _PyCompile_OpcodeHasExc(opcode: c_int) -> c_int;

    /// The name of an intrinsic function of one argument; null, without an exception, past the last.
    pub fn _PyCompile_GetUnaryIntrinsicName(index: c_int) -> *mut PyObject;
    /// The same for two arguments.
    pub fn _PyCompile_GetBinaryIntrinsicName(index: c_int) -> *mut PyObject;
}

/// The address of a function that only some builds of the interpreter export, or null.
#[must_use]
pub fn optional_function(name: &CStr) -> *mut c_void {
    unsafe extern "C" {
        fn dlsym(handle: *mut c_void, name: *const c_char) -> *mut c_void;
    }
    let everywhere = if cfg!(target_vendor = "apple") { -2 } else { 0 };
    // SAFETY: a C string, and the handle that stands for all that is loaded (`RTLD_DEFAULT`).
    unsafe {
        dlsym(
            std::ptr::without_provenance_mut(everywhere as usize),
            name.as_ptr(),
        )
    }
}

/// Calls `function`, what `callable` has for vectorcall.
///
/// # Safety
///
/// As the C API documents it: PEP 590.
#[cfg(Py_3_14)]
#[inline]
pub unsafe fn call_vectorcall(
    function: vectorcallfunc,
    callable: *mut PyObject,
    args: *const *mut PyObject,
    count: usize,
    names: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: forwarded from the caller.
    unsafe { function(callable, args, count, names) }
}

unsafe extern "C" {
    /// The value of a decimal digit, or -1.
    pub fn _PyUnicode_ToDecimalDigit(character: Py_UCS4) -> c_int;
    /// The value of a digit, or -1.
    pub fn _PyUnicode_ToDigit(character: Py_UCS4) -> c_int;
    /// The value of a numeric character, or -1.
    pub fn _PyUnicode_ToNumeric(character: Py_UCS4) -> f64;
}

/// What the capsule `unicodedata._ucnhash_CAPI` points to: the way from characters to names, and back, of
/// the compiler and the codecs. Neither function sets an exception; both return whether there is one.
#[repr(C)]
pub struct _PyUnicode_Name_CAPI {
    /// Writes the name of `code` and a zero to `buffer`.
    pub getname: unsafe extern "C" fn(
        code: Py_UCS4,
        buffer: *mut c_char,
        buflen: c_int,
        with_alias_and_seq: c_int,
    ) -> c_int,
    /// Writes the character with that name to `code`.
    pub getcode: unsafe extern "C" fn(
        name: *const c_char,
        namelen: c_int,
        code: *mut Py_UCS4,
        with_named_seq: c_int,
    ) -> c_int,
}

/// A lock of the interpreter's.
#[repr(C)]
pub struct PyThread_lock {
    _opaque: [u8; 0],
}

/// The lock was not to be had in time.
pub const PY_LOCK_FAILURE: c_int = 0;
/// The lock is held now.
pub const PY_LOCK_ACQUIRED: c_int = 1;

unsafe extern "C" {
    /// A lock that nobody holds, or null.
    pub fn PyThread_allocate_lock() -> *mut PyThread_lock;

    /// Gives the lock's memory back.
    pub fn PyThread_free_lock(lock: *mut PyThread_lock);

    /// Waits for the lock, so many microseconds at most (none below 0: as long as it takes), or until a
    /// signal comes, if `interruptible`.
    pub fn PyThread_acquire_lock_timed(
        lock: *mut PyThread_lock,
        microseconds: i64,
        interruptible: c_int,
    ) -> c_int;

    /// Lets go of the lock. It may be another thread that took it.
    pub fn PyThread_release_lock(lock: *mut PyThread_lock);
}

/// Rounding towards positive infinity.
pub const PYTIME_ROUND_CEILING: c_int = 1;

#[cfg(Py_3_14)]
unsafe extern "C" {
    /// A number of seconds in nanoseconds; on failure, -1 and `OverflowError`, `ValueError` or
    /// `TypeError`.
    pub fn _PyTime_FromSecondsObject(
        nanoseconds: *mut i64,
        seconds: *mut PyObject,
        rounding: c_int,
    ) -> c_int;
}

#[cfg(not(Py_3_13))]
pub use _PyObject_LookupAttr as PyObject_GetOptionalAttr;

#[cfg(not(Py_3_13))]
unsafe extern "C" {
    /// The current thread state, or null when the thread is not attached.
    #[link_name = "_PyThreadState_UncheckedGet"]
    pub fn PyThreadState_GetUnchecked() -> *mut PyThreadState;
}

#[cfg(not(Py_3_14))]
unsafe extern "C" {
    /// How many bits the absolute value of an `int` has; on failure, -1 and `OverflowError`.
    pub fn _PyLong_NumBits(int: *mut PyObject) -> usize;

    /// An `int` as a float of magnitude 0.5 to 1.0 and the power of two that it is to be multiplied
    /// with; on failure, -1.0 and `OverflowError`.
    pub fn _PyLong_Frexp(int: *mut PyLongObject, exponent: *mut Py_ssize_t) -> f64;
}

#[cfg(Py_3_14)]
unsafe extern "C" {
    /// How many bits the absolute value of an `int` has.
    pub fn _PyLong_NumBits(int: *mut PyObject) -> i64;

    /// An `int` as a float of magnitude 0.5 to 1.0 and the power of two that it is to be multiplied
    /// with.
    pub fn _PyLong_Frexp(int: *mut PyLongObject, exponent: *mut i64) -> f64;

    /// The greatest common divisor of two ints, never negative.
    pub fn _PyLong_GCD(a: *mut PyObject, b: *mut PyObject) -> *mut PyObject;

    /// The method `name` of an object's type, bound to it, as operators look it up; null without an
    /// exception when there is none.
    pub fn _PyObject_LookupSpecial(object: *mut PyObject, name: *mut PyObject) -> *mut PyObject;
}

#[cfg(Py_3_14)]
unsafe extern "C" {
    /// Fills `size` bytes from the operating system's source of randomness, without waiting for it to
    /// be seeded; on failure, -1 and `OSError`.
    pub fn _PyOS_URandomNonblock(buffer: *mut c_void, size: Py_ssize_t) -> c_int;
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

/// Calls a type's comparison.
///
/// # Safety
///
/// `left` must be a live instance of the type whose `function` it is, and `right` live.
#[cfg(Py_3_14)]
#[inline]
pub unsafe fn call_richcmpfunc(
    function: richcmpfunc,
    left: *mut PyObject,
    right: *mut PyObject,
    op: c_int,
) -> *mut PyObject {
    // SAFETY: forwarded from the caller.
    unsafe { function(left, right, op) }
}

/// Asks an iterator for its next item.
///
/// # Safety
///
/// `iterator` must be a live instance of the type whose `function` it is.
#[cfg(Py_3_14)]
#[inline]
pub unsafe fn call_iternextfunc(function: iternextfunc, iterator: *mut PyObject) -> *mut PyObject {
    // SAFETY: forwarded from the caller.
    unsafe { function(iterator) }
}

/// `PySys_Audit` for an event with two objects as its arguments.
///
/// # Safety
///
/// As the C API documents it.
#[inline]
pub unsafe fn PySys_AuditPair(
    event: *const c_char,
    first: *mut PyObject,
    second: *mut PyObject,
) -> c_int {
    unsafe extern "C-unwind" {
        fn PySys_Audit(event: *const c_char, format: *const c_char, ...) -> c_int;
    }
    #[cfg(not(Py_3_14))]
    let hang = python_code::Hang;
    // SAFETY: forwarded from the caller; the format says that two objects follow.
    let result = unsafe { PySys_Audit(event, c"OO".as_ptr(), first, second) };
    #[cfg(not(Py_3_14))]
    std::mem::forget(hang);
    result
}

#[cfg(not(Py_3_14))]
python_code::may_run_python_code! {
    fn PyBuffer_Release(view: *mut Py_buffer);
    fn PyComplex_AsCComplex(object: *mut PyObject) -> Py_complex;
    fn PyDict_Clear(dict: *mut PyObject);
    fn PyDict_Contains(dict: *mut PyObject, key: *mut PyObject) -> c_int;
    fn PyDict_Copy(dict: *mut PyObject) -> *mut PyObject;
    fn PyDict_DelItem(dict: *mut PyObject, key: *mut PyObject) -> c_int;
    #[cfg(Py_3_13)]
    fn PyDict_GetItemRef(
        dict: *mut PyObject, key: *mut PyObject, value: *mut *mut PyObject
    ) -> c_int;
    fn PyDict_GetItemWithError(dict: *mut PyObject, key: *mut PyObject) -> *mut PyObject;
    fn PyDict_SetItem(dict: *mut PyObject, key: *mut PyObject, value: *mut PyObject) -> c_int;
    fn PyDict_Update(dict: *mut PyObject, other: *mut PyObject) -> c_int;
    fn PyErr_CheckSignals() -> c_int;
    fn PyErr_Clear();
    fn PyErr_NormalizeException(
        class: *mut *mut PyObject, value: *mut *mut PyObject, traceback: *mut *mut PyObject
    );
    fn PyErr_SetNone(class: *mut PyObject);
    fn PyErr_SetObject(class: *mut PyObject, value: *mut PyObject);
    fn PyErr_WarnEx(category: *mut PyObject, text: *const c_char, stacklevel: Py_ssize_t) -> c_int;
    fn PyErr_WriteUnraisable(place: *mut PyObject);
    fn PyFloat_AsDouble(object: *mut PyObject) -> c_double;
    fn PyImport_ImportModule(name: *const c_char) -> *mut PyObject;
    fn PyList_SetSlice(
        list: *mut PyObject, low: Py_ssize_t, high: Py_ssize_t, items: *mut PyObject
    ) -> c_int;
    fn PyList_Sort(list: *mut PyObject) -> c_int;
    fn PyNumber_Absolute(object: *mut PyObject) -> *mut PyObject;
    fn PyNumber_Add(left: *mut PyObject, right: *mut PyObject) -> *mut PyObject;
    fn PyNumber_And(left: *mut PyObject, right: *mut PyObject) -> *mut PyObject;
    fn PyNumber_AsSsize_t(object: *mut PyObject, overflow: *mut PyObject) -> Py_ssize_t;
    fn PyNumber_FloorDivide(left: *mut PyObject, right: *mut PyObject) -> *mut PyObject;
    fn PyNumber_InPlaceAdd(left: *mut PyObject, right: *mut PyObject) -> *mut PyObject;
    fn PyNumber_InPlaceAnd(left: *mut PyObject, right: *mut PyObject) -> *mut PyObject;
    fn PyNumber_InPlaceFloorDivide(left: *mut PyObject, right: *mut PyObject) -> *mut PyObject;
    fn PyNumber_InPlaceLshift(left: *mut PyObject, right: *mut PyObject) -> *mut PyObject;
    fn PyNumber_InPlaceMatrixMultiply(left: *mut PyObject, right: *mut PyObject) -> *mut PyObject;
    fn PyNumber_InPlaceMultiply(left: *mut PyObject, right: *mut PyObject) -> *mut PyObject;
    fn PyNumber_InPlaceOr(left: *mut PyObject, right: *mut PyObject) -> *mut PyObject;
    fn PyNumber_InPlacePower(
        object: *mut PyObject, exponent: *mut PyObject, modulus: *mut PyObject
    ) -> *mut PyObject;
    fn PyNumber_InPlaceRemainder(left: *mut PyObject, right: *mut PyObject) -> *mut PyObject;
    fn PyNumber_InPlaceRshift(left: *mut PyObject, right: *mut PyObject) -> *mut PyObject;
    fn PyNumber_InPlaceSubtract(left: *mut PyObject, right: *mut PyObject) -> *mut PyObject;
    fn PyNumber_InPlaceTrueDivide(left: *mut PyObject, right: *mut PyObject) -> *mut PyObject;
    fn PyNumber_InPlaceXor(left: *mut PyObject, right: *mut PyObject) -> *mut PyObject;
    fn PyNumber_Index(object: *mut PyObject) -> *mut PyObject;
    fn PyNumber_Invert(object: *mut PyObject) -> *mut PyObject;
    fn PyNumber_Lshift(left: *mut PyObject, right: *mut PyObject) -> *mut PyObject;
    fn PyNumber_MatrixMultiply(left: *mut PyObject, right: *mut PyObject) -> *mut PyObject;
    fn PyNumber_Multiply(left: *mut PyObject, right: *mut PyObject) -> *mut PyObject;
    fn PyNumber_Negative(object: *mut PyObject) -> *mut PyObject;
    fn PyNumber_Or(left: *mut PyObject, right: *mut PyObject) -> *mut PyObject;
    fn PyNumber_Positive(object: *mut PyObject) -> *mut PyObject;
    fn PyNumber_Power(
        object: *mut PyObject, exponent: *mut PyObject, modulus: *mut PyObject
    ) -> *mut PyObject;
    fn PyNumber_Remainder(left: *mut PyObject, right: *mut PyObject) -> *mut PyObject;
    fn PyNumber_Rshift(left: *mut PyObject, right: *mut PyObject) -> *mut PyObject;
    fn PyNumber_Subtract(left: *mut PyObject, right: *mut PyObject) -> *mut PyObject;
    fn PyNumber_TrueDivide(left: *mut PyObject, right: *mut PyObject) -> *mut PyObject;
    fn PyNumber_Xor(left: *mut PyObject, right: *mut PyObject) -> *mut PyObject;
    fn PyObject_Call(
        object: *mut PyObject, args: *mut PyObject, kwargs: *mut PyObject
    ) -> *mut PyObject;
    fn PyObject_CallFinalizerFromDealloc(object: *mut PyObject) -> c_int;
    fn PyObject_CallNoArgs(object: *mut PyObject) -> *mut PyObject;
    fn PyObject_CallOneArg(object: *mut PyObject, arg: *mut PyObject) -> *mut PyObject;
    fn PyObject_ClearWeakRefs(object: *mut PyObject);
    fn PyObject_DelItem(object: *mut PyObject, key: *mut PyObject) -> c_int;
    fn PyObject_GetAttr(object: *mut PyObject, name: *mut PyObject) -> *mut PyObject;
    fn PyObject_GetBuffer(object: *mut PyObject, view: *mut Py_buffer, flags: c_int) -> c_int;
    fn PyObject_GetItem(object: *mut PyObject, key: *mut PyObject) -> *mut PyObject;
    fn PyObject_GetIter(object: *mut PyObject) -> *mut PyObject;
    fn PyObject_Hash(object: *mut PyObject) -> Py_hash_t;
    #[cfg(Py_3_13)]
    fn PyObject_GetOptionalAttr(
        object: *mut PyObject, name: *mut PyObject, value: *mut *mut PyObject
    ) -> c_int;
    #[cfg(not(Py_3_13))]
    fn _PyObject_LookupAttr(
        object: *mut PyObject, name: *mut PyObject, value: *mut *mut PyObject
    ) -> c_int;
    fn PyObject_IsTrue(object: *mut PyObject) -> c_int;
    fn PyObject_LengthHint(object: *mut PyObject, default: Py_ssize_t) -> Py_ssize_t;
    fn PyObject_Repr(object: *mut PyObject) -> *mut PyObject;
    fn PyObject_RichCompare(
        left: *mut PyObject, right: *mut PyObject, op: c_int
    ) -> *mut PyObject;
    fn PyObject_RichCompareBool(left: *mut PyObject, right: *mut PyObject, op: c_int) -> c_int;
    fn PyObject_SetAttr(object: *mut PyObject, name: *mut PyObject, value: *mut PyObject) -> c_int;
    fn PyObject_SetItem(
        object: *mut PyObject, key: *mut PyObject, value: *mut PyObject
    ) -> c_int;
    fn PyObject_Size(object: *mut PyObject) -> Py_ssize_t;
    fn PyObject_Str(object: *mut PyObject) -> *mut PyObject;
    fn PyObject_Vectorcall(
        object: *mut PyObject, args: *const *mut PyObject, count: usize, names: *mut PyObject
    ) -> *mut PyObject;
    fn PyObject_VectorcallMethod(
        name: *mut PyObject, args: *const *mut PyObject, count: usize, names: *mut PyObject
    ) -> *mut PyObject;
    fn PySequence_Concat(left: *mut PyObject, right: *mut PyObject) -> *mut PyObject;
    fn PySequence_Contains(sequence: *mut PyObject, value: *mut PyObject) -> c_int;
    fn PySequence_Count(sequence: *mut PyObject, value: *mut PyObject) -> Py_ssize_t;
    fn Py_MakePendingCalls() -> c_int;
    fn _PyTime_FromSecondsObject(
        nanoseconds: *mut i64, seconds: *mut PyObject, rounding: c_int
    ) -> c_int;
    fn PySequence_GetItem(object: *mut PyObject, index: Py_ssize_t) -> *mut PyObject;
    fn PySequence_InPlaceConcat(left: *mut PyObject, right: *mut PyObject) -> *mut PyObject;
    fn PySequence_Index(sequence: *mut PyObject, value: *mut PyObject) -> Py_ssize_t;
    fn PySequence_Repeat(object: *mut PyObject, count: Py_ssize_t) -> *mut PyObject;
    fn PySequence_Tuple(object: *mut PyObject) -> *mut PyObject;
    fn PySlice_Unpack(
        slice: *mut PyObject,
        start: *mut Py_ssize_t,
        stop: *mut Py_ssize_t,
        step: *mut Py_ssize_t
    ) -> c_int;
    fn Py_DecRef(object: *mut PyObject);
    fn _Py_Dealloc(object: *mut PyObject);
    fn _PyLong_GCD(a: *mut PyObject, b: *mut PyObject) -> *mut PyObject;
    fn _PyOS_URandomNonblock(buffer: *mut c_void, size: Py_ssize_t) -> c_int;
    fn _PyObject_LookupSpecial(object: *mut PyObject, name: *mut PyObject) -> *mut PyObject;
}
