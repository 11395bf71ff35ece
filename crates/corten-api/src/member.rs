//! Fields that Python reads directly, as C's `PyMemberDef` has it.

use std::ffi::c_int;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicPtr, AtomicU64, Ordering};

use corten_ffi as ffi;

use crate::class::PyMethods;
use crate::gc::{Traverse, Visit, VisitResult};
use crate::instance::{Bound, Py};
use crate::sync::locked;
use crate::types::{PyAny, PyDict};

/// A field type that the interpreter can read.
///
/// # Safety
///
/// `CODE` must describe the type's memory.
pub unsafe trait Member {
    /// `Py_T_*`.
    const CODE: c_int;
}

/// A field type that Python code may write to, and delete.
///
/// # Safety
///
/// Any object must fit the type's memory, and so must a null pointer.
pub unsafe trait WritableMember: Member {}

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

// SAFETY: begins with a pointer to a live object, which is replaced whole.
unsafe impl<T> Member for MemberCell<T> {
    const CODE: c_int = ffi::Py_T_OBJECT_EX;
}

// SAFETY: begins with null or a pointer to a live object, which is replaced whole.
unsafe impl<T> Member for OptionalMember<T> {
    #[allow(deprecated)] // `Py_T_OBJECT_EX` raises for a missing object.
    const CODE: c_int = ffi::_Py_T_OBJECT;
}

// SAFETY: every object is a `PyAny`, and the pointer may be null.
unsafe impl WritableMember for OptionalMember<PyAny> {}

// SAFETY: C's `int` is 32 bits wide wherever CPython runs.
unsafe impl Member for i32 {
    const CODE: c_int = ffi::Py_T_INT;
}

// SAFETY: laid out as `i32`; written whole.
unsafe impl Member for AtomicI32 {
    const CODE: c_int = ffi::Py_T_INT;
}

// SAFETY: C's `unsigned long long` is as wide wherever CPython runs; written whole.
unsafe impl Member for AtomicU64 {
    const CODE: c_int = ffi::Py_T_ULONGLONG;
}

// SAFETY: C's `unsigned int` is as wide.
unsafe impl Member for u32 {
    const CODE: c_int = ffi::Py_T_UINT;
}

// SAFETY: pointer-sized and signed.
unsafe impl Member for isize {
    const CODE: c_int = ffi::Py_T_PYSSIZET;
}

// SAFETY: a C double.
unsafe impl Member for f64 {
    const CODE: c_int = ffi::Py_T_DOUBLE;
}

/// An object that Python reads as a member, and Rust code replaces now and then.
#[repr(C)]
pub struct MemberCell<T> {
    object: AtomicPtr<ffi::PyObject>,
    _owned: PhantomData<Py<T>>,
}

// SAFETY: as for `Py<T>`; the pointer changes only in calls that take a token, ordered by the GIL or
// by the lock of the instance that the cell is part of.
unsafe impl<T> Sync for MemberCell<T> {}

impl<T> MemberCell<T> {
    /// A cell with `object`.
    #[must_use]
    pub fn new(object: Py<T>) -> Self {
        MemberCell {
            object: AtomicPtr::new(ManuallyDrop::new(object).as_ptr()),
            _owned: PhantomData,
        }
    }

    /// The object. `instance` is the one whose member this is.
    ///
    /// # Panics
    ///
    /// When it is another one.
    #[must_use]
    pub fn get<'py, C: PyMethods>(&self, instance: &Bound<'py, C>) -> Bound<'py, T> {
        // SAFETY: the cell owns a reference to an object of the kind `T`, which nobody can replace
        // before there is a new reference.
        self.locked(instance, || unsafe {
            Bound::from_borrowed_ptr(instance.py(), self.object.load(Ordering::Acquire))
        })
    }

    /// Replaces the object. What was there is released last: its destructor may look at the cell.
    /// `instance` is the one whose member this is.
    ///
    /// # Panics
    ///
    /// When it is another one.
    pub fn set<C: PyMethods>(&self, instance: &Bound<'_, C>, object: Py<T>) {
        let new = ManuallyDrop::new(object).as_ptr();
        let old = self.locked(instance, || self.object.swap(new, Ordering::AcqRel));
        // SAFETY: the cell's own reference to a live object comes over.
        drop(unsafe { Bound::<T>::from_owned_ptr(instance.py(), old) });
    }

    /// As [`locked_member`], for this cell.
    #[inline]
    fn locked<C: PyMethods, R>(&self, instance: &Bound<'_, C>, work: impl FnOnce() -> R) -> R {
        locked_member(&self.object, instance, work)
    }
}

