//! Base32 (RFC 4648, sections 6 and 7), as the functions of Python 3.15 read and write it.

use std::fmt;

use crate::bytes::{ByteSet, DigitTable, digit_table};
use crate::lines;

/// The alphabet of RFC 4648, section 6.
pub(crate) const STANDARD: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The extended hex alphabet of RFC 4648, section 7, which keeps the sort order.
pub(crate) const EXTENDED_HEX: &[u8; 32] = b"0123456789ABCDEFGHIJKLMNOPQRSTUV";

/// How [`encode`] lays out its text.
pub(crate) struct Layout<'a> {
    /// The characters for the 32 digits.
    pub(crate) alphabet: &'a [u8; 32],
    /// Whether `=` fills the last group.
    pub(crate) padded: bool,
    /// The most characters on a line, rounded down to whole groups; 0: no line breaks.
    pub(crate) wrapcol: usize,
}

impl Layout<'_> {
    /// The length of the text for `len` bytes. `None` on overflow.
    pub(crate) fn encoded_len(&self, len: usize) -> Option<usize> {
        let groups = len.div_ceil(5).checked_mul(8)?;
        let text = if self.padded {
            groups
        } else {
            groups - missing(len)
        };
        lines::wrapped_len(text, lines::width(self.wrapcol, 8))
    }
}

/// How many characters the last group lacks when `len` bytes are encoded.
fn missing(len: usize) -> usize {
    (5 - len % 5) % 5 * 8 / 5
}

/// Encodes `data` into `text`, which must have room for [`Layout::encoded_len`], and returns that
/// length.
pub(crate) fn encode(data: &[u8], layout: &Layout<'_>, text: &mut [u8]) -> usize {
    let line_bytes = match lines::width(layout.wrapcol, 8) {
        Some(width) => width.get() / 8 * 5,
        None => data.len().max(1),
    };
    let mut end = 0;
    for line in data.chunks(line_bytes) {
        if end > 0 {
            text[end] = b'\n';
            end += 1;
        }
        end += encode_line(line, layout, &mut text[end..]);
    }
    end
}

fn encode_line(data: &[u8], layout: &Layout<'_>, text: &mut [u8]) -> usize {
    let characters = |group: [u8; 5]| -> [u8; 8] {
        let [a, b, c, d, e] = group;
        let bits = u64::from_be_bytes([0, 0, 0, a, b, c, d, e]);
        std::array::from_fn(|place| layout.alphabet[(bits >> (35 - 5 * place) & 0x1f) as usize])
    };
    let (groups, rest) = data.as_chunks::<5>();
    let (cells, _) = text.as_chunks_mut::<8>();
    for (&group, cell) in groups.iter().zip(cells) {
        *cell = characters(group);
    }
    let end = groups.len() * 8;
    if rest.is_empty() {
        return end;
    }
    let mut last = [0; 5];
    last[..rest.len()].copy_from_slice(rest);
    let mut last = characters(last);
    let used = 8 - missing(rest.len());
    last[used..].fill(b'=');
    let used = if layout.padded { 8 } else { used };
    text[end..end + used].copy_from_slice(&last[..used]);
    end + used
}

/// The room that [`decode`] needs for `len` characters.
pub(crate) fn max_decoded_len(len: usize) -> usize {
    len.div_ceil(8) * 5
}

/// What [`decode`] accepts.
pub(crate) struct Rules<'a> {
    /// The digits of the characters.
    pub(crate) digits: &'a DigitTable,
    /// Whether `=` is padding; otherwise it is a stray.
    pub(crate) padded: bool,
    /// Strays that are skipped.
    pub(crate) ignored: ByteSet,
    /// Whether unused bits at the end must be zeros.
    pub(crate) canonical: bool,
}

/// The digits of an alphabet for [`Rules`].
pub(crate) const fn digits(alphabet: &[u8; 32]) -> DigitTable {
    digit_table(alphabet, Some(b'='))
}

/// Why a text is not base32. Displays as CPython words it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Error {
    /// Padding before any data.
    LeadingPadding,
    /// More padding than the last group lacks.
    ExcessPadding,
    /// Data after the padding.
    ExcessData,
    /// Data between padding characters.
    DiscontinuousPadding,
    /// A character outside the alphabet.
    NotInAlphabet,
    /// Padding where none is recognised.
    PaddingNotAllowed,
    /// A last group of a length that no bytes have. Carries the number of characters.
    ImpossibleLength(usize),
    /// Not enough padding.
    IncorrectPadding,
    /// Canonical mode: unused bits that are not zeros.
    NonZeroPaddingBits,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Error::LeadingPadding => "Leading padding not allowed",
            Error::ExcessPadding => "Excess padding not allowed",
            Error::ExcessData => "Excess data after padding",
            Error::DiscontinuousPadding => "Discontinuous padding not allowed",
            Error::NotInAlphabet => "Only base32 data is allowed",
            Error::PaddingNotAllowed => "Padding not allowed",
            Error::IncorrectPadding => "Incorrect padding",
            Error::NonZeroPaddingBits => "Non-zero padding bits",
            Error::ImpossibleLength(characters) => {
                return write!(
                    f,
                    "Invalid base32-encoded string: number of data characters ({characters}) \
                     cannot be 1, 3, or 6 more than a multiple of 8"
                );
            }
        })
    }
}

