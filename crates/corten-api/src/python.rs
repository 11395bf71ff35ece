//! The proof that this thread may touch Python objects, and what the interpreter itself offers.

use std::cell::Cell;
use std::ffi::{CStr, CString};
use std::fmt::Display;
use std::marker::PhantomData;

use corten_ffi as ffi;

use crate::err::{PyErr, PyResult};
use crate::exceptions::{PyException, PyValueError};
use crate::instance::{Borrowed, Bound};
use crate::types::{PyAny, PyModule, PyType};

/// Proof that the current thread is attached to an interpreter (holds its GIL, where there is one).
///
/// Zero-sized and `Copy`; it can neither be made in safe code nor leave its thread. Every
/// operation that touches a Python object takes it, directly or inside a [`Bound`].
#[derive(Clone, Copy)]
pub struct Python<'py>(PhantomData<(&'py (), *mut ())>);

impl<'py> Python<'py> {
    /// States that the current thread is attached for `'py`.
    ///
    /// # Safety
    ///
    /// The thread must be attached to an interpreter, and stay so for `'py` except while
    /// [`Python::detach`] runs its closure.
    #[inline]
    #[must_use]
    pub unsafe fn assume_attached() -> Self {
        Python(PhantomData)
    }

    /// Runs `work` with the GIL released, so that other Python threads go on meanwhile.
    ///
    /// `work` must be `Send`, which keeps Python objects and this token out of it: [`crate::Py`],
    /// [`Bound`] and [`crate::PyBuffer`] are not.
    #[inline]
    pub fn detach<R: Send>(self, work: impl FnOnce() -> R + Send) -> R {
        /// Attaches again even when `work` panics.
        struct Reattach(*mut ffi::PyThreadState);
        impl Drop for Reattach {
            fn drop(&mut self) {
                // SAFETY: the state came from PyEval_SaveThread on this thread, once.
                unsafe { ffi::PyEval_RestoreThread(self.0) }
            }
        }
        // SAFETY: `self` proves that the thread is attached.
        let reattach = Reattach(unsafe { ffi::PyEval_SaveThread() });
        let result = work();
        drop(reattach);
        result
    }

