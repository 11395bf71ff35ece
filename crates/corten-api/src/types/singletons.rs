//! What the interpreter makes once, side by side in memory that belongs to the process: the small ints, and the
//! strings of one ASCII character. All threads and interpreters have the same. To take one from there is quicker
//! than to ask for it.

use std::marker::PhantomData;
use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};

use corten_ffi as ffi;

use super::digits::Digits;
use super::{PyInt, PyString};
use crate::err::PyResult;
use crate::instance::Bound;
use crate::python::Python;

/// The smallest one of [`INTS`].
const FIRST_INT: i64 = -5;
/// How many there are at least; newer interpreters may have more.
const INT_COUNT: usize = 262;

static INTS: Singletons<PyInt, { size_of::<Digits>() }> = Singletons::new();
static CHARACTERS: Singletons<PyString, { size_of::<Character>() }> = Singletons::new();

/// A string of one ASCII character, and the null behind it.
type Character = (ffi::PyASCIIObject, [u8; 2]);

/// The int `value`, if it is a small one.
#[inline]
pub(super) fn int(py: Python<'_>, value: i64) -> Option<Bound<'_, PyInt>> {
    INTS.get(py, value.wrapping_sub(FIRST_INT).cast_unsigned())
}

/// The string of the character `code`, if that is ASCII.
#[inline]
pub(super) fn character(py: Python<'_>, code: u32) -> Option<Bound<'_, PyString>> {
    CHARACTERS.get(py, code.into())
}

/// Looks where the running interpreter has them. Called when a module is loaded.
pub(crate) fn find(py: Python<'_>) -> PyResult<()> {
    INTS.find(INT_COUNT, |index| {
        PyInt::from_i64(py, FIRST_INT + index as i64)
    })?;
    CHARACTERS.find(128, |index| PyString::from_code(py, index as u32))
}

/// Objects of one type at a distance of `STRIDE` bytes.
struct Singletons<T, const STRIDE: usize> {
    /// Where they are, as far as `known` says.
    start: AtomicPtr<u8>,
    /// How many of them are known to be there: none or all.
    known: AtomicUsize,
    what: PhantomData<fn() -> T>,
}

impl<T, const STRIDE: usize> Singletons<T, STRIDE> {
    const fn new() -> Self {
        Singletons {
            start: AtomicPtr::new(ptr::null_mut()),
            known: AtomicUsize::new(0),
            what: PhantomData,
        }
    }

    #[inline]
    fn get<'py>(&self, py: Python<'py>, index: u64) -> Option<Bound<'py, T>> {
        if index >= self.known.load(Ordering::Acquire) as u64 {
            return None;
        }
        // SAFETY: `find` has seen so many there, and none of them is ever freed. From 3.12 on their references are
        // not counted.
        unsafe {
            let start = self.start.load(Ordering::Relaxed);
            let object = start.add(index as usize * STRIDE).cast();
            #[cfg(Py_3_12)]
            return Some(Bound::from_owned_ptr(py, object));
            #[cfg(not(Py_3_12))]
            Some(Bound::from_borrowed_ptr(py, object))
        }
    }

    /// Looks whether the first `count` are side by side, when `make` asks the interpreter for each.
    fn find<'py>(
        &self,
        count: usize,
        make: impl Fn(usize) -> PyResult<Bound<'py, T>>,
    ) -> PyResult<()> {
        if self.known.load(Ordering::Acquire) != 0 {
            return Ok(());
        }
        let start = make(0)?.as_ptr().cast::<u8>();
        for index in 0..count {
            let expected = start.wrapping_add(index * STRIDE);
            if make(index)?.as_ptr().cast() != expected {
                return Ok(());
            }
        }
        self.start.store(start, Ordering::Relaxed);
        self.known.store(count, Ordering::Release);
        Ok(())
    }
}
