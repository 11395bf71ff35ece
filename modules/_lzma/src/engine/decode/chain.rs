//! Chains of filters.

use super::super::options::{Chain, Filter};
use super::dictionary::Dictionary;
use super::lzma::{Lzma, Pause, Properties};
use super::lzma2::Lzma2;
use super::simple::Stage;
use super::{Error, Feed, Status};

/// A decoder of filtered and compressed data without a container.
pub(super) struct Raw {
    source: Source,
    /// In the order in which the compressor applied them.
    stages: Vec<Stage>,
    /// What the stages gave last.
    filtered: Vec<u8>,
}

/// How much goes through the stages at a time.
const MAX_FILTERED: usize = 32 << 10;

impl Raw {
    pub(super) fn new(chain: &Chain) -> Result<Self, Error> {
        let (last, others) = chain.checked()?;
        let stages = others.iter().map(Stage::new).collect::<Result<_, _>>()?;
        Ok(Self {
            source: Source::new(last)?,
            stages,
            filtered: Vec::new(),
        })
    }

    /// A decoder of LZMA symbols alone. Where `size` is known, a marker may still end the data.
    pub(super) fn lzma1(
        properties: Properties,
        dict_size: u32,
        size: Option<u64>,
    ) -> Result<Self, Error> {
        let mut lzma = Lzma::new(properties)?;
        if let Some(size) = size {
            lzma.expect(size, true);
        }
        Ok(Self {
            source: Source {
                dictionary: Dictionary::new(dict_size),
                start: 0,
                decoder: LzmaDecoder::Lzma1(Box::new(lzma)),
            },
            stages: Vec::new(),
            filtered: Vec::new(),
        })
    }

    /// Decodes until the data end, the input is used up, or there is no room; `give` gets the data.
    pub(super) fn decode(
        &mut self,
        feed: &mut Feed<'_>,
        give: &mut impl FnMut(&[u8]),
    ) -> Result<Status, Error> {
        loop {
            let (data, pause) = if self.stages.is_empty() {
                self.source.decode(feed)?
            } else {
                self.decode_filtered(feed)?
            };
            feed.room -= data.len();
            if !data.is_empty() {
                give(data);
            }
            match pause {
                Pause::End => return Ok(Status::Ended),
                Pause::Room if feed.room > 0 => {}
                _ => return Ok(Status::Blocked),
            }
        }
    }

    fn decode_filtered(&mut self, feed: &mut Feed<'_>) -> Result<(&[u8], Pause), Error> {
        let len = feed.room.min(MAX_FILTERED);
        if self.filtered.len() < len {
            let additional = len - self.filtered.len();
            let reserved = self.filtered.try_reserve_exact(additional);
            reserved.map_err(|_| Error::NoMemory)?;
            self.filtered.resize(len, 0);
        }
        let out = &mut self.filtered[..len];
        let (count, status) = pull(&mut self.stages, &mut self.source, &mut feed.input, out)?;
        let pause = match status {
            Status::Ended => Pause::End,
            Status::Blocked if count == len => Pause::Room,
            Status::Blocked => Pause::Input,
        };
        Ok((&self.filtered[..count], pause))
    }
}

/// Fills `out` with what comes out of `stages`.
fn pull(
    stages: &mut [Stage],
    source: &mut Source,
    input: &mut &[u8],
    out: &mut [u8],
) -> Result<(usize, Status), Error> {
    match stages.split_first_mut() {
        None => source.fill(input, out),
        Some((stage, stages)) => stage.decode(out, |out| pull(stages, source, input, out)),
    }
}

/// What decompresses.
struct Source {
    dictionary: Dictionary,
    /// Where the data that were decoded last begin.
    start: usize,
    decoder: LzmaDecoder,
}

enum LzmaDecoder {
    Lzma1(Box<Lzma>),
    Lzma2(Box<Lzma2>),
}

impl Source {
    fn new(filter: &Filter) -> Result<Self, Error> {
        let (dict_size, decoder) = match filter {
            Filter::Lzma1(options) if options.has_valid_properties() => {
                let lzma = Lzma::new(Properties {
                    lc: options.lc,
                    lp: options.lp,
                    pb: options.pb,
                })?;
                (options.dict_size, LzmaDecoder::Lzma1(Box::new(lzma)))
            }
            Filter::Lzma2(options) => (
                options.dict_size,
                LzmaDecoder::Lzma2(Box::new(Lzma2::new())),
            ),
            // The chain was checked, so it is the properties.
            _ => return Err(Error::Program),
        };
        Ok(Self {
            dictionary: Dictionary::new(dict_size),
            start: 0,
            decoder,
        })
    }

    /// Decodes some data, which stay in the dictionary.
    fn decode(&mut self, feed: &mut Feed<'_>) -> Result<(&[u8], Pause), Error> {
        if let LzmaDecoder::Lzma2(lzma2) = &mut self.decoder {
            lzma2.prepare(&mut self.dictionary);
        }
        let end = self.dictionary.open(feed.room)?;
        self.start = self.dictionary.position;
        let pause = match &mut self.decoder {
            LzmaDecoder::Lzma1(lzma) => lzma.decode(&mut self.dictionary, end, &mut feed.input)?,
            LzmaDecoder::Lzma2(lzma2) => {
                lzma2.decode(&mut self.dictionary, end, &mut feed.input)?
            }
        };
        Ok((self.dictionary.since(self.start), pause))
    }

    /// Decodes to `out`.
    fn fill(&mut self, input: &mut &[u8], out: &mut [u8]) -> Result<(usize, Status), Error> {
        let mut filled = 0;
        loop {
            let mut feed = Feed {
                input,
                room: out.len() - filled,
            };
            let (data, pause) = self.decode(&mut feed)?;
            out[filled..filled + data.len()].copy_from_slice(data);
            filled += data.len();
            *input = feed.input;
            match pause {
                Pause::End => return Ok((filled, Status::Ended)),
                Pause::Room if filled < out.len() => {}
                _ => return Ok((filled, Status::Blocked)),
            }
        }
    }
}
