//! The blocks of a .xz stream.

use super::super::check::{Check, Running};
use super::super::options::{Chain, Filter};
use super::super::vli;
use super::chain::Raw;
use super::{Error, Feed, Field, Status};

/// What the header of a block tells.
pub(super) struct BlockHeader {
    size: u64,
    compressed_size: Option<u64>,
    uncompressed_size: Option<u64>,
    pub(super) chain: Chain,
}

/// The size of a header whose first byte is `byte`.
pub(super) fn header_size(byte: u8) -> usize {
    (usize::from(byte) + 1) * 4
}

impl BlockHeader {
    pub(super) const MAX_SIZE: usize = 1024;

    /// Takes a header apart; `check` tells what will follow the block.
    pub(super) fn new(header: &[u8], check: Check) -> Result<Self, Error> {
        let (fields, sum) = header.split_last_chunk::<4>().ok_or(Error::Program)?;
        if crc32fast::hash(fields).to_le_bytes() != *sum {
            return Err(Error::Data);
        }
        let size = header.len() as u64;
        let flags = fields[1];
        if flags & 0x3c != 0 {
            return Err(Error::Options);
        }
        let mut rest = &fields[2..];
        let mut compressed_size = None;
        if flags & 0x40 != 0 {
            let compressed = vli::take(&mut rest)?;
            let whole = compressed + size + check.size() as u64;
            if compressed == 0 || whole > MAX_UNPADDED_SIZE {
                return Err(Error::Data);
            }
            compressed_size = Some(compressed);
        }
        let mut uncompressed_size = None;
        if flags & 0x80 != 0 {
            uncompressed_size = Some(vli::take(&mut rest)?);
        }
        let filters = (0..=flags & 3).map(|_| Filter::take_flags(&mut rest));
        let chain = Chain::new(filters.collect::<Result<_, _>>()?);
        if rest.iter().any(|&byte| byte != 0) {
            return Err(Error::Options);
        }
        Ok(Self {
            size,
            compressed_size,
            uncompressed_size,
            chain,
        })
    }
}

const MAX_UNPADDED_SIZE: u64 = vli::MAX & !3;

/// A decoder of a block's data and check.
pub(super) struct Block {
    header: BlockHeader,
    check: Check,
    raw: Raw,
    running: Option<Running>,
    compressed_size: u64,
    uncompressed_size: u64,
    padded: u64,
    sequence: Sequence,
    value: Field<64>,
}

#[derive(Clone, Copy)]
enum Sequence {
    Data,
    Padding,
    Check,
}

impl Block {
    pub(super) fn new(header: BlockHeader, check: Check) -> Result<Self, Error> {
        Ok(Self {
            raw: Raw::new(&header.chain)?,
            running: Some(Running::new(check)),
            header,
            check,
            compressed_size: 0,
            uncompressed_size: 0,
            padded: 0,
            sequence: Sequence::Data,
            value: Field::default(),
        })
    }

    /// The size of the block without padding, and that of its data, once it has been decoded.
    pub(super) fn sizes(&self) -> (u64, u64) {
        let unpadded_size = self.header.size + self.compressed_size + self.check.size() as u64;
        (unpadded_size, self.uncompressed_size)
    }

    pub(super) fn decode(
        &mut self,
        feed: &mut Feed<'_>,
        give: &mut impl FnMut(&[u8]),
    ) -> Result<Status, Error> {
        if let Sequence::Data = self.sequence {
            if self.decode_data(feed, give)? == Status::Blocked {
                return Ok(Status::Blocked);
            }
            self.sequence = Sequence::Padding;
        }
        if let Sequence::Padding = self.sequence {
            if self.take_padding(feed)? == Status::Blocked {
                return Ok(Status::Blocked);
            }
            if self.check == Check::NONE {
                return Ok(Status::Ended);
            }
            self.sequence = Sequence::Check;
        }
        self.compare(feed)
    }

    fn decode_data(
        &mut self,
        feed: &mut Feed<'_>,
        give: &mut impl FnMut(&[u8]),
    ) -> Result<Status, Error> {
        let in_limit = match self.header.compressed_size {
            Some(size) => size,
            None => MAX_UNPADDED_SIZE - self.header.size - self.check.size() as u64,
        };
        let out_limit = self.header.uncompressed_size.unwrap_or(vli::MAX);
        let input = first(feed.input, in_limit - self.compressed_size);
        let out_left = usize::try_from(out_limit - self.uncompressed_size).unwrap_or(usize::MAX);
        let mut limited = Feed {
            input,
            room: feed.room.min(out_left),
        };
        let room = limited.room;
        let running = &mut self.running;
        let status = self.raw.decode(&mut limited, &mut |data| {
            if let Some(running) = running {
                running.update(data);
            }
            give(data);
        })?;
        let produced = room - limited.room;
        let consumed = input.len() - limited.input.len();
        self.compressed_size += consumed as u64;
        self.uncompressed_size += produced as u64;
        feed.room -= produced;
        feed.input = &feed.input[consumed..];
        let in_done = self.header.compressed_size == Some(self.compressed_size);
        let out_done = self.header.uncompressed_size == Some(self.uncompressed_size);
        let is_valid = match status {
            // Neither more input nor more output is to come, but the data go on.
            Status::Blocked => {
                !(in_done && (out_done || feed.room > 0) || out_done && !feed.input.is_empty())
            }
            Status::Ended => {
                (in_done || self.header.compressed_size.is_none())
                    && (out_done || self.header.uncompressed_size.is_none())
            }
        };
        if is_valid {
            Ok(status)
        } else {
            Err(Error::Data)
        }
    }

    fn take_padding(&mut self, feed: &mut Feed<'_>) -> Result<Status, Error> {
        while !(self.compressed_size + self.padded).is_multiple_of(4) {
            let Some(byte) = feed.next_byte() else {
                return Ok(Status::Blocked);
            };
            if byte != 0 {
                return Err(Error::Data);
            }
            self.padded += 1;
        }
        Ok(Status::Ended)
    }

    fn compare(&mut self, feed: &mut Feed<'_>) -> Result<Status, Error> {
        let size = self.check.size();
        let Some(value) = self.value.take(size, &mut feed.input) else {
            return Ok(Status::Blocked);
        };
        let is_same = !self.check.is_supported()
            || self
                .running
                .take()
                .is_some_and(|running| running.finish(|expected| expected == &value[..size]));
        if is_same {
            Ok(Status::Ended)
        } else {
            Err(Error::Data)
        }
    }
}

/// The first `limit` bytes of `input`.
fn first(input: &[u8], limit: u64) -> &[u8] {
    &input[..usize::try_from(limit)
        .unwrap_or(usize::MAX)
        .min(input.len())]
}
