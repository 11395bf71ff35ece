//! Base64 (RFC 4648, sections 4 and 5), as strict or as forgiving as CPython's.
//!
//! Regular text, which is nearly all text, goes through SIMD kernels chosen by CPU at run time,
//! line by line. What is left (padding, line breaks, strays) goes through a state machine that
//! knows CPython's rules character by character.

// Alphabets, line widths and the like are there from Python 3.15 on.
#![cfg_attr(not(Py_3_15), allow(dead_code))]

use std::fmt;

use base64_simd::{AsOut, Base64, Out, STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use crate::bytes::{ByteSet, DigitTable, digit_table};
use crate::lines;

/// The alphabet of RFC 4648, section 4.
pub(crate) const STANDARD: &[u8; 64] =
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The URL and filename safe alphabet of RFC 4648, section 5.
pub(crate) const URL_SAFE: &[u8; 64] =
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The length of the text that [`encode_padded`] makes of `len` bytes. `None` on overflow.
pub(crate) fn padded_len(len: usize) -> Option<usize> {
    len.div_ceil(3).checked_mul(4)
}

/// Encodes `data` in the standard alphabet, padded and without a line break, into `text`, which
/// must have room for [`padded_len`].
pub(crate) fn encode_padded<'t>(data: &[u8], text: Out<'t, [u8]>) -> &'t mut [u8] {
    base64_simd::STANDARD.encode(data, text)
}

/// How [`encode`] lays out its text.
pub(crate) struct Layout<'a> {
    /// The characters for the 64 digits.
    pub(crate) alphabet: &'a [u8; 64],
    /// Whether `=` fills the last group.
    pub(crate) padded: bool,
    /// The most characters on a line, rounded down to whole groups; 0: no line breaks.
    pub(crate) wrapcol: usize,
    /// Whether a newline ends the text.
    pub(crate) newline: bool,
}

impl Layout<'_> {
    /// The length of the text for `len` bytes. `None` on overflow.
    pub(crate) fn encoded_len(&self, len: usize) -> Option<usize> {
        let groups = padded_len(len)?;
        let text = if self.padded {
            groups
        } else {
            groups - missing(len)
        };
        lines::wrapped_len(text, lines::width(self.wrapcol, 4))?.checked_add(self.newline.into())
    }
}

/// How many characters the last group lacks when `len` bytes are encoded.
fn missing(len: usize) -> usize {
    (3 - len % 3) % 3
}

/// Encodes `data` into `text`, which must have room for [`Layout::encoded_len`], and returns that
/// length.
pub(crate) fn encode(data: &[u8], layout: &Layout<'_>, text: &mut [u8]) -> usize {
    let line_bytes = match lines::width(layout.wrapcol, 4) {
        Some(width) => width.get() / 4 * 3,
        None => data.len().max(1),
    };
    let mut end = 0;
    for line in data.chunks(line_bytes) {
        if end > 0 {
            text[end] = b'\n';
            end += 1;
        }
        end += encode_line(line, layout.alphabet, &mut text[end..]);
    }
    if layout.padded {
        let padding = missing(data.len());
        text[end..end + padding].fill(b'=');
        end += padding;
    }
    if layout.newline {
        text[end] = b'\n';
        end += 1;
    }
    end
}

fn encode_line(data: &[u8], alphabet: &[u8; 64], text: &mut [u8]) -> usize {
    match simd_codec(alphabet) {
        Some(codec) => codec.encode(data, text.as_out()).len(),
        None => encode_by_table(data, alphabet, text),
    }
}

/// The SIMD codec for an alphabet that has one.
fn simd_codec(alphabet: &[u8; 64]) -> Option<&'static Base64> {
    match alphabet {
        STANDARD => Some(&STANDARD_NO_PAD),
        URL_SAFE => Some(&URL_SAFE_NO_PAD),
        _ => None,
    }
}

