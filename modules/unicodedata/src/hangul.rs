//! Hangul syllables, which are composed and named by rule (The Unicode Standard, section 3.12).

/// The first syllable.
const SYLLABLES: u32 = 0xAC00;
/// The first leading consonant.
const LEADING: u32 = 0x1100;
/// The first vowel.
const VOWELS: u32 = 0x1161;
/// What stands for no trailing consonant, right before the first one.
const TRAILING: u32 = 0x11A7;

const LEADING_COUNT: u32 = LEADING_NAMES.len() as u32;
const VOWEL_COUNT: u32 = VOWEL_NAMES.len() as u32;
const TRAILING_COUNT: u32 = TRAILING_NAMES.len() as u32;
const SYLLABLE_COUNT: u32 = LEADING_COUNT * VOWEL_COUNT * TRAILING_COUNT;

/// What names of syllables begin with.
pub(crate) const PREFIX: &[u8] = b"HANGUL SYLLABLE ";

// The short names of jamo (Jamo.txt).
const LEADING_NAMES: [&str; 19] = [
    "G", "GG", "N", "D", "DD", "R", "M", "B", "BB", "S", "SS", "", "J", "JJ", "C", "K", "T", "P",
    "H",
];
const VOWEL_NAMES: [&str; 21] = [
    "A", "AE", "YA", "YAE", "EO", "E", "YEO", "YE", "O", "WA", "WAE", "OE", "YO", "U", "WEO", "WE",
    "WI", "YU", "EU", "YI", "I",
];
const TRAILING_NAMES: [&str; 28] = [
    "", "G", "GG", "GS", "N", "NJ", "NH", "D", "L", "LG", "LM", "LB", "LS", "LT", "LP", "LH", "M",
    "B", "BS", "S", "SS", "NG", "J", "C", "K", "T", "P", "H",
];

/// Two or three jamo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Jamo {
    pub(crate) leading: u32,
    pub(crate) vowel: u32,
    pub(crate) trailing: Option<u32>,
}

/// The full decomposition of `code`, if it is a syllable.
#[inline]
pub(crate) fn decompose(code: u32) -> Option<Jamo> {
    let [leading, vowel, trailing] = indices(code)?;
    Some(Jamo {
        leading: LEADING + leading,
        vowel: VOWELS + vowel,
        trailing: (trailing != 0).then_some(TRAILING + trailing),
    })
}

/// The syllable that two code points make: a leading consonant and a vowel, or such a syllable and a
/// trailing consonant.
#[inline]
pub(crate) fn compose(first: u32, second: u32) -> Option<u32> {
    let leading = first.wrapping_sub(LEADING);
    let vowel = second.wrapping_sub(VOWELS);
    if leading < LEADING_COUNT && vowel < VOWEL_COUNT {
        return Some(syllable([leading, vowel, 0]));
    }
    let trailing = second.wrapping_sub(TRAILING);
    let index = first.wrapping_sub(SYLLABLES);
    let is_open = index < SYLLABLE_COUNT && index.is_multiple_of(TRAILING_COUNT);
    (is_open && (1..TRAILING_COUNT).contains(&trailing)).then(|| first + trailing)
}

/// The syllable that a text begins with in two or three parts, and how many these are.
#[inline]
pub(crate) fn first_syllable(mut text: impl Iterator<Item = u32>) -> Option<(u32, usize)> {
    let syllable = compose(text.next()?, text.next()?)?;
    let longer = text.next().and_then(|third| compose(syllable, third));
    Some(longer.map_or((syllable, 2), |longer| (longer, 3)))
}

/// The three parts of a syllable's name after [`PREFIX`].
pub(crate) fn name(code: u32) -> Option<[&'static str; 3]> {
    let [leading, vowel, trailing] = indices(code)?.map(|index| index as usize);
    Some([
        LEADING_NAMES[leading],
        VOWEL_NAMES[vowel],
        TRAILING_NAMES[trailing],
    ])
}

