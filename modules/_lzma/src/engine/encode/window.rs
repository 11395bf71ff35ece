//! The data to encode, with what came before them, and the search for matches.

use corten_kernels::prefetch::prefetch;

use super::super::models::MATCH_MAX;
use super::super::options::MatchFinder;
use super::super::{grow, zeroed};
use super::Error;

/// A repetition of earlier data.
#[derive(Clone, Copy, Default)]
pub(super) struct Match {
    pub(super) len: u32,
    /// How far back, less one.
    pub(super) distance: u32,
}

/// The matches at a position, the longest last.
pub(super) struct Matches {
    list: [Match; MATCH_MAX as usize + 1],
    count: usize,
    /// How long the longest really is: the list does not tell lengths beyond the nice one.
    pub(super) longest: u32,
}

impl Matches {
    pub(super) fn new() -> Self {
        Self {
            list: [Match::default(); MATCH_MAX as usize + 1],
            count: 0,
            longest: 0,
        }
    }

    pub(super) fn as_slice(&self) -> &[Match] {
        &self.list[..self.count]
    }

    /// Shortens the matches to `len`, which the longest has.
    pub(super) fn shorten(&mut self, len: u32) {
        if self.longest <= len {
            return;
        }
        self.longest = len;
        let fitting = self.as_slice().iter().take_while(|found| found.len < len);
        let last = fitting.count();
        self.list[last].len = len;
        self.count = last + 1;
    }

    #[inline(always)]
    fn push(&mut self, len: usize, delta: u32) {
        self.list[self.count] = Match {
            len: len as u32,
            distance: delta - 1,
        };
        self.count += 1;
    }
}

/// What a window must hold, besides the dictionary.
pub(super) struct WindowOptions {
    pub(super) dict_size: u32,
    /// Older data that the encoder may want.
    pub(super) before: u32,
    /// How far the encoder looks ahead.
    pub(super) after: u32,
    pub(super) nice_len: u32,
    pub(super) finder: MatchFinder,
    pub(super) depth: u32,
}

pub(super) struct Window {
    bytes: Vec<u8>,
    /// How large the window may become.
    size: usize,
    keep_before: usize,
    keep_after: usize,
    /// The next byte that the search looks at.
    pub(super) read_position: usize,
    /// How many bytes the search is ahead of the encoder.
    pub(super) read_ahead: usize,
    /// Where the encoder must stop to see enough of what follows.
    read_limit: usize,
    write_position: usize,
    /// Whether no data follow.
    pub(super) is_complete: bool,
    finder: MatchFinder,
    pub(super) nice_len: usize,
    depth: u32,
    /// What makes a position in the window one of the tables.
    offset: u32,
    cyclic_position: u32,
    cyclic_size: u32,
    hash_mask: u32,
    /// The newest position for each hash: of two bytes, of three, and the main one.
    hash: Box<[u32]>,
    /// For each position the one before with the same hash, or its children in a tree. Grows with the
    /// data.
    links: Vec<u32>,
    links_size: usize,
}

const HASH_2_SIZE: usize = 1 << 10;
const HASH_3_SIZE: usize = 1 << 16;

/// Bytes are compared in words, which may reach over the end of the data.
const PADDING: usize = 8;

impl Window {
    pub(super) fn new(options: &WindowOptions) -> Result<Self, Error> {
        let WindowOptions {
            dict_size,
            before,
            after,
            finder,
            ..
        } = *options;
        let keep_before = before + dict_size;
        let keep_after = after + MATCH_MAX;
        let reserve = dict_size / 2 + (before + MATCH_MAX + after) / 2 + (1 << 19);
        let hash_bytes = finder.hash_bytes();
        let nice_len = options.nice_len.max(hash_bytes);
        let hash_mask = hash_mask(dict_size, hash_bytes);
        let hash_len = main_hash(hash_bytes) + hash_mask as usize + 1;
        let cyclic_size = dict_size + 1;
        let depth = match (options.depth, finder.is_tree()) {
            (0, true) => 16 + nice_len / 2,
            (0, false) => 4 + nice_len / 4,
            (depth, _) => depth,
        };
        Ok(Self {
            bytes: Vec::new(),
            size: (keep_before + reserve + keep_after) as usize,
            keep_before: keep_before as usize,
            keep_after: keep_after as usize,
            read_position: 0,
            read_ahead: 0,
            read_limit: 0,
            write_position: 0,
            is_complete: false,
            finder,
            nice_len: nice_len as usize,
            depth,
            offset: cyclic_size,
            cyclic_position: 0,
            cyclic_size,
            hash_mask,
            hash: zeroed(hash_len)?,
            links: Vec::new(),
            links_size: cyclic_size as usize * if finder.is_tree() { 2 } else { 1 },
        })
    }

