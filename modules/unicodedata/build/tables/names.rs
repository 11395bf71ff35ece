//! Character names, compressed. `src/names.rs` describes the form.

use std::collections::HashMap;

use super::data::{CODE_POINTS, Database};
use super::source::Source;

/// Where aliases, and then named sequences, are kept, as CPython numbers them: private use.
const ALIASES: u32 = 0xF_0000;
const SEQUENCES: u32 = 0xF_0200;

/// How many names one entry of `NAME_STARTS` is for.
const GROUP: usize = 16;

/// Words are shorter than this.
const LENGTHS: usize = 32;

/// Words are copied in pieces of this length.
const PIECE: usize = 16;

/// In each round of the search for pairs, so many are made symbols.
const PAIRS_A_ROUND: usize = 256;
/// A pair that is found less often is not worth a symbol.
const WORTHWHILE: usize = 4;

/// A symbol: a word, or a pair of symbols.
type Symbol = u16;

/// What stands for the code point itself in a name.
const OWN_CODE: &str = "-#";

/// Generates the tables of names.
pub(crate) fn generate(database: &Database, source: &mut Source) {
    let (aliases, sequences): (Vec<_>, Vec<_>) =
        (database.special_names.iter()).partition(|(_, text)| text.len() == 1);
    let with_codes = |start, entries: &[&(String, Vec<u32>)]| -> Vec<(u32, String)> {
        let names = entries.iter().map(|(name, _)| name.clone());
        (start..).zip(names).collect()
    };
    assert!(ALIASES as usize + aliases.len() <= SEQUENCES as usize);
    let mut names = database.names.clone();
    names.extend(with_codes(ALIASES, &aliases));
    names.extend(with_codes(SEQUENCES, &sequences));

    runs(&names, source);
    texts(&names, source);
    hash(&names, source);
    let aliases: Vec<u32> = aliases.iter().map(|(_, text)| text[0]).collect();
    source.slice("ALIASES", "u32", &aliases);
    let sequences: Vec<[u32; 4]> = sequences.iter().map(|(_, text)| padded(text)).collect();
    source.slice("SEQUENCES", "[u32; 4]", &sequences);
    let longest = names.iter().map(|(_, name)| name.len()).max();
    source.number("LONGEST_NAME", "usize", longest.unwrap_or(0) as u64);
    source.slice("DERIVED_NAMES", "(u32, u32, &str)", &database.derived_names);
}

/// A sequence with zeros behind it.
fn padded(sequence: &[u32]) -> [u32; 4] {
    std::array::from_fn(|place| sequence.get(place).copied().unwrap_or(0))
}

/// Generates `NAME_RUNS`: for each run of code points with names, the first one, and the number of its
/// name; and `NAME_PAGES`: for each page of 256 code points, how many runs begin before it.
fn runs(names: &[(u32, String)], source: &mut Source) {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for (number, (code, _)) in (0..).zip(names) {
        if runs
            .last()
            .is_none_or(|(first, start)| code - first != number - start)
        {
            runs.push((*code, number));
        }
    }
    let before = |page: usize| runs.partition_point(|&(first, _)| (first as usize) < page << 8);
    let pages: Vec<usize> = (0..=CODE_POINTS >> 8).map(before).collect();
    source.slice("NAME_RUNS", "(u32, u32)", &runs);
    source.array("NAME_PAGES", "u16", &pages);
}

/// Generates what the texts of the names are made of.
fn texts(names: &[(u32, String)], source: &mut Source) {
    let split: Vec<Vec<String>> = (names.iter())
        .map(|(code, name)| words(*code, name))
        .collect();
    let lexicon = Lexicon::new(split.iter().flatten());
    let mut texts = Texts::new(&split, &lexicon);
    let pairs = texts.find_pairs(lexicon.words.len());
    lexicon.generate(source);
    source.slice("NAME_PAIRS", "(u16, u16)", &pairs);
    texts.generate(lexicon.words.len() + pairs.len(), source);
}