/// Decodes `text` into `bytes`, which must have room for [`max_decoded_len`], and returns how
/// much of it was used.
pub(crate) fn decode(text: &[u8], rules: &Rules<'_>, bytes: &mut [u8]) -> Result<usize, Error> {
    let mut decoder = Decoder {
        rules,
        bytes,
        written: 0,
        in_group: 0,
        left_over: 0,
        pads: 0,
    };
    let mut rest = text;
    loop {
        rest = &rest[decoder.whole_groups(rest)..];
        let Some(&character) = rest.split_off_first() else {
            return decoder.finish();
        };
        if character == b'=' && rules.padded {
            decoder.padding()?;
        } else {
            decoder.character(character)?;
        }
    }
}

/// The state between two characters.
struct Decoder<'r, 'b> {
    rules: &'r Rules<'r>,
    bytes: &'b mut [u8],
    written: usize,
    /// Characters in the group under way, 0 to 7.
    in_group: usize,
    /// The bits of the group under way that are not written yet, at most 10 wide.
    left_over: u16,
    /// Padding characters in and before the group under way.
    pads: usize,
}

impl Decoder<'_, '_> {
    /// Decodes the groups at the start of `text` that consist of digits alone, and returns how
    /// many characters they are. Nothing when a group or padding is under way.
    fn whole_groups(&mut self, text: &[u8]) -> usize {
        if self.in_group != 0 || self.pads != 0 {
            return 0;
        }
        let (groups, _) = text.as_chunks::<8>();
        let (room, _) = self.bytes[self.written..].as_chunks_mut::<5>();
        let mut done = 0;
        for (group, slot) in groups.iter().zip(room) {
            let digits = group.map(|character| self.rules.digits[usize::from(character)]);
            if digits.iter().fold(0, |all, digit| all | digit) > 0x1f {
                break;
            }
            let bits = digits
                .iter()
                .fold(0, |bits, &digit| bits << 5 | u64::from(digit));
            let [_, _, _, bytes @ ..] = bits.to_be_bytes();
            *slot = bytes;
            done += 1;
        }
        self.written += done * 5;
        done * 8
    }

    /// Takes a `=`.
    fn padding(&mut self) -> Result<(), Error> {
        self.pads += 1;
        let fits =
            !self.impossible_length() && self.in_group != 0 && self.in_group + self.pads <= 8;
        if fits || self.rules.ignored.contains(b'=') {
            Ok(())
        } else if self.impossible_length() {
            Err(self.impossible_length_error())
        } else if self.in_group == 0 && self.written == 0 {
            Err(Error::LeadingPadding)
        } else {
            Err(Error::ExcessPadding)
        }
    }

    /// Takes any other character.
    fn character(&mut self, character: u8) -> Result<(), Error> {
        let Rules {
            digits,
            ref ignored,
            ..
        } = *self.rules;
        let digit = digits[usize::from(character)];
        if digit > 0x1f {
            return match character {
                _ if ignored.contains(character) => Ok(()),
                b'=' => Err(Error::PaddingNotAllowed),
                _ => Err(Error::NotInAlphabet),
            };
        }
        if self.pads > 0 && !ignored.contains(b'=') {
            return Err(match self.in_group + self.pads {
                8 => Error::ExcessData,
                _ => Error::DiscontinuousPadding,
            });
        }
        self.digit(digit);
        Ok(())
    }

    fn digit(&mut self, digit: u8) {
        let bits = self.left_over << 5 | u16::from(digit);
        // Bits that no whole byte has taken yet.
        let waiting = self.in_group * 5 % 8 + 5;
        self.left_over = bits;
        if waiting >= 8 {
            self.bytes[self.written] = (bits >> (waiting - 8)) as u8;
            self.written += 1;
            self.left_over = bits & ((1 << (waiting - 8)) - 1);
        }
        self.in_group += 1;
        if self.in_group == 8 {
            self.in_group = 0;
            self.pads = 0;
        }
    }

    /// Takes the end of the text.
    fn finish(&self) -> Result<usize, Error> {
        if self.impossible_length() {
            Err(self.impossible_length_error())
        } else if self.rules.padded && self.in_group != 0 && self.in_group + self.pads < 8 {
            Err(Error::IncorrectPadding)
        } else if self.rules.canonical && self.left_over != 0 {
            Err(Error::NonZeroPaddingBits)
        } else {
            Ok(self.written)
        }
    }

