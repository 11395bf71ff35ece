//! References to Python objects: owned for long ([`Py`]), owned now ([`Bound`]), borrowed now
//! ([`Borrowed`]).

use std::fmt;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::ptr::NonNull;

use corten_ffi as ffi;

use crate::err::{PyErr, PyResult};
use crate::python::Python;
use crate::sync::locked;
use crate::types::{PyAny, PyTypeCheck};

/// An owned reference that says nothing about the current thread: what module state and class
/// payloads hold.
///
/// It is `Sync` but not `Send`. So it cannot move into [`Python::detach`], another thread, or a
/// `static`: an object is only ever released by an attached thread of its own interpreter. Through
/// a shared `&Py<T>` nothing can be done without a [`Python`] token.
#[repr(transparent)]
pub struct Py<T>(NonNull<ffi::PyObject>, PhantomData<T>);

// SAFETY: every method that reads the object or its reference count takes a `Python` token; the
// only exception, `drop`, needs ownership, which `!Send` keeps on attached threads.
unsafe impl<T> Sync for Py<T> {}

impl<T> Py<T> {
    /// The reference, usable on this thread.
    #[inline]
    #[must_use]
    pub fn bind<'py>(&self, _py: Python<'py>) -> &Bound<'py, T> {
        // SAFETY: `Bound` is transparent over `Py` (plus a zero-sized token, which `_py` provides).
        unsafe { &*std::ptr::from_ref(self).cast::<Bound<'py, T>>() }
    }

    /// Turns into a [`Bound`] without touching the reference count.
    #[inline]
    #[must_use]
    pub fn into_bound<'py>(self, py: Python<'py>) -> Bound<'py, T> {
        Bound(self, py)
    }

    /// A second reference to the same object.
    #[inline]
    #[must_use]
    pub fn clone_ref(&self, py: Python<'_>) -> Self {
        self.bind(py).clone().unbind()
    }

    /// Whether both are the same object (Python's `is`).
    #[inline]
    #[must_use]
    pub fn is<U>(&self, other: &Py<U>) -> bool {
        self.0 == other.0
    }

    /// The raw pointer; the reference stays with `self`.
    #[inline]
    #[must_use]
    pub fn as_ptr(&self) -> *mut ffi::PyObject {
        self.0.as_ptr()
    }
}

impl<T> Drop for Py<T> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: `self` owns one reference; `!Send` and the missing `'static` access mean that the
        // thread which drops it is attached.
        unsafe { ffi::Py_DECREF(self.as_ptr()) }
    }
}

impl<T> fmt::Debug for Py<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Py({:p})", self.as_ptr())
    }
}

/// An owned reference together with the proof that it may be used here.
#[repr(transparent)]
pub struct Bound<'py, T>(Py<T>, Python<'py>);

impl<'py, T> Bound<'py, T> {
    /// Takes over a reference.
    ///
    /// # Safety
    ///
    /// `object` must be a live object of the kind `T`, and the caller gives up one reference to it.
    #[inline]
    pub unsafe fn from_owned_ptr(py: Python<'py>, object: *mut ffi::PyObject) -> Self {
        debug_assert!(!object.is_null());
        // SAFETY: the caller's object is live, so not null.
        Bound(
            Py(unsafe { NonNull::new_unchecked(object) }, PhantomData),
            py,
        )
    }

    /// Makes a new reference.
    ///
    /// # Safety
    ///
    /// `object` must be a live object of the kind `T`.
    #[inline]
    pub unsafe fn from_borrowed_ptr(py: Python<'py>, object: *mut ffi::PyObject) -> Self {
        // SAFETY: live by the caller's word, and attached.
        unsafe {
            ffi::Py_INCREF(object);
            Self::from_owned_ptr(py, object)
        }
    }

    /// Takes over the result of a C API call.
    ///
    /// # Errors
    ///
    /// The exception that the call set, when it returned null.
    ///
    /// # Safety
    ///
    /// As [`Bound::from_owned_ptr`], but null is allowed if an exception is set.
    #[inline]
    pub unsafe fn from_owned_or_err(py: Python<'py>, object: *mut ffi::PyObject) -> PyResult<Self> {
        if object.is_null() {
            return Err(PyErr::already_set(py));
        }
        // SAFETY: forwarded from the caller, null excluded.
        Ok(unsafe { Self::from_owned_ptr(py, object) })
    }

