//! Base85 and Ascii85, as the functions of Python 3.15 read and write them.
//!
//! Both write four bytes, a big-endian number, as five digits to the base 85. Ascii85 (PostScript,
//! PDF, btoa) also abbreviates groups of zeros and of spaces, and may stand between `<~` and `~>`.

use std::fmt;

use crate::bytes::{ByteSet, DigitTable, digit_table};
use crate::lines;

/// The alphabet of Git and Mercurial, from RFC 1924.
pub(crate) const BASE85: &[u8; 85] =
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";

/// The alphabet of ZeroMQ (RFC 32/Z85).
pub(crate) const Z85: &[u8; 85] =
    b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";

/// The alphabet of PostScript: the characters from `!` on, in order.
pub(crate) const ASCII85: &[u8; 85] = &{
    let mut alphabet = [0; 85];
    let mut digit = 0;
    while digit < 85 {
        alphabet[digit] = b'!' + digit as u8;
        digit += 1;
    }
    alphabet
};

/// The digits of an alphabet for decoding.
pub(crate) const fn digits(alphabet: &[u8; 85]) -> DigitTable {
    digit_table(alphabet, None)
}

/// How [`encode`] lays out Base85.
pub(crate) struct Layout<'a> {
    /// The characters for the 85 digits.
    pub(crate) alphabet: &'a [u8; 85],
    /// Whether zeros fill the last group of bytes.
    pub(crate) pad: bool,
    /// The most characters on a line, rounded down to whole groups; 0: no line breaks.
    pub(crate) wrapcol: usize,
}

impl Layout<'_> {
    /// The length of the text for `len` bytes. `None` on overflow.
    pub(crate) fn encoded_len(&self, len: usize) -> Option<usize> {
        lines::wrapped_len(unwrapped_len(len, self.pad)?, lines::width(self.wrapcol, 5))
    }
}

/// The length of the digits alone for `len` bytes. `None` on overflow.
fn unwrapped_len(len: usize, pad: bool) -> Option<usize> {
    let groups = len.div_ceil(4).checked_mul(5)?;
    Some(if pad {
        groups
    } else {
        groups - (4 - len % 4) % 4
    })
}

/// Encodes `data` as Base85 into `text`, which must have room for [`Layout::encoded_len`], and
/// returns that length.
pub(crate) fn encode(data: &[u8], layout: &Layout<'_>, text: &mut [u8]) -> usize {
    let line_bytes = match lines::width(layout.wrapcol, 5) {
        Some(width) => width.get() / 5 * 4,
        None => data.len().max(1),
    };
    let mut end = 0;
    for line in data.chunks(line_bytes) {
        if end > 0 {
            text[end] = b'\n';
            end += 1;
        }
        for group in line.chunks(4) {
            let (cell, used) = encode_group(group, layout.alphabet, layout.pad);
            text[end..end + used].copy_from_slice(&cell[..used]);
            end += used;
        }
    }
    end
}

/// The digits for one to four bytes, and how many of them count.
fn encode_group(group: &[u8], alphabet: &[u8; 85], pad: bool) -> ([u8; 5], usize) {
    let number = number(group);
    let cell = POWERS.map(|power| alphabet[(number / power % 85) as usize]);
    (cell, if pad { 5 } else { group.len() + 1 })
}

/// The number that one to four bytes make, with zeros for those that lack.
fn number(group: &[u8]) -> u32 {
    let mut bytes = [0; 4];
    bytes[..group.len()].copy_from_slice(group);
    u32::from_be_bytes(bytes)
}

/// The weights of the five digits.
const POWERS: [u32; 5] = [85 * 85 * 85 * 85, 85 * 85 * 85, 85 * 85, 85, 1];

/// How [`encode_ascii85`] lays out Ascii85.
pub(crate) struct AsciiLayout {
    /// Whether four spaces become `y`, as in btoa.
    pub(crate) foldspaces: bool,
    /// The most characters on a line; 0: no line breaks.
    pub(crate) wrapcol: usize,
    /// Whether zeros fill the last group of bytes.
    pub(crate) pad: bool,
    /// Whether the text stands between `<~` and `~>`.
    pub(crate) adobe: bool,
}

