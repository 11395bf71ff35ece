//! Decompresses a stream.
//!
//! The input may end anywhere: what can't be told yet is looked at again when there is more. All
//! that is wrong with a stream is found at the same bit as by the reference implementation, and
//! nothing else is: incomplete Huffman codes are accepted, say.

use std::convert::Infallible;

use crate::bits::{BitReader, Bits};
use crate::crc;
use crate::format::{
    BLOCK_MAGIC, BLOCK_UNIT, END_MAGIC, MAX_CODE_LEN, MAX_GROUPS, MAX_SYMBOLS, MAX_TABLES,
    STREAM_MAGIC,
};
use crate::front::Front;
use crate::inverse::{Block, BlockOutput};
use crate::symbols::SymbolDecoder;

/// What one call did.
#[derive(Debug)]
pub(crate) struct Decoded {
    /// Bytes taken from the front of the input.
    pub(crate) consumed: usize,
    /// Bytes put to the front of the output.
    pub(crate) written: usize,
    /// Whether the stream is complete.
    pub(crate) ended: bool,
}

/// Why a stream can't be decompressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Error {
    /// It is wrong.
    Wrong,
    /// There is no memory for its blocks.
    Memory,
}

/// Why it does not go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pause {
    /// The input is used up.
    Input,
    /// The output is full.
    Room,
    /// The stream is complete.
    End,
    /// The stream is wrong.
    Wrong,
    /// There is no memory.
    Memory,
}

/// A stream that is being decompressed.
#[derive(Default)]
pub(crate) struct Decoder {
    state: State,
    bits: Bits,
    stream_crc: u32,
    header: BlockHeader,
    symbols: SymbolDecoder,
    block: Block,
    output: BlockOutput,
    /// The checksum of what was written of the block.
    block_crc: u32,
}

/// What comes next.
#[derive(Clone, Copy)]
enum State {
    /// This byte of the stream's magic number.
    StreamMagic(usize),
    Level,
    /// A block's magic number, or that of the end of the stream.
    Magic,
    BlockMagic(usize),
    BlockCrc,
    Disturbed,
    Origin,
    UsedRanges,
    /// Which bytes of this range of 16 occur.
    UsedBytes(usize),
    TableCount,
    SelectorCount,
    /// The table of this group.
    Selector(usize),
    /// Where the code lengths of this table start.
    FirstLength(usize),
    /// A code length, or a step to it from `len`.
    Length {
        table: usize,
        symbol: usize,
        len: u32,
    },
    Symbols,
    Output,
    EndMagic(usize),
    StreamCrc,
    End,
}

impl Default for State {
    fn default() -> Self {
        State::StreamMagic(0)
    }
}

/// What is told before the symbols of a block.
#[derive(Default)]
struct BlockHeader {
    crc: u32,
    disturbed: bool,
    origin: u32,
    used_ranges: u32,
    used: Used,
    tables: u32,
    selectors: usize,
    recent_tables: [u8; MAX_TABLES],
    lengths: Lengths,
}

/// The bytes that occur in a block.
#[derive(Default)]
struct Used([u16; 16]);

impl Used {
    fn bytes(&self) -> impl Iterator<Item = u8> {
        (0..=255).filter(|byte| self.0[usize::from(byte >> 4)] << (byte & 15) & 0x8000 != 0)
    }

    fn len(&self) -> usize {
        self.0.iter().map(|range| range.count_ones() as usize).sum()
    }

    /// The number of symbols that a block with these bytes has.
    fn symbols(&self) -> usize {
        self.len() + 2
    }
}

struct Lengths([u8; MAX_SYMBOLS]);

impl Default for Lengths {
    fn default() -> Self {
        Lengths([0; MAX_SYMBOLS])
    }
}

