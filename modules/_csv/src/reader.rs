//! The class of readers.

use std::mem;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use corten_api::prelude::*;
use smallvec::SmallVec;

use crate::dialect::Dialect;
use crate::field::{Content, Fault, Meaning, Record};
use crate::grammar::Grammar;
use crate::parse::{Memory, Parser};
use crate::recent::{Key, Recent};
use crate::text::{Text, Units};
use crate::{State, type_name};

/// An iterator over the records in lines of CSV.
#[pyclass(name = "reader", module = "_csv", immutable, basetype)]
#[derive(Traverse)]
pub(crate) struct Reader {
    lines: Py<PyIterator>,
    #[member]
    dialect: Py<Dialect>,
    #[traverse(skip)]
    grammar: Grammar,
    /// How many lines were read.
    #[member]
    line_num: AtomicU64,
    /// How many records were read.
    records: AtomicU64,
    /// The last records that were given.
    rows: Recycled<PyList>,
    /// A call takes it out.
    kept: PyRefCell<Kept>,
}

/// What calls leave for the next one.
#[derive(Default, Traverse)]
struct Kept {
    /// For fields that are not in one piece.
    #[traverse(skip)]
    memory: Memory,
    /// For short fields, where records stay with the caller.
    recent: Option<Box<Recent>>,
    /// For fields, where records do not stay.
    strings: Option<Box<RecycledStrings>>,
}

#[pymethods]
impl Reader {
    fn __iter__<'a, 'py>(slf: &'a Bound<'py, Self>) -> &'a Bound<'py, Self> {
        slf
    }

    fn __next__<'py>(
        slf: &Bound<'py, Self>,
        py: Python<'py>,
    ) -> PyResult<Option<Bound<'py, PyList>>> {
        // Where there is no GIL, threads take turns, so that each gets whole records.
        slf.with_critical_section(|| {
            let state = slf.state()?;
            let mut kept = mem::take(&mut *slf.kept.borrow_mut(py)?);
            let mut parser = Parser::new(&slf.grammar, kept.memory.take());
            let record = slf.next_record(py, state, &mut parser, &mut kept);
            kept.memory = parser.into_memory();
            *slf.kept.borrow_mut(py)? = kept;
            record
        })
    }
}

impl Reader {
    pub(crate) fn new(lines: Bound<'_, PyIterator>, dialect: Bound<'_, Dialect>) -> Self {
        Reader {
            lines: lines.unbind(),
            grammar: Grammar::new(dialect.syntax()),
            dialect: dialect.unbind(),
            line_num: AtomicU64::new(0),
            records: AtomicU64::new(0),
            rows: Recycled::new(),
            kept: PyRefCell::default(),
        }
    }

