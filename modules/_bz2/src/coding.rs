//! From a sorted block to bits: places in a list of recently used bytes, coded with the Huffman table
//! that suits each group of them best.

use crate::bits::BitWriter;
use crate::format::{GROUP_LEN, MAX_SYMBOLS, MAX_TABLES, RUN_A, RUN_B};
use crate::front::Front;
use crate::huffman::{code_lengths, first_codes};
use crate::sort::{NoMemory, last_byte};

/// Writes what follows a block's header. `rows` are its sorted rotations and one row more; they are
/// overwritten.
pub(crate) fn write(
    block: &[u8],
    rows: &mut [u32],
    writer: &mut BitWriter,
    output: &mut Vec<u8>,
) -> Result<(), NoMemory> {
    let mut used = [false; 256];
    for &byte in block {
        used[usize::from(byte)] = true;
    }
    let symbols = Symbols::from_rows(&used, rows);
    let mut tables = Tables::new(&symbols);
    let selectors = tables.fit(&symbols)?;
    let needed = tables.symbol_bits() / 8 + selectors.len() + MOST_TABLES_BYTES;
    output.try_reserve(needed).map_err(|_| NoMemory)?;
    write_used(&used, writer, output);
    writer.write(output, tables.count as u32, 3);
    writer.write(output, selectors.len() as u32, 15);
    write_selectors(&selectors, writer, output);
    tables.write(writer, output);
    tables.write_symbols(&symbols, &selectors, writer, output);
    Ok(())
}

/// More than what the list of used bytes and the tables take.
const MOST_TABLES_BYTES: usize = 64 + MAX_TABLES * MAX_SYMBOLS * 5;

/// What stands for the last column of a sorted block.
struct Symbols<'a> {
    symbols: &'a [u32],
    /// How often each of them occurs.
    frequencies: [u32; MAX_SYMBOLS],
    /// How many different ones there may be.
    kinds: usize,
}

impl<'a> Symbols<'a> {
    /// Puts them in the place of the rows.
    fn from_rows(used: &[bool; 256], rows: &'a mut [u32]) -> Self {
        let bytes = (0..=255).filter(|&byte| used[usize::from(byte)]);
        let kinds = bytes.clone().count() + 2;
        let end = kinds as u32 - 1;
        let mut front = Front::new(bytes);
        let mut symbols = SymbolWriter {
            rows,
            len: 0,
            frequencies: [0; MAX_SYMBOLS],
        };
        let mut repeated = 0;
        for row in 0..symbols.rows.len() - 1 {
            let byte = last_byte(symbols.rows[row]);
            if byte == front.first() {
                repeated += 1;
                continue;
            }
            if repeated > 0 {
                symbols.push_run(repeated);
                repeated = 0;
            }
            symbols.push(u32::from(front.find(byte)) + 1);
        }
        symbols.push_run(repeated);
        symbols.push(end);
        Self {
            symbols: &symbols.rows[..symbols.len],
            frequencies: symbols.frequencies,
            kinds,
        }
    }

    fn groups(&self) -> impl Iterator<Item = &'a [u32]> {
        self.symbols.chunks(GROUP_LEN)
    }
}

/// Writes symbols over rows that were read.
struct SymbolWriter<'a> {
    rows: &'a mut [u32],
    len: usize,
    frequencies: [u32; MAX_SYMBOLS],
}

impl SymbolWriter<'_> {
    #[inline(always)]
    fn push(&mut self, symbol: u32) {
        self.rows[self.len] = symbol;
        self.len += 1;
        self.frequencies[symbol as usize] += 1;
    }

    /// A number in bijective base 2, the lowest digit first.
    #[inline(always)]
    fn push_run(&mut self, mut len: u32) {
        while len > 0 {
            let digit = if len % 2 == 1 { RUN_A } else { RUN_B };
            self.push(u32::from(digit));
            len = (len - 1) / 2;
        }
    }
}

/// The lengths of each table's codes.
struct Tables {
    count: usize,
    kinds: usize,
    lengths: [[u8; MAX_SYMBOLS]; MAX_TABLES],
    /// How often the groups that use each table have each symbol.
    frequencies: [[u32; MAX_SYMBOLS]; MAX_TABLES],
}

/// So often, each group chooses the best table, and each table is made to suit the groups that
/// have chosen it.
const ROUNDS: usize = 4;

impl Tables {
    /// To begin with, each table suits a range of symbols, and all ranges occur equally often.
    fn new(symbols: &Symbols<'_>) -> Self {
        const SUITS: u8 = 0;
        const SUITS_NOT: u8 = 15;
        let count = match symbols.symbols.len() {
            0..200 => 2,
            200..600 => 3,
            600..1200 => 4,
            1200..2400 => 5,
            _ => 6,
        };
        let kinds = symbols.kinds;
        let mut lengths = [[SUITS_NOT; MAX_SYMBOLS]; MAX_TABLES];
        let mut left = symbols.symbols.len() as u32;
        let mut start = 0;
        for parts in (1..=count).rev() {
            let share = left / parts as u32;
            let mut end = start;
            let mut sum = 0;
            while sum < share && end < kinds {
                sum += symbols.frequencies[end];
                end += 1;
            }
            let is_inner = parts != count && parts != 1;
            if end > start + 1 && is_inner && (count - parts) % 2 == 1 {
                end -= 1;
                sum -= symbols.frequencies[end];
            }
            lengths[parts - 1][start..end].fill(SUITS);
            start = end;
            left -= sum;
        }
        Self {
            count,
            kinds,
            lengths,
            frequencies: [[0; MAX_SYMBOLS]; MAX_TABLES],
        }
    }

