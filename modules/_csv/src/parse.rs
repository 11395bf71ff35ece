//! Reading records: a state machine over lines.

use std::ops::Range;

use crate::grammar::{Grammar, Start};
use crate::syntax::{OutOfMemory, Quoting, Syntax, is_newline};
use crate::text::Text;
use crate::unit::Unit;

/// Where the parser is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    StartRecord,
    StartField,
    /// In a field without quotes, or behind the quotes of one.
    InField,
    /// Behind an escape character.
    Escaped,
    /// In a field without quotes, some place behind an escaped newline: the end of a line does not
    /// end it, a newline does.
    AfterEscapedNewline,
    InQuotes,
    EscapedInQuotes,
    /// Behind a quote within quotes: they end here, or it is the first of two.
    QuoteInQuotes,
    /// Behind a newline: there must be nothing but newlines.
    AfterNewline,
}

/// What a field's text stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// Itself.
    Text,
    /// A number.
    Number,
    /// Nothing at all: there is no text.
    #[cfg(Py_3_13)]
    Missing,
}

/// Where a field's text is.
#[derive(Debug)]
pub(crate) enum Content<'a> {
    /// In the line that was fed, in one piece.
    Run(Range<usize>),
    /// Put together.
    Text(&'a Text),
}

/// What makes a record of the fields.
pub(crate) trait Record {
    /// Why that may fail.
    type Error;

    /// Takes the next field.
    ///
    /// # Errors
    ///
    /// Its own: they end the parsing.
    fn push(&mut self, content: Content<'_>, meaning: Meaning) -> Result<(), Self::Error>;
}

/// Why a line cannot be parsed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Fault<E> {
    /// A field is longer than allowed.
    TooLong,
    /// There is something behind a newline that is not in quotes.
    Newline,
    /// There is something behind closing quotes.
    BehindQuotes,
    OutOfMemory,
    /// The record failed.
    Record(E),
}

impl<E> From<OutOfMemory> for Fault<E> {
    fn from(_: OutOfMemory) -> Self {
        Fault::OutOfMemory
    }
}

/// Reads one record.
pub(crate) struct Parser<'a> {
    grammar: &'a Grammar,
    /// How many code points a field may have.
    limit: isize,
    state: State,
    /// Whether the field has no quotes and, by older rules, begins with no escape character.
    bare: bool,
    /// What was put aside of the field, which is not in one piece in the line.
    kept: Memory,
    /// The length of that.
    kept_len: usize,
}

/// Room for a field's pieces, once it was needed.
pub(crate) type Memory = Option<Box<Text>>;

impl<'a> Parser<'a> {
    /// A parser at the beginning of a record.
    #[inline]
    pub(crate) fn new(grammar: &'a Grammar, memory: Memory) -> Self {
        Parser {
            grammar,
            limit: isize::MAX,
            state: State::StartRecord,
            bare: grammar.syntax.rules.numbers_are_escaped,
            kept: memory,
            kept_len: 0,
        }
    }

    /// The memory, for the next parser.
    #[inline]
    pub(crate) fn into_memory(self) -> Memory {
        self.kept
    }

    /// Whether the record is complete, once a line has been fed.
    #[inline]
    pub(crate) fn is_complete(&self) -> bool {
        self.state == State::StartRecord
    }

    /// Whether there is a field that has begun and not ended.
    pub(crate) fn is_within_field(&self) -> bool {
        self.state == State::InQuotes || self.kept_len != 0
    }

    /// Ends the field that has begun.
    pub(crate) fn finish<R: Record>(&mut self, record: &mut R) -> Result<(), Fault<R::Error>> {
        self.save::<u8, R>(&[], 0..0, record)
    }

    /// Parses a line, the next one of the record, with that limit for fields. Linear in its length.
    #[inline]
    pub(crate) fn feed<U: Unit, R: Record>(
        &mut self,
        line: &[U],
        limit: isize,
        record: &mut R,
    ) -> Result<(), Fault<R::Error>> {
        self.limit = limit;
        let Grammar {
            syntax,
            bare_stops,
            quoted_stops,
            ..
        } = self.grammar;
        // What belongs to the field and is still in one piece begins here. It ends at `at`, or at the
        // quote before that in the state `QuoteInQuotes`.
        let mut start = 0;
        let mut at = 0;
        while let Some(&unit) = line.get(at) {
            let code = unit.into();
            match self.state {
                State::StartRecord if is_newline(code) => self.state = State::AfterNewline,
                State::StartRecord | State::StartField => match self.grammar.start(code) {
                    Start::Ordinary => {
                        start = at;
                        self.bare = true;
                        self.state = State::InField;
                    }
                    Start::Newline => {
                        self.save(line, 0..0, record)?;
                        self.state = State::AfterNewline;
                    }
                    Start::Quote => {
                        start = at + 1;
                        self.bare = false;
                        self.state = State::InQuotes;
                    }
                    Start::Escape => self.state = State::Escaped,
                    Start::Skipped => self.state = State::StartField,
                    Start::Delimiter => {
                        self.save(line, 0..0, record)?;
                        self.state = State::StartField;
                    }
                },
                State::InField | State::AfterEscapedNewline => {
                    at = U::find(line, at, bare_stops);
                    let Some(&unit) = line.get(at) else { break };
                    let code = unit.into();
                    if is_newline(code) {
                        self.save(line, start..at, record)?;
                        self.state = State::AfterNewline;
                    } else if Some(code) == syntax.escape {
                        self.keep(&line[start..at])?;
                        self.state = State::Escaped;
                    } else {
                        self.save(line, start..at, record)?;
                        at += 1;
                        start = at;
                        // Most fields are followed by one of their kind, whose state this is already.
                        if !self.starts_bare(line.get(at)) {
                            self.state = State::StartField;
                        }
                        continue;
                    }
                }
                State::Escaped => {
                    start = at;
                    self.state = match is_newline(code) {
                        true => State::AfterEscapedNewline,
                        false => State::InField,
                    };
                }
                State::InQuotes => {
                    at = U::find(line, at, quoted_stops);
                    let Some(&unit) = line.get(at) else { break };
                    let code = unit.into();
                    if Some(code) == syntax.escape {
                        self.keep(&line[start..at])?;
                        self.state = State::EscapedInQuotes;
                    } else if Some(code) == syntax.quote {
                        if syntax.double_quote {
                            self.state = State::QuoteInQuotes;
                        } else {
                            self.keep(&line[start..at])?;
                            self.state = State::InField;
                            start = at + 1;
                        }
                    }
                }
                State::EscapedInQuotes => {
                    start = at;
                    self.state = State::InQuotes;
                }
                State::QuoteInQuotes => {
                    let run = start..at - 1;
                    if Some(code) == syntax.quote {
                        self.keep(&line[run])?;
                        self.state = State::InQuotes;
                        start = at;
                    } else if code == syntax.delimiter {
                        self.save(line, run, record)?;
                        self.state = State::StartField;
                    } else if is_newline(code) {
                        self.save(line, run, record)?;
                        self.state = State::AfterNewline;
                    } else {
                        self.keep(&line[run])?;
                        if syntax.strict {
                            return Err(Fault::BehindQuotes);
                        }
                        self.state = State::InField;
                        start = at;
                    }
                }
                State::AfterNewline if is_newline(code) => {}
                State::AfterNewline => return Err(Fault::Newline),
            }
            at += 1;
        }
        self.end_line(line, start, record)
    }

