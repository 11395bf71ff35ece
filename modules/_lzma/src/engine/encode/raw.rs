//! Chains of filters.

use super::super::filter::{Direction, Simple};
use super::super::options::{Chain, Filter};
use super::lzma::{Lzma, Pause};
use super::lzma2::Lzma2;
use super::window::Window;
use super::{Error, Status};

/// An encoder of data without a container.
pub(super) struct Raw {
    stages: Vec<Stage>,
    /// What came through the stages and has not reached the window.
    filtered: Vec<u8>,
    window: Window,
    encoder: LzmaEncoder,
}

enum LzmaEncoder {
    Lzma1(Box<Lzma>),
    Lzma2(Box<Lzma2>),
}

/// How much goes through the stages at a time.
const MAX_FILTERED: usize = 64 << 10;

impl Raw {
    pub(super) fn new(chain: &Chain) -> Result<Self, Error> {
        let (last, others) = chain.checked()?;
        let stages = others.iter().map(Stage::new).collect::<Result<_, _>>()?;
        let (encoder, window) = match last {
            Filter::Lzma1(options) => {
                let (lzma, window) = Lzma::new(options)?;
                (LzmaEncoder::Lzma1(Box::new(lzma)), window)
            }
            Filter::Lzma2(options) => {
                let (lzma2, window) = Lzma2::new(options)?;
                (LzmaEncoder::Lzma2(Box::new(lzma2)), window)
            }
            _ => return Err(Error::Options),
        };
        Ok(Self {
            stages,
            filtered: Vec::new(),
            window: Window::new(&window)?,
            encoder,
        })
    }

    /// Encodes `input` to `out`, until that has `enough` bytes. After `last` input nothing follows.
    pub(super) fn encode(
        &mut self,
        input: &mut &[u8],
        last: bool,
        out: &mut Vec<u8>,
        enough: usize,
    ) -> Result<Status, Error> {
        loop {
            if self.window.wants_data() {
                if input.is_empty() && self.filtered.is_empty() && !last {
                    return Ok(Status::Blocked);
                }
                self.fill(input, last)?;
            }
            let pause = match &mut self.encoder {
                LzmaEncoder::Lzma1(lzma) => encode_lzma1(lzma, &mut self.window, out, enough),
                LzmaEncoder::Lzma2(lzma2) => lzma2.encode(&mut self.window, out, enough)?,
            };
            match pause {
                Pause::Data => {}
                Pause::Full => return Ok(Status::Blocked),
                Pause::End => return Ok(Status::Ended),
            }
        }
    }

    fn fill(&mut self, input: &mut &[u8], last: bool) -> Result<(), Error> {
        if self.stages.is_empty() {
            return self.window.fill(input, last);
        }
        if self.filtered.is_empty() {
            let (taken, rest) = input.split_at(input.len().min(MAX_FILTERED));
            self.filtered.extend_from_slice(taken);
            *input = rest;
            let is_complete = last && rest.is_empty();
            for stage in &mut self.stages {
                stage.encode(&mut self.filtered, is_complete);
            }
        }
        let mut data = &self.filtered[..];
        self.window.fill(&mut data, last && input.is_empty())?;
        let taken = self.filtered.len() - data.len();
        self.filtered.drain(..taken);
        Ok(())
    }
}

fn encode_lzma1(lzma: &mut Lzma, window: &mut Window, out: &mut Vec<u8>, enough: usize) -> Pause {
    std::mem::swap(&mut lzma.encoder.out, out);
    let pause = lzma.encode(window, |lzma, _| lzma.encoder.out.len() >= enough);
    if pause == Pause::End {
        lzma.encode_end(window);
        lzma.encoder.flush();
    }
    std::mem::swap(&mut lzma.encoder.out, out);
    pause
}

/// A filter and the data that it cannot change yet, as it has to see what follows.
struct Stage {
    filter: Simple,
    held: Vec<u8>,
}

impl Stage {
    fn new(filter: &Filter) -> Result<Self, Error> {
        Ok(Self {
            filter: Simple::new(filter, Direction::Encode)?,
            held: Vec::new(),
        })
    }

    /// Replaces `data` by what can be told of it in its filtered form: all, if it is complete.
    fn encode(&mut self, data: &mut Vec<u8>, is_complete: bool) {
        data.splice(..0, self.held.drain(..));
        let done = self.filter.apply(data);
        if !is_complete {
            self.held.extend(data.drain(done..));
        }
    }
}
