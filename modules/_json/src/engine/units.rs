//! A growing array of code units.

use super::OutOfMemory;
use super::unit::Unit;

/// Memory for units, all of it initialised.
pub trait Room: Sized {
    /// What it holds.
    type Unit: Unit;
    /// What memory is made from.
    type Context: Copy;
    /// No memory as yet.
    fn new(context: Self::Context) -> Self;
    /// What this memory was made from.
    fn context(&self) -> Self::Context;
    /// The memory.
    fn units(&self) -> &[Self::Unit];
    /// The memory, to be written.
    fn units_mut(&mut self) -> &mut [Self::Unit];
    /// Enlarges the memory to `len` units; it stays as it was if that fails.
    fn grow(&mut self, len: usize) -> Result<(), OutOfMemory>;
}

impl<O: Unit> Room for Vec<O> {
    type Unit = O;
    type Context = ();

    fn new((): ()) -> Self {
        Vec::new()
    }

    fn context(&self) {}

    #[inline]
    fn units(&self) -> &[O] {
        self
    }

    #[inline]
    fn units_mut(&mut self) -> &mut [O] {
        self
    }

    fn grow(&mut self, len: usize) -> Result<(), OutOfMemory> {
        self.try_reserve_exact(len - self.len())?;
        self.resize(len, O::from_code(0));
        Ok(())
    }
}

/// Units that are appended to. The room behind them is initialised, so that short texts can be
/// copied and escaped in whole words, without calls.
#[derive(Debug)]
pub struct Units<R> {
    room: R,
    len: usize,
}

/// Room of the first allocation.
const FIRST: usize = 256;
/// Room that grows by a part of itself only.
const LARGE: usize = 1 << 19;
/// A short text takes no more than this many bytes; writing one takes this much room.
const SHORT: usize = 16;

/// An ASCII text of at most 8 characters, which is written by a single store.
#[derive(Clone, Copy, Debug)]
pub struct Short {
    word: u64,
    len: usize,
}

impl Short {
    /// The most characters there can be.
    pub const MAX: usize = size_of::<u64>();

    /// `text`, if it is short enough and ASCII.
    #[must_use]
    pub const fn new(text: &[u8]) -> Option<Self> {
        if text.len() > Self::MAX || !text.is_ascii() {
            return None;
        }
        let mut word = 0;
        let mut at = 0;
        while at < text.len() {
            word |= (text[at] as u64) << (8 * at);
            at += 1;
        }
        Some(Short {
            word,
            len: text.len(),
        })
    }
}

impl<R: Room> Units<R> {
    /// No units; nothing is allocated before the first write.
    pub fn new(context: R::Context) -> Self {
        Units {
            room: R::new(context),
            len: 0,
        }
    }

    /// What the memory was made from.
    pub fn context(&self) -> R::Context {
        self.room.context()
    }

    /// The units so far.
    #[inline]
    #[must_use]
    pub fn as_slice(&self) -> &[R::Unit] {
        &self.room.units()[..self.len]
    }

    /// The memory, and how many units of it were written.
    #[must_use]
    pub fn into_room(self) -> (R, usize) {
        (self.room, self.len)
    }

    /// Room for `len` units, to be written from its beginning; [`Units::advance`] tells how many
    /// were. Amortised O(1) apart from the memory's own cost.
    #[inline]
    pub fn spare(&mut self, len: usize) -> Result<&mut [R::Unit], OutOfMemory> {
        if self.room.units().len() - self.len < len {
            self.grow(len)?;
        }
        Ok(&mut self.room.units_mut()[self.len..])
    }

    /// So many units were written to the spare room.
    #[inline]
    pub fn advance(&mut self, len: usize) {
        self.len += len;
        debug_assert!(self.len <= self.room.units().len());
    }

    /// Appends one ASCII character.
    #[inline]
    pub fn push(&mut self, byte: u8) -> Result<(), OutOfMemory> {
        self.spare(1)?[0] = R::Unit::from_code(byte.into());
        self.advance(1);
        Ok(())
    }

    /// Appends a short text.
    #[inline(always)]
    pub fn push_short(&mut self, text: Short) -> Result<(), OutOfMemory> {
        let room = self.spare(Short::MAX)?;
        let bytes = text.word.to_le_bytes();
        match R::Unit::as_bytes_mut(room).and_then(|room| room.first_chunk_mut()) {
            Some(room) => *room = bytes,
            None => {
                for (unit, byte) in room.iter_mut().zip(bytes) {
                    *unit = R::Unit::from_code(byte.into());
                }
            }
        }
        self.advance(text.len);
        Ok(())
    }

    /// Appends `text`, all of whose code points must fit.
    #[inline(always)]
    pub fn extend<C: Unit>(&mut self, text: &[C]) -> Result<(), OutOfMemory> {
        let room = self.spare(text.len().checked_add(SHORT).ok_or(OutOfMemory)?)?;
        match (C::as_bytes(text), R::Unit::as_bytes_mut(room)) {
            (Some(text), Some(room)) => copy(text, room),
            _ => {
                for (unit, code) in room.iter_mut().zip(text) {
                    *unit = R::Unit::from_code(code.code());
                }
            }
        }
        self.advance(text.len());
        Ok(())
    }

    #[cold]
    fn grow(&mut self, len: usize) -> Result<(), OutOfMemory> {
        let needed = self.len.checked_add(len).ok_or(OutOfMemory)?;
        let room = self.room.units().len();
        // What large texts do not use in the end is taken from the system all the same.
        let more = if room < LARGE { room } else { room / 16 };
        self.room
            .grow(needed.max(room.saturating_add(more)).max(FIRST))
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
        let mut units = Units::<Vec<u8>>::new(());
        let mut wide = Units::<Vec<u16>>::new(());
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
    fn short_texts() {
        assert!(Short::new(b"123456789").is_none());
        assert!(Short::new("\u{e9}".as_bytes()).is_none());
        let mut units = Units::<Vec<u8>>::new(());
        let mut wide = Units::<Vec<u32>>::new(());
        for text in ["", "a", "null", "12345678", ", "] {
            units
                .push_short(Short::new(text.as_bytes()).unwrap())
                .unwrap();
            wide.push_short(Short::new(text.as_bytes()).unwrap())
                .unwrap();
        }
        assert_eq!(units.as_slice(), b"anull12345678, ");
        assert!(
            wide.as_slice()
                .iter()
                .copied()
                .eq(units.as_slice().iter().map(|&b| b.into()))
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