    /// Reads lines until a record is complete; `None` when there are no more.
    ///
    /// What is read so far belongs to this call. The iterator over the lines may come back to the
    /// reader: such a call reads a record of its own, after which this one cannot go on.
    fn next_record<'py>(
        &self,
        py: Python<'py>,
        state: &State,
        parser: &mut Parser<'_>,
        kept: &mut Kept,
    ) -> PyResult<Option<Bound<'py, PyList>>> {
        let list = self.rows.take(py)?;
        let mut fields = Fields::new();
        let records = self.records.load(Ordering::Relaxed);
        let mut strings = kept.strings(list.is_some(), records);
        let is_overtaken = || self.records.load(Ordering::Relaxed) != records;
        let lines = self.lines.bind(py);
        let mut len = 0;
        loop {
            let Some(line) = lines.next_item() else {
                if !parser.is_within_field() {
                    return self.rows.let_go(py).map(|()| None);
                }
                if is_overtaken() {
                    return Err(overtaken(py, state));
                }
                if self.grammar.syntax.strict {
                    return Err(state.error(py, "unexpected end of data"));
                }
                let empty = state.empty.bind(py);
                let finished =
                    parser.finish(&mut Row::new(empty, empty, &mut fields, &mut Strings::New));
                finished.map_err(|fault| self.raise(py, state, fault))?;
                break;
            };
            let line = line?.cast_into::<PyString>();
            let line = line.map_err(|object| not_a_string(&object, state))?;
            if is_overtaken() {
                return Err(overtaken(py, state));
            }
            increment(&self.line_num);
            len += line.len();
            let limit = state.field_limit.load(Ordering::Relaxed);
            let fed = Row::new(&line, state.empty.bind(py), &mut fields, &mut strings)
                .feed(parser, limit);
            fed.map_err(|fault| self.raise(py, state, fault))?;
            if parser.is_complete() {
                break;
            }
        }
        increment(&self.records);
        if let Strings::Recycled(strings) = strings {
            strings.set_len(2 * fields.len());
        }
        let record = match list {
            Some(list) => {
                for field in fields.drain(..) {
                    list.push(field)?;
                }
                list
            }
            None => PyList::new(py, fields.drain(..))?,
        };
        if len <= RECYCLED {
            self.rows.keep(&record)?;
        }
        Ok(Some(record))
    }

    #[cold]
    fn raise(&self, py: Python<'_>, state: &State, fault: Fault<PyErr>) -> PyErr {
        match fault {
            Fault::TooLong => {
                let limit = state.field_limit.load(Ordering::Relaxed);
                let text = format_args!("field larger than field limit ({limit})");
                state.error(py, text)
            }
            Fault::Newline => state.error(py, NEWLINE),
            Fault::BehindQuotes => self.behind_quotes(py, state).unwrap_or_else(|error| error),
            Fault::OutOfMemory => PyErr::no_memory(py),
            Fault::Record(error) => error,
        }
    }

    /// The text of this error names two characters, which may be lone surrogates.
    fn behind_quotes(&self, py: Python<'_>, state: &State) -> PyResult<PyErr> {
        let syntax = &self.grammar.syntax;
        let mut text = Vec::from([u32::from(b'\''), syntax.delimiter]);
        text.extend("' expected after '".chars().map(u32::from));
        text.extend(syntax.quote);
        text.push(b'\''.into());
        let text = PyString::from_ucs4(py, &text)?;
        Ok(PyErr::set_object(state.error.bind(py), &text))
    }
}

#[cfg(not(Py_3_13))]
const NEWLINE: &str = "new-line character seen in unquoted field - do you need to open the file in \
                       universal-newline mode?";
#[cfg(Py_3_13)]
const NEWLINE: &str = "new-line character seen in unquoted field - do you need to open the file \
                       with newline=''?";

#[cold]
fn overtaken(py: Python<'_>, state: &State) -> PyErr {
    state.error(py, "iterator has already advanced the reader")
}

#[cold]
fn not_a_string(line: &Bound<'_, PyAny>, state: &State) -> PyErr {
    let class = type_name(line);
    let text = format_args!(
        "iterator should return strings, not {class} (the file should be opened in text mode)"
    );
    state.error(line.py(), text)
}

/// Counts one more. Only the thread that has the reader does so.
fn increment(counter: &AtomicU64) {
    counter.store(counter.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
}

/// Lists of records of so many characters are used again: longer ones take more time for themselves, and should not
/// stay in memory.
const RECYCLED: usize = 4096;

impl Kept {
    /// Where to take the strings from after so many records, the last but one of which stayed with the caller or not.
    #[inline]
    fn strings(&mut self, is_recycled: bool, records: u64) -> Strings<'_> {
        if records < FEW {
            return Strings::New;
        }
        if is_recycled {
            return Strings::Recycled(self.strings.get_or_insert_default());
        }
        if self.recent.is_none() {
            self.recent = Recent::new();
        }
        self.recent
            .as_deref_mut()
            .map_or(Strings::New, Strings::Recent)
    }
}

/// So many records are read before strings are remembered.
const FEW: u64 = 16;

/// Where the strings of fields come from.
enum Strings<'a> {
    New,
    Recent(&'a mut Recent),
    Recycled(&'a mut RecycledStrings),
}

/// The fields of a record; those of most are on the stack.
type Fields<'py> = SmallVec<[Bound<'py, PyAny>; 32]>;

