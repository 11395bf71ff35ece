//! Decompositions and compositions (Unicode Standard Annex 15).
//!
//! `src/normalization/mapping.rs` describes the form of what is generated.

use std::collections::{HashMap, HashSet};

use super::data::{CODE_POINTS, Database, Decomposition};
use super::pair;
use super::source::Source;
use super::trie;

/// In `NORMALIZATION`: the second of a pair that composes. Below are combining classes.
const COMPOSES_BACK: u16 = 0x100;
/// In `NORMALIZATION`: a Hangul syllable.
const HANGUL: u16 = 0x200;
/// In `NORMALIZATION`: what is not less is the place of a mapping.
const FIRST_MAPPING: u16 = 0x201;

/// In `CLASSES`: a code point with a compatibility mapping, and one with a canonical mapping. There are no such
/// combining classes.
const COMPATIBLE: u8 = 0xFE;
const CANONICAL: u8 = 0xFF;

/// In the header of a mapping: that it is canonical.
const IS_CANONICAL: u16 = 1 << 1;
/// In the header of a mapping: that the full decomposition has nothing to do with what is before it.
const STARTS_CANONICAL: u16 = 1 << 4;
const STARTS_COMPATIBLE: u16 = 1 << 5;

const SYLLABLES: std::ops::Range<u32> = 0xAC00..0xD7A4;
const VOWELS: std::ops::Range<u32> = 0x1161..0x1176;
const TRAILING_CONSONANTS: std::ops::Range<u32> = 0x11A8..0x11C3;

/// Generates `FLAGS`, `CLASSES`, `NORMALIZATION`, `MAPPINGS`, `TAGS` and `COMPOSITIONS`.
pub(crate) fn generate(database: &Database, source: &mut Source) {
    let tables = Tables::new(database);
    let mut mappings = Vec::new();
    let mut known = HashMap::new();
    let mut tags = vec![String::new()];
    let values: Vec<u16> = (0..CODE_POINTS as u32)
        .map(|code| match database.decompositions.get(&code) {
            Some(decomposition) => {
                let entry = tables.mapping(code, decomposition, &mut tags);
                let place = *known.entry(entry).or_insert_with_key(|entry| {
                    mappings.extend_from_slice(entry);
                    mappings.len() - entry.len()
                });
                u16::try_from(place).expect("the mappings are fewer than 65536 units")
                    + FIRST_MAPPING
            }
            None if SYLLABLES.contains(&code) => HANGUL,
            None => tables.back(code) | u16::from(tables.combining(code)),
        })
        .collect();
    let flags: Vec<u8> = values
        .iter()
        .map(|&value| flags(value, &mappings))
        .collect();
    let classes: Vec<u8> = values
        .iter()
        .map(|&value| class(value, &mappings))
        .collect();
    trie::generate_flat("FLAGS", &flags, source);
    trie::generate_flat("CLASSES", &classes, source);
    trie::generate("NORMALIZATION", "u16", &values, source);
    source.slice("MAPPINGS", "u16", &mappings);
    source.slice("TAGS", "&str", &tags);
    source.array("COMPOSITIONS", "u64", &tables.compositions());
}

/// The flags of a code point: for each form, whether one has to look at it closely, and then for each form,
/// whether it may have to do with what is before it.
fn flags(value: u16, mappings: &[u16]) -> u8 {
    const ALL: u8 = 0b1111;
    const COMPOSED: u8 = 0b0101;
    const MARK_THAT_COMPOSES: u16 = COMPOSES_BACK + 1;
    let (look, back) = match value {
        0 => (0, 0),
        1..COMPOSES_BACK => (ALL, ALL),
        COMPOSES_BACK => (COMPOSED, COMPOSED),
        MARK_THAT_COMPOSES..HANGUL => (ALL, ALL),
        HANGUL => (ALL & !COMPOSED, 0),
        _ => {
            let header = mappings[usize::from(value - FIRST_MAPPING)];
            let back = |flag, forms| if header & flag == 0 { forms } else { 0 };
            let look = header as u8 & ALL;
            (
                look,
                back(STARTS_CANONICAL, 0b0011) | back(STARTS_COMPATIBLE, 0b1100),
            )
        }
    };
    look | back << 4
}

/// The combining class of a code point, or else that it has a mapping.
fn class(value: u16, mappings: &[u16]) -> u8 {
    match value {
        ..HANGUL => value as u8,
        HANGUL => CANONICAL,
        _ if mappings[usize::from(value - FIRST_MAPPING)] & IS_CANONICAL != 0 => CANONICAL,
        _ => COMPATIBLE,
    }
}

