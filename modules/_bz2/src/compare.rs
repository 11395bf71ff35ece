//! Sorting seeds by comparing what their rotations begin with: fast for all but repetitive data.
//!
//! First, some bytes of each rotation at once, one level after the other. What is equal then is
//! compared by the order that is known of rotations which begin further on, so that the compared
//! length doubles from round to round (Larsson and Sadakane 2007).

use crate::sais::NoMemory;

/// So much of a block's start must follow its end.
pub(crate) const OVERLAP: usize = size_of::<u64>();

/// Positions have so many bits.
pub(crate) const POSITION_BITS: u32 = 24;
pub(crate) const POSITION: u32 = (1 << POSITION_BITS) - 1;

/// Sorts seeds.
pub(crate) struct Comparison<'a> {
    /// A block and its overlap.
    text: &'a [u8],
    /// The length of the block.
    len: usize,
    /// How many seeds may still be looked at before this takes too long.
    effort: usize,
    /// Seeds that are equal as far as they were compared.
    equals: Vec<Equals>,
}

/// Places in the order of the seeds.
#[derive(Clone, Copy)]
struct Equals {
    start: u32,
    end: u32,
}

/// A position below something that it is sorted by. These are the two halves, the lower one first.
type Entry = [u32; 2];

#[inline(always)]
fn value(entry: &Entry) -> u64 {
    u64::from(entry[0]) | u64::from(entry[1]) << 32
}

/// So many bytes of a rotation are in an entry.
const KEY_LEN: usize = 5;

/// From this length on, rotations are compared by what is known of others.
const LONG: usize = 50;

/// Each seed may be looked at so often, on average, before that.
const EFFORT: usize = 6;

/// One of so many seeds may be equal to others then.
const FEW: usize = 4;

/// There are at most so many rounds.
const ROUNDS: usize = 24;

/// So many bytes before the end of what is equal, a seed is looked for.
const LOOK_BACK: usize = 64;

/// Why this is given up.
pub(crate) enum GivenUp {
    /// It takes too long.
    TooLong,
    /// There is no memory.
    NoMemory,
}

impl From<NoMemory> for GivenUp {
    fn from(_: NoMemory) -> Self {
        GivenUp::NoMemory
    }
}

impl<'a> Comparison<'a> {
    /// For the seeds of the block of this length at the front of `text`.
    pub(crate) fn new(text: &'a [u8], len: usize, seeds: usize) -> Self {
        Self {
            text,
            len,
            effort: EFFORT * seeds,
            equals: Vec::new(),
        }
    }

    /// Sorts seeds of which those in each bucket have the first bytes in common, so many; the ends of
    /// the buckets are given. `scratch` is as long as the block.
    pub(crate) fn sort(
        mut self,
        seeds: &mut [u32],
        ends: &[u32],
        common: usize,
        scratch: &mut [u32],
    ) -> Result<(), GivenUp> {
        let (entries, _) = scratch.as_chunks_mut();
        let entries = &mut entries[..seeds.len()];
        for (entry, &seed) in entries.iter_mut().zip(&*seeds) {
            *entry = [seed, 0];
        }
        let mut start = 0;
        for &end in ends {
            let bucket = &mut entries[start as usize..end as usize];
            if bucket.len() > 1 {
                self.sort_by_bytes(bucket, start, common)?;
            }
            start = end;
        }
        for (entry, seed) in entries.iter().zip(&mut *seeds) {
            *seed = entry[0] & POSITION;
        }
        self.sort_by_order(seeds, scratch)
    }

    /// Sorts entries, the first of them at `start`, that have so many bytes in common.
    fn sort_by_bytes(
        &mut self,
        entries: &mut [Entry],
        start: u32,
        common: usize,
    ) -> Result<(), GivenUp> {
        if common > LONG {
            return self.leave(start, entries.len());
        }
        self.spend(entries.len())?;
        for entry in &mut *entries {
            *entry = self.entry(entry[0] & POSITION, common);
        }
        entries.sort_unstable_by_key(value);
        let mut at = start;
        let has_same_key = |one: &Entry, other: &Entry| {
            value(one) >> POSITION_BITS == value(other) >> POSITION_BITS
        };
        for equal in entries.chunk_by_mut(has_same_key) {
            if equal.len() > 1 {
                self.sort_by_bytes(equal, at, common + KEY_LEN)?;
            }
            at += equal.len() as u32;
        }
        Ok(())
    }

