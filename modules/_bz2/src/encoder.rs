//! Compresses to a stream. Its bytes are those of the reference implementation.

use crate::bits::BitWriter;
use crate::coding;
use crate::crc;
use crate::format::{BLOCK_MAGIC, BLOCK_UNIT, END_MAGIC, RUN_START, STREAM_MAGIC};
use crate::sort::{BlockSorter, NoMemory};

/// A stream that is being compressed.
pub(crate) struct Encoder {
    level: u8,
    /// The block so far.
    block: Vec<u8>,
    block_crc: u32,
    /// What was read last, and is not in the block yet, as there may be more of it.
    run: Run,
    stream_crc: u32,
    is_started: bool,
    sorter: BlockSorter,
    writer: BitWriter,
    output: Vec<u8>,
}

/// Equal bytes.
#[derive(Clone, Copy, Default)]
struct Run {
    byte: u8,
    len: usize,
}

/// Longer runs are split.
const LONGEST_RUN: usize = 255;

/// What the reference implementation leaves free of a block. At its end, a run needs up to five bytes.
const SLACK: usize = 19;

/// More than what comes before and after blocks.
const HEADERS: usize = 64;

impl Encoder {
    /// With blocks of `level` times 100,000 bytes, from 1 to 9.
    pub(crate) fn new(level: u8) -> Self {
        Self {
            level,
            block: Vec::new(),
            block_crc: 0,
            run: Run::default(),
            stream_crc: 0,
            is_started: false,
            sorter: BlockSorter::default(),
            writer: BitWriter::default(),
            output: Vec::new(),
        }
    }

    /// Takes bytes from the front of `input`, up to the end of a block, and gives their number.
    pub(crate) fn compress(&mut self, input: &[u8]) -> Result<usize, NoMemory> {
        let consumed = self.fill_block(input)?;
        if self.is_full() {
            self.finish_block()?;
        }
        Ok(consumed)
    }

    /// Ends the stream.
    pub(crate) fn finish(&mut self) -> Result<(), NoMemory> {
        self.reserve_block(0)?;
        push_run(&mut self.block, self.run);
        self.add_to_crc(self.run);
        self.run = Run::default();
        if !self.block.is_empty() {
            self.finish_block()?;
        }
        self.start_stream()?;
        let output = &mut self.output;
        for byte in END_MAGIC {
            self.writer.write(output, u32::from(byte), 8);
        }
        self.writer.write(output, self.stream_crc, 32);
        self.writer.finish(output);
        Ok(())
    }

    /// What there is of the stream, beyond what was cleared before.
    pub(crate) fn output(&self) -> &[u8] {
        &self.output
    }

    pub(crate) fn clear_output(&mut self) {
        self.output.clear();
    }

    /// How many bytes the block has.
    pub(crate) fn held(&self) -> usize {
        self.block.len()
    }

    /// Whether so many more bytes of data could make a whole block, which takes long to compress.
    pub(crate) fn may_fill_block(&self, additional: usize) -> bool {
        self.block.len() + most_in_block(additional) >= self.limit()
    }

    /// How many bytes a block may have before no more are added.
    fn limit(&self) -> usize {
        usize::from(self.level) * BLOCK_UNIT - SLACK
    }

    fn is_full(&self) -> bool {
        self.block.len() >= self.limit()
    }

    fn fill_block(&mut self, input: &[u8]) -> Result<usize, NoMemory> {
        self.reserve_block(input.len())?;
        let limit = self.limit();
        let earlier = self.run;
        let mut run = earlier;
        let mut is_flushed = false;
        let mut consumed = 0;
        for &byte in input {
            if self.block.len() >= limit {
                break;
            }
            consumed += 1;
            if byte == run.byte && run.len.wrapping_sub(1) < LONGEST_RUN - 1 {
                run.len += 1;
            } else {
                push_run(&mut self.block, run);
                is_flushed = true;
                run = Run { byte, len: 1 };
            }
        }
        if is_flushed {
            self.add_to_crc(earlier);
            self.block_crc = crc::crc32(self.block_crc, &input[..consumed - run.len]);
        }
        self.run = run;
        Ok(consumed)
    }

    /// Makes room for what so many more bytes may add to the block.
    fn reserve_block(&mut self, additional: usize) -> Result<(), NoMemory> {
        let largest = self.limit() + SLACK;
        let needed = (self.block.len() + most_in_block(additional)).min(largest);
        if self.block.capacity() < needed {
            let capacity = needed.max(2 * self.block.capacity()).min(largest);
            let missing = capacity - self.block.len();
            let reserved = self.block.try_reserve_exact(missing);
            reserved.map_err(|_| NoMemory)?;
        }
        Ok(())
    }

    fn add_to_crc(&mut self, run: Run) {
        self.block_crc = crc::crc32(self.block_crc, &[run.byte; LONGEST_RUN][..run.len]);
    }