    /// `None`.
    #[inline]
    #[must_use]
    pub fn none(self) -> Bound<'py, PyAny> {
        // SAFETY: `None` is a constant of the interpreter.
        unsafe { self.constant(ffi::Py_None()) }
    }

    /// `NotImplemented`.
    #[inline]
    #[must_use]
    pub fn not_implemented(self) -> Bound<'py, PyAny> {
        // SAFETY: `NotImplemented` is a constant of the interpreter.
        unsafe { self.constant(ffi::Py_NotImplemented()) }
    }

    /// `Ellipsis`.
    #[inline]
    #[must_use]
    pub fn ellipsis(self) -> Bound<'py, PyAny> {
        // SAFETY: `Ellipsis` is a constant of the interpreter.
        unsafe { self.constant(ffi::Py_Ellipsis()) }
    }

    /// `True` or `False`.
    #[inline]
    #[must_use]
    pub fn bool(self, value: bool) -> Bound<'py, PyAny> {
        // SAFETY: both are constants of the interpreter.
        unsafe {
            self.constant(match value {
                true => ffi::Py_True(),
                false => ffi::Py_False(),
            })
        }
    }

    /// A reference to one of the objects that every interpreter has. From 3.12 on they are immortal
    /// (PEP 683): there is nothing to count.
    ///
    /// # Safety
    ///
    /// `object` must be `None`, `NotImplemented`, `Ellipsis`, `True` or `False`.
    #[inline]
    unsafe fn constant(self, object: *mut ffi::PyObject) -> Bound<'py, PyAny> {
        // SAFETY: live, by the caller's word.
        unsafe {
            match cfg!(Py_3_12) {
                true => Bound::from_owned_ptr(self, object),
                false => Bound::from_borrowed_ptr(self, object),
            }
        }
    }

    /// `True`.
    #[inline]
    #[must_use]
    pub fn true_(self) -> Bound<'py, PyAny> {
        self.bool(true)
    }

    /// `False`.
    #[inline]
    #[must_use]
    pub fn false_(self) -> Bound<'py, PyAny> {
        self.bool(false)
    }

    /// Imports the module `name` (absolute, dotted), as `import` does.
    ///
    /// # Errors
    ///
    /// Whatever importing raises.
    pub fn import(self, name: &str) -> PyResult<Bound<'py, PyModule>> {
        let name = c_string(self, name)?;
        // SAFETY: attached; `name` is a C string that outlives the call.
        unsafe { Bound::from_owned_or_err(self, ffi::PyImport_ImportModule(name.as_ptr())) }
    }

    /// Runs the Python-level signal handlers that are due; long loops call it now and then.
    ///
    /// # Errors
    ///
    /// What a handler raises, typically `KeyboardInterrupt`.
    pub fn check_signals(self) -> PyResult<()> {
        // SAFETY: attached.
        PyErr::check(self, unsafe { ffi::PyErr_CheckSignals() })
    }

    /// Does what the interpreter is waiting to do between two instructions: on the main thread, signal
    /// handlers and calls that other threads have left.
    ///
    /// # Errors
    ///
    /// What these raise.
    pub fn run_pending_calls(self) -> PyResult<()> {
        // SAFETY: attached.
        PyErr::check(self, unsafe { ffi::Py_MakePendingCalls() })
    }

    /// Fills `bytes` with randomness for seeds from the operating system, as good as it has at once:
    /// early in a machine's life, nobody waits until it has more.
    ///
    /// # Errors
    ///
    /// `OSError` when there is no source.
    pub fn fill_random(self, bytes: &mut [u8]) -> PyResult<()> {
        // SAFETY: attached; the memory is writable, and a slice's length fits Py_ssize_t.
        PyErr::check(self, unsafe {
            ffi::_PyOS_URandomNonblock(bytes.as_mut_ptr().cast(), bytes.len() as isize)
        })
    }

    /// Raises the auditing event `event` with the two arguments that it has (`sys.audit`).
    ///
    /// # Errors
    ///
    /// What a hook raises.
    #[inline]
    pub fn audit<T, U>(
        self,
        event: &'static CStr,
        (first, second): (&Bound<'py, T>, &Bound<'py, U>),
    ) -> PyResult<()> {
        // SAFETY: attached; all are live.
        PyErr::check(self, unsafe {
            ffi::PySys_AuditPair(event.as_ptr(), first.as_ptr(), second.as_ptr())
        })
    }

    /// Counts one level of native recursion until the guard is dropped.
    ///
    /// # Errors
    ///
    /// `RecursionError`, with `context` (such as `c" while calling a Python object"`) in its text,
    /// when the interpreter's limit is reached.
    #[inline]
    pub fn recursion_guard(self, context: &'static CStr) -> PyResult<RecursionGuard<'py>> {
        // SAFETY: attached; `context` is a C string.
        let failed = unsafe { ffi::Py_EnterRecursiveCall(context.as_ptr()) };
        // Not -1 on all versions: the interpreter passes on the value of a C `&&`.
        if failed != 0 {
            return Err(PyErr::already_set(self));
        }
        Ok(RecursionGuard(self))
    }

    /// As [`recursion_guard`](Self::recursion_guard), for calls that are seldom deep: while the thread uses
    /// little of its stack, which takes less time to see, nothing is counted.
    ///
    /// # Errors
    ///
    /// As there.
    #[inline]
    pub fn nesting_guard(self, context: &'static CStr) -> PyResult<NestingGuard<'py>> {
        Ok(NestingGuard(match stack_is_shallow() {
            true => None,
            false => Some(self.recursion_guard(context)?),
        }))
    }

    /// Issues a warning of `category` (`warnings.warn`), `stacklevel` frames up.
    ///
    /// # Errors
    ///
    /// The warning itself when the filters turn it into an exception.
    pub fn warn(
        self,
        category: &Bound<'py, PyType>,
        text: impl Display,
        stacklevel: isize,
    ) -> PyResult<()> {
        let text = c_string(self, &text.to_string())?;
        // SAFETY: attached; the class is live and `text` is a C string.
        PyErr::check(self, unsafe {
            ffi::PyErr_WarnEx(category.as_ptr(), text.as_ptr(), stacklevel)
        })
    }

    /// A borrowed reference, or `None` for a null pointer.
    ///
    /// # Safety
    ///
    /// `object` must be null or point to an object that lives for `'a`.
    #[inline]
    pub(crate) unsafe fn borrowed_or_none<'a>(
        self,
        object: *mut ffi::PyObject,
    ) -> Option<Borrowed<'a, 'py, PyAny>> {
        // SAFETY: forwarded from the caller, null excluded.
        (!object.is_null()).then(|| unsafe { Borrowed::from_ptr(self, object) })
    }
}

/// One level of native recursion, given back on drop; see [`Python::recursion_guard`].
pub struct RecursionGuard<'py>(#[allow(dead_code)] Python<'py>);

impl Drop for RecursionGuard<'_> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: attached; matches the successful Py_EnterRecursiveCall of the constructor.
        unsafe { ffi::Py_LeaveRecursiveCall() }
    }
}

/// One level, given back on drop; see [`Python::nesting_guard`].
pub struct NestingGuard<'py>(#[allow(dead_code)] Option<RecursionGuard<'py>>);

thread_local! {
    /// The highest address at which the thread's stack was seen to end. It grows downwards.
    static HIGHEST: Cell<usize> = const { Cell::new(0) };
}

/// Whether the thread uses little of its stack, beyond where it ended in the outermost call.
#[inline]
fn stack_is_shallow() -> bool {
    /// Less than any thread has.
    const LITTLE: usize = 64 << 10;
    let local = 0_u8;
    let here = (&raw const local).addr();
    HIGHEST.with(|highest| highest.get().wrapping_sub(here) < LITTLE || raise_to(highest, here))
}

/// Whether `here` is above what was the highest address so far.
#[cold]
fn raise_to(highest: &Cell<usize>, here: usize) -> bool {
    let is_higher = here > highest.get();
    if is_higher {
        highest.set(here);
    }
    is_higher
}

/// The identity of the running thread, never 0.
#[inline]
pub(crate) fn thread_id() -> usize {
    // SAFETY: has no preconditions.
    unsafe { ffi::PyThread_get_thread_ident() as usize }
}

/// `text` for a C API that takes no length.
///
/// # Errors
///
/// `ValueError` when `text` holds a null character.
pub(crate) fn c_string(py: Python<'_>, text: &str) -> PyResult<CString> {
    CString::new(text).map_err(|_| PyValueError::raise(py, "embedded null character"))
}
