//! Code units: the three widths in which a text of code points can be stored.

/// One code point stored in 8, 16 or 32 bits.
///
/// A text uses one width throughout, so that indices count code points; lone surrogates are code
/// points like others (Python's `str` works like that).
pub trait Unit: Copy + Eq + std::fmt::Debug + 'static {
    /// The largest code point that this width can hold.
    const MAX: u32;

    /// The code point.
    fn code(self) -> u32;

    /// The code point if it is ASCII, else some value above 0x7F.
    #[inline]
    fn ascii(self) -> u8 {
        u8::try_from(self.code()).unwrap_or(u8::MAX)
    }

    /// The unit for `code`, which must be at most [`Unit::MAX`]; higher bits are cut off.
    fn from_code(code: u32) -> Self;

    /// Index of the first unit that a JSON string can't hold as it is: `"`, `\` or a control
    /// character below U+0020. The length if there is none.
    fn find_special(units: &[Self]) -> usize {
        find::<Self, 8>(units, is_special)
    }

    /// As [`Unit::find_special`], but characters above `~` count too: what ASCII output escapes.
    fn find_special_or_non_ascii(units: &[Self]) -> usize {
        find::<Self, 8>(units, is_special_or_non_ascii)
    }

    /// The units, if they are bytes.
    #[inline]
    fn as_bytes(_units: &[Self]) -> Option<&[u8]> {
        None
    }

    /// The units, if they are bytes.
    #[inline]
    fn as_bytes_mut(_units: &mut [Self]) -> Option<&mut [u8]> {
        None
    }

    /// Eight code points folded into one word, for hashing: equal code points give equal words,
    /// whatever the width.
    fn fold(units: &[Self; 8]) -> u64 {
        units
            .iter()
            .rev()
            .fold(0, |word, unit| word << 8 ^ u64::from(unit.code()))
    }
}

/// Whether `code` is `"`, `\` or below U+0020.
#[inline]
pub fn is_special(code: u32) -> bool {
    (code == u32::from(b'"')) | (code == u32::from(b'\\')) | (code < 0x20)
}

/// Whether ASCII output must escape `code`.
#[inline]
pub fn is_special_or_non_ascii(code: u32) -> bool {
    is_special(code) | (code > u32::from(b'~'))
}

impl Unit for u8 {
    const MAX: u32 = 0xff;

    #[inline]
    fn code(self) -> u32 {
        u32::from(self)
    }

    #[inline]
    fn from_code(code: u32) -> Self {
        code as u8
    }

    #[inline(always)]
    fn find_special(units: &[u8]) -> usize {
        find_bytes(units, special_bytes, is_special)
    }

    #[inline]
    fn find_special_or_non_ascii(units: &[u8]) -> usize {
        find_bytes(
            units,
            |word| special_bytes(word) | above_tilde(word),
            is_special_or_non_ascii,
        )
    }

    #[inline]
    fn as_bytes(units: &[u8]) -> Option<&[u8]> {
        Some(units)
    }

    #[inline]
    fn as_bytes_mut(units: &mut [u8]) -> Option<&mut [u8]> {
        Some(units)
    }

    #[inline]
    fn fold(units: &[u8; 8]) -> u64 {
        u64::from_le_bytes(*units)
    }
}

impl Unit for u16 {
    const MAX: u32 = 0xffff;

    #[inline]
    fn code(self) -> u32 {
        u32::from(self)
    }

    #[inline]
    fn from_code(code: u32) -> Self {
        code as u16
    }
}

impl Unit for u32 {
    const MAX: u32 = 0x10_ffff;

    #[inline]
    fn code(self) -> u32 {
        self
    }

    #[inline]
    fn from_code(code: u32) -> Self {
        code
    }
}

/// Bytes tested at once in long texts.
const BLOCK: usize = 32;

/// Tests `N` units at once: the compiler makes vector code of such a block.
#[inline(never)]
fn find<C: Unit, const N: usize>(units: &[C], wanted: impl Fn(u32) -> bool) -> usize {
    let (blocks, _) = units.as_chunks::<N>();
    let any = |block: &[C; N]| {
        block
            .iter()
            .fold(false, |any, unit| any | wanted(unit.code()))
    };
    let at = blocks.iter().take_while(|block| !any(block)).count() * N;
    let rest = units[at..].iter();
    at + rest
        .clone()
        .position(|unit| wanted(unit.code()))
        .unwrap_or(rest.len())
}

