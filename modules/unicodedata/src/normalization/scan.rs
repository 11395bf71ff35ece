//! The quick look that finds what may have to change.

use std::ops::Range;

use super::mapping::{HANGUL, Kind, compose, value};
use super::{Normalizer, Unit};
use crate::tables::FLAGS;

/// So many units are looked at at once, after as many that just stay as they are.
const CHUNK: usize = 16;

impl Normalizer {
    /// The next segment of `text` from `from` on, where one begins, that may not be in the form.
    #[inline]
    pub(super) fn next_segment<U: Unit>(self, text: &[U], from: usize) -> Option<Range<usize>> {
        // Where the last segment has begun, and the class of the last mark in it.
        let mut start = from;
        let mut last_class = 0_u8;
        let mut run = 0;
        let mut at = from;
        loop {
            let code = text.get(at)?.code();
            if let Some(class) = self.class_of_simple(code) {
                // Marks are anywhere, so there are no branches on them.
                if class.wrapping_sub(1) < last_class.saturating_sub(1) {
                    break;
                }
                start = if class == 0 { at } else { start };
                run = if class == 0 { run + 1 } else { 0 };
                last_class = class;
            } else {
                match Kind::of(self.version, code) {
                    Kind::Mark { combining, .. } => {
                        let is_blocked = match combining {
                            0 => at != start + 1,
                            _ => combining <= last_class,
                        };
                        if combining != 0 && combining < last_class
                            || !is_blocked && !self.is_apart(text[start], code)
                        {
                            break;
                        }
                        if combining == 0 {
                            start = at;
                        }
                        last_class = combining;
                    }
                    // Not mapped in this version, or not in this form.
                    Kind::Inert => (start, last_class) = (at, 0),
                    Kind::Mapped(mapping) if !mapping.is_changed(self.form) => {
                        (start, last_class) = (at, 0);
                    }
                    Kind::Hangul | Kind::Mapped(_) => {
                        if self.starts(code) {
                            start = at;
                        }
                        break;
                    }
                }
                run = 0;
            }
            at += 1;
            if run == CHUNK {
                run = 0;
                let plain = self.plain_chunks(&text[at..]);
                if plain != 0 {
                    at += plain;
                    start = at - 1;
                }
            }
        }
        Some(start..at + 1)
    }

    /// The combining class of a code point with which nothing else can happen.
    #[inline(always)]
    fn class_of_simple(self, code: u32) -> Option<u8> {
        if self.form.composes() {
            self.is_plain(code).then_some(0)
        } else {
            let value = value(code);
            (value < HANGUL).then_some(value as u8)
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

    /// How many units at the start of `text`, a multiple of [`CHUNK`], are starters that stay as they are.
    #[inline]
    fn plain_chunks<U: Unit>(self, text: &[U]) -> usize {
        let limit = self.form.first_affected();
        // One branch for all units of a chunk.
        let is_below = |chunk: &[U; CHUNK]| {
            let units = chunk.iter();
            units.fold(true, |all, unit| all & (unit.code() < limit))
        };
        let is_plain = |chunk: &[U; CHUNK]| {
            let units = chunk.iter();
            units.fold(true, |all, unit| all & self.is_plain(unit.code()))
        };
        let chunks = text.as_chunks::<CHUNK>().0.iter();
        chunks
            .take_while(|chunk| is_below(chunk) || is_plain(chunk))
            .count()
            * CHUNK
    }

    /// Whether `code` is a starter that stays as it is.
    #[inline(always)]
    fn is_plain(self, code: u32) -> bool {
        FLAGS.get(code) & 1 << self.form as u32 == 0
    }

    /// Whether `code`, a mark, is known not to compose with `starter`.
    #[inline]
    fn is_apart<U: Unit>(self, starter: U, code: u32) -> bool {
        match Kind::of(self.version, starter.code()) {
            // A part of it may compose.
            Kind::Mapped(_) => false,
            _ => compose(starter.code(), code).is_none(),
        }
    }

    /// Whether `code` has nothing to do with what is before it.
    #[inline]
    fn starts(self, code: u32) -> bool {
        FLAGS.get(code) & 0x10 << self.form as u32 == 0
    }

    /// Whether `text` has code points that compose with what is before them, in this form. Then it takes
    /// more than a look at each code point to tell that the text is in the form.
    #[cfg(not(Py_3_14))]
    pub(crate) fn may_compose<U: Unit>(self, text: &[U]) -> bool {
        let composes_back = |unit: &U| {
            matches!(
                Kind::of(self.version, unit.code()),
                Kind::Mark {
                    composes_back: true,
                    ..
                }
            )
        };
        self.form.composes() && text.iter().any(composes_back)
    }
}