/// The words of a name. A space goes before each but the first, unless it begins with a hyphen or has
/// its own.
fn words(code: u32, name: &str) -> Vec<String> {
    let mut words = Vec::new();
    for word in name.replace(" -", " \0-").split(' ') {
        let word = word.replace('\0', " ");
        let mut rest = &word[..];
        while let Some(hyphen) = rest[1.min(rest.len())..].find('-') {
            let (before, after) = rest.split_at(hyphen + 1);
            words.push(before.to_owned());
            rest = after;
        }
        let is_own_code = rest.strip_prefix('-') == Some(&format!("{code:04X}"));
        words.push(if is_own_code { OWN_CODE } else { rest }.to_owned());
    }
    words
}

/// All words, ordered by length.
struct Lexicon {
    words: Vec<String>,
    symbols: HashMap<String, Symbol>,
}

impl Lexicon {
    fn new<'w>(words: impl Iterator<Item = &'w String>) -> Self {
        let mut words: Vec<String> = words.cloned().collect();
        words.sort_by(|a, b| a.len().cmp(&b.len()).then(a.cmp(b)));
        words.dedup();
        let symbols = words.iter().cloned().zip(0..).collect();
        Lexicon { words, symbols }
    }

    /// `LEXICON`, the letters, followed by a piece of zeros; for each length the first symbol
    /// (`WORD_LENGTHS`, the unused ones being infinite) and the place of its letters (`WORD_PLACES`).
    fn generate(&self, source: &mut Source) {
        let mut firsts = Vec::new();
        let mut places = Vec::new();
        let mut place = 0;
        for len in 0..LENGTHS {
            let start = self.words.partition_point(|word| word.len() < len);
            let count = self.words[start..].partition_point(|word| word.len() == len);
            firsts.push(if start < self.words.len() {
                start as u16
            } else {
                u16::MAX
            });
            places.push(place);
            place += (count * len) as u32;
        }
        let letters = self.words.concat();
        assert_eq!(letters.len(), place as usize, "no word is longer");
        source.bytes("LEXICON", &[letters.as_bytes(), &[0; PIECE]].concat());
        source.array("WORD_LENGTHS", "u16", &firsts);
        source.array("WORD_PLACES", "u32", &places);
        source.number("WORDS", "usize", self.words.len() as u64);
        source.number("PIECE", "usize", PIECE as u64);
        source.number("OWN_CODE", "u16", self.symbols[OWN_CODE].into());
    }
}

/// The names as sequences of symbols.
struct Texts(Vec<Vec<Symbol>>);

impl Texts {
    fn new(names: &[Vec<String>], lexicon: &Lexicon) -> Self {
        let symbols =
            |words: &Vec<String>| words.iter().map(|word| lexicon.symbols[word]).collect();
        Texts(names.iter().map(symbols).collect())
    }

    /// Replaces pairs of symbols that occur often by new symbols, counted from `next` on, and
    /// returns what each of these is.
    fn find_pairs(&mut self, next: usize) -> Vec<(Symbol, Symbol)> {
        let mut pairs = Vec::new();
        loop {
            let found = self.frequent_pairs();
            if found.is_empty() {
                return pairs;
            }
            let mut symbols = HashMap::new();
            for pair in found {
                let symbol = u16::try_from(next + pairs.len()).expect("symbols are 16 bits");
                symbols.insert(pair, symbol);
                pairs.push(pair);
            }
            for text in &mut self.0 {
                replace(text, &symbols);
            }
        }
    }

