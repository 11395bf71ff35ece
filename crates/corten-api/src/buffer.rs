//! The buffer protocol: borrowing other objects' memory, and lending our own.

use std::marker::PhantomData;

use corten_ffi as ffi;

use crate::args::Arg;
use crate::convert::FromArg;
use crate::err::{PyErr, PyResult};
use crate::instance::Bound;
use crate::python::Python;
use crate::sync::CriticalSection;
use crate::types::{PyAny, PyBytes};

/// How much of a mutable buffer is copied at a time, to be worked on with the GIL released.
const PIECE: usize = 64 << 10;

/// A readable, contiguous view of an object's memory: any bytes-like argument.
///
/// While it exists the exporter cannot move or free the memory. Whether the content can change is
/// another matter: the closures of [`with_bytes`](Self::with_bytes) and
/// [`for_each_detached`](Self::for_each_detached) are `Send`, so they hold no [`Python`] token and
/// cannot call back into Python while they look at it.
pub struct PyBuffer<'py>(Source<'py>);

enum Source<'py> {
    /// Immutable, and known to be: no view is needed.
    Bytes(Bound<'py, PyBytes>),
    View(View<'py>),
}

impl<'py> PyBuffer<'py> {
    /// A view of `object`.
    ///
    /// # Errors
    ///
    /// `TypeError` (`a bytes-like object is required, not 'int'`), `BufferError` when the memory is
    /// not contiguous, or what the exporter raises.
    #[inline]
    pub fn get(object: &Bound<'py, PyAny>) -> PyResult<Self> {
        match object.cast_exact::<PyBytes>() {
            Some(bytes) => Ok(PyBuffer(Source::Bytes(bytes.clone()))),
            None => View::get(object, ffi::PyBUF_SIMPLE).map(|view| PyBuffer(Source::View(view))),
        }
    }

    /// Length in bytes.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.0 {
            Source::Bytes(bytes) => bytes.as_bytes().len(),
            Source::View(view) => view.len(),
        }
    }

    /// Whether there is no byte.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Looks at the bytes, with the exporter locked where there is no GIL.
    ///
    /// `look` is `Send`, which keeps it from calling into Python: nothing can change the bytes
    /// while it runs.
    #[inline]
    pub fn with_bytes<R>(&self, look: impl FnOnce(&[u8]) -> R + Send) -> R {
        match &self.0 {
            Source::Bytes(bytes) => look(bytes.as_bytes()),
            // SAFETY: a view's memory is readable while it exists; no Python code can run, and no
            // other thread write, before `look` returns.
            Source::View(view) => view.locked(|| look(unsafe { view.bytes() })),
        }
    }

    /// The bytes, if they can never change: then they may cross [`Python::detach`].
    #[inline]
    #[must_use]
    pub fn frozen(&self) -> Option<&[u8]> {
        match &self.0 {
            Source::Bytes(bytes) => Some(bytes.as_bytes()),
            Source::View(_) => None,
        }
    }

    /// Hands all bytes to `work`, in order, with the GIL released: immutable ones in one piece,
    /// others as copies of 64 KiB each.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    pub fn for_each_detached(
        &self,
        py: Python<'py>,
        mut work: impl FnMut(&[u8]) + Send,
    ) -> PyResult<()> {
        if let Some(bytes) = self.frozen() {
            py.detach(|| work(bytes));
            return Ok(());
        }
        let mut piece = Vec::new();
        let mut start = 0;
        while start < self.len() {
            self.copy_piece(py, start, &mut piece)?;
            start += piece.len();
            let piece = piece.as_slice();
            py.detach(|| work(piece));
        }
        Ok(())
    }

    /// Replaces the content of `piece` by up to 64 KiB of the bytes from `start` on.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    pub fn copy_piece(&self, py: Python<'py>, start: usize, piece: &mut Vec<u8>) -> PyResult<()> {
        let len = PIECE.min(self.len().saturating_sub(start));
        piece.clear();
        piece
            .try_reserve_exact(len)
            .map_err(|_| PyErr::no_memory(py))?;
        self.with_bytes(|bytes| piece.extend_from_slice(&bytes[start..start + len]));
        Ok(())
    }
}

