//! The files in `data`, as they are for one version; `data/README.md` describes them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// How many code points there are.
pub(crate) const CODE_POINTS: usize = 0x11_0000;

/// One version of the database.
pub(crate) struct Database {
    /// `15.1.0`
    pub(crate) version: &'static str,
    /// By code point.
    pub(crate) characters: Vec<Character>,
    /// What version 3.2.0 has; `None` where it has nothing.
    pub(crate) old: Vec<Option<Character>>,
    /// The numbers of version 3.2.0 that are others now.
    pub(crate) old_numbers: Vec<OldNumber>,
    /// In the order of code points.
    pub(crate) names: Vec<(u32, String)>,
    /// First and last code point, and the name up to the code point in hexadecimal.
    pub(crate) derived_names: Vec<(u32, u32, String)>,
    pub(crate) decompositions: BTreeMap<u32, Decomposition>,
    /// Aliases and named sequences, with what they stand for.
    pub(crate) special_names: Vec<(String, Vec<u32>)>,
}

/// The properties of a code point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Character {
    pub(crate) category: String,
    pub(crate) combining: u8,
    pub(crate) bidirectional: String,
    pub(crate) mirrored: bool,
    pub(crate) east_asian_width: String,
}

/// The decimal and the numeric value of a code point.
pub(crate) struct OldNumber {
    pub(crate) code: u32,
    pub(crate) decimal: Option<u8>,
    pub(crate) numeric: Option<f64>,
}

/// A decomposition mapping.
pub(crate) struct Decomposition {
    /// `<compat>` and the like; none if it is canonical.
    pub(crate) tag: String,
    pub(crate) mapping: Vec<u32>,
    /// Whether it is the composition of its mapping.
    pub(crate) composes: bool,
}

impl Database {
    /// Reads the files.
    pub(crate) fn read(version: &'static str) -> Self {
        let is_in = |since: &str| number(since) <= number(version);
        Database {
            version,
            characters: characters(version),
            old: old_characters(),
            old_numbers: old_numbers(),
            names: names(is_in),
            derived_names: lines("derived-names.txt")
                .filter(|fields| fields[2] == version)
                .map(|fields| {
                    let (first, last) = range(&fields[0]);
                    (first, last, fields[1].clone())
                })
                .collect(),
            decompositions: lines("decompositions.txt")
                .filter(|fields| is_in(&fields[2]))
                .map(|fields| (code(&fields[0]), Decomposition::parse(&fields[1])))
                .collect(),
            special_names: lines("special-names.txt")
                .filter(|fields| is_in(&fields[2]))
                .map(|mut fields| (fields.swap_remove(0), codes(&fields[1])))
                .collect(),
        }
    }
}

impl Character {
    /// What there is where nothing is assigned.
    pub(crate) fn unassigned() -> Self {
        Character::parse("Cn 0 - 0 N")
    }

    fn parse(text: &str) -> Self {
        let parts: Vec<&str> = text.split(' ').collect();
        Character {
            category: parts[0].to_owned(),
            combining: parts[1].parse().expect("a combining class is a number"),
            bidirectional: parts[2].replace('-', ""),
            mirrored: parts[3] == "1",
            east_asian_width: parts[4].to_owned(),
        }
    }
}

impl Decomposition {
    fn parse(text: &str) -> Self {
        let (mark, mapping) = match text.split_once(' ') {
            Some((mark, mapping)) if mark.starts_with(['<', '!']) => (mark, mapping),
            _ => ("", text),
        };
        let mapping = codes(mapping);
        Decomposition {
            composes: mark.is_empty() && mapping.len() == 2,
            tag: mark.replace('!', ""),
            mapping,
        }
    }
}

fn characters(version: &str) -> Vec<Character> {
    let mut characters = vec![Character::unassigned(); CODE_POINTS];
    for fields in lines("characters.txt") {
        let has_version = match fields[2].split_once("..") {
            Some((first, last)) => (number(first)..=number(last)).contains(&number(version)),
            None => true,
        };
        if has_version {
            let (first, last) = range(&fields[0]);
            characters[first as usize..=last as usize].fill(Character::parse(&fields[1]));
        }
    }
    characters
}

fn old_characters() -> Vec<Option<Character>> {
    let mut characters = vec![None; CODE_POINTS];
    for fields in lines("characters-3.2.0.txt") {
        let (first, last) = range(&fields[0]);
        characters[first as usize..=last as usize].fill(Some(Character::parse(&fields[1])));
    }
    characters
}

fn old_numbers() -> Vec<OldNumber> {
    lines("numbers-3.2.0.txt")
        .map(|fields| OldNumber {
            code: code(&fields[0]),
            decimal: fields[1].parse().ok(),
            numeric: fields[2].parse().ok(),
        })
        .collect()
}

fn names(is_in: impl Fn(&str) -> bool) -> Vec<(u32, String)> {
    let mut names = Vec::new();
    // Where the next name of the run belongs, if the version has the run.
    let mut next = None;
    for line in read("names.txt").lines() {
        if let Some(run) = line.strip_prefix('@') {
            let mut parts = run.splitn(3, ' ');
            let (first, last) = range(parts.next().expect("a run has code points"));
            let included = is_in(parts.next().expect("a run has a version"));
            next = included.then_some(first);
            if let Some(prefix) = parts.next().filter(|_| included) {
                names.extend((first..=last).map(|code| (code, format!("{prefix}{code:04X}"))));
            }
        } else if let Some(code) = next {
            names.push((code, line.to_owned()));
            next = Some(code + 1);
        }
    }
    names
}

/// The lines of a file, split into fields.
fn lines(file: &str) -> impl Iterator<Item = Vec<String>> {
    let text = read(file);
    let lines: Vec<_> = text
        .lines()
        .map(|line| line.split("; ").map(str::to_owned).collect())
        .collect();
    lines.into_iter()
}

fn read(file: &str) -> String {
    let path = Path::new("data").join(file);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A version as something that can be compared.
fn number(version: &str) -> Vec<u32> {
    let parts = version.split('.');
    parts
        .map(|part| part.parse().expect("a version is numbers and points"))
        .collect()
}

fn range(text: &str) -> (u32, u32) {
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    (code(first), code(last))
}

fn codes(text: &str) -> Vec<u32> {
    text.split(' ').map(code).collect()
}

fn code(text: &str) -> u32 {
    u32::from_str_radix(text, 16).expect("code points are hexadecimal")
}
