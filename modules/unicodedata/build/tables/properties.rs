//! Properties of code points: now, and in version 3.2.0.

use super::data::{CODE_POINTS, Character, Database};
use super::source::Source;
use super::trie;

/// In `OLD_PROPERTIES`: what has been assigned since.
const UNASSIGNED: u8 = 0;
/// In `OLD_PROPERTIES`: as now. That may be: not assigned.
const UNCHANGED: u8 = 1;
/// In `OLD_PROPERTIES`: the first with a record of its own.
const FIRST_CHANGED: u8 = 2;

/// Generates `CATEGORIES`, `BIDIRECTIONAL_CLASSES`, `EAST_ASIAN_WIDTHS`; `RECORDS` with indices
/// into them, and `PROPERTIES` with the record of each code point; the same for 3.2.0.
pub(crate) fn generate(database: &Database, source: &mut Source) {
    let mut values = Values::default();
    let mut records = vec![values.record(&Character::unassigned())];
    let properties: Vec<u8> = (database.characters.iter())
        .map(|character| position(&mut records, values.record(character)))
        .collect();
    let mut old_records = Vec::new();
    let old_properties: Vec<u8> = (0..CODE_POINTS)
        .map(|code| match &database.old[code] {
            None if database.characters[code].category == "Cn" => UNCHANGED,
            None => UNASSIGNED,
            Some(old) if values.record(old) == values.record(&database.characters[code]) => {
                UNCHANGED
            }
            Some(old) => FIRST_CHANGED + position(&mut old_records, values.record(old)),
        })
        .collect();
    source.slice("CATEGORIES", "&str", &values.categories);
    source.slice("BIDIRECTIONAL_CLASSES", "&str", &values.bidirectional);
    source.slice("EAST_ASIAN_WIDTHS", "&str", &values.east_asian_widths);
    source.slice("RECORDS", "Record", &records);
    source.slice("OLD_RECORDS", "Record", &old_records);
    trie::generate("PROPERTIES", "u8", &properties, source);
    trie::generate("OLD_PROPERTIES", "u8", &old_properties, source);
    let numbers: Vec<_> = (database.old_numbers.iter())
        .map(|number| (number.code, number.decimal, number.numeric))
        .collect();
    source.slice("OLD_NUMBERS", "(u32, Option<u8>, Option<f64>)", &numbers);
}

/// The values that enumerated properties have. The first ones are those of unassigned code points.
#[derive(Default)]
struct Values {
    categories: Vec<String>,
    bidirectional: Vec<String>,
    east_asian_widths: Vec<String>,
}

/// As the library has it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(dead_code)] // Its `Debug` form is source text.
struct Record {
    category: u8,
    bidirectional: u8,
    east_asian_width: u8,
    mirrored: bool,
}

impl Values {
    fn record(&mut self, character: &Character) -> Record {
        Record {
            category: position(&mut self.categories, character.category.clone()),
            bidirectional: position(&mut self.bidirectional, character.bidirectional.clone()),
            east_asian_width: position(
                &mut self.east_asian_widths,
                character.east_asian_width.clone(),
            ),
            mirrored: character.mirrored,
        }
    }
}

/// Where `value` is in `list`, to which it is added if it is not there.
fn position<T: PartialEq>(list: &mut Vec<T>, value: T) -> u8 {
    let position = list.iter().position(|known| *known == value);
    let position = position.unwrap_or_else(|| {
        list.push(value);
        list.len() - 1
    });
    u8::try_from(position).expect("there are fewer than 256")
}