    /// Whether the group under way has a length that no bytes have.
    fn impossible_length(&self) -> bool {
        matches!(self.in_group, 1 | 3 | 6)
    }

    fn impossible_length_error(&self) -> Error {
        Error::ImpossibleLength(self.written / 5 * 8 + self.in_group)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static DIGITS: DigitTable = digits(STANDARD);

    fn rules() -> Rules<'static> {
        Rules {
            digits: &DIGITS,
            padded: true,
            ignored: ByteSet::EMPTY,
            canonical: false,
        }
    }

    fn encoded(data: &[u8], layout: &Layout<'_>) -> Vec<u8> {
        let mut text = vec![0; layout.encoded_len(data.len()).unwrap()];
        assert_eq!(encode(data, layout, &mut text), text.len());
        text
    }

    fn decoded(text: &[u8], rules: &Rules<'_>) -> Result<Vec<u8>, Error> {
        let mut bytes = vec![0; max_decoded_len(text.len())];
        decode(text, rules, &mut bytes).map(|len| bytes[..len].to_vec())
    }

    #[test]
    fn rfc_4648_vectors() {
        for (data, text, hex) in [
            ("", "", ""),
            ("f", "MY======", "CO======"),
            ("fo", "MZXQ====", "CPNG===="),
            ("foo", "MZXW6===", "CPNMU==="),
            ("foob", "MZXW6YQ=", "CPNMUOG="),
            ("fooba", "MZXW6YTB", "CPNMUOJ1"),
            ("foobar", "MZXW6YTBOI======", "CPNMUOJ1E8======"),
        ] {
            let standard = Layout {
                alphabet: STANDARD,
                padded: true,
                wrapcol: 0,
            };
            let extended_hex = Layout {
                alphabet: EXTENDED_HEX,
                ..standard
            };
            assert_eq!(encoded(data.as_bytes(), &standard), text.as_bytes());
            assert_eq!(encoded(data.as_bytes(), &extended_hex), hex.as_bytes());
            assert_eq!(
                decoded(text.as_bytes(), &rules()),
                Ok(data.as_bytes().to_vec())
            );
        }
    }

    #[test]
    fn every_layout_makes_the_round_trip() {
        for len in 0..100 {
            let data: Vec<u8> = (0..len).map(|i| (i * 167 + 5) as u8).collect();
            for (padded, wrapcol) in [(true, 0), (false, 0), (true, 1), (true, 76), (false, 17)] {
                let text = encoded(
                    &data,
                    &Layout {
                        alphabet: STANDARD,
                        padded,
                        wrapcol,
                    },
                );
                let rules = Rules {
                    padded,
                    ignored: ByteSet::new(b"\n"),
                    ..rules()
                };
                assert_eq!(
                    decoded(&text, &rules),
                    Ok(data.clone()),
                    "{len} {padded} {wrapcol}"
                );
            }
        }
    }

    #[test]
    fn damaged_texts() {
        for (text, error) in [
            (&b"="[..], Error::LeadingPadding),
            (b"MZXW6YTB=", Error::ExcessPadding),
            (b"MY=======", Error::ExcessPadding),
            (b"MY======A", Error::ExcessData),
            (b"MY=A====", Error::DiscontinuousPadding),
            (b"my======", Error::NotInAlphabet),
            (b"M", Error::ImpossibleLength(1)),
            (b"M=======", Error::ImpossibleLength(1)),
            (b"MZXW6YTBMZX", Error::ImpossibleLength(11)),
            (b"MZXW6Y", Error::ImpossibleLength(6)),
            (b"MY=====", Error::IncorrectPadding),
            (b"MZXQ", Error::IncorrectPadding),
        ] {
            assert_eq!(
                decoded(text, &rules()),
                Err(error),
                "{}",
                text.escape_ascii()
            );
        }
        let canonical = Rules {
            canonical: true,
            ..rules()
        };
        assert_eq!(
            decoded(b"MZ======", &canonical),
            Err(Error::NonZeroPaddingBits)
        );
        assert_eq!(decoded(b"MZ======", &rules()), Ok(b"f".to_vec()));
        let unpadded = Rules {
            padded: false,
            ..rules()
        };
        assert_eq!(
            decoded(b"MY======", &unpadded),
            Err(Error::PaddingNotAllowed)
        );
    }

    #[test]
    fn padding_that_is_ignored_may_stand_anywhere() {
        let lenient = Rules {
            ignored: ByteSet::new(b"= "),
            ..rules()
        };
        assert_eq!(
            decoded(b"==M=Z XW=6YT=B==", &lenient),
            Ok(b"fooba".to_vec())
        );
        assert_eq!(decoded(b"MY========", &lenient), Ok(b"f".to_vec()));
    }
}
