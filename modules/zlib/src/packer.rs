//! A compressor that starts its stream only when it must.
//!
//! Most of what is compressed piece by piece is short after all: a member of an archive, a message.
//! A few kilobytes are held back; if no more come, they become one [short] block, and the stream
//! with its tables is never made.

use std::collections::TryReserveError;
use std::mem;

use corten_zlib::{Deflate, DeflateFlush, DeflateOptions, ReturnCode};

use crate::short::{self, Format};

/// A compressor for one stream.
pub(crate) enum Packer {
    /// Nothing has been written.
    Holding {
        options: DeflateOptions,
        format: Format,
        held: Vec<u8>,
        idle: Idle,
    },
    Streaming(Deflate),
    /// With what the stream would say about its last failure.
    Ended(Option<&'static str>),
}

/// Whether a stream would have been called for nothing by now, which it calls a failure though nobody asks: its message
/// is that of a later error. The first call is never for nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Idle {
    Uncalled,
    No,
    Yes,
}

impl Packer {
    /// A compressor with these options. Fails as [`Deflate::new`] does; `MemError` may also come
    /// later, from [`stream`](Self::stream).
    pub(crate) fn new(options: DeflateOptions) -> Result<Self, ReturnCode> {
        match short_format(&options) {
            Some(format) => Ok(Self::Holding {
                options,
                format,
                held: Vec::new(),
                idle: Idle::Uncalled,
            }),
            None => Self::streaming(&options),
        }
    }

    /// A compressor that has its stream from the beginning.
    pub(crate) fn streaming(options: &DeflateOptions) -> Result<Self, ReturnCode> {
        Deflate::new(options).map(Self::Streaming)
    }

