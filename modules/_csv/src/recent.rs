//! Short strings that came before: columns with few values have the same ones again and again.

use std::num::NonZeroU32;
use std::ops::Range;

use corten_api::prelude::*;

/// Strings that a reader has made of short fields: what comes more than once is one object.
#[derive(Traverse)]
pub(crate) struct Recent {
    slots: Vec<Slot>,
}

#[derive(Default, Traverse)]
struct Slot {
    #[traverse(skip)]
    key: Option<Key>,
    /// The string of that field, once it came twice: what comes once is not kept.
    string: Option<Py<PyString>>,
}

const SLOTS: usize = 1024;

impl Recent {
    /// Remembers nothing yet; `None` when memory runs out.
    pub(crate) fn new() -> Option<Box<Self>> {
        let mut slots = Vec::new();
        slots.try_reserve_exact(SLOTS).ok()?;
        slots.resize_with(SLOTS, Slot::default);
        Some(Box::new(Recent { slots }))
    }

    /// The string of the field with that key, which `make` makes if it is not remembered.
    ///
    /// # Errors
    ///
    /// Those of `make`.
    #[inline(always)]
    pub(crate) fn get_or_make<'py>(
        &mut self,
        py: Python<'py>,
        key: Key,
        make: impl FnOnce() -> PyResult<Bound<'py, PyString>>,
    ) -> PyResult<Bound<'py, PyString>> {
        // The collector may have taken the slots away.
        let Some(slot) = self.slots.get_mut(key.slot()) else {
            return make();
        };
        if slot.key != Some(key) {
            *slot = Slot {
                key: Some(key),
                string: None,
            };
            return make();
        }
        if let Some(string) = &slot.string {
            return Ok(string.bind(py).clone());
        }
        let string = make()?;
        slot.string = Some(string.clone().unbind());
        Ok(string)
    }
}

/// A field of one or two bytes: the first one lowest, and the length above them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Key(NonZeroU32);

impl Key {
    /// The key of `line[run]`, if it is that short.
    #[inline(always)]
    pub(crate) fn new(line: &[u8], run: &Range<usize>) -> Option<Self> {
        let len = run.len();
        if len > 2 {
            return None;
        }
        // Whatever is behind a single byte is masked, so that there is nothing to decide.
        let bytes = match line[run.start..] {
            [first, second, ..] => u32::from_le_bytes([first, second, 0, 0]),
            [first] => first.into(),
            [] => return None,
        };
        let mask = !(u32::MAX << (8 * len));
        NonZeroU32::new(bytes & mask | (len as u32) << 16).map(Key)
    }

    /// The slot: pairs of small letters have one each, and so have pairs of digits.
    #[inline(always)]
    fn slot(self) -> usize {
        let key = self.0.get() as usize;
        key & 0x1f | key >> 3 & 0x3e0
    }
}
