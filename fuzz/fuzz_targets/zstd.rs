//! Zstandard: the size of pieces makes no difference, and what was compressed comes back.
#![no_main]

use corten_zstd::{CompressionParameter, Compressor, Decompressor, EndDirective};
use libfuzzer_sys::fuzz_target;
use std::mem::MaybeUninit;

/// More output is not looked at.
const MOST: usize = 1 << 20;

fuzz_target!(|data: &[u8]| {
    let [level, input, room, data @ ..] = data else {
        return;
    };
    let whole = decompress(data, data.len().max(1), 1 << 16);
    let pieces = decompress(data, usize::from(*input) + 1, usize::from(*room) + 1);
    if let (Some(whole), Some(pieces)) = (&whole, &pieces)
        && whole.0.len() < MOST
    {
        assert_eq!(whole, pieces);
    }
    let (output, is_complete) =
        decompress(&compress(data, i32::from(level % 23)), 1 << 16, 1 << 16)
            .expect("it was compressed");
    assert!(is_complete && output == data);
});

/// The output, and whether the frame is complete; none if it is wrong.
fn decompress(data: &[u8], input: usize, room: usize) -> Option<(Vec<u8>, bool)> {
    let mut stream = Decompressor::new().expect("there is memory");
    let mut output = Vec::new();
    let mut space = vec![MaybeUninit::uninit(); room];
    for piece in data.chunks(input) {
        let mut rest = piece;
        loop {
            let step = stream.step(rest, &mut space);
            output.extend_from_slice(step.written);
            rest = &rest[step.consumed..];
            let ended = step.left.ok()? == 0;
            if ended || output.len() >= MOST {
                return Some((output, ended));
            }
            if rest.is_empty() && step.written.len() < room {
                break;
            }
        }
    }
    Some((output, false))
}

fn compress(data: &[u8], level: i32) -> Vec<u8> {
    let mut stream = Compressor::new().expect("there is memory");
    stream
        .set_parameter(CompressionParameter::LEVEL, level)
        .expect("there is such a level");
    let mut space = vec![MaybeUninit::uninit(); data.len() * 2 + 1000];
    let step = stream.step(data, EndDirective::End, &mut space);
    assert!(step.left.is_ok_and(|left| left == 0));
    step.written.to_vec()
}
