//! Deflate (RFC 1951) for little data: one block, made with tables that fit the data.
//!
//! A deflate stream is made for data of any length: before it looks at the first byte, it clears
//! tables of 128 KiB and more. For a short message that takes longer than all the rest. Here
//! the whole of the data is at hand, so positions need a table of 2 KiB, and the block's kind can
//! be chosen by its exact size.

use std::collections::TryReserveError;

use crate::checksum::{adler32, crc32};

/// How to compress.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Format {
    level: u8,
    window_bits: u8,
    container: Container,
}

#[derive(Clone, Copy, Debug)]
enum Container {
    Raw,
    /// RFC 1950
    Zlib,
    /// RFC 1952
    Gzip,
}

impl Format {
    /// The format that zlib's `deflateInit2` makes of the same two numbers, or `None` where it
    /// refuses them.
    pub(crate) fn new(level: i32, window_bits: i32) -> Option<Self> {
        let level = if level == -1 { 6 } else { level };
        let (container, window_bits) = match window_bits {
            -15..=-9 => (Container::Raw, -window_bits),
            // The smallest window is not used: some decompressors have it wrong.
            8 => (Container::Zlib, 9),
            9..=15 => (Container::Zlib, window_bits),
            25..=31 => (Container::Gzip, window_bits - 16),
            _ => return None,
        };
        let level = u8::try_from(level).ok().filter(|level| *level <= 9)?;
        Some(Self {
            level,
            window_bits: u8::try_from(window_bits).ok()?,
            container,
        })
    }

    /// The most data for which this is better than a stream; more than that is not taken.
    pub(crate) fn max_len(self) -> usize {
        match self.level {
            0 => 128 << 10,
            1 => 512,
            _ => 3 << 10,
        }
    }

    /// The two bytes at the front of a zlib stream.
    fn zlib_header(self) -> [u8; 2] {
        let method = 8 | (self.window_bits - 8) << 4;
        let effort = match self.level {
            0 | 1 => 0,
            2..=5 => 1,
            6 => 2,
            _ => 3,
        };
        let unchecked = u16::from_be_bytes([method, effort << 6]);
        (unchecked + 31 - unchecked % 31).to_be_bytes()
    }

    /// The ten bytes at the front of a gzip member: no name, no time.
    fn gzip_header(self) -> [u8; 10] {
        const OPERATING_SYSTEM: u8 = if cfg!(windows) { 10 } else { 3 };
        let effort = match self.level {
            9 => 2,
            0 | 1 => 4,
            _ => 0,
        };
        [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, effort, OPERATING_SYSTEM]
    }

    /// How far back a match may reach. A stream keeps the longest match away from the end of its
    /// window; so does this.
    fn max_distance(self) -> usize {
        (1 << self.window_bits) - (MAX_MATCH + MIN_MATCH + 1)
    }
}

/// Compresses `data`, at most [`Format::max_len`] bytes, to a complete stream.
pub(crate) fn compress(data: &[u8], format: Format) -> Result<Vec<u8>, TryReserveError> {
    debug_assert!(data.len() <= format.max_len());
    let mut out = BitWriter::with_capacity(data.len() + OVERHEAD)?;
    match format.container {
        Container::Raw => {}
        Container::Zlib => out.bytes.extend_from_slice(&format.zlib_header()),
        Container::Gzip => out.bytes.extend_from_slice(&format.gzip_header()),
    }
    if format.level == 0 {
        write_stored(data, &mut out);
    } else {
        let tokens = Tokens::find(data, Effort::of(format.level), format.max_distance())?;
        write_smallest_block(data, &tokens, &mut out);
    }
    out.align();
    match format.container {
        Container::Raw => {}
        Container::Zlib => out.bytes.extend_from_slice(&adler32(1, data).to_be_bytes()),
        Container::Gzip => {
            out.bytes.extend_from_slice(&crc32(0, data).to_le_bytes());
            out.bytes
                .extend_from_slice(&(data.len() as u32).to_le_bytes());
        }
    }
    Ok(out.bytes)
}

/// The most that headers, the frames of stored blocks and a word in the writer can take.
const OVERHEAD: usize = 10 + 3 * 5 + 8 + 8;

