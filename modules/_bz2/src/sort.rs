//! The Burrows-Wheeler transform: sorts the rotations of a block.
//!
//! Only seeds, at most every second rotation, are sorted by comparing; the order of all others
//! follows from theirs in two passes, as in [`sais`]. Where comparing takes too long, the seeds are
//! sorted in linear time, too.

use crate::sais::{self, for_each_seed, position_before};

pub(crate) use crate::sais::NoMemory;

/// A block that was sorted.
pub(crate) struct Sorted<'a> {
    /// In their order, the positions of the rotations, each below the byte before it; and one row more.
    pub(crate) rows: &'a mut [u32],
    /// The row of the block itself.
    pub(crate) origin: u32,
}

/// The last byte of a rotation.
#[inline(always)]
pub(crate) fn last_byte(row: u32) -> u8 {
    (row >> POSITION_BITS) as u8
}

const POSITION_BITS: u32 = 24;
const POSITION: u32 = (1 << POSITION_BITS) - 1;

/// Sorts blocks, and keeps the memory for it.
#[derive(Default)]
pub(crate) struct BlockSorter {
    rows: Vec<u32>,
    seeds: Vec<u32>,
    pairs: Vec<u32>,
}

impl BlockSorter {
    /// Sorts the rotations of `block`, which is not empty, has less than 16 MiB, and is changed and
    /// changed back.
    pub(crate) fn sort(&mut self, block: &mut Vec<u8>) -> Result<Sorted<'_>, NoMemory> {
        let len = block.len();
        grow(&mut self.rows, len + 1)?;
        block.try_reserve(OVERLAP).map_err(|_| NoMemory)?;
        for at in 0..OVERLAP {
            block.push(block[at]);
        }
        let origin = self.sort_overlapped(block, len);
        block.truncate(len);
        Ok(Sorted {
            rows: &mut self.rows[..=len],
            origin: origin?,
        })
    }

    fn sort_overlapped(&mut self, text: &[u8], len: usize) -> Result<u32, NoMemory> {
        let block = &text[..len];
        let rows = &mut self.rows[..len];
        let mut count = 0;
        for_each_seed(block, |seed| {
            rows[count] = seed;
            count += 1;
        });
        if count == 0 {
            rows.fill(u32::from(block[0]) << POSITION_BITS);
            return Ok(len as u32 - 1);
        }
        grow(&mut self.seeds, count)?;
        let seeds = &mut self.seeds[..count];
        let mut comparison = Comparison::new(text, len, count);
        let is_sorted = if count < WORTH_PAIRING {
            seeds.copy_from_slice(&rows[..count]);
            comparison.sort(seeds, 0, rows)
        } else {
            grow(&mut self.pairs, PAIRS)?;
            let pairs = &mut self.pairs[..PAIRS];
            sort_by_pairs(text, &rows[..count], pairs, seeds);
            comparison.sort_buckets(pairs, seeds, rows)
        };
        if !is_sorted {
            sais::sort_seeds(block, 256, rows)?;
            seeds.copy_from_slice(&rows[..count]);
        }
        Ok(induce(block, seeds, rows))
    }
}

/// So much of a block's start can be read behind its end.
const OVERLAP: usize = size_of::<u64>();

/// Makes `items` at least so long.
fn grow(items: &mut Vec<u32>, len: usize) -> Result<(), NoMemory> {
    if items.len() < len {
        let missing = len - items.len();
        items.try_reserve_exact(missing).map_err(|_| NoMemory)?;
        items.resize(len, 0);
    }
    Ok(())
}

/// From so many seeds on, they are distributed to buckets before they are compared.
const WORTH_PAIRING: usize = 8 << 10;

/// There are so many pairs of bytes.
const PAIRS: usize = 1 << 16;

/// Brings `found` seeds into the order of their first two bytes; `pairs` becomes the ends of those
/// that begin with the same.
fn sort_by_pairs(text: &[u8], found: &[u32], pairs: &mut [u32], sorted: &mut [u32]) {
    let pair = |seed: u32| {
        let at = seed as usize;
        usize::from(u16::from_be_bytes([text[at], text[at + 1]]))
    };
    pairs.fill(0);
    for &seed in found {
        pairs[pair(seed)] += 1;
    }
    let mut sum = 0;
    for place in &mut *pairs {
        sum += std::mem::replace(place, sum);
    }
    for &seed in found {
        let place = &mut pairs[pair(seed)];
        sorted[*place as usize] = seed;
        *place += 1;
    }
}

/// Sorts seeds by comparing some bytes of each at once.
struct Comparison<'a> {
    text: &'a [u8],
    len: usize,
    /// How many seeds may still be looked at before this takes too long.
    effort: usize,
}

/// A seed, with a part of its rotation above its position. These are the two halves, the lower one
/// first.
type Entry = [u32; 2];

#[inline(always)]
fn value(entry: &Entry) -> u64 {
    u64::from(entry[0]) | u64::from(entry[1]) << 32
}

