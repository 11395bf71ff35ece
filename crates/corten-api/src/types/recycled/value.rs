//! Values written into the objects of others.

use std::ptr;

use corten_ffi as ffi;

use super::{Recycled, is_unshared};
use crate::convert::IntoPy;
use crate::err::PyResult;
use crate::instance::Bound;
use crate::python::Python;
use crate::types::{PyAny, PyBytes, PyFloat, PyInt, digits, singletons};

impl Recycled<PyAny> {
    /// The object of `value`, if possible one that was given before.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    #[inline]
    pub fn give<'py>(
        &self,
        py: Python<'py>,
        value: impl Recycle<'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        match value.shared(py) {
            Some(object) => Ok(object),
            None => self.write(py, value),
        }
    }

    #[inline(never)]
    fn write<'py>(&self, py: Python<'py>, value: impl Recycle<'py>) -> PyResult<Bound<'py, PyAny>> {
        if self.pauses() {
            return value.into_py(py);
        }
        let object = match self.take_unshared(py)? {
            Some(old) => value.recycle(py, old)?,
            None => value.into_py(py)?,
        };
        self.keep(&object)?;
        Ok(object)
    }
}

/// Values that can be written into the object of another one: numbers, and `bytes` of the same length.
pub trait Recycle<'py>: IntoPy<'py> {
    /// The object of the value that the interpreter has anyway, if there is one.
    #[inline]
    fn shared(&self, _py: Python<'py>) -> Option<Bound<'py, PyAny>> {
        None
    }

    /// As [`into_py`](IntoPy::into_py), but in the object `old`, if nobody else has that and it fits.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    fn recycle(self, py: Python<'py>, old: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>>;
}

impl<'py> Recycle<'py> for f64 {
    #[inline]
    fn recycle(self, py: Python<'py>, old: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        if is_unshared(&old) && old.cast_exact::<PyFloat>().is_some() {
            // SAFETY: a float that nobody else has.
            unsafe { (*old.as_ptr().cast::<ffi::PyFloatObject>()).ob_fval = self };
            return Ok(old);
        }
        self.into_py(py)
    }
}

impl<'py> Recycle<'py> for i64 {
    #[inline]
    fn shared(&self, py: Python<'py>) -> Option<Bound<'py, PyAny>> {
        singletons::int(py, *self).map(Bound::into_any)
    }

    // Once for each width of numbers, which is a fifth quicker than once for all.
    #[inline(always)]
    fn recycle(self, py: Python<'py>, old: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        if let Some(int) = self.shared(py) {
            return Ok(int);
        }
        if rewrite(&old, self < 0, self.unsigned_abs()) {
            return Ok(old);
        }
        self.into_py(py)
    }
}

impl<'py> Recycle<'py> for u64 {
    #[inline]
    fn shared(&self, py: Python<'py>) -> Option<Bound<'py, PyAny>> {
        i64::try_from(*self).ok()?.shared(py)
    }

    #[inline]
    fn recycle(self, py: Python<'py>, old: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        if let Ok(value) = i64::try_from(self) {
            return value.recycle(py, old);
        }
        if rewrite(&old, false, self) {
            return Ok(old);
        }
        self.into_py(py)
    }
}

impl<'py> Recycle<'py> for &[u8] {
    #[inline]
    fn recycle(self, py: Python<'py>, old: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        if is_unshared(&old)
            && let Some(bytes) = old.cast_exact::<PyBytes>()
            && bytes.as_bytes().len() == self.len()
        {
            let object = old.as_ptr().cast::<ffi::PyBytesObject>();
            // Deprecated is that others than the interpreter write it, not that it is there.
            #[allow(deprecated)]
            // SAFETY: `bytes` that nobody else has, of that length; -1 stands for a hash that is not known.
            unsafe {
                (*object).ob_shash = -1;
                let data = (&raw mut (*object).ob_sval).cast();
                ptr::copy_nonoverlapping(self.as_ptr(), data, self.len());
            }
            return Ok(old);
        }
        self.into_py(py)
    }
}

macro_rules! recycle_as {
    ($wide:ty: $($narrow:ty)*) => {$(
        impl<'py> Recycle<'py> for $narrow {
            #[inline]
            fn shared(&self, py: Python<'py>) -> Option<Bound<'py, PyAny>> {
                (*self as $wide).shared(py)
            }

            #[inline]
            fn recycle(
                self,
                py: Python<'py>,
                old: Bound<'py, PyAny>,
            ) -> PyResult<Bound<'py, PyAny>> {
                (self as $wide).recycle(py, old)
            }
        }
    )*};
}

recycle_as!(i64: i8 i16 i32 u8 u16 u32);
recycle_as!(u64: usize);
recycle_as!(f64: f32);

/// Gives `old` that value if it is an int of as many digits that nobody else has; tells whether it is.
#[inline]
fn rewrite(old: &Bound<'_, PyAny>, is_negative: bool, magnitude: u64) -> bool {
    is_unshared(old)
        && old.cast_exact::<PyInt>().is_some()
        // SAFETY: an int that nobody else has.
        && unsafe { digits::rewrite(old.as_ptr(), is_negative, magnitude) }
}
