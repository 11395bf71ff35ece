//! Code units: the three widths in which Python stores the code points of a text.

use std::slice;

/// A width.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Width {
    /// 8 bits.
    Bytes,
    /// 16 bits.
    Ucs2,
    /// 32 bits.
    Ucs4,
}

/// A code point in 8, 16 or 32 bits.
pub(crate) trait Unit: Copy + Eq + From<u8> + Into<u32> + TryFrom<u32> + 'static {
    /// The width.
    const WIDTH: Width;

    /// The unit for `code`; higher bits are cut off.
    fn truncated(code: u32) -> Self;

    /// The needles in this width.
    fn of<const N: usize>(needles: &Needles<N>) -> &[Self; N];

    /// The indices, from `from` on, at which `find` would find something, one after the other: best
    /// when there are many. Nothing is found in fewer than `LANES` units.
    #[inline(always)]
    fn positions<const N: usize>(
        units: &[Self],
        from: usize,
        needles: &Needles<N>,
    ) -> impl Iterator<Item = usize> {
        let needles = Self::of(needles);
        let mut base = from;
        let mut marks = marks_at(units, base, needles);
        std::iter::from_fn(move || {
            while marks == 0 {
                base += LANES;
                if base >= units.len() {
                    return None;
                }
                marks = marks_at(units, base, needles);
            }
            let index = base + marks.trailing_zeros() as usize;
            marks &= marks - 1;
            Some(index)
        })
    }

    /// Index of the first unit from index `from` on that is one of `needles`, or perhaps a newline;
    /// the length if there is none.
    fn find<const N: usize>(units: &[Self], from: usize, needles: &Needles<N>) -> usize;
}

impl Unit for u8 {
    const WIDTH: Width = Width::Bytes;

    #[inline(always)]
    fn of<const N: usize>(needles: &Needles<N>) -> &[Self; N] {
        &needles.bytes
    }

    #[inline]
    fn truncated(code: u32) -> Self {
        code as u8
    }

    #[inline]
    fn find<const N: usize>(bytes: &[u8], from: usize, needles: &Needles<N>) -> usize {
        let mut at = from;
        // Most fields are short: their end is in the first words.
        while at < from + SHORT {
            let Some(word) = bytes[at..].first_chunk::<8>() else {
                return find_in_rest(bytes, at, needles);
            };
            let marks = needles.mark(u64::from_le_bytes(*word));
            if marks != 0 {
                return at + marks.trailing_zeros() as usize / 8;
            }
            at += 8;
        }
        at + find_in_blocks::<u8, N, SHORT>(&bytes[at..], &needles.bytes)
    }
}

impl Unit for u16 {
    const WIDTH: Width = Width::Ucs2;

    #[inline(always)]
    fn of<const N: usize>(needles: &Needles<N>) -> &[Self; N] {
        &needles.ucs2
    }

    #[inline]
    fn find<const N: usize>(units: &[u16], from: usize, needles: &Needles<N>) -> usize {
        find_wide(units, from, &needles.ucs2)
    }

    #[inline]
    fn truncated(code: u32) -> Self {
        code as u16
    }
}

impl Unit for u32 {
    const WIDTH: Width = Width::Ucs4;

    #[inline(always)]
    fn of<const N: usize>(needles: &Needles<N>) -> &[Self; N] {
        &needles.ucs4
    }

    #[inline]
    fn find<const N: usize>(units: &[u32], from: usize, needles: &Needles<N>) -> usize {
        find_wide(units, from, &needles.ucs4)
    }

    #[inline]
    fn truncated(code: u32) -> Self {
        code
    }
}

/// Code points to look for, in all widths.
#[derive(Debug)]
pub(crate) struct Needles<const N: usize> {
    bytes: [u8; N],
    /// The bytes, each of them spread over a word.
    spread: [u64; N],
    ucs2: [u16; N],
    ucs4: [u32; N],
}

impl<const N: usize> Needles<N> {
    /// The needles for `codes`. A width that cannot hold one of them gets a newline in its place.
    pub(crate) fn new(codes: [u32; N]) -> Self {
        fn fill<U: Unit, const N: usize>(codes: [u32; N]) -> [U; N] {
            codes.map(|code| U::try_from(code).unwrap_or(U::from(b'\n')))
        }
        let bytes = fill(codes);
        Needles {
            bytes,
            spread: bytes.map(|byte| ONES * u64::from(byte)),
            ucs2: fill(codes),
            ucs4: fill(codes),
        }
    }

    /// Marks by their highest bits the bytes of a little-endian word that are needles. Marks above the
    /// lowest one may be wrong.
    #[inline(always)]
    fn mark(&self, word: u64) -> u64 {
        let zeros = self.spread.iter().fold(0, |zeros, needle| {
            let difference = word ^ needle;
            zeros | difference.wrapping_sub(ONES) & !difference
        });
        zeros & HIGH_BITS
    }
}

/// So many bytes are searched word by word, and later ones in blocks of that length.
const SHORT: usize = 32;

const ONES: u64 = u64::MAX / 0xff;
const HIGH_BITS: u64 = ONES << 7;

/// The search among the last bytes, fewer than 8.
#[inline(always)]
fn find_in_rest<const N: usize>(bytes: &[u8], at: usize, needles: &Needles<N>) -> usize {
    let rest = &bytes[at..];
    if rest.is_empty() {
        return at;
    }
    let Some(last) = bytes.last_chunk::<8>() else {
        let is_needle = |byte| needles.bytes.contains(byte);
        return at + rest.iter().position(is_needle).unwrap_or(rest.len());
    };
    // What comes before the rest is shifted out, zeros come in behind it.
    let word = u64::from_le_bytes(*last) >> (8 * (8 - rest.len()));
    let marks = needles.mark(word);
    at + rest.len().min(marks.trailing_zeros() as usize / 8)
}

