//! For tests: reading character by character, without haste, and whether the parser agrees.

use crate::field::{Content, Fault, Meaning, Record};
use crate::format::{self, Format, Kind};
use crate::grammar::Grammar;
use crate::parse::Parser;
use crate::syntax::{Quoting, Rules, Syntax, is_newline};
use crate::text::Text;
use crate::unit::{Unit, Width};

impl Syntax {
    /// The dialect `excel`.
    pub(crate) fn excel() -> Self {
        Syntax {
            delimiter: b','.into(),
            quote: Some(b'"'.into()),
            escape: None,
            quoting: Quoting::Minimal,
            double_quote: true,
            skip_space: false,
            strict: false,
            rules: Rules {
                newlines_are_special: true,
                empty_is_quoted: true,
                numbers_are_escaped: true,
            },
        }
    }
}

/// A field's text and meaning.
type Field = (Vec<u32>, Meaning);

/// The records that were complete, and why there are no more of them.
type Outcome = (Vec<Vec<Field>>, Result<(), Fault<()>>);

/// Panics unless the parser reads from the lines, in whatever width they are, what they say.
pub(crate) fn check(syntax: &Syntax, limit: isize, lines: &[&[u32]]) {
    let expected = read_plainly(syntax, limit, lines);
    let grammar = Grammar::new(syntax.clone());
    for width in [Width::Bytes, Width::Ucs2, Width::Ucs4] {
        let actual = read(&grammar, limit, lines, width);
        assert_eq!(actual, expected, "{syntax:?} {limit} {width:?} {lines:?}");
    }
}

/// Panics unless the parser reads from a written record what was written.
pub(crate) fn check_round_trip(fields: &[&[u8]]) {
    let syntax = Syntax {
        strict: true,
        ..Syntax::excel()
    };
    let mut terminator = Text::default();
    terminator.extend(b"\r\n").expect("there is memory");
    let format = Format::new(&syntax, terminator).expect("there is memory");
    let mut written = Text::default();
    let mut record = format::Record::new(&format, &mut written);
    for field in fields {
        record.push(field, Kind::Text).expect("it can be quoted");
    }
    record.finish().expect("it can be quoted");
    let line: Vec<u32> = written.codes().collect();
    let wide = |field: &&[u8]| field.iter().map(|&byte| byte.into()).collect();
    let expected = fields.iter().map(|field| (wide(field), Meaning::Text));
    let (records, outcome) = read(&Grammar::new(syntax), isize::MAX, &[&line], Width::Bytes);
    assert_eq!((records, outcome), (vec![expected.collect()], Ok(())));
}

/// Reads with the parser. Lines are as wide as told, or wider if they must be.
fn read(grammar: &Grammar, limit: isize, lines: &[&[u32]], width: Width) -> Outcome {
    let mut records = Vec::new();
    let mut fields = Vec::new();
    let mut parser = Parser::new(grammar, None);
    for line in lines {
        let fed = match line
            .iter()
            .fold(width, |width, &code| width.max(width_of(code)))
        {
            Width::Bytes => feed::<u8>(&mut parser, line, limit, &mut fields),
            Width::Ucs2 => feed::<u16>(&mut parser, line, limit, &mut fields),
            Width::Ucs4 => feed::<u32>(&mut parser, line, limit, &mut fields),
        };
        if fed.is_err() {
            return (records, fed);
        }
        if parser.is_complete() {
            records.push(std::mem::take(&mut fields));
            parser = Parser::new(grammar, parser.into_memory());
        }
    }
    if parser.is_within_field() {
        let (line, fields) = (&[], &mut fields);
        let finished = parser.finish(&mut Collector::<u8> { line, fields });
        if finished.is_err() {
            return (records, finished);
        }
        records.push(std::mem::take(fields));
    }
    (records, Ok(()))
}

fn width_of(code: u32) -> Width {
    match code {
        0..=0xff => Width::Bytes,
        0x100..=0xffff => Width::Ucs2,
        _ => Width::Ucs4,
    }
}

fn feed<U: Unit>(
    parser: &mut Parser<'_>,
    line: &[u32],
    limit: isize,
    fields: &mut Vec<Field>,
) -> Result<(), Fault<()>> {
    let line: &[U] = &line
        .iter()
        .map(|&code| U::truncated(code))
        .collect::<Vec<_>>();
    parser.feed(line, limit, &mut Collector { line, fields })
}

struct Collector<'a, U> {
    line: &'a [U],
    fields: &'a mut Vec<Field>,
}

impl<U: Unit> Record for Collector<'_, U> {
    type Error = ();

    fn push(&mut self, content: Content<'_>, meaning: Meaning) -> Result<(), ()> {
        let codes = match content {
            Content::Run(range) => self.line[range].iter().map(|&unit| unit.into()).collect(),
            Content::Text(text) => text.codes().collect(),
        };
        self.fields.push((codes, meaning));
        Ok(())
    }
}