    fn spend(&mut self, effort: usize) -> Result<(), GivenUp> {
        self.effort = self.effort.checked_sub(effort).ok_or(GivenUp::TooLong)?;
        Ok(())
    }

    /// Leaves seeds that are equal so far to [`sort_by_order`](Self::sort_by_order).
    fn leave(&mut self, start: u32, len: usize) -> Result<(), GivenUp> {
        self.equals.try_reserve(1).map_err(|_| GivenUp::NoMemory)?;
        let end = start + len as u32;
        self.equals.push(Equals { start, end });
        Ok(())
    }

    /// What the rotation at `seed` has from `offset` on.
    #[inline(always)]
    fn entry(&self, seed: u32, offset: usize) -> Entry {
        let at = self.position(seed, offset);
        let bytes = self.text[at..at + OVERLAP].first_chunk();
        let bytes = bytes.map_or(0, |bytes| u64::from_be_bytes(*bytes));
        [(bytes as u32 & !POSITION) | seed, (bytes >> 32) as u32]
    }

    /// The position `offset` places after a seed.
    #[inline(always)]
    fn position(&self, seed: u32, offset: usize) -> usize {
        let position = seed as usize + offset;
        match position < self.len {
            true => position,
            false => position % self.len,
        }
    }

    /// Sorts what is equal so far.
    fn sort_by_order(&mut self, seeds: &mut [u32], scratch: &mut [u32]) -> Result<(), GivenUp> {
        let mut equals = std::mem::take(&mut self.equals);
        let left: u32 = equals.iter().map(|equal| equal.end - equal.start).sum();
        if left as usize > seeds.len() / FEW {
            return Err(GivenUp::TooLong);
        }
        if equals.is_empty() {
            return Ok(());
        }
        // Seeds are two places apart.
        let (order, scratch) = scratch.split_at_mut(self.len.div_ceil(2));
        for (&seed, place) in seeds.iter().zip(0..) {
            order[seed as usize / 2] = place;
        }
        for equal in &equals {
            for &seed in &seeds[equal.start as usize..equal.end as usize] {
                order[seed as usize / 2] = equal.start;
            }
        }
        let mut common = LONG;
        for _ in 0..ROUNDS {
            let mut least = usize::MAX;
            for Equals { start, end } in std::mem::take(&mut equals) {
                let range = start as usize..end as usize;
                let offset = self.seed_within(seeds[range.start], common)?;
                least = least.min(offset);
                self.sort_by_later_order(&mut seeds[range], start, offset, order, scratch)?;
            }
            equals = std::mem::take(&mut self.equals);
            if equals.is_empty() {
                return Ok(());
            }
            common += least;
            if common >= self.len {
                return Ok(()); // Whole rotations are equal.
            }
        }
        Err(GivenUp::TooLong)
    }

    /// Sorts seeds, the first of them at `start` in their order, by the order of the seeds `offset`
    /// places later.
    fn sort_by_later_order(
        &mut self,
        seeds: &mut [u32],
        start: u32,
        offset: usize,
        order: &mut [u32],
        scratch: &mut [u32],
    ) -> Result<(), GivenUp> {
        let (entries, _) = scratch.as_chunks_mut();
        let entries = &mut entries[..seeds.len()];
        for (entry, &seed) in entries.iter_mut().zip(&*seeds) {
            *entry = [seed, order[self.position(seed, offset) / 2]];
        }
        entries.sort_unstable_by_key(value);
        let mut at = start;
        for equal in entries.chunk_by(|one, other| one[1] == other[1]) {
            for [seed, _] in equal {
                order[*seed as usize / 2] = at;
            }
            if equal.len() > 1 {
                self.leave(at, equal.len())?;
            }
            at += equal.len() as u32;
        }
        for (seed, entry) in seeds.iter_mut().zip(entries) {
            *seed = entry[0];
        }
        Ok(())
    }

    /// The distance from `seed` to another one that all rotations have which begin with the same
    /// bytes, so many.
    fn seed_within(&self, seed: u32, common: usize) -> Result<usize, GivenUp> {
        let byte = |offset| self.text[self.position(seed, offset)];
        let least = common.saturating_sub(LOOK_BACK) + 1;
        let mut at = common - 1;
        while at > least && byte(at - 1) >= byte(at) {
            at -= 1;
        }
        // It ascends to here.
        at -= 1;
        while at > least && byte(at - 1) <= byte(at) {
            at -= 1;
        }
        match at > least {
            true => Ok(at),
            false => Err(GivenUp::TooLong),
        }
    }
}