impl Decoder {
    /// Decompresses `input` until it is used up, `output` is full, or the stream is complete. Not to
    /// be called again after an error.
    pub(crate) fn decode(&mut self, input: &[u8], output: &mut [u8]) -> Result<Decoded, Error> {
        let mut reader = BitReader::new(self.bits, input);
        let mut written = 0;
        let Err(pause) = self.run(&mut reader, output, &mut written);
        let (bits, unused) = match pause {
            Pause::Input => (reader.into_bits(), 0),
            Pause::Room | Pause::End => reader.finish(),
            Pause::Wrong => return Err(Error::Wrong),
            Pause::Memory => return Err(Error::Memory),
        };
        self.bits = bits;
        Ok(Decoded {
            consumed: input.len().saturating_sub(unused),
            written,
            ended: pause == Pause::End,
        })
    }

    fn run(
        &mut self,
        reader: &mut BitReader<'_>,
        output: &mut [u8],
        written: &mut usize,
    ) -> Result<Infallible, Pause> {
        loop {
            self.state = match self.state {
                State::Symbols => {
                    self.symbols.decode(reader, &mut self.block)?;
                    let BlockHeader {
                        origin, disturbed, ..
                    } = self.header;
                    self.output.start(&mut self.block, origin, disturbed)?;
                    self.block_crc = 0;
                    State::Output
                }
                State::Output => {
                    let output = &mut output[*written..];
                    let (len, result) = self.output.write(&self.block, output);
                    self.block_crc = crc::crc32(self.block_crc, &output[..len]);
                    *written += len;
                    result?;
                    self.end_block()?
                }
                State::End => return Err(Pause::End),
                _ => self.read_header(reader)?,
            }
        }
    }

    /// Reads one field of what surrounds symbols.
    fn read_header(&mut self, reader: &mut BitReader<'_>) -> Result<State, Pause> {
        let header = &mut self.header;
        let state = match self.state {
            State::StreamMagic(at) => {
                expect(reader, STREAM_MAGIC[at])?;
                match at + 1 < STREAM_MAGIC.len() {
                    true => State::StreamMagic(at + 1),
                    false => State::Level,
                }
            }
            State::Level => {
                let level = read(reader, 8)?.wrapping_sub(u32::from(b'0'));
                check((1..=9).contains(&level))?;
                self.block.reserve(level as usize * BLOCK_UNIT)?;
                State::Magic
            }
            State::Magic => match read(reader, 8)? as u8 {
                byte if byte == BLOCK_MAGIC[0] => State::BlockMagic(1),
                byte if byte == END_MAGIC[0] => State::EndMagic(1),
                _ => return Err(Pause::Wrong),
            },
            State::BlockMagic(at) => {
                expect(reader, BLOCK_MAGIC[at])?;
                match at + 1 < BLOCK_MAGIC.len() {
                    true => State::BlockMagic(at + 1),
                    false => State::BlockCrc,
                }
            }
            State::BlockCrc => {
                header.crc = read(reader, 32)?;
                State::Disturbed
            }
            State::Disturbed => {
                header.disturbed = read(reader, 1)? == 1;
                State::Origin
            }
            State::Origin => {
                header.origin = read(reader, 24)?;
                check(header.origin as usize <= self.block.max_len() + 10)?;
                State::UsedRanges
            }
            State::UsedRanges => {
                header.used_ranges = read(reader, 16)?;
                header.used = Used::default();
                State::UsedBytes(0)
            }
            State::UsedBytes(16) => {
                check(header.used.len() > 0)?;
                State::TableCount
            }
            State::UsedBytes(range) => {
                if header.used_ranges << range & 0x8000 != 0 {
                    header.used.0[range] = read(reader, 16)? as u16;
                }
                State::UsedBytes(range + 1)
            }
            State::TableCount => {
                header.tables = read(reader, 3)?;
                check((2..=MAX_TABLES as u32).contains(&header.tables))?;
                State::SelectorCount
            }
            State::SelectorCount => {
                header.selectors = read(reader, 15)? as usize;
                check(header.selectors > 0)?;
                let front = Front::new(header.used.bytes());
                let groups = header.selectors.min(MAX_GROUPS);
                self.symbols
                    .start(front, header.used.len() as u16, groups)?;
                header.recent_tables = [0, 1, 2, 3, 4, 5];
                State::Selector(0)
            }
            State::Selector(group) if group == header.selectors => State::FirstLength(0),
            State::Selector(group) => {
                let place = read_place(reader, header.tables)?;
                // More groups than there can be are allowed, but not used.
                if group < MAX_GROUPS {
                    header.recent_tables[..=place].rotate_right(1);
                    self.symbols.add_group(header.recent_tables[0]);
                }
                State::Selector(group + 1)
            }
            State::FirstLength(table) if table == header.tables as usize => {
                self.block.clear();
                State::Symbols
            }
            State::FirstLength(table) => State::Length {
                table,
                symbol: 0,
                len: read(reader, 5)?,
            },
            State::Length {
                table,
                mut symbol,
                mut len,
            } => {
                let lengths = &mut header.lengths.0[..header.used.symbols()];
                if let Err(pause) = read_lengths(reader, lengths, &mut symbol, &mut len) {
                    self.state = State::Length { table, symbol, len };
                    return Err(pause);
                }
                self.symbols.add_table(lengths);
                State::FirstLength(table + 1)
            }
            State::EndMagic(at) => {
                expect(reader, END_MAGIC[at])?;
                match at + 1 < END_MAGIC.len() {
                    true => State::EndMagic(at + 1),
                    false => State::StreamCrc,
                }
            }
            State::StreamCrc => {
                check(read(reader, 32)? == self.stream_crc)?;
                State::End
            }
            State::Symbols | State::Output | State::End => self.state,
        };
        Ok(state)
    }

