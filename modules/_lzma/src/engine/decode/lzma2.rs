//! LZMA2: chunks of LZMA symbols or of plain data, with sizes and resets.

use super::super::options::LzmaOptions;
use super::Error;
use super::dictionary::Dictionary;
use super::lzma::{Lzma, Pause, Properties};

/// A decoder of chunks.
pub(super) struct Lzma2 {
    lzma: Lzma,
    sequence: Sequence,
    /// What follows the sizes.
    next: Sequence,
    dictionary_needed: bool,
    properties_needed: bool,
    /// The dictionary is to be reset once what it holds has been given out.
    reset_pending: bool,
    uncompressed_size: u32,
    /// Of an LZMA chunk what is left of its bytes; of a plain one what is left of its data.
    left: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sequence {
    Control,
    UncompressedHigh,
    UncompressedLow,
    CompressedHigh,
    CompressedLow,
    Properties,
    Symbols,
    Plain,
}

impl Lzma2 {
    pub(super) fn new() -> Self {
        Self {
            lzma: Lzma::unprepared(),
            sequence: Sequence::Control,
            next: Sequence::Control,
            dictionary_needed: true,
            properties_needed: true,
            reset_pending: false,
            uncompressed_size: 0,
            left: 0,
        }
    }

    /// To be called before the dictionary is opened.
    pub(super) fn prepare(&mut self, dictionary: &mut Dictionary) {
        if std::mem::take(&mut self.reset_pending) {
            dictionary.reset();
        }
    }

    /// Decodes into `dictionary` up to the position `end`.
    pub(super) fn decode(
        &mut self,
        dictionary: &mut Dictionary,
        end: usize,
        input: &mut &[u8],
    ) -> Result<Pause, Error> {
        loop {
            match self.sequence {
                Sequence::Symbols => match self.symbols(dictionary, end, input)? {
                    Pause::End => self.sequence = Sequence::Control,
                    pause => return Ok(pause),
                },
                Sequence::Plain => {
                    let room = end - dictionary.position;
                    let count = (self.left as usize).min(room).min(input.len());
                    let (data, rest) = input.split_at(count);
                    dictionary.extend(data);
                    *input = rest;
                    self.left -= count as u32;
                    if self.left > 0 {
                        return Ok(if count == room {
                            Pause::Room
                        } else {
                            Pause::Input
                        });
                    }
                    self.sequence = Sequence::Control;
                }
                _ => {
                    let Some(&byte) = input.split_off_first() else {
                        return Ok(Pause::Input);
                    };
                    if let Some(pause) = self.header(byte)? {
                        return Ok(pause);
                    }
                }
            }
        }
    }

    /// Takes a byte of a chunk's header.
    fn header(&mut self, byte: u8) -> Result<Option<Pause>, Error> {
        let value = u32::from(byte);
        self.sequence = match self.sequence {
            Sequence::Control if byte == 0 => return Ok(Some(Pause::End)),
            Sequence::Control => {
                self.control(byte)?;
                if self.dictionary_needed {
                    self.dictionary_needed = false;
                    self.reset_pending = true;
                    return Ok(Some(Pause::Room));
                }
                return Ok(None);
            }
            Sequence::UncompressedHigh => {
                self.uncompressed_size += value << 8;
                Sequence::UncompressedLow
            }
            Sequence::UncompressedLow => {
                self.uncompressed_size += value + 1;
                self.lzma.expect(u64::from(self.uncompressed_size), false);
                Sequence::CompressedHigh
            }
            Sequence::CompressedHigh => {
                self.left = value << 8;
                Sequence::CompressedLow
            }
            Sequence::CompressedLow => {
                self.left += value + 1;
                self.next
            }
            Sequence::Properties => {
                let options = LzmaOptions::decoding(0).with_properties(byte);
                let LzmaOptions { lc, lp, pb, .. } = options.ok_or(Error::Data)?;
                self.lzma.reset(Properties { lc, lp, pb })?;
                Sequence::Symbols
            }
            sequence @ (Sequence::Symbols | Sequence::Plain) => sequence,
        };
        Ok(None)
    }

    /// Takes the byte that tells what a chunk is.
    fn control(&mut self, byte: u8) -> Result<(), Error> {
        if byte >= 0xe0 || byte == 1 {
            self.properties_needed = true;
            self.dictionary_needed = true;
        } else if self.dictionary_needed {
            return Err(Error::Data);
        }
        if byte < 0x80 {
            if byte > 2 {
                return Err(Error::Data);
            }
            self.sequence = Sequence::CompressedHigh;
            self.next = Sequence::Plain;
            return Ok(());
        }
        self.uncompressed_size = u32::from(byte & 0x1f) << 16;
        self.sequence = Sequence::UncompressedHigh;
        self.next = Sequence::Symbols;
        if byte >= 0xc0 {
            self.properties_needed = false;
            self.next = Sequence::Properties;
        } else if self.properties_needed {
            return Err(Error::Data);
        } else if byte >= 0xa0 {
            self.lzma.reset(self.lzma.properties())?;
        }
        Ok(())
    }

    fn symbols(
        &mut self,
        dictionary: &mut Dictionary,
        end: usize,
        input: &mut &[u8],
    ) -> Result<Pause, Error> {
        let (mut chunk, _) = input.split_at(input.len().min(self.left as usize));
        let len = chunk.len();
        let pause = self.lzma.decode(dictionary, end, &mut chunk)?;
        let used = len - chunk.len();
        *input = &input[used..];
        self.left -= used as u32;
        let is_corrupt = match pause {
            Pause::End => self.left > 0,
            // The symbols go on where the chunk does not.
            Pause::Input => self.left == 0 && !input.is_empty(),
            Pause::Room => false,
        };
        if is_corrupt {
            Err(Error::Data)
        } else {
            Ok(pause)
        }
    }
}
