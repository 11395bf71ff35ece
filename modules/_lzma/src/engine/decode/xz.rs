//! .xz streams.

use super::super::check::Check;
use super::block::{Block, BlockHeader, header_size};
use super::index::Index;
use super::stream::Found;
use super::{Error, Feed, Field, Status};

/// What a stream begins with.
pub(in super::super) const MAGIC: [u8; 6] = [0xfd, b'7', b'z', b'X', b'Z', 0];
/// What it ends with.
pub(in super::super) const FOOTER_MAGIC: [u8; 2] = *b"YZ";
/// The size of a stream's header, and of its footer.
pub(in super::super) const HEADER_SIZE: usize = 12;

/// A decoder of one stream.
pub(super) struct Xz {
    memory_limit: u64,
    check: Check,
    sequence: Sequence,
    header: Field<HEADER_SIZE>,
    block_header: Field<{ BlockHeader::MAX_SIZE }>,
    block_header_size: Option<usize>,
    block: Option<Block>,
    index: Index,
}

#[derive(Clone, Copy)]
enum Sequence {
    Header,
    BlockHeader,
    /// The header is complete; there may be no memory for the block.
    BlockStart,
    Block,
    Index,
    Footer,
}

impl Xz {
    pub(super) fn new(memory_limit: u64) -> Self {
        Self {
            memory_limit,
            check: Check::NONE,
            sequence: Sequence::Header,
            header: Field::default(),
            block_header: Field::default(),
            block_header_size: None,
            block: None,
            index: Index::default(),
        }
    }

    pub(super) fn decode(
        &mut self,
        feed: &mut Feed<'_>,
        give: &mut impl FnMut(&[u8]),
    ) -> Result<Found, Error> {
        loop {
            match self.sequence {
                Sequence::Header => {
                    let Some(header) = self.header.take(HEADER_SIZE, &mut feed.input) else {
                        return Ok(Found::Blocked);
                    };
                    self.check = decode_header(&header)?;
                    self.sequence = Sequence::BlockHeader;
                    return Ok(Found::Check(self.check));
                }
                Sequence::BlockHeader => match self.take_block_header(feed) {
                    Status::Blocked => return Ok(Found::Blocked),
                    Status::Ended => {}
                },
                Sequence::BlockStart => {
                    self.block = Some(self.start_block()?);
                    self.block_header_size = None;
                    self.sequence = Sequence::Block;
                }
                Sequence::Block => {
                    let Some(block) = &mut self.block else {
                        return Err(Error::Program);
                    };
                    if block.decode(feed, give)? == Status::Blocked {
                        return Ok(Found::Blocked);
                    }
                    let (unpadded_size, uncompressed_size) = block.sizes();
                    self.block = None;
                    self.index.push_block(unpadded_size, uncompressed_size);
                    self.sequence = Sequence::BlockHeader;
                }
                Sequence::Index => {
                    if self.index.decode(feed)? == Status::Blocked {
                        return Ok(Found::Blocked);
                    }
                    self.sequence = Sequence::Footer;
                }
                Sequence::Footer => {
                    let Some(footer) = self.header.take(HEADER_SIZE, &mut feed.input) else {
                        return Ok(Found::Blocked);
                    };
                    return self.compare_footer(&footer).map(|()| Found::End);
                }
            }
        }
    }

    /// Collects a block's header, or finds the index in its place.
    fn take_block_header(&mut self, feed: &mut Feed<'_>) -> Status {
        let size = match (self.block_header_size, feed.input.first()) {
            (Some(size), _) => size,
            (None, None) => return Status::Blocked,
            (None, Some(0)) => {
                self.sequence = Sequence::Index;
                return Status::Ended;
            }
            (None, Some(&byte)) => header_size(byte),
        };
        self.block_header_size = Some(size);
        if !self.block_header.fill(size, &mut feed.input) {
            return Status::Blocked;
        }
        self.sequence = Sequence::BlockStart;
        Status::Ended
    }

    fn start_block(&mut self) -> Result<Block, Error> {
        let size = self.block_header_size.ok_or(Error::Program)?;
        let header = BlockHeader::new(self.block_header.bytes(size), self.check)?;
        let memory = header.chain.decoder_memory().ok_or(Error::Options)?;
        if memory > self.memory_limit {
            return Err(Error::MemoryLimit);
        }
        let block = Block::new(header, self.check)?;
        self.block_header = Field::default();
        Ok(block)
    }

    fn compare_footer(&self, footer: &[u8; HEADER_SIZE]) -> Result<(), Error> {
        let (rest, magic) = footer.split_at(10);
        let (sum, fields) = rest.split_at(4);
        if magic != FOOTER_MAGIC || crc32fast::hash(fields).to_le_bytes() != *sum {
            return Err(Error::Data);
        }
        let check = decode_flags([fields[4], fields[5]])?;
        let words = u32::from_le_bytes([fields[0], fields[1], fields[2], fields[3]]);
        let index_size = (u64::from(words) + 1) * 4;
        if index_size != self.index.size() || check != self.check {
            return Err(Error::Data);
        }
        Ok(())
    }
}

fn decode_header(header: &[u8; HEADER_SIZE]) -> Result<Check, Error> {
    let (magic, rest) = header.split_at(MAGIC.len());
    if magic != MAGIC {
        return Err(Error::Format);
    }
    let (flags, sum) = rest.split_at(2);
    if crc32fast::hash(flags).to_le_bytes() != *sum {
        return Err(Error::Data);
    }
    decode_flags([flags[0], flags[1]])
}

fn decode_flags(flags: [u8; 2]) -> Result<Check, Error> {
    match flags {
        [0, id] => Check::new(id).ok_or(Error::Options),
        _ => Err(Error::Options),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_tell_their_check() {
        let header = |flags: [u8; 2]| {
            let mut header = [0; HEADER_SIZE];
            header[..6].copy_from_slice(&MAGIC);
            header[6..8].copy_from_slice(&flags);
            header[8..].copy_from_slice(&crc32fast::hash(&flags).to_le_bytes());
            header
        };
        assert_eq!(decode_header(&header([0, 4])), Ok(Check::CRC64));
        assert_eq!(decode_header(&header([0, 16])), Err(Error::Options));
        assert_eq!(decode_header(&header([1, 4])), Err(Error::Options));
        let mut wrong = header([0, 4]);
        wrong[8] ^= 1;
        assert_eq!(decode_header(&wrong), Err(Error::Data));
        wrong[0] = 0;
        assert_eq!(decode_header(&wrong), Err(Error::Format));
    }
}
