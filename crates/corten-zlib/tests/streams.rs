//! Round trips, copies and reuse of streams.

use std::mem::MaybeUninit;

use corten_zlib::{Deflate, DeflateFlush, DeflateOptions, Inflate, InflateFlush, ReturnCode};

const DEFAULTS: DeflateOptions = DeflateOptions {
    level: 6,
    method: 8,
    window_bits: 15,
    mem_level: 8,
    strategy: 0,
};

/// Text-like data without a source of randomness: words drawn by a linear congruence.
fn sample(len: usize, seed: u32) -> Vec<u8> {
    const WORDS: [&[u8]; 8] = [
        b"stream ",
        b"window ",
        b"dictionary ",
        b"0123",
        b"\n",
        b"\x00\xff\x80",
        b"block, ",
        b"a",
    ];
    let mut state = seed;
    let mut data = Vec::with_capacity(len + 16);
    while data.len() < len {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        data.extend_from_slice(WORDS[(state >> 29) as usize]);
        data.push((state >> 16) as u8 & 0x3f);
    }
    data.truncate(len);
    data
}

fn deflate(stream: &mut Deflate, data: &[u8], flush: DeflateFlush) -> Vec<u8> {
    let mut result = Vec::new();
    let mut rest = data;
    let mut room = [MaybeUninit::uninit(); 777];
    loop {
        let step = stream.step(rest, &mut room, flush);
        rest = &rest[step.consumed..];
        result.extend_from_slice(step.written);
        if step.written.len() < 777 || step.code == ReturnCode::StreamEnd {
            return result;
        }
    }
}

fn inflate(stream: &mut Inflate, data: &[u8]) -> (Vec<u8>, ReturnCode) {
    let mut result = Vec::new();
    let mut rest = data;
    let mut room = [MaybeUninit::uninit(); 555];
    loop {
        let step = stream.step(rest, &mut room, InflateFlush::SyncFlush);
        rest = &rest[step.consumed..];
        result.extend_from_slice(step.written);
        if step.written.len() < 555 || step.code != ReturnCode::Ok {
            return (result, step.code);
        }
    }
}

#[test]
fn round_trips_with_all_options() {
    let data = sample(20_000, 1);
    for level in -1..=9 {
        for (window_bits, mem_level, strategy) in [
            (15, 8, 0),
            (9, 1, 1),
            (8, 9, 2),
            (31, 8, 3),
            (25, 2, 4),
            (-15, 9, 0),
            (-9, 1, 3),
        ] {
            let options = DeflateOptions {
                level,
                method: 8,
                window_bits,
                mem_level,
                strategy,
            };
            let packed = deflate(
                &mut Deflate::new(&options).unwrap(),
                &data,
                DeflateFlush::Finish,
            );
            let inflate_bits = if window_bits == 8 { 15 } else { window_bits };
            let (unpacked, code) = inflate(&mut Inflate::new(inflate_bits).unwrap(), &packed);
            assert_eq!(code, ReturnCode::StreamEnd, "{options:?}");
            assert!(unpacked == data, "{options:?}");
        }
    }
}

#[test]
fn refuses_options_out_of_range() {
    for options in [
        DeflateOptions {
            level: 10,
            ..DEFAULTS
        },
        DeflateOptions {
            level: -2,
            ..DEFAULTS
        },
        DeflateOptions {
            method: 7,
            ..DEFAULTS
        },
        DeflateOptions {
            window_bits: i32::MIN,
            ..DEFAULTS
        },
        DeflateOptions {
            window_bits: -8,
            ..DEFAULTS
        },
        DeflateOptions {
            window_bits: 24,
            ..DEFAULTS
        },
        DeflateOptions {
            window_bits: i32::MAX,
            ..DEFAULTS
        },
        DeflateOptions {
            mem_level: 0,
            ..DEFAULTS
        },
        DeflateOptions {
            mem_level: 10,
            ..DEFAULTS
        },
        DeflateOptions {
            strategy: 5,
            ..DEFAULTS
        },
        DeflateOptions {
            strategy: -1,
            ..DEFAULTS
        },
    ] {
        assert_eq!(
            Deflate::new(&options).unwrap_err(),
            ReturnCode::StreamError,
            "{options:?}"
        );
    }
    for window_bits in [i32::MIN, -16, -7, 1, 7, 48, 99, i32::MAX] {
        assert_eq!(
            Inflate::new(window_bits).unwrap_err(),
            ReturnCode::StreamError
        );
    }
}