    fn end_block(&mut self) -> Result<State, Pause> {
        check(self.block_crc == self.header.crc)?;
        self.stream_crc = crc::combine(self.stream_crc, self.block_crc);
        Ok(State::Magic)
    }
}

fn read(reader: &mut BitReader<'_>, len: u32) -> Result<u32, Pause> {
    reader.read(len).ok_or(Pause::Input)
}

fn expect(reader: &mut BitReader<'_>, byte: u8) -> Result<(), Pause> {
    check(read(reader, 8)? == u32::from(byte))
}

fn check(is_right: bool) -> Result<(), Pause> {
    match is_right {
        true => Ok(()),
        false => Err(Pause::Wrong),
    }
}

/// A number below `limit`: as many ones, then a zero.
fn read_place(reader: &mut BitReader<'_>, limit: u32) -> Result<usize, Pause> {
    let (bits, available) = reader.peek();
    let place = bits.leading_ones();
    check(place < limit)?;
    if place >= available {
        return Err(Pause::Input);
    }
    reader.skip(place + 1);
    Ok(place as usize)
}

/// Code lengths, from that of `symbol` on, to which it is `len` so far. Both tell how far it came.
fn read_lengths(
    reader: &mut BitReader<'_>,
    lengths: &mut [u8],
    symbol: &mut usize,
    len: &mut u32,
) -> Result<(), Pause> {
    while *symbol < lengths.len() {
        check((1..=MAX_CODE_LEN).contains(len))?;
        match read_step(reader)? {
            Some(step) => *len = len.wrapping_add_signed(step),
            None => {
                lengths[*symbol] = *len as u8;
                *symbol += 1;
            }
        }
    }
    Ok(())
}

/// A step to the next code length: a one and its sign; or a zero, which says that it is reached.
fn read_step(reader: &mut BitReader<'_>) -> Result<Option<i32>, Pause> {
    let (bits, available) = reader.peek();
    let (len, step) = match bits >> 62 {
        0b10 => (2, Some(1)),
        0b11 => (2, Some(-1)),
        _ => (1, None),
    };
    if len > available {
        return Err(Pause::Input);
    }
    reader.skip(len);
    Ok(step)
}
