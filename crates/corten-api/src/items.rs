//! Vectors whose item type is chosen at run time, in the interpreter's memory.
//!
//! An [`ItemVec`] knows its items' type by a code of one byte or so. [`Items`] show them as a slice of that
//! type, or by their width alone, for work that moves items without looking at them.
//! [`ExportedItems`] lends them to other objects through the buffer protocol.

mod byte_order;
mod exported;
mod memory;
mod objects;
mod views;

use std::ffi::CStr;
use std::mem::MaybeUninit;
use std::ops::Range;
use std::ptr::NonNull;
use std::slice;

pub use exported::ExportedItems;
pub use views::{
    ItemAccess, ItemKind, ItemSlice, Items, ItemsMut, Shared, Unique, Unit, Units, UnitsMut,
};

use crate::buffer::PyBuffer;
use crate::err::PyErr;
use crate::python::Python;

/// Says what the items of a vector are.
pub trait ItemCode: Copy + Send + Sync + 'static {
    /// The text of the `BufferError` for changing the length while the items are lent.
    const CANNOT_RESIZE: &'static str;

    /// How an item is stored. Always the same for the same code.
    fn kind(self) -> ItemKind;

    /// How the buffer protocol describes an item, in the notation of `struct`.
    fn format(self) -> &'static CStr;

    /// Whether items, of 32 bits, are code points.
    fn is_text(self) -> bool {
        false
    }
}

/// There is no memory for so many items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfMemory;

impl OutOfMemory {
    /// Raises `MemoryError`.
    #[cold]
    pub fn raise(self, py: Python<'_>) -> PyErr {
        PyErr::no_memory(py)
    }
}

/// A growing vector of items of the type that `C` tells.
///
/// It stays on attached threads, as its memory is the interpreter's. All items are of types for which
/// every pattern of bits is a value, so they can be read and written as bytes, too.
pub struct ItemVec<C: ItemCode> {
    /// Aligned for every item type; dangling while the capacity is zero.
    start: NonNull<u8>,
    len: usize,
    /// Both are numbers of items, and `capacity` items have at most `isize::MAX` bytes.
    capacity: usize,
    code: C,
}

impl<C: ItemCode> ItemVec<C> {
    /// An empty vector, without memory.
    #[inline]
    #[must_use]
    pub const fn new(code: C) -> Self {
        ItemVec {
            start: DANGLING,
            len: 0,
            capacity: 0,
            code,
        }
    }

    /// An empty vector with room for exactly `capacity` items.
    ///
    /// # Errors
    ///
    /// [`OutOfMemory`].
    #[inline]
    pub fn with_capacity(code: C, capacity: usize) -> Result<Self, OutOfMemory> {
        let mut new = Self::new(code);
        if capacity > 0 {
            new.reallocate(capacity)?;
        }
        Ok(new)
    }

    /// The items that `bytes` are, in memory of just that size.
    ///
    /// # Errors
    ///
    /// [`OutOfMemory`].
    ///
    /// # Panics
    ///
    /// When the bytes do not end with an item.
    #[inline]
    pub fn from_bytes(code: C, bytes: &[u8]) -> Result<Self, OutOfMemory> {
        let len = items_in(code, bytes.len());
        let mut new = Self::with_capacity(code, len)?;
        // SAFETY: there is room for the bytes.
        unsafe { new.write(0, bytes) };
        new.len = len;
        Ok(new)
    }

    /// The items that all of `parts` are the bytes of, one after the other, in memory of just that size.
    ///
    /// # Errors
    ///
    /// [`OutOfMemory`].
    ///
    /// # Panics
    ///
    /// When a part does not end with an item.
    pub fn concat(code: C, parts: &[&[u8]]) -> Result<Self, OutOfMemory> {
        let mut lens = parts.iter().map(|part| items_in(code, part.len()));
        let len = lens.try_fold(0_usize, usize::checked_add);
        let mut new = Self::with_capacity(code, len.ok_or(OutOfMemory)?)?;
        for part in parts {
            // SAFETY: there is room for all parts.
            unsafe { new.write(new.len, part) };
            new.len += items_in(code, part.len());
        }
        Ok(new)
    }

    /// The items that `part` is the bytes of, `count` times over, in memory of just that size.
    ///
    /// # Errors
    ///
    /// [`OutOfMemory`].
    ///
    /// # Panics
    ///
    /// When the part does not end with an item.
    pub fn repeat(code: C, part: &[u8], count: usize) -> Result<Self, OutOfMemory> {
        let len = items_in(code, part.len())
            .checked_mul(count)
            .ok_or(OutOfMemory)?;
        let mut new = Self::with_capacity(code, len)?;
        if len > 0 {
            // SAFETY: there is room for it.
            unsafe { new.write(0, part) };
            new.len = items_in(code, part.len());
            new.fill_up(len);
        }
        Ok(new)
    }