    /// The pairs that occur most often.
    fn frequent_pairs(&self) -> Vec<(Symbol, Symbol)> {
        let mut counts: HashMap<(Symbol, Symbol), usize> = HashMap::new();
        for text in &self.0 {
            for pair in text.windows(2) {
                *counts.entry((pair[0], pair[1])).or_default() += 1;
            }
        }
        let mut counts: Vec<_> = (counts.into_iter())
            .filter(|(_, count)| *count >= WORTHWHILE)
            .collect();
        counts.sort_by(|(a, m), (b, n)| n.cmp(m).then(a.cmp(b)));
        counts.truncate(PAIRS_A_ROUND);
        counts.into_iter().map(|(pair, _)| pair).collect()
    }

    /// `NAME_TEXTS`, with one byte for the most frequent symbols (`SHORT_SYMBOLS`) and two for others;
    /// `NAME_LENGTHS` in bytes; `NAME_STARTS`, where each group of names begins.
    fn generate(&self, symbols: usize, source: &mut Source) {
        let short = self.short_symbols(symbols);
        let codes: HashMap<Symbol, u8> = short.iter().copied().zip(0..).collect();
        let mut texts = Vec::new();
        let mut lengths = Vec::new();
        let mut starts = Vec::new();
        for (number, text) in self.0.iter().enumerate() {
            let start = texts.len();
            if number % GROUP == 0 {
                starts.push(start as u32);
            }
            for symbol in text {
                match codes.get(symbol) {
                    Some(code) => texts.push(*code),
                    None => {
                        let [high, low] = symbol.to_be_bytes();
                        texts.extend([short.len() as u8 + high, low]);
                    }
                }
            }
            lengths.push(u8::try_from(texts.len() - start).expect("names are short"));
        }
        source.slice("SHORT_SYMBOLS", "u16", &short);
        source.bytes("NAME_TEXTS", &texts);
        source.bytes("NAME_LENGTHS", &lengths);
        source.slice("NAME_STARTS", "u32", &starts);
        source.number("GROUP", "usize", GROUP as u64);
    }

    /// As many of the most frequent symbols as leave enough first bytes for all others.
    fn short_symbols(&self, symbols: usize) -> Vec<Symbol> {
        let mut counts = vec![0_usize; symbols];
        for symbol in self.0.iter().flatten() {
            counts[usize::from(*symbol)] += 1;
        }
        let mut order: Vec<Symbol> = (0..symbols as u16).collect();
        order.sort_by_key(|&symbol| std::cmp::Reverse(counts[usize::from(symbol)]));
        order.truncate(256 - symbols.div_ceil(256));
        order
    }
}

/// Replaces pairs from left to right.
fn replace(text: &mut Vec<Symbol>, symbols: &HashMap<(Symbol, Symbol), Symbol>) {
    let mut end = 0;
    let mut at = 0;
    while at < text.len() {
        let pair = text.get(at + 1).map(|&second| (text[at], second));
        match pair.and_then(|pair| symbols.get(&pair)) {
            Some(&symbol) => {
                text[end] = symbol;
                at += 2;
            }
            None => {
                text[end] = text[at];
                at += 1;
            }
        }
        end += 1;
    }
    text.truncate(end);
}

/// Generates a perfect hash of the names: `HASH_KEY`, `HASH_DISPLACEMENTS`, and `HASH_NUMBERS`, which
/// name each slot is for.
fn hash(names: &[(u32, String)], source: &mut Source) {
    let texts: Vec<&[u8]> = names.iter().map(|(_, name)| name.as_bytes()).collect();
    let hash = phf_generator::generate_hash(&texts);
    let narrow = |value: u32| u16::try_from(value).expect("there are fewer than 65536 names");
    let displacements: Vec<_> = (hash.disps.iter())
        .map(|&(first, second)| (narrow(first), narrow(second)))
        .collect();
    let numbers: Vec<_> = hash
        .map
        .iter()
        .map(|&number| narrow(number as u32))
        .collect();
    source.number("HASH_KEY", "u64", hash.key);
    source.slice("HASH_DISPLACEMENTS", "(u16, u16)", &displacements);
    source.slice("HASH_NUMBERS", "u16", &numbers);
}
