//! A compressor that starts its stream only when it must.
//!
//! Most of what is compressed piece by piece is short after all: a member of an archive, a message.
//! A few kilobytes are held back; if no more come, they become one [short] block, and the stream
//! with its tables is never made.

use std::collections::TryReserveError;
use std::mem;

use corten_zlib::{Deflate, DeflateOptions, ReturnCode};

use crate::short::{self, Format};

/// A compressor for one stream.
pub(crate) enum Packer {
    /// Nothing has been written.
    Holding {
        options: DeflateOptions,
        format: Format,
        held: Vec<u8>,
    },
    Streaming(Deflate),
    Ended,
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
            Self::Holding { format, held, .. } if data.len() <= limit(*format) - held.len() => {
                held.try_reserve(data.len())?;
                held.extend_from_slice(data);
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    /// Ends a stream of which all data are held, and gives the whole of it.
    pub(crate) fn finish_held(&mut self) -> Option<Result<Vec<u8>, TryReserveError>> {
        let Self::Holding { format, held, .. } = self else {
            return None;
        };
        let packed = short::compress(held, *format);
        *self = Self::Ended;
        Some(packed)
    }

    /// The stream, started if need be, and the data that it must get before all others.
    pub(crate) fn stream(&mut self) -> Result<(&mut Deflate, Vec<u8>), ReturnCode> {
        let mut data = Vec::new();
        if let Self::Holding { options, held, .. } = self {
            let stream = Deflate::new(options)?;
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
            } => {
                let mut copy = Vec::new();
                copy.try_reserve(held.len())
                    .map_err(|_| ReturnCode::MemError)?;
                copy.extend_from_slice(held);
                Ok(Self::Holding {
                    options: *options,
                    format: *format,
                    held: copy,
                })
            }
            Self::Streaming(stream) => stream.try_clone().map(Self::Streaming),
            Self::Ended => Err(ReturnCode::StreamError),
        }
    }

    /// What the stream says about its last failure.
    pub(crate) fn message(&self) -> Option<&'static str> {
        match self {
            Self::Streaming(stream) => stream.message(),
            Self::Holding { .. } | Self::Ended => None,
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
