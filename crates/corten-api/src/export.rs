//! Lending memory through the buffer protocol.

use std::cell::UnsafeCell;
use std::ffi::c_int;
use std::sync::atomic::{AtomicUsize, Ordering};

use corten_ffi as ffi;

#[cfg(Py_GIL_DISABLED)]
use crate::buffer::View;
use crate::class::PyMethods;
use crate::err::{PyErr, PyResult};
use crate::exceptions::{PyBufferError, PyException};
use crate::gc::{Traverse, Visit, VisitResult};
use crate::instance::{Borrowed, Bound};
use crate::python::Python;
use crate::sync::PyRefCell;
use crate::trampoline;

/// Bytes that are lent to other objects; while they are, they stay where they are.
///
/// A class lends them by `fn __buffer__(&self) -> &ExportedBytes`.
pub struct ExportedBytes {
    /// Who is at work on `bytes` from Rust; never held while Python code runs.
    access: PyRefCell<()>,
    exports: AtomicUsize,
    bytes: UnsafeCell<Vec<u8>>,
}

// SAFETY: `bytes` is reached only under `access`, or through views, whose holders count in `exports`.
unsafe impl Sync for ExportedBytes {}

impl ExportedBytes {
    /// `bytes`, not lent to anybody yet.
    #[must_use]
    pub const fn new(bytes: Vec<u8>) -> Self {
        ExportedBytes {
            access: PyRefCell::new(()),
            exports: AtomicUsize::new(0),
            bytes: UnsafeCell::new(bytes),
        }
    }

    /// Reads the bytes.
    ///
    /// # Errors
    ///
    /// `RuntimeError` when they are being changed by the caller of this very call, `MemoryError`.
    pub fn with<R>(&self, py: Python<'_>, look: impl FnOnce(&[u8]) -> R + Send) -> PyResult<R> {
        let _access = self.access.borrow(py)?;
        #[cfg(Py_GIL_DISABLED)]
        if self.exports() > 0 {
            return self.view(py).bytes().map(look);
        }
        // SAFETY: nobody changes the vector now; holders of views need the GIL, or there are none, and
        // none come before the access ends.
        Ok(look(unsafe { &*self.bytes.get() }))
    }

    /// Changes the bytes, but not how many they are.
    ///
    /// # Errors
    ///
    /// As [`with`](Self::with).
    pub fn with_mut<R>(
        &self,
        py: Python<'_>,
        change: impl FnOnce(&mut [u8]) -> R + Send,
    ) -> PyResult<R> {
        let _access = self.access.borrow_mut(py)?;
        #[cfg(Py_GIL_DISABLED)]
        if self.exports() > 0 {
            return self.view(py).with_bytes_mut(change);
        }
        // SAFETY: nobody else uses the vector now; `change` is `Send`, so no holder of a view runs,
        // or there are none, and none come before the access ends.
        Ok(change(unsafe { &mut *self.bytes.get() }))
    }

    /// A view of lent bytes, for callers with access: as holders of other views may write to them
    /// where no GIL keeps them from it.
    #[cfg(Py_GIL_DISABLED)]
    fn view<'py>(&self, py: Python<'py>) -> View<'py> {
        // SAFETY: the vector stays in place while callers have access. Its bytes are not looked at.
        unsafe {
            let bytes = &mut *self.bytes.get();
            View::of_memory(py, bytes.as_mut_ptr(), bytes.len())
        }
    }

    /// Changes the vector itself.
    ///
    /// # Errors
    ///
    /// `BufferError` while the bytes are lent, else as [`with`](Self::with).
    pub fn resize_with<R>(
        &self,
        py: Python<'_>,
        change: impl FnOnce(&mut Vec<u8>) -> R + Send,
    ) -> PyResult<R> {
        let _access = self.access.borrow_mut(py)?;
        if self.exports() > 0 {
            return Err(PyBufferError::raise(
                py,
                "Existing exports of data: object cannot be re-sized",
            ));
        }
        // SAFETY: nobody else uses the vector, and no view points into it.
        Ok(change(unsafe { &mut *self.bytes.get() }))
    }

    /// Number of views that exist.
    #[must_use]
    pub fn exports(&self) -> usize {
        self.exports.load(Ordering::Acquire)
    }
}