    /// Whether the next field begins with an ordinary character: then it is begun.
    #[inline(always)]
    fn starts_bare<U: Unit>(&mut self, first: Option<&U>) -> bool {
        let starts =
            first.is_some_and(|&unit| matches!(self.grammar.start(unit.into()), Start::Ordinary));
        if starts {
            self.bare = true;
            self.state = State::InField;
        }
        starts
    }

    /// What the end of a line does, whether or not a newline came before it.
    fn end_line<U: Unit, R: Record>(
        &mut self,
        line: &[U],
        start: usize,
        record: &mut R,
    ) -> Result<(), Fault<R::Error>> {
        let end = line.len();
        self.state = match self.state {
            State::StartRecord | State::AfterNewline => State::StartRecord,
            State::StartField => {
                self.save(line, 0..0, record)?;
                State::StartRecord
            }
            State::InField => {
                self.save(line, start..end, record)?;
                State::StartRecord
            }
            State::QuoteInQuotes => {
                self.save(line, start..end - 1, record)?;
                State::StartRecord
            }
            State::Escaped => {
                self.keep(b"\n")?;
                State::InField
            }
            State::EscapedInQuotes => {
                self.keep(b"\n")?;
                State::InQuotes
            }
            State::AfterEscapedNewline | State::InQuotes => {
                self.keep(&line[start..end])?;
                self.state
            }
        };
        Ok(())
    }

    /// Ends a field, whose last piece is `run`.
    #[inline(always)]
    fn save<U: Unit, R: Record>(
        &mut self,
        line: &[U],
        run: Range<usize>,
        record: &mut R,
    ) -> Result<(), Fault<R::Error>> {
        if self.kept_len != 0 {
            return self.save_kept(&line[run], record);
        }
        self.check_length(run.len())?;
        let meaning = self.meaning(run.len());
        self.bare = self.syntax().rules.numbers_are_escaped;
        record
            .push(Content::Run(run), meaning)
            .map_err(Fault::Record)
    }

    fn save_kept<U: Unit, R: Record>(
        &mut self,
        run: &[U],
        record: &mut R,
    ) -> Result<(), Fault<R::Error>> {
        self.keep(run)?;
        let meaning = self.meaning(self.kept_len);
        self.bare = self.syntax().rules.numbers_are_escaped;
        self.kept_len = 0;
        let text = self.kept.get_or_insert_default();
        record
            .push(Content::Text(text), meaning)
            .map_err(Fault::Record)
    }

    /// Puts a piece of the field aside.
    fn keep<U: Unit, E>(&mut self, run: &[U]) -> Result<(), Fault<E>> {
        let len = self.check_length(run.len())?;
        let text = self.kept.get_or_insert_default();
        if self.kept_len == 0 {
            text.clear();
        }
        text.extend(run)?;
        self.kept_len = len;
        Ok(())
    }

    /// The length of the field with so many code points more.
    #[inline]
    fn check_length<E>(&self, more: usize) -> Result<usize, Fault<E>> {
        let len = self.kept_len + more;
        match len != 0 && len as isize > self.limit {
            true => Err(Fault::TooLong),
            false => Ok(len),
        }
    }

    fn syntax(&self) -> &'a Syntax {
        &self.grammar.syntax
    }

    /// What the field, of that length, stands for.
    #[inline]
    fn meaning(&self, len: usize) -> Meaning {
        if !self.bare {
            return Meaning::Text;
        }
        match (self.syntax().quoting, len) {
            (Quoting::NonNumeric, 1..) => Meaning::Number,
            #[cfg(Py_3_13)]
            (Quoting::Strings, 1..) => Meaning::Number,
            #[cfg(Py_3_13)]
            (Quoting::Strings | Quoting::NotNull, 0) => Meaning::Missing,
            _ => Meaning::Text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
