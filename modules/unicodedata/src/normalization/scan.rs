//! The quick look that finds what may have to change.

mod composed;
mod decomposed;

use std::ops::Range;

use super::{Normalizer, Unit};
use crate::tables::FLAGS;

/// So many units are looked at at once, after as many that stay as they are.
const CHUNK: usize = 16;

impl Normalizer {
    /// The next segment of `text` from `from` on, where one begins, that may not be in the form: as far as one
    /// has looked. It goes on to its [`end`](Self::end).
    #[inline]
    pub(super) fn next_segment<U: Unit>(self, text: &[U], from: usize) -> Option<Range<usize>> {
        match self.form.composes() {
            true => self.next_to_compose(text, from),
            false => self.next_to_decompose(text, from),
        }
    }

    /// Where the segment ends that goes to `from` at least: at the first place that is certain.
    #[inline]
    pub(super) fn end<U: Unit>(self, text: &[U], from: usize) -> usize {
        let rest = text[from..].iter();
        from + rest.take_while(|unit| !self.starts(unit.code())).count()
    }

    /// As [`end`](Self::end), but where a look at what follows is worth while: before two code points that
    /// stay as they are. What is between are several segments, which does no harm.
    #[inline]
    pub(super) fn end_of_many<U: Unit>(self, text: &[U], from: usize) -> usize {
        let mut run = 0;
        for (at, unit) in (from..).zip(&text[from..]) {
            run = match FLAGS.get(unit.code()) & 0x11 << self.form as u32 {
                0 => run + 1,
                _ => 0,
            };
            if run == 2 {
                return at - 1;
            }
        }
        text.len()
    }

    /// Whether `code` is a starter that stays as it is.
    #[inline(always)]
    fn is_plain(self, code: u32) -> bool {
        FLAGS.get(code) & 1 << self.form as u32 == 0
    }

    /// Whether all units of a chunk are plain. One branch for all.
    #[inline]
    fn are_plain<U: Unit>(self, chunk: &[U; CHUNK]) -> bool {
        let units = chunk.iter();
        let all = units.fold(0, |all, unit| all | FLAGS.get(unit.code()));
        all & 1 << self.form as u32 == 0
    }

    /// Whether `code` has nothing to do with what is before it.
    #[inline]
    fn starts(self, code: u32) -> bool {
        FLAGS.get(code) & 0x10 << self.form as u32 == 0
    }
}

/// How many of `text`'s units, a multiple of [`CHUNK`], are in chunks at its start that `is_fine` says yes to.
#[inline]
fn fine_chunks<U>(text: &[U], is_fine: impl FnMut(&&[U; CHUNK]) -> bool) -> usize {
    let chunks = text.as_chunks::<CHUNK>().0.iter();
    chunks.take_while(is_fine).count() * CHUNK
}

/// Whether all units of a chunk are below `limit`. One branch for all.
#[inline]
fn is_below<U: Unit>(chunk: &[U; CHUNK], limit: u32) -> bool {
    let units = chunk.iter();
    units.fold(true, |all, unit| all & (unit.code() < limit))
}
