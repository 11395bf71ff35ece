//! Waiting until another thread gives a sign, as the interpreter itself waits: signals interrupt it.

use std::ffi::c_int;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use corten_ffi as ffi;

use crate::err::{PyErr, PyResult};
use crate::python::Python;

/// A sign that one thread waits for and another gives, once.
pub struct Wakeup {
    /// A lock that is held until the sign is given.
    lock: NonNull<ffi::PyThread_lock>,
    given: AtomicBool,
}

// SAFETY: the interpreter's locks are made to be used by several threads, attached or not.
unsafe impl Send for Wakeup {}
// SAFETY: as above.
unsafe impl Sync for Wakeup {}

/// What ended waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waited {
    /// The sign was given.
    Woken,
    /// The time was up.
    TimedOut,
    /// A signal came, whose handler has not run yet, or there was no reason at all.
    Interrupted,
}

impl Wakeup {
    /// A sign that has not been given.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    pub fn new(py: Python<'_>) -> PyResult<Self> {
        // SAFETY: has no preconditions.
        let lock = NonNull::new(unsafe { ffi::PyThread_allocate_lock() });
        let lock = lock.ok_or_else(|| PyErr::no_memory(py))?;
        let wakeup = Wakeup {
            lock,
            given: AtomicBool::new(false),
        };
        wakeup.acquire(Duration::ZERO);
        Ok(wakeup)
    }

    /// Gives the sign. Giving it again does nothing.
    pub fn wake(&self) {
        if !self.given.swap(true, Ordering::AcqRel) {
            // SAFETY: the lock lives as long as `self`, and is held since it was made.
            unsafe { ffi::PyThread_release_lock(self.lock.as_ptr()) }
        }
    }

    /// Waits for the sign with the GIL released, until `deadline` at most. Only one thread may wait, and
    /// after [`Waited::Woken`] not again.
    pub fn wait(&self, py: Python<'_>, deadline: Option<Instant>) -> Waited {
        /// Longer waiting is interrupted: the interpreter ends a process that asks for too much.
        const LONGEST: Duration = Duration::from_secs(24 * 3600);
        let left = deadline.map_or(LONGEST, |end| end.saturating_duration_since(Instant::now()));
        match py.detach(|| self.acquire(left.min(LONGEST))) {
            ffi::PY_LOCK_ACQUIRED => Waited::Woken,
            ffi::PY_LOCK_FAILURE if left < LONGEST => Waited::TimedOut,
            _ => Waited::Interrupted,
        }
    }

    fn acquire(&self, timeout: Duration) -> c_int {
        let microseconds = timeout.as_nanos().div_ceil(1000) as i64;
        // SAFETY: the lock lives as long as `self`; the time is within what is allowed.
        unsafe { ffi::PyThread_acquire_lock_timed(self.lock.as_ptr(), microseconds, 1) }
    }
}

impl Drop for Wakeup {
    fn drop(&mut self) {
        // SAFETY: nobody has the lock any more. Not all of the interpreter's kinds of locks may be freed
        // while they are held.
        unsafe {
            if !*self.given.get_mut() {
                ffi::PyThread_release_lock(self.lock.as_ptr());
            }
            ffi::PyThread_free_lock(self.lock.as_ptr());
        }
    }
}
