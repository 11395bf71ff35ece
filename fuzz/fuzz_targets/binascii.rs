//! The codecs of `binascii`: any text is decoded or refused, and what was encoded comes back.
#![no_main]
#![allow(dead_code)]

#[path = "../../modules/binascii/src/base32.rs"]
mod base32;
#[path = "../../modules/binascii/src/base64.rs"]
mod base64;
#[path = "../../modules/binascii/src/base85.rs"]
mod base85;
#[path = "../../modules/binascii/src/bytes.rs"]
mod bytes;
#[path = "../../modules/binascii/src/hex.rs"]
mod hex;
#[path = "../../modules/binascii/src/lines.rs"]
mod lines;
#[path = "../../modules/binascii/src/quoted_printable.rs"]
mod quoted_printable;
#[path = "../../modules/binascii/src/uu.rs"]
mod uu;

use base64_simd::AsOut;
use bytes::ByteSet;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let [codec, flags, wrapcol, data @ ..] = data else {
        return;
    };
    let options = Options {
        flags: *flags,
        wrapcol: usize::from(*wrapcol),
    };
    match codec % 6 {
        0 => base64_codec(data, &options),
        1 => base32_codec(data, &options),
        2 => base85_codec(data, &options),
        3 => ascii85_codec(data, &options),
        4 => hex_codec(data),
        _ => mail_codecs(data, &options),
    }
});

struct Options {
    flags: u8,
    wrapcol: usize,
}

impl Options {
    fn has(&self, bit: u8) -> bool {
        self.flags & 1 << bit != 0
    }

    /// The newlines that were put between lines.
    fn ignored(&self) -> ByteSet {
        ByteSet::new(b"\n")
    }
}

fn base64_codec(data: &[u8], options: &Options) {
    let strict = options.has(0);
    let rules = |padding| base64::Rules {
        alphabet: &base64::Alphabet::STANDARD,
        strict,
        padding,
        padded: padding != base64::PaddingRules::Skipped || options.has(1),
        ignored: match padding {
            base64::PaddingRules::Skipped => options.ignored(),
            _ => ByteSet::new(b""),
        },
        canonical: options.has(2),
    };
    let paddings = [
        base64::PaddingRules::EndsText,
        base64::PaddingRules::EndsTextNoExcess,
        base64::PaddingRules::Skipped,
    ];
    for padding in paddings {
        let mut bytes = vec![0; base64::max_decoded_len(data.len())];
        let _ = base64::decode(data, &rules(padding), &mut bytes);
    }
    let layout = base64::Layout {
        alphabet: base64::STANDARD,
        padded: true,
        wrapcol: options.wrapcol,
        newline: options.has(3),
    };
    let mut text = vec![0; layout.encoded_len(data.len()).expect("it is short")];
    assert_eq!(base64::encode(data, &layout, &mut text), text.len());
    let padded = base64::Rules {
        padded: true,
        ..rules(base64::PaddingRules::Skipped)
    };
    let mut bytes = vec![0; base64::max_decoded_len(text.len())];
    let len = base64::decode(&text, &padded, &mut bytes).expect("it was encoded");
    assert_eq!(&bytes[..len], data);
}

fn base32_codec(data: &[u8], options: &Options) {
    const DIGITS: bytes::DigitTable = base32::digits(base32::EXTENDED_HEX);
    let rules = |padded| base32::Rules {
        digits: &DIGITS,
        padded,
        ignored: options.ignored(),
        canonical: options.has(0),
    };
    let mut bytes = vec![0; base32::max_decoded_len(data.len())];
    let _ = base32::decode(data, &rules(options.has(1)), &mut bytes);
    let layout = base32::Layout {
        alphabet: base32::EXTENDED_HEX,
        padded: true,
        wrapcol: options.wrapcol,
    };
    let mut text = vec![0; layout.encoded_len(data.len()).expect("it is short")];
    assert_eq!(base32::encode(data, &layout, &mut text), text.len());
    let mut bytes = vec![0; base32::max_decoded_len(text.len())];
    let len = base32::decode(&text, &rules(true), &mut bytes).expect("it was encoded");
    assert_eq!(&bytes[..len], data);
}