impl AsciiLayout {
    /// Room enough for the text of `len` bytes; abbreviations leave some of it over. `None` on
    /// overflow.
    pub(crate) fn max_encoded_len(&self, len: usize) -> Option<usize> {
        let text = unwrapped_len(len, self.pad)?.checked_add(if self.adobe { 4 } else { 0 })?;
        lines::wrapped_len(text, self.width())
    }

    /// Characters on a line; the frame's two characters stay together.
    fn width(&self) -> Option<std::num::NonZeroUsize> {
        lines::width(
            if self.adobe && self.wrapcol == 1 {
                2
            } else {
                self.wrapcol
            },
            1,
        )
    }
}

/// Encodes `data` as Ascii85 into `text`, which must have room for
/// [`AsciiLayout::max_encoded_len`], and returns how much of it was used.
pub(crate) fn encode_ascii85(data: &[u8], layout: &AsciiLayout, text: &mut [u8]) -> usize {
    let mut text = Wrapped {
        text,
        end: 0,
        column: 0,
        width: layout.width(),
    };
    if layout.adobe {
        text.put(b"<~");
    }
    for group in data.chunks(4) {
        let whole = group.len() == 4 || layout.pad;
        match number(group) {
            0 if whole => text.put(b"z"),
            SPACES if group.len() == 4 && layout.foldspaces => text.put(b"y"),
            _ => {
                let (cell, used) = encode_group(group, ASCII85, layout.pad);
                text.put(&cell[..used]);
            }
        }
    }
    if layout.adobe {
        text.put_together(b"~>");
    }
    text.end
}

/// The number that four spaces make.
const SPACES: u32 = u32::from_be_bytes(*b"    ");

/// A text that is broken into lines as it grows.
struct Wrapped<'t> {
    text: &'t mut [u8],
    end: usize,
    column: usize,
    width: Option<std::num::NonZeroUsize>,
}

impl Wrapped<'_> {
    fn put(&mut self, piece: &[u8]) {
        for &character in piece {
            if self.width.is_some_and(|width| self.column >= width.get()) {
                self.break_line();
            }
            self.put_here(&[character]);
        }
    }

    /// As [`put`](Self::put), but never with a line break inside the piece.
    fn put_together(&mut self, piece: &[u8]) {
        if self
            .width
            .is_some_and(|width| self.column + piece.len() > width.get())
        {
            self.break_line();
        }
        self.put_here(piece);
    }

    fn break_line(&mut self) {
        self.column = 0;
        self.put_here(b"\n");
        self.column = 0;
    }

    fn put_here(&mut self, piece: &[u8]) {
        self.text[self.end..self.end + piece.len()].copy_from_slice(piece);
        self.end += piece.len();
        self.column += piece.len();
    }
}

/// What [`decode`] accepts.
pub(crate) struct Rules<'a> {
    /// The digits of the characters.
    pub(crate) digits: &'a DigitTable,
    /// Strays that are skipped.
    pub(crate) ignored: ByteSet,
    /// Whether the text must be the one that the encoder makes.
    pub(crate) canonical: bool,
}

/// What [`decode_ascii85`] accepts.
pub(crate) struct AsciiRules {
    /// Whether `y` stands for four spaces.
    pub(crate) foldspaces: bool,
    /// Whether the text must end with `~>`, and may begin with `<~`.
    pub(crate) adobe: bool,
    /// Strays that are skipped.
    pub(crate) ignored: ByteSet,
    /// Whether the text must be the one that the encoder makes.
    pub(crate) canonical: bool,
}