    /// Takes `data`, if all that is held with them is short enough. Says whether it did.
    pub(crate) fn hold(&mut self, data: &[u8]) -> Result<bool, TryReserveError> {
        match self {
            Self::Holding {
                format, held, idle, ..
            } if data.len() <= limit(*format) - held.len() => {
                held.try_reserve(data.len())?;
                held.extend_from_slice(data);
                if *idle == Idle::Uncalled {
                    *idle = Idle::No;
                } else if data.is_empty() {
                    *idle = Idle::Yes;
                }
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    /// Ends a stream of which all data are held, and gives the whole of it.
    pub(crate) fn finish_held(&mut self) -> Option<Result<Vec<u8>, TryReserveError>> {
        let message = self.message();
        let Self::Holding { format, held, .. } = self else {
            return None;
        };
        let packed = short::compress(held, *format);
        *self = Self::Ended(message);
        Some(packed)
    }

    /// The stream, started if need be, and the data that it must get before all others.
    pub(crate) fn stream(&mut self) -> Result<(&mut Deflate, Vec<u8>), ReturnCode> {
        let mut data = Vec::new();
        if let Self::Holding {
            options,
            held,
            idle,
            ..
        } = self
        {
            let mut stream = Deflate::new(options)?;
            if *idle == Idle::Yes {
                stream.step(&[], &mut [], DeflateFlush::NoFlush);
            }
            data = mem::take(held);
            *self = Self::Streaming(stream);
        }
        match self {
            Self::Streaming(stream) => Ok((stream, data)),
            _ => Err(ReturnCode::StreamError),
        }
    }

    /// A copy in the same state.
    pub(crate) fn try_clone(&mut self) -> Result<Self, ReturnCode> {
        match self {
            Self::Holding {
                options,
                format,
                held,
                idle,
            } => {
                let mut copy = Vec::new();
                copy.try_reserve(held.len())
                    .map_err(|_| ReturnCode::MemError)?;
                copy.extend_from_slice(held);
                Ok(Self::Holding {
                    options: *options,
                    format: *format,
                    held: copy,
                    idle: *idle,
                })
            }
            Self::Streaming(stream) => stream.try_clone().map(Self::Streaming),
            Self::Ended(_) => Err(ReturnCode::StreamError),
        }
    }

    /// What the stream says about its last failure.
    pub(crate) fn message(&self) -> Option<&'static str> {
        match self {
            Self::Streaming(stream) => stream.message(),
            Self::Holding { idle, .. } => (*idle == Idle::Yes).then_some("buffer error"),
            Self::Ended(message) => *message,
        }
    }
}

/// How much is held back.
fn limit(format: Format) -> usize {
    format.max_len().min(3 << 10)
}

/// The format in which short data can take the place of a stream with these options.
fn short_format(options: &DeflateOptions) -> Option<Format> {
    const DEFLATED: i32 = 8;
    const DEFAULT_STRATEGY: i32 = 0;
    let plain = options.method == DEFLATED
        && options.strategy == DEFAULT_STRATEGY
        && (1..=9).contains(&options.mem_level);
    if plain {
        Format::new(options.level, options.window_bits)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPTIONS: DeflateOptions = DeflateOptions {
        level: 6,
        method: 8,
        window_bits: 15,
        mem_level: 8,
        strategy: 0,
    };

    #[test]
    fn short_data_need_no_stream() {
        let mut packer = Packer::new(OPTIONS).unwrap();
        assert_eq!(packer.hold(b"some "), Ok(true));
        assert_eq!(packer.hold(b"data"), Ok(true));
        let mut copy = packer.try_clone().unwrap();
        assert_eq!(copy.hold(b" more"), Ok(true));
        let format = Format::new(6, 15).unwrap();
        for (packer, data) in [
            (&mut packer, &b"some data"[..]),
            (&mut copy, b"some data more"),
        ] {
            let packed = packer.finish_held().unwrap().unwrap();
            assert_eq!(packed, short::compress(data, format).unwrap());
            assert!(packer.finish_held().is_none());
            assert_eq!(packer.hold(b"late"), Ok(false));
            assert_eq!(packer.stream().err(), Some(ReturnCode::StreamError));
            assert_eq!(packer.try_clone().err(), Some(ReturnCode::StreamError));
        }
    }

    #[test]
    fn a_stream_gets_what_was_held_first() {
        let mut packer = Packer::new(OPTIONS).unwrap();
        assert_eq!(packer.hold(&[1; 3000]), Ok(true));
        assert_eq!(packer.hold(&[2; 3000]), Ok(false));
        let (_, held) = packer.stream().unwrap();
        assert_eq!(held, [1; 3000]);
        assert!(packer.stream().unwrap().1.is_empty());
        assert!(packer.finish_held().is_none());
        assert_eq!(packer.hold(b""), Ok(false));
    }

    #[test]
    fn calls_for_nothing_are_remembered() {
        for (pieces, message) in [
            (&[&b""[..]][..], None),
            (&[b"", b"a"], None),
            (&[b"a", b""], Some("buffer error")),
            (&[b"", b"", b"a"], Some("buffer error")),
        ] {
            let mut packer = Packer::new(OPTIONS).unwrap();
            for piece in pieces {
                assert_eq!(packer.hold(piece), Ok(true));
            }
            assert_eq!(packer.message(), message);
            let mut streaming = packer.try_clone().unwrap();
            streaming.stream().unwrap();
            assert_eq!(streaming.message(), message, "{pieces:?}");
            packer.finish_held().unwrap().unwrap();
            assert_eq!(packer.message(), message, "{pieces:?}");
        }
    }

    #[test]
    fn other_strategies_are_left_to_the_stream() {
        for strategy in 1..=4 {
            let packer = Packer::new(DeflateOptions {
                strategy,
                ..OPTIONS
            });
            assert!(matches!(packer, Ok(Packer::Streaming(_))));
        }
        let refused = Packer::new(DeflateOptions {
            mem_level: 10,
            ..OPTIONS
        });
        assert_eq!(refused.err(), Some(ReturnCode::StreamError));
    }
}
