//! Cells for payload that changes: nothing a caller does can reach it twice at once.

use std::cell::{Cell, UnsafeCell};
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicUsize, Ordering};

use corten_ffi as ffi;
use parking_lot::{Mutex, MutexGuard};
#[cfg(Py_GIL_DISABLED)]
use parking_lot::{RawMutex, RawThreadId, lock_api::RawReentrantMutex};

use crate::err::{PyErr, PyResult};
use crate::exceptions::{PyException, PyRuntimeError};
use crate::gc::{Traverse, Visit, VisitResult};
use crate::instance::Bound;
use crate::python::{Python, thread_id};

/// Payload that one thread at a time may use, other threads waiting for their turn.
///
/// The guard may be kept across [`Python::detach`], which is what it is for: long work on a stream
/// or a hash state with the GIL released. Waiting releases the GIL too.
pub struct PyLock<T> {
    raw: Mutex<()>,
    /// The thread that uses the value, or 0. Unlike `raw`, which a waiting thread may get while it is
    /// detached, it changes on attached threads only: not while the collector looks.
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
        match self.try_lock() {
            Some(guard) => Ok(guard),
            None => self.wait(py),
        }
    }

    #[inline]
    fn try_lock(&self) -> Option<PyLockGuard<'_, T>> {
        self.raw.try_lock().map(|held| self.guard(held))
    }

    #[inline]
    fn guard<'a>(&'a self, held: MutexGuard<'a, ()>) -> PyLockGuard<'a, T> {
        self.owner.store(thread_id(), Ordering::Relaxed);
        PyLockGuard {
            lock: self,
            _held: held,
            _not_send: PhantomData,
        }
    }

    #[cold]
    fn wait(&self, py: Python<'_>) -> PyResult<PyLockGuard<'_, T>> {
        // Only this thread itself can have stored its own number.
        if self.owner.load(Ordering::Relaxed) == thread_id() {
            return Err(reentered(py));
        }
        let raw = &self.raw;
        Ok(self.guard(py.detach(|| raw.lock())))
    }
}

/// The exception for a callback that comes back to the object which is calling it.
#[cold]
fn reentered(py: Python<'_>) -> PyErr {
    PyRuntimeError::raise(py, "reentrant call: the object is in use by its caller")
}

// SAFETY: visits what the value visits. An owner means a thread is at work on the value: visiting
// nothing then makes the collector keep the referents, which is safe. Without one nobody gets at the
// value before the collector is through with all its visits, as that takes an attached thread.
unsafe impl<T: Traverse> Traverse for PyLock<T> {
    fn traverse(&self, visit: &mut Visit<'_>) -> VisitResult {
        if self.owner.load(Ordering::Relaxed) != 0 {
            return Ok(());
        }
        // SAFETY: nobody uses the value, and visiting runs no Python code that could.
        unsafe { (*self.value.get()).traverse(visit) }
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
/// Conflicts are within a thread. Threads use the cell one after the other, which the GIL sees to
/// where there is one; without it a thread waits until no other one has a guard.
pub struct PyRefCell<T> {
    turns: Turns,
    /// Number of readers, or -1 for a writer. Only the thread whose turn it is touches it.
    state: Cell<isize>,
    value: UnsafeCell<T>,
}

// SAFETY: every access is a turn of an attached thread, or made by the collector while no attached
// thread runs; guards are not `Send`, so they stay on attached threads.
unsafe impl<T> Sync for PyRefCell<T> {}

impl<T: Default> Default for PyRefCell<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T> PyRefCell<T> {
    /// A cell with `value`.
    pub const fn new(value: T) -> Self {
        PyRefCell {
            turns: Turns::new(),
            state: Cell::new(0),
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
        let turn = self.turns.wait(py);
        let readers = self.state.get();
        if readers < 0 {
            return Err(reentered(py));
        }
        self.state.set(readers + 1);
        Ok(PyRef(self, turn))
    }

    /// Changes the value.
    ///
    /// # Errors
    ///
    /// `RuntimeError` while it is in use: a callback has come back to the object that is calling it.
    #[inline]
    pub fn borrow_mut<'a>(&'a self, py: Python<'a>) -> PyResult<PyRefMut<'a, T>> {
        let turn = self.turns.wait(py);
        self.write(turn).ok_or_else(|| reentered(py))
    }

    #[inline]
    fn write<'a>(&'a self, turn: Turn<'a>) -> Option<PyRefMut<'a, T>> {
        if self.state.get() != 0 {
            return None;
        }
        self.state.set(-1);
        Some(PyRefMut(self, turn))
    }
}

// SAFETY: visits what the value visits. While a writer is at work it visits nothing, which makes
// the collector keep the referents. Writers come and go on attached threads only: not while the
// collector looks.
unsafe impl<T: Traverse> Traverse for PyRefCell<T> {
    fn traverse(&self, visit: &mut Visit<'_>) -> VisitResult {
        if self.state.get() < 0 {
            return Ok(());
        }
        // SAFETY: no writer, and visiting runs no Python code that could become one.
        unsafe { (*self.value.get()).traverse(visit) }
    }

    fn clear(&self) {
        if let Some(mut value) = self.turns.try_take().and_then(|turn| self.write(turn)) {
            value.clear_mut();
        }
    }
}

/// Shared access to a [`PyRefCell`]'s value until dropped.
pub struct PyRef<'a, T>(&'a PyRefCell<T>, #[allow(dead_code)] Turn<'a>);

impl<T> Deref for PyRef<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: this guard counts as a reader.
        unsafe { &*self.0.value.get() }
    }
}

impl<T> Drop for PyRef<'_, T> {
    #[inline]
    fn drop(&mut self) {
        self.0.state.set(self.0.state.get() - 1);
    }
}