    /// The token of this reference.
    #[inline]
    #[must_use]
    pub fn py(&self) -> Python<'py> {
        self.1
    }

    /// Gives up the token, to store the reference.
    #[inline]
    #[must_use]
    pub fn unbind(self) -> Py<T> {
        self.0
    }

    /// The same reference, borrowed.
    #[inline]
    #[must_use]
    pub fn as_borrowed<'a>(&'a self) -> Borrowed<'a, 'py, T> {
        // SAFETY: `self` keeps the object alive for `'a`.
        unsafe { Borrowed::from_ptr(self.1, self.as_ptr()) }
    }

    /// The same object, seen as any object.
    #[inline]
    #[must_use]
    pub fn as_any(&self) -> &Bound<'py, PyAny> {
        self.cast_ref_unchecked()
    }

    /// The same reference, seen as any object.
    #[inline]
    #[must_use]
    pub fn into_any(self) -> Bound<'py, PyAny> {
        self.cast_unchecked()
    }

    /// Whether both are the same object (Python's `is`).
    #[inline]
    #[must_use]
    pub fn is<U>(&self, other: &Bound<'_, U>) -> bool {
        self.as_ptr() == other.as_ptr()
    }

    /// Runs `work` in a critical section of the object, where there is no GIL: other threads wait
    /// for it with theirs. As the GIL, it is given up while `work` waits for something else, and
    /// the same thread may come back.
    #[inline]
    pub fn with_critical_section<R>(&self, work: impl FnOnce() -> R) -> R {
        // SAFETY: attached; `self` is live.
        unsafe { locked(self.as_ptr(), work) }
    }

    /// The raw pointer; the reference stays with `self`.
    #[inline]
    #[must_use]
    pub fn as_ptr(&self) -> *mut ffi::PyObject {
        self.0.as_ptr()
    }

    /// Gives the reference away as a raw pointer.
    #[inline]
    #[must_use]
    pub fn into_ptr(self) -> *mut ffi::PyObject {
        ManuallyDrop::new(self).as_ptr()
    }

    /// The same reference as another kind; the caller in this crate has checked the kind.
    #[inline]
    pub(crate) fn cast_unchecked<U>(self) -> Bound<'py, U> {
        let py = self.1;
        // SAFETY: one reference goes over; the kind is checked by the caller.
        unsafe { Bound::from_owned_ptr(py, self.into_ptr()) }
    }

    /// As [`Bound::cast_unchecked`], by reference.
    #[inline]
    pub(crate) fn cast_ref_unchecked<U>(&self) -> &Bound<'py, U> {
        // SAFETY: both are transparent over the same pointer; the kind is checked by the caller.
        unsafe { &*std::ptr::from_ref(self).cast::<Bound<'py, U>>() }
    }
}

impl<'py> Bound<'py, PyAny> {
    /// The object as a `T`, when it is an instance of it or of a subclass.
    #[inline]
    #[must_use]
    pub fn cast<T: PyTypeCheck>(&self) -> Option<&Bound<'py, T>> {
        T::is_instance(self).then(|| self.cast_ref_unchecked())
    }

    /// The object as a `T`, when its type is exactly that.
    #[inline]
    #[must_use]
    pub fn cast_exact<T: PyTypeCheck>(&self) -> Option<&Bound<'py, T>> {
        T::is_exact_instance(self).then(|| self.cast_ref_unchecked())
    }

    /// As [`cast`](Self::cast), by value.
    ///
    /// # Errors
    ///
    /// The unchanged reference, when the object is something else.
    #[inline]
    pub fn cast_into<T: PyTypeCheck>(self) -> Result<Bound<'py, T>, Self> {
        if T::is_instance(&self) {
            Ok(self.cast_unchecked())
        } else {
            Err(self)
        }
    }
}

impl<T> Clone for Bound<'_, T> {
    #[inline]
    fn clone(&self) -> Self {
        // SAFETY: `self` is a live object of the kind `T`.
        unsafe { Self::from_borrowed_ptr(self.1, self.as_ptr()) }
    }
}

impl<T> fmt::Debug for Bound<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// A reference that somebody else keeps alive for `'a`, such as a call's arguments.
#[repr(transparent)]
pub struct Borrowed<'a, 'py, T>(
    NonNull<ffi::PyObject>,
    PhantomData<(&'a Py<T>, Python<'py>)>,
);

impl<'a, 'py, T> Borrowed<'a, 'py, T> {
    /// States that `object` lives for `'a`.
    ///
    /// # Safety
    ///
    /// It must, and be of the kind `T`.
    #[inline]
    pub unsafe fn from_ptr(_py: Python<'py>, object: *mut ffi::PyObject) -> Self {
        debug_assert!(!object.is_null());
        // SAFETY: the caller's object is live, so not null.
        Borrowed(unsafe { NonNull::new_unchecked(object) }, PhantomData)
    }

    /// An owned reference.
    #[inline]
    #[must_use]
    pub fn to_owned(self) -> Bound<'py, T> {
        (*self).clone()
    }
}

impl<T> Clone for Borrowed<'_, '_, T> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Borrowed<'_, '_, T> {}

impl<'py, T> Deref for Borrowed<'_, 'py, T> {
    type Target = Bound<'py, T>;

    #[inline]
    fn deref(&self) -> &Bound<'py, T> {
        // SAFETY: `Bound` is transparent over the same pointer, and the object is alive for longer
        // than `self`.
        unsafe { &*std::ptr::from_ref(self).cast::<Bound<'py, T>>() }
    }
}