struct Tables<'d> {
    database: &'d Database,
    /// Which code points are second in a pair that composes.
    seconds: HashSet<u32>,
}

impl<'d> Tables<'d> {
    fn new(database: &'d Database) -> Self {
        let pairs = database.decompositions.values().filter(|d| d.composes);
        let seconds = pairs.map(|pair| pair.mapping[1]);
        Tables {
            database,
            seconds: seconds.chain(VOWELS).chain(TRAILING_CONSONANTS).collect(),
        }
    }

    fn combining(&self, code: u32) -> u8 {
        self.database.characters[code as usize].combining
    }

    fn back(&self, code: u32) -> u16 {
        match self.seconds.contains(&code) {
            true => COMPOSES_BACK,
            false => 0,
        }
    }

    /// What is in `MAPPINGS` for a code point.
    fn mapping(
        &self,
        code: u32,
        decomposition: &Decomposition,
        tags: &mut Vec<String>,
    ) -> Vec<u16> {
        let is_canonical = decomposition.tag.is_empty();
        let canonical = self.decomposed(code, false);
        let compatible = self.decomposed(code, true);
        let starts = |text: &[u32]| self.combining(text[0]) == 0 && self.back(text[0]) == 0;
        let nfc =
            self.back(code) != 0 || is_canonical && !(self.composes(code) && starts(&canonical));
        let class = self.combining(code);
        let has_class_of_first = class != 0;
        assert!(!has_class_of_first || class == self.combining(decomposition.mapping[0]));
        let flags = [
            nfc,
            is_canonical,
            nfc || !is_canonical || compatible != canonical,
            true,
            starts(&canonical) && self.back(code) == 0,
            starts(&compatible) && self.back(code) == 0,
        ];
        let tag = tags.iter().position(|tag| *tag == decomposition.tag);
        let tag = tag.unwrap_or_else(|| {
            tags.push(decomposition.tag.clone());
            tags.len() - 1
        });
        let flags = (0..).zip(flags).map(|(bit, flag)| u16::from(flag) << bit);
        let own = utf16(&decomposition.mapping);
        let canonical = utf16(if is_canonical {
            &canonical
        } else {
            &decomposition.mapping
        });
        let compatible = utf16(&compatible);
        let mut lengths = own.len();
        let mut units = own.clone();
        for (text, same_as, shift) in [(&canonical, &own, 5), (&compatible, &canonical, 10)] {
            if text != same_as {
                assert!(text.len() < 32, "a length is five bits");
                lengths |= text.len() << shift;
                units.extend_from_slice(text);
            }
        }
        let header = flags.sum::<u16>() | (tag << 6) as u16 | u16::from(has_class_of_first) << 11;
        [&[header, lengths as u16], &units[..]].concat()
    }

    /// The full decomposition: nothing in it decomposes further.
    fn decomposed(&self, code: u32, compatible: bool) -> Vec<u32> {
        match self.database.decompositions.get(&code) {
            Some(decomposition) if compatible || decomposition.tag.is_empty() => {
                (decomposition.mapping.iter())
                    .flat_map(|&code| self.decomposed(code, compatible))
                    .collect()
            }
            _ => vec![code],
        }
    }

    /// Whether composing the full decomposition leads back.
    fn composes(&self, code: u32) -> bool {
        match self.database.decompositions.get(&code) {
            Some(decomposition) if decomposition.tag.is_empty() => {
                decomposition.composes && self.composes(decomposition.mapping[0])
            }
            _ => true,
        }
    }

    fn compositions(&self) -> Vec<u64> {
        let mut slots = vec![0; pair::SLOTS];
        let mut count = 0;
        for (&code, decomposition) in &self.database.decompositions {
            if let [first, second] = decomposition.mapping[..]
                && decomposition.composes
            {
                let mut slot = pair::slot(first, second);
                while slots[slot] != 0 {
                    slot = (slot + 1) % pair::SLOTS;
                }
                slots[slot] = pair::entry(first, second, code);
                count += 1;
            }
        }
        assert!(2 * count <= pair::SLOTS, "{count} pairs need more slots");
        slots
    }
}

fn utf16(text: &[u32]) -> Vec<u16> {
    let text = text.iter().map(|&code| char::from_u32(code));
    let text: Option<String> = text.collect();
    text.expect("mappings have no surrogates")
        .encode_utf16()
        .collect()
}
