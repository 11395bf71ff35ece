//! Records of lines, by hand.

use crate::field::{Content, Fault, Meaning, Record};
use crate::grammar::Grammar;
use crate::parse::Parser;
use crate::reference;
use crate::syntax::{Quoting, Syntax, is_newline};

/// Fields as text, in a form that tells their meaning.
#[derive(Default)]
struct Fields {
    line: String,
    fields: Vec<String>,
}

impl Record for Fields {
    type Error = ();

    fn push(&mut self, content: Content<'_>, meaning: Meaning) -> Result<(), ()> {
        let text = match content {
            Content::Run(run) => self.line[run].to_owned(),
            Content::Text(text) => text.codes().filter_map(char::from_u32).collect(),
        };
        self.fields.push(match meaning {
            Meaning::Text => text,
            Meaning::Number => format!("#{text}"),
            #[cfg(Py_3_13)]
            Meaning::Missing => "-".to_owned(),
        });
        Ok(())
    }
}

fn parse(syntax: &Syntax, limit: isize, lines: &[&str]) -> Result<Vec<String>, Fault<()>> {
    let grammar = Grammar::new(syntax.clone());
    let mut parser = Parser::new(&grammar, None);
    let mut record = Fields::default();
    for line in lines {
        record.line = (*line).to_owned();
        parser.feed(line.as_bytes(), limit, &mut record)?;
        if parser.is_complete() {
            return Ok(record.fields);
        }
    }
    if parser.is_within_field() {
        parser.finish(&mut record)?;
    }
    Ok(record.fields)
}

#[track_caller]
fn check(syntax: &Syntax, lines: &[&str], expected: &[&str]) {
    assert_eq!(parse(syntax, 1000, lines).unwrap(), expected, "{lines:?}");
}

#[test]
fn plain_fields() {
    let syntax = Syntax::excel();
    check(&syntax, &[""], &[]);
    check(&syntax, &["\r\n"], &[]);
    check(&syntax, &[","], &["", ""]);
    check(&syntax, &["a,bc,\r\n"], &["a", "bc", ""]);
    check(&syntax, &["a, b"], &["a", " b"]);
    check(&syntax, &["a\"b,c"], &["a\"b", "c"]);
    let long = "x".repeat(100);
    check(&syntax, &[&format!("{long},{long}\n")], &[&long, &long]);
    assert_eq!(parse(&syntax, 1000, &["a\rb"]), Err(Fault::Newline));
}

#[test]
fn quoted_fields() {
    let mut syntax = Syntax::excel();
    check(&syntax, &["\"a\",\"\",b"], &["a", "", "b"]);
    check(&syntax, &["\"a\"\"b\"\"\"\n"], &["a\"b\""]);
    check(&syntax, &["\"a\n", "\n", "b\",c\n"], &["a\n\nb", "c"]);
    check(&syntax, &["\"a\"b\"c,d"], &["ab\"c", "d"]);
    check(&syntax, &["\"open,"], &["open,"]);
    check(&syntax, &["\""], &[""]);
    syntax.strict = true;
    assert_eq!(parse(&syntax, 9, &["\"a\"b"]), Err(Fault::BehindQuotes));
    syntax.double_quote = false;
    check(&syntax, &["\"a\"b,c"], &["ab", "c"]);
    syntax.quoting = Quoting::None;
    check(&syntax, &["\"a\",b"], &["\"a\"", "b"]);
}

#[test]
fn escapes() {
    let mut syntax = Syntax::excel();
    syntax.escape = Some(b'\\'.into());
    check(&syntax, &["a\\,b,\\\"c"], &["a,b", "\"c"]);
    check(&syntax, &["\"a\\\"b\",c"], &["a\"b", "c"]);
    check(&syntax, &["a\\", "b"], &["a\nb"]);
    check(&syntax, &["\"a\\", "b\""], &["a\nb"]);
    // An escaped newline makes the end of its line, and of the next, go on.
    check(&syntax, &["a\\\n", "b", "c\n"], &["a\nbc"]);
}

#[test]
fn numbers_and_missing_fields() {
    let mut syntax = Syntax::excel();
    syntax.quoting = Quoting::NonNumeric;
    syntax.escape = Some(b'\\'.into());
    check(&syntax, &["1,\"2\",,\\x"], &["#1", "2", "", "#x"]);
    syntax.rules.numbers_are_escaped = false;
    check(&syntax, &["1,\"2\",,\\x"], &["#1", "2", "", "x"]);
    #[cfg(Py_3_13)]
    {
        syntax.rules.numbers_are_escaped = true;
        syntax.quoting = Quoting::Strings;
        check(&syntax, &["1,\"2\",,\"\""], &["#1", "2", "-", ""]);
        syntax.quoting = Quoting::NotNull;
        check(&syntax, &["1,\"2\",,\"\""], &["1", "2", "-", ""]);
    }
}