/// The search among wider units: most fields end within the first of them.
#[inline]
fn find_wide<U: Unit, const N: usize>(units: &[U], from: usize, needles: &[U; N]) -> usize {
    let rest = &units[from..];
    let Some(first) = rest.first_chunk::<LANES>() else {
        let is_needle = |unit| needles.contains(unit);
        return from + rest.iter().position(is_needle).unwrap_or(rest.len());
    };
    match mark(first, needles) {
        0 => from + LANES + find_in_blocks::<U, N, 8>(&rest[LANES..], needles),
        marks => from + marks.trailing_zeros() as usize,
    }
}

/// Marks what is at the index `base` and behind it, as far as there is anything.
#[inline(always)]
fn marks_at<U: Unit, const N: usize>(units: &[U], base: usize, needles: &[U; N]) -> u32 {
    let rest = &units[base..];
    match (rest.first_chunk(), units.last_chunk()) {
        (Some(first), _) => mark(first, needles),
        // What comes before the rest is shifted out.
        (None, Some(last)) => mark(last, needles) >> (LANES - rest.len()),
        (None, None) => 0,
    }
}

/// So many units are marked together.
pub(crate) const LANES: usize = 16;

/// A bit for each unit, the lowest for the first one: whether it is a needle.
#[inline(always)]
fn mark<U: Unit, const N: usize>(units: &[U; LANES], needles: &[U; N]) -> u32 {
    // The compiler makes vector code of this.
    let flags = units.map(|unit| {
        needles
            .iter()
            .fold(0, |any, needle| any | u8::from(unit == *needle))
    });
    // The factor brings the lowest bits of eight bytes together in the highest one.
    let gather = |flags: &[u8; 8]| u64::from_le_bytes(*flags).wrapping_mul(0x0102_0408_1020_4080);
    let (halves, _) = flags.as_chunks::<8>();
    (gather(&halves[1]) >> 56 << 8 | gather(&halves[0]) >> 56) as u32
}

/// Tests `BLOCK` units at once: the compiler makes vector code of that.
#[inline(never)]
fn find_in_blocks<U: Unit, const N: usize, const BLOCK: usize>(
    units: &[U],
    needles: &[U; N],
) -> usize {
    let (blocks, rest) = units.as_chunks::<BLOCK>();
    let is_needle = |unit: &U| {
        needles
            .iter()
            .fold(false, |any, needle| any | (unit == needle))
    };
    let has_needle =
        |block: &&[U; BLOCK]| block.iter().fold(false, |any, unit| any | is_needle(unit));
    let position = |units: slice::Iter<'_, U>| units.clone().position(is_needle);
    match blocks.iter().position(|block| has_needle(&block)) {
        Some(index) => index * BLOCK + position(blocks[index].iter()).unwrap_or(BLOCK),
        None => blocks.len() * BLOCK + position(rest.iter()).unwrap_or(rest.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_every_needle_at_every_place() {
        let some = [b',', b'\n', 0, 0xe9];
        let needles = Needles::new(some.map(u32::from));
        for length in 0..120 {
            let mut text = vec![b'a'; length];
            for from in 0..=length {
                assert_eq!(u8::find(&text, from, &needles), length);
            }
            for at in 0..length {
                for special in some.into_iter().chain([b'-', 1, 0xe8, 0x80]) {
                    text[at] = special;
                    for from in [0, at / 2, at, at + 1] {
                        let expected = if some.contains(&special) && from <= at {
                            at
                        } else {
                            length
                        };
                        assert_eq!(u8::find(&text, from, &needles), expected, "{text:?} {from}");
                        let wide: Vec<u16> = text.iter().map(|&byte| byte.into()).collect();
                        assert_eq!(u16::find(&wide, from, &needles), expected);
                    }
                }
                text[at] = b'a';
            }
        }
    }

    #[test]
    fn positions_are_all_that_is_found() {
        let needles = Needles::new([b',', b'\n', 0, 0xe9].map(u32::from));
        for length in LANES..70 {
            let mut text = vec![b'a'; length];
            for at in 0..length {
                for special in [b',', 0xe9, b'-'] {
                    text[at] = special;
                    text[length - 1 - at / 2] = b'\n';
                    check_positions(&text, at / 3, &needles);
                    let wide: Vec<u16> = text.iter().map(|&byte| byte.into()).collect();
                    check_positions(&wide, at / 3, &needles);
                }
                text.fill(b'a');
            }
        }
        check_positions(&[b','; 50], 0, &needles);
    }

    #[track_caller]
    fn check_positions<U: Unit>(units: &[U], from: usize, needles: &Needles<4>) {
        let next = |from| Some(U::find(units, from, needles)).filter(|&at| at < units.len());
        let expected = std::iter::successors(next(from), |&at| next(at + 1));
        assert!(U::positions(units, from, needles).eq(expected));
    }

    #[test]
    fn marks_the_first_needle_exactly() {
        let needles = Needles::new([b'"'.into(), 0x80]);
        for first in 0..=255u8 {
            for second in 0..=255u8 {
                let text = [b'x', first, second, b'x', b'x', b'x', b'x', b'x', b'x'];
                let expected = text.iter().position(|b| [b'"', 0x80].contains(b));
                assert_eq!(
                    u8::find(&text, 0, &needles),
                    expected.unwrap_or(9),
                    "{text:?}"
                );
            }
        }
    }
}