/// Writes the block in whichever of the three ways takes the fewest bits.
fn write_smallest_block(data: &[u8], tokens: &Tokens, out: &mut BitWriter) {
    let stored = 40 + 8 * data.len();
    let fixed = tokens.bits(&FIXED_LITERALS, &FIXED_DISTANCES);
    let used = tokens.literals.iter().filter(|count| **count > 0).count();
    let least_dynamic = LEAST_TABLE_BITS + used + tokens.list.len();
    let dynamic = (fixed.min(stored) > least_dynamic).then(|| Dynamic::new(tokens));
    match dynamic {
        Some(dynamic) if dynamic.bits < fixed.min(stored) => {
            out.put(LAST | DYNAMIC << 1, 3);
            dynamic.write_tables(out);
            tokens.write(&dynamic.literals, &dynamic.distances, out);
        }
        _ if fixed <= stored => {
            out.put(LAST | FIXED << 1, 3);
            tokens.write(&FIXED_LITERALS, &FIXED_DISTANCES, out);
        }
        _ => write_stored(data, out),
    }
}

fn write_stored(data: &[u8], out: &mut BitWriter) {
    let mut rest = data;
    loop {
        let (block, behind) = rest.split_at(rest.len().min(u16::MAX.into()));
        rest = behind;
        out.put(if rest.is_empty() { LAST } else { 0 }, 3);
        out.align();
        let len = block.len() as u16;
        out.bytes.extend_from_slice(&len.to_le_bytes());
        out.bytes.extend_from_slice(&(!len).to_le_bytes());
        out.bytes.extend_from_slice(block);
        if rest.is_empty() {
            return;
        }
    }
}

const LAST: u32 = 1;
const FIXED: u32 = 1;
const DYNAMIC: u32 = 2;

/// How hard to look for matches.
struct Effort {
    /// How many candidates to look at.
    chain: usize,
    /// A match of this length is good enough to stop looking.
    enough: usize,
    /// For a shorter match, the next position is tried too.
    lazy: usize,
}

impl Effort {
    fn of(level: u8) -> Self {
        let (chain, enough, lazy) = match level {
            1..=3 => (8, 32, 0),
            4 => (16, 32, 6),
            5 => (32, 64, 16),
            6 => (128, 128, 16),
            7 => (256, 128, 32),
            _ => (usize::MAX, MAX_MATCH, MAX_MATCH),
        };
        Self {
            chain,
            enough,
            lazy,
        }
    }
}

const MIN_MATCH: usize = 3;
const MAX_MATCH: usize = 258;

/// The data as literals and matches, and how often each symbol occurs.
struct Tokens {
    list: Vec<Token>,
    literals: [u16; LITERALS],
    distances: [u16; DISTANCES],
    /// Bits that follow the symbols of all matches.
    extra_bits: usize,
}

/// Symbols for bytes, the end of the block and lengths.
const LITERALS: usize = 286;
const DISTANCES: usize = 30;
const END_OF_BLOCK: usize = 256;

/// A literal byte (distance 0) or a match.
#[derive(Clone, Copy)]
struct Token {
    /// The byte, or the length.
    value: u16,
    distance: u16,
}

impl Tokens {
    fn find(data: &[u8], effort: Effort, max_distance: usize) -> Result<Self, TryReserveError> {
        let mut list = Vec::new();
        list.try_reserve_exact(data.len())?;
        let (mut literals, distances) = ([0; LITERALS], [0; DISTANCES]);
        literals[END_OF_BLOCK] = 1;
        let mut tokens = Self {
            list,
            literals,
            distances,
            extra_bits: 0,
        };
        let mut finder = Finder::new(data, effort.chain, effort.enough, max_distance)?;
        let mut at = 0;
        while at < data.len() {
            let mut found = finder.longest(at, MIN_MATCH - 1);
            while let Some(here) = found
                && here.len < effort.lazy
                && let Some(next) = finder.longest(at + 1, here.len)
            {
                tokens.push_literal(data[at]);
                at += 1;
                found = Some(next);
            }
            match found {
                Some(found) => {
                    tokens.push_match(found);
                    at += found.len;
                    finder.skip_to(at);
                }
                None => {
                    tokens.push_literal(data[at]);
                    at += 1;
                }
            }
        }
        Ok(tokens)
    }