impl<'a, 'py> FromArg<'a, 'py> for PyBuffer<'py> {
    #[inline]
    fn from_arg(object: &'a Bound<'py, PyAny>, _arg: &Arg) -> PyResult<Self> {
        PyBuffer::get(object)
    }
}

/// A writable, contiguous view of an object's memory.
pub struct PyBufferMut<'py>(View<'py>);

impl<'py> PyBufferMut<'py> {
    /// A view of `object`.
    ///
    /// # Errors
    ///
    /// `BufferError` when the memory is read-only or not contiguous, `TypeError` when there is
    /// none, or what the exporter raises.
    pub fn get(object: &Bound<'py, PyAny>) -> PyResult<Self> {
        View::get(object, ffi::PyBUF_WRITABLE).map(PyBufferMut)
    }

    /// Length in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no byte.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Changes the bytes, with the exporter locked where there is no GIL. As in
    /// [`PyBuffer::with_bytes`], no Python code runs meanwhile.
    pub fn with_bytes_mut<R>(&mut self, change: impl FnOnce(&mut [u8]) -> R + Send) -> R {
        let view = &self.0;
        // SAFETY: a writable view's memory is writable while it exists; no Python code can run, and
        // no other thread look, before `change` returns. `&mut self` excludes a second slice
        // through this view; one through another view of the same memory would need Python code.
        view.locked(|| change(unsafe { view.bytes_mut() }))
    }
}

impl<'a, 'py> FromArg<'a, 'py> for PyBufferMut<'py> {
    fn from_arg(object: &'a Bound<'py, PyAny>, arg: &Arg) -> PyResult<Self> {
        PyBufferMut::get(object).map_err(|error| {
            drop(error);
            arg.bad_type(object, "read-write bytes-like object")
        })
    }
}

/// An acquired `Py_buffer`, released on drop.
struct View<'py>(ffi::Py_buffer, PhantomData<Python<'py>>);

impl<'py> View<'py> {
    fn get(object: &Bound<'py, PyAny>, flags: i32) -> PyResult<Self> {
        let mut view = ffi::Py_buffer::new();
        // SAFETY: attached; `object` is live; on success the view is filled in. Views without
        // shape and strides hold no pointer into themselves, so the struct may move.
        PyErr::check(object.py(), unsafe {
            ffi::PyObject_GetBuffer(object.as_ptr(), &mut view, flags)
        })?;
        Ok(View(view, PhantomData))
    }

    fn len(&self) -> usize {
        self.0.len as usize
    }

    /// # Safety
    ///
    /// Nothing may write to the memory while the slice lives.
    unsafe fn bytes(&self) -> &[u8] {
        if self.0.len == 0 {
            return &[];
        }
        // SAFETY: the exporter provides `len` readable bytes at `buf` until the release; the rest
        // is the caller's word.
        unsafe { std::slice::from_raw_parts(self.0.buf.cast(), self.len()) }
    }

    /// # Safety
    ///
    /// The view must be writable, and nothing else may use the memory while the slice lives.
    #[allow(clippy::mut_from_ref)]
    unsafe fn bytes_mut(&self) -> &mut [u8] {
        if self.0.len == 0 {
            return &mut [];
        }
        // SAFETY: the exporter provides `len` writable bytes at `buf` until the release; the rest
        // is the caller's word.
        unsafe { std::slice::from_raw_parts_mut(self.0.buf.cast(), self.len()) }
    }

    /// Runs `f` with the exporter's lock held, where there is no GIL to stand for it.
    #[inline]
    fn locked<R>(&self, f: impl FnOnce() -> R) -> R {
        // SAFETY: a view's exporter lives until the release; exporters without object have no lock.
        let _section = unsafe { CriticalSection::of_ptr(self.0.obj) };
        f()
    }
}

impl Drop for View<'_> {
    fn drop(&mut self) {
        // SAFETY: attached (the lifetime says so); acquired by `get`, released once.
        unsafe { ffi::PyBuffer_Release(&mut self.0) }
    }
}
