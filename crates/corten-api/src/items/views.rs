//! Items as slices of their type, or of their width.

use std::marker::PhantomData;
use std::ops::Range;
use std::ptr::NonNull;
use std::slice;

/// How an item is stored: as an integer with or without a sign, or as a float, of so many bits, in the
/// machine's byte order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
#[allow(missing_docs)]
pub enum ItemKind {
    I8,
    U8,
    I16,
    U16,
    I32,
    U32,
    I64,
    U64,
    F32,
    F64,
}

impl ItemKind {
    /// The size of an item in bytes.
    #[inline]
    #[must_use]
    pub const fn size(self) -> usize {
        1 << self.shift()
    }

    /// The binary logarithm of the size.
    #[inline]
    pub(super) const fn shift(self) -> u32 {
        match self {
            Self::I8 | Self::U8 => 0,
            Self::I16 | Self::U16 => 1,
            Self::I32 | Self::U32 | Self::F32 => 2,
            Self::I64 | Self::U64 | Self::F64 => 3,
        }
    }

    /// The kind of integers of `size` bytes.
    ///
    /// # Panics
    ///
    /// When there are no such items.
    #[must_use]
    pub const fn integer(size: usize, signed: bool) -> Self {
        match (size, signed) {
            (1, true) => Self::I8,
            (1, false) => Self::U8,
            (2, true) => Self::I16,
            (2, false) => Self::U16,
            (4, true) => Self::I32,
            (4, false) => Self::U32,
            (8, true) => Self::I64,
            (8, false) => Self::U64,
            _ => panic!("1, 2, 4 or 8 bytes"),
        }
    }
}

/// An integer that stands for an item as it is in memory: `u8`, `u16`, `u32` or `u64`.
pub trait Unit: Copy + sealed::Unit {}

mod sealed {
    use super::NonNull;

    pub trait Unit {}
    impl Unit for u8 {}
    impl Unit for u16 {}
    impl Unit for u32 {}
    impl Unit for u64 {}

    pub trait Access {
        /// A slice that is borrowed in this way.
        type Slice<'a, T: 'a>;

        /// # Safety
        ///
        /// There must be so many values, aligned, which may be borrowed in this way for `'a`.
        unsafe fn slice<'a, T: 'a>(start: NonNull<T>, len: usize) -> Self::Slice<'a, T>;
    }
}

impl Unit for u8 {}
impl Unit for u16 {}
impl Unit for u32 {}
impl Unit for u64 {}

/// Who else gets at borrowed items: see [`Shared`] and [`Unique`].
pub trait ItemAccess: sealed::Access {}

impl<A: sealed::Access> ItemAccess for A {}

/// Items to be read, by others as well.
#[derive(Clone, Copy, Debug)]
pub struct Shared;

/// Items that one alone reads and changes.
#[derive(Debug)]
pub struct Unique;

impl sealed::Access for Shared {
    type Slice<'a, T: 'a> = &'a [T];

    #[inline]
    unsafe fn slice<'a, T: 'a>(start: NonNull<T>, len: usize) -> &'a [T] {
        // SAFETY: forwarded from the caller.
        unsafe { slice::from_raw_parts(start.as_ptr(), len) }
    }
}

impl sealed::Access for Unique {
    type Slice<'a, T: 'a> = &'a mut [T];

    #[inline]
    unsafe fn slice<'a, T: 'a>(start: NonNull<T>, len: usize) -> &'a mut [T] {
        // SAFETY: forwarded from the caller.
        unsafe { slice::from_raw_parts_mut(start.as_ptr(), len) }
    }
}

/// Some items, in memory that is aligned for them.
pub struct Items<'a, A: ItemAccess = Shared> {
    kind: ItemKind,
    start: NonNull<u8>,
    len: usize,
    borrowed: PhantomData<A::Slice<'a, u8>>,
}

/// Items to be changed.
pub type ItemsMut<'a> = Items<'a, Unique>;

impl Clone for Items<'_> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl Copy for Items<'_> {}

// SAFETY: plain numbers, borrowed as slices are.
unsafe impl<A: ItemAccess> Send for Items<'_, A> {}
// SAFETY: as above.
unsafe impl<A: ItemAccess> Sync for Items<'_, A> {}