/// `in_word` marks the wanted bytes of a little-endian word by their highest bit; marks above
/// the lowest one may be wrong.
#[inline(always)]
fn find_bytes(
    bytes: &[u8],
    in_word: impl Fn(u64) -> u64,
    wanted: impl Fn(u32) -> bool + Copy,
) -> usize {
    let mut at = 0;
    // Most texts are short: their end is in the first words.
    while at < BLOCK {
        let Some(word) = bytes[at..].first_chunk::<8>() else {
            let rest = &bytes[at..];
            let found = rest.iter().position(|&byte| wanted(u32::from(byte)));
            return at + found.unwrap_or(rest.len());
        };
        let marks = in_word(u64::from_le_bytes(*word));
        if marks != 0 {
            return at + marks.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    at + find::<u8, BLOCK>(&bytes[at..], wanted)
}

const ONES: u64 = u64::MAX / 0xff;
const HIGH_BITS: u64 = ONES << 7;

/// The bytes of a little-endian word that are `"`, `\` or control characters, marked by their
/// highest bit; marks above the lowest one may be wrong.
#[inline]
pub fn special_bytes(word: u64) -> u64 {
    let quote = word ^ (ONES * b'"' as u64);
    let backslash = word ^ (ONES * b'\\' as u64);
    let zeros = quote.wrapping_sub(ONES) & !quote | backslash.wrapping_sub(ONES) & !backslash;
    let controls = word.wrapping_sub(ONES * 0x20) & !word;
    (zeros | controls) & HIGH_BITS
}

/// As [`special_bytes`]: those that are not ASCII, and U+007F.
#[inline]
pub fn above_tilde(word: u64) -> u64 {
    (word | (word & !HIGH_BITS).wrapping_add(ONES)) & HIGH_BITS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_every_special_character_at_every_place() {
        for length in 0..150 {
            let mut text = vec![b'a'; length];
            assert_eq!(u8::find_special(&text), length);
            assert_eq!(u8::find_special_or_non_ascii(&text), length);
            for at in 0..length {
                for special in [b'"', b'\\', 0, 0x1f, b'\n', 0x7f, 0x80, 0xff, b'~', b' '] {
                    text[at] = special;
                    let plain = if is_special(special.into()) {
                        at
                    } else {
                        length
                    };
                    let ascii = if is_special_or_non_ascii(special.into()) {
                        at
                    } else {
                        length
                    };
                    assert_eq!(
                        u8::find_special(&text),
                        plain,
                        "{special} at {at} of {length}"
                    );
                    assert_eq!(u8::find_special_or_non_ascii(&text), ascii);
                    let wide: Vec<u32> = text.iter().map(|&byte| byte.into()).collect();
                    assert_eq!(u32::find_special(&wide), plain);
                    assert_eq!(u32::find_special_or_non_ascii(&wide), ascii);
                }
                text[at] = b'a';
            }
        }
    }

    #[test]
    fn marks_the_first_special_byte_exactly() {
        for first in 0..=255u8 {
            for second in 0..=255u8 {
                let text = [b'x', first, second, b'x', b'x', b'x', b'x', b'x'];
                let expected = text.iter().position(|&b| is_special(b.into())).unwrap_or(8);
                assert_eq!(u8::find_special(&text), expected, "{text:?}");
                let expected = text
                    .iter()
                    .position(|&b| is_special_or_non_ascii(b.into()))
                    .unwrap_or(8);
                assert_eq!(u8::find_special_or_non_ascii(&text), expected, "{text:?}");
            }
        }
    }

    #[test]
    fn folds_alike_in_all_widths() {
        let narrow = *b"a\xffc\"e\0gh";
        assert_eq!(u8::fold(&narrow), u16::fold(&narrow.map(u16::from)));
        assert_eq!(u8::fold(&narrow), u32::fold(&narrow.map(u32::from)));
        let wide = [0x20ac, 0xd800, 1, 2, 3, 0xffff, 5, 6];
        assert_eq!(u16::fold(&wide), u32::fold(&wide.map(u32::from)));
    }
}
