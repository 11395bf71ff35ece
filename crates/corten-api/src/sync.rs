//! Cells for payload that changes: nothing a caller does can reach it twice at once.

use std::cell::UnsafeCell;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicUsize, Ordering};

use corten_ffi as ffi;
use parking_lot::{Mutex, MutexGuard};

use crate::err::PyResult;
use crate::exceptions::{PyException, PyRuntimeError};
use crate::gc::{Traverse, Visit, VisitResult};
use crate::instance::Bound;
use crate::python::Python;
use crate::types::PyAny;

/// Payload that one thread at a time may use, other threads waiting for their turn.
///
/// The guard may be kept across [`Python::detach`], which is what it is for: long work on a stream
/// or a hash state with the GIL released. Waiting releases the GIL too.
pub struct PyLock<T> {
    raw: Mutex<()>,
    /// The thread that holds the lock, or 0.
    owner: AtomicUsize,
    value: UnsafeCell<T>,
}

// SAFETY: the lock hands out the value to one thread at a time. Moving it between threads that way
// is what `Send` allows; for values with Python objects inside, which are not `Send`, all threads
// that get a guard are attached, and only `&mut T` of `Send` values can cross a `detach`.
unsafe impl<T> Sync for PyLock<T> {}
// SAFETY: as above; ownership moves only between attached threads unless `T` is `Send`.
unsafe impl<T: Send> Send for PyLock<T> {}

impl<T> PyLock<T> {
    /// An unlocked `value`.
    pub const fn new(value: T) -> Self {
        PyLock {
            raw: Mutex::new(()),
            owner: AtomicUsize::new(0),
            value: UnsafeCell::new(value),
        }
    }

    /// Waits for the value.
    ///
    /// # Errors
    ///
    /// `RuntimeError` when this very thread holds it already: a callback has come back to the
    /// object that is calling it.
    #[inline]
    pub fn lock<'a>(&'a self, py: Python<'_>) -> PyResult<PyLockGuard<'a, T>> {
        let thread = py.thread_id();
        let guard = match self.try_lock() {
            Some(guard) => guard,
            None => self.wait(py, thread)?,
        };
        self.owner.store(thread, Ordering::Relaxed);
        Ok(guard)
    }

    #[inline]
    fn try_lock(&self) -> Option<PyLockGuard<'_, T>> {
        self.raw.try_lock().map(|held| self.guard(held))
    }

    #[inline]
    fn guard<'a>(&'a self, held: MutexGuard<'a, ()>) -> PyLockGuard<'a, T> {
        PyLockGuard {
            lock: self,
            _held: held,
            _not_send: PhantomData,
        }
    }

    #[cold]
    fn wait(&self, py: Python<'_>, thread: usize) -> PyResult<PyLockGuard<'_, T>> {
        // Only this thread itself can have stored its own number.
        if self.owner.load(Ordering::Relaxed) == thread {
            return Err(reentered(py));
        }
        let raw = &self.raw;
        Ok(self.guard(py.detach(|| raw.lock())))
    }
}

/// The exception for a callback that comes back to the object which is calling it.
#[cold]
fn reentered(py: Python<'_>) -> crate::PyErr {
    PyRuntimeError::raise(py, "reentrant call: the object is in use by its caller")
}

// SAFETY: visits what the value visits. A held lock means a thread is at work on the value:
// visiting nothing then makes the collector keep the referents, which is safe.
unsafe impl<T: Traverse> Traverse for PyLock<T> {
    fn traverse(&self, visit: &mut Visit<'_>) -> VisitResult {
        self.try_lock()
            .map_or(Ok(()), |value| value.traverse(visit))
    }

    fn clear(&self) {
        if let Some(mut value) = self.try_lock() {
            value.clear_mut();
        }
    }
}

/// Access to a [`PyLock`]'s value until dropped.
pub struct PyLockGuard<'a, T> {
    lock: &'a PyLock<T>,
    _held: MutexGuard<'a, ()>,
    /// Values may contain Python objects: guards stay on their thread.
    _not_send: PhantomData<*mut ()>,
}

impl<T> Deref for PyLockGuard<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: this guard holds the lock.
        unsafe { &*self.lock.value.get() }
    }
}

