//! Hexadecimal digits, plain and in groups with a separator between them.

// What skips characters is there from Python 3.15 on.
#![cfg_attr(not(Py_3_15), allow(dead_code))]

use std::fmt;
use std::num::NonZeroUsize;

use hex_simd::{AsOut, AsciiCase, Out};

use crate::bytes::{ByteSet, DigitTable, NO_DIGIT};

/// Writes the lower-case digits of `data` to `text`, which must have room for twice its length.
/// SIMD, chosen by CPU at run time.
pub(crate) fn encode<'t>(data: &[u8], text: Out<'t, [u8]>) -> &'t mut [u8] {
    hex_simd::encode(data, text, AsciiCase::Lower)
}

/// Where separators go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Grouping {
    /// The character between groups.
    pub(crate) separator: u8,
    /// Bytes in a whole group.
    pub(crate) size: NonZeroUsize,
    /// Whether a short group comes last; otherwise it comes first.
    pub(crate) from_left: bool,
}

impl Grouping {
    /// The length of the text for `len` bytes. `None` on overflow.
    pub(crate) fn encoded_len(self, len: usize) -> Option<usize> {
        len.checked_mul(2)?
            .checked_add(len.saturating_sub(1) / self.size)
    }
}

/// Writes the digits of `data` and the separators to `text`, which must have exactly
/// [`Grouping::encoded_len`], and returns that length.
pub(crate) fn encode_grouped(data: &[u8], grouping: Grouping, text: &mut [u8]) -> usize {
    let len = text.len();
    let size = grouping.size.get();
    let first = match data.len() % size {
        short if short > 0 && !grouping.from_left => short,
        _ => size.min(data.len()),
    };
    let (first, data) = data.split_at(first);
    let (text, rest) = text.split_at_mut(2 * first.len());
    encode_group(first, text);
    let spread = match size {
        1 => encode_groups::<1, 3>,
        2 => encode_groups::<2, 5>,
        3 => encode_groups::<3, 7>,
        4 => encode_groups::<4, 9>,
        5 => encode_groups::<5, 11>,
        6 => encode_groups::<6, 13>,
        7 => encode_groups::<7, 15>,
        8 => encode_groups::<8, 17>,
        _ => encode_long_groups,
    };
    spread(data, grouping, rest);
    len
}

/// Writes a separator and the digits for each group. Lengths that the compiler knows make it
/// moves of whole registers; `CELL` is `2 * SIZE + 1`.
fn encode_groups<const SIZE: usize, const CELL: usize>(
    data: &[u8],
    grouping: Grouping,
    text: &mut [u8],
) {
    let (groups, short) = data.as_chunks::<SIZE>();
    let (cells, last) = text.as_chunks_mut::<CELL>();
    for (group, cell) in groups.iter().zip(cells) {
        cell[0] = grouping.separator;
        encode_by_table(group, &mut cell[1..]);
    }
    encode_long_groups(short, grouping, last);
}

/// As [`encode_groups`], for groups of any size.
fn encode_long_groups(data: &[u8], grouping: Grouping, text: &mut [u8]) {
    let size = grouping.size.get();
    let cell = size.saturating_mul(2).saturating_add(1);
    for (group, cell) in data.chunks(size).zip(text.chunks_mut(cell)) {
        cell[0] = grouping.separator;
        encode_group(group, &mut cell[1..]);
    }
}

/// Writes the digits of a group of any size.
fn encode_group(group: &[u8], text: &mut [u8]) {
    match group.len() {
        ..16 => encode_by_table(group, text),
        _ => _ = encode(group, text.as_out()),
    }
}

#[inline]
fn encode_by_table(data: &[u8], text: &mut [u8]) {
    for (&byte, digits) in data.iter().zip(text.as_chunks_mut::<2>().0) {
        *digits = DIGITS[usize::from(byte)];
    }
}

/// The two digits of each byte.
static DIGITS: [[u8; 2]; 256] = {
    let digits = b"0123456789abcdef";
    let mut table = [[0; 2]; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = [digits[byte >> 4], digits[byte & 15]];
        byte += 1;
    }
    table
};

/// Why a text is not hexadecimal. Displays as CPython words it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Error {
    /// An odd number of characters.
    OddLength,
    /// An odd number of digits among the characters (Python 3.15).
    OddDigits,
    /// A character that is no digit.
    NotADigit,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Error::OddLength => "Odd-length string",
            Error::OddDigits => "Odd number of hexadecimal digits",
            Error::NotADigit => "Non-hexadecimal digit found",
        })
    }
}

/// How many bytes `len` digits make.
pub(crate) fn decoded_len(len: usize) -> Result<usize, Error> {
    if len.is_multiple_of(2) {
        Ok(len / 2)
    } else {
        Err(Error::OddLength)
    }
}

/// Decodes `text`, digits of either case, into `bytes`, which must have room for
/// [`decoded_len`]. SIMD, chosen by CPU at run time.
pub(crate) fn decode<'b>(text: &[u8], bytes: Out<'b, [u8]>) -> Result<&'b mut [u8], Error> {
    hex_simd::decode(text, bytes).map_err(|_| Error::NotADigit)
}

