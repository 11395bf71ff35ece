//! What becomes of single code points.

use crate::hangul;
use crate::pair;
use crate::properties::{Version, is_assigned};
use crate::tables::{COMPOSITIONS, MAPPINGS, NORMALIZATION, TAGS};

use super::Form;

/// In `NORMALIZATION`: the flag of what composes with a code point before it. The eight bits below are
/// the canonical combining class of whatever has no mapping.
const COMPOSES_BACK: u16 = 0x100;
/// In `NORMALIZATION`: a Hangul syllable.
const HANGUL: u16 = 0x200;
/// In `NORMALIZATION`: what is greater has a mapping, whose place in `MAPPINGS` the difference is.
const FIRST_MAPPING: u16 = 0x201;

/// What normalization has to know about a code point.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// Nothing happens to it, nor to what is before it.
    Inert,
    /// It stays, but may change places or join what is before it.
    Mark {
        combining: u8,
        composes_back: bool,
    },
    Hangul,
    Mapped(Mapping),
}

impl Kind {
    /// What `code` is.
    #[inline(always)]
    pub(crate) fn of(version: Version, code: u32) -> Self {
        match NORMALIZATION.get(code) {
            0 => Kind::Inert,
            value @ ..HANGUL => Kind::Mark {
                combining: value as u8,
                composes_back: value & COMPOSES_BACK != 0,
            },
            HANGUL => Kind::Hangul,
            value => Kind::mapped(version, code, value),
        }
    }

    #[inline(always)]
    fn mapped(version: Version, code: u32, value: u16) -> Self {
        if version == Version::Old && !is_assigned(version, code) {
            return Kind::Inert;
        }
        Kind::Mapped(Mapping::at(value))
    }
}

/// The canonical combining class of `code`, as it is now.
#[inline]
pub(crate) fn combining_class(code: u32) -> u8 {
    class_and_flag(code).0
}

/// The canonical combining class of `code`, and whether it composes with what is before it.
#[inline]
pub(crate) fn class_and_flag(code: u32) -> (u8, bool) {
    match NORMALIZATION.get(code) {
        value @ ..HANGUL => (value as u8, value & COMPOSES_BACK != 0),
        HANGUL => (0, false),
        value => (Mapping::at(value).combining_class(), false),
    }
}

/// What two code points compose to. The second must be one that composes.
#[inline]
pub(crate) fn compose(first: u32, second: u32) -> Option<u32> {
    if (0x1100..0x1200).contains(&second) {
        return hangul::compose(first, second);
    }
    let key = pair::key(first, second);
    let mut slot = pair::slot(first, second);
    loop {
        let entry = COMPOSITIONS[slot % pair::SLOTS];
        if entry == 0 {
            return None;
        }
        if let Some(composed) = pair::composed(entry, key) {
            return Some(composed);
        }
        slot += 1;
    }
}

/// Code points for which 3.2.0 had wrong mappings (Corrigendum 4), with those that it had.
pub(crate) fn old_mapping(code: u32) -> Option<u32> {
    Some(match code {
        0x2F868 => 0x2136A,
        0x2F874 => 0x5F33,
        0x2F91F => 0x43AB,
        0x2F95F => 0x7AAE,
        0x2F9BF => 0x4D57,
        _ => return None,
    })
}

/// A decomposition mapping: a unit of flags, of which the first four tell for each form whether the code point
/// can't just stay, the next two whether its full decompositions start a segment; a unit of lengths, and text in UTF-16: the mapping itself;
/// the full canonical decomposition, unless that is the same; the full compatibility decomposition, unless
/// that is the same as the canonical one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mapping(&'static [u16]);

impl Mapping {
    /// Where the place of the tag begins.
    const TAG: u32 = 6;
    const TAG_BITS: u32 = 5;
    /// The flag of those that have the combining class of their mapping's first code point. The others
    /// have none.
    const HAS_CLASS_OF_FIRST: u16 = 1 << 11;

    /// The mapping of a code point whose value in `NORMALIZATION` is `value`.
    #[inline(always)]
    fn at(value: u16) -> Self {
        Mapping(&MAPPINGS[usize::from(value - FIRST_MAPPING)..])
    }

    #[cold]
    fn combining_class(self) -> u8 {
        match self.own().next() {
            Some(first) if self.0[0] & Self::HAS_CLASS_OF_FIRST != 0 => combining_class(first),
            _ => 0,
        }
    }

    /// Whether a text in `form` may not have the code point, or not everywhere.
    #[inline(always)]
    pub(crate) fn is_changed(self, form: Form) -> bool {
        self.0[0] >> form as u32 & 1 != 0
    }

    /// Whether its decomposition has nothing to do with what is before it.
    #[inline(always)]
    pub(crate) fn starts(self, form: Form) -> bool {
        let flag = if form.is_compatible() { 5 } else { 4 };
        self.0[0] >> flag & 1 != 0
    }

    /// The kind of compatibility mapping, such as `<font>`; empty for canonical ones.
    pub(crate) fn tag(self) -> &'static str {
        TAGS[usize::from(self.0[0] >> Self::TAG & ((1 << Self::TAG_BITS) - 1))]
    }

    /// The mapping as the database has it.
    pub(crate) fn own(self) -> Units {
        Units(&self.0[2..][..self.len(0)])
    }

    /// The full decomposition for `form`.
    #[inline]
    pub(crate) fn full(self, form: Form) -> Units {
        let (own, canonical, compatible) = (self.len(0), self.len(1), self.len(2));
        let (start, len) = if form.is_compatible() && compatible != 0 {
            (own + canonical, compatible)
        } else if canonical != 0 {
            (own, canonical)
        } else {
            (0, own)
        };
        Units(&self.0[2 + start..][..len])
    }

    #[inline]
    fn len(self, text: u32) -> usize {
        usize::from(self.0[1] >> (5 * text) & 0x1F)
    }
}

/// Code points in UTF-16.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Units(&'static [u16]);

impl Iterator for Units {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        let unit = *self.0.split_off_first()?;
        if unit & 0xFC00 != 0xD800 {
            return Some(unit.into());
        }
        let low = *self.0.split_off_first()?;
        Some(0x1_0000 + (u32::from(unit & 0x3FF) << 10 | u32::from(low & 0x3FF)))
    }
}