/// Why a text is not Base85 or Ascii85. Displays as CPython words it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Error {
    /// A group above 2³² - 1. Carries where it starts.
    Overflow(usize),
    /// A character outside the alphabet. Carries where it stands.
    NotInAlphabet(usize),
    /// A last group of one character.
    IncompleteGroup,
    /// An Ascii85 group above 2³² - 1.
    AsciiOverflow,
    /// A character that is not Ascii85.
    NotAscii85(u8),
    /// An abbreviation within a group.
    InsideGroup(u8),
    /// A last Ascii85 group of one character.
    IncompleteAsciiGroup,
    /// No `~>` at the end.
    MissingEnd,
    /// Canonical mode: zeros that are not abbreviated.
    Unabbreviated,
    /// Canonical mode: a last group with other digits than the encoder's.
    NonZeroPaddingBits,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Error::Overflow(at) => write!(f, "Base85 overflow in hunk starting at byte {at}"),
            Error::NotInAlphabet(at) => write!(f, "bad Base85 character at position {at}"),
            Error::IncompleteGroup => f.write_str("Incomplete Base85 group"),
            Error::AsciiOverflow => f.write_str("Ascii85 overflow"),
            Error::NotAscii85(character) => {
                write!(f, "Non-Ascii85 digit found: {}", char::from(character))
            }
            Error::InsideGroup(character) => {
                write!(f, "'{}' inside Ascii85 5-tuple", char::from(character))
            }
            Error::IncompleteAsciiGroup => f.write_str("Incomplete Ascii85 group"),
            Error::MissingEnd => f.write_str("Ascii85 encoded byte sequences must end with b'~>'"),
            Error::Unabbreviated => {
                f.write_str("Non-canonical encoding, use 'z' for all-zero groups")
            }
            Error::NonZeroPaddingBits => f.write_str("Non-zero padding bits"),
        }
    }
}

/// The room that [`decode`] needs for `len` characters.
pub(crate) fn max_decoded_len(len: usize) -> usize {
    len.div_ceil(5) * 4
}

/// Decodes the Base85 `text` into `bytes`, which must have room for [`max_decoded_len`], and
/// returns how much of it was used.
pub(crate) fn decode(text: &[u8], rules: &Rules<'_>, bytes: &mut [u8]) -> Result<usize, Error> {
    let mut groups = Groups {
        bytes,
        written: 0,
        number: 0,
        digits: 0,
    };
    for (at, &character) in text.iter().enumerate() {
        match rules.digits[usize::from(character)] {
            digit @ 0..85 => {
                groups.digit(digit).ok_or(Error::Overflow(at / 5 * 5))?;
                groups.write_if_whole();
            }
            _ if rules.ignored.contains(character) => {}
            _ => return Err(Error::NotInAlphabet(at)),
        }
    }
    // Where filling up the last group would put its fifth digit.
    let fifth = text.len() + 4 - groups.digits.min(4);
    groups.finish(
        rules.canonical,
        Error::Overflow(fifth / 5 * 5),
        Error::IncompleteGroup,
    )
}

/// The room that [`decode_ascii85`] needs for `text`. `None` on overflow.
pub(crate) fn max_decoded_ascii85_len(text: &[u8]) -> Option<usize> {
    let short = text
        .iter()
        .filter(|&&character| matches!(character, b'y' | b'z'))
        .count();
    short
        .checked_mul(4)?
        .checked_add(max_decoded_len(text.len() - short))
}

/// Decodes the Ascii85 `text` into `bytes`, which should have room for
/// [`max_decoded_ascii85_len`], and returns how much of it was used. What there is no room for,
/// because the text has changed since, is left out.
pub(crate) fn decode_ascii85(
    text: &[u8],
    rules: &AsciiRules,
    bytes: &mut [u8],
) -> Result<usize, Error> {
    let text = if rules.adobe { unframed(text)? } else { text };
    let mut groups = Groups {
        bytes,
        written: 0,
        number: 0,
        digits: 0,
    };
    for &character in text {
        match character {
            b'!'..=b'u' => {
                groups.digit(character - b'!').ok_or(Error::AsciiOverflow)?;
                if rules.canonical && groups.digits == 5 && groups.number == 0 {
                    return Err(Error::Unabbreviated);
                }
                groups.write_if_whole();
            }
            b'z' | b'y' if character == b'z' || rules.foldspaces => {
                if groups.digits != 0 {
                    return Err(Error::InsideGroup(character));
                }
                groups.digits = 5;
                groups.number = if character == b'z' { 0 } else { SPACES };
                groups.write_if_whole();
            }
            _ if rules.ignored.contains(character) => {}
            _ => return Err(Error::NotAscii85(character)),
        }
    }
    groups.finish(
        rules.canonical,
        Error::AsciiOverflow,
        Error::IncompleteAsciiGroup,
    )
}

/// The text without its frame.
fn unframed(text: &[u8]) -> Result<&[u8], Error> {
    let text = text.strip_suffix(b"~>").ok_or(Error::MissingEnd)?;
    Ok(text.strip_prefix(b"<~").unwrap_or(text))
}

