//! A growing array of code units.

use super::OutOfMemory;
use super::unit::Unit;

/// Units that are appended to. The room behind them is initialised, so that short texts can be
/// copied and escaped in whole words, without calls.
#[derive(Debug, Default)]
pub struct Units<O> {
    room: Vec<O>,
    len: usize,
}

/// Room of the first allocation.
const FIRST: usize = 256;
/// A short text takes no more than this many bytes; writing one takes this much room.
const SHORT: usize = 16;

impl<O: Unit> Units<O> {
    /// No units; nothing is allocated before the first write.
    #[must_use]
    pub const fn new() -> Self {
        Units {
            room: Vec::new(),
            len: 0,
        }
    }

    /// The units so far.
    #[inline]
    #[must_use]
    pub fn as_slice(&self) -> &[O] {
        &self.room[..self.len]
    }

    /// Room for `len` units, to be written from its beginning; [`Units::advance`] tells how many
    /// were. Amortised O(1) apart from the memory's own cost.
    #[inline]
    pub fn spare(&mut self, len: usize) -> Result<&mut [O], OutOfMemory> {
        if self.room.len() - self.len < len {
            self.grow(len)?;
        }
        Ok(&mut self.room[self.len..])
    }

    /// So many units were written to the spare room.
    #[inline]
    pub fn advance(&mut self, len: usize) {
        self.len += len;
        debug_assert!(self.len <= self.room.len());
    }

    /// Appends one ASCII character.
    #[inline]
    pub fn push(&mut self, byte: u8) -> Result<(), OutOfMemory> {
        self.spare(1)?[0] = O::from_code(byte.into());
        self.advance(1);
        Ok(())
    }

    /// Appends `text`, all of whose code points must fit.
    #[inline(always)]
    pub fn extend<C: Unit>(&mut self, text: &[C]) -> Result<(), OutOfMemory> {
        let room = self.spare(text.len().checked_add(SHORT).ok_or(OutOfMemory)?)?;
        match (C::as_bytes(text), O::as_bytes_mut(room)) {
            (Some(text), Some(room)) => copy(text, room),
            _ => {
                for (unit, code) in room.iter_mut().zip(text) {
                    *unit = O::from_code(code.code());
                }
            }
        }
        self.advance(text.len());
        Ok(())
    }

    #[cold]
    fn grow(&mut self, len: usize) -> Result<(), OutOfMemory> {
        let needed = self.len.checked_add(len).ok_or(OutOfMemory)?;
        let size = needed.max(self.room.len().saturating_mul(3) / 2).max(FIRST);
        self.room.try_reserve_exact(size - self.room.len())?;
        self.room.resize(size, O::from_code(0));
        Ok(())
    }
}

/// Copies `text` to the beginning of `room`, which must be longer by [`SHORT`].
#[inline(always)]
fn copy(text: &[u8], room: &mut [u8]) {
    let len = text.len();
    if len < 8 {
        room[..8].copy_from_slice(&short_word(text).to_le_bytes());
    } else if let (Some(first), Some(last)) = (text.first_chunk::<8>(), text.last_chunk::<8>())
        && len <= SHORT
    {
        // The two words overlap.
        room[..8].copy_from_slice(first);
        room[len - 8..len].copy_from_slice(last);
    } else {
        room[..len].copy_from_slice(text);
    }
}

/// A text of at most 7 bytes as a little-endian word, with zeros behind it.
#[inline]
pub fn short_word(text: &[u8]) -> u64 {
    let len = text.len();
    // The halves overlap where they must.
    if let (Some(first), Some(last)) = (text.first_chunk::<4>(), text.last_chunk::<4>()) {
        let last = u64::from(u32::from_le_bytes(*last)) << (8 * (len - 4));
        u64::from(u32::from_le_bytes(*first)) | last
    } else if let (Some(first), Some(last)) = (text.first_chunk::<2>(), text.last_chunk::<2>()) {
        let last = u64::from(u16::from_le_bytes(*last)) << (8 * (len - 2));
        u64::from(u16::from_le_bytes(*first)) | last
    } else {
        text.first().copied().map_or(0, u64::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_all_lengths() {
        let text: Vec<u8> = (0..100).collect();
        let mut units = Units::<u8>::new();
        let mut wide = Units::<u16>::new();
        let mut expected = Vec::new();
        for len in (0..100).chain([3, 1, 0, 50]) {
            units.extend(&text[..len]).unwrap();
            wide.extend(&text[..len]).unwrap();
            units.push(b'x').unwrap();
            wide.push(b'x').unwrap();
            expected.extend_from_slice(&text[..len]);
            expected.push(b'x');
        }
        assert_eq!(units.as_slice(), expected);
        assert!(
            wide.as_slice()
                .iter()
                .copied()
                .eq(expected.iter().map(|&byte| byte.into()))
        );
    }

    #[test]
    fn short_words() {
        let text = b"1234567";
        for len in 0..=7 {
            let mut expected = [0; 8];
            expected[..len].copy_from_slice(&text[..len]);
            assert_eq!(short_word(&text[..len]).to_le_bytes(), expected);
        }
    }
}
