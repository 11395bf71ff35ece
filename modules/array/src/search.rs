//! Finding items: vectorised scans.

use corten_api::{ItemSlice, Items};

/// What is looked for, as items of the array can be equal to it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Needle {
    /// A whole number, in an array of numbers.
    Int(i128),
    /// A number, in an array of floats.
    Float(f64),
    /// A code point, in an array of characters; `None` is equal to no character.
    Char(Option<u32>),
    /// Nothing is equal to it.
    Nothing,
}

/// An item that is no character came before what was looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotCharacter(pub(crate) u32);

impl Needle {
    /// The index of the first item that is equal to the needle.
    pub(crate) fn find(self, items: Items<'_>) -> Result<Option<usize>, NotCharacter> {
        Ok(match self {
            Needle::Int(needle) => find_int(items.typed(), needle),
            Needle::Float(needle) => find_float(items.typed(), needle),
            Needle::Char(needle) => return find_char(items, needle),
            Needle::Nothing => None,
        })
    }

    /// How many items are equal to the needle.
    pub(crate) fn count(self, items: Items<'_>) -> Result<usize, NotCharacter> {
        Ok(match self {
            Needle::Int(needle) => count_int(items.typed(), needle),
            Needle::Float(needle) => count_float(items.typed(), needle),
            Needle::Char(needle) => {
                check_chars(items)?;
                needle.map_or(0, |needle| count_int(items.typed(), needle.into()))
            }
            Needle::Nothing => 0,
        })
    }
}

/// Runs `$scan` on the items and the needle as one of them, if it can be one.
macro_rules! as_integers {
    ($items:expr, $needle:expr, $scan:ident, $else:expr) => {
        match $items {
            ItemSlice::I8(items) => $needle.try_into().map_or($else, |n| $scan(items, n)),
            ItemSlice::U8(items) => $needle.try_into().map_or($else, |n| $scan(items, n)),
            ItemSlice::I16(items) => $needle.try_into().map_or($else, |n| $scan(items, n)),
            ItemSlice::U16(items) => $needle.try_into().map_or($else, |n| $scan(items, n)),
            ItemSlice::I32(items) => $needle.try_into().map_or($else, |n| $scan(items, n)),
            ItemSlice::U32(items) => $needle.try_into().map_or($else, |n| $scan(items, n)),
            ItemSlice::I64(items) => $needle.try_into().map_or($else, |n| $scan(items, n)),
            ItemSlice::U64(items) => $needle.try_into().map_or($else, |n| $scan(items, n)),
            ItemSlice::F32(_) | ItemSlice::F64(_) => $else,
        }
    };
}

/// The same for floats. What a narrow float can't be is equal to none, and neither is a NaN.
macro_rules! as_floats {
    ($items:expr, $needle:expr, $scan:ident, $else:expr) => {
        match $items {
            ItemSlice::F32(items) if f64::from($needle as f32) == $needle => {
                $scan(items, $needle as f32)
            }
            ItemSlice::F64(items) => $scan(items, $needle),
            _ => $else,
        }
    };
}

fn find_int(items: ItemSlice<'_>, needle: i128) -> Option<usize> {
    as_integers!(items, needle, position, None)
}

fn count_int(items: ItemSlice<'_>, needle: i128) -> usize {
    as_integers!(items, needle, occurrences, 0)
}

fn find_float(items: ItemSlice<'_>, needle: f64) -> Option<usize> {
    as_floats!(items, needle, position, None)
}

fn count_float(items: ItemSlice<'_>, needle: f64) -> usize {
    as_floats!(items, needle, occurrences, 0)
}

/// Items in front of the one that is found must be characters.
fn find_char(items: Items<'_>, needle: Option<u32>) -> Result<Option<usize>, NotCharacter> {
    let found = needle.and_then(|needle| find_int(items.typed(), needle.into()));
    check_chars(items.slice(0..found.unwrap_or(items.len())))?;
    Ok(found)
}

/// Whether all items are code points; else the first that is none.
pub(crate) fn check_chars(items: Items<'_>) -> Result<(), NotCharacter> {
    const MAX: u32 = 0x10_FFFF;
    let bad = match items.typed() {
        ItemSlice::U32(items) => first(items, |item| item > MAX),
        ItemSlice::I32(items) => {
            first(items, |item| item.cast_unsigned() > MAX).map(i32::cast_unsigned)
        }
        _ => None,
    };
    bad.map_or(Ok(()), |item| Err(NotCharacter(item)))
}

/// The first item for which `test` is true.
#[inline]
fn first<T: Copy>(items: &[T], test: impl Fn(T) -> bool) -> Option<T> {
    let start = block_with(items, |&item| test(item))?;
    items[start..].iter().copied().find(|&item| test(item))
}

#[inline]
fn position<T: Copy + PartialEq>(items: &[T], needle: T) -> Option<usize> {
    let start = block_with(items, |&item| item == needle)?;
    let offset = items[start..].iter().position(|&item| item == needle)?;
    Some(start + offset)
}

/// Where the first block begins that has an item for which `test` is true, or what is left at the end
/// of all blocks. Looking at a whole block without stopping early is what vectors are good at.
#[inline]
fn block_with<T>(items: &[T], test: impl Fn(&T) -> bool) -> Option<usize> {
    const BLOCK: usize = 32;
    let (blocks, rest) = items.as_chunks::<BLOCK>();
    let any = |block: &[T; BLOCK]| block.iter().fold(false, |any, item| any | test(item));
    match blocks.iter().position(any) {
        Some(index) => Some(index * BLOCK),
        None if rest.is_empty() => None,
        None => Some(items.len() - rest.len()),
    }
}

#[inline]
fn occurrences<T: Copy + PartialEq>(items: &[T], needle: T) -> usize {
    // Short enough for sums of bytes, so that vectors of bytes stay vectors of bytes.
    const BLOCK: usize = 255;
    let in_block = |block: &[T]| {
        let matches = block.iter().map(|&item| u8::from(item == needle));
        usize::from(matches.fold(0_u8, u8::wrapping_add))
    };
    items.chunks(BLOCK).map(in_block).sum()
}
