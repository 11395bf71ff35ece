//! Normalization: a text in a form stays as it is, is said to be so, and forms go together as UAX 15 says.
#![no_main]
#![allow(dead_code, unused_imports)]

#[path = "../../modules/unicodedata/src"]
mod engine {
    pub(crate) mod hangul;
    pub(crate) mod normalization;
    pub(crate) mod pair;
    pub(crate) mod properties;
    pub(crate) mod tables;
    pub(crate) mod trie;
}

// Where the module's own files look for them.
use engine::{hangul, normalization, pair, properties, tables, trie};
use libfuzzer_sys::fuzz_target;
use normalization::{Form, Normalizer};
use properties::Version;

fuzz_target!(|data: &[u8]| {
    let text: Vec<u32> = data.chunks_exact(3).map(code).collect();
    for version in [Version::Current, Version::Old] {
        let [nfc, nfd, nfkc, nfkd] = [Form::Nfc, Form::Nfd, Form::Nfkc, Form::Nfkd].map(|form| {
            let in_form = normalize(version, form, &text);
            let normalizer = Normalizer { version, form };
            assert!(
                normalizer.is_normalized(&in_form).is_ok_and(|is| is),
                "{form:?}"
            );
            assert_eq!(normalize(version, form, &in_form), in_form, "{form:?}");
            in_form
        });
        assert_eq!(normalize(version, Form::Nfc, &nfd), nfc);
        assert_eq!(normalize(version, Form::Nfd, &nfc), nfd);
        assert_eq!(normalize(version, Form::Nfkc, &nfd), nfkc);
        assert_eq!(normalize(version, Form::Nfkd, &nfkc), nfkd);
    }
});

/// A code point, mostly of the planes that have much to normalize.
fn code(bytes: &[u8]) -> u32 {
    let [plane, high, low] = [bytes[0], bytes[1], bytes[2]].map(u32::from);
    (plane % 17) << 16 | high << 8 | low
}

fn normalize(version: Version, form: Form, text: &[u32]) -> Vec<u32> {
    let changed = Normalizer { version, form }
        .normalize(text)
        .expect("there is memory");
    changed.unwrap_or_else(|| text.to_vec())
}