/// Decodes the digits in `text` into `bytes`, which must have room for half its length, and
/// returns how much of it was used. Other characters must be among the `ignored`.
pub(crate) fn decode_ignoring(
    text: &[u8],
    ignored: &ByteSet,
    bytes: &mut [u8],
) -> Result<usize, Error> {
    let mut written = 0;
    let mut high = None;
    for &character in text {
        match (VALUES[usize::from(character)], high) {
            (NO_DIGIT, _) if ignored.contains(character) => {}
            (NO_DIGIT, _) => return Err(Error::NotADigit),
            (digit, None) => high = Some(digit),
            (digit, Some(first)) => {
                bytes[written] = first << 4 | digit;
                written += 1;
                high = None;
            }
        }
    }
    match high {
        None => Ok(written),
        Some(_) => Err(Error::OddDigits),
    }
}

/// The value of each digit.
pub(crate) static VALUES: DigitTable = {
    let mut table = [NO_DIGIT; 256];
    let mut value = 0;
    while value < 16 {
        let digit = b"0123456789abcdef"[value];
        table[digit as usize] = value as u8;
        table[digit.to_ascii_uppercase() as usize] = value as u8;
        value += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    fn grouped(data: &[u8], separator: u8, size: usize, from_left: bool) -> Vec<u8> {
        let size = NonZeroUsize::new(size).unwrap();
        let grouping = Grouping {
            separator,
            size,
            from_left,
        };
        let mut text = vec![0; grouping.encoded_len(data.len()).unwrap()];
        encode_grouped(data, grouping, &mut text);
        text
    }

    fn decoded(text: &[u8]) -> Result<Vec<u8>, Error> {
        decode(text, vec![0; decoded_len(text.len())?].as_out()).map(|bytes| bytes.to_vec())
    }

    /// Every pair of characters.
    #[test]
    fn pairs_decode_as_the_standard_library_reads_them() {
        for high in 0..=255_u8 {
            for low in 0..=255_u8 {
                let digit = |c: u8| (c as char).to_digit(16);
                let want = digit(high)
                    .zip(digit(low))
                    .map(|(h, l)| vec![(h * 16 + l) as u8]);
                assert_eq!(decoded(&[high, low]).ok(), want);
                let mut byte = [0];
                let scalar = decode_ignoring(&[high, low], &ByteSet::EMPTY, &mut byte);
                assert_eq!(scalar.ok().map(|_| byte.to_vec()), want);
            }
        }
    }

    #[test]
    fn every_length_makes_the_round_trip() {
        for len in (0..200).chain([4095, 4096, 4097]) {
            let data: Vec<u8> = (0..len).map(|i| (i * 167 + 5) as u8).collect();
            let text = encode(&data, vec![0; 2 * len].as_out()).to_vec();
            let want: String = data.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(text, want.as_bytes());
            assert_eq!(decoded(&text), Ok(data.clone()));
            assert_eq!(decoded(&text.to_ascii_uppercase()), Ok(data));
        }
    }

    /// One wrong character at each place.
    #[test]
    fn strays_are_found_everywhere() {
        for len in [2, 30, 32, 34, 64, 130] {
            for at in 0..len {
                let mut text = vec![b'a'; len];
                text[at] = b'g';
                assert_eq!(decoded(&text), Err(Error::NotADigit));
                assert_eq!(decoded(&text[1..]), Err(Error::OddLength));
            }
        }
    }

    #[test]
    fn groups_are_counted_from_either_end() {
        assert_eq!(grouped(b"\xb9\x01\xef", b':', 1, false), b"b9:01:ef");
        assert_eq!(grouped(b"\xb9\x01\xef", b'_', 2, false), b"b9_01ef");
        assert_eq!(grouped(b"\xb9\x01\xef", b' ', 2, true), b"b901 ef");
        assert_eq!(grouped(b"", b':', 1, false), b"");
        assert_eq!(grouped(b"ab", b':', usize::MAX, true), b"6162");
        for len in 0..70 {
            let data: Vec<u8> = (0..len).map(|i| (i * 7) as u8).collect();
            for size in 1..20 {
                let from_left = data.chunks(size).map(plain).collect::<Vec<_>>().join("-");
                assert_eq!(grouped(&data, b'-', size, true), from_left.as_bytes());
                let mut groups: Vec<_> = data.rchunks(size).map(plain).collect();
                groups.reverse();
                assert_eq!(
                    grouped(&data, b'-', size, false),
                    groups.join("-").as_bytes()
                );
            }
        }
    }

    fn plain(group: &[u8]) -> String {
        group.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn some_characters_can_be_ignored() {
        let ignored = ByteSet::new(b" :");
        let decoded = |text: &[u8]| {
            let mut bytes = vec![0; text.len() / 2];
            decode_ignoring(text, &ignored, &mut bytes).map(|len| bytes[..len].to_vec())
        };
        assert_eq!(decoded(b" b9:0 1e:f"), Ok(vec![0xb9, 0x01, 0xef]));
        assert_eq!(decoded(b"b9:0"), Err(Error::OddDigits));
        assert_eq!(decoded(b"b9-01"), Err(Error::NotADigit));
        assert_eq!(decoded(b""), Ok(vec![]));
    }
}