    /// Whether more data must come before the encoder can go on.
    pub(super) fn wants_data(&self) -> bool {
        !self.is_complete && self.is_exhausted()
    }

    /// Whether the search has come to its limit.
    pub(super) fn is_exhausted(&self) -> bool {
        self.read_position >= self.read_limit
    }

    /// How many bytes are not encoded.
    pub(super) fn unencoded(&self) -> usize {
        self.write_position - self.position()
    }

    /// The next byte to encode.
    pub(super) fn position(&self) -> usize {
        self.read_position - self.read_ahead
    }

    /// How many bytes follow the search's position.
    pub(super) fn available(&self) -> usize {
        self.write_position - self.read_position
    }

    /// All data that the window holds, by position, and some bytes more.
    #[inline(always)]
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Takes what there is room for from the front of `data`. Nothing follows what is `complete`.
    pub(super) fn fill(&mut self, data: &mut &[u8], complete: bool) -> Result<(), Error> {
        if self.read_position >= self.size - self.keep_after {
            self.slide();
        }
        let count = data.len().min(self.size - self.write_position);
        self.reserve(count)?;
        let (taken, rest) = data.split_at(count);
        let end = self.write_position + count;
        self.bytes[self.write_position..end].copy_from_slice(taken);
        self.bytes[end..end + PADDING].fill(0);
        self.write_position = end;
        *data = rest;
        if complete && rest.is_empty() {
            self.is_complete = true;
            self.read_limit = end;
        } else if end > self.keep_after {
            self.read_limit = end - self.keep_after;
        }
        Ok(())
    }

    /// Makes room for `count` more bytes and their links.
    fn reserve(&mut self, count: usize) -> Result<(), Error> {
        let end = self.write_position + count;
        grow(&mut self.bytes, end + PADDING, self.size + PADDING)?;
        // Before the window slides, positions are those in the data.
        let positions = end + (self.offset - self.cyclic_size) as usize + 1;
        let links = positions.saturating_mul(2).min(self.links_size);
        grow(&mut self.links, links, self.links_size)
    }

    /// Drops the oldest data. The lowest bits of positions stay as they are.
    fn slide(&mut self) {
        let offset = (self.read_position - self.keep_before) & !15;
        self.bytes.copy_within(offset..self.write_position, 0);
        self.offset += offset as u32;
        self.read_position -= offset;
        self.read_limit -= offset;
        self.write_position -= offset;
    }

    /// Finds the matches at the search's position, and goes on by a byte.
    pub(super) fn find(&mut self, matches: &mut Matches) {
        matches.count = 0;
        self.search(matches);
        matches.longest = match matches.as_slice().last() {
            Some(&last) if last.len as usize == self.nice_len => {
                // Nice lengths are where the search ends, not the match.
                let here = self.read_position - 1;
                let there = here - last.distance as usize - 1;
                let limit = (self.available() + 1).min(MATCH_MAX as usize);
                common_len(&self.bytes, here, there, last.len as usize, limit) as u32
            }
            Some(last) => last.len,
            None => 0,
        };
        self.read_ahead += 1;
    }

    /// Goes on by `count` bytes, which are only noted.
    pub(super) fn skip(&mut self, count: usize) {
        for _ in 0..count {
            self.note();
        }
        self.read_ahead += count;
    }

    fn search(&mut self, matches: &mut Matches) {
        let hash_bytes = self.finder.hash_bytes() as usize;
        let limit = self.available().min(self.nice_len);
        if limit < self.nice_len && limit < hash_bytes {
            self.read_position += 1;
            return;
        }
        let heads = self.enter(hash_bytes);
        let mut best = match hash_bytes {
            2 => 1,
            3 => self.short_match_3(heads, limit, matches),
            _ => self.short_match_4(heads, limit, matches),
        };
        if best == limit && matches.count > 0 {
            self.link(heads.main, limit);
        } else {
            best = best.max(hash_bytes - 1);
            if self.finder.is_tree() {
                self.search_tree(heads.main, limit, best, matches);
            } else {
                self.search_chain(heads.main, limit, best, matches);
            }
        }
        self.advance();
    }

    fn note(&mut self) {
        let hash_bytes = self.finder.hash_bytes() as usize;
        let available = self.available();
        // Chains are linked for bytes near the end, too.
        let is_short = if self.finder.is_tree() {
            available < self.nice_len && available < hash_bytes
        } else {
            available < hash_bytes
        };
        if is_short {
            self.read_position += 1;
            return;
        }
        let heads = self.enter(hash_bytes);
        self.link(heads.main, available.min(self.nice_len));
        self.advance();
    }

    /// The number that the tables have for the search's position.
    fn number(&self) -> u32 {
        self.read_position as u32 + self.offset
    }

