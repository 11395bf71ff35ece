//! bzip2: the size of pieces makes no difference, and what was compressed comes back.
#![no_main]
#![allow(dead_code)]

#[path = "../../modules/_bz2/src/bits.rs"]
mod bits;
#[path = "../../modules/_bz2/src/coding.rs"]
mod coding;
#[path = "../../modules/_bz2/src/compare.rs"]
mod compare;
#[path = "../../modules/_bz2/src/crc.rs"]
mod crc;
#[path = "../../modules/_bz2/src/decoder.rs"]
mod decoder;
#[path = "../../modules/_bz2/src/encoder.rs"]
mod encoder;
#[path = "../../modules/_bz2/src/format.rs"]
mod format;
#[path = "../../modules/_bz2/src/front.rs"]
mod front;
#[path = "../../modules/_bz2/src/huffman.rs"]
mod huffman;
#[path = "../../modules/_bz2/src/inverse.rs"]
mod inverse;
#[path = "../../modules/_bz2/src/randomised.rs"]
mod randomised;
#[path = "../../modules/_bz2/src/sais.rs"]
mod sais;
#[path = "../../modules/_bz2/src/sort.rs"]
mod sort;
#[path = "../../modules/_bz2/src/symbols.rs"]
mod symbols;

use decoder::{Decoder, Error};
use encoder::Encoder;
use libfuzzer_sys::fuzz_target;

/// More output is not looked at.
const MOST: usize = 1 << 20;

fuzz_target!(|data: &[u8]| {
    let [input, room, data @ ..] = data else {
        return;
    };
    let whole = decode(data, data.len().max(1), 1 << 16);
    let pieces = decode(data, usize::from(*input) + 1, usize::from(*room) + 1);
    if whole.as_ref().map_or(0, |(output, _)| output.len()) < MOST {
        assert_eq!(whole, pieces);
    }
    let (output, is_complete) = decode(&encode(data), 1 << 16, 1 << 16).expect("it was compressed");
    assert!(is_complete && output == data);
});

/// The output, and whether the stream is complete.
fn decode(data: &[u8], input: usize, room: usize) -> Result<(Vec<u8>, bool), Error> {
    let mut decoder = Decoder::default();
    let (mut output, mut space) = (Vec::new(), vec![0; room]);
    for piece in data.chunks(input) {
        let mut rest = piece;
        loop {
            let step = decoder.decode(rest, &mut space)?;
            output.extend(&space[..step.written]);
            rest = &rest[step.consumed..];
            if step.ended || output.len() >= MOST {
                return Ok((output, step.ended));
            }
            if rest.is_empty() && step.written < room {
                break;
            }
        }
    }
    Ok((output, false))
}

fn encode(mut data: &[u8]) -> Vec<u8> {
    let mut encoder = Encoder::new(1);
    while !data.is_empty() {
        let consumed = encoder.compress(data).expect("there is memory");
        data = &data[consumed..];
    }
    encoder.finish().expect("there is memory");
    encoder.output().to_vec()
}
