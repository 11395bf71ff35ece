//! Names of code points.
//!
//! Names are numbered: those of characters in the order of code points, then aliases and named sequences,
//! which are kept at private code points. A name is a sequence of symbols in one or two bytes each. A
//! symbol is a word or a pair of symbols. A perfect hash tells the only name that a text can be.

use phf_shared::{displace, hash};

use crate::hangul;
use crate::properties::{Version, is_there};
use crate::tables::{
    ALIASES, DERIVED_NAMES, GROUP, HASH_DISPLACEMENTS, HASH_KEY, HASH_NUMBERS, LEXICON,
    LONGEST_NAME, NAME_LENGTHS, NAME_PAGES, NAME_PAIRS, NAME_RUNS, NAME_STARTS, NAME_TEXTS,
    OWN_CODE, PIECE, SEQUENCES, SHORT_SYMBOLS, WORD_LENGTHS, WORD_PLACES, WORDS,
};

/// The private code points at which aliases, and then named sequences, are kept.
const ALIAS_CODES: u32 = 0xF_0000;
const SEQUENCE_CODES: u32 = 0xF_0200;

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    Character(u32),
    /// A character whose name is made by rule.
    ByRule(u32),
    /// The code point of an alias.
    Alias(u32),
    /// A sequence, and the private code point at which its name is kept.
    Sequence(&'static [u32], u32),
}

/// Which names are known and how they are spelled; CPython has changed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spelling {
    /// Whether names made by rule may be in lower case, and begin with "TANGUT IDEOGRAPH-".
    pub(crate) is_lenient: bool,
}

/// The name of `code`. With `special`, private code points have the names of aliases and sequences.
pub(crate) fn name(version: Version, code: u32, special: bool) -> Option<Name> {
    if !is_there(version, code) {
        return None;
    }
    if let Some(parts) = hangul::name(code) {
        let mut name = Name::new();
        name.push(hangul::PREFIX);
        for part in parts {
            name.push(part.as_bytes());
        }
        return Some(name);
    }
    let derived = DERIVED_NAMES
        .iter()
        .find(|range| (range.0..=range.1).contains(&code));
    if let Some((.., prefix)) = derived {
        // CPython finds Tangut ideographs, but does not name them.
        return (*prefix == CJK).then(|| {
            let mut name = Name::new();
            name.push(prefix.as_bytes());
            name.push_code(code);
            name
        });
    }
    if code >= ALIAS_CODES && !special {
        return None;
    }
    number(code).map(|number| Name::of(number, code))
}

/// What `name` names.
pub(crate) fn find(name: &[u8], spelling: Spelling) -> Option<Named> {
    if let Some(syllable) = spelling.strip(name, hangul::PREFIX) {
        return hangul::from_name(syllable, spelling.is_lenient).map(Named::ByRule);
    }
    for prefix in [CJK, TANGUT] {
        if let Some(digits) = spelling.strip(name, prefix.as_bytes())
            && (spelling.is_lenient || prefix == CJK)
        {
            return spelling.derived(prefix, digits).map(Named::ByRule);
        }
    }
    let code = by_hash(name)?;
    Some(if let Some(place) = code.checked_sub(SEQUENCE_CODES) {
        let sequence = &SEQUENCES[place as usize];
        let len = sequence.iter().position(|&code| code == 0);
        Named::Sequence(&sequence[..len.unwrap_or(sequence.len())], code)
    } else if let Some(place) = code.checked_sub(ALIAS_CODES) {
        Named::Alias(ALIASES[place as usize])
    } else {
        Named::Character(code)
    })
}

/// What names made of a code point in hexadecimal begin with.
const CJK: &str = "CJK UNIFIED IDEOGRAPH-";
const TANGUT: &str = "TANGUT IDEOGRAPH-";