    fn push_literal(&mut self, byte: u8) {
        self.list.push(Token {
            value: u16::from(byte),
            distance: 0,
        });
        self.literals[usize::from(byte)] += 1;
    }

    fn push_match(&mut self, found: Match) {
        self.list.push(Token {
            value: found.len as u16,
            distance: found.distance as u16,
        });
        let (length, distance) = (length_symbol(found.len), distance_symbol(found.distance));
        self.literals[length.symbol] += 1;
        self.distances[distance.symbol] += 1;
        self.extra_bits += (length.extra_bits + distance.extra_bits) as usize;
    }

    /// The size of a block with these codes, without its tables.
    fn bits(&self, literals: &Codes<LITERALS>, distances: &Codes<DISTANCES>) -> usize {
        let all = literals.bits(&self.literals) + distances.bits(&self.distances);
        3 + all as usize + self.extra_bits
    }

    fn write(&self, literals: &Codes<LITERALS>, distances: &Codes<DISTANCES>, out: &mut BitWriter) {
        for token in &self.list {
            if token.distance == 0 {
                out.put_code(literals, usize::from(token.value));
                continue;
            }
            let length = length_symbol(usize::from(token.value));
            out.put_code(literals, length.symbol);
            out.put(length.extra, length.extra_bits);
            let distance = distance_symbol(usize::from(token.distance));
            out.put_code(distances, distance.symbol);
            out.put(distance.extra, distance.extra_bits);
        }
        out.put_code(literals, END_OF_BLOCK);
    }
}

/// A repetition of earlier data.
#[derive(Clone, Copy)]
struct Match {
    len: usize,
    distance: usize,
}

/// Finds earlier occurrences: for each hash of three bytes the last position, and for each position
/// the one before it with the same hash.
struct Finder<'a> {
    data: &'a [u8],
    heads: [u16; 1 << HASH_BITS],
    /// One entry for each position that has been entered so far.
    before: Vec<u16>,
    chain: usize,
    enough: usize,
    max_distance: usize,
}

const HASH_BITS: u32 = 10;
const NOWHERE: u16 = u16::MAX;

impl<'a> Finder<'a> {
    fn new(
        data: &'a [u8],
        chain: usize,
        enough: usize,
        max_distance: usize,
    ) -> Result<Self, TryReserveError> {
        let mut before = Vec::new();
        before.try_reserve_exact(data.len())?;
        let heads = [NOWHERE; 1 << HASH_BITS];
        Ok(Self {
            data,
            heads,
            before,
            chain,
            enough,
            max_distance,
        })
    }

    /// The longest match at `at` that is longer than `best`, which must be less than any match's
    /// length or the length of one. Positions are asked for in order.
    fn longest(&mut self, at: usize, mut best: usize) -> Option<Match> {
        let mut candidate = self.enter(at)?;
        let here = &self.data[at..self.data.len().min(at + MAX_MATCH)];
        let mut found = None;
        for _ in 0..self.chain {
            let start = usize::from(candidate);
            let distance = at - start;
            if best >= here.len() || distance > self.max_distance {
                break;
            }
            // What cannot be longer shows at the place where it would have to be.
            if self.data[start + best] == here[best] {
                let len = common_prefix(&self.data[start..], here);
                if len > best {
                    best = len;
                    found = Some(Match { len, distance });
                    if len >= self.enough {
                        break;
                    }
                }
            }
            candidate = self.before[start];
            if candidate == NOWHERE {
                break;
            }
        }
        found.filter(|found| found.len >= MIN_MATCH)
    }

    /// Enters all positions before `end`.
    fn skip_to(&mut self, end: usize) {
        while self.before.len() < end {
            self.enter(self.before.len());
        }
    }

    /// Enters the position `at`, unless it has been, and gives the last one with the same hash.
    fn enter(&mut self, at: usize) -> Option<u16> {
        if let Some(&before) = self.before.get(at) {
            return (before != NOWHERE).then_some(before);
        }
        let before = match self.data.get(at..at + MIN_MATCH) {
            Some(&[a, b, c]) => {
                let key = u32::from_le_bytes([a, b, c, 0]);
                let hash = key.wrapping_mul(0x9e37_79b1) >> (32 - HASH_BITS);
                std::mem::replace(&mut self.heads[hash as usize], at as u16)
            }
            _ => NOWHERE,
        };
        self.before.push(before);
        (before != NOWHERE).then_some(before)
    }
}

