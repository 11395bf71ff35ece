//! The data decoded last, which matches refer to.

use super::super::{Error, grow};

/// A ring of bytes. Its memory grows with the data, up to the size of the dictionary.
pub(super) struct Dictionary {
    bytes: Vec<u8>,
    /// Where the next byte goes.
    pub(super) position: usize,
    /// How far back a match may reach.
    size: usize,
    /// How many bytes there are to refer to.
    full: usize,
    /// Where the ring ends.
    ring: usize,
}

/// Copies are made in chunks of so many bytes, so they can write beyond their end.
const CHUNK: usize = 16;

/// Longer copies are worth a call.
const LONG: usize = 4 * CHUNK;

/// How much more the ring holds than matches may refer to: what is written beyond the end of a copy
/// destroys nothing.
const SLACK: usize = 2 * CHUNK;

/// How much is decoded before the caller gets it.
const MAX_SEGMENT: usize = 256 << 10;

const MIN_SIZE: usize = 4096;

impl Dictionary {
    pub(super) fn new(size: u32) -> Self {
        let size = (size as usize).max(MIN_SIZE).saturating_add(15) & !15;
        Self {
            bytes: Vec::new(),
            position: 0,
            size,
            full: 0,
            ring: size + SLACK,
        }
    }

    pub(super) fn reset(&mut self) {
        self.position = 0;
        self.full = 0;
    }

    /// Prepares for up to `room` more bytes; gives the position that they may reach.
    pub(super) fn open(&mut self, room: usize) -> Result<usize, Error> {
        if self.position == self.ring {
            self.position = 0;
        }
        // Little data shall not pay for much memory.
        let len = room
            .min(self.position.clamp(MIN_SIZE, MAX_SEGMENT))
            .min(self.ring - self.position);
        let end = self.position + len;
        grow(&mut self.bytes, end + CHUNK, self.ring + CHUNK)?;
        Ok(end)
    }

    /// What has been written since the position was `start`.
    pub(super) fn since(&self, start: usize) -> &[u8] {
        &self.bytes[start..self.position]
    }

    /// Whether a match may refer to the byte `distance + 1` back.
    #[inline(always)]
    pub(super) fn reaches(&self, distance: u32) -> bool {
        (distance as usize) < self.full
    }

    /// The byte `distance + 1` back; 0 before the first one.
    #[inline(always)]
    pub(super) fn back(&self, distance: u32) -> u8 {
        let mut at = self.position.wrapping_sub(distance as usize + 1);
        if at >= self.position {
            at = at.wrapping_add(self.ring);
        }
        match self.full {
            0 => 0,
            _ => self.bytes.get(at).copied().unwrap_or(0),
        }
    }

    /// Appends a byte. The position must be below the end that [`open`](Self::open) gave.
    #[inline(always)]
    pub(super) fn push(&mut self, byte: u8) {
        self.bytes[self.position] = byte;
        self.advance(1);
    }

    /// Appends input.
    pub(super) fn extend(&mut self, data: &[u8]) {
        self.bytes[self.position..self.position + data.len()].copy_from_slice(data);
        self.advance(data.len());
    }

    #[inline(always)]
    fn advance(&mut self, len: usize) {
        self.position += len;
        if self.full < self.size {
            self.full = (self.full + len).min(self.size);
        }
    }

    /// Appends `len` bytes from `distance + 1` back, which it must reach.
    #[inline(always)]
    pub(super) fn repeat(&mut self, distance: u32, len: usize) {
        let distance = distance as usize + 1;
        let to = self.position;
        if distance > to {
            self.repeat_around(distance, len);
        } else if len > LONG {
            self.repeat_long(distance, len);
        } else if distance >= CHUNK {
            let span = &mut self.bytes[to - distance..to + len.next_multiple_of(CHUNK)];
            for at in (0..len).step_by(CHUNK) {
                span.copy_within(at..at + CHUNK, at + distance);
            }
        } else {
            let span = &mut self.bytes[to - distance..to + len];
            for at in 0..len {
                span[at + distance] = span[at];
            }
        }
        self.advance(len);
    }

    /// What is copied is copied again, twice as much each time.
    #[inline(never)]
    fn repeat_long(&mut self, distance: usize, len: usize) {
        let span = &mut self.bytes[self.position - distance..self.position + len];
        if distance == 1 {
            return span.fill(span[0]);
        }
        let mut made = distance;
        while made < span.len() {
            let count = made.min(span.len() - made);
            span.copy_within(..count, made);
            made += count;
        }
    }

    /// From before the start of the ring.
    #[cold]
    fn repeat_around(&mut self, distance: usize, len: usize) {
        let mut from = self.position + self.ring - distance;
        for to in self.position..self.position + len {
            if from == self.ring {
                from = 0;
            }
            self.bytes[to] = self.bytes[from];
            from += 1;
        }
    }
}
