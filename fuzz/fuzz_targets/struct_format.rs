//! Format strings of `struct`: where values are agrees with how many there are, and with the size.
#![no_main]

#[allow(dead_code)]
#[path = "../../modules/_struct/src/format.rs"]
mod format;

use format::{Kind, Layout};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let Ok(layout) = Layout::compile(text) else {
        return;
    };
    let (mut end, mut values) = (0, 0);
    for code in &layout.codes {
        assert!(code.offset >= end, "values overlap");
        end = code.offset + code.size * code.repeat;
        values += code.repeat;
        assert!(code.kind != Kind::Pad);
    }
    assert!(end <= layout.size && layout.size <= isize::MAX as usize);
    assert_eq!(values, layout.len);
});
