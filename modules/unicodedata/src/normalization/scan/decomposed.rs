//! The quick look at text that shall be decomposed: everything without a mapping, marks in order.

use std::ops::Range;

use super::{CHUNK, fine_chunks, is_below};
use crate::normalization::{Form, Kind, Normalizer, Unit};
use crate::tables::CLASSES;

/// In `CLASSES`: a code point with a compatibility mapping, and one with a canonical mapping, where others have
/// their combining class.
const COMPATIBLE: u8 = 0xFE;
const CANONICAL: u8 = 0xFF;

impl Normalizer {
    /// The next segment that may not be decomposed.
    #[inline]
    pub(super) fn next_to_decompose<U: Unit>(
        self,
        text: &[U],
        from: usize,
    ) -> Option<Range<usize>> {
        let limit = self.form.first_affected();
        let compatible = self.class_of_compatible();
        let mut last_class = 0;
        let mut run = 0;
        let mut at = from;
        loop {
            let code = text.get(at)?.code();
            let class = class(code, compatible);
            if is_out_of_order(last_class, class) || class == CANONICAL && self.is_mapped(code) {
                break;
            }
            last_class = if class == CANONICAL { 0 } else { class };
            at += 1;
            run += 1;
            if run == CHUNK {
                run = 0;
                // Looking at that alone is quicker, as long as there are no marks.
                let mut are_plain = true;
                at += fine_chunks(&text[at..], |chunk| {
                    are_plain = are_plain && (is_below(chunk, limit) || self.are_plain(chunk));
                    if are_plain || is_below(chunk, limit) {
                        last_class = 0;
                        return true;
                    }
                    are_in_order(&mut last_class, chunk, compatible)
                });
            }
        }
        let start = match self.starts(text[at].code()) {
            true => at,
            false => self.last_start(text, from, at),
        };
        Some(start..at + 1)
    }

    /// What stands for `COMPATIBLE` in this form.
    #[inline]
    fn class_of_compatible(self) -> u8 {
        match self.form {
            Form::Nfkd => CANONICAL,
            _ => 0,
        }
    }

    /// Whether `code`, which has a mapping, has it in this version.
    #[inline]
    fn is_mapped(self, code: u32) -> bool {
        matches!(Kind::of(self.version, code), Kind::Mapped(_) | Kind::Hangul)
    }

    /// The last place before `at`, or else `from`, that starts a segment.
    fn last_start<U: Unit>(self, text: &[U], from: usize, at: usize) -> usize {
        let mut before = text[from..at].iter();
        let start = before.rposition(|unit| self.starts(unit.code()));
        start.map_or(from, |start| from + start)
    }
}

/// The combining class of `code`, or `CANONICAL` if it has a mapping in this form.
#[inline(always)]
fn class(code: u32, compatible: u8) -> u8 {
    match CLASSES.get(code) {
        COMPATIBLE => compatible,
        class => class,
    }
}

/// Whether a chunk has no mapping, and its marks are in order behind one of `last_class`, which becomes the class
/// of its last one. The steps are separate to become vector instructions.
#[inline]
fn are_in_order<U: Unit>(last_class: &mut u8, chunk: &[U; CHUNK], compatible: u8) -> bool {
    let classes = chunk.map(|unit| CLASSES.get(unit.code()));
    let classes = classes.map(|class| {
        if class == COMPATIBLE {
            compatible
        } else {
            class
        }
    });
    let mut before = [*last_class; CHUNK];
    before[1..].copy_from_slice(&classes[..CHUNK - 1]);
    let pairs = before.iter().zip(&classes);
    let are_fine = pairs.fold(true, |all, (&before, &class)| {
        all & (class != CANONICAL) & !is_out_of_order(before, class)
    });
    if are_fine {
        *last_class = classes[CHUNK - 1];
    }
    are_fine
}

/// Whether a mark of `class` may not stand behind one of class `before`. Class 0 are starters.
#[inline(always)]
fn is_out_of_order(before: u8, class: u8) -> bool {
    class.wrapping_sub(1) < before.saturating_sub(1)
}
