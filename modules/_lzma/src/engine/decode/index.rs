//! The index of a .xz stream: the sizes of its blocks once more.

use sha2::{Digest, Sha256};

use super::super::vli;
use super::{Error, Feed, Status};

/// The sizes of all blocks, as a digest: there can be any number of them.
#[derive(Default)]
struct Records {
    count: u64,
    /// With the padding between the blocks.
    blocks_size: u64,
    uncompressed_size: u64,
    /// Of the list in the index.
    list_size: u64,
    digest: Sha256,
}

impl Records {
    fn push(&mut self, unpadded_size: u64, uncompressed_size: u64) {
        self.count += 1;
        self.blocks_size = self
            .blocks_size
            .wrapping_add(unpadded_size.wrapping_add(3) & !3);
        self.uncompressed_size = self.uncompressed_size.wrapping_add(uncompressed_size);
        self.list_size += vli::len(unpadded_size) + vli::len(uncompressed_size);
        self.digest.update(unpadded_size.to_ne_bytes());
        self.digest.update(uncompressed_size.to_ne_bytes());
    }

    fn is_within(&self, other: &Self) -> bool {
        self.blocks_size <= other.blocks_size
            && self.uncompressed_size <= other.uncompressed_size
            && self.list_size <= other.list_size
    }

    /// The size of the index without its padding and check.
    fn unpadded_size(&self) -> u64 {
        1 + vli::len(self.count) + self.list_size
    }
}

/// A decoder of the index that compares it with the blocks that were decoded.
#[derive(Default)]
pub(super) struct Index {
    blocks: Records,
    listed: Records,
    sequence: Sequence,
    number: vli::Reader,
    unpadded_size: u64,
    padding: u64,
    hasher: crc32fast::Hasher,
    check: [u8; 4],
    check_len: usize,
}

#[derive(Clone, Copy, Default)]
enum Sequence {
    #[default]
    Indicator,
    Count,
    UnpaddedSize,
    UncompressedSize,
    Padding,
    Check,
}

impl Index {
    const MIN_UNPADDED_SIZE: u64 = 5;

    /// Notes a block that was decoded.
    pub(super) fn push_block(&mut self, unpadded_size: u64, uncompressed_size: u64) {
        self.blocks.push(unpadded_size, uncompressed_size);
    }

    /// The size that the stream's footer must tell.
    pub(super) fn size(&self) -> u64 {
        (self.blocks.unpadded_size().wrapping_add(3) & !3) + 4
    }

    pub(super) fn decode(&mut self, feed: &mut Feed<'_>) -> Result<Status, Error> {
        loop {
            if matches!(self.sequence, Sequence::Padding) && self.padding == 0 {
                // The end is only looked at when there is something to compare it with.
                if feed.input.is_empty() {
                    return Ok(Status::Blocked);
                }
                self.compare()?;
                self.check = self.hasher.clone().finalize().to_le_bytes();
                self.sequence = Sequence::Check;
            }
            let Some(byte) = feed.next_byte() else {
                return Ok(Status::Blocked);
            };
            if let Sequence::Check = self.sequence {
                if self.check[self.check_len] != byte {
                    return Err(Error::Data);
                }
                self.check_len += 1;
                if self.check_len == self.check.len() {
                    return Ok(Status::Ended);
                }
                continue;
            }
            self.hasher.update(&[byte]);
            self.push(byte)?;
        }
    }

    fn push(&mut self, byte: u8) -> Result<(), Error> {
        match self.sequence {
            Sequence::Indicator => self.sequence = Sequence::Count,
            Sequence::Count => {
                let Some(count) = self.number.push(byte)? else {
                    return Ok(());
                };
                if count != self.blocks.count {
                    return Err(Error::Data);
                }
                self.next_record();
            }
            Sequence::UnpaddedSize => {
                let Some(size) = self.number.push(byte)? else {
                    return Ok(());
                };
                if !(Self::MIN_UNPADDED_SIZE..=vli::MAX & !3).contains(&size) {
                    return Err(Error::Data);
                }
                self.unpadded_size = size;
                self.sequence = Sequence::UncompressedSize;
            }
            Sequence::UncompressedSize => {
                let Some(size) = self.number.push(byte)? else {
                    return Ok(());
                };
                self.listed.push(self.unpadded_size, size);
                if !self.listed.is_within(&self.blocks) {
                    return Err(Error::Data);
                }
                self.next_record();
            }
            Sequence::Padding if byte == 0 => self.padding -= 1,
            Sequence::Padding => return Err(Error::Data),
            Sequence::Check => {}
        }
        Ok(())
    }

    fn next_record(&mut self) {
        if self.listed.count < self.blocks.count {
            self.sequence = Sequence::UnpaddedSize;
        } else {
            self.padding = self.listed.unpadded_size().wrapping_neg() & 3;
            self.sequence = Sequence::Padding;
        }
    }

    fn compare(&self) -> Result<(), Error> {
        let is_same = self.listed.blocks_size == self.blocks.blocks_size
            && self.listed.uncompressed_size == self.blocks.uncompressed_size
            && self.listed.list_size == self.blocks.list_size
            && self.listed.digest.clone().finalize() == self.blocks.digest.clone().finalize();
        if is_same { Ok(()) } else { Err(Error::Data) }
    }
}
