//! Panics end at the boundary.
//!
//! * In a function, method or slot: `SystemError` with the panic's location and message.
//! * In `traverse`: the object is left out of this collection, so it is kept.
//! * In `clear` and in a destructor: reported through `sys.unraisablehook`; memory that was not yet
//!   released is leaked, never freed twice.

use std::any::Any;
use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

use crate::err::PyErr;
use crate::exceptions::{PyException, PySystemError};
use crate::python::Python;

thread_local! {
    /// Where the last panic on this thread happened.
    static LOCATION: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Makes panics silent, as each one becomes an exception: this library's code runs only in calls
/// from Python. Called when a module is loaded.
pub(crate) fn install_hook() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        panic::set_hook(Box::new(|info| {
            LOCATION.replace(info.location().map(ToString::to_string));
        }));
    });
}

/// Runs `f`; a panic comes back as its payload.
#[inline]
pub(crate) fn catch<R>(f: impl FnOnce() -> R) -> Result<R, Box<dyn Any + Send>> {
    panic::catch_unwind(AssertUnwindSafe(f))
}

/// Raises `SystemError` for a caught panic.
#[cold]
#[inline(never)]
pub(crate) fn raise(py: Python<'_>, payload: Box<dyn Any + Send>) -> PyErr {
    let place = LOCATION
        .take()
        .unwrap_or_else(|| "unknown place".to_owned());
    let text = payload
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| payload.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    PySystemError::raise(
        py,
        format_args!("internal error in Corten at {place}: {text}"),
    )
}
