//! Single characters: their numeric values, and their names for the interpreter.

use std::ffi::{CStr, c_char, c_int};
use std::slice;

use corten_ffi as ffi;

use crate::convert::Character;
use crate::err::PyResult;
use crate::instance::Bound;
use crate::panic;
use crate::python::Python;
use crate::types::PyAny;

impl Character {
    /// The value as a decimal digit (`str.isdecimal`), by the interpreter's own table.
    #[must_use]
    pub fn to_decimal(self) -> Option<u8> {
        // SAFETY: takes any number.
        u8::try_from(unsafe { ffi::_PyUnicode_ToDecimalDigit(self.0) }).ok()
    }

    /// The value as a digit (`str.isdigit`), by the interpreter's own table.
    #[must_use]
    pub fn to_digit(self) -> Option<u8> {
        // SAFETY: takes any number.
        u8::try_from(unsafe { ffi::_PyUnicode_ToDigit(self.0) }).ok()
    }

    /// The numeric value (`str.isnumeric`), by the interpreter's own table.
    #[must_use]
    pub fn to_numeric(self) -> Option<f64> {
        // SAFETY: takes any number.
        let value = unsafe { ffi::_PyUnicode_ToNumeric(self.0) };
        (value != NOT_NUMERIC).then_some(value)
    }
}

/// What the interpreter's table says of characters without a value. The only real value below zero is
/// U+0F33's, -1/2.
const NOT_NUMERIC: f64 = -1.0;

/// The names of characters, as the compiler and the codecs ask for them: `\N{…}` and `namereplace`.
pub trait CharacterNames {
    /// A name.
    type Name: AsRef<[u8]>;

    /// The name of `code`. With `special`, private code points may stand for further names.
    fn name(code: u32, special: bool) -> Option<Self::Name>;

    /// The character called `name`. With `sequences`, it may be a private code point that stands for a
    /// sequence of several.
    fn code(name: &[u8], sequences: bool) -> Option<u32>;
}

impl<'py> Python<'py> {
    /// The capsule `unicodedata._ucnhash_CAPI`, through which the interpreter asks `N`. What it points to
    /// is static, as interpreters go on using it when the capsule is gone.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    pub fn character_names<N: CharacterNames>(self) -> PyResult<Bound<'py, PyAny>> {
        let functions: &'static ffi::_PyUnicode_Name_CAPI = &ffi::_PyUnicode_Name_CAPI {
            getname: getname::<N>,
            getcode: getcode::<N>,
        };
        let pointer = std::ptr::from_ref(functions).cast_mut().cast();
        // SAFETY: attached; pointer and name are static, and nobody writes through the pointer.
        unsafe { Bound::from_owned_or_err(self, ffi::PyCapsule_New(pointer, NAME.as_ptr(), None)) }
    }
}

/// By which users of the capsule find it, and make sure that it is the one.
const NAME: &CStr = c"unicodedata._ucnhash_CAPI";

/// Writes the name of `code` and a zero, if both fit.
unsafe extern "C" fn getname<N: CharacterNames>(
    code: u32,
    buffer: *mut c_char,
    len: c_int,
    special: c_int,
) -> c_int {
    let Ok(Some(name)) = panic::catch(|| N::name(code, special != 0)) else {
        return 0;
    };
    let name = name.as_ref();
    if usize::try_from(len).is_ok_and(|len| name.len() < len) {
        // SAFETY: the caller has a buffer of `len` bytes, which is more than the name has.
        unsafe {
            buffer
                .cast::<u8>()
                .copy_from_nonoverlapping(name.as_ptr(), name.len());
            buffer.add(name.len()).write(0);
        }
        return 1;
    }
    0
}

/// Writes the code point called `name`.
unsafe extern "C" fn getcode<N: CharacterNames>(
    name: *const c_char,
    len: c_int,
    code: *mut u32,
    sequences: c_int,
) -> c_int {
    let Ok(len) = usize::try_from(len) else {
        return 0;
    };
    // SAFETY: the caller has a name of `len` bytes, which nobody changes during the call.
    let name = unsafe { slice::from_raw_parts(name.cast::<u8>(), len) };
    match panic::catch(|| N::code(name, sequences != 0)) {
        Ok(Some(found)) => {
            // SAFETY: the caller wants it there.
            unsafe { code.write(found) };
            1
        }
        _ => 0,
    }
}