/// So many bytes of a rotation are in an entry.
const KEY_LEN: usize = 5;

/// Each seed may be looked at so often, on average.
const EFFORT: usize = 12;

/// So many bytes are compared, and no more.
const DEEPEST: usize = 500;

impl<'a> Comparison<'a> {
    fn new(text: &'a [u8], len: usize, seeds: usize) -> Self {
        Self {
            text,
            len,
            effort: EFFORT * seeds,
        }
    }

    /// Sorts the seeds of each bucket, of which the ends are given.
    fn sort_buckets(&mut self, ends: &[u32], seeds: &mut [u32], scratch: &mut [u32]) -> bool {
        let mut start = 0;
        ends.iter().all(|&end| {
            let bucket = &mut seeds[start..end as usize];
            start = end as usize;
            bucket.len() < 2 || self.sort(bucket, 2, scratch)
        })
    }

    /// Sorts seeds that have the first bytes in common, so many. `scratch` is twice as long.
    fn sort(&mut self, seeds: &mut [u32], common: usize, scratch: &mut [u32]) -> bool {
        let (entries, _) = scratch.as_chunks_mut();
        let entries = &mut entries[..seeds.len()];
        for (entry, &seed) in entries.iter_mut().zip(&*seeds) {
            *entry = [seed, 0];
        }
        let is_sorted = self.sort_entries(entries, common);
        for (entry, seed) in entries.iter().zip(seeds) {
            *seed = entry[0] & POSITION;
        }
        is_sorted
    }

    fn sort_entries(&mut self, entries: &mut [Entry], common: usize) -> bool {
        if self.effort < entries.len() || common > DEEPEST {
            return false;
        }
        self.effort -= entries.len();
        for entry in &mut *entries {
            *entry = self.entry(entry[0] & POSITION, common);
        }
        entries.sort_unstable_by_key(value);
        entries
            .chunk_by_mut(|one, other| (value(one) ^ value(other)) >> POSITION_BITS == 0)
            .all(|equal| equal.len() == 1 || self.sort_entries(equal, common + KEY_LEN))
    }

    /// What the rotation at `seed` has from `offset` on.
    #[inline(always)]
    fn entry(&self, seed: u32, offset: usize) -> Entry {
        let mut at = seed as usize + offset;
        if at >= self.len {
            at %= self.len;
        }
        let bytes = self.text[at..at + OVERLAP].first_chunk();
        let bytes = bytes.map_or(0, |bytes| u64::from_be_bytes(*bytes));
        let high = (bytes >> 32) as u32;
        [(bytes as u32 & !POSITION) | seed, high]
    }
}

/// From the seeds in their order, makes all rows; gives the one of the block itself.
fn induce(block: &[u8], seeds: &[u32], rows: &mut [u32]) -> u32 {
    let row = |position: u32| {
        let before = block[position_before(position, block.len()) as usize];
        position | u32::from(before) << POSITION_BITS
    };
    let row_before = |row_: u32| row(position_before(row_ & POSITION, block.len()));

    let mut counts = [0; 256];
    for &byte in block {
        counts[usize::from(byte)] += 1;
    }
    let mut ends = [0; 256];
    let mut sum = 0;
    for (end, count) in ends.iter_mut().zip(counts) {
        sum += count;
        *end = sum;
    }
    let starts: [usize; 256] = std::array::from_fn(|byte| ends[byte] - counts[byte]);

    // Descending rotations follow from smaller ones.
    let mut filled = starts;
    let mut seeds = seeds.iter().peekable();
    for byte in 0..=255 {
        let mut at = starts[usize::from(byte)];
        while at < filled[usize::from(byte)] {
            let before = last_byte(rows[at]);
            if before >= byte {
                let place = &mut filled[usize::from(before)];
                rows[*place] = row_before(rows[at]);
                *place += 1;
            }
            at += 1;
        }
        while let Some(&seed) = seeds.next_if(|&&seed| block[seed as usize] == byte) {
            let seed = row(seed);
            let place = &mut filled[usize::from(last_byte(seed))];
            rows[*place] = row_before(seed);
            *place += 1;
        }
    }

    // Ascending rotations follow from greater ones.
    let mut free = ends;
    for byte in (0..=255).rev() {
        let mut at = ends[usize::from(byte)];
        while at > free[usize::from(byte)] {
            at -= 1;
            let before = last_byte(rows[at]);
            if before <= byte {
                let place = &mut free[usize::from(before)];
                *place -= 1;
                rows[*place] = row_before(rows[at]);
            }
        }
        while at > starts[usize::from(byte)] {
            at -= 1;
            let before = last_byte(rows[at]);
            if before < byte {
                let place = &mut free[usize::from(before)];
                *place -= 1;
                rows[*place] = row_before(rows[at]);
            }
        }
    }
    let origin = rows.iter().position(|row| row & POSITION == 0);
    origin.map_or(0, |origin| origin as u32)
}