/// How many bytes at the front are the same; `b` is the shorter one.
fn common_prefix(a: &[u8], b: &[u8]) -> usize {
    let words = a.chunks_exact(8).zip(b.chunks_exact(8));
    let mut len = 0;
    for (a, b) in words {
        let [a, b] = [a, b].map(|word| word.try_into().map_or(0, u64::from_le_bytes));
        if a != b {
            return len + (a ^ b).trailing_zeros() as usize / 8;
        }
        len += 8;
    }
    len + a[len..]
        .iter()
        .zip(&b[len..])
        .take_while(|(a, b)| a == b)
        .count()
}

/// A length or a distance, as the format has it: a symbol for a range, and where in the range.
struct Symbol {
    symbol: usize,
    extra: u32,
    extra_bits: u32,
}

fn length_symbol(len: usize) -> Symbol {
    if len == MAX_MATCH {
        return Symbol {
            symbol: LITERALS - 1,
            extra: 0,
            extra_bits: 0,
        };
    }
    // Four ranges for each number of extra bits.
    let symbol = range_symbol(len - MIN_MATCH, 2);
    Symbol {
        symbol: symbol.symbol + END_OF_BLOCK + 1,
        ..symbol
    }
}

fn distance_symbol(distance: usize) -> Symbol {
    range_symbol(distance - 1, 1)
}

/// The symbol of `value` in a code with `2**precision` ranges for each number of extra bits.
fn range_symbol(value: usize, precision: u32) -> Symbol {
    let extra_bits = value
        .checked_ilog2()
        .map_or(0, |log| log.saturating_sub(precision));
    let symbol = ((extra_bits as usize) << precision) + (value >> extra_bits);
    let extra = (value & ((1 << extra_bits) - 1)) as u32;
    Symbol {
        symbol,
        extra,
        extra_bits,
    }
}

/// A block's own codes.
struct Dynamic {
    literals: Codes<LITERALS>,
    distances: Codes<DISTANCES>,
    tables: Tables,
    /// Size of the whole block.
    bits: usize,
}

impl Dynamic {
    fn new(tokens: &Tokens) -> Self {
        let literals = Codes::huffman(&tokens.literals, 15);
        let distances = Codes::huffman(&tokens.distances, 15);
        let tables = Tables::new(&literals.lengths, &distances.lengths);
        let bits = tables.bits + tokens.bits(&literals, &distances);
        Self {
            literals,
            distances,
            tables,
            bits,
        }
    }

    fn write_tables(&self, out: &mut BitWriter) {
        let tables = &self.tables;
        out.put((tables.literals - 257) as u32, 5);
        out.put((tables.distances - 1) as u32, 5);
        out.put((tables.codes.len() - 4) as u32, 4);
        for &symbol in tables.codes {
            out.put(u32::from(tables.code.lengths[usize::from(symbol)]), 3);
        }
        for run in &tables.runs[..tables.count] {
            out.put_code(&tables.code, usize::from(run.symbol));
            out.put(u32::from(run.extra), extra_bits_of_run(run.symbol));
        }
    }
}

/// The lengths of the codes of a block, themselves compressed.
struct Tables {
    /// How many lengths are given of each kind; those behind are 0.
    literals: usize,
    distances: usize,
    /// The symbols of the code for lengths, as far as their own lengths are given.
    codes: &'static [u8],
    code: Codes<19>,
    runs: [Run; LITERALS + DISTANCES],
    count: usize,
    bits: usize,
}

/// A code length, or a repetition of the last one (16) or of zeros (17, 18).
#[derive(Clone, Copy, Default)]
struct Run {
    symbol: u8,
    extra: u8,
}

/// The order in which the lengths of the code for lengths are given.
const CODE_ORDER: [u8; 19] = [
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
];

/// No block's tables are smaller than this, and one bit for each symbol: the three counts, five
/// lengths of code lengths, and two runs of zeros.
const LEAST_TABLE_BITS: usize = 14 + 15 + 16;

