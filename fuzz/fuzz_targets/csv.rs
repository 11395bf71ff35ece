//! CSV: what a plain state machine reads, in every width; and what was written is read again.
#![no_main]
#![allow(dead_code)]

#[path = "../../modules/_csv/src/field.rs"]
mod field;
#[path = "../../modules/_csv/src/format.rs"]
mod format;
#[path = "../../modules/_csv/src/grammar.rs"]
mod grammar;
#[path = "../../modules/_csv/src/parse.rs"]
mod parse;
#[path = "../../modules/_csv/src/reference.rs"]
mod reference;
#[path = "../../modules/_csv/src/specials.rs"]
mod specials;
#[path = "../../modules/_csv/src/syntax.rs"]
mod syntax;
#[path = "../../modules/_csv/src/text.rs"]
mod text;
#[path = "../../modules/_csv/src/unit.rs"]
mod unit;

use libfuzzer_sys::fuzz_target;
use syntax::{Quoting, Rules, Syntax};

fuzz_target!(|data: &[u8]| {
    let [flags, delimiter, quote, escape, quoting, data @ ..] = data else {
        return;
    };
    let has = |bit: u8| flags & 1 << bit != 0;
    let syntax = Syntax {
        delimiter: (*delimiter).into(),
        quote: has(0).then_some((*quote).into()),
        escape: has(1).then_some((*escape).into()),
        quoting: Quoting::from_code(i32::from(quoting % 6)).expect("there is such a number"),
        double_quote: has(2),
        skip_space: has(3),
        strict: has(4),
        rules: rules(has(5)),
    };
    let codes: Vec<u32> = data.iter().map(|&byte| byte.into()).collect();
    let lines: Vec<&[u32]> = codes.split_inclusive(|&code| code == 10).collect();
    reference::check(&syntax, 1 << 17, &lines);
    let fields: Vec<&[u8]> = data.split(|&byte| byte == 0).collect();
    reference::check_round_trip(&fields);
});

fn rules(newest: bool) -> Rules {
    Rules {
        newlines_are_special: newest,
        empty_is_quoted: newest,
        numbers_are_escaped: newest,
    }
}
