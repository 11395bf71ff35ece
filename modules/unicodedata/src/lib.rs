//! `unicodedata`: the Unicode Character Database.
//!
//! `build` makes the tables of the version that the interpreter has. This file is what Python sees.
#![forbid(unsafe_code)]

mod database;
mod hangul; // engines, from here on: no Python
mod names;
mod normalization;
mod pair;
mod properties;
mod tables;
mod trie;

use corten_api::prelude::*;
use corten_api::{CharacterNames, Since};

use crate::database::{Fallback, Interned, NameText};
use crate::names::{Name, Named, Spelling};
use crate::properties::Version;
use crate::tables::UNIDATA_VERSION;

corten_api::module! {
    /// The Unicode Character Database: properties, names and normalization.
    ///
    /// Its version is the value of unidata_version. An older one is in ucd_3_2_0.
    name: "unicodedata",
    state: State,
    functions: [
        decimal,
        digit,
        numeric,
        category,
        bidirectional,
        combining,
        mirrored,
        east_asian_width,
        decomposition,
        name,
        lookup,
        is_normalized,
        normalize,
    ],
    constants: [unidata_version = UNIDATA_VERSION],
}

/// The values of properties as strings.
#[derive(Traverse)]
struct State {
    categories: Interned,
    bidirectional_classes: Interned,
    east_asian_widths: Interned,
}

/// Whether the interpreter is a release in which names made by rule are found in any case, those of Tangut
/// ideographs as well (gh-80667), Hangul syllables have a decomposition (gh-88091), and the old database has
/// numeric values of characters that are no decimal digits (gh-84424).
fn is_mended() -> bool {
    const MENDED: Since = &[(13, 13), (14, 4)];
    Release::running().has(MENDED)
}

fn spelling() -> Spelling {
    Spelling {
        is_lenient: is_mended(),
    }
}

impl ModuleState for State {
    fn init(module: &Bound<'_, PyModule>) -> PyResult<Self> {
        let py = module.py();
        let ucd: ClassType<Ucd> = module.add_class()?;
        let old = Ucd {
            unidata_version: PyString::new(py, "3.2.0")?.unbind(),
        };
        module.add("ucd_3_2_0", &ucd.create(py, old)?)?;
        module.add("_ucnhash_CAPI", py.character_names::<Names>()?)?;
        Ok(State {
            categories: Interned::new(py, tables::CATEGORIES)?,
            bidirectional_classes: Interned::new(py, tables::BIDIRECTIONAL_CLASSES)?,
            east_asian_widths: Interned::new(py, tables::EAST_ASIAN_WIDTHS)?,
        })
    }
}

// Without a docstring, as in C: a database of an earlier version, with the functions of the module.
#[pyclass(name = "UCD", module = "unicodedata", immutable, getattr)]
#[derive(Traverse)]
struct Ucd {
    #[member]
    unidata_version: Py<PyString>,
}

