//! What the compressor and the decompressor know of the format.

/// The start of a stream; a digit for the size of its blocks follows.
pub(crate) const STREAM_MAGIC: [u8; 3] = *b"BZh";

/// The start of a block: digits of π.
pub(crate) const BLOCK_MAGIC: [u8; 6] = [0x31, 0x41, 0x59, 0x26, 0x53, 0x59];

/// The start of what follows the last block: digits of √π.
pub(crate) const END_MAGIC: [u8; 6] = [0x17, 0x72, 0x45, 0x38, 0x50, 0x90];

/// A block's largest size for each level.
pub(crate) const BLOCK_UNIT: usize = 100_000;

/// The symbols that stand for the front of the list, repeated: digits of a number in bijective base 2.
pub(crate) const RUN_A: u16 = 0;
pub(crate) const RUN_B: u16 = 1;

/// The number of symbols, at most: two for runs, 255 for other places in the list, one for the end.
pub(crate) const MAX_SYMBOLS: usize = 258;

/// The number of Huffman tables, at most.
pub(crate) const MAX_TABLES: usize = 6;

/// As many symbols in a row are coded with the same table.
pub(crate) const GROUP_LEN: usize = 50;

/// The number of groups that the symbols of the largest block need, at most.
pub(crate) const MAX_GROUPS: usize = 2 + 9 * BLOCK_UNIT / GROUP_LEN;

/// The longest Huffman code that is accepted.
pub(crate) const MAX_CODE_LEN: u32 = 20;

/// After so many equal bytes, one byte tells how many more there are.
pub(crate) const RUN_START: usize = 4;
