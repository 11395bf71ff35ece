//! The buffer protocol: borrowing other objects' memory.
//!
//! While a view of it exists, memory stays where it is; its content need not stay the same. With a GIL
//! it does as long as no Python code can run. Without one, other threads may write at any time, so
//! Rust code never sees the memory itself, only copies that the interpreter makes of it.

#[cfg(Py_GIL_DISABLED)]
use std::cell::OnceCell;
#[cfg(Py_GIL_DISABLED)]
use std::ffi::c_char;
use std::ffi::c_void;
use std::mem::MaybeUninit;
use std::ops::Range;

use corten_ffi as ffi;

use crate::args::Arg;
use crate::convert::FromArg;
use crate::err::{PyErr, PyResult};
use crate::gc::{Traverse, Visit, VisitResult};
use crate::instance::Bound;
use crate::python::Python;
use crate::sync::locked;
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

    /// Whether `object`'s type wants to be told when a view ends. Where C functions keep only a pointer to
    /// the memory, they refuse such objects (`s#` in `PyArg_Parse`).
    #[must_use]
    pub fn needs_release(object: &Bound<'py, PyAny>) -> bool {
        // SAFETY: a live object has a live type, whose table of functions lives as long.
        unsafe {
            let procs = (*ffi::Py_TYPE(object.as_ptr())).tp_as_buffer;
            procs
                .as_ref()
                .is_some_and(|procs| procs.bf_releasebuffer.is_some())
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

    /// How many dimensions the exporter says that the memory has, though it was asked for bytes.
    #[inline]
    #[must_use]
    pub fn dimensions(&self) -> usize {
        match &self.0 {
            Source::Bytes(_) => 1,
            Source::View(view) => usize::try_from(view.raw.ndim).unwrap_or(0),
        }
    }

    /// The size of an item in bytes, as the exporter says though it was asked for bytes.
    #[inline]
    #[must_use]
    pub fn item_size(&self) -> usize {
        match &self.0 {
            Source::Bytes(_) => 1,
            Source::View(view) => usize::try_from(view.raw.itemsize).unwrap_or(0),
        }
    }

    /// Looks at the bytes.
    ///
    /// `look` is `Send`, which keeps it from calling into Python: nothing can change the bytes
    /// while it runs. Where there is no GIL, it gets a copy of bytes that others can change, the same
    /// one each time.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    #[inline]
    pub fn with_bytes<R>(&self, look: impl FnOnce(&[u8]) -> R + Send) -> PyResult<R> {
        match &self.0 {
            Source::Bytes(bytes) => Ok(look(bytes.as_bytes())),
            Source::View(view) => view.bytes().map(look),
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

    /// Copies the bytes from `start` on to `out`, as many as that takes, and returns them.
    ///
    /// # Panics
    ///
    /// When there are not as many.
    pub fn copy_to<'o>(&self, start: usize, out: &'o mut [MaybeUninit<u8>]) -> &'o mut [u8] {
        match &self.0 {
            Source::Bytes(bytes) => {
                out.write_copy_of_slice(&bytes.as_bytes()[start..start + out.len()])
            }
            Source::View(view) => view.copy_to(start, out),
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
        let end = self.len().min(start.saturating_add(PIECE));
        piece.clear();
        self.append_to(py, start..end, piece)
    }

    /// Appends the bytes in `range` to `out`.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    ///
    /// # Panics
    ///
    /// When there are not as many.
    pub fn append_to(
        &self,
        py: Python<'py>,
        range: Range<usize>,
        out: &mut Vec<u8>,
    ) -> PyResult<()> {
        let len = range.len();
        out.try_reserve(len).map_err(|_| PyErr::no_memory(py))?;
        self.copy_to(range.start, &mut out.spare_capacity_mut()[..len]);
        // SAFETY: so many more have just been written.
        unsafe { out.set_len(out.len() + len) };
        Ok(())
    }
}

impl<'py> PyBuffer<'py> {
    /// Gives up the token, to store the view.
    #[must_use]
    pub fn unbind(self) -> OwnedBuffer {
        // SAFETY: only the lifetime changes, and `OwnedBuffer` hands the view out for that of a token.
        OwnedBuffer(unsafe { std::mem::transmute::<PyBuffer<'py>, PyBuffer<'static>>(self) })
    }
}

/// A [`PyBuffer`] to be kept in a payload, inside a cell: for one thread at a time.
pub struct OwnedBuffer(PyBuffer<'static>);

impl OwnedBuffer {
    /// The view, usable on this thread.
    #[inline]
    #[must_use]
    pub fn bind<'py>(&self, _py: Python<'py>) -> &PyBuffer<'py> {
        // SAFETY: only the lifetime changes, to that of the token which proves that it may be used.
        unsafe { &*std::ptr::from_ref(&self.0).cast::<PyBuffer<'py>>() }
    }
}

// SAFETY: one reference, visited; the rest is memory.
unsafe impl Traverse for OwnedBuffer {
    fn traverse(&self, visit: &mut Visit<'_>) -> VisitResult {
        visit.object(match &self.0.0 {
            Source::Bytes(bytes) => bytes.as_ptr(),
            Source::View(view) => view.raw.obj,
        })
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

    /// Replaces the bytes from `start` on by `new`.
    ///
    /// # Panics
    ///
    /// When there are not as many.
    #[inline]
    pub fn write(&mut self, start: usize, new: &[u8]) {
        self.0.copy_from(start, new);
    }

    /// Changes the bytes. As in [`PyBuffer::with_bytes`], no Python code runs meanwhile, and where
    /// there is no GIL `change` works on a copy, which replaces the bytes afterwards.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    pub fn with_bytes_mut<R>(&mut self, change: impl FnOnce(&mut [u8]) -> R + Send) -> PyResult<R> {
        self.0.with_bytes_mut(change)
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
pub(crate) struct View<'py> {
    raw: ffi::Py_buffer,
    /// What is looked at in place of memory that other threads can write to.
    #[cfg(Py_GIL_DISABLED)]
    copy: OnceCell<Vec<u8>>,
    #[cfg_attr(not(Py_GIL_DISABLED), allow(dead_code))]
    py: Python<'py>,
}

impl<'py> View<'py> {
    fn get(object: &Bound<'py, PyAny>, flags: i32) -> PyResult<Self> {
        let py = object.py();
        let mut raw = ffi::Py_buffer::new();
        // SAFETY: attached; `object` is live; on success the view is filled in. Views without
        // shape and strides hold no pointer into themselves, so the struct may move.
        PyErr::check(py, unsafe {
            ffi::PyObject_GetBuffer(object.as_ptr(), &mut raw, flags)
        })?;
        // SAFETY: just filled in.
        Ok(unsafe { View::from_raw(py, raw) })
    }

    /// A view of memory that belongs to no object.
    ///
    /// # Safety
    ///
    /// It must stay in place for `'py`.
    #[cfg(Py_GIL_DISABLED)]
    pub(crate) unsafe fn of_memory(py: Python<'py>, memory: *mut u8, len: usize) -> Self {
        // SAFETY: forwarded from the caller; without an object there is nothing to release.
        unsafe { Self::from_raw(py, part(memory.cast(), len)) }
    }

    /// Takes over `raw`.
    ///
    /// # Safety
    ///
    /// It must be filled in, without shape and strides, and its memory stay in place as long as it.
    unsafe fn from_raw(py: Python<'py>, raw: ffi::Py_buffer) -> Self {
        View {
            raw,
            #[cfg(Py_GIL_DISABLED)]
            copy: OnceCell::new(),
            py,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.raw.len as usize
    }

    /// The bytes as they are as long as no Python code runs.
    #[cfg(not(Py_GIL_DISABLED))]
    #[inline]
    fn bytes(&self) -> PyResult<&[u8]> {
        if self.raw.len == 0 {
            return Ok(&[]);
        }
        // SAFETY: the exporter provides `len` readable bytes at `buf` until the release. Callers in
        // this file let nothing run that could change them.
        Ok(unsafe { std::slice::from_raw_parts(self.raw.buf.cast(), self.len()) })
    }

    /// The bytes as they were when this was first asked for.
    #[cfg(Py_GIL_DISABLED)]
    pub(crate) fn bytes(&self) -> PyResult<&[u8]> {
        if self.copy.get().is_none() {
            // Nobody else has the cell: the view stays on its thread.
            let _ = self.copy.set(self.to_vec()?);
        }
        Ok(self.copy.get().map_or(&[], Vec::as_slice))
    }

    /// A copy of the bytes.
    #[cfg(Py_GIL_DISABLED)]
    fn to_vec(&self) -> PyResult<Vec<u8>> {
        let mut copy = Vec::new();
        copy.try_reserve_exact(self.len())
            .map_err(|_| PyErr::no_memory(self.py))?;
        self.copy_to(0, &mut copy.spare_capacity_mut()[..self.len()]);
        // SAFETY: so many have just been written.
        unsafe { copy.set_len(self.len()) };
        Ok(copy)
    }

    /// Copies the bytes from `start` on to `out`, and returns them.
    pub(crate) fn copy_to<'o>(&self, start: usize, out: &'o mut [MaybeUninit<u8>]) -> &'o mut [u8] {
        let memory = self.part(start, out.len());
        // SAFETY: attached; the memory stays in place as long as the view.
        unsafe { locked(self.raw.obj, || copy_memory(memory, out)) }
    }

    /// Replaces the bytes from `start` on by `new`, as [`copy_to`](Self::copy_to) copies them. For
    /// writable views.
    #[cfg(Py_GIL_DISABLED)]
    pub(crate) fn copy_from(&self, start: usize, new: &[u8]) {
        let part = part(self.part(start, new.len()), new.len());
        // SAFETY: attached; the memory is writable. The copy cannot fail.
        unsafe {
            locked(self.raw.obj, || {
                ffi::PyBuffer_FromContiguous(&part, new.as_ptr().cast(), part.len, ORDER)
            });
        }
    }

    /// Replaces the bytes from `start` on by `new`. For writable views.
    #[cfg(not(Py_GIL_DISABLED))]
    #[inline]
    fn copy_from(&self, start: usize, new: &[u8]) {
        let memory = self.part(start, new.len());
        // SAFETY: so many bytes are writable there until the release, and nobody looks at them now.
        unsafe { std::ptr::copy(new.as_ptr(), memory.cast(), new.len()) };
    }

    /// Where the bytes from `start` on are, `len` of them.
    #[inline]
    fn part(&self, start: usize, len: usize) -> *mut c_void {
        assert!(
            start <= self.len() && len <= self.len() - start,
            "more bytes than there are"
        );
        self.raw.buf.wrapping_byte_add(start)
    }

    /// Lets `change` change the bytes of a writable view.
    #[cfg(not(Py_GIL_DISABLED))]
    fn with_bytes_mut<R>(&mut self, change: impl FnOnce(&mut [u8]) -> R + Send) -> PyResult<R> {
        if self.raw.len == 0 {
            return Ok(change(&mut []));
        }
        // SAFETY: the exporter provides `len` writable bytes at `buf` until the release. No Python
        // code can run before `change` returns; `&mut self` excludes a second slice through this
        // view, and one through another view of the same memory would need Python code.
        Ok(change(unsafe {
            std::slice::from_raw_parts_mut(self.raw.buf.cast(), self.len())
        }))
    }

    /// Lets `change` change the bytes of a writable view: a copy, and then themselves.
    #[cfg(Py_GIL_DISABLED)]
    pub(crate) fn with_bytes_mut<R>(
        &mut self,
        change: impl FnOnce(&mut [u8]) -> R + Send,
    ) -> PyResult<R> {
        let mut copy = self.to_vec()?;
        let result = change(&mut copy);
        self.copy_from(0, &copy);
        Ok(result)
    }
}

impl Drop for View<'_> {
    fn drop(&mut self) {
        // SAFETY: attached (the lifetime says so); released once.
        unsafe { ffi::PyBuffer_Release(&mut self.raw) }
    }
}

/// Copies the bytes at `memory` to `out`, and returns them. Where others may write to them at the same time,
/// the interpreter does it: on this side of the boundary nothing looks at such memory.
///
/// # Safety
///
/// The thread must be attached; so many bytes must be readable there.
pub(crate) unsafe fn copy_memory(memory: *mut c_void, out: &mut [MaybeUninit<u8>]) -> &mut [u8] {
    #[cfg(Py_GIL_DISABLED)]
    let part = part(memory, out.len());
    // SAFETY: `out` has room for the bytes. The copy of memory without strides cannot fail.
    unsafe {
        #[cfg(Py_GIL_DISABLED)]
        ffi::PyBuffer_ToContiguous(out.as_mut_ptr().cast(), &part, part.len, ORDER);
        #[cfg(not(Py_GIL_DISABLED))]
        std::ptr::copy(memory.cast(), out.as_mut_ptr(), out.len());
        out.assume_init_mut()
    }
}

/// A description of memory without strides. It owns nothing.
#[cfg(Py_GIL_DISABLED)]
fn part(memory: *mut c_void, len: usize) -> ffi::Py_buffer {
    let mut part = ffi::Py_buffer::new();
    part.buf = memory;
    part.len = len as isize;
    part.itemsize = 1;
    part.ndim = 1;
    part
}

/// How the bytes of an array follow one another. Without strides it is all the same.
#[cfg(Py_GIL_DISABLED)]
const ORDER: c_char = b'C' as c_char;