/// The groups decoded so far and the one under way.
struct Groups<'b> {
    bytes: &'b mut [u8],
    written: usize,
    /// The number that the digits of the group under way make.
    number: u32,
    /// How many digits it has.
    digits: usize,
}

impl Groups<'_> {
    /// Takes a digit. `None` when the group overflows.
    fn digit(&mut self, digit: u8) -> Option<()> {
        self.number = self.number.checked_mul(85)?.checked_add(digit.into())?;
        self.digits += 1;
        Some(())
    }

    fn write_if_whole(&mut self) {
        if self.digits == 5 {
            self.write(4);
        }
    }

    fn write(&mut self, bytes: usize) {
        if let Some(slots) = self.bytes.get_mut(self.written..self.written + bytes) {
            slots.copy_from_slice(&self.number.to_be_bytes()[..bytes]);
            self.written += bytes;
        }
        self.number = 0;
        self.digits = 0;
    }

    /// Takes the end of the text. A short group is filled with the largest digit.
    fn finish(
        mut self,
        canonical: bool,
        overflow: Error,
        incomplete: Error,
    ) -> Result<usize, Error> {
        let (digits, lacking) = (self.digits, 5 - self.digits);
        if digits == 0 {
            return Ok(self.written);
        }
        for _ in 0..lacking {
            self.digit(84).ok_or(overflow)?;
        }
        if digits == 1 {
            return Err(incomplete);
        }
        let number = self.number;
        self.write(digits - 1);
        // The encoder fills a short group with zero bytes; its digits show the difference.
        let weight = POWERS[digits - 1];
        let zero_filled = number >> (8 * lacking) << (8 * lacking);
        match canonical && zero_filled / weight != number / weight {
            true => Err(Error::NonZeroPaddingBits),
            false => Ok(self.written),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static DIGITS: DigitTable = digits(BASE85);

    fn rules() -> Rules<'static> {
        Rules {
            digits: &DIGITS,
            ignored: ByteSet::EMPTY,
            canonical: false,
        }
    }

    const ASCII: AsciiRules = AsciiRules {
        foldspaces: false,
        adobe: false,
        ignored: ByteSet::EMPTY,
        canonical: false,
    };

    const PLAIN: AsciiLayout = AsciiLayout {
        foldspaces: false,
        wrapcol: 0,
        pad: false,
        adobe: false,
    };

    fn encoded(data: &[u8], layout: &Layout<'_>) -> Vec<u8> {
        let mut text = vec![0; layout.encoded_len(data.len()).unwrap()];
        assert_eq!(encode(data, layout, &mut text), text.len());
        text
    }

    fn encoded_ascii85(data: &[u8], layout: &AsciiLayout) -> Vec<u8> {
        let mut text = vec![0; layout.max_encoded_len(data.len()).unwrap()];
        let end = encode_ascii85(data, layout, &mut text);
        text.truncate(end);
        text
    }

    fn decoded(text: &[u8], rules: &Rules<'_>) -> Result<Vec<u8>, Error> {
        let mut bytes = vec![0; max_decoded_len(text.len())];
        decode(text, rules, &mut bytes).map(|len| bytes[..len].to_vec())
    }

    fn decoded_ascii85(text: &[u8], rules: &AsciiRules) -> Result<Vec<u8>, Error> {
        let mut bytes = vec![0; max_decoded_ascii85_len(text).unwrap()];
        decode_ascii85(text, rules, &mut bytes).map(|len| bytes[..len].to_vec())
    }

    #[test]
    fn known_texts() {
        let git = Layout {
            alphabet: BASE85,
            pad: false,
            wrapcol: 0,
        };
        assert_eq!(encoded(b"www.python.org", &git), b"cXxL#aCvlSZ*DGca%T");
        // The test case of RFC 32/Z85.
        let z85 = Layout {
            alphabet: Z85,
            ..git
        };
        assert_eq!(
            encoded(b"\x86\x4f\xd2\x6f\xb5\x59\xf7\x5b", &z85),
            b"HelloWorld"
        );
        assert_eq!(
            encoded_ascii85(b"www.python.org", &PLAIN),
            b"GB\\6`E-ZP=Df.1GEb>"
        );
        assert_eq!(encoded_ascii85(b"\0\0\0\0    ", &PLAIN), b"z+<VdL");
        let btoa = AsciiLayout {
            foldspaces: true,
            adobe: true,
            ..PLAIN
        };
        assert_eq!(encoded_ascii85(b"\0\0\0\0    ", &btoa), b"<~zy~>");
    }

    #[test]
    fn every_layout_makes_the_round_trip() {
        for len in 0..60 {
            let data: Vec<u8> = (0..len)
                .map(|i| [0, 32, 255][i / 5 % 3] ^ (i / 9) as u8)
                .collect();
            for wrapcol in [0, 1, 2, 3, 7, 76] {
                let text = encoded(
                    &data,
                    &Layout {
                        alphabet: BASE85,
                        pad: false,
                        wrapcol,
                    },
                );
                let ignored = ByteSet::new(b"\n");
                let rules = Rules {
                    ignored,
                    canonical: true,
                    ..rules()
                };
                assert_eq!(decoded(&text, &rules), Ok(data.clone()));
                for foldspaces in [false, true] {
                    for adobe in [false, true] {
                        let layout = AsciiLayout {
                            foldspaces,
                            wrapcol,
                            pad: false,
                            adobe,
                        };
                        let text = encoded_ascii85(&data, &layout);
                        let rules = AsciiRules {
                            foldspaces,
                            adobe,
                            ignored,
                            canonical: true,
                        };
                        let joined: Vec<u8> =
                            text.iter().copied().filter(|&c| c != b'\n').collect();
                        assert_eq!(decoded_ascii85(&joined, &rules), Ok(data.clone()));
                        assert!(!adobe || text.ends_with(b"~>"));
                        let width = if adobe { wrapcol.max(2) } else { wrapcol };
                        let mut lines = text.split(|&character| character == b'\n');
                        assert!(wrapcol == 0 || lines.all(|line| line.len() <= width));
                    }
                }
            }
        }
    }

    #[test]
    fn damaged_texts() {
        for (text, error) in [
            (&b"0000"[..], None),
            (b"0", Some(Error::IncompleteGroup)),
            (b"~", Some(Error::Overflow(0))),
            (b"00000~~~~~", Some(Error::Overflow(5))),
            (b"00000~~", Some(Error::Overflow(5))),
            (b"00000 0", Some(Error::NotInAlphabet(5))),
        ] {
            assert_eq!(
                decoded(text, &rules()).err(),
                error,
                "{}",
                text.escape_ascii()
            );
        }
        for (text, error) in [
            (&b"!!!!!z"[..], None),
            (b"!", Some(Error::IncompleteAsciiGroup)),
            (b"s8W-\"", Some(Error::AsciiOverflow)),
            (b"!z", Some(Error::InsideGroup(b'z'))),
            (b"y", Some(Error::NotAscii85(b'y'))),
            (b"v", Some(Error::NotAscii85(b'v'))),
        ] {
            assert_eq!(
                decoded_ascii85(text, &ASCII).err(),
                error,
                "{}",
                text.escape_ascii()
            );
        }
        let adobe = AsciiRules {
            adobe: true,
            ..ASCII
        };
        assert_eq!(decoded_ascii85(b"<~", &adobe), Err(Error::MissingEnd));
        assert_eq!(
            decoded_ascii85(b"<~>", &adobe),
            Err(Error::IncompleteAsciiGroup)
        );
        assert_eq!(decoded_ascii85(b"<~~>", &adobe), Ok(vec![]));
        let canonical = AsciiRules {
            canonical: true,
            ..ASCII
        };
        assert_eq!(
            decoded_ascii85(b"!!!!!", &canonical),
            Err(Error::Unabbreviated)
        );
        assert_eq!(
            decoded_ascii85(b"!#", &canonical),
            Err(Error::NonZeroPaddingBits)
        );
    }

    /// Of all last groups of two, exactly those that the encoder makes are canonical.
    #[test]
    fn canonical_last_groups() {
        let canonical = Rules {
            canonical: true,
            ..rules()
        };
        let accepted = BASE85
            .iter()
            .flat_map(|&first| BASE85.iter().map(move |&second| [first, second]))
            .filter(|text| decoded(text, &canonical).is_ok())
            .count();
        assert_eq!(accepted, 256);
    }
}