fn encode_by_table(data: &[u8], alphabet: &[u8; 64], text: &mut [u8]) -> usize {
    let character = |bits: u32| alphabet[(bits & 0x3f) as usize];
    let (groups, rest) = data.as_chunks::<3>();
    let (quads, tail) = text.as_chunks_mut::<4>();
    for (&[a, b, c], quad) in groups.iter().zip(&mut *quads) {
        let bits = u32::from_be_bytes([0, a, b, c]);
        *quad = [18, 12, 6, 0].map(|shift| character(bits >> shift));
    }
    let end = groups.len() * 4;
    if rest.is_empty() {
        return end;
    }
    let bits = u32::from_be_bytes([0, rest[0], rest.get(1).copied().unwrap_or(0), 0]);
    let last = match quads.get_mut(groups.len()) {
        Some(quad) => &mut quad[..],
        None => tail,
    };
    for (place, slot) in last.iter_mut().take(rest.len() + 1).enumerate() {
        *slot = character(bits >> (18 - 6 * place));
    }
    end + rest.len() + 1
}

/// The room that [`decode`] needs for `len` characters.
pub(crate) fn max_decoded_len(len: usize) -> usize {
    len.div_ceil(4) * 3
}

/// A decoder's alphabet: the digits of the characters, and the SIMD codec if there is one for it.
pub(crate) struct Alphabet {
    digits: DigitTable,
    simd: Option<&'static Base64>,
}

impl Alphabet {
    /// The alphabet of RFC 4648, section 4.
    pub(crate) const STANDARD: Self = Self {
        digits: digit_table(STANDARD, Some(b'=')),
        simd: Some(&STANDARD_NO_PAD),
    };

    /// The alphabet in which the character at index *d* is digit *d*.
    pub(crate) fn new(characters: &[u8; 64]) -> Self {
        Self {
            digits: digit_table(characters, Some(b'=')),
            simd: simd_codec(characters),
        }
    }
}

/// What padding means, which CPython changed twice in minor releases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PaddingRules {
    /// The first complete padding ends the text; in strict mode `AAAA=` passes. To 3.12.3.
    EndsText,
    /// As before, but in strict mode padding after a whole group is an error. To 3.13.12 and
    /// 3.14.3.
    EndsTextNoExcess,
    /// Padding is skipped wherever it is, unless the mode is strict (RFC 4648, section 3.3).
    Skipped,
}

/// What [`decode`] accepts.
pub(crate) struct Rules<'a> {
    /// The characters of the 64 digits.
    pub(crate) alphabet: &'a Alphabet,
    /// Whether anything but regular text is an error; otherwise it is skipped.
    pub(crate) strict: bool,
    /// What padding means.
    pub(crate) padding: PaddingRules,
    /// Whether `=` is padding; otherwise it is a stray. False only under
    /// [`PaddingRules::Skipped`].
    pub(crate) padded: bool,
    /// Strays that are skipped in strict mode too. Empty except under [`PaddingRules::Skipped`].
    pub(crate) ignored: ByteSet,
    /// Whether unused bits at the end must be zeros.
    pub(crate) canonical: bool,
}

/// Why a text is not base64. Displays as CPython words it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Error {
    /// Strict mode: padding before any data.
    LeadingPadding,
    /// Strict mode: more padding than the last group lacks.
    ExcessPadding,
    /// Strict mode: data after the padding.
    ExcessData,
    /// Strict mode: data between padding characters.
    DiscontinuousPadding,
    /// Strict mode: a character outside the alphabet.
    NotInAlphabet,
    /// Strict mode: padding where none is recognised.
    PaddingNotAllowed,
    /// A last group of one character, which cannot hold a byte. Carries the number of characters.
    OneMoreThanMultipleOf4(usize),
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
            Error::NotInAlphabet => "Only base64 data is allowed",
            Error::PaddingNotAllowed => "Padding not allowed",
            Error::IncorrectPadding => "Incorrect padding",
            Error::NonZeroPaddingBits => "Non-zero padding bits",
            Error::OneMoreThanMultipleOf4(characters) => {
                return write!(
                    f,
                    "Invalid base64-encoded string: number of data characters ({characters}) \
                     cannot be 1 more than a multiple of 4"
                );
            }
        })
    }
}