/// Makes objects of the fields in a line.
struct Row<'a, 'b, 'py> {
    line: &'a Bound<'py, PyString>,
    ascii: Option<AsciiText<'a>>,
    empty: &'a Bound<'py, PyString>,
    fields: &'a mut Fields<'py>,
    strings: &'a mut Strings<'b>,
}

impl<'a, 'b, 'py> Row<'a, 'b, 'py> {
    fn new(
        line: &'a Bound<'py, PyString>,
        empty: &'a Bound<'py, PyString>,
        fields: &'a mut Fields<'py>,
        strings: &'a mut Strings<'b>,
    ) -> Self {
        Row {
            line,
            ascii: line.as_ascii(),
            empty,
            fields,
            strings,
        }
    }

    fn feed(&mut self, parser: &mut Parser<'_>, limit: isize) -> Result<(), Fault<PyErr>> {
        match self.line.data() {
            StrData::Ascii(units) | StrData::Latin1(units) => parser.feed(units, limit, self),
            StrData::Ucs2(units) => parser.feed(units, limit, self),
            StrData::Ucs4(units) => parser.feed(units, limit, self),
        }
    }

    #[inline(always)]
    fn text(&mut self, content: Content<'_>) -> PyResult<Bound<'py, PyString>> {
        match content {
            Content::Run(run) if run.is_empty() => Ok(self.empty.clone()),
            Content::Run(run) => self.run(run),
            Content::Text(text) => text_to_str(self.line.py(), text),
        }
    }

    #[inline(always)]
    fn run(&mut self, run: Range<usize>) -> PyResult<Bound<'py, PyString>> {
        let py = self.line.py();
        let Some(ascii) = self.ascii else {
            return self.line.slice(run);
        };
        let text = ascii.slice(run.clone());
        match self.strings {
            Strings::Recycled(strings) => strings.get(py, text),
            Strings::Recent(recent) if let Some(key) = Key::new(&ascii, &run) => {
                recent.get_or_make(py, key, || PyString::from_ascii_text(py, text))
            }
            _ => PyString::from_ascii_text(py, text),
        }
    }

    #[cold]
    fn grow(&mut self) -> PyResult<()> {
        let grown = self.fields.try_reserve(1);
        grown.map_err(|_| PyErr::no_memory(self.line.py()))
    }

    #[inline(never)]
    fn number(&mut self, content: Content<'_>) -> PyResult<Bound<'py, PyFloat>> {
        let decimal = match (&content, self.ascii) {
            (Content::Run(run), Some(ascii)) => decimal(&ascii[run.clone()]),
            _ => None,
        };
        match decimal {
            Some(value) => PyFloat::new(self.line.py(), value),
            None => PyFloat::parse(&self.text(content)?),
        }
    }
}

impl Record for Row<'_, '_, '_> {
    type Error = PyErr;

    #[inline(always)]
    fn push(&mut self, content: Content<'_>, meaning: Meaning) -> PyResult<()> {
        let field = match meaning {
            Meaning::Text => self.text(content)?.into_any(),
            Meaning::Number => self.number(content)?.into_any(),
            #[cfg(Py_3_13)]
            Meaning::Missing => self.line.py().none(),
        };
        if self.fields.len() == self.fields.capacity() {
            self.grow()?;
        }
        self.fields.push(field);
        Ok(())
    }
}

/// The number that a plain decimal literal stands for; `float()` knows what else is one.
fn decimal(literal: &[u8]) -> Option<f64> {
    let is_plain = |byte: &u8| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E');
    let plain = literal.iter().all(is_plain);
    fast_float2::parse(literal).ok().filter(|_| plain)
}

/// The `str` of a text.
#[inline(never)]
pub(crate) fn text_to_str<'py>(py: Python<'py>, text: &Text) -> PyResult<Bound<'py, PyString>> {
    match text.units() {
        Units::Bytes(units) => PyString::from_latin1(py, units),
        Units::Ucs2(units) => PyString::from_ucs2(py, units),
        Units::Ucs4(units) => PyString::from_ucs4(py, units),
    }
}