impl<T> DerefMut for PyLockGuard<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: this guard holds the lock, and is borrowed mutably.
        unsafe { &mut *self.lock.value.get() }
    }
}

impl<T> Drop for PyLockGuard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        self.lock.owner.store(0, Ordering::Relaxed);
    }
}

/// Payload that is used only while attached, for moments: a [`std::cell::RefCell`] whose conflicts
/// are Python exceptions.
///
/// With a GIL this is a flag. On free-threaded builds it is a [`PyLock`], since there another
/// thread's use is no error.
#[cfg(not(Py_GIL_DISABLED))]
pub struct PyRefCell<T> {
    /// Number of readers, or -1 for a writer. Only attached threads touch it.
    state: std::cell::Cell<isize>,
    value: UnsafeCell<T>,
}

// SAFETY: every access takes a `Python` token or is made by the collector, so the GIL orders them;
// guards are not `Send`, so they stay on attached threads.
#[cfg(not(Py_GIL_DISABLED))]
unsafe impl<T> Sync for PyRefCell<T> {}

#[cfg(not(Py_GIL_DISABLED))]
impl<T> PyRefCell<T> {
    /// A cell with `value`.
    pub const fn new(value: T) -> Self {
        PyRefCell {
            state: std::cell::Cell::new(0),
            value: UnsafeCell::new(value),
        }
    }

    /// Reads the value.
    ///
    /// # Errors
    ///
    /// `RuntimeError` while it is being changed: a callback has come back to the object that is
    /// calling it.
    #[inline]
    pub fn borrow<'a>(&'a self, py: Python<'a>) -> PyResult<PyRef<'a, T>> {
        let readers = self.state.get();
        if readers < 0 {
            return Err(reentered(py));
        }
        self.state.set(readers + 1);
        Ok(PyRef(self, py))
    }

    /// Changes the value.
    ///
    /// # Errors
    ///
    /// `RuntimeError` while it is in use: a callback has come back to the object that is calling it.
    #[inline]
    pub fn borrow_mut<'a>(&'a self, py: Python<'a>) -> PyResult<PyRefMut<'a, T>> {
        if self.state.get() != 0 {
            return Err(reentered(py));
        }
        self.state.set(-1);
        Ok(PyRefMut(self, py))
    }
}

// SAFETY: visits what the value visits. While a writer is at work it visits nothing, which makes
// the collector keep the referents.
#[cfg(not(Py_GIL_DISABLED))]
unsafe impl<T: Traverse> Traverse for PyRefCell<T> {
    fn traverse(&self, visit: &mut Visit<'_>) -> VisitResult {
        if self.state.get() < 0 {
            return Ok(());
        }
        // SAFETY: no writer, and visiting runs no Python code that could become one.
        unsafe { (*self.value.get()).traverse(visit) }
    }

    fn clear(&self) {
        if self.state.get() == 0 {
            self.state.set(-1);
            // SAFETY: no reader and no writer; the state keeps others out meanwhile.
            unsafe { (*self.value.get()).clear_mut() };
            self.state.set(0);
        }
    }
}

/// Shared access to a [`PyRefCell`]'s value until dropped.
#[cfg(not(Py_GIL_DISABLED))]
pub struct PyRef<'a, T>(&'a PyRefCell<T>, #[allow(dead_code)] Python<'a>);

#[cfg(not(Py_GIL_DISABLED))]
impl<T> Deref for PyRef<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: this guard counts as a reader.
        unsafe { &*self.0.value.get() }
    }
}

#[cfg(not(Py_GIL_DISABLED))]
impl<T> Drop for PyRef<'_, T> {
    #[inline]
    fn drop(&mut self) {
        self.0.state.set(self.0.state.get() - 1);
    }
}

/// Exclusive access to a [`PyRefCell`]'s value until dropped.
#[cfg(not(Py_GIL_DISABLED))]
pub struct PyRefMut<'a, T>(&'a PyRefCell<T>, #[allow(dead_code)] Python<'a>);

#[cfg(not(Py_GIL_DISABLED))]
impl<T> Deref for PyRefMut<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: this guard is the writer.
        unsafe { &*self.0.value.get() }
    }
}