/// Decodes `text` into `bytes`, which must have room for [`max_decoded_len`], and returns how
/// much of it was used. Linear in the length of the text, whatever it holds.
pub(crate) fn decode(text: &[u8], rules: &Rules<'_>, bytes: &mut [u8]) -> Result<usize, Error> {
    if rules.strict && rules.padding != PaddingRules::Skipped && text.first() == Some(&b'=') {
        return Err(Error::LeadingPadding);
    }
    let mut decoder = Decoder::new(rules, bytes);
    let mut rest = text;
    loop {
        if !decoder.minds_digits() {
            rest = &rest[decoder.whole_groups(rest)..];
            if let Some(written) = decoder.regular_end(rest) {
                return Ok(written);
            }
            let taken = decoder.digits_and_strays(rest);
            rest = &rest[taken..];
            if taken > 0 {
                continue;
            }
        }
        let Some(&character) = rest.split_off_first() else {
            return decoder.finish();
        };
        if character == b'=' && rules.padded {
            if decoder.padding(rest.is_empty())? {
                return Ok(decoder.end_of_text());
            }
        } else {
            decoder.character(character)?;
        }
    }
}

/// The state between two characters.
struct Decoder<'r, 'b> {
    rules: &'r Rules<'r>,
    bytes: &'b mut [u8],
    /// Bytes of the groups that are complete.
    written: usize,
    /// The digits of the group under way, six bits each.
    group: u32,
    /// How many there are, 0 to 3.
    in_group: usize,
    /// Padding characters since the last digit.
    pads: usize,
    /// Whether there was padding anywhere.
    padding_seen: bool,
    /// Do not try SIMD again before this many characters of the text are left.
    simd_below: usize,
}

impl<'r, 'b> Decoder<'r, 'b> {
    fn new(rules: &'r Rules<'r>, bytes: &'b mut [u8]) -> Self {
        Self {
            rules,
            bytes,
            written: 0,
            group: 0,
            in_group: 0,
            pads: 0,
            padding_seen: false,
            simd_below: usize::MAX,
        }
    }

    /// Whether a digit might be an error here, after padding.
    fn minds_digits(&self) -> bool {
        self.rules.strict
            && match self.rules.padding {
                PaddingRules::Skipped => self.pads > 0,
                _ => self.padding_seen,
            }
    }

    /// Decodes the groups at the start of `text` that consist of digits alone, and returns how
    /// many characters they are. Nothing while a group is under way.
    #[inline]
    fn whole_groups(&mut self, text: &[u8]) -> usize {
        if self.in_group != 0 {
            return 0;
        }
        let done = match self.whole_groups_simd(text) {
            0 => self.whole_groups_by_table(text),
            done => done,
        };
        if done > 0 {
            self.pads = 0;
        }
        done
    }

    /// Decodes the first line of `text`, if it is regular and long enough to be worth it.
    #[inline]
    fn whole_groups_simd(&mut self, text: &[u8]) -> usize {
        /// Shorter lines are quicker by table.
        const SHORTEST: usize = 64;
        /// Bounds what is read twice when a stray comes late.
        const LONGEST: usize = 1 << 14;

        if text.len() < SHORTEST || text.len() > self.simd_below {
            return 0;
        }
        let Some(codec) = self.rules.alphabet.simd else {
            return 0;
        };
        let line = &text[..text.len().min(LONGEST)];
        let line = memchr::memchr(b'\n', line).map_or(line, |end| &line[..end]);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let padding = line
            .iter()
            .rev()
            .take(2)
            .take_while(|&&last| last == b'=')
            .count();
        let line = &line[..(line.len() - padding) / 4 * 4];
        if line.len() < SHORTEST {
            return 0;
        }
        match codec.decode(line, self.bytes[self.written..].as_out()) {
            Ok(bytes) => {
                self.written += bytes.len();
                line.len()
            }
            Err(_) => {
                self.simd_below = text.len() - line.len();
                0
            }
        }
    }

