//! Streams of every format, and what callers of an encoder see.

use super::super::Progress;
use super::super::check::{Check, Running};
use super::super::decode::{FOOTER_MAGIC, MAGIC};
use super::super::options::{Chain, Filter, LzmaOptions};
use super::super::vli;
use super::raw::Raw;
use super::{Error, Status};

/// An encoder of one stream.
pub(crate) struct Encoder {
    raw: Raw,
    container: Option<Xz>,
    /// What has been encoded, ...
    out: Vec<u8>,
    /// ... and how much of it was given out.
    given: usize,
    is_complete: bool,
    failed: bool,
}

/// So much is encoded before it is given out.
const ENOUGH: usize = 64 << 10;

impl Encoder {
    /// An encoder of the .xz format.
    pub(crate) fn xz(chain: &Chain, check: Option<Check>) -> Result<Self, Error> {
        let check = check.ok_or(Error::Program)?;
        if !chain.fits_blocks() {
            return Err(Error::Program);
        }
        if !check.is_supported() {
            return Err(Error::UnsupportedCheck);
        }
        let raw = Raw::new(chain)?;
        let header = block_header(chain)?;
        let flags = [0, check.id()];
        let mut out = MAGIC.to_vec();
        out.extend(flags);
        out.extend(crc32fast::hash(&flags).to_le_bytes());
        let container = Xz {
            check,
            running: Running::new(check),
            header,
            compressed_size: 0,
            uncompressed_size: 0,
        };
        Ok(Self::of(raw, Some(container), out))
    }

    /// An encoder of the .lzma format.
    pub(crate) fn alone(options: &LzmaOptions) -> Result<Self, Error> {
        let header = options.alone_header()?;
        let raw = Raw::new(&Chain::new(vec![Filter::Lzma1(*options)]))?;
        Ok(Self::of(raw, None, header.to_vec()))
    }

    /// An encoder of data without a container.
    pub(crate) fn raw(chain: &Chain) -> Result<Self, Error> {
        Ok(Self::of(Raw::new(chain)?, None, Vec::new()))
    }

    fn of(raw: Raw, container: Option<Xz>, out: Vec<u8>) -> Self {
        Self {
            raw,
            container,
            out,
            given: 0,
            is_complete: false,
            failed: false,
        }
    }

    /// Encodes until the stream is complete, the input is used up, or `room` bytes have been given.
    /// After `last` input nothing follows.
    pub(crate) fn encode(
        &mut self,
        input: &[u8],
        last: bool,
        mut room: usize,
        mut give: impl FnMut(&[u8]),
    ) -> Result<Progress, Error> {
        let mut rest = input;
        loop {
            let ready = &self.out[self.given..];
            let ready = &ready[..ready.len().min(room)];
            give(ready);
            room -= ready.len();
            self.given += ready.len();
            let is_drained = self.given == self.out.len();
            if is_drained {
                self.out.clear();
                self.given = 0;
            }
            let ended = is_drained && self.is_complete;
            if ended || room == 0 || (is_drained && rest.is_empty() && !last) {
                return Ok(Progress {
                    consumed: input.len() - rest.len(),
                    ended,
                });
            }
            if self.failed {
                return Err(Error::Program);
            }
            self.failed = true;
            self.advance(&mut rest, last)?;
            self.failed = false;
        }
    }

    /// Encodes some more to the empty output.
    fn advance(&mut self, input: &mut &[u8], last: bool) -> Result<(), Error> {
        let reserved = self.out.try_reserve(2 * ENOUGH);
        reserved.map_err(|_| Error::NoMemory)?;
        let Some(container) = &mut self.container else {
            let status = self.raw.encode(input, last, &mut self.out, ENOUGH)?;
            self.is_complete = status == Status::Ended;
            return Ok(());
        };
        let is_first = container.uncompressed_size == 0;
        if is_first && input.is_empty() {
            // A stream without data has no blocks.
            container.push_end(0, &mut self.out);
            self.is_complete = true;
            return Ok(());
        }
        if is_first {
            self.out.extend_from_slice(&container.header);
        }
        let start = self.out.len();
        let before = *input;
        let status = self.raw.encode(input, last, &mut self.out, ENOUGH)?;
        container.note(
            &before[..before.len() - input.len()],
            self.out.len() - start,
        );
        if status == Status::Ended {
            container.finish_block(&mut self.out);
            container.push_end(1, &mut self.out);
            self.is_complete = true;
        }
        Ok(())
    }
}

/// What a .xz stream tells about its one block.
struct Xz {
    check: Check,
    running: Running,
    header: Vec<u8>,
    compressed_size: u64,
    uncompressed_size: u64,
}

impl Xz {
    fn note(&mut self, data: &[u8], compressed_len: usize) {
        self.running.update(data);
        self.uncompressed_size += data.len() as u64;
        self.compressed_size += compressed_len as u64;
    }

    fn finish_block(&mut self, out: &mut Vec<u8>) {
        push_padding(self.compressed_size, out);
        let running = std::mem::replace(&mut self.running, Running::None);
        running.finish(|value| out.extend_from_slice(value));
    }

    /// The index of a stream with so many blocks, and the footer.
    fn push_end(&self, blocks: u64, out: &mut Vec<u8>) {
        let start = out.len();
        out.push(0);
        vli::push(blocks, out);
        if blocks > 0 {
            let around = (self.header.len() + self.check.size()) as u64;
            vli::push(self.compressed_size + around, out);
            vli::push(self.uncompressed_size, out);
        }
        push_padding((out.len() - start) as u64, out);
        let sum = crc32fast::hash(&out[start..]);
        out.extend(sum.to_le_bytes());
        let mut fields = ((out.len() - start) as u32 / 4 - 1).to_le_bytes().to_vec();
        fields.extend([0, self.check.id()]);
        out.extend(crc32fast::hash(&fields).to_le_bytes());
        out.extend(fields);
        out.extend(FOOTER_MAGIC);
    }
}

fn push_padding(len: u64, out: &mut Vec<u8>) {
    out.extend(std::iter::repeat_n(0, (len.wrapping_neg() & 3) as usize));
}

fn block_header(chain: &Chain) -> Result<Vec<u8>, Error> {
    let filters = chain.filters();
    let mut header = vec![0, filters.len() as u8 - 1];
    for filter in filters {
        filter.encode_flags(&mut header)?;
    }
    push_padding(header.len() as u64, &mut header);
    // The check that follows makes one word more, and the size is stored less one.
    header[0] = (header.len() / 4) as u8;
    header.extend(crc32fast::hash(&header).to_le_bytes());
    Ok(header)
}