impl<'a, A: ItemAccess> Items<'a, A> {
    /// The items from `start` on.
    ///
    /// # Safety
    ///
    /// There must be `len` initialised items of this kind, aligned, borrowed in this way for `'a`.
    #[inline]
    pub(super) unsafe fn from_raw(kind: ItemKind, start: NonNull<u8>, len: usize) -> Self {
        Items {
            kind,
            start,
            len,
            borrowed: PhantomData,
        }
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

    /// How each item is stored.
    #[inline]
    #[must_use]
    pub fn kind(&self) -> ItemKind {
        self.kind
    }

    /// The items in `range`.
    ///
    /// # Panics
    ///
    /// When there is no such range.
    #[inline]
    #[must_use]
    pub fn slice(self, range: Range<usize>) -> Self {
        assert!(
            range.start <= range.end && range.end <= self.len,
            "a range of the items"
        );
        // SAFETY: a part of the items.
        unsafe {
            let start = self.start.add(range.start << self.kind.shift());
            Self::from_raw(self.kind, start, range.len())
        }
    }

    /// The items as bytes, for which all values are allowed.
    #[inline]
    #[must_use]
    pub fn bytes(self) -> A::Slice<'a, u8> {
        // SAFETY: the items' own bytes.
        unsafe { A::slice(self.start, self.len << self.kind.shift()) }
    }

    /// The items by their width.
    #[inline]
    #[must_use]
    pub fn units(self) -> Units<'a, A> {
        // SAFETY: of this width.
        unsafe {
            match self.kind.shift() {
                0 => Units::U8(self.cast()),
                1 => Units::U16(self.cast()),
                2 => Units::U32(self.cast()),
                _ => Units::U64(self.cast()),
            }
        }
    }

    /// # Safety
    ///
    /// `T` must be a number as wide as an item.
    #[inline]
    unsafe fn cast<T: 'a>(self) -> A::Slice<'a, T> {
        // SAFETY: every pattern of bits is a number; the rest is promised by `from_raw`.
        unsafe { A::slice(self.start.cast(), self.len) }
    }
}

impl<'a> Items<'a> {
    /// The items as what they are.
    #[inline]
    #[must_use]
    pub fn typed(self) -> ItemSlice<'a> {
        // SAFETY: of this kind.
        unsafe {
            match self.kind {
                ItemKind::I8 => ItemSlice::I8(self.cast()),
                ItemKind::U8 => ItemSlice::U8(self.cast()),
                ItemKind::I16 => ItemSlice::I16(self.cast()),
                ItemKind::U16 => ItemSlice::U16(self.cast()),
                ItemKind::I32 => ItemSlice::I32(self.cast()),
                ItemKind::U32 => ItemSlice::U32(self.cast()),
                ItemKind::I64 => ItemSlice::I64(self.cast()),
                ItemKind::U64 => ItemSlice::U64(self.cast()),
                ItemKind::F32 => ItemSlice::F32(self.cast()),
                ItemKind::F64 => ItemSlice::F64(self.cast()),
            }
        }
    }
}

impl ItemsMut<'_> {
    /// Replaces an item by the lowest bits of `bits`, as many as it has.
    ///
    /// # Panics
    ///
    /// When there is no such item.
    #[inline]
    pub fn set_bits(&mut self, index: usize, bits: u64) {
        assert!(index < self.len, "the index of an item");
        // SAFETY: one of the items.
        unsafe { write_bits(self.kind, self.start, index, bits) }
    }
}

/// Writes the lowest bits of `bits` as the item at `index`.
///
/// # Safety
///
/// There must be room for an item of this kind, aligned, which nobody else uses.
#[inline]
pub(super) unsafe fn write_bits(kind: ItemKind, start: NonNull<u8>, index: usize, bits: u64) {
    // SAFETY: forwarded from the caller.
    unsafe {
        match kind.shift() {
            0 => start.add(index).write(bits as u8),
            1 => start.cast().add(index).write(bits as u16),
            2 => start.cast().add(index).write(bits as u32),
            _ => start.cast().add(index).write(bits),
        }
    }
}

/// Items as a slice of their type.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub enum ItemSlice<'a> {
    I8(&'a [i8]),
    U8(&'a [u8]),
    I16(&'a [i16]),
    U16(&'a [u16]),
    I32(&'a [i32]),
    U32(&'a [u32]),
    I64(&'a [i64]),
    U64(&'a [u64]),
    F32(&'a [f32]),
    F64(&'a [f64]),
}

/// Items by their width alone.
#[allow(missing_docs)]
pub enum Units<'a, A: ItemAccess = Shared> {
    U8(A::Slice<'a, u8>),
    U16(A::Slice<'a, u16>),
    U32(A::Slice<'a, u32>),
    U64(A::Slice<'a, u64>),
}

/// Items by their width, to be changed.
pub type UnitsMut<'a> = Units<'a, Unique>;
