//! Filling uninitialised memory piece by piece.

use std::mem::MaybeUninit;

/// Uninitialised memory that is filled from its start: for the closures of
/// [`PyBytes::new_with`](super::PyBytes::new_with) and its kind, when what they write comes in
/// several pieces.
///
/// ```
/// # use std::mem::MaybeUninit;
/// # use corten_api::types::Filler;
/// let mut memory = [MaybeUninit::uninit(); 8];
/// let mut filler = Filler::new(&mut memory);
/// filler.write_with(|rest| rest[..2].write_copy_of_slice(b"ab"));
/// filler.push(b'\n');
/// assert_eq!(filler.finish(), b"ab\n");
/// ```
pub struct Filler<'m> {
    memory: &'m mut [MaybeUninit<u8>],
    /// So many bytes at the start are initialised.
    len: usize,
}

impl<'m> Filler<'m> {
    /// Memory of which nothing has been filled.
    #[inline]
    #[must_use]
    pub fn new(memory: &'m mut [MaybeUninit<u8>]) -> Self {
        Filler { memory, len: 0 }
    }

    /// Appends `byte`.
    ///
    /// # Panics
    ///
    /// When the memory is full.
    #[inline]
    pub fn push(&mut self, byte: u8) {
        self.memory[self.len].write(byte);
        self.len += 1;
    }

    /// Appends what `write` puts at the start of the memory that is left and returns.
    ///
    /// # Panics
    ///
    /// When `write` returns something else than a prefix of that memory.
    #[inline]
    pub fn write_with(&mut self, write: impl FnOnce(&mut [MaybeUninit<u8>]) -> &mut [u8]) {
        let rest = &mut self.memory[self.len..];
        let (start, room) = (rest.as_ptr().cast::<u8>(), rest.len());
        let written = write(rest);
        assert!(
            written.is_empty() || (written.as_ptr() == start && written.len() <= room),
            "the initialised part must be a prefix of the memory"
        );
        self.len += written.len();
    }

    /// What has been filled.
    #[inline]
    #[must_use]
    pub fn finish(self) -> &'m mut [u8] {
        let filled = &mut self.memory[..self.len];
        // SAFETY: `len` counts bytes from the start that are initialised: `push` writes one, and
        // `write_with` was shown them as a `&mut [u8]`, which safe code has for such bytes alone.
        unsafe { &mut *(std::ptr::from_mut(filled) as *mut [u8]) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_stand_one_after_the_other() {
        let mut memory = [MaybeUninit::uninit(); 6];
        let mut filler = Filler::new(&mut memory);
        filler.push(b'a');
        filler.write_with(|rest| rest[..2].write_copy_of_slice(b"bc"));
        filler.write_with(|_| &mut []);
        filler.write_with(|rest| rest.write_copy_of_slice(b"def"));
        assert_eq!(filler.finish(), b"abcdef");
    }

    #[test]
    #[should_panic(expected = "prefix")]
    fn foreign_memory_is_refused() {
        let mut memory = [MaybeUninit::uninit(); 4];
        Filler::new(&mut memory).write_with(|_| Box::leak(Box::new([0])));
    }

    #[test]
    #[should_panic(expected = "prefix")]
    fn another_part_is_refused() {
        let mut memory = [MaybeUninit::uninit(); 4];
        Filler::new(&mut memory).write_with(|rest| rest[1..2].write_copy_of_slice(b"x"));
    }

    #[test]
    #[should_panic(expected = "out of bounds")]
    fn full_memory_takes_no_more() {
        let mut filler = Filler::new(&mut []);
        filler.push(0);
    }
}
