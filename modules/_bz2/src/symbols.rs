//! Decoding a block's symbols: Huffman codes, and with them bytes by their place in a list.

use crate::bits::BitReader;
use crate::decoder::Pause;
use crate::format::{GROUP_LEN, MAX_TABLES, RUN_B};
use crate::front::Front;
use crate::huffman::Decoding;
use crate::inverse::Block;

/// What the symbols of a block are decoded with, and how far that has come.
pub(crate) struct SymbolDecoder {
    tables: Vec<Decoding>,
    /// The table of each group of symbols.
    selectors: Vec<u8>,
    /// Groups that were begun.
    groups: usize,
    /// The table of the group, and how many of its symbols are to come.
    table: usize,
    left: usize,
    front: Front,
    /// The symbol that ends the block.
    end: u16,
    run: Run,
}

/// Repetitions of the byte at the front: a number, its lowest digit first.
#[derive(Clone, Copy)]
struct Run {
    len: u32,
    /// What the next digit counts.
    unit: u32,
}

impl Run {
    const NONE: Run = Run { len: 0, unit: 1 };
    /// A digit with this unit is one too many.
    const TOO_LONG: u32 = 1 << 21;
}

impl Default for SymbolDecoder {
    fn default() -> Self {
        Self {
            tables: Vec::new(),
            selectors: Vec::new(),
            groups: 0,
            table: 0,
            left: 0,
            front: Front::new(std::iter::empty()),
            end: 0,
            run: Run::NONE,
        }
    }
}

impl SymbolDecoder {
    /// Begins a block in which `used` bytes occur, the list of which is `front`. Its symbols are in
    /// so many groups.
    pub(crate) fn start(&mut self, front: Front, used: u16, groups: usize) -> Result<(), Pause> {
        self.tables.clear();
        self.selectors.clear();
        let tables = self.tables.try_reserve_exact(MAX_TABLES);
        let selectors = self.selectors.try_reserve_exact(groups);
        tables.and(selectors).map_err(|_| Pause::Memory)?;
        self.groups = 0;
        self.left = 0;
        self.front = front;
        self.end = used + 1;
        self.run = Run::NONE;
        Ok(())
    }

    /// Adds a group of symbols, which are coded with this table.
    pub(crate) fn add_group(&mut self, table: u8) {
        self.selectors.push(table);
    }

    /// Adds a table for codes of these lengths.
    pub(crate) fn add_table(&mut self, lengths: &[u8]) {
        self.tables.push(Decoding::new(lengths));
    }

    /// Puts into `block` what the symbols stand for, up to the end of it.
    pub(crate) fn decode(
        &mut self,
        reader: &mut BitReader<'_>,
        block: &mut Block,
    ) -> Result<(), Pause> {
        loop {
            if self.left == 0 {
                let selector = self.selectors.get(self.groups).ok_or(Pause::Wrong)?;
                self.groups += 1;
                self.table = usize::from(*selector);
                self.left = GROUP_LEN;
            }
            if self.decode_group(reader, block)? {
                return Ok(());
            }
        }
    }

    /// The same for what is left of a group; tells whether that was the end.
    fn decode_group(
        &mut self,
        reader: &mut BitReader<'_>,
        block: &mut Block,
    ) -> Result<bool, Pause> {
        let table = &self.tables[self.table];
        let mut run = self.run;
        let mut left = self.left;
        let result = loop {
            if left == 0 {
                break Ok(false);
            }
            let (bits, available) = reader.peek();
            let (symbol, len) = table.look_up(bits);
            if len > available {
                break Err(Pause::Input);
            }
            let Some(symbol) = symbol else {
                break Err(Pause::Wrong);
            };
            reader.skip(len);
            left -= 1;
            if symbol <= RUN_B {
                if run.unit >= Run::TOO_LONG {
                    break Err(Pause::Wrong);
                }
                run.len += run.unit << symbol;
                run.unit *= 2;
                continue;
            }
            if run.len > 0 {
                if let Err(pause) = block.push_run(self.front.first(), run.len as usize) {
                    break Err(pause);
                }
                run = Run::NONE;
            }
            if symbol == self.end {
                break Ok(true);
            }
            if let Err(pause) = block.push(self.front.take((symbol - 1) as u8)) {
                break Err(pause);
            }
        };
        self.run = run;
        self.left = left;
        result
    }
}