#[test]
fn reused_streams_write_what_new_ones_write() {
    let data = sample(70_000, 2);
    for window_bits in [15, 31, -15] {
        for level in [1, 0, 9, 6, 3] {
            let options = DeflateOptions {
                level,
                window_bits,
                ..DEFAULTS
            };
            // Held, so that the pool is empty and the next one is new.
            let held: Vec<_> = (0..3).map(|_| Deflate::new(&options).unwrap()).collect();
            let fresh = deflate(
                &mut Deflate::new(&options).unwrap(),
                &data,
                DeflateFlush::Finish,
            );
            drop(held);
            // Left in the middle of a block, at another level, and with other data.
            let mut left = Deflate::new(&DeflateOptions {
                level: 1,
                ..options
            })
            .unwrap();
            deflate(&mut left, &sample(5_000, 3), DeflateFlush::NoFlush);
            drop(left);
            let other = DeflateOptions {
                level: 9 - level,
                ..options
            };
            deflate(
                &mut Deflate::new(&other).unwrap(),
                &sample(3_000, 4),
                DeflateFlush::Finish,
            );
            let reused = deflate(
                &mut Deflate::new(&options).unwrap(),
                &data,
                DeflateFlush::Finish,
            );
            assert!(fresh == reused, "{options:?}");
        }
    }
}

#[test]
fn decompressors_left_anywhere_start_anew() {
    let data = sample(3_000, 5);
    let options = DeflateOptions {
        window_bits: 31,
        ..DEFAULTS
    };
    let packed = deflate(
        &mut Deflate::new(&options).unwrap(),
        &data,
        DeflateFlush::Finish,
    );
    for cut in 0..packed.len() {
        let mut left = Inflate::new(47).unwrap();
        inflate(&mut left, &packed[..cut]);
        inflate(&mut left, &[0xff; 40]);
        drop(left);
        let (unpacked, code) = inflate(&mut Inflate::new(31).unwrap(), &packed);
        assert_eq!(code, ReturnCode::StreamEnd);
        assert!(unpacked == data, "left after {cut} bytes");
    }
}

#[test]
fn copies_go_on_independently() {
    let data = sample(50_000, 6);
    for level in [0, 1, 5, 9] {
        let options = DeflateOptions { level, ..DEFAULTS };
        for cut in [0, 1, 100, 20_000, 49_999] {
            let mut whole = Deflate::new(&options).unwrap();
            let mut packed = deflate(&mut whole, &data[..cut], DeflateFlush::NoFlush);
            let mut copy = whole.try_clone().unwrap();
            deflate(&mut whole, &sample(30_000, 7), DeflateFlush::Finish);
            whole.end();
            packed.extend(deflate(&mut copy, &data[cut..], DeflateFlush::Finish));

            let half = packed.len() / 2;
            let mut first = Inflate::new(15).unwrap();
            let (mut unpacked, _) = inflate(&mut first, &packed[..half]);
            let mut second = first.try_clone().unwrap();
            inflate(&mut first, &[0x55; 1000]);
            drop(first);
            let (rest, code) = inflate(&mut second, &packed[half..]);
            unpacked.extend(rest);
            assert_eq!(code, ReturnCode::StreamEnd);
            assert!(unpacked == data);
        }
    }
}

#[test]
fn an_unused_stream_can_be_copied() {
    assert!(Inflate::new(15).unwrap().try_clone().is_ok());
    assert!(Deflate::new(&DEFAULTS).unwrap().try_clone().is_ok());
}