    /// Makes the tables suit the symbols; gives the table of each group.
    fn fit(&mut self, symbols: &Symbols<'_>) -> Result<Vec<u8>, NoMemory> {
        let groups = symbols.symbols.len().div_ceil(GROUP_LEN);
        let mut selectors = Vec::new();
        selectors.try_reserve_exact(groups).map_err(|_| NoMemory)?;
        selectors.resize(groups, u8::MAX);
        let mut costs = [[0; 8]; MAX_SYMBOLS];
        for _ in 0..ROUNDS {
            self.start_round(&mut costs);
            let mut is_settled = true;
            for (group, selector) in symbols.groups().zip(&mut selectors) {
                let best = cheapest(&costs[..], group, self.count);
                is_settled &= usize::from(*selector) == best;
                *selector = best as u8;
                let frequencies = &mut self.frequencies[best];
                for &symbol in group {
                    frequencies[symbol as usize] += 1;
                }
            }
            if is_settled {
                // The same groups make the same tables, now and in further rounds.
                break;
            }
            for (lengths, frequencies) in
                self.lengths[..self.count].iter_mut().zip(&self.frequencies)
            {
                code_lengths(&frequencies[..self.kinds], &mut lengths[..self.kinds]);
            }
        }
        Ok(selectors)
    }

    /// Counts anew, and notes for each symbol what it costs with each table.
    fn start_round(&mut self, costs: &mut [Costs; MAX_SYMBOLS]) {
        let kinds = self.kinds;
        let tables = self.lengths.iter().zip(&mut self.frequencies);
        for (table, (lengths, frequencies)) in tables.take(self.count).enumerate() {
            frequencies[..kinds].fill(0);
            for (cost, &len) in costs.iter_mut().zip(&lengths[..kinds]) {
                cost[table] = u16::from(len);
            }
        }
    }

    /// How many bits all symbols take.
    fn symbol_bits(&self) -> usize {
        let bits = |(lengths, frequencies): (&[u8; MAX_SYMBOLS], &[u32; MAX_SYMBOLS])| {
            let costs = lengths.iter().zip(frequencies);
            let costs = costs.map(|(&len, &frequency)| usize::from(len) * frequency as usize);
            costs.sum::<usize>()
        };
        self.lengths.iter().zip(&self.frequencies).map(bits).sum()
    }

    /// Writes the code lengths, each as a way from the one before it.
    fn write(&self, writer: &mut BitWriter, output: &mut Vec<u8>) {
        for lengths in &self.lengths[..self.count] {
            let mut now = lengths[0];
            writer.write(output, u32::from(now), 5);
            for &len in &lengths[..self.kinds] {
                while now < len {
                    writer.write(output, 0b10, 2);
                    now += 1;
                }
                while now > len {
                    writer.write(output, 0b11, 2);
                    now -= 1;
                }
                writer.write(output, 0, 1);
            }
        }
    }

    fn write_symbols(
        &self,
        symbols: &Symbols<'_>,
        selectors: &[u8],
        writer: &mut BitWriter,
        output: &mut Vec<u8>,
    ) {
        let codes = self.codes();
        for (group, &table) in symbols.groups().zip(selectors) {
            let codes = &codes[usize::from(table)];
            for &symbol in group {
                let (code, len) = codes[symbol as usize];
                writer.write(output, code, len);
            }
        }
    }

    /// Each symbol's code with each table, and the code's length.
    fn codes(&self) -> [[(u32, u32); MAX_SYMBOLS]; MAX_TABLES] {
        let mut codes = [[(0, 0); MAX_SYMBOLS]; MAX_TABLES];
        for (codes, lengths) in codes.iter_mut().zip(&self.lengths).take(self.count) {
            let lengths = &lengths[..self.kinds];
            let mut next = first_codes(lengths);
            for (code, &len) in codes.iter_mut().zip(lengths) {
                let next = &mut next[usize::from(len)];
                *code = (*next, u32::from(len));
                *next += 1;
            }
        }
        codes
    }
}

/// What a symbol, or some of them, cost with each table. There are more than tables, so that they are
/// added at once.
type Costs = [u16; 8];

/// The table with which `group` is shortest.
fn cheapest(costs: &[Costs], group: &[u32], tables: usize) -> usize {
    let mut sums = Costs::default();
    for &symbol in group {
        for (sum, cost) in sums.iter_mut().zip(costs[symbol as usize]) {
            *sum += cost;
        }
    }
    let mut best = 0;
    for table in 1..tables {
        if sums[table] < sums[best] {
            best = table;
        }
    }
    best
}

/// Writes which bytes occur: which ranges of 16 have any, and then which of those.
fn write_used(used: &[bool; 256], writer: &mut BitWriter, output: &mut Vec<u8>) {
    let mask = |flags: &mut dyn Iterator<Item = bool>| {
        flags.fold(0, |mask, flag| mask << 1 | u32::from(flag))
    };
    let ranges = used.chunks(16);
    let of_ranges = mask(&mut ranges.clone().map(|range| range.contains(&true)));
    writer.write(output, of_ranges, 16);
    for range in ranges.filter(|range| range.contains(&true)) {
        writer.write(output, mask(&mut range.iter().copied()), 16);
    }
}

/// Writes the tables' places in a list of recently used ones: as many ones, then a zero.
fn write_selectors(selectors: &[u8], writer: &mut BitWriter, output: &mut Vec<u8>) {
    let mut recent = [0, 1, 2, 3, 4, 5];
    for &table in selectors {
        let place = recent.iter().position(|&recent| recent == table);
        let place = place.unwrap_or(0);
        recent[..=place].rotate_right(1);
        writer.write(output, (2 << place) - 2, place as u32 + 1);
    }
}