/// The syllable whose name is `name` after [`PREFIX`]. In upper case only, unless case is ignored.
pub(crate) fn from_name(name: &[u8], ignore_case: bool) -> Option<u32> {
    let mut rest = name;
    let leading = longest(&LEADING_NAMES, &mut rest, ignore_case)?;
    let vowel = longest(&VOWEL_NAMES, &mut rest, ignore_case)?;
    let trailing = longest(&TRAILING_NAMES, &mut rest, ignore_case)?;
    rest.is_empty()
        .then(|| syllable([leading, vowel, trailing]))
}

/// Takes the longest of `names` off the start of `text`, and returns its place.
fn longest(names: &[&str], text: &mut &[u8], ignore_case: bool) -> Option<u32> {
    let is_start = |name: &str| {
        text.get(..name.len()).is_some_and(|start| {
            start == name.as_bytes() || ignore_case && start.eq_ignore_ascii_case(name.as_bytes())
        })
    };
    let (place, name) = (0..)
        .zip(names)
        .filter(|(_, name)| is_start(name))
        .max_by_key(|(_, name)| name.len())?;
    *text = &text[name.len()..];
    Some(place)
}

/// The places of a syllable's jamo among those of their kind.
#[inline]
fn indices(code: u32) -> Option<[u32; 3]> {
    let index = code.wrapping_sub(SYLLABLES);
    (index < SYLLABLE_COUNT).then_some([
        index / (VOWEL_COUNT * TRAILING_COUNT),
        index / TRAILING_COUNT % VOWEL_COUNT,
        index % TRAILING_COUNT,
    ])
}

#[inline]
fn syllable([leading, vowel, trailing]: [u32; 3]) -> u32 {
    SYLLABLES + (leading * VOWEL_COUNT + vowel) * TRAILING_COUNT + trailing
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_syllable_makes_the_round_trip() {
        for code in SYLLABLES..SYLLABLES + SYLLABLE_COUNT {
            let jamo = decompose(code).unwrap();
            let mut composed = compose(jamo.leading, jamo.vowel).unwrap();
            if let Some(trailing) = jamo.trailing {
                composed = compose(composed, trailing).unwrap();
            }
            assert_eq!(composed, code);
            let name = name(code).unwrap().concat();
            assert_eq!(from_name(name.as_bytes(), false), Some(code));
            assert_eq!(from_name(name.to_lowercase().as_bytes(), true), Some(code));
        }
    }

    #[test]
    fn syllables_at_the_start() {
        let first = |text: &[u32]| first_syllable(text.iter().copied());
        assert_eq!(first(&[0x1100, 0x1161, 0x11A8, 0x11A8]), Some((0xAC01, 3)));
        assert_eq!(first(&[0x1100, 0x1161, 0x1100]), Some((0xAC00, 2)));
        assert_eq!(first(&[0xAC00, 0x11A8]), Some((0xAC01, 2)));
        assert_eq!(first(&[0x1100, 0x1161]), Some((0xAC00, 2)));
        for other in [&[0x1100][..], &[], &[0x1100, 0x11A8], &[0xAC01, 0x11A8]] {
            assert_eq!(first(other), None);
        }
    }

    #[test]
    fn what_is_no_syllable() {
        assert_eq!(decompose(SYLLABLES - 1), None);
        assert_eq!(decompose(SYLLABLES + SYLLABLE_COUNT), None);
        assert_eq!(compose(0x1100, 0x11A8), None);
        assert_eq!(compose(0xAC01, 0x11A8), None);
        assert_eq!(compose(0xAC00, 0x11A7), None);
        assert_eq!(compose(u32::MAX, 0), None);
        for name in ["", "G", "GAX", "ga", "X", "GAGGG"] {
            assert_eq!(from_name(name.as_bytes(), false), None, "{name}");
        }
    }
}
