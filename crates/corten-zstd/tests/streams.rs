//! The engine as a whole: what one side makes, the other one reads.

use std::mem::MaybeUninit;
use std::sync::Arc;

use corten_zstd::{
    CompressionDictionary, CompressionParameter, Compressor, DecompressionDictionary,
    DecompressionParameter, Decompressor, EndDirective, Error, FrameInfo, compress_bound,
    dictionary_id, finalize_dictionary, frame_info, frame_size, levels, train_dictionary,
};

fn sample(len: usize, seed: u32) -> Vec<u8> {
    let words = [
        "window",
        "block",
        "frame ",
        "literal",
        " sequence",
        "\n",
        "0123",
    ];
    let mut state = seed;
    let mut text = Vec::new();
    while text.len() < len {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        text.extend_from_slice(words[(state >> 16) as usize % words.len()].as_bytes());
    }
    text.truncate(len);
    text
}

/// Feeds `data` in pieces of `piece` bytes to room of `room` bytes at a time.
fn compress(compressor: &mut Compressor, data: &[u8], piece: usize, room: usize) -> Vec<u8> {
    let mut packed = Vec::new();
    let mut memory = vec![MaybeUninit::uninit(); room];
    let mut rest = data;
    loop {
        let (mut input, later) = rest.split_at(rest.len().min(piece));
        let last = later.is_empty();
        let end = if last {
            EndDirective::End
        } else {
            EndDirective::Continue
        };
        loop {
            let step = compressor.step(input, end, &mut memory);
            packed.extend_from_slice(step.written);
            input = &input[step.consumed..];
            let left = step.left.unwrap();
            if left == 0 || (!last && input.is_empty()) {
                break;
            }
        }
        if last {
            return packed;
        }
        rest = later;
    }
}

fn decompress(
    decompressor: &mut Decompressor,
    data: &[u8],
    piece: usize,
    room: usize,
) -> Result<(Vec<u8>, usize), Error> {
    let mut memory = vec![MaybeUninit::uninit(); room];
    let (mut bytes, mut taken) = (Vec::new(), 0);
    while taken < data.len() {
        let input = &data[taken..data.len().min(taken + piece)];
        let step = decompressor.step(input, &mut memory);
        bytes.extend_from_slice(step.written);
        taken += step.consumed;
        if step.left? == 0 {
            break;
        }
    }
    Ok((bytes, taken))
}

#[test]
fn round_trips_in_pieces() {
    let data = sample(300_000, 1);
    for level in [-7, 1, 3, 6, 13, 19] {
        for (piece, room) in [(1 << 20, 1 << 20), (1_000, 100), (77_777, 1)] {
            let mut compressor = Compressor::new().unwrap();
            compressor
                .set_parameter(CompressionParameter::LEVEL, level)
                .unwrap();
            compressor
                .set_parameter(CompressionParameter::CHECKSUM_FLAG, 1)
                .unwrap();
            let packed = compress(&mut compressor, &data, piece, room);
            assert_eq!(frame_size(&packed).unwrap(), packed.len());
            let mut decompressor = Decompressor::new().unwrap();
            let (bytes, taken) = decompress(&mut decompressor, &packed, 1_000, 4_096).unwrap();
            assert!(bytes == data);
            assert_eq!(taken, packed.len());
        }
    }
}

#[test]
fn parameters_have_bounds() {
    assert_eq!(CompressionParameter::LEVEL.bounds().unwrap(), levels());
    assert!(CompressionParameter(12_345).bounds().is_err());
    assert!(CompressionParameter(-1).bounds().is_err());
    assert!(DecompressionParameter(100_000).bounds().is_err());
    let mut compressor = Compressor::new().unwrap();
    let windows = CompressionParameter::WINDOW_LOG;
    let refused = compressor.set_parameter(windows, 99).unwrap_err();
    assert_eq!(refused.name(), "Parameter is out of bound");
    // Promises about buffers are checked, and not believed.
    let stable = CompressionParameter(1006);
    assert_eq!(compressor.set_parameter(stable, 2).unwrap_err(), refused);
    compressor.set_parameter(stable, 1).unwrap();
    let data = sample(1_000, 2);
    let packed = compress(&mut compressor, &data, 10, 10);
    let mut decompressor = Decompressor::new().unwrap();
    decompressor
        .set_parameter(DecompressionParameter(1001), 1)
        .unwrap();
    assert_eq!(
        decompress(&mut decompressor, &packed, 7, 7).unwrap().0,
        data
    );
}

#[test]
fn threads() {
    let data = sample(3_000_000, 3);
    let mut compressor = Compressor::new().unwrap();
    compressor
        .set_parameter(CompressionParameter::WORKERS, 2)
        .unwrap();
    for _ in 0..2 {
        let packed = compress(&mut compressor, &data, 700_000, 10_000);
        let mut decompressor = Decompressor::new().unwrap();
        let (bytes, _) = decompress(&mut decompressor, &packed, 1 << 20, 1 << 20).unwrap();
        assert!(bytes == data);
    }
    // Dropped in the middle of its work.
    let mut room = [MaybeUninit::uninit(); 10];
    compressor
        .step(&data, EndDirective::Flush, &mut room)
        .left
        .unwrap();
}

