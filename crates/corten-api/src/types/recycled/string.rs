//! Strings that are used again.

use std::ptr;
use std::sync::atomic::{AtomicU8, Ordering};

use corten_ffi as ffi;

use crate::err::PyResult;
use crate::gc::{Traverse, Visit, VisitResult};
use crate::instance::{Bound, Py};
use crate::python::Python;
use crate::types::{AsciiText, PyString};

/// The last short ASCII strings that an iterator gave. The oldest one is used for the next text, if nobody else has
/// it any more.
#[derive(Default)]
pub struct RecycledStrings {
    strings: Vec<Spare>,
    /// The index of the oldest one.
    oldest: usize,
    /// How many strings there should be.
    wanted: usize,
    /// How many of the last ones others had, one after the other.
    shared: usize,
    /// So many strings are not kept.
    pause: usize,
}

struct Spare {
    string: Py<PyString>,
    /// For so many characters.
    room: usize,
}

/// The longest strings that are kept.
const LONGEST: usize = 39;
/// How many are kept at most.
const MOST: usize = 256;
/// How many strings are not kept when others have all.
const PAUSE: usize = 4096;

impl RecycledStrings {
    /// Asks that so many strings be kept, 256 at most: all that are given until the first of them is not needed any
    /// more. If that is more, nothing is used again.
    #[inline]
    pub fn set_len(&mut self, wanted: usize) {
        self.wanted = match wanted {
            ..=MOST if !cfg!(Py_GIL_DISABLED) => wanted,
            _ => 0,
        };
    }

    /// The string `text`. Amortised linear in its length.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    #[inline]
    pub fn get<'py>(
        &mut self,
        py: Python<'py>,
        text: AsciiText<'_>,
    ) -> PyResult<Bound<'py, PyString>> {
        // The interpreter itself keeps strings of one character.
        if !(2..=LONGEST).contains(&text.len()) || self.wanted == 0 {
            return PyString::from_ascii_text(py, text);
        }
        if self.strings.len() < self.wanted {
            return self.add(py, text);
        }
        let index = self.oldest;
        self.oldest = match index + 1 {
            next if next < self.strings.len() => next,
            _ => 0,
        };
        let spare = &self.strings[index];
        let string = spare.string.bind(py);
        if text.len() <= spare.room && is_as_new(string) {
            // SAFETY: nobody else has it.
            unsafe { write(string, text) };
            self.shared = 0;
            return Ok(string.clone());
        }
        self.replace(py, index, text)
    }

    /// Makes a string and keeps it.
    #[inline(never)]
    fn add<'py>(&mut self, py: Python<'py>, text: AsciiText<'_>) -> PyResult<Bound<'py, PyString>> {
        if self.pause > 0 || self.strings.try_reserve(1).is_err() {
            self.pause = self.pause.saturating_sub(1);
            return PyString::from_ascii_text(py, text);
        }
        let (spare, string) = Spare::new(py, text)?;
        self.strings.push(spare);
        Ok(string)
    }

    /// Makes a string and keeps it in the place of another one.
    #[inline(never)]
    fn replace<'py>(
        &mut self,
        py: Python<'py>,
        index: usize,
        text: AsciiText<'_>,
    ) -> PyResult<Bound<'py, PyString>> {
        self.shared += 1;
        if self.shared > self.strings.len() {
            *self = RecycledStrings {
                wanted: self.wanted,
                pause: PAUSE,
                ..Self::default()
            };
            return PyString::from_ascii_text(py, text);
        }
        let (spare, string) = Spare::new(py, text)?;
        self.strings[index] = spare;
        Ok(string)
    }
}

// SAFETY: visits none of the references. Strings are no part of cycles.
unsafe impl Traverse for RecycledStrings {
    const REFERENCES: bool = false;

    fn traverse(&self, _: &mut Visit<'_>) -> VisitResult {
        Ok(())
    }
}

impl Spare {
    /// A string, with as much room as the interpreter's allocator gives it anyway.
    fn new<'py>(py: Python<'py>, text: AsciiText<'_>) -> PyResult<(Self, Bound<'py, PyString>)> {
        let room = (HEADER + text.len()) / BLOCK * BLOCK + BLOCK - 1 - HEADER;
        let string = PyString::uninit(py, room, 0x7f)?;
        // SAFETY: a new ASCII string with room for so many characters, of which the text is one part at most.
        unsafe { write(&string, text) };
        let spare = Spare {
            string: string.clone().unbind(),
            room,
        };
        Ok((spare, string))
    }
}

/// The text of an ASCII string is right behind this.
const HEADER: usize = size_of::<ffi::PyASCIIObject>();
/// The interpreter's allocator deals in multiples of this.
const BLOCK: usize = 16;

/// Makes `text` that of `string`.
///
/// # Safety
///
/// `string` must be an ASCII string that nobody else has, made with room for at least as many characters.
#[inline]
unsafe fn write(string: &Bound<'_, PyString>, text: AsciiText<'_>) {
    let object = string.as_ptr().cast::<ffi::PyASCIIObject>();
    // SAFETY: there is room, and for the null behind it, too; -1 stands for a hash that is not known.
    unsafe {
        (*object).length = text.len() as isize;
        (*object).hash = -1;
        let data = object.cast::<u8>().add(HEADER);
        ptr::copy_nonoverlapping(text.as_ptr(), data, text.len());
        data.add(text.len()).write(0);
    }
}

/// Whether nobody else has the string, and the interpreter has noted nothing of it but a hash: neither that it is
/// interned nor, before 3.12, another form.
#[inline]
fn is_as_new(string: &Bound<'_, PyString>) -> bool {
    let object = string.as_ptr().cast::<ffi::PyASCIIObject>();
    // SAFETY: a live string.
    unsafe {
        #[cfg(not(Py_3_12))]
        if !(*object).wstr.is_null() {
            return false;
        }
        super::is_unshared(string) && state(object) == NEW.load(Ordering::Relaxed)
    }
}

/// The state of a new ASCII string; 0, which is none, if it would not tell that one is interned.
static NEW: AtomicU8 = AtomicU8::new(0);

/// What the interpreter notes of a string. Only the first byte is in use.
///
/// # Safety
///
/// `object` must be a live string.
#[inline]
unsafe fn state(object: *const ffi::PyASCIIObject) -> u8 {
    // SAFETY: forwarded from the caller.
    unsafe { (*object).state.to_ne_bytes()[0] }
}

/// Looks at what the running interpreter notes. Called when a module is loaded.
pub(crate) fn find(py: Python<'_>) -> PyResult<()> {
    if NEW.load(Ordering::Relaxed) != 0 {
        return Ok(());
    }
    let string = PyString::new(py, "a string that nobody else has interned")?;
    // SAFETY: a live string.
    let state_of = |string: &Bound<'_, PyString>| unsafe { state(string.as_ptr().cast()) };
    let new = state_of(&string);
    if new != state_of(&string.into_interned()) {
        NEW.store(new, Ordering::Relaxed);
    }
    Ok(())
}
