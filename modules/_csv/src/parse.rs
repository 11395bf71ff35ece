//! Reading records: a state machine over lines.

use std::ops::Range;

use crate::field::{Content, Fault, Meaning, Record};
use crate::grammar::{Grammar, Start};
use crate::syntax::{Syntax, is_newline};
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
        self.save_rarely::<u8, R>(&[], 0..0, record)
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
                State::StartRecord if is_newline(code) => return only_newlines(&line[at..]),
                State::StartRecord | State::StartField => match self.grammar.start(code) {
                    Start::Ordinary | Start::Delimiter
                        if let Some(next) = self.plain_fields(line, at, record)? =>
                    {
                        if self.state == State::StartRecord {
                            return only_newlines(&line[next..]);
                        }
                        at = next;
                        continue;
                    }
                    Start::Ordinary => {
                        start = at;
                        self.bare = true;
                        self.state = State::InField;
                    }
                    Start::Newline => {
                        self.save_rarely(line, 0..0, record)?;
                        self.state = State::StartRecord;
                        return only_newlines(&line[at..]);
                    }
                    Start::Quote => {
                        start = at + 1;
                        self.bare = false;
                        self.state = State::InQuotes;
                    }
                    Start::Escape => self.state = State::Escaped,
                    Start::Skipped => self.state = State::StartField,
                    Start::Delimiter => {
                        self.save_rarely(line, 0..0, record)?;
                        self.state = State::StartField;
                    }
                },
                State::InField | State::AfterEscapedNewline => {
                    at = U::find(line, at, bare_stops);
                    let Some(&unit) = line.get(at) else { break };
                    let code = unit.into();
                    if Some(code) == syntax.escape && !is_newline(code) {
                        self.keep(&line[start..at])?;
                        self.state = State::Escaped;
                    } else {
                        self.save(line, start..at, record)?;
                        if is_newline(code) {
                            self.state = State::StartRecord;
                            return only_newlines(&line[at..]);
                        }
                        self.state = State::StartField;
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
                    } else if code == syntax.delimiter || is_newline(code) {
                        self.save(line, run, record)?;
                        if code != syntax.delimiter {
                            self.state = State::StartRecord;
                            return only_newlines(&line[at..]);
                        }
                        self.state = State::StartField;
                    } else {
                        self.keep(&line[run])?;
                        if syntax.strict {
                            return Err(Fault::BehindQuotes);
                        }
                        self.state = State::InField;
                        start = at;
                    }
                }
            }
            at += 1;
        }
        self.end_line(line, start, record)
    }

    /// Takes fields of ordinary characters only, from the one that begins at `start` on, as far as there
    /// are such. Returns the index behind the last one's delimiter or newline; `None` if there is none.
    #[inline(always)]
    fn plain_fields<U: Unit, R: Record>(
        &mut self,
        line: &[U],
        first: usize,
        record: &mut R,
    ) -> Result<Option<usize>, Fault<R::Error>> {
        let grammar = self.grammar;
        let mut start = first;
        if grammar.plain_delimiter {
            for end in U::positions(line, first, &grammar.stops) {
                let code = line[end].into();
                let is_delimiter = code == grammar.syntax.delimiter;
                if !is_delimiter && !is_newline(code) || grammar.is_skipped(line[start].into()) {
                    break;
                }
                self.check_length(end - start)?;
                let meaning = match start == end {
                    true => self.meaning(0),
                    false => grammar.bare,
                };
                let pushed = record.push(Content::Run(start..end), meaning);
                pushed.map_err(Fault::Record)?;
                start = end + 1;
                if !is_delimiter {
                    self.state = State::StartRecord;
                    break;
                }
                self.state = State::StartField;
            }
        }
        Ok((start != first).then_some(start))
    }

    /// What the end of a line does that no newline came before.
    fn end_line<U: Unit, R: Record>(
        &mut self,
        line: &[U],
        start: usize,
        record: &mut R,
    ) -> Result<(), Fault<R::Error>> {
        let end = line.len();
        self.state = match self.state {
            State::StartRecord => State::StartRecord,
            State::StartField => {
                self.save_rarely(line, 0..0, record)?;
                State::StartRecord
            }
            State::InField => {
                self.save_rarely(line, start..end, record)?;
                State::StartRecord
            }
            State::QuoteInQuotes => {
                self.save_rarely(line, start..end - 1, record)?;
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

    /// As [`save`](Self::save), where speed does not matter: that is much code.
    #[inline(never)]
    fn save_rarely<U: Unit, R: Record>(
        &mut self,
        line: &[U],
        run: Range<usize>,
        record: &mut R,
    ) -> Result<(), Fault<R::Error>> {
        self.save(line, run, record)
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
        match len {
            _ if !self.bare => Meaning::Text,
            0 => self.grammar.nothing,
            _ => self.grammar.bare,
        }
    }
}

/// What is behind a newline that ends a record.
#[inline]
fn only_newlines<U: Unit, E>(rest: &[U]) -> Result<(), Fault<E>> {
    match rest.iter().all(|&unit| is_newline(unit.into())) {
        true => Ok(()),
        false => Err(Fault::Newline),
    }
}