fn base85_codec(data: &[u8], options: &Options) {
    const DIGITS: bytes::DigitTable = base85::digits(base85::ASCII85);
    let rules = base85::Rules {
        digits: &DIGITS,
        ignored: options.ignored(),
        canonical: options.has(0),
    };
    let mut bytes = vec![0; base85::max_decoded_len(data.len())];
    let _ = base85::decode(data, &rules, &mut bytes);
    let layout = base85::Layout {
        alphabet: base85::ASCII85,
        pad: options.has(1),
        wrapcol: options.wrapcol,
    };
    let mut text = vec![0; layout.encoded_len(data.len()).expect("it is short")];
    assert_eq!(base85::encode(data, &layout, &mut text), text.len());
    let mut bytes = vec![0; base85::max_decoded_len(text.len())];
    let len = base85::decode(&text, &rules, &mut bytes).expect("it was encoded");
    assert!(bytes[..len].starts_with(data) && len < data.len() + 4);
}

fn ascii85_codec(data: &[u8], options: &Options) {
    let adobe = options.has(2);
    let rules = base85::AsciiRules {
        foldspaces: options.has(0),
        adobe,
        ignored: options.ignored(),
        canonical: options.has(1),
    };
    let mut bytes = vec![0; base85::max_decoded_ascii85_len(data).expect("it is short")];
    let _ = base85::decode_ascii85(data, &rules, &mut bytes);
    let layout = base85::AsciiLayout {
        foldspaces: options.has(0),
        wrapcol: options.wrapcol,
        pad: options.has(3),
        adobe,
    };
    let mut text = vec![0; layout.max_encoded_len(data.len()).expect("it is short")];
    let len = base85::encode_ascii85(data, &layout, &mut text);
    let text = &text[..len];
    let mut bytes = vec![0; base85::max_decoded_ascii85_len(text).expect("it is short")];
    let len = base85::decode_ascii85(text, &rules, &mut bytes).expect("it was encoded");
    assert!(bytes[..len].starts_with(data) && len < data.len() + 4);
}

fn hex_codec(data: &[u8]) {
    if let Ok(len) = hex::decoded_len(data.len()) {
        let _ = hex::decode(data, vec![0; len].as_mut_slice().as_out());
    }
    let mut bytes = vec![0; data.len() / 2 + 1];
    let _ = hex::decode_ignoring(data, &ByteSet::new(b" :"), &mut bytes);
    let mut text = vec![0; data.len() * 2];
    let text = hex::encode(data, text.as_mut_slice().as_out());
    let mut bytes = vec![0; data.len()];
    assert_eq!(
        hex::decode(text, bytes.as_mut_slice().as_out()).expect("it was encoded"),
        data
    );
}

fn mail_codecs(data: &[u8], options: &Options) {
    let mut bytes = [0; uu::MAX_DECODED];
    let _ = uu::decode(data, &mut bytes);
    let mut line = [0; uu::MAX_LINE];
    if let Ok(line) = uu::encode(data, b" `"[usize::from(options.has(0))], &mut line) {
        assert_eq!(uu::decode(line, &mut bytes).expect("it was encoded"), data);
    }
    let mut bytes = vec![0; data.len()];
    quoted_printable::decode(data, options.has(1), &mut bytes);
    let header = options.has(1);
    let layout = quoted_printable::Options {
        quotetabs: options.has(2),
        istext: false,
        header,
    };
    let mut encoder = quoted_printable::Encoder::new(data, layout);
    let mut text = vec![0; quoted_printable::Encoder::room_for(data.len())];
    let len = encoder.encode(data, &mut text);
    assert_eq!(encoder.encoded(), data.len());
    let mut bytes = vec![0; len];
    let decoded = quoted_printable::decode(&text[..len], header, &mut bytes);
    assert_eq!(&bytes[..decoded], data);
}
