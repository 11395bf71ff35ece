//! Streams of bytes through codecs: what compressors and decompressors have in common.
//!
//! A [`Codec`] knows no Python. [`run`] drives it over all of an [`Input`], into an [`Output`] that
//! grows; [`BufferInput`] and [`BytesOutput`] are arguments and results, and release the GIL while a
//! step is long. [`Incremental`] is a decompressor that keeps the input which it has no room for.

mod incremental;
mod io;

use std::mem::MaybeUninit;

pub use incremental::{Decompressed, Incremental, Rest};
pub use io::{BufferInput, BytesOutput, SliceInput, concat};

/// How much of an input or output one step can use, in bytes.
pub const MAX_STEP: usize = u32::MAX as usize;

/// A source of bytes.
pub trait Input {
    /// Why there may be no more bytes.
    type Error;

    /// The next bytes, at most [`MAX_STEP`]. Not called again after the last piece, which may be
    /// empty.
    ///
    /// # Errors
    ///
    /// When they can't be had.
    fn next_piece(&mut self) -> Result<Piece<'_>, Self::Error>;
}

/// A part of an input.
pub struct Piece<'a> {
    /// What it consists of.
    pub bytes: &'a [u8],
    /// Whether nothing follows.
    pub last: bool,
}

/// A sink for bytes, with room for some from the start.
pub trait Output {
    /// Why there may be no more room.
    type Error;

    /// Lets `step` write to the room that is left, at most [`MAX_STEP`] bytes. `work` is the number
    /// of bytes that it will look at: a measure of how long it takes.
    fn fill<S: Send>(
        &mut self,
        work: usize,
        step: impl for<'o> FnOnce(&'o mut [MaybeUninit<u8>]) -> Step<'o, S> + Send,
    ) -> Filled<S>;

    /// Makes more room, or says that there may be no more output.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    fn grow(&mut self) -> Result<bool, Self::Error>;
}

/// What one step did.
pub struct Step<'o, S> {
    /// Bytes taken from the front of the input.
    pub consumed: usize,
    /// What was written: the front of the room.
    pub written: &'o mut [u8],
    /// How it went.
    pub status: S,
}

/// What became of the room.
pub struct Filled<S> {
    /// Bytes taken from the front of the input.
    pub consumed: usize,
    /// How it went.
    pub status: S,
    /// Whether all room was used.
    pub full: bool,
}

/// A compressor or a decompressor at work on one stream.
pub trait Codec: Send {
    /// Why it can't go on.
    type Error: Send;

    /// Works on `input` until it is used up, the room is full, or the stream is complete, which is
    /// what the status tells. After the `last` input nothing follows in this run.
    ///
    /// # Errors
    ///
    /// The status says why the codec can't go on.
    fn step<'o>(
        &mut self,
        input: &[u8],
        last: bool,
        room: &'o mut [MaybeUninit<u8>],
    ) -> Step<'o, Result<bool, Self::Error>>;
}

/// Where a codec stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// Bytes of the input that were used.
    pub consumed: usize,
    /// Whether the stream is complete.
    pub ended: bool,
    /// Whether all room was used, so that there may be more output.
    pub full: bool,
}

