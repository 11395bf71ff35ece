//! Driving a stream of zlib's over all of an input, into an output that grows.

use corten_api::stream::{Input, Output, Step};
use corten_zlib::{Deflate, DeflateFlush, Inflate, InflateFlush, ReturnCode};

/// Compresses all of `input` and flushes as `end` says. The code is that of the last step.
pub(crate) fn compress<E>(
    stream: &mut Deflate,
    input: &mut impl Input<Error = E>,
    end: DeflateFlush,
    output: &mut impl Output<Error = E>,
) -> Result<ReturnCode, E> {
    loop {
        let piece = input.next_piece()?;
        let flush = if piece.last {
            end
        } else {
            DeflateFlush::NoFlush
        };
        let code = compress_piece(stream, piece.bytes, flush, output)?;
        if piece.last || code == ReturnCode::StreamError {
            return Ok(code);
        }
    }
}

fn compress_piece<E>(
    stream: &mut Deflate,
    mut rest: &[u8],
    flush: DeflateFlush,
    output: &mut impl Output<Error = E>,
) -> Result<ReturnCode, E> {
    loop {
        let filled = output.fill(rest.len(), |room| report(stream.step(rest, room, flush)));
        rest = &rest[filled.consumed..];
        let over = matches!(
            filled.status,
            ReturnCode::StreamEnd | ReturnCode::StreamError
        );
        if over || !filled.full {
            return Ok(filled.status);
        }
        output.grow()?;
    }
}

/// What is expected of the end of the input.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expect {
    /// The end of the stream.
    End,
    /// Possibly more of the stream, later.
    More,
}

/// Where decompression stopped.
pub(crate) struct Stopped {
    /// The code of the last step.
    pub(crate) code: ReturnCode,
    /// Bytes of the input that were used.
    pub(crate) consumed: usize,
}

/// Decompresses until the stream or the input ends, something is wrong, or `output` refuses to
/// grow.
///
/// `supply` gives the stream its dictionary when it asks for one, and says whether it had it.
pub(crate) fn decompress<E>(
    stream: &mut Inflate,
    input: &mut impl Input<Error = E>,
    expect: Expect,
    mut supply: impl FnMut(&mut Inflate) -> Result<bool, E>,
    output: &mut impl Output<Error = E>,
) -> Result<Stopped, E> {
    let mut consumed = 0;
    loop {
        let piece = input.next_piece()?;
        let flush = match expect {
            Expect::More => InflateFlush::SyncFlush,
            Expect::End if piece.last => InflateFlush::Finish,
            Expect::End => InflateFlush::NoFlush,
        };
        let mut rest = piece.bytes;
        loop {
            let filled = output.fill(rest.len(), |room| report(stream.step(rest, room, flush)));
            rest = &rest[filled.consumed..];
            consumed += filled.consumed;
            let stopped = Stopped {
                code: filled.status,
                consumed,
            };
            match filled.status {
                ReturnCode::Ok | ReturnCode::BufError if !filled.full && piece.last => {
                    return Ok(stopped);
                }
                ReturnCode::Ok | ReturnCode::BufError if !filled.full => break,
                ReturnCode::Ok | ReturnCode::BufError => {}
                ReturnCode::NeedDict if supply(stream)? => {}
                _ => return Ok(stopped),
            }
            if filled.full && !output.grow()? {
                return Ok(stopped);
            }
        }
    }
}

/// What a stream says of a step, as an output wants to hear it.
pub(crate) fn report(step: corten_zlib::Step<'_>) -> Step<'_, ReturnCode> {
    Step {
        consumed: step.consumed,
        written: step.written,
        status: step.code,
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::mem::MaybeUninit;

    use corten_api::stream::{Filled, Piece};
    use corten_zlib::DeflateOptions;

    use super::*;

    /// `bytes`, in pieces of `len`.
    struct Chunks<'a>(&'a [u8], usize);

    impl Input for Chunks<'_> {
        type Error = Infallible;

        fn next_piece(&mut self) -> Result<Piece<'_>, Infallible> {
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
        type Error = Infallible;

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

        fn grow(&mut self) -> Result<bool, Infallible> {
            Ok(self.bytes.len() < self.limit)
        }
    }

    fn growing(room: usize, limit: usize) -> Growing {
        Growing {
            bytes: Vec::new(),
            room,
            limit,
        }
    }

    fn packed(data: &[u8], piece: usize, room: usize) -> Vec<u8> {
        let options = DeflateOptions {
            level: 6,
            method: 8,
            window_bits: 15,
            mem_level: 8,
            strategy: 0,
        };
        let mut stream = Deflate::new(&options).unwrap();
        let mut output = growing(room, usize::MAX);
        let end = DeflateFlush::Finish;
        let Ok(code) = compress(&mut stream, &mut Chunks(data, piece), end, &mut output);
        assert_eq!(code, ReturnCode::StreamEnd);
        output.bytes
    }

    fn unpacked(
        data: &[u8],
        piece: usize,
        expect: Expect,
        mut output: Growing,
    ) -> (Vec<u8>, Stopped) {
        let mut stream = Inflate::new(15).unwrap();
        let mut input = Chunks(data, piece);
        let Ok(stopped) = decompress(&mut stream, &mut input, expect, |_| Ok(false), &mut output);
        (output.bytes, stopped)
    }

    fn sample() -> Vec<u8> {
        (0..8_000_u32)
            .map(|i| (i.wrapping_mul(i) >> 7) as u8 & 15)
            .collect()
    }

    #[test]
    fn pieces_and_room_of_any_size() {
        let data = sample();
        for piece in [1, 7, 1_000, 100_000] {
            for room in [1, 13, 4_096, 100_000] {
                let packed = packed(&data, piece, room);
                for expect in [Expect::End, Expect::More] {
                    let (bytes, stopped) =
                        unpacked(&packed, piece, expect, growing(room, usize::MAX));
                    assert!(bytes == data);
                    assert_eq!(stopped.code, ReturnCode::StreamEnd);
                    assert_eq!(stopped.consumed, packed.len());
                }
            }
        }
    }

    #[test]
    fn stops_at_the_limit_and_after_the_end() {
        let data = sample();
        let mut packed = packed(&data, 500, 500);
        let (bytes, stopped) = unpacked(&packed, 1_000, Expect::More, growing(64, 1_000));
        assert!(bytes == data[..1_000]);
        assert_eq!(stopped.code, ReturnCode::Ok);
        let len = packed.len();
        packed.extend_from_slice(b"behind");
        let (_, stopped) = unpacked(&packed, 1 << 20, Expect::End, growing(64, usize::MAX));
        assert_eq!(
            (stopped.code, stopped.consumed),
            (ReturnCode::StreamEnd, len)
        );
    }

    #[test]
    fn tells_a_truncated_stream_by_what_was_expected() {
        let packed = packed(&sample(), 500, 500);
        let cut = &packed[..packed.len() - 5];
        let (_, stopped) = unpacked(cut, 100, Expect::End, growing(1 << 20, usize::MAX));
        assert_eq!(stopped.code, ReturnCode::BufError);
        let (_, stopped) = unpacked(cut, 100, Expect::More, growing(1 << 20, usize::MAX));
        assert_eq!(stopped.code, ReturnCode::Ok);
    }
}