    fn finish_block(&mut self) -> Result<(), NoMemory> {
        self.stream_crc = crc::combine(self.stream_crc, self.block_crc);
        self.start_stream()?;
        let (writer, output) = (&mut self.writer, &mut self.output);
        let sorted = self.sorter.sort(&mut self.block)?;
        for byte in BLOCK_MAGIC {
            writer.write(output, u32::from(byte), 8);
        }
        writer.write(output, self.block_crc, 32);
        writer.write(output, 0, 1); // It is not disturbed.
        writer.write(output, sorted.origin, 24);
        coding::write(&self.block, sorted.rows, writer, output)?;
        writer.flush(output);
        self.block.clear();
        self.block_crc = 0;
        Ok(())
    }

    fn start_stream(&mut self) -> Result<(), NoMemory> {
        let reserved = self.output.try_reserve(HEADERS);
        reserved.map_err(|_| NoMemory)?;
        if !self.is_started {
            self.is_started = true;
            for byte in STREAM_MAGIC {
                self.writer.write(&mut self.output, u32::from(byte), 8);
            }
            let digit = u32::from(b'0' + self.level);
            self.writer.write(&mut self.output, digit, 8);
        }
        Ok(())
    }
}

/// What so many bytes, and a run before them, become at most.
fn most_in_block(len: usize) -> usize {
    len.saturating_add(len / RUN_START).saturating_add(SLACK)
}

#[inline(always)]
fn push_run(block: &mut Vec<u8>, run: Run) {
    if run.len == 1 {
        block.push(run.byte);
        return;
    }
    let start = run.len.min(RUN_START);
    block.extend_from_slice(&[run.byte; RUN_START][..start]);
    if start == RUN_START {
        block.push((run.len - RUN_START) as u8);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decoder::Decoder;

    fn compressed(level: u8, data: &[u8], piece: usize) -> Vec<u8> {
        let mut encoder = Encoder::new(level);
        for mut rest in data.chunks(piece) {
            while !rest.is_empty() {
                rest = &rest[encoder.compress(rest).unwrap()..];
            }
        }
        encoder.finish().unwrap();
        encoder.output().to_vec()
    }

    fn decompressed(packed: &[u8], piece: usize, room: usize) -> Vec<u8> {
        let mut decoder = Decoder::default();
        let mut data = Vec::new();
        let mut output = vec![0; room];
        let mut pieces = packed.chunks(piece);
        let mut rest: &[u8] = &[];
        loop {
            let decoded = decoder.decode(rest, &mut output).unwrap();
            data.extend_from_slice(&output[..decoded.written]);
            rest = &rest[decoded.consumed..];
            if decoded.ended {
                assert!(rest.is_empty() && pieces.next().is_none());
                return data;
            }
            if decoded.written < room {
                assert!(rest.is_empty());
                rest = pieces.next().unwrap();
            }
        }
    }

    fn samples() -> Vec<Vec<u8>> {
        let noise: Vec<u8> = (0..30_000_u32)
            .map(|i| (i.wrapping_mul(0x9e37_79b9) >> 19) as u8)
            .collect();
        let words = noise.iter().flat_map(|&byte| match byte % 4 {
            0 => &b"sorted "[..],
            1 => b"rotations",
            2 => b"\n      ",
            _ => b"x",
        });
        let runs = noise
            .iter()
            .take(2_000)
            .flat_map(|&byte| vec![byte & 1; usize::from(byte) * 2]);
        vec![
            vec![],
            vec![7],
            vec![7; 2],
            vec![7; 1_000_000],
            b"ab".repeat(5_000),
            words.copied().collect(),
            runs.collect(),
            noise,
        ]
    }

    #[test]
    fn what_was_compressed_is_decompressed() {
        for data in samples() {
            for level in [1, 9] {
                let packed = compressed(level, &data, usize::MAX);
                assert!(decompressed(&packed, usize::MAX, 1 << 16) == data);
                assert!(decompressed(&packed, 1, 1_000) == data);
                assert!(decompressed(&packed, 1_000, 1) == data);
                assert!(compressed(level, &data, 7) == packed);
            }
        }
    }

    #[test]
    fn known_streams() {
        let empty = b"BZh9\x17\x72\x45\x38\x50\x90\0\0\0\0";
        assert_eq!(compressed(9, b"", 1), empty);
        let packed = compressed(9, b"hello world\n", 100);
        let expected = b"BZh91AY&SYN\xec\xe86\0\0\x02Q\x80\0\x10@\0\x06D\x90\x80 \0\
            1\x06LA\x01\xa7\xa9\xa5\x80\xbb\x941\xf8\xbb\x92)\xc2\x84\x82wgA\xb0";
        assert_eq!(packed, expected);
    }
}