/// Exclusive access to a [`PyRefCell`]'s value until dropped.
pub struct PyRefMut<'a, T>(&'a PyRefCell<T>, #[allow(dead_code)] Turn<'a>);

impl<T> Deref for PyRefMut<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: this guard is the writer.
        unsafe { &*self.0.value.get() }
    }
}

impl<T> DerefMut for PyRefMut<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: this guard is the writer, and is borrowed mutably.
        unsafe { &mut *self.0.value.get() }
    }
}

impl<T> Drop for PyRefMut<'_, T> {
    #[inline]
    fn drop(&mut self) {
        self.0.state.set(0);
    }
}

/// Lets one attached thread at a time have turns, as many as it likes. With a GIL there is nothing to
/// do for that.
struct Turns {
    #[cfg(Py_GIL_DISABLED)]
    raw: RawReentrantMutex<RawMutex, RawThreadId>,
}

impl Turns {
    const fn new() -> Self {
        Turns {
            #[cfg(Py_GIL_DISABLED)]
            raw: RawReentrantMutex::INIT,
        }
    }

    /// A turn, as soon as no other thread has one.
    #[inline]
    fn wait<'a>(&'a self, py: Python<'a>) -> Turn<'a> {
        #[cfg(Py_GIL_DISABLED)]
        if !self.raw.try_lock() {
            py.detach(|| self.raw.lock());
        }
        #[cfg(not(Py_GIL_DISABLED))]
        let _ = py;
        self.turn()
    }

    /// A turn, if no other thread has one.
    fn try_take(&self) -> Option<Turn<'_>> {
        #[cfg(Py_GIL_DISABLED)]
        if !self.raw.try_lock() {
            return None;
        }
        Some(self.turn())
    }

    #[inline]
    fn turn(&self) -> Turn<'_> {
        Turn {
            #[cfg(Py_GIL_DISABLED)]
            turns: self,
            _stays: PhantomData,
        }
    }
}

/// One turn. It stays on its attached thread.
struct Turn<'a> {
    #[cfg(Py_GIL_DISABLED)]
    turns: &'a Turns,
    _stays: PhantomData<(&'a Turns, *mut ())>,
}

#[cfg(Py_GIL_DISABLED)]
impl Drop for Turn<'_> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: each turn was locked once, on this thread.
        unsafe { self.turns.raw.unlock() }
    }
}

/// Runs `work` with the lock that `object` itself has on free-threaded builds, unless it is null:
/// what the interpreter does with the object under that lock does not happen meanwhile. Where there is
/// a GIL, that is the lock.
///
/// # Safety
///
/// The thread must be attached, and `object` null or live.
#[inline]
#[cfg_attr(not(Py_GIL_DISABLED), allow(unused_variables))]
pub(crate) unsafe fn locked<R>(object: *mut ffi::PyObject, work: impl FnOnce() -> R) -> R {
    #[cfg(Py_GIL_DISABLED)]
    let mut section = std::mem::MaybeUninit::<ffi::PyCriticalSection>::uninit();
    #[cfg(Py_GIL_DISABLED)]
    // SAFETY: attached, and `object` is live, by the caller's word; Begin fills in the section, which
    // stays where it is until it ends.
    let _end = (!object.is_null()).then(|| unsafe {
        ffi::PyCriticalSection_Begin(section.as_mut_ptr(), object);
        End(section.as_mut_ptr())
    });
    work()
}

impl<T> Bound<'_, T> {
    /// Runs `work` with the lock that the object has on free-threaded builds, as the interpreter runs the
    /// methods of its own types. It is let go while `work` waits for something. Where there is a GIL, that
    /// is the lock.
    #[inline]
    pub fn locked<R>(&self, work: impl FnOnce() -> R) -> R {
        // SAFETY: attached; `self` is live.
        unsafe { locked(self.as_ptr(), work) }
    }
}

/// Ends a critical section, even when the work in it panics.
#[cfg(Py_GIL_DISABLED)]
struct End(*mut ffi::PyCriticalSection);

#[cfg(Py_GIL_DISABLED)]
impl Drop for End {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: begun by `locked`, which ends it once, after all that began later.
        unsafe { ffi::PyCriticalSection_End(self.0) }
    }
}
