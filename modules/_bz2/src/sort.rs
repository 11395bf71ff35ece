//! The Burrows-Wheeler transform: sorts the rotations of a block.
//!
//! Only seeds, at most every second rotation, are sorted by comparing; the order of all others
//! follows from theirs in two passes, as in [`sais`]. Where comparing takes too long, the seeds are
//! sorted in linear time, too.

use crate::compare::{Comparison, GivenUp, OVERLAP, POSITION, POSITION_BITS};
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
        let comparison = Comparison::new(text, len, count);
        let result = if count < WORTH_PAIRING {
            seeds.copy_from_slice(&rows[..count]);
            comparison.sort(seeds, &[count as u32], 0, rows)
        } else {
            grow(&mut self.pairs, PAIRS)?;
            let pairs = &mut self.pairs[..PAIRS];
            sort_by_pairs(text, &rows[..count], pairs, seeds);
            comparison.sort(seeds, pairs, 2, rows)
        };
        match result {
            Ok(()) => {}
            Err(GivenUp::NoMemory) => return Err(NoMemory),
            Err(GivenUp::TooLong) => {
                sais::sort_seeds(block, 256, rows)?;
                seeds.copy_from_slice(&rows[..count]);
            }
        }
        Ok(induce(block, seeds, rows))
    }
}

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
    last_origin(block, rows)
}

/// The last row that is the block itself; there are several where all of it is repeated.
fn last_origin(block: &[u8], rows: &[u32]) -> u32 {
    let first = rows.iter().position(|row| row & POSITION == 0).unwrap_or(0);
    let is_block = |row: &u32| {
        let (before, behind) = block.split_at((row & POSITION) as usize);
        block.starts_with(behind) && block.ends_with(before)
    };
    (first + rows[first..].partition_point(is_block)) as u32 - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_sorted(data: &[u8]) {
        let mut block = data.to_vec();
        let mut sorter = BlockSorter::default();
        let Sorted { rows, origin } = sorter.sort(&mut block).unwrap();
        assert!(block == data);
        let twice = data.repeat(2);
        let mut expected: Vec<usize> = (0..data.len()).collect();
        expected.sort_by_key(|&start| &twice[start..start + data.len()]);
        let last = |start: &usize| twice[start + data.len() - 1];
        let rows = &rows[..data.len()];
        assert!(
            rows.iter()
                .map(|&row| last_byte(row))
                .eq(expected.iter().map(last))
        );
        let is_block = |&&start: &&usize| twice[start..start + data.len()] == *data;
        let last = expected
            .iter()
            .rev()
            .position(|start| is_block(&start))
            .unwrap();
        assert_eq!(origin as usize, data.len() - 1 - last);
    }

    fn noise(len: u32, kinds: u32) -> Vec<u8> {
        let byte = |i: u32| (i.wrapping_mul(i ^ 0x9e37_79b9) >> 11) % kinds;
        (0..len).map(|i| byte(i) as u8).collect()
    }

    #[test]
    fn short_blocks() {
        for len in 1..40 {
            for kinds in 1..5 {
                assert_sorted(&noise(len, kinds));
            }
        }
        for word in ["a", "ab", "aab", "abcb", "aaaa\x01"] {
            for times in 1..50 {
                assert_sorted(word.repeat(times).as_bytes());
                assert_sorted((word.repeat(times) + "x").as_bytes());
            }
        }
    }

    #[test]
    fn blocks_that_differ_early_late_and_hardly() {
        for len in [2_000, 40_000] {
            for kinds in [2, 30, 256] {
                let early = noise(len, kinds);
                assert_sorted(&early);
                let late = [&early[..], &early[100..900], b"\x01", &early[50..800]].concat();
                assert_sorted(&late);
                assert_sorted(&[&early[..150].repeat(20)[..], b"\x01", &early].concat());
                assert_sorted(&early[..300].repeat(9));
            }
        }
    }
}