fn trained() -> Vec<u8> {
    let samples = sample(200_000, 4);
    let sizes = vec![500; 400];
    let mut room = vec![MaybeUninit::uninit(); 10_000];
    train_dictionary(&samples, &sizes, &mut room)
        .unwrap()
        .to_vec()
}

#[test]
fn dictionaries() {
    let content = Arc::new(trained());
    let id = dictionary_id(&content);
    assert_ne!(id, 0);
    let data = sample(2_000, 5);
    let digested = Arc::new(CompressionDictionary::new(&content, 3).unwrap());
    let reader = Arc::new(DecompressionDictionary::new(&content).unwrap());
    let mut results = Vec::new();
    for way in 0..3 {
        let mut compressor = Compressor::new().unwrap();
        match way {
            0 => compressor.use_digested(Arc::clone(&digested)).unwrap(),
            1 => compressor.load_dictionary(&content).unwrap(),
            _ => compressor.use_prefix(Arc::clone(&content)).unwrap(),
        }
        let packed = compress(&mut compressor, &data, 1 << 20, 1 << 20);
        let info = FrameInfo {
            content_size: Some(2_000),
            dictionary_id: if way == 2 { 0 } else { id },
        };
        assert_eq!(frame_info(&packed), Some(info));
        let mut decompressor = Decompressor::new().unwrap();
        match way {
            0 => decompressor.use_digested(Arc::clone(&reader)).unwrap(),
            1 => decompressor.load_dictionary(&content).unwrap(),
            _ => decompressor.use_prefix(Arc::clone(&content)).unwrap(),
        }
        assert_eq!(
            decompress(&mut decompressor, &packed, 10, 10).unwrap().0,
            data
        );
        let mut without = Decompressor::new().unwrap();
        assert!(decompress(&mut without, &packed, 1 << 20, 1 << 20).is_err());
        results.push(packed.len());
    }
    let plain = compress(&mut Compressor::new().unwrap(), &data, 1 << 20, 1 << 20);
    assert!(results.iter().all(|&len| len < plain.len()));
}

#[test]
fn dictionaries_from_content() {
    let content = sample(1_000, 6);
    let samples = sample(50_000, 7);
    let mut room = vec![MaybeUninit::uninit(); 2_000];
    let made = finalize_dictionary(&content, &samples, &[1_000; 50], 5, &mut room).unwrap();
    assert!(made.ends_with(&content));
    assert_ne!(dictionary_id(made), 0);
    assert_eq!(dictionary_id(&content), 0);
}

#[test]
fn refuses_samples_of_other_sizes() {
    let samples = sample(1_000, 8);
    let mut room = vec![MaybeUninit::uninit(); 1_000];
    for sizes in [&[1_001][..], &[999], &[usize::MAX, 1_001], &[]] {
        assert!(train_dictionary(&samples, sizes, &mut room).is_err());
        assert!(finalize_dictionary(b"content!", &samples, sizes, 3, &mut room).is_err());
    }
    let few = train_dictionary(&samples, &[500, 500], &mut room).unwrap_err();
    assert_eq!(few.name(), "Src size is incorrect");
}

#[test]
fn frames_that_are_none() {
    assert_eq!(frame_info(b""), None);
    assert_eq!(frame_info(b"\x28\xb5\x2f"), None);
    assert!(frame_size(b"\x28\xb5\x2f\xfd").is_err());
    assert!(
        frame_info(b"\x28\xb5\x2f\xfd\x00\x00")
            .unwrap()
            .content_size
            .is_none()
    );
    let mut decompressor = Decompressor::new().unwrap();
    let unknown = decompress(&mut decompressor, b"not zstd at all", 100, 100).unwrap_err();
    assert_eq!(unknown.name(), "Unknown frame descriptor");
    decompressor.reset();
    assert!(compress_bound(usize::MAX).is_none());
    assert!(compress_bound(0).is_some());
}

#[test]
fn formats_before_the_first_version() {
    for magic in [
        0x1EB5_2FFD_u32,
        0xFD2F_B522,
        0xFD2F_B525,
        0xFD2F_B526,
        0xFD2F_B527,
    ] {
        let mut frame = magic.to_le_bytes().to_vec();
        frame.extend_from_slice(&[0; 40]);
        assert_eq!(frame_info(&frame), None);
        let errors = [
            frame_size(&frame).unwrap_err(),
            decompress(&mut Decompressor::new().unwrap(), &frame, 100, 100).unwrap_err(),
            decompress(&mut Decompressor::new().unwrap(), &frame, 1, 1).unwrap_err(),
        ];
        assert_eq!(errors.map(Error::name), ["Unknown frame descriptor"; 3]);
    }
}

#[test]
fn damage_is_an_error_or_other_bytes() {
    let data = sample(20_000, 9);
    let packed = compress(&mut Compressor::new().unwrap(), &data, 1 << 20, 1 << 20);
    let mut state = 1_u32;
    for _ in 0..2_000 {
        let mut bad = packed.clone();
        for _ in 0..3 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let at = (state >> 8) as usize % bad.len();
            bad[at] ^= 1 << (state % 8);
        }
        let mut decompressor = Decompressor::new().unwrap();
        if let Ok((bytes, _)) = decompress(&mut decompressor, &bad, 5_000, 5_000) {
            assert!(bytes.len() <= 10 << 20);
        }
    }
}
