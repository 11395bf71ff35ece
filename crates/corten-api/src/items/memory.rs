//! The memory of a vector of items.

use std::ptr::{self, NonNull};

use corten_ffi as ffi;

use super::{ItemCode, ItemVec, OutOfMemory};

impl<C: ItemCode> ItemVec<C> {
    /// Makes room for `more` items, with a reserve of a sixteenth: growing by single items takes time
    /// that is linear in their number, and little memory is unused.
    #[inline]
    pub(super) fn grow(&mut self, more: usize) -> Result<(), OutOfMemory> {
        let len = self.len.checked_add(more).ok_or(OutOfMemory)?;
        if len <= self.capacity {
            return Ok(());
        }
        self.reallocate(with_reserve(len, self.len)?)
    }

    /// Gives back memory when items have gone, of which there were `old`.
    #[inline]
    pub(super) fn shrink(&mut self, old: usize) {
        if old < self.len + KEEP {
            return;
        }
        if self.len == 0 {
            *self = Self::new(self.code);
        } else if let Ok(capacity) = with_reserve(self.len, old) {
            // Where that fails, the memory that is there will do.
            let _ = self.reallocate(capacity);
        }
    }

    /// Changes the size of the memory, not to zero.
    pub(super) fn reallocate(&mut self, capacity: usize) -> Result<(), OutOfMemory> {
        debug_assert!(self.len <= capacity && capacity > 0);
        let size = capacity
            .checked_mul(self.item_size())
            .filter(|&size| isize::try_from(size).is_ok())
            .ok_or(OutOfMemory)?;
        // SAFETY: attached, as the vector is not `Send`; nothing yet, or the interpreter's memory, which is
        // aligned for 16 bytes (8 on 32-bit machines), enough for every item type.
        let new = unsafe {
            match self.capacity {
                0 => ffi::PyMem_Malloc(size),
                _ => ffi::PyMem_Realloc(self.start.as_ptr().cast(), size),
            }
        };
        self.start = NonNull::new(new.cast()).ok_or(OutOfMemory)?;
        self.capacity = capacity;
        Ok(())
    }

    /// Moves the items from the index `from` on to the index `to`, for which there is room.
    #[inline]
    pub(super) fn shift(&mut self, from: usize, to: usize) {
        let (size, count) = (self.item_size(), self.len - from);
        debug_assert!(to + count <= self.capacity || count == 0);
        if from != to && count > 0 {
            // SAFETY: both are within the memory.
            unsafe {
                let start = self.start.as_ptr();
                ptr::copy(start.add(from * size), start.add(to * size), count * size);
            }
        }
    }

    /// Writes the bytes of items from the index `at` on.
    ///
    /// # Safety
    ///
    /// The capacity must be enough.
    #[inline]
    pub(super) unsafe fn write(&mut self, at: usize, source: &[u8]) {
        // SAFETY: forwarded from the caller; the source is borrowed, so it is other memory.
        unsafe {
            let target = self.start.add(at * self.item_size()).as_ptr();
            ptr::copy_nonoverlapping(source.as_ptr(), target, source.len());
        }
    }

    /// Repeats the items, of which there is at least one, until there are `len`, for which there is room.
    pub(super) fn fill_up(&mut self, len: usize) {
        debug_assert!(0 < self.len && self.len <= len && len <= self.capacity);
        let size = self.item_size();
        if self.len * size == 1 {
            // SAFETY: there is room for so many bytes, and the first one is initialised.
            unsafe { self.start.write_bytes(self.start.read(), len) };
            self.len = len;
        }
        while self.len < len {
            let count = self.len.min(len - self.len);
            // SAFETY: so many items are initialised, and there is room for as many behind them.
            unsafe {
                let end = self.start.add(self.len * size);
                end.copy_from_nonoverlapping(self.start, count * size);
            }
            self.len += count;
        }
    }
}

impl<C: ItemCode> Drop for ItemVec<C> {
    #[inline]
    fn drop(&mut self) {
        if self.capacity > 0 {
            // SAFETY: attached, as the vector is not `Send`; the interpreter's memory, freed once.
            unsafe { ffi::PyMem_Free(self.start.as_ptr().cast()) }
        }
    }
}

/// A vector that gets shorter by fewer items keeps its memory as it is.
const KEEP: usize = 16;

/// The capacity for `len` items of a vector that had `old`.
#[inline]
fn with_reserve(len: usize, old: usize) -> Result<usize, OutOfMemory> {
    let least = if old < 8 { 3 } else { 7 };
    len.checked_add((len >> 4) + least).ok_or(OutOfMemory)
}