    fn whole_groups_by_table(&mut self, text: &[u8]) -> usize {
        let digits = &self.rules.alphabet.digits;
        let (groups, _) = text.as_chunks::<4>();
        let (room, _) = self.bytes[self.written..].as_chunks_mut::<3>();
        let mut done = 0;
        for (group, slot) in groups.iter().zip(room) {
            let [a, b, c, d] = group.map(|character| u32::from(digits[usize::from(character)]));
            if (a | b | c | d) > 0x3f {
                break;
            }
            let [_, bytes @ ..] = (a << 18 | b << 12 | c << 6 | d).to_be_bytes();
            *slot = bytes;
            done += 1;
        }
        self.written += done * 3;
        done * 4
    }

    /// Takes the end of the text if it is what encoders make: a padded group, and perhaps a line
    /// break where that is skipped. Returns how much was written in all.
    #[inline]
    fn regular_end(&mut self, text: &[u8]) -> Option<usize> {
        let Rules {
            alphabet,
            strict,
            padded,
            canonical,
            ..
        } = *self.rules;
        let group = match *text {
            [ref group @ .., b'\r', b'\n'] | [ref group @ .., b'\n'] if !strict => group,
            ref group => group,
        };
        let &[a, b, c, b'='] = group else {
            return None;
        };
        if self.in_group != 0 || !padded || canonical {
            return None;
        }
        for character in [a, b, c].into_iter().take(if c == b'=' { 2 } else { 3 }) {
            let digit = alphabet.digits[usize::from(character)];
            if digit > 0x3f {
                (self.group, self.in_group) = (0, 0);
                return None;
            }
            self.group = self.group << 6 | u32::from(digit);
            self.in_group += 1;
        }
        Some(self.end_of_text())
    }

    /// Takes the digits and the strays to be skipped at the start of `text`, and returns how many
    /// characters they are. Stops early where whole groups may follow: behind a line break, or
    /// after a while.
    fn digits_and_strays(&mut self, text: &[u8]) -> usize {
        /// So many characters are cheaper here than one vain look for whole groups.
        const A_WHILE: usize = 64;

        let Rules {
            alphabet,
            strict,
            padded,
            ref ignored,
            ..
        } = *self.rules;
        let is_padding = |character| character == b'=' && padded;
        let (mut group, mut in_group, mut groups) = (self.group, self.in_group, 0);
        let mut room = self.bytes[self.written..].as_chunks_mut::<3>().0.iter_mut();
        let mut taken = text.len();
        for (at, &character) in text.iter().enumerate() {
            let digit = alphabet.digits[usize::from(character)];
            if digit <= 0x3f {
                group = group << 6 | u32::from(digit);
                in_group += 1;
                if in_group == 4
                    && let Some(slot) = room.next()
                {
                    [_, slot[0], slot[1], slot[2]] = group.to_be_bytes();
                    (group, in_group) = (0, 0);
                    groups += 1;
                    if at >= A_WHILE {
                        taken = at + 1;
                        break;
                    }
                }
            } else if is_padding(character) || (strict && !ignored.contains(character)) {
                taken = at;
                break;
            } else if in_group == 0 && character == b'\n' {
                taken = at + 1;
                break;
            }
        }
        if groups > 0 || in_group > self.in_group {
            self.pads = 0;
        }
        (self.group, self.in_group) = (group, in_group);
        self.written += groups * 3;
        taken
    }

    /// Takes a `=`. True when it ends the text.
    fn padding(&mut self, is_last: bool) -> Result<bool, Error> {
        let strict = self.rules.strict;
        self.padding_seen = true;
        if self.rules.padding == PaddingRules::Skipped {
            self.pads += 1;
            let fits = self.in_group >= 2 && self.in_group + self.pads <= 4;
            if fits || !strict || self.rules.ignored.contains(b'=') {
                return Ok(false);
            }
            return Err(match (self.in_group, self.written) {
                (0, 0) => Error::LeadingPadding,
                (1, _) => self.one_more_than_multiple_of_4(),
                _ => Error::ExcessPadding,
            });
        }
        if strict && self.in_group == 0 && self.rules.padding == PaddingRules::EndsTextNoExcess {
            return Err(Error::ExcessPadding);
        }
        if self.in_group < 2 {
            return Ok(false);
        }
        self.pads += 1;
        match self.in_group + self.pads < 4 {
            true => Ok(false),
            false if strict && !is_last => Err(Error::ExcessData),
            false => Ok(true),
        }
    }