#[test]
fn dictionaries() {
    let dictionary = sample(1_000, 8);
    let data = [&dictionary[100..900], b"and more"].concat();
    let mut packer = Deflate::new(&DEFAULTS).unwrap();
    packer.set_dictionary(&dictionary).unwrap();
    let packed = deflate(&mut packer, &data, DeflateFlush::Finish);

    let mut unpacker = Inflate::new(15).unwrap();
    assert_eq!(
        unpacker.set_dictionary(&dictionary),
        Err(ReturnCode::StreamError)
    );
    let mut room = [MaybeUninit::uninit(); 2_000];
    let step = unpacker.step(&packed, &mut room, InflateFlush::SyncFlush);
    assert_eq!(step.code, ReturnCode::NeedDict);
    let consumed = step.consumed;
    assert_eq!(
        unpacker.set_dictionary(b"another"),
        Err(ReturnCode::DataError)
    );
    unpacker.set_dictionary(&dictionary).unwrap();
    let step = unpacker.step(&packed[consumed..], &mut room, InflateFlush::SyncFlush);
    assert_eq!(
        (step.code, &*step.written),
        (ReturnCode::StreamEnd, &data[..])
    );

    let gzip = DeflateOptions {
        window_bits: 31,
        ..DEFAULTS
    };
    let refused = Deflate::new(&gzip).unwrap().set_dictionary(b"x");
    assert_eq!(refused, Err(ReturnCode::StreamError));
}

#[test]
fn messages_outlive_the_stream() {
    let mut stream = Inflate::new(15).unwrap();
    assert_eq!(stream.message(), None);
    assert_eq!(inflate(&mut stream, b"garbage").1, ReturnCode::DataError);
    assert_eq!(stream.message(), Some("incorrect header check"));
    assert_eq!(inflate(&mut stream, b"more").1, ReturnCode::DataError);
    assert_eq!(stream.message(), Some("incorrect header check"));
    stream.end();
    assert_eq!(inflate(&mut stream, b"garbage").1, ReturnCode::StreamError);
    assert_eq!(stream.message(), Some("incorrect header check"));
    assert_eq!(stream.try_clone().unwrap_err(), ReturnCode::StreamError);
    assert_eq!(stream.set_dictionary(b""), Err(ReturnCode::StreamError));
}

#[test]
fn messages_of_the_fast_loop() {
    // A block with fixed codes: literals, a match from before the beginning, and enough behind it.
    let far = [&[0x4b, 0x4c, 0x4a, 0x06, 0x4e][..], &[0xff; 40]].concat();
    for lead in [0, 1, 3] {
        let mut stream = Inflate::new(-15).unwrap();
        let mut room = [MaybeUninit::uninit(); 1_000];
        stream.step(&far[..lead], &mut room, InflateFlush::SyncFlush);
        let step = stream.step(&far[lead..], &mut room, InflateFlush::SyncFlush);
        assert_eq!(step.code, ReturnCode::DataError);
        let message = stream.message().unwrap();
        assert!(message.starts_with("invalid distance"), "{message}");
        stream.step(&far, &mut room, InflateFlush::SyncFlush);
        assert_eq!(stream.message(), Some(message));
    }
}

#[test]
fn no_room_and_no_input_are_no_errors() {
    let mut stream = Inflate::new(15).unwrap();
    let step = stream.step(&[], &mut [], InflateFlush::SyncFlush);
    assert_eq!(
        (step.consumed, step.written.len(), step.code),
        (0, 0, ReturnCode::BufError)
    );
    let step = stream.step(&[0x78, 0x9c], &mut [], InflateFlush::SyncFlush);
    assert_eq!((step.consumed, step.code), (2, ReturnCode::Ok));
    let mut stream = Deflate::new(&DEFAULTS).unwrap();
    let step = stream.step(b"data", &mut [], DeflateFlush::Finish);
    assert_eq!((step.consumed, step.code), (0, ReturnCode::BufError));
}