    /// The items that come from `units`, in memory for just as many.
    ///
    /// # Errors
    ///
    /// [`OutOfMemory`].
    ///
    /// # Panics
    ///
    /// When a unit is not as wide as an item.
    pub fn from_units<U: Unit>(
        code: C,
        units: impl ExactSizeIterator<Item = U>,
    ) -> Result<Self, OutOfMemory> {
        let mut new = Self::with_capacity(code, units.len())?;
        new.extend_from_units(units)?;
        Ok(new)
    }

    /// What the items are.
    #[inline]
    #[must_use]
    pub fn code(&self) -> C {
        self.code
    }

    /// Number of items.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no item.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// How many items the memory is for.
    #[inline]
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// Where the memory is; 0 without memory.
    #[must_use]
    pub fn address(&self) -> usize {
        match self.capacity {
            0 => 0,
            _ => self.start.addr().get(),
        }
    }

    /// The items.
    #[inline]
    #[must_use]
    pub fn items(&self) -> Items<'_> {
        // SAFETY: `len` initialised items of this kind.
        unsafe { Items::from_raw(self.code.kind(), self.start, self.len) }
    }

    /// The items, to be changed.
    #[inline]
    #[must_use]
    pub fn items_mut(&mut self) -> ItemsMut<'_> {
        // SAFETY: `len` initialised items of this kind, borrowed mutably.
        unsafe { ItemsMut::from_raw(self.code.kind(), self.start, self.len) }
    }

    /// Appends an item: the lowest bits of `bits`, as many as it has.
    ///
    /// # Errors
    ///
    /// [`OutOfMemory`].
    #[inline]
    pub fn push_bits(&mut self, bits: u64) -> Result<(), OutOfMemory> {
        if self.len == self.capacity {
            self.grow(1)?;
        }
        // SAFETY: there is room for one more item, which is all that is written.
        unsafe { views::write_bits(self.code.kind(), self.start, self.len, bits) };
        self.len += 1;
        Ok(())
    }

    /// Inserts an item before the one at `index`, as [`push_bits`](Self::push_bits) appends it.
    ///
    /// # Errors
    ///
    /// [`OutOfMemory`].
    ///
    /// # Panics
    ///
    /// When there are fewer items.
    pub fn insert_bits(&mut self, index: usize, bits: u64) -> Result<(), OutOfMemory> {
        assert!(index <= self.len, "an index of the items, or their end");
        self.grow(1)?;
        self.shift(index, index + 1);
        // SAFETY: the item that was there has moved, and there was room.
        unsafe { views::write_bits(self.code.kind(), self.start, index, bits) };
        self.len += 1;
        Ok(())
    }

    /// Appends the items that come from `units`, as many as they say.
    ///
    /// # Errors
    ///
    /// [`OutOfMemory`].
    ///
    /// # Panics
    ///
    /// When a unit is not as wide as an item.
    pub fn extend_from_units<U: Unit>(
        &mut self,
        units: impl ExactSizeIterator<Item = U>,
    ) -> Result<(), OutOfMemory> {
        let count = units.len();
        self.grow(count)?;
        self.write_units(count, units);
        Ok(())
    }

    /// Appends what comes from `units` until the memory is full.
    ///
    /// # Panics
    ///
    /// When a unit is not as wide as an item.
    #[inline]
    pub fn fill_from_units<U: Unit>(&mut self, units: impl Iterator<Item = U>) {
        self.write_units(self.capacity - self.len, units);
    }

    /// Appends what comes from `units`, no more than `count`.
    ///
    /// # Panics
    ///
    /// When a unit is not as wide as an item, or there is no room.
    #[inline]
    fn write_units<U: Unit>(&mut self, count: usize, units: impl Iterator<Item = U>) {
        assert_eq!(size_of::<U>(), self.item_size(), "units of another width");
        assert!(
            count <= self.capacity - self.len,
            "more than there is room for"
        );
        // SAFETY: room for so many more, in memory that is aligned for every item type.
        let room = unsafe {
            let end = self.start.cast::<U>().add(self.len);
            slice::from_raw_parts_mut(end.cast::<MaybeUninit<U>>().as_ptr(), count)
        };
        let mut written = 0;
        for (slot, unit) in room.iter_mut().zip(units) {
            slot.write(unit);
            written += 1;
        }
        self.len += written;
    }

    /// Makes room for `more` items, as appending them would.
    ///
    /// # Errors
    ///
    /// [`OutOfMemory`].
    #[inline]
    pub fn reserve(&mut self, more: usize) -> Result<(), OutOfMemory> {
        self.grow(more)
    }

    /// Appends the items of `other`, whose memory an empty vector without any takes over.
    ///
    /// # Errors
    ///
    /// [`OutOfMemory`].
    ///
    /// # Panics
    ///
    /// When their items do not have the same size.
    pub fn append(&mut self, other: Self) -> Result<(), OutOfMemory> {
        if self.capacity == 0 && self.item_size() == other.item_size() {
            let code = self.code;
            *self = other;
            self.code = code;
            return Ok(());
        }
        self.splice(self.len..self.len, other.items().bytes())
    }

    /// Appends the items that `data` is the bytes of.
    ///
    /// # Errors
    ///
    /// [`OutOfMemory`].
    ///
    /// # Panics
    ///
    /// When the data do not end with an item.
    pub fn extend_from_buffer(&mut self, data: &PyBuffer<'_>) -> Result<(), OutOfMemory> {
        self.extend_with(data.len(), |room| {
            data.copy_to(0, room);
        })
    }

    /// Appends `size` bytes of items that `write` writes, all of them.
    #[inline]
    fn extend_with(
        &mut self,
        size: usize,
        write: impl FnOnce(&mut [MaybeUninit<u8>]),
    ) -> Result<(), OutOfMemory> {
        let count = items_in(self.code, size);
        self.grow(count)?;
        // SAFETY: room for the new items.
        let room = unsafe {
            let end = self.start.add(self.len * self.item_size());
            slice::from_raw_parts_mut(end.cast().as_ptr(), size)
        };
        write(room);
        self.len += count;
        Ok(())
    }

    /// Replaces the items in `range` by those that `source` is the bytes of. What comes behind moves.
    ///
    /// # Errors
    ///
    /// [`OutOfMemory`]; nothing has changed then.
    ///
    /// # Panics
    ///
    /// When there is no such range, or the source does not end with an item.
    #[inline]
    pub fn splice(&mut self, range: Range<usize>, source: &[u8]) -> Result<(), OutOfMemory> {
        self.check(&range);
        let count = items_in(self.code, source.len());
        if count <= range.len() {
            // SAFETY: in place of items that go.
            unsafe { self.write(range.start, source) };
            self.remove(range.start + count..range.end);
            return Ok(());
        }
        let more = count - range.len();
        self.grow(more)?;
        self.shift(range.end, range.end + more);
        // SAFETY: the items from here on have moved away, so there is room.
        unsafe { self.write(range.start, source) };
        self.len += more;
        Ok(())
    }

    /// Removes the items in `range`. What comes behind moves.
    ///
    /// # Panics
    ///
    /// When there is no such range.
    #[inline]
    pub fn remove(&mut self, range: Range<usize>) {
        self.check(&range);
        self.shift(range.end, range.start);
        self.truncate(self.len - range.len());
    }

    #[inline]
    fn check(&self, range: &Range<usize>) {
        assert!(
            range.start <= range.end && range.end <= self.len,
            "a range of the items"
        );
    }

    /// Shortens the vector to `len` items.
    ///
    /// # Panics
    ///
    /// When it has fewer.
    pub fn truncate(&mut self, len: usize) {
        assert!(len <= self.len, "at most as many items as there are");
        let old = std::mem::replace(&mut self.len, len);
        self.shrink(old);
    }

    /// Repeats the items, so that they are there `count` times.
    ///
    /// # Errors
    ///
    /// [`OutOfMemory`]; nothing has changed then.
    pub fn repeat_in_place(&mut self, count: usize) -> Result<(), OutOfMemory> {
        if count == 0 || self.len == 0 {
            self.truncate(0);
            return Ok(());
        }
        let len = self.len.checked_mul(count).ok_or(OutOfMemory)?;
        self.grow(len - self.len)?;
        self.fill_up(len);
        Ok(())
    }

    #[inline]
    fn item_size(&self) -> usize {
        self.code.kind().size()
    }
}

/// Where a vector without memory points to.
const DANGLING: NonNull<u8> = NonNull::<u128>::dangling().cast();

/// Number of items that `size` bytes are.
///
/// # Panics
///
/// When there is a part of one at the end.
#[inline]
fn items_in(code: impl ItemCode, size: usize) -> usize {
    let shift = code.kind().shift();
    assert!(size & ((1 << shift) - 1) == 0, "the bytes of whole items");
    size >> shift
}