impl Spelling {
    /// The rest of `name` after `prefix`.
    fn strip<'n>(self, name: &'n [u8], prefix: &[u8]) -> Option<&'n [u8]> {
        let (start, rest) = name.split_at_checked(prefix.len())?;
        let is_prefix = start == prefix || self.is_lenient && start.eq_ignore_ascii_case(prefix);
        is_prefix.then_some(rest)
    }

    /// The code point with the name of `prefix` and `digits`.
    fn derived(self, prefix: &str, digits: &[u8]) -> Option<u32> {
        let longest = if self.is_lenient { 6 } else { 5 };
        let is_digit = |digit: &u8| match digit {
            b'a'..=b'f' => self.is_lenient,
            digit => digit.is_ascii_digit() || matches!(digit, b'A'..=b'F'),
        };
        if !(4..=longest).contains(&digits.len())
            || self.is_lenient && digits[0] == b'0'
            || !digits.iter().all(is_digit)
        {
            return None;
        }
        let code = u32::from_str_radix(str::from_utf8(digits).ok()?, 16).ok()?;
        let is_derived = |&(first, last, with): &(u32, u32, &str)| {
            with == prefix && (first..=last).contains(&code)
        };
        DERIVED_NAMES.iter().any(is_derived).then_some(code)
    }
}

/// The code point whose name is `name`, in either case.
fn by_hash(name: &[u8]) -> Option<u32> {
    let mut upper = [0; LONGEST_NAME];
    let upper = upper.get_mut(..name.len())?;
    upper.copy_from_slice(name);
    upper.make_ascii_uppercase();
    let hashes = hash(&*upper, &HASH_KEY);
    let bucket = hashes.g as usize % HASH_DISPLACEMENTS.len();
    let (first, second) = HASH_DISPLACEMENTS[bucket];
    let slot = displace(hashes.f1, hashes.f2, first.into(), second.into());
    let number = HASH_NUMBERS[slot as usize % HASH_NUMBERS.len()].into();
    let code = code(number);
    (Name::of(number, code).as_ref() == upper).then_some(code)
}

/// The number of the name of `code`.
fn number(code: u32) -> Option<u32> {
    let pages = NAME_PAGES.get((code >> 8) as usize..)?;
    let [before, after] = pages.first_chunk()?.map(usize::from);
    let on_page = NAME_RUNS[before..after].partition_point(|&(first, _)| first <= code);
    let run = (before + on_page).checked_sub(1)?;
    let (first, start) = NAME_RUNS[run];
    let end = NAME_RUNS
        .get(run + 1)
        .map_or(NAME_LENGTHS.len() as u32, |next| next.1);
    let number = start + (code - first);
    (number < end).then_some(number)
}

/// The code point of a name.
fn code(number: u32) -> u32 {
    let run = NAME_RUNS.partition_point(|&(_, start)| start <= number) - 1;
    let (first, start) = NAME_RUNS[run];
    first + (number - start)
}

/// The text of a name. Words are copied in pieces of one length; what is too much of them is
/// overwritten by what follows.
pub(crate) struct Name {
    text: [u8; LONGEST_NAME + PIECE],
    len: usize,
}

impl AsRef<[u8]> for Name {
    fn as_ref(&self) -> &[u8] {
        &self.text[..self.len]
    }
}

impl Name {
    const fn new() -> Self {
        Name {
            text: [0; LONGEST_NAME + PIECE],
            len: 0,
        }
    }

    /// The name with that number, which is the name of `code`.
    fn of(number: u32, code: u32) -> Self {
        let mut name = Name::new();
        let mut bytes = packed(number as usize).iter();
        while let Some(&byte) = bytes.next() {
            let symbol = match SHORT_SYMBOLS.get(usize::from(byte)) {
                Some(&symbol) => symbol,
                None => {
                    let low = bytes.next().copied().unwrap_or_default();
                    u16::from_be_bytes([byte - SHORT_SYMBOLS.len() as u8, low])
                }
            };
            name.push_symbol(symbol, code);
        }
        name
    }

    fn push_symbol(&mut self, symbol: u16, code: u32) {
        if let Some(pair) = usize::from(symbol).checked_sub(WORDS) {
            let (first, second) = NAME_PAIRS[pair];
            self.push_symbol(first, code);
            self.push_symbol(second, code);
        } else if symbol == OWN_CODE {
            self.push(b"-");
            self.push_code(code);
        } else {
            self.push_word(symbol);
        }
    }

