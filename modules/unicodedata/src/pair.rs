//! Where the hash table of compositions has a pair. The build script fills it, the library reads it.

/// Base-2 logarithm of the number of slots: twice as many as there are pairs, or more.
const BITS: u32 = 11;

/// The number of slots.
pub(crate) const SLOTS: usize = 1 << BITS;

/// Bits of a code point in a slot.
const WIDTH: u32 = 21;

/// The slot in which to look for a pair first; then follow those after it, up to an empty one.
#[inline]
pub(crate) const fn slot(first: u32, second: u32) -> usize {
    let mixed = (first ^ second << 13).wrapping_mul(0x9E37_79B1);
    (mixed >> (u32::BITS - BITS)) as usize
}

/// What a slot holds: a pair, and what it becomes. Zero is an empty slot.
#[allow(dead_code)] // The library reads only.
pub(crate) const fn entry(first: u32, second: u32, composed: u32) -> u64 {
    key(first, second) | composed as u64
}

/// The pair in its place within an entry.
#[inline]
pub(crate) const fn key(first: u32, second: u32) -> u64 {
    (first as u64) << (2 * WIDTH) | (second as u64) << WIDTH
}

/// What the pair of `key` becomes, if `entry` is that pair's.
#[allow(dead_code)] // The build script writes only.
#[inline]
pub(crate) const fn composed(entry: u64, key: u64) -> Option<u32> {
    let composed = entry ^ key;
    if composed >> WIDTH == 0 {
        Some(composed as u32)
    } else {
        None
    }
}