/// Makes functions of the module, which ask the current database, and methods of `UCD`, which ask the old
/// one, of those in `database`.
macro_rules! of_both_databases {
    ($(
        $(#[doc = $doc:literal])*
        #[signature = $signature:tt, $text:literal]
        fn $name:ident($($argument:ident: $kind:ty),*) -> $result:ty;
    )*) => {
        $(
            $(#[doc = $doc])*
            #[pyfunction(signature = $signature, text_signature = $text)]
            fn $name<'py>(py: Python<'py>, $($argument: $kind),*) -> PyResult<$result> {
                database::$name(py, Version::Current, $($argument),*)
            }
        )*

        #[pymethods]
        impl Ucd {
            $(
                $(#[doc = $doc])*
                #[method(signature = $signature, text_signature = $text)]
                fn $name<'py>(&self, py: Python<'py>, $($argument: $kind),*) -> PyResult<$result> {
                    database::$name(py, Version::Old, $($argument),*)
                }
            )*
        }
    };
}

of_both_databases! {
    /// The value of a character as a decimal digit: an int.
    ///
    /// Of other characters, the default, or ValueError without one.
    #[signature = (chr, default = Fallback::UNSET, /), "($self, chr, default=<unrepresentable>, /)"]
    fn decimal(chr: Character, default: Fallback<'_, 'py>) -> Bound<'py, PyAny>;

    /// The value of a character as a digit: an int.
    ///
    /// Of other characters, the default, or ValueError without one.
    #[signature = (chr, default = Fallback::UNSET, /), "($self, chr, default=<unrepresentable>, /)"]
    fn digit(chr: Character, default: Fallback<'_, 'py>) -> Bound<'py, PyAny>;

    /// The numeric value of a character: a float.
    ///
    /// Of other characters, the default, or ValueError without one.
    #[signature = (chr, default = Fallback::UNSET, /), "($self, chr, default=<unrepresentable>, /)"]
    fn numeric(chr: Character, default: Fallback<'_, 'py>) -> Bound<'py, PyAny>;

    /// The general category of a character, such as 'Lu'; 'Cn' if none is assigned.
    #[signature = (chr, /), "($self, chr, /)"]
    fn category(state: &State, chr: Character) -> Bound<'py, PyString>;

    /// The bidirectional class of a character, such as 'AL'; empty if none is assigned.
    #[signature = (chr, /), "($self, chr, /)"]
    fn bidirectional(state: &State, chr: Character) -> Bound<'py, PyString>;

    /// The canonical combining class of a character, 0 to 254.
    #[signature = (chr, /), "($self, chr, /)"]
    fn combining(chr: Character) -> u8;

    /// 1 for a character that is mirrored in text from right to left, 0 for others.
    #[signature = (chr, /), "($self, chr, /)"]
    fn mirrored(chr: Character) -> u8;

    /// The East Asian width of a character: 'N', 'H', 'W', 'Na', 'A' or 'F'.
    #[signature = (chr, /), "($self, chr, /)"]
    fn east_asian_width(state: &State, chr: Character) -> Bound<'py, PyString>;

    /// The decomposition mapping of a character: its kind in angle brackets, if it is not canonical,
    /// and code points in hexadecimal. Empty if there is none.
    #[signature = (chr, /), "($self, chr, /)"]
    fn decomposition(chr: Character) -> Bound<'py, PyString>;

    /// The name of a character.
    ///
    /// Of characters without one, the default, or ValueError if none is given.
    #[signature = (chr, default = Fallback::UNSET, /), "($self, chr, default=<unrepresentable>, /)"]
    fn name(chr: Character, default: Fallback<'_, 'py>) -> Bound<'py, PyAny>;

    /// The character with that name, or KeyError.
    ///
    /// Aliases are known, too, and the names of sequences of characters.
    #[signature = (name, /), "($self, name, /)"]
    fn lookup(name: NameText<'_, 'py>) -> Bound<'py, PyString>;

    /// Whether a string is in a normal form: 'NFC', 'NFKC', 'NFD' or 'NFKD'.
    #[signature = (form, unistr, /), "($self, form, unistr, /)"]
    fn is_normalized(form: &Bound<'py, PyString>, unistr: &Bound<'py, PyString>) -> bool;

    /// A string in a normal form: 'NFC', 'NFKC', 'NFD' or 'NFKD'.
    #[signature = (form, unistr, /), "($self, form, unistr, /)"]
    fn normalize(form: &Bound<'py, PyString>, unistr: &Bound<'py, PyString>) -> Bound<'py, PyString>;
}

/// The names for the compiler and the codecs.
struct Names;

impl CharacterNames for Names {
    type Name = Name;

    fn name(code: u32, special: bool) -> Option<Name> {
        names::name(Version::Current, code, special)
    }

    fn code(name: &[u8], sequences: bool) -> Option<u32> {
        match names::find(name, spelling())? {
            Named::Character(code) | Named::ByRule(code) | Named::Alias(code) => Some(code),
            Named::Sequence(_, code) => sequences.then_some(code),
        }
    }
}
