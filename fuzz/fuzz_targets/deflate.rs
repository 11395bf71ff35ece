//! Deflate in its containers: the size of pieces makes no difference, and what was compressed comes back, by both
//! compressors.
#![no_main]

#[allow(dead_code)]
#[path = "../../modules/zlib/src/checksum.rs"]
mod checksum;
#[allow(dead_code)]
#[path = "../../modules/zlib/src/short.rs"]
mod short;

use corten_zlib::{Deflate, DeflateFlush, DeflateOptions, Inflate, InflateFlush, ReturnCode};
use libfuzzer_sys::fuzz_target;
use std::mem::MaybeUninit;

/// More output is not looked at.
const MOST: usize = 1 << 20;

fuzz_target!(|data: &[u8]| {
    let [level, bits, input, room, data @ ..] = data else {
        return;
    };
    let level = i32::from(level % 10);
    let window_bits = [15, -15, 31, 9, -9, 25][usize::from(bits % 6)];
    let whole = inflate(data, window_bits, data.len().max(1), 1 << 16);
    let pieces = inflate(
        data,
        window_bits,
        usize::from(*input) + 1,
        usize::from(*room) + 1,
    );
    if whole.0.len() < MOST {
        assert_eq!(whole, pieces);
    }
    let complete = (data.to_vec(), ReturnCode::StreamEnd);
    let packed = deflate(data, level, window_bits);
    assert_eq!(inflate(&packed, window_bits, 1 << 16, 1 << 16), complete);
    let format = short::Format::new(level, window_bits).expect("the options are good");
    if data.len() <= format.max_len() {
        let packed = short::compress(data, format).expect("there is memory");
        assert_eq!(inflate(&packed, window_bits, 1 << 16, 1 << 16), complete);
    }
});

/// The output, and how it ended: `Ok` where there was no more input.
fn inflate(data: &[u8], window_bits: i32, input: usize, room: usize) -> (Vec<u8>, ReturnCode) {
    let mut stream = Inflate::new(window_bits).expect("the options are good");
    let mut output = Vec::new();
    let mut space = vec![MaybeUninit::uninit(); room];
    for piece in data.chunks(input) {
        let mut rest = piece;
        loop {
            let step = stream.step(rest, &mut space, InflateFlush::NoFlush);
            output.extend_from_slice(step.written);
            rest = &rest[step.consumed..];
            match step.code {
                ReturnCode::Ok | ReturnCode::BufError if output.len() < MOST => {}
                code => return (output, code),
            }
            if rest.is_empty() && step.written.len() < room {
                break;
            }
        }
    }
    (output, ReturnCode::Ok)
}

fn deflate(data: &[u8], level: i32, window_bits: i32) -> Vec<u8> {
    let options = DeflateOptions {
        level,
        method: 8,
        window_bits,
        mem_level: 8,
        strategy: 0,
    };
    let mut stream = Deflate::new(&options).expect("the options are good");
    let mut space = vec![MaybeUninit::uninit(); data.len() * 2 + 1000];
    let step = stream.step(data, &mut space, DeflateFlush::Finish);
    assert_eq!(step.code, ReturnCode::StreamEnd);
    step.written.to_vec()
}
