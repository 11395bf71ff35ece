//! The quick look at text that shall be composed.

use std::ops::Range;

use super::{CHUNK, fine_chunks, is_below};
use crate::normalization::{Kind, Normalizer, Unit, compose};

impl Normalizer {
    /// The next segment that may not be composed.
    #[inline]
    pub(super) fn next_to_compose<U: Unit>(self, text: &[U], from: usize) -> Option<Range<usize>> {
        let limit = self.form.first_affected();
        // Where the last segment has begun, and the class of the last mark in it.
        let mut start = from;
        let mut last_class = 0;
        let mut run = 0;
        let mut at = from;
        loop {
            let code = text.get(at)?.code();
            if self.is_plain(code) {
                (start, last_class) = (at, 0);
                run += 1;
            } else {
                match Kind::of(self.version, code) {
                    Kind::Mark {
                        combining,
                        composes_back,
                    } => {
                        let is_blocked = match combining {
                            0 => at != start + 1,
                            _ => combining <= last_class,
                        };
                        if combining != 0 && combining < last_class
                            || composes_back && !is_blocked && !self.is_apart(text[start], code)
                        {
                            break;
                        }
                        if combining == 0 {
                            start = at;
                        }
                        last_class = combining;
                    }
                    // Without a mapping in this version.
                    Kind::Inert => (start, last_class) = (at, 0),
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
                at += fine_chunks(&text[at..], |chunk| {
                    is_below(chunk, limit) || self.are_plain(chunk)
                });
                start = at - 1;
            }
        }
        Some(start..at + 1)
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

    /// Whether `text` has code points that compose with what is before them. Then it takes more than a look at
    /// each code point to tell that the text is composed.
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
