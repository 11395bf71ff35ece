//! LZMA and its containers: the size of pieces makes no difference, and what was compressed comes back.
#![no_main]

#[allow(dead_code, unused_imports)]
#[path = "../../modules/_lzma/src/engine/mod.rs"]
mod engine;

use engine::decode::{Decoder, Format};
use engine::encode::Encoder;
use engine::{Chain, Check, Error, Filter, LzmaOptions};
use libfuzzer_sys::fuzz_target;

/// More output is not looked at.
const MOST: usize = 1 << 20;
const MEMORY: u64 = 16 << 20;

fuzz_target!(|data: &[u8]| {
    let [kind, input, room, data @ ..] = data else {
        return;
    };
    let format = [Format::Auto, Format::Xz, Format::Alone][usize::from(kind % 3)];
    let whole = decode(format, data, data.len().max(1), 1 << 16);
    let pieces = decode(
        format,
        data,
        usize::from(*input) + 1,
        usize::from(*room) + 1,
    );
    if whole.as_ref().map_or(0, |(output, _)| output.len()) < MOST {
        assert_eq!(whole, pieces);
    }
    let packed = encode(data, u32::from(kind / 3 % 7), usize::from(*input) + 1);
    let (output, is_complete) =
        decode(Format::Xz, &packed, 1 << 16, 1 << 16).expect("it was compressed");
    assert!(is_complete && output == data);
});

/// The output, and whether the stream is complete.
fn decode(
    format: Format,
    data: &[u8],
    input: usize,
    room: usize,
) -> Result<(Vec<u8>, bool), Error> {
    let mut decoder = Decoder::new(format, MEMORY);
    let mut output = Vec::new();
    for piece in data.chunks(input) {
        let mut rest = piece;
        loop {
            let before = output.len();
            let step = decoder.decode(rest, room, &mut |bytes| output.extend_from_slice(bytes))?;
            rest = &rest[step.consumed..];
            if step.ended || output.len() >= MOST {
                return Ok((output, step.ended));
            }
            if rest.is_empty() && output.len() - before < room {
                break;
            }
        }
    }
    Ok((output, false))
}

fn encode(data: &[u8], preset: u32, input: usize) -> Vec<u8> {
    let mut options = LzmaOptions::preset(preset).expect("there is such a preset");
    options.dict_size = 1 << 16;
    let chain = Chain::new(vec![Filter::Lzma2(options)]);
    let mut encoder = Encoder::xz(&chain, Some(Check::CRC32)).expect("the options are good");
    let mut packed = Vec::new();
    let mut give = |bytes: &[u8]| packed.extend_from_slice(bytes);
    for piece in data.chunks(input) {
        let step = encoder.encode(piece, false, usize::MAX, &mut give);
        assert_eq!(step.map(|step| step.consumed), Ok(piece.len()));
    }
    let step = encoder.encode(&[], true, usize::MAX, &mut give);
    assert!(step.is_ok_and(|step| step.ended));
    packed
}