/// Runs `work` with the lock under which the interpreter makes references to the objects of members.
/// `cell` is one of `instance`.
///
/// # Panics
///
/// When it is one of another instance.
#[inline]
fn locked_member<C: PyMethods, R>(
    cell: &AtomicPtr<ffi::PyObject>,
    instance: &Bound<'_, C>,
    work: impl FnOnce() -> R,
) -> R {
    let offset = (&raw const *cell)
        .addr()
        .wrapping_sub((&raw const **instance).addr());
    assert!(
        offset < size_of::<C>(),
        "the cell is not a member of this instance"
    );
    // SAFETY: attached; the instance is live.
    unsafe { locked(instance.as_ptr(), work) }
}

impl<T> Drop for MemberCell<T> {
    fn drop(&mut self) {
        if let Some(object) = NonNull::new(*self.object.get_mut()) {
            // SAFETY: the cell's own reference; as for `Py<T>`, an attached thread drops it.
            unsafe { ffi::Py_DECREF(object.as_ptr()) }
        }
    }
}

// SAFETY: one reference, visited.
unsafe impl<T> Traverse for MemberCell<T> {
    fn traverse(&self, visit: &mut Visit<'_>) -> VisitResult {
        visit.object(self.object.load(Ordering::Acquire))
    }
}

/// An object that Python reads as a member, or none (which Python reads as `None`). For links that may
/// close a cycle, as the collector can empty it, and for members that Python code writes:
/// `#[member(writable)]`.
#[repr(C)]
pub struct OptionalMember<T> {
    object: AtomicPtr<ffi::PyObject>,
    _owned: PhantomData<Py<T>>,
}

// SAFETY: as for `MemberCell`.
unsafe impl<T> Sync for OptionalMember<T> {}

impl<T> OptionalMember<T> {
    /// A cell with `object`.
    #[must_use]
    pub fn new(object: Option<Py<T>>) -> Self {
        OptionalMember {
            object: AtomicPtr::new(into_raw(object)),
            _owned: PhantomData,
        }
    }

    /// The object. `instance` is the one whose member this is.
    ///
    /// # Panics
    ///
    /// When it is another one.
    #[inline]
    #[must_use]
    pub fn get<'py, C: PyMethods>(&self, instance: &Bound<'py, C>) -> Option<Bound<'py, T>> {
        // SAFETY: the cell owns a reference to an object of the kind `T`, which nobody can replace
        // before there is a new reference.
        locked_member(&self.object, instance, || unsafe {
            let object = self.object.load(Ordering::Acquire);
            (!object.is_null()).then(|| Bound::from_borrowed_ptr(instance.py(), object))
        })
    }

    /// Replaces the object. What was there is released last: its destructor may look at the cell.
    /// `instance` is the one whose member this is.
    ///
    /// # Panics
    ///
    /// When it is another one.
    pub fn set<C: PyMethods>(&self, instance: &Bound<'_, C>, object: Option<Py<T>>) {
        let new = into_raw(object);
        let old = locked_member(&self.object, instance, || {
            self.object.swap(new, Ordering::AcqRel)
        });
        // SAFETY: the cell's own reference comes over, and the thread is attached.
        unsafe { ffi::Py_XDECREF(old) };
    }
}

impl OptionalMember<PyDict> {
    /// How many items the dict has; `None` without one. `instance` is the one whose member this is.
    ///
    /// # Panics
    ///
    /// When it is another one.
    #[inline]
    #[must_use]
    pub fn dict_len<C: PyMethods>(&self, instance: &Bound<'_, C>) -> Option<usize> {
        // SAFETY: attached; the cell is null or has a dict, which stays alive for a look at its length, as
        // no Python code runs and nobody else replaces it meanwhile.
        locked_member(&self.object, instance, || unsafe {
            let dict = self.object.load(Ordering::Acquire);
            (!dict.is_null()).then(|| match cfg!(Py_GIL_DISABLED) {
                true => ffi::PyDict_Size(dict) as usize,
                false => (*dict.cast::<ffi::PyDictObject>()).ma_used as usize,
            })
        })
    }
}

fn into_raw<T>(object: Option<Py<T>>) -> *mut ffi::PyObject {
    object.map_or(std::ptr::null_mut(), |object| {
        ManuallyDrop::new(object).as_ptr()
    })
}

impl<T> Drop for OptionalMember<T> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: the cell's own reference; as for `Py<T>`, an attached thread drops it.
        unsafe { ffi::Py_XDECREF(*self.object.get_mut()) }
    }
}

// SAFETY: one reference, visited.
unsafe impl<T> Traverse for OptionalMember<T> {
    fn traverse(&self, visit: &mut Visit<'_>) -> VisitResult {
        visit.object(self.object.load(Ordering::Acquire))
    }

    fn clear(&self) {
        let old = self.object.swap(std::ptr::null_mut(), Ordering::AcqRel);
        // SAFETY: the cell's own reference comes over; the collector runs on an attached thread.
        unsafe { ffi::Py_XDECREF(old) };
    }
}