impl Tables {
    fn new(literals: &[u8], distances: &[u8]) -> Self {
        let given = |lengths: &[u8], least: usize| {
            lengths
                .iter()
                .rposition(|&length| length > 0)
                .map_or(least, |last| least.max(last + 1))
        };
        let (literal_count, distance_count) = (given(literals, 257), given(distances, 1));
        let mut lengths = [0; LITERALS + DISTANCES];
        let total = literal_count + distance_count;
        lengths[..literal_count].copy_from_slice(&literals[..literal_count]);
        lengths[literal_count..total].copy_from_slice(&distances[..distance_count]);

        let mut runs = [Run::default(); LITERALS + DISTANCES];
        let mut count = 0;
        let mut counts = [0; 19];
        for_each_run(&lengths[..total], |run| {
            counts[usize::from(run.symbol)] += 1;
            runs[count] = run;
            count += 1;
        });
        let code = Codes::huffman(&counts, 7);
        let is_used = |symbol: &u8| code.lengths[usize::from(*symbol)] > 0;
        let last = CODE_ORDER.iter().rposition(is_used).unwrap_or(0);
        let codes = &CODE_ORDER[..(last + 1).max(4)];
        let extra_bits = (16..19_u8)
            .map(|symbol| u32::from(counts[usize::from(symbol)]) * extra_bits_of_run(symbol));
        let run_bits = code.bits(&counts) + extra_bits.sum::<u32>();
        Self {
            literals: literal_count,
            distances: distance_count,
            codes,
            code,
            runs,
            count,
            bits: 14 + 3 * codes.len() + run_bits as usize,
        }
    }
}

/// Cuts `lengths` into runs.
fn for_each_run(lengths: &[u8], mut each: impl FnMut(Run)) {
    for group in lengths.chunk_by(|a, b| a == b) {
        let length = group[0];
        let mut left = group.len();
        if length > 0 {
            each(Run {
                symbol: length,
                extra: 0,
            });
            left -= 1;
        }
        while left > 0 {
            let (symbol, least, most) = match (length, left) {
                (0, 11..) => (18, 11, 138),
                (0, 3..) => (17, 3, 10),
                (1.., 3..) => (16, 3, 6),
                _ => {
                    each(Run {
                        symbol: length,
                        extra: 0,
                    });
                    left -= 1;
                    continue;
                }
            };
            let taken = left.min(most);
            each(Run {
                symbol,
                extra: (taken - least) as u8,
            });
            left -= taken;
        }
    }
}

fn extra_bits_of_run(symbol: u8) -> u32 {
    match symbol {
        16 => 2,
        17 => 3,
        18 => 7,
        _ => 0,
    }
}

/// A prefix code: for each symbol the length of its code, and the code as it is written, its last
/// bit first.
struct Codes<const N: usize> {
    lengths: [u8; N],
    codes: [u16; N],
}

impl<const N: usize> Codes<N> {
    /// An optimal code for symbols that occur `counts` times, with no length above `limit`.
    ///
    /// At least two symbols get a code, as not all decompressors understand less.
    fn huffman(counts: &[u16; N], limit: u8) -> Self {
        let mut leaves = [Leaf::default(); N];
        let mut used = 0;
        for (symbol, &count) in counts.iter().enumerate() {
            if count > 0 {
                leaves[used] = Leaf {
                    count: u32::from(count),
                    symbol: symbol as u16,
                };
                used += 1;
            }
        }
        for symbol in [0, 1] {
            if used < 2 && counts[usize::from(symbol)] == 0 {
                leaves[used] = Leaf { count: 1, symbol };
                used += 1;
            }
        }
        let leaves = &mut leaves[..used];
        leaves.sort_unstable();
        let mut lengths = [0; N];
        while tree_depths(leaves, &mut lengths) > limit {
            // Flatter counts make a flatter tree.
            for leaf in &mut *leaves {
                leaf.count = leaf.count / 2 + 1;
            }
        }
        leaves.sort_unstable_by_key(|leaf| leaf.symbol);
        Self::canonical(lengths, leaves.iter().map(|leaf| usize::from(leaf.symbol)))
    }

    /// The canonical code with these lengths (RFC 1951, section 3.2.2); `symbols` are those that
    /// have one, in order.
    fn canonical(lengths: [u8; N], symbols: impl Iterator<Item = usize> + Clone) -> Self {
        let mut counts = [0_u16; 16];
        for symbol in symbols.clone() {
            counts[usize::from(lengths[symbol])] += 1;
        }
        let mut next = [0_u16; 16];
        for bits in 2..16 {
            next[bits] = (next[bits - 1] + counts[bits - 1]) << 1;
        }
        let mut codes = [0; N];
        for symbol in symbols {
            let length = usize::from(lengths[symbol]);
            codes[symbol] = next[length].reverse_bits() >> (16 - length);
            next[length] += 1;
        }
        Self { lengths, codes }
    }