fn read_plainly(syntax: &Syntax, limit: isize, lines: &[&[u32]]) -> Outcome {
    let mut machine = Machine::new(syntax, limit);
    let mut records = Vec::new();
    for line in lines {
        for code in line.iter().copied().map(Some).chain([None]) {
            if let Err(fault) = machine.step(code) {
                return (records, Err(fault));
            }
        }
        if machine.place == Place::Record {
            records.push(std::mem::take(&mut machine.fields));
        }
    }
    if machine.place == Place::Quoted || !machine.text.is_empty() {
        machine.save();
        records.push(machine.fields);
    }
    (records, Ok(()))
}

#[derive(Clone, Copy, PartialEq)]
enum Place {
    Record,
    Field,
    Bare,
    Escaped,
    EscapedNewline,
    Quoted,
    EscapedInQuotes,
    QuoteInQuotes,
    Newline,
}

struct Machine<'a> {
    syntax: &'a Syntax,
    limit: isize,
    place: Place,
    text: Vec<u32>,
    bare: bool,
    fields: Vec<Field>,
}

impl<'a> Machine<'a> {
    fn new(syntax: &'a Syntax, limit: isize) -> Self {
        Machine {
            syntax,
            limit,
            place: Place::Record,
            text: Vec::new(),
            bare: false,
            fields: Vec::new(),
        }
    }

    /// Takes a character, or the end of a line.
    fn step(&mut self, code: Option<u32>) -> Result<(), Fault<()>> {
        let syntax = self.syntax;
        let is_end = code.is_none();
        let ends_line = code.is_none_or(is_newline);
        let is = |special: Option<u32>| special.is_some() && code == special;
        let is_delimiter = is(Some(syntax.delimiter));
        let is_quote = is(syntax.quote) && syntax.quoting != Quoting::None;
        let is_escape = is(syntax.escape);
        let is_skipped = syntax.skip_space && is(Some(b' '.into()));
        let escaped = code.unwrap_or(b'\n'.into());
        self.place = match self.place {
            Place::Record if is_end => Place::Record,
            Place::Record if ends_line => Place::Newline,
            Place::Record | Place::Field => {
                self.bare = syntax.rules.numbers_are_escaped;
                if ends_line || !is_quote && !is_escape && !is_skipped && is_delimiter {
                    self.end_field(code)
                } else if is_quote {
                    self.bare = false;
                    Place::Quoted
                } else if is_escape {
                    Place::Escaped
                } else if is_skipped {
                    Place::Field
                } else {
                    self.bare = true;
                    self.add(escaped, Place::Bare)?
                }
            }
            Place::Escaped if ends_line && !is_end => self.add(escaped, Place::EscapedNewline)?,
            Place::Escaped => self.add(escaped, Place::Bare)?,
            Place::EscapedNewline if is_end => Place::EscapedNewline,
            Place::Bare | Place::EscapedNewline if ends_line => self.end_field(code),
            Place::Bare | Place::EscapedNewline if is_escape => Place::Escaped,
            Place::Bare | Place::EscapedNewline if is_delimiter => self.end_field(code),
            place @ (Place::Bare | Place::EscapedNewline) => self.add(escaped, place)?,
            Place::Quoted if is_end => Place::Quoted,
            Place::Quoted if is_escape => Place::EscapedInQuotes,
            Place::Quoted if is_quote && syntax.double_quote => Place::QuoteInQuotes,
            Place::Quoted if is_quote => Place::Bare,
            Place::Quoted | Place::EscapedInQuotes => self.add(escaped, Place::Quoted)?,
            Place::QuoteInQuotes if is_quote => self.add(escaped, Place::Quoted)?,
            Place::QuoteInQuotes if is_delimiter => self.end_field_before(Place::Field),
            Place::QuoteInQuotes if ends_line => self.end_field(code),
            Place::QuoteInQuotes if syntax.strict => return Err(Fault::BehindQuotes),
            Place::QuoteInQuotes => self.add(escaped, Place::Bare)?,
            Place::Newline if is_end => Place::Record,
            Place::Newline if ends_line => Place::Newline,
            Place::Newline => return Err(Fault::Newline),
        };
        Ok(())
    }

    fn add(&mut self, code: u32, place: Place) -> Result<Place, Fault<()>> {
        self.text.push(code);
        match self.text.len() as isize > self.limit {
            true => Err(Fault::TooLong),
            false => Ok(place),
        }
    }

    fn end_field(&mut self, code: Option<u32>) -> Place {
        self.end_field_before(match code {
            None => Place::Record,
            Some(code) if is_newline(code) => Place::Newline,
            Some(_) => Place::Field,
        })
    }

    fn end_field_before(&mut self, place: Place) -> Place {
        self.save();
        place
    }

    fn save(&mut self) {
        let text = std::mem::take(&mut self.text);
        let meaning = match self.syntax.quoting {
            Quoting::NonNumeric if self.bare && !text.is_empty() => Meaning::Number,
            #[cfg(Py_3_13)]
            Quoting::Strings if self.bare && !text.is_empty() => Meaning::Number,
            #[cfg(Py_3_13)]
            Quoting::Strings | Quoting::NotNull if self.bare && text.is_empty() => Meaning::Missing,
            _ => Meaning::Text,
        };
        self.fields.push((text, meaning));
    }
}