    /// Takes any other character that is an error, or might be one after padding.
    fn character(&mut self, character: u8) -> Result<(), Error> {
        let Rules {
            alphabet,
            ref ignored,
            ..
        } = *self.rules;
        let digit = alphabet.digits[usize::from(character)];
        if digit > 0x3f {
            return match character {
                _ if ignored.contains(character) => Ok(()),
                b'=' => Err(Error::PaddingNotAllowed),
                _ => Err(Error::NotInAlphabet),
            };
        }
        let skipped = self.rules.padding == PaddingRules::Skipped;
        if skipped && ignored.contains(b'=') {
            self.digits_and_strays(&[character]);
            Ok(())
        } else if skipped && self.in_group + self.pads == 4 {
            Err(Error::ExcessData)
        } else {
            Err(Error::DiscontinuousPadding)
        }
    }

    /// Takes the end of the text.
    fn finish(mut self) -> Result<usize, Error> {
        let unused = self.group & [0, 0, 0x0f, 0x03][self.in_group];
        match self.in_group {
            1 => Err(self.one_more_than_multiple_of_4()),
            2 | 3 if self.rules.padded && self.in_group + self.pads < 4 => {
                Err(Error::IncorrectPadding)
            }
            _ if self.rules.canonical && unused != 0 => Err(Error::NonZeroPaddingBits),
            _ => Ok(self.end_of_text()),
        }
    }

    /// Writes what the group under way holds, and returns how much was written in all.
    fn end_of_text(&mut self) -> usize {
        let [_, bytes @ ..] = (self.group << (6 * (4 - self.in_group))).to_be_bytes();
        let last = self.in_group.saturating_sub(1);
        self.bytes[self.written..self.written + last].copy_from_slice(&bytes[..last]);
        self.written + last
    }