    /// The size of what has these `counts`.
    fn bits(&self, counts: &[u16; N]) -> u32 {
        let each = counts.iter().zip(&self.lengths);
        each.map(|(&count, &length)| u32::from(count) * u32::from(length))
            .sum()
    }
}

/// A symbol that occurs.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Leaf {
    count: u32,
    symbol: u16,
}

/// Builds the Huffman tree over `leaves` (at least two, by ascending count) and writes each
/// symbol's depth to `lengths`. Returns the largest.
fn tree_depths<const N: usize>(leaves: &[Leaf], lengths: &mut [u8; N]) -> u8 {
    let used = leaves.len();
    let mut weights = [0_u32; N];
    let mut leaf_parents = [0_u16; N];
    let mut node_parents = [0_u16; N];
    let (mut leaf, mut node) = (0, 0);
    for made in 0..used - 1 {
        let mut weight = 0;
        for _ in 0..2 {
            // The lighter one of the next leaf and the next node; both come in ascending order.
            if leaf < used && (node >= made || leaves[leaf].count <= weights[node]) {
                weight += leaves[leaf].count;
                leaf_parents[leaf] = made as u16;
                leaf += 1;
            } else {
                weight += weights[node];
                node_parents[node] = made as u16;
                node += 1;
            }
        }
        weights[made] = weight;
    }
    let mut depths = [0_u8; N];
    for node in (0..used - 2).rev() {
        depths[node] = depths[usize::from(node_parents[node])] + 1;
    }
    let mut deepest = 0;
    for (leaf, parent) in leaves.iter().zip(leaf_parents) {
        let depth = depths[usize::from(parent)] + 1;
        lengths[usize::from(leaf.symbol)] = depth;
        deepest = deepest.max(depth);
    }
    deepest
}

/// The codes of blocks without tables (RFC 1951, section 3.2.6).
static FIXED_LITERALS: Codes<LITERALS> = {
    let (mut lengths, mut codes) = ([0; LITERALS], [0; LITERALS]);
    let mut symbol = 0;
    while symbol < LITERALS {
        let value = symbol as u16;
        let (length, code) = match value {
            0..144 => (8, 0x30 + value),
            144..256 => (9, 0x190 + value - 144),
            256..280 => (7, value - 256),
            _ => (8, 0xc0 + value - 280),
        };
        lengths[symbol] = length;
        codes[symbol] = code.reverse_bits() >> (16 - length);
        symbol += 1;
    }
    Codes { lengths, codes }
};
static FIXED_DISTANCES: Codes<DISTANCES> = {
    let mut codes = [0; DISTANCES];
    let mut symbol = 0;
    while symbol < DISTANCES {
        codes[symbol] = (symbol as u16).reverse_bits() >> (16 - 5);
        symbol += 1;
    }
    Codes {
        lengths: [5; DISTANCES],
        codes,
    }
};

/// Writes numbers of any bits, the lowest first.
struct BitWriter {
    bytes: Vec<u8>,
    /// What does not make 32 bits yet.
    pending: u64,
    bits: u32,
}

impl BitWriter {
    fn with_capacity(capacity: usize) -> Result<Self, TryReserveError> {
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(capacity)?;
        Ok(Self {
            bytes,
            pending: 0,
            bits: 0,
        })
    }

    fn put_code<const N: usize>(&mut self, codes: &Codes<N>, symbol: usize) {
        self.put(
            u32::from(codes.codes[symbol]),
            u32::from(codes.lengths[symbol]),
        );
    }

    /// Writes the lower `bits` (at most 32) of `value`, which has no others.
    fn put(&mut self, value: u32, bits: u32) {
        self.pending |= u64::from(value) << self.bits;
        self.bits += bits;
        if self.bits >= 32 {
            self.bytes
                .extend_from_slice(&(self.pending as u32).to_le_bytes());
            self.pending >>= 32;
            self.bits -= 32;
        }
    }

