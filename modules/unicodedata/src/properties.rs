//! Properties of code points.

use crate::tables::{OLD_NUMBERS, OLD_PROPERTIES, OLD_RECORDS, PROPERTIES, RECORDS};

/// Which database is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    /// The interpreter's own: `tables::UNIDATA_VERSION`.
    Current,
    /// Unicode 3.2.0, which IDNA 2003 is bound to (RFC 3454).
    Old,
}

/// Properties of a code point: places in the lists of their names, and a flag.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Record {
    pub(crate) category: u8,
    pub(crate) bidirectional: u8,
    pub(crate) east_asian_width: u8,
    pub(crate) mirrored: bool,
}

/// Those of code points that are not assigned.
const UNASSIGNED: Record = Record {
    category: 0,
    bidirectional: 0,
    east_asian_width: 0,
    mirrored: false,
};

/// In `OLD_PROPERTIES`: what has been assigned since.
const OLD_UNASSIGNED: u8 = 0;
/// In `OLD_PROPERTIES`: as now. What is greater has a record of its own.
const OLD_UNCHANGED: u8 = 1;

/// The properties of `code`.
#[inline]
pub(crate) fn record(version: Version, code: u32) -> Record {
    if version == Version::Old {
        match OLD_PROPERTIES.get(code) {
            OLD_UNASSIGNED => return UNASSIGNED,
            OLD_UNCHANGED => {}
            changed => return OLD_RECORDS[usize::from(changed - OLD_UNCHANGED - 1)],
        }
    }
    RECORDS[usize::from(PROPERTIES.get(code))]
}

/// Whether `code` is assigned in the database.
#[inline]
pub(crate) fn is_there(version: Version, code: u32) -> bool {
    record(version, code).category != UNASSIGNED.category
}

/// Whether the database has all that the current one says of `code`, and not only that it is not there.
#[inline]
pub(crate) fn is_assigned(version: Version, code: u32) -> bool {
    version == Version::Current || OLD_PROPERTIES.get(code) != OLD_UNASSIGNED
}

/// The numbers of a character in 3.2.0 that are others now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct OldNumbers {
    /// The value as a decimal digit.
    pub(crate) decimal: Option<u8>,
    /// The numeric value.
    pub(crate) numeric: Option<f64>,
}

/// What 3.2.0 says of the numeric value of `code`, if it is something else than now.
pub(crate) fn old_numbers(code: u32) -> Option<OldNumbers> {
    if !is_assigned(Version::Old, code) {
        return Some(OldNumbers {
            decimal: None,
            numeric: None,
        });
    }
    let place = OLD_NUMBERS.binary_search_by_key(&code, |&(code, ..)| code);
    place.ok().map(|place| {
        let (_, decimal, numeric) = OLD_NUMBERS[place];
        OldNumbers { decimal, numeric }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::{BIDIRECTIONAL_CLASSES, CATEGORIES, EAST_ASIAN_WIDTHS};

    fn names(version: Version, code: u32) -> (&'static str, &'static str, &'static str) {
        let record = record(version, code);
        (
            CATEGORIES[usize::from(record.category)],
            BIDIRECTIONAL_CLASSES[usize::from(record.bidirectional)],
            EAST_ASIAN_WIDTHS[usize::from(record.east_asian_width)],
        )
    }

    const UNASSIGNED_WIDTH: &str = if cfg!(Py_3_12) { "N" } else { "F" };

    #[test]
    fn both_versions_have_their_own_data() {
        assert_eq!(names(Version::Current, 'A'.into()), ("Lu", "L", "Na"));
        assert_eq!(names(Version::Old, 'A'.into()), ("Lu", "L", "Na"));
        assert_eq!(names(Version::Current, 0x378), ("Cn", "", UNASSIGNED_WIDTH));
        assert_eq!(names(Version::Current, 0x1F600), ("So", "ON", "W"));
        assert_eq!(names(Version::Old, 0x1F600), ("Cn", "", "N"));
        assert_eq!(names(Version::Current, 0x11_0000), ("Cn", "", "N"));
        assert_eq!(names(Version::Old, u32::MAX), ("Cn", "", "N"));
        assert!(record(Version::Current, '('.into()).mirrored);
    }

    #[test]
    fn numbers_that_have_changed() {
        assert_eq!(old_numbers('5'.into()), None);
        let superscript_two = OldNumbers {
            decimal: Some(2),
            numeric: Some(2.0),
        };
        assert_eq!(old_numbers(0xB2), Some(superscript_two));
        let none = OldNumbers {
            decimal: None,
            numeric: None,
        };
        assert_eq!(old_numbers(0x1F600), Some(none));
    }
}
