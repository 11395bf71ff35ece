//! The data to encode, with what came before them, and the search for matches.

use std::hint::cold_path;

use corten_kernels::prefetch::prefetch;

use super::super::models::MATCH_MAX;
use super::super::options::MatchFinder;
use super::super::{grow, zeroed};
use super::Error;
use super::compare::{PADDING, common_len};
use super::hashes::{self, PerTable, places, replace};

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
        let hash_mask = hashes::mask(dict_size, hash_bytes);
        let hash_len = hashes::count(hash_bytes, hash_mask);
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
        match self.finder.hash_bytes() {
            2 => self.search::<2>(matches),
            3 => self.search::<3>(matches),
            _ => self.search::<4>(matches),
        }
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
        self.read_ahead += count;
        // The last bytes have no hash.
        let hash_bytes = self.finder.hash_bytes() as usize;
        let noted = count.min((self.available() + 1).saturating_sub(hash_bytes));
        match hash_bytes {
            2 => self.note::<2>(noted),
            3 => self.note::<3>(noted),
            _ => self.note::<4>(noted),
        }
        self.read_position += count - noted;
    }

    fn search<const HASH_BYTES: usize>(&mut self, matches: &mut Matches) {
        let limit = self.available().min(self.nice_len);
        if limit < self.nice_len && limit < HASH_BYTES {
            self.read_position += 1;
            return;
        }
        let heads = self.enter::<HASH_BYTES>();
        let mut best = match HASH_BYTES {
            2 => 1,
            3 => self.short_match_3(heads, limit, matches),
            _ => self.short_match_4(heads, limit, matches),
        };
        if best == limit && matches.count > 0 {
            self.link(heads.main, limit);
        } else {
            best = best.max(HASH_BYTES - 1);
            if self.finder.is_tree() {
                self.search_tree(heads.main, limit, best, matches);
            } else {
                self.search_chain(heads.main, limit, best, matches);
            }
        }
        self.advance(1);
    }

    /// Puts `count` positions into the tables.
    #[inline(always)]
    fn note<const HASH_BYTES: usize>(&mut self, count: usize) {
        if self.finder.is_tree() {
            self.note_in_trees::<HASH_BYTES>(count);
        } else {
            self.note_in_chains::<HASH_BYTES>(count);
        }
    }

    fn note_in_trees<const HASH_BYTES: usize>(&mut self, count: usize) {
        for _ in 0..count {
            let heads = self.enter::<HASH_BYTES>();
            self.link(heads.main, self.available().min(self.nice_len));
            self.advance(1);
        }
    }

    fn note_in_chains<const HASH_BYTES: usize>(&mut self, mut count: usize) {
        while count > 0 {
            // Not beyond where the ring or the numbers start again.
            let number = self.number();
            let most = (self.cyclic_size - self.cyclic_position).min(u32::MAX - number);
            let part = count.min(most as usize);
            let links = &mut self.links[self.cyclic_position as usize..][..part];
            let data = &self.bytes[self.read_position..][..part + HASH_BYTES];
            let mut here = places::<HASH_BYTES>(data, self.hash_mask);
            let followers = data[1..].windows(HASH_BYTES);
            for ((link, data), number) in links.iter_mut().zip(followers).zip(number..) {
                *link = replace::<HASH_BYTES>(&mut self.hash, here, number).main;
                here = places::<HASH_BYTES>(data, self.hash_mask);
                prefetch(&self.hash, here.main);
            }
            self.advance(part as u32);
            count -= part;
        }
    }

    /// The number that the tables have for the search's position.
    fn number(&self) -> u32 {
        self.read_position as u32 + self.offset
    }

    /// Puts the position into the hash tables; gives the positions that stood there.
    #[inline(always)]
    fn enter<const HASH_BYTES: usize>(&mut self) -> PerTable<u32> {
        let data = &self.bytes[self.read_position..][..HASH_BYTES + 1];
        let here = places::<HASH_BYTES>(data, self.hash_mask);
        // This would be waited for, most of the time of a search: the table is larger than the caches.
        let next = places::<HASH_BYTES>(&data[1..], self.hash_mask);
        prefetch(&self.hash, next.main);
        let number = self.number();
        replace::<HASH_BYTES>(&mut self.hash, here, number)
    }

    /// Whether there is a byte `delta` back in the dictionary, the same as here. If its hash is the
    /// same, too, so are the bytes that the hash covers.
    #[inline(always)]
    fn is_same_byte(&self, delta: u32) -> bool {
        let at = self.read_position;
        delta < self.cyclic_size && self.bytes[at - delta as usize] == self.bytes[at]
    }

    #[inline(always)]
    fn short_match_3(&self, heads: PerTable<u32>, limit: usize, matches: &mut Matches) -> usize {
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
    fn short_match_4(&self, heads: PerTable<u32>, limit: usize, matches: &mut Matches) -> usize {
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

    fn ring(&self) -> Ring {
        Ring {
            position: self.cyclic_position,
            size: self.cyclic_size,
        }
    }

    fn search_chain(&mut self, head: u32, limit: usize, mut best: usize, matches: &mut Matches) {
        let at = self.read_position;
        let number = self.number();
        let ring = self.ring();
        let bytes = &self.bytes[..];
        let links = &mut self.links[..];
        let mut candidate = head;
        links[ring.position as usize] = candidate;
        for _ in 0..self.depth {
            let delta = number.wrapping_sub(candidate);
            if delta >= ring.size {
                return;
            }
            candidate = links[ring.slot(delta)];
            let there = at - delta as usize;
            if bytes[there + best] != bytes[at + best] || bytes[there] != bytes[at] {
                continue;
            }
            let len = common_len(bytes, at, there, 1, limit);
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
        let ring = self.ring();
        let bytes = &self.bytes[..];
        let links = &mut self.links[..];
        // Where the next position after, and before, this one's data goes.
        let mut larger = ring.position as usize * 2 + 1;
        let mut smaller = ring.position as usize * 2;
        let (mut larger_len, mut smaller_len) = (0, 0);
        let mut candidate = head;
        for _ in 0..self.depth {
            let delta = number.wrapping_sub(candidate);
            if delta >= ring.size {
                break;
            }
            let pair = ring.slot(delta) * 2;
            let there = at - delta as usize;
            let mut len = larger_len.min(smaller_len);
            let (mut ours, mut theirs) = (bytes[at + len], bytes[there + len]);
            if ours == theirs {
                len = common_len(bytes, at, there, len + 1, limit);
                found(len, delta);
                if len == limit {
                    links[smaller] = links[pair];
                    links[larger] = links[pair + 1];
                    return;
                }
                (ours, theirs) = (bytes[at + len], bytes[there + len]);
            }
            if theirs < ours {
                links[smaller] = candidate;
                smaller = pair + 1;
                candidate = links[smaller];
                smaller_len = len;
            } else {
                links[larger] = candidate;
                larger = pair;
                candidate = links[larger];
                larger_len = len;
            }
        }
        links[larger] = 0;
        links[smaller] = 0;
    }

    #[inline(never)] // the registers are for the walk
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
    fn advance(&mut self, count: u32) {
        self.cyclic_position += count;
        if self.cyclic_position == self.cyclic_size {
            self.cyclic_position = 0;
        }
        self.read_position += count as usize;
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

/// Where in the ring of links the search is.
#[derive(Clone, Copy)]
struct Ring {
    position: u32,
    size: u32,
}

impl Ring {
    /// Where the links of the position `delta` back are, in units of positions.
    #[inline(always)]
    fn slot(self, delta: u32) -> usize {
        // A jump, not a selection: the next step of a search waits for this.
        if delta > self.position {
            cold_path();
            return (self.position + (self.size - delta)) as usize;
        }
        (self.position - delta) as usize
    }
}