    /// Puts the position into the hash tables; gives the positions that stood there.
    #[inline(always)]
    fn enter(&mut self, hash_bytes: usize) -> Heads {
        let at = self.read_position;
        let number = self.number();
        let next = |index: usize| u32::from(self.bytes[at + index]);
        if hash_bytes == 2 {
            let main = (next(0) | next(1) << 8) as usize;
            let main = std::mem::replace(&mut self.hash[main], number);
            return Heads {
                two: 0,
                three: 0,
                main,
            };
        }
        let [two, three, main] = self.hashes(hash_bytes, at);
        let heads = Heads {
            two: std::mem::replace(&mut self.hash[two], number),
            three: match hash_bytes {
                3 => 0,
                _ => std::mem::replace(&mut self.hash[three], number),
            },
            main: std::mem::replace(&mut self.hash[main], number),
        };
        // This would be waited for, most of the time of a search: the table is larger than the caches.
        let [_, _, next_main] = self.hashes(hash_bytes, at + 1);
        prefetch(&self.hash, next_main);
        heads
    }

    /// Where the hash tables have what begins with the bytes at `at`, for hashes of three or four bytes.
    #[inline(always)]
    fn hashes(&self, hash_bytes: usize, at: usize) -> [usize; 3] {
        let next = |index: usize| u32::from(self.bytes[at + index]);
        let two = hash_byte(self.bytes[at]) ^ next(1);
        let three = two ^ next(2) << 8;
        let hash_2 = two as usize % HASH_2_SIZE;
        let hash_3 = HASH_2_SIZE + three as usize % HASH_3_SIZE;
        let main = match hash_bytes {
            3 => HASH_2_SIZE + (three & self.hash_mask) as usize,
            _ => {
                let four = three ^ hash_byte(self.bytes[at + 3]) << 5;
                HASH_2_SIZE + HASH_3_SIZE + (four & self.hash_mask) as usize
            }
        };
        [hash_2, hash_3, main]
    }

    /// Whether there is a byte `delta` back in the dictionary, the same as here. If its hash is the
    /// same, too, so are the bytes that the hash covers.
    #[inline(always)]
    fn is_same_byte(&self, delta: u32) -> bool {
        let at = self.read_position;
        delta < self.cyclic_size && self.bytes[at - delta as usize] == self.bytes[at]
    }

    #[inline(always)]
    fn short_match_3(&self, heads: Heads, limit: usize, matches: &mut Matches) -> usize {
        let delta = self.number().wrapping_sub(heads.two);
        if !self.is_same_byte(delta) {
            return 2;
        }
        let at = self.read_position;
        let len = common_len(&self.bytes, at, at - delta as usize, 2, limit);
        matches.push(len, delta);
        len
    }

    #[inline(always)]
    fn short_match_4(&self, heads: Heads, limit: usize, matches: &mut Matches) -> usize {
        let number = self.number();
        let at = self.read_position;
        let mut best = 1;
        let mut delta = number.wrapping_sub(heads.two);
        if self.is_same_byte(delta) {
            best = 2;
            matches.push(2, delta);
        }
        let delta_3 = number.wrapping_sub(heads.three);
        if delta != delta_3 && self.is_same_byte(delta_3) {
            best = 3;
            matches.push(3, delta_3);
            delta = delta_3;
        }
        if matches.count > 0 {
            best = common_len(&self.bytes, at, at - delta as usize, best, limit);
            matches.list[matches.count - 1].len = best as u32;
        }
        best
    }

    /// Where the links of the position `delta` back are, in units of positions.
    #[inline(always)]
    fn slot(&self, delta: u32) -> usize {
        let around = if delta > self.cyclic_position {
            self.cyclic_size
        } else {
            0
        };
        self.cyclic_position
            .wrapping_sub(delta)
            .wrapping_add(around) as usize
    }

    fn search_chain(&mut self, head: u32, limit: usize, mut best: usize, matches: &mut Matches) {
        let at = self.read_position;
        let number = self.number();
        let mut candidate = head;
        self.links[self.cyclic_position as usize] = candidate;
        for _ in 0..self.depth {
            let delta = number.wrapping_sub(candidate);
            if delta >= self.cyclic_size {
                return;
            }
            candidate = self.links[self.slot(delta)];
            let there = at - delta as usize;
            if self.bytes[there + best] != self.bytes[at + best]
                || self.bytes[there] != self.bytes[at]
            {
                continue;
            }
            let len = common_len(&self.bytes, at, there, 1, limit);
            if len > best {
                best = len;
                matches.push(len, delta);
                if len == limit {
                    return;
                }
            }
        }
    }

