//! The small ints, which the interpreter makes once, side by side in memory that belongs to the process: all
//! threads and interpreters have the same. To take one from there is quicker than to ask for it.

use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};

use super::PyInt;
use super::digits::Digits;
use crate::err::PyResult;
use crate::instance::Bound;
use crate::python::Python;

/// The smallest one.
const FIRST: i64 = -5;
/// How many there are at least; newer interpreters may have more.
const COUNT: usize = 262;

/// Where they are, as far as [`KNOWN`] says.
static START: AtomicPtr<Digits> = AtomicPtr::new(ptr::null_mut());
/// How many of them are known to be at [`START`]: none or all.
static KNOWN: AtomicUsize = AtomicUsize::new(0);

/// The int `value`, if it is a small one.
#[inline]
pub(super) fn get(py: Python<'_>, value: i64) -> Option<Bound<'_, PyInt>> {
    let index = value.wrapping_sub(FIRST).cast_unsigned();
    if index >= KNOWN.load(Ordering::Acquire) as u64 {
        return None;
    }
    // SAFETY: `find` has seen so many ints there, and none of them is ever freed. From 3.12 on their references
    // are not counted.
    unsafe {
        let int = START.load(Ordering::Relaxed).add(index as usize).cast();
        #[cfg(Py_3_12)]
        return Some(Bound::from_owned_ptr(py, int));
        #[cfg(not(Py_3_12))]
        Some(Bound::from_borrowed_ptr(py, int))
    }
}

/// Looks where the running interpreter has them. Called when a module is loaded.
pub(crate) fn find(py: Python<'_>) -> PyResult<()> {
    if KNOWN.load(Ordering::Acquire) != 0 {
        return Ok(());
    }
    let start = PyInt::from_i64(py, FIRST)?.as_ptr().cast::<Digits>();
    for index in 0..COUNT {
        let int = PyInt::from_i64(py, FIRST + index as i64)?;
        if int.as_ptr().cast() != start.wrapping_add(index) {
            return Ok(());
        }
    }
    START.store(start, Ordering::Relaxed);
    KNOWN.store(COUNT, Ordering::Release);
    Ok(())
}