#[cfg(not(Py_GIL_DISABLED))]
impl<T> DerefMut for PyRefMut<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: this guard is the writer, and is borrowed mutably.
        unsafe { &mut *self.0.value.get() }
    }
}

#[cfg(not(Py_GIL_DISABLED))]
impl<T> Drop for PyRefMut<'_, T> {
    #[inline]
    fn drop(&mut self) {
        self.0.state.set(0);
    }
}

/// Payload that is used only while attached, for moments; see the GIL build's form.
#[cfg(Py_GIL_DISABLED)]
pub struct PyRefCell<T>(PyLock<T>);

/// Access to a [`PyRefCell`]'s value until dropped.
#[cfg(Py_GIL_DISABLED)]
pub type PyRef<'a, T> = PyLockGuard<'a, T>;

/// Access to a [`PyRefCell`]'s value until dropped.
#[cfg(Py_GIL_DISABLED)]
pub type PyRefMut<'a, T> = PyLockGuard<'a, T>;

#[cfg(Py_GIL_DISABLED)]
impl<T> PyRefCell<T> {
    /// A cell with `value`.
    pub const fn new(value: T) -> Self {
        PyRefCell(PyLock::new(value))
    }

    /// Reads the value.
    ///
    /// # Errors
    ///
    /// `RuntimeError` when this thread is using it already.
    pub fn borrow<'a>(&'a self, py: Python<'a>) -> PyResult<PyRef<'a, T>> {
        self.0.lock(py)
    }

    /// Changes the value.
    ///
    /// # Errors
    ///
    /// `RuntimeError` when this thread is using it already.
    pub fn borrow_mut<'a>(&'a self, py: Python<'a>) -> PyResult<PyRefMut<'a, T>> {
        self.0.lock(py)
    }
}

// SAFETY: visits what the lock visits.
#[cfg(Py_GIL_DISABLED)]
unsafe impl<T: Traverse> Traverse for PyRefCell<T> {
    fn traverse(&self, visit: &mut Visit<'_>) -> VisitResult {
        self.0.traverse(visit)
    }

    fn clear(&self) {
        self.0.clear();
    }
}

/// Holds an object's own lock on free-threaded builds; nothing where there is a GIL.
///
/// The interpreter keeps the open sections of a thread in a list that points to them, so one stays
/// in its box, and sections close in the reverse of the order in which they opened: they are only
/// ever held as a local variable around a call.
pub(crate) struct CriticalSection {
    #[cfg(Py_GIL_DISABLED)]
    section: Option<Box<ffi::PyCriticalSection>>,
}

impl CriticalSection {
    /// Locks `object`.
    #[inline]
    #[cfg_attr(not(Py_GIL_DISABLED), allow(dead_code))]
    pub(crate) fn new(object: &Bound<'_, PyAny>) -> Self {
        // SAFETY: a live object.
        unsafe { Self::of_ptr(object.as_ptr()) }
    }

    /// Locks `object`, unless it is null.
    ///
    /// # Safety
    ///
    /// `object` must be null or live as long as the section.
    #[inline]
    #[cfg_attr(not(Py_GIL_DISABLED), allow(unused_variables))]
    pub(crate) unsafe fn of_ptr(object: *mut ffi::PyObject) -> Self {
        CriticalSection {
            #[cfg(Py_GIL_DISABLED)]
            section: (!object.is_null()).then(|| {
                // SAFETY: all-zero is what the C macro leaves for Begin to fill in.
                let mut section: Box<ffi::PyCriticalSection> =
                    Box::new(unsafe { std::mem::zeroed() });
                // SAFETY: attached; `object` is live, the box does not move its content.
                unsafe { ffi::PyCriticalSection_Begin(&mut *section, object) };
                section
            }),
        }
    }
}

impl Drop for CriticalSection {
    #[inline]
    fn drop(&mut self) {
        #[cfg(Py_GIL_DISABLED)]
        if let Some(section) = &mut self.section {
            // SAFETY: begun in `of_ptr`, ended once.
            unsafe { ffi::PyCriticalSection_End(&mut **section) }
        }
    }
}
