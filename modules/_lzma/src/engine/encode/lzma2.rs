//! LZMA symbols in chunks, or plain data where they would take more.

use super::super::models::MATCH_MAX;
use super::super::options::LzmaOptions;
use super::Error;
use super::lzma::{Lzma, Pause, STEP_MAX};
use super::window::{Window, WindowOptions};

/// The largest chunk's size: compressed, ...
const CHUNK_MAX: u32 = 1 << 16;
/// ... and of its data.
const DATA_MAX: usize = 1 << 21;

pub(super) struct Lzma2 {
    lzma: Lzma,
    properties: u8,
    properties_needed: bool,
    state_reset_needed: bool,
    dictionary_reset_needed: bool,
    /// How many bytes of data the chunk has so far; none if it has not begun.
    data_len: usize,
}

impl Lzma2 {
    /// An encoder, and what its window must hold.
    pub(super) fn new(options: &LzmaOptions) -> Result<(Self, WindowOptions), Error> {
        let (lzma, mut window) = Lzma::new(options)?;
        // Plain chunks are copied from the window.
        let before = CHUNK_MAX.saturating_sub(window.dict_size);
        window.before = window.before.max(before);
        let lzma2 = Self {
            lzma,
            properties: options.properties(),
            properties_needed: true,
            state_reset_needed: false,
            dictionary_reset_needed: true,
            data_len: 0,
        };
        Ok((lzma2, window))
    }

    /// Encodes to `out`, until that has `enough` bytes or as far as the data allow.
    pub(super) fn encode(
        &mut self,
        window: &mut Window,
        out: &mut Vec<u8>,
        enough: usize,
    ) -> Result<Pause, Error> {
        while out.len() < enough {
            if self.data_len == 0 {
                if window.unencoded() == 0 {
                    if !window.is_complete {
                        return Ok(Pause::Data);
                    }
                    out.push(0);
                    return Ok(Pause::End);
                }
                if self.state_reset_needed {
                    self.lzma.reset()?;
                }
            }
            if !self.fill_chunk(window) {
                return Ok(Pause::Data);
            }
            self.finish_chunk(window, out);
        }
        Ok(Pause::Full)
    }

    /// Adds symbols to the chunk; says whether it is full.
    fn fill_chunk(&mut self, window: &mut Window) -> bool {
        let start = window.position();
        let limit = start + (DATA_MAX - MATCH_MAX as usize).saturating_sub(self.data_len);
        let pause = self.lzma.encode(window, |lzma, window| {
            let bytes_max = u64::from(CHUNK_MAX) - STEP_MAX as u64;
            window.position() >= limit || lzma.encoder.flushed_len() >= bytes_max
        });
        self.data_len += window.position() - start;
        pause != Pause::Data
    }

    fn finish_chunk(&mut self, window: &mut Window, out: &mut Vec<u8>) {
        self.lzma.encoder.flush();
        let compressed_len = self.lzma.encoder.out.len();
        if compressed_len < self.data_len {
            self.push_header(compressed_len, out);
            out.append(&mut self.lzma.encoder.out);
        } else {
            self.data_len += std::mem::take(&mut window.read_ahead);
            self.push_plain(window, out);
            self.lzma.encoder.out.clear();
        }
        self.data_len = 0;
    }

    fn push_header(&mut self, compressed_len: usize, out: &mut Vec<u8>) {
        let kind = if self.dictionary_reset_needed {
            3
        } else if self.properties_needed {
            2
        } else {
            u8::from(self.state_reset_needed)
        };
        let data = self.data_len - 1;
        let compressed = compressed_len - 1;
        out.push(0x80 | kind << 5 | (data >> 16) as u8);
        out.extend([data >> 8, data, compressed >> 8, compressed].map(|value| value as u8));
        if self.properties_needed {
            out.push(self.properties);
        }
        self.properties_needed = false;
        self.state_reset_needed = false;
        self.dictionary_reset_needed = false;
    }

    fn push_plain(&mut self, window: &Window, out: &mut Vec<u8>) {
        let data = self.data_len - 1;
        out.push(if self.dictionary_reset_needed { 1 } else { 2 });
        out.extend([data >> 8, data].map(|value| value as u8));
        let end = window.read_position;
        out.extend_from_slice(&window.bytes()[end - self.data_len..end]);
        self.dictionary_reset_needed = false;
        self.state_reset_needed = true;
    }
}