    /// Fills the last byte up with zeros.
    fn align(&mut self) {
        let bytes = self.bits.div_ceil(8) as usize;
        self.bytes
            .extend_from_slice(&self.pending.to_le_bytes()[..bytes]);
        (self.pending, self.bits) = (0, 0);
    }
}

#[cfg(test)]
mod tests {
    use std::mem::MaybeUninit;

    use corten_zlib::{Inflate, InflateFlush, ReturnCode};

    use super::*;

    const MAX_LEN: usize = 4096;

    fn check(data: &[u8], level: i32, window_bits: i32) -> usize {
        let format = Format::new(level, window_bits).unwrap();
        let data = &data[..data.len().min(format.max_len())];
        let packed = compress(data, format).unwrap();
        assert!(packed.len() <= data.len() + OVERHEAD);
        let reading = if window_bits == 8 { 9 } else { window_bits };
        let mut stream = Inflate::new(reading).unwrap();
        let mut room = vec![MaybeUninit::uninit(); data.len() + 1];
        let step = stream.step(&packed, &mut room, InflateFlush::Finish);
        assert_eq!(
            (step.code, step.consumed),
            (ReturnCode::StreamEnd, packed.len())
        );
        assert!(
            step.written == data,
            "level {level}, {window_bits} window bits"
        );
        packed.len()
    }

    /// Numbers that look like noise.
    fn noise(seed: u32) -> impl Iterator<Item = u32> {
        std::iter::successors(Some(seed), |state| {
            Some(state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223))
        })
        .map(|state| state >> 8)
    }

    #[test]
    fn round_trips() {
        for len in (0..130).chain([255, 256, 257, 258, 259, 600, 1_023, 2_049, MAX_LEN]) {
            for alphabet in [1, 2, 5, 30, 256] {
                let data: Vec<u8> = noise(7).take(len).map(|n| (n % alphabet) as u8).collect();
                for level in -1..=9 {
                    for window_bits in [15, 8, 9, 10, 11, 31, 25, -15, -9] {
                        check(&data, level, window_bits);
                    }
                }
            }
        }
    }

    #[test]
    fn matches_of_all_lengths_and_distances() {
        for len in 3..=300 {
            for distance in [1, 2, 3, 4, 5, 100, 257, 1_000, 1_700] {
                let unlike = noise(9).map(|n| n as u8);
                let mut data: Vec<u8> = unlike.take(distance).collect();
                for i in 0..len {
                    data.push(data[i]);
                }
                check(&data, 6, 15);
                check(&data, 9, -9);
            }
        }
    }

    #[test]
    fn stored_blocks() {
        let data: Vec<u8> = noise(8).take(128 << 10).map(|n| n as u8).collect();
        for len in [0, 1, 65_534, 65_535, 65_536, 131_070, 131_071, 131_072] {
            check(&data[..len], 0, 15);
        }
    }

    #[test]
    fn repetition_is_found() {
        assert!(check(&[0; MAX_LEN], 6, -15) < 30);
        assert!(check(&b"0123456789".repeat(200), 1, -15) < 40);
    }

    #[test]
    fn skewed_counts_stay_within_the_limits() {
        // Fibonacci numbers make the deepest trees.
        let mut counts = [0_u16; 19];
        let (mut a, mut b) = (1, 1);
        for count in &mut counts {
            *count = a;
            (a, b) = (b, a + b);
        }
        let lengths = Codes::huffman(&counts, 7).lengths;
        assert!(lengths.iter().all(|&length| (1..=7).contains(&length)));
        let kraft: u32 = lengths.iter().map(|&length| 1 << (7 - length)).sum();
        assert_eq!(kraft, 1 << 7);

        let mut data = Vec::new();
        for (symbol, count) in counts.iter().enumerate().take(15) {
            data.extend(std::iter::repeat_n(symbol as u8, usize::from(*count)));
        }
        data.truncate(MAX_LEN);
        check(&data, 9, 15);
    }

    #[test]
    fn refuses_what_zlib_refuses() {
        for (level, window_bits) in [
            (-2, 15),
            (10, 15),
            (6, 0),
            (6, 7),
            (6, 16),
            (6, 24),
            (6, 32),
            (6, -8),
            (6, -16),
        ] {
            assert!(Format::new(level, window_bits).is_none());
        }
    }
}
