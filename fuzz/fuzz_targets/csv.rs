//! CSV: the same fields in every width, and what was written is read again.
#![no_main]
#![allow(dead_code)]

#[path = "../../modules/_csv/src/format.rs"]
mod format;
#[path = "../../modules/_csv/src/parse.rs"]
mod parse;
#[path = "../../modules/_csv/src/syntax.rs"]
mod syntax;
#[path = "../../modules/_csv/src/text.rs"]
mod text;
#[path = "../../modules/_csv/src/unit.rs"]
mod unit;

use format::{Format, Kind};
use libfuzzer_sys::fuzz_target;
use parse::{Content, Fault, Grammar, Meaning, Parser, Record};
use std::convert::Infallible;
use syntax::{Quoting, Rules, Syntax};
use text::Text;
use unit::Unit;

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
    let grammar = Grammar::new(syntax);
    let narrow = read::<u8>(&grammar, data);
    assert_eq!(narrow, read::<u16>(&grammar, data));
    assert_eq!(narrow, read::<u32>(&grammar, data));
    write_and_read(data);
});

fn rules(newest: bool) -> Rules {
    Rules {
        newlines_are_special: newest,
        empty_is_quoted: newest,
        numbers_are_escaped: newest,
    }
}

/// The fields of all records, each with what it stands for.
#[derive(Debug, Default, PartialEq)]
struct Fields(Vec<(Vec<u32>, Meaning)>);

struct Collector<'a, U> {
    line: &'a [U],
    fields: &'a mut Fields,
}

impl<U: Unit> Record for Collector<'_, U> {
    type Error = Infallible;

    fn push(&mut self, content: Content<'_>, meaning: Meaning) -> Result<(), Infallible> {
        let codes = match content {
            Content::Run(range) => self.line[range].iter().map(|&unit| unit.into()).collect(),
            Content::Text(text) => text.codes().collect(),
        };
        self.fields.0.push((codes, meaning));
        Ok(())
    }
}

/// Reads all lines, as one iterator after the other gives them.
fn read<U: Unit>(grammar: &Grammar, data: &[u8]) -> Result<Fields, Fault<Infallible>> {
    let mut fields = Fields::default();
    let mut parser = Parser::new(grammar, None);
    for line in data.split_inclusive(|&byte| byte == b'\n') {
        let line: Vec<U> = line.iter().map(|&byte| U::from(byte)).collect();
        let mut collector = Collector {
            line: &line,
            fields: &mut fields,
        };
        parser.feed(&line, 1 << 17, &mut collector)?;
        if parser.is_complete() {
            parser = Parser::new(grammar, parser.into_memory());
        }
    }
    if parser.is_within_field() {
        let line: &[U] = &[];
        let mut collector = Collector {
            line,
            fields: &mut fields,
        };
        parser.finish(&mut collector)?;
    }
    Ok(fields)
}

/// Writes one record, whose fields end with zeros, and reads it.
fn write_and_read(data: &[u8]) {
    let syntax = Syntax {
        delimiter: b','.into(),
        quote: Some(b'"'.into()),
        escape: None,
        quoting: Quoting::Minimal,
        double_quote: true,
        skip_space: false,
        strict: true,
        rules: rules(true),
    };
    let mut terminator = Text::default();
    terminator.extend(b"\r\n").expect("there is memory");
    let format = Format::new(&syntax, terminator).expect("there is memory");
    let mut written = Text::default();
    let mut record = format::Record::new(&format, &mut written);
    let fields: Vec<&[u8]> = data.split(|&byte| byte == 0).collect();
    for field in &fields {
        record.push(field, Kind::Text).expect("it can be quoted");
    }
    record.finish().expect("it can be quoted");
    let text: Vec<u8> = written.codes().map(|code| code as u8).collect();
    let read = read::<u8>(&Grammar::new(syntax), &text).expect("it was written");
    let read: Vec<Vec<u8>> = read
        .0
        .into_iter()
        .map(|(codes, _)| codes.iter().map(|&code| code as u8).collect())
        .collect();
    assert_eq!(read, fields);
}