    /// Puts the position at the root of its tree, and notes matches on the way.
    #[inline(always)]
    fn walk_tree(&mut self, head: u32, limit: usize, mut found: impl FnMut(usize, u32)) {
        let at = self.read_position;
        let number = self.number();
        let bytes = &self.bytes[..];
        // Where the next position after, and before, this one's data goes.
        let mut larger = self.cyclic_position as usize * 2 + 1;
        let mut smaller = self.cyclic_position as usize * 2;
        let (mut larger_len, mut smaller_len) = (0, 0);
        let mut candidate = head;
        for _ in 0..self.depth {
            let delta = number.wrapping_sub(candidate);
            if delta >= self.cyclic_size {
                break;
            }
            let pair = self.slot(delta) * 2;
            let there = at - delta as usize;
            let mut len = larger_len.min(smaller_len);
            let (mut ours, mut theirs) = (bytes[at + len], bytes[there + len]);
            if ours == theirs {
                len = common_len(bytes, at, there, len + 1, limit);
                found(len, delta);
                if len == limit {
                    self.links[smaller] = self.links[pair];
                    self.links[larger] = self.links[pair + 1];
                    return;
                }
                (ours, theirs) = (bytes[at + len], bytes[there + len]);
            }
            if theirs < ours {
                self.links[smaller] = candidate;
                smaller = pair + 1;
                candidate = self.links[smaller];
                smaller_len = len;
            } else {
                self.links[larger] = candidate;
                larger = pair;
                candidate = self.links[larger];
                larger_len = len;
            }
        }
        self.links[larger] = 0;
        self.links[smaller] = 0;
    }

    fn search_tree(&mut self, head: u32, limit: usize, mut best: usize, matches: &mut Matches) {
        self.walk_tree(head, limit, |len, delta| {
            if len > best {
                best = len;
                matches.push(len, delta);
            }
        });
    }

    /// Links the position without looking for matches.
    fn link(&mut self, head: u32, limit: usize) {
        if self.finder.is_tree() {
            self.walk_tree(head, limit, |_, _| {});
        } else {
            self.links[self.cyclic_position as usize] = head;
        }
    }

    #[inline(always)]
    fn advance(&mut self) {
        self.cyclic_position += 1;
        if self.cyclic_position == self.cyclic_size {
            self.cyclic_position = 0;
        }
        self.read_position += 1;
        if self.number() == u32::MAX {
            self.renumber();
        }
    }

    /// Makes the numbers small again.
    #[cold]
    fn renumber(&mut self) {
        let less = u32::MAX - self.cyclic_size;
        for number in self.hash.iter_mut().chain(&mut self.links) {
            *number = number.saturating_sub(less);
        }
        self.offset = self.offset.wrapping_sub(less);
    }
}

/// The newest positions with the same hashes.
#[derive(Clone, Copy)]
struct Heads {
    two: u32,
    three: u32,
    main: u32,
}

/// Where the main table begins.
fn main_hash(hash_bytes: u32) -> usize {
    match hash_bytes {
        2 => 0,
        3 => HASH_2_SIZE,
        _ => HASH_2_SIZE + HASH_3_SIZE,
    }
}

fn hash_mask(dict_size: u32, hash_bytes: u32) -> u32 {
    if hash_bytes == 2 {
        return 0xffff;
    }
    let mut mask = dict_size - 1;
    for shift in [1, 2, 4, 8] {
        mask |= mask >> shift;
    }
    mask = mask >> 1 | 0xffff;
    match mask {
        0..=0x0100_0000 => mask,
        _ if hash_bytes == 3 => 0x00ff_ffff,
        _ => mask >> 1,
    }
}

/// The CRC-32 of a byte, without the usual inversions.
#[inline(always)]
fn hash_byte(byte: u8) -> u32 {
    static TABLE: [u32; 256] = {
        let mut table = [0; 256];
        let mut index = 0;
        while index < 256 {
            let mut value = index as u32;
            let mut round = 0;
            while round < 8 {
                value = value >> 1 ^ (0xedb8_8320 & 0_u32.wrapping_sub(value & 1));
                round += 1;
            }
            table[index] = value;
            index += 1;
        }
        table
    };
    TABLE[usize::from(byte)]
}

/// How many bytes from `here` and `there` on are the same: at least `known`, at most `limit`.
#[inline(always)]
pub(super) fn common_len(
    bytes: &[u8],
    here: usize,
    there: usize,
    known: usize,
    limit: usize,
) -> usize {
    let word = |at: usize| {
        bytes[at..]
            .first_chunk()
            .map_or(0, |chunk| u64::from_le_bytes(*chunk))
    };
    let mut len = known;
    while len < limit {
        let difference = word(here + len) ^ word(there + len);
        if difference != 0 {
            return (len + difference.trailing_zeros() as usize / 8).min(limit);
        }
        len += PADDING;
    }
    limit
}