    fn one_more_than_multiple_of_4(&self) -> Error {
        Error::OneMoreThanMultipleOf4(self.written / 3 * 4 + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORGIVING: Rules<'static> = Rules {
        alphabet: &Alphabet::STANDARD,
        strict: false,
        padding: PaddingRules::Skipped,
        padded: true,
        ignored: ByteSet::EMPTY,
        canonical: false,
    };

    fn encoded(data: &[u8], layout: &Layout<'_>) -> Vec<u8> {
        let mut text = vec![0; layout.encoded_len(data.len()).unwrap()];
        assert_eq!(encode(data, layout, &mut text), text.len());
        text
    }

    fn decoded(text: &[u8], rules: &Rules<'_>) -> Result<Vec<u8>, Error> {
        let mut bytes = vec![0; max_decoded_len(text.len())];
        decode(text, rules, &mut bytes).map(|len| bytes[..len].to_vec())
    }

    fn sample(len: usize) -> Vec<u8> {
        (0..len)
            .map(|i| (i * 167 + (i >> 8) * 31 + 5) as u8)
            .collect()
    }

    #[test]
    fn rfc_4648_vectors() {
        let plain = Layout {
            alphabet: STANDARD,
            padded: true,
            wrapcol: 0,
            newline: false,
        };
        for (data, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(encoded(data.as_bytes(), &plain), text.as_bytes());
            let mut line = vec![0; padded_len(data.len()).unwrap()];
            assert_eq!(
                encode_padded(data.as_bytes(), line.as_out()),
                text.as_bytes()
            );
            for strict in [false, true] {
                let rules = Rules {
                    strict,
                    ..FORGIVING
                };
                assert_eq!(
                    decoded(text.as_bytes(), &rules),
                    Ok(data.as_bytes().to_vec())
                );
            }
        }
    }

    #[test]
    fn every_layout_makes_the_round_trip() {
        let reversed: [u8; 64] = std::array::from_fn(|digit| STANDARD[63 - digit]);
        for len in (0..200).chain([1000, 4095, 4096, 4097, 70_000]) {
            let data = sample(len);
            for alphabet in [STANDARD, URL_SAFE, &reversed] {
                for (padded, wrapcol, newline) in [
                    (true, 0, true),
                    (false, 0, false),
                    (true, 1, true),
                    (true, 76, false),
                    (false, 79, true),
                ] {
                    let layout = Layout {
                        alphabet,
                        padded,
                        wrapcol,
                        newline,
                    };
                    let text = encoded(&data, &layout);
                    let rules = Rules {
                        alphabet: &Alphabet::new(alphabet),
                        padded,
                        ..FORGIVING
                    };
                    assert_eq!(decoded(&text, &rules), Ok(data.clone()), "{len} {wrapcol}");
                    let widest = text
                        .split(|&character| character == b'\n')
                        .map(<[u8]>::len)
                        .max();
                    assert!(wrapcol == 0 || widest <= Some((wrapcol / 4 * 4).max(4)));
                }
            }
        }
    }

    #[test]
    fn tables_and_kernels_encode_alike() {
        for len in 0..100 {
            let data = sample(len);
            let mut by_table = vec![0; len.div_ceil(3) * 4];
            let end = encode_by_table(&data, STANDARD, &mut by_table);
            let plain = Layout {
                alphabet: STANDARD,
                padded: false,
                wrapcol: 0,
                newline: false,
            };
            assert_eq!(by_table[..end], encoded(&data, &plain));
        }
    }

    #[test]
    fn lengths_that_overflow() {
        let plain = Layout {
            alphabet: STANDARD,
            padded: true,
            wrapcol: 0,
            newline: true,
        };
        assert_eq!(plain.encoded_len(usize::MAX), None);
        assert_eq!(plain.encoded_len(usize::MAX / 4 * 3 + 1), None);
    }

    /// Every text of up to six characters over digits, padding and strays, under all rules.
    #[test]
    fn short_texts_match_the_model() {
        let mut texts = vec![vec![]];
        for _ in 0..=6 {
            for text in &texts {
                every_rule(|rules| assert_eq!(decoded(text, rules), model(text, rules)));
            }
            texts = texts
                .iter()
                .flat_map(|text| b"Ah=*".iter().map(|&last| [text, &[last][..]].concat()))
                .collect();
        }
    }

    /// Long regular texts, so that the kernels run, with one character replaced or put in.
    #[test]
    fn long_damaged_texts_match_the_model() {
        let layout = Layout {
            alphabet: STANDARD,
            padded: true,
            wrapcol: 76,
            newline: true,
        };
        for len in [50, 57, 116] {
            let text = encoded(&sample(len), &layout);
            for at in 0..text.len() {
                for damage in *b"=*A\r\n\xff" {
                    let mut replaced = text.clone();
                    replaced[at] = damage;
                    let mut inserted = text.clone();
                    inserted.insert(at, damage);
                    for text in [replaced, inserted] {
                        for strict in [false, true] {
                            for padding in [PaddingRules::EndsText, PaddingRules::Skipped] {
                                let rules = &Rules {
                                    strict,
                                    padding,
                                    ..FORGIVING
                                };
                                assert_eq!(decoded(&text, rules), model(&text, rules));
                            }
                        }
                    }
                }
            }
        }
    }

    fn every_rule(mut check: impl FnMut(&Rules<'_>)) {
        for strict in [false, true] {
            for padding in [PaddingRules::EndsText, PaddingRules::EndsTextNoExcess] {
                check(&Rules {
                    strict,
                    padding,
                    ..FORGIVING
                });
            }
            for (padded, canonical) in [(true, false), (true, true), (false, false), (false, true)]
            {
                for ignored in [&b""[..], b"=", b"*\n\r", b"=*\n\r"] {
                    let ignored = ByteSet::new(ignored);
                    check(&Rules {
                        strict,
                        padded,
                        canonical,
                        ignored,
                        ..FORGIVING
                    });
                }
            }
        }
    }

    /// The rules once more, each character judged by looking at all that stands before it.
    fn model(text: &[u8], rules: &Rules<'_>) -> Result<Vec<u8>, Error> {
        let digit = |&character: &u8| STANDARD.iter().position(|&known| known == character);
        let is_pad = |character: u8| character == b'=' && rules.padded;
        let ignored = |character| !rules.strict || rules.ignored.contains(character);
        let ends_text = rules.padding != PaddingRules::Skipped;
        if ends_text && rules.strict && text.starts_with(b"=") {
            return Err(Error::LeadingPadding);
        }
        let mut end = text.len();
        for (at, &character) in text.iter().enumerate() {
            let before = &text[..at];
            let count = before.iter().filter_map(digit).count();
            let since_digit = &before[before
                .iter()
                .rposition(|c| digit(c).is_some())
                .map_or(0, |at| at + 1)..];
            let pads = since_digit
                .iter()
                .filter(|&&character| is_pad(character))
                .count();
            let in_group = count % 4;
            if is_pad(character) {
                let complete = in_group >= 2 && in_group + pads + 1 >= 4;
                if ends_text && complete {
                    if rules.strict && at + 1 < text.len() {
                        return Err(Error::ExcessData);
                    }
                    end = at + 1;
                    break;
                }
                if ends_text
                    && rules.strict
                    && in_group == 0
                    && rules.padding == PaddingRules::EndsTextNoExcess
                {
                    return Err(Error::ExcessPadding);
                }
                let fits = in_group >= 2 && in_group + pads < 4;
                if !ends_text && !fits && !ignored(b'=') {
                    return Err(match (in_group, count) {
                        (0, 0) => Error::LeadingPadding,
                        (1, _) => Error::OneMoreThanMultipleOf4(count),
                        _ => Error::ExcessPadding,
                    });
                }
            } else if digit(&character).is_none() {
                if !ignored(character) {
                    return Err(if character == b'=' {
                        Error::PaddingNotAllowed
                    } else {
                        Error::NotInAlphabet
                    });
                }
            } else if rules.strict && ends_text && before.contains(&b'=') {
                return Err(Error::DiscontinuousPadding);
            } else if rules.strict && !ends_text && pads > 0 && !ignored(b'=') {
                return Err(if in_group + pads == 4 {
                    Error::ExcessData
                } else {
                    Error::DiscontinuousPadding
                });
            }
        }
        let complete = end < text.len()
            || (ends_text && {
                let last = text
                    .iter()
                    .rposition(|c| digit(c).is_some())
                    .map_or(0, |at| at + 1);
                let pads = text[last..].iter().filter(|&&c| is_pad(c)).count();
                let in_group = text.iter().filter_map(digit).count() % 4;
                in_group >= 2 && in_group + pads >= 4
            });
        let digits: Vec<usize> = text[..end].iter().filter_map(digit).collect();
        let last = text
            .iter()
            .rposition(|c| digit(c).is_some())
            .map_or(0, |at| at + 1);
        let pads = text[last..]
            .iter()
            .filter(|&&character| is_pad(character))
            .count();
        let in_group = digits.len() % 4;
        if in_group == 1 {
            return Err(Error::OneMoreThanMultipleOf4(digits.len()));
        }
        if !complete && in_group != 0 && rules.padded && in_group + pads < 4 {
            return Err(Error::IncorrectPadding);
        }
        let bits: String = digits.iter().map(|digit| format!("{digit:06b}")).collect();
        let (bytes, unused) = bits.split_at(bits.len() / 8 * 8);
        if rules.canonical && unused.contains('1') {
            return Err(Error::NonZeroPaddingBits);
        }
        Ok(bytes
            .as_bytes()
            .chunks(8)
            .map(|byte| byte.iter().fold(0, |byte, &bit| byte << 1 | (bit - b'0')))
            .collect())
    }
}