// SAFETY: no reference inside, and `Send`.
unsafe impl Traverse for ExportedBytes {
    const REFERENCES: bool = false;

    fn traverse(&self, _visit: &mut Visit<'_>) -> VisitResult {
        Ok(())
    }
}

/// Memory that a class lends by `__buffer__`.
///
/// # Safety
///
/// What the view is told to point at must be there until the view is taken back.
pub unsafe trait Lend {
    /// Fills in `view`, except for its object, and counts it.
    ///
    /// # Errors
    ///
    /// `BufferError` when the memory can't be lent as `flags` ask for it.
    ///
    /// # Safety
    ///
    /// The view must stay where it is, and hold a reference to the object that `self` is part of, until
    /// it is taken back.
    unsafe fn lend(&self, py: Python<'_>, view: &mut ffi::Py_buffer, flags: c_int) -> PyResult<()>;

    /// Counts one view less.
    fn take_back(&self);
}

// SAFETY: the bytes stay in place while views count.
unsafe impl Lend for ExportedBytes {
    unsafe fn lend(&self, py: Python<'_>, view: &mut ffi::Py_buffer, flags: c_int) -> PyResult<()> {
        let _access = self.access.borrow_mut(py)?;
        // SAFETY: attached; nobody else uses the vector now; without an object the view holds none.
        unsafe {
            let bytes = &mut *self.bytes.get();
            let (start, len) = (bytes.as_mut_ptr().cast(), bytes.len() as isize);
            let status = ffi::PyBuffer_FillInfo(view, std::ptr::null_mut(), start, len, 0, flags);
            PyErr::check(py, status)?;
        }
        self.exports.fetch_add(1, Ordering::AcqRel);
        Ok(())
    }

    fn take_back(&self) {
        self.exports.fetch_sub(1, Ordering::AcqRel);
    }
}

/// `bf_getbuffer`.
///
/// # Safety
///
/// Called by the interpreter with an instance of `T` and a view to fill in.
pub unsafe fn get_buffer<T: PyMethods, L: Lend>(
    receiver: *mut ffi::PyObject,
    view: *mut ffi::Py_buffer,
    flags: c_int,
    exported: impl for<'a, 'py> FnOnce(&'a Bound<'py, T>) -> &'a L,
) -> c_int {
    // SAFETY: the instance is live; on success the view holds a reference to it, so what is lent, which
    // stays in place while counted, outlives the view.
    unsafe {
        trampoline::call(|py| {
            let Some(view) = view.as_mut() else {
                let text = "a buffer request without a view is obsolete";
                return Err(PyBufferError::raise(py, text));
            };
            view.obj = std::ptr::null_mut();
            let receiver: Borrowed<'_, '_, T> = Borrowed::from_ptr(py, receiver);
            exported(&receiver).lend(py, view, flags)?;
            view.obj = receiver.to_owned().into_ptr();
            Ok(())
        })
    }
}

/// `bf_releasebuffer`.
///
/// # Safety
///
/// Called by the interpreter, once for each view that [`get_buffer`] filled in.
pub unsafe fn release_buffer<T: PyMethods, L: Lend>(
    receiver: *mut ffi::PyObject,
    exported: impl for<'a, 'py> FnOnce(&'a Bound<'py, T>) -> &'a L,
) {
    // SAFETY: the view kept the instance alive.
    unsafe {
        trampoline::call_infallible(|py| {
            let receiver: Borrowed<'_, '_, T> = Borrowed::from_ptr(py, receiver);
            exported(&receiver).take_back();
        });
    }
}