    /// Appends a word, and a space before it if it needs one.
    fn push_word(&mut self, symbol: u16) {
        // Words are ordered by length, so the number of lengths that begin before it is its own.
        let len = WORD_LENGTHS
            .iter()
            .filter(|&&first| first <= symbol)
            .count()
            - 1;
        let place = WORD_PLACES[len] as usize + usize::from(symbol - WORD_LENGTHS[len]) * len;
        if self.len != 0 && !matches!(LEXICON[place], b'-' | b' ') {
            self.text[self.len] = b' ';
            self.len += 1;
        }
        for start in (0..len).step_by(PIECE) {
            self.text[self.len + start..][..PIECE]
                .copy_from_slice(&LEXICON[place + start..][..PIECE]);
        }
        self.len += len;
    }

    fn push_code(&mut self, code: u32) {
        let digits = (u32::BITS - code.leading_zeros()).div_ceil(4).max(4);
        for digit in (0..digits).rev() {
            self.push(&[b"0123456789ABCDEF"[(code >> (4 * digit)) as usize & 0xF]]);
        }
    }

    fn push(&mut self, part: &[u8]) {
        self.text[self.len..][..part.len()].copy_from_slice(part);
        self.len += part.len();
    }
}

/// The symbols of a name as they are stored.
fn packed(number: usize) -> &'static [u8] {
    let group = number / GROUP;
    let before = &NAME_LENGTHS[group * GROUP..number];
    let start =
        NAME_STARTS[group] as usize + before.iter().map(|&len| usize::from(len)).sum::<usize>();
    &NAME_TEXTS[start..][..NAME_LENGTHS[number].into()]
}

#[cfg(test)]
mod tests {
    use super::*;

    const STRICT: Spelling = Spelling { is_lenient: false };
    const LENIENT: Spelling = Spelling { is_lenient: true };

    fn text(code: u32) -> Option<String> {
        name(Version::Current, code, false)
            .map(|name| String::from_utf8(name.as_ref().into()).unwrap())
    }

    #[test]
    fn known_names() {
        assert_eq!(text(0x20).as_deref(), Some("SPACE"));
        assert_eq!(text(0x0F60).as_deref(), Some("TIBETAN LETTER -A"));
        assert_eq!(
            text(0x0FD0).as_deref(),
            Some("TIBETAN MARK BSKA- SHOG GI MGO RGYAN")
        );
        assert_eq!(
            text(0xF900).as_deref(),
            Some("CJK COMPATIBILITY IDEOGRAPH-F900")
        );
        assert_eq!(text(0x4E00).as_deref(), Some("CJK UNIFIED IDEOGRAPH-4E00"));
        assert_eq!(text(0xD55C).as_deref(), Some("HANGUL SYLLABLE HAN"));
        for nameless in [0, 0x378, 0xD800, 0xF0000, 0xF0200, 0x11_0000, u32::MAX] {
            assert_eq!(text(nameless), None, "{nameless:X}");
        }
    }

    #[test]
    fn every_name_is_found() {
        for code in 0..0x11_0000 {
            if let Some(name) = name(Version::Current, code, false) {
                let found = find(name.as_ref(), STRICT);
                assert!(
                    matches!(found, Some(Named::Character(it) | Named::ByRule(it)) if it == code)
                );
                assert_eq!(find(&name.as_ref().to_ascii_lowercase(), LENIENT), found);
            }
        }
    }

    #[test]
    fn aliases_and_sequences() {
        assert_eq!(find(b"nul", STRICT), Some(Named::Alias(0)));
        let keycap = find(b"KEYCAP DIGIT ONE", STRICT);
        assert!(matches!(
            keycap,
            Some(Named::Sequence(&[0x31, 0xFE0F, 0x20E3], _))
        ));
        let first = name(Version::Current, ALIAS_CODES, true);
        assert_eq!(first.unwrap().as_ref(), b"NULL");
        assert!(name(Version::Old, ALIAS_CODES, true).is_some());
    }

    #[test]
    fn names_that_nothing_has() {
        let long = [b'A'; 1000];
        for name in [&b""[..], b"-", b" ", b"SPAC", b"SPACE ", b"\xFF", &long] {
            assert_eq!(find(name, LENIENT), None);
        }
        for digits in ["0000", "04E00", "A000", "4E0", "4E0000000", "+4E00", "4e00"] {
            assert_eq!(
                find(format!("{CJK}{digits}").as_bytes(), STRICT).is_some(),
                digits == "04E00"
            );
        }
    }
}