/// Runs `codec` until the stream or the input ends, or `output` refuses to grow.
///
/// # Errors
///
/// Those of the input and the output; what `raise` makes of the codec's.
pub fn run<C: Codec, E>(
    codec: &mut C,
    input: &mut impl Input<Error = E>,
    output: &mut impl Output<Error = E>,
    raise: impl FnOnce(C::Error) -> E,
) -> Result<Stopped, E> {
    let mut consumed = 0;
    loop {
        let Piece { bytes, last } = input.next_piece()?;
        let mut rest = bytes;
        loop {
            let filled = output.fill(rest.len(), |room| codec.step(rest, last, room));
            rest = &rest[filled.consumed..];
            consumed += filled.consumed;
            let ended = match filled.status {
                Ok(ended) => ended,
                Err(error) => return Err(raise(error)),
            };
            let full = filled.full;
            let used_up = !full && last;
            if ended || used_up || (full && !output.grow()?) {
                return Ok(Stopped {
                    consumed,
                    ended,
                    full,
                });
            }
            if !full {
                break;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives every byte `times`, until a zero, which ends the stream; 255 is an error.
    struct Repeat {
        times: usize,
        given: usize,
    }

    impl Codec for Repeat {
        type Error = &'static str;

        fn step<'o>(
            &mut self,
            input: &[u8],
            _last: bool,
            room: &'o mut [MaybeUninit<u8>],
        ) -> Step<'o, Result<bool, Self::Error>> {
            let (mut consumed, mut len, mut status) = (0, 0, Ok(false));
            for &byte in input {
                match byte {
                    0 => {
                        consumed += 1;
                        status = Ok(true);
                        break;
                    }
                    255 => {
                        status = Err("255");
                        break;
                    }
                    _ => {}
                }
                while self.given < self.times && len < room.len() {
                    room[len].write(byte);
                    len += 1;
                    self.given += 1;
                }
                if self.given < self.times {
                    break;
                }
                self.given = 0;
                consumed += 1;
            }
            // SAFETY: the first `len` have been written.
            let written = unsafe { room[..len].assume_init_mut() };
            Step {
                consumed,
                written,
                status,
            }
        }
    }

    /// `bytes`, in pieces of `len`.
    struct Chunks<'a>(&'a [u8], usize);

    impl Input for Chunks<'_> {
        type Error = &'static str;

        fn next_piece(&mut self) -> Result<Piece<'_>, Self::Error> {
            let (bytes, rest) = self.0.split_at(self.1.min(self.0.len()));
            self.0 = rest;
            Ok(Piece {
                bytes,
                last: rest.is_empty(),
            })
        }
    }

    /// A vector that has room for `room` bytes at a time, and for no more than `limit`.
    struct Growing {
        bytes: Vec<u8>,
        room: usize,
        limit: usize,
    }

    impl Output for Growing {
        type Error = &'static str;

        fn fill<S: Send>(
            &mut self,
            _work: usize,
            step: impl for<'o> FnOnce(&'o mut [MaybeUninit<u8>]) -> Step<'o, S> + Send,
        ) -> Filled<S> {
            let mut room =
                vec![MaybeUninit::uninit(); self.room.min(self.limit - self.bytes.len())];
            let len = room.len();
            let step = step(&mut room);
            self.bytes.extend_from_slice(step.written);
            Filled {
                consumed: step.consumed,
                status: step.status,
                full: step.written.len() == len,
            }
        }

        fn grow(&mut self) -> Result<bool, Self::Error> {
            Ok(self.bytes.len() < self.limit)
        }
    }

    fn repeated(
        data: &[u8],
        piece: usize,
        room: usize,
        limit: usize,
    ) -> Result<(Vec<u8>, Stopped), &'static str> {
        let mut codec = Repeat { times: 5, given: 0 };
        let mut output = Growing {
            bytes: Vec::new(),
            room,
            limit,
        };
        let raise = std::convert::identity;
        let stopped = run(&mut codec, &mut Chunks(data, piece), &mut output, raise)?;
        Ok((output.bytes, stopped))
    }

    #[test]
    fn pieces_and_room_of_any_size() {
        let data: Vec<u8> = (0..3_000).map(|i| i as u8 % 200 + 1).collect();
        let expected: Vec<u8> = data.iter().flat_map(|&byte| [byte; 5]).collect();
        for piece in [1, 7, 1_000, 100_000] {
            for room in [1, 13, 4_096, 100_000] {
                let (bytes, stopped) = repeated(&data, piece, room, usize::MAX).unwrap();
                assert!(bytes == expected);
                assert_eq!((stopped.consumed, stopped.ended), (data.len(), false));
            }
        }
    }

    #[test]
    fn stops_at_the_end_at_the_limit_and_at_errors() {
        let (bytes, stopped) = repeated(b"ab\0c", 3, 4, usize::MAX).unwrap();
        assert_eq!(bytes, b"aaaaabbbbb");
        assert_eq!((stopped.consumed, stopped.ended), (3, true));
        let (bytes, stopped) = repeated(b"abc", 2, 4, 7).unwrap();
        assert_eq!(bytes, b"aaaaabb");
        assert_eq!(
            stopped,
            Stopped {
                consumed: 1,
                ended: false,
                full: true
            }
        );
        assert_eq!(repeated(b"a\xff", 2, 4, 70).unwrap_err(), "255");
    }
}