#[test]
fn fields_have_a_limit() {
    let syntax = Syntax::excel();
    check_limit(&syntax, 3, "abc", "abcd");
    check_limit(&syntax, 3, "\"abc\"", "\"abcd\"");
    check_limit(&syntax, 3, "\"a\"\"b\"", "\"a\"\"bc\"");
    check_limit(&syntax, 0, ",", ",a");
    check_limit(&syntax, -5, ",", "a,");
}

#[track_caller]
fn check_limit(syntax: &Syntax, limit: isize, right: &str, wrong: &str) {
    assert!(parse(syntax, limit, &[right]).is_ok());
    assert_eq!(parse(syntax, limit, &[wrong]), Err(Fault::TooLong));
}

#[test]
fn wide_characters_in_narrow_lines() {
    let mut syntax = Syntax::excel();
    syntax.quote = Some(0x20ac);
    syntax.delimiter = 0x1_f600;
    let grammar = Grammar::new(syntax);
    let mut parser = Parser::new(&grammar, None);
    let mut record = Fields::default();
    parser.feed(&[0x20acu32], 100, &mut record).unwrap();
    record.line = "\",a\n".to_owned();
    parser.feed(b"\",a\n", 100, &mut record).unwrap();
    parser.feed(&[0x20acu16], 100, &mut record).unwrap();
    assert!(parser.is_complete());
    assert_eq!(record.fields, ["\",a\n"]);
}

#[test]
fn reads_what_is_written_in_any_dialect() {
    let mut random = Random(1);
    for _ in 0..ROUNDS {
        let syntax = random_syntax(&mut random);
        let text = random_text(&mut random, &syntax);
        let limit = random.one_of(&[1000, 1000, 1000, 0, 3, 70]);
        reference::check(&syntax, limit, &[&text]);
        let lines: Vec<&[u32]> = text.split_inclusive(|&code| is_newline(code)).collect();
        reference::check(&syntax, limit, &lines);
        for cut in 0..text.len().min(80) {
            let (line, rest) = text.split_at(cut);
            reference::check(&syntax, limit, &[line, rest]);
            let (middle, end) = rest.split_at(random.below(rest.len() + 1));
            reference::check(&syntax, limit, &[line, middle, end]);
        }
    }
}

const ROUNDS: u32 = 3000;

const CHARACTERS: [u32; 12] = [
    0x2c, 0x3b, 0x22, 0x27, 0x5c, 0x20, 0x61, 0x0a, 0x0d, 0xe9, 0x20ac, 0x1_f600,
];

fn random_syntax(random: &mut Random) -> Syntax {
    let quotings: Vec<Quoting> = (0..6).filter_map(Quoting::from_code).collect();
    let mut syntax = Syntax::excel();
    syntax.quoting = random.one_of(&quotings);
    syntax.double_quote = random.chance();
    syntax.skip_space = random.chance();
    syntax.strict = random.chance();
    syntax.rules.numbers_are_escaped = random.chance();
    if random.chance() {
        syntax.delimiter = random.one_of(&CHARACTERS);
    }
    if random.chance() {
        syntax.quote = random.chance().then(|| random.one_of(&CHARACTERS));
    }
    if random.chance() {
        syntax.escape = Some(random.one_of(&CHARACTERS));
    }
    syntax
}

/// Text with many special characters, or few, of a length that ends in the middle of a block.
fn random_text(random: &mut Random, syntax: &Syntax) -> Vec<u32> {
    let special = [
        syntax.quote,
        syntax.escape,
        Some(syntax.delimiter),
        Some(0x0a),
    ];
    let mut characters: Vec<u32> = special.into_iter().flatten().collect();
    characters.extend(&CHARACTERS[..random.below(CHARACTERS.len() + 1)]);
    let ordinary = random.one_of(&[1, 3, 20, 100]) * characters.len();
    characters.resize(characters.len() + ordinary, 0x62);
    let len = random.one_of(&[3, 17, 70, 140]);
    (0..random.below(len))
        .map(|_| random.one_of(&characters))
        .collect()
}

/// Numbers without pattern: Marsaglia's xorshift.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 32) as usize) % limit
    }

    fn chance(&mut self) -> bool {
        self.below(2) == 0
    }

    fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }
}
