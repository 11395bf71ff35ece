//! The JSON parser (RFC 8259, with the extensions that Python documents: `NaN`, `Infinity`,
//! `-Infinity`).
//!
//! It is generic over the width of the text and over a [`Builder`] that makes the values. Open
//! containers are kept in vectors, not on the call stack: no document can overflow it.

use std::vec::Drain;

use super::number::{self, Number};
use super::string::{self, Scratch, StringError, StringRules, Text};
use super::unit::Unit;
use super::{OutOfMemory, push};

/// Makes the values of a document. All methods may fail; the parse ends with their error.
pub trait Builder<C: Unit> {
    /// A finished value.
    type Value;
    /// A member name.
    type Key;
    /// An array that is being filled.
    type Array;
    /// An object that is being filled.
    type Object;
    /// What methods fail with.
    type Error: From<OutOfMemory>;

    /// `null`.
    fn null(&mut self) -> Result<Self::Value, Self::Error>;
    /// `true` or `false`.
    fn boolean(&mut self, value: bool) -> Result<Self::Value, Self::Error>;
    /// `NaN`, `Infinity` or `-Infinity`.
    fn constant(&mut self, name: Constant) -> Result<Self::Value, Self::Error>;
    /// A number; its text is `literal`.
    fn number(&mut self, number: Number, literal: &[C]) -> Result<Self::Value, Self::Error>;
    /// A string that is no member name.
    fn string(&mut self, text: Text<'_, C>) -> Result<Self::Value, Self::Error>;
    /// A member name.
    fn key(&mut self, text: Text<'_, C>) -> Result<Self::Key, Self::Error>;

    /// An array or object begins; each call is matched by an `end_…` call, errors apart.
    fn begin(&mut self, container: Container) -> Result<(), Self::Error>;
    /// Adds items to an array, which is new when `None` is passed: most are made by one call.
    fn extend_array(
        &mut self,
        array: Option<Self::Array>,
        items: Drain<'_, Self::Value>,
    ) -> Result<Self::Array, Self::Error>;
    /// Adds members to an object, which is new when `None` is passed.
    fn extend_object(
        &mut self,
        object: Option<Self::Object>,
        keys: Drain<'_, Self::Key>,
        values: Drain<'_, Self::Value>,
    ) -> Result<Self::Object, Self::Error>;
    /// The array is complete.
    fn end_array(&mut self, array: Self::Array) -> Result<Self::Value, Self::Error>;
    /// The object is complete.
    fn end_object(&mut self, object: Self::Object) -> Result<Self::Value, Self::Error>;
}

/// The kinds of container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Container {
    /// `[…]`
    Array,
    /// `{…}`
    Object,
}

/// The number names that JSON itself doesn't have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Constant {
    /// `NaN`
    Nan,
    /// `Infinity`
    Infinity,
    /// `-Infinity`
    NegativeInfinity,
}

/// What the parser accepts and how it words errors.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// How string literals are read.
    pub strings: StringRules,
    /// A comma before a closing bracket is reported as such, at the comma.
    pub name_trailing_commas: bool,
    /// More open containers than this are [`Error::TooDeep`].
    pub max_depth: usize,
}

/// Why there is no value.
#[derive(Debug, PartialEq, Eq)]
pub enum Error<E> {
    /// The text breaks the grammar, at this index.
    Syntax(&'static str, usize),
    /// No value begins at this index.
    NoValue(usize),
    /// Containers are nested beyond [`Rules::max_depth`].
    TooDeep(Container),
    /// The builder failed.
    Build(E),
}

impl<E> From<E> for Error<E> {
    fn from(error: E) -> Self {
        Error::Build(error)
    }
}

impl StringError {
    /// Python's words for the error, and its place; `None` if memory ran out.
    pub fn describe(self) -> Option<(&'static str, usize)> {
        match self {
            StringError::ControlCharacter(at) => Some(("Invalid control character at", at)),
            StringError::Unterminated(at) => Some(("Unterminated string starting at", at)),
            StringError::BadEscape(at) => Some(("Invalid \\escape", at)),
            StringError::BadUnicodeEscape(at) => Some(("Invalid \\uXXXX escape", at)),
            StringError::OutOfMemory => None,
        }
    }
}

/// Parses one value that begins at `start`, without whitespace before it: the value and the index
/// after it. O(length of the value), plus what the builder does.
pub fn parse_value<C: Unit, B: Builder<C>>(
    text: &[C],
    start: usize,
    rules: Rules,
    builder: &mut B,
) -> Result<(B::Value, usize), Error<B::Error>> {
    Parser {
        text,
        rules,
        builder,
        at: start,
        open: Vec::new(),
        keys: Vec::new(),
        values: Vec::new(),
        scratch: Scratch::default(),
    }
    .run()
}

struct Parser<'t, C: Unit, B: Builder<C>> {
    text: &'t [C],
    rules: Rules,
    builder: &'t mut B,
    at: usize,
    open: Vec<Open<B::Array, B::Object>>,
    /// Names of the members of all open objects that their object doesn't have yet.
    keys: Vec<B::Key>,
    /// Values of all open containers that their container doesn't have yet.
    values: Vec<B::Value>,
    scratch: Scratch<C>,
}

/// An open container: its first entries in `keys` and `values`, and what was moved from there.
struct Open<A, O> {
    container: Partial<A, O>,
    keys: usize,
    values: usize,
}

enum Partial<A, O> {
    Array(Option<A>),
    Object(Option<O>),
}

/// Pending entries of one container are moved into it at this number, so that they take little
/// memory beside it.
const MAX_PENDING: usize = 1024;

/// What follows the text's last unit: no code point.
const END: u32 = u32::MAX;

type Outcome<T, B, C> = Result<T, Error<<B as Builder<C>>::Error>>;

impl<C: Unit, B: Builder<C>> Parser<'_, C, B> {
    fn run(mut self) -> Outcome<(B::Value, usize), B, C> {
        loop {
            let Some(mut value) = self.begin_value()? else {
                continue;
            };
            loop {
                if self.open.is_empty() {
                    return Ok((value, self.at));
                }
                match self.add_to_container(value)? {
                    Some(container) => value = container,
                    None => break,
                }
            }
        }
    }

    /// Reads a scalar or an empty container. `None`: a container was opened, its first value
    /// is next.
    #[inline]
    fn begin_value(&mut self) -> Outcome<Option<B::Value>, B, C> {
        let value = match self.ascii() {
            b'"' => {
                let literal = scan_string(self.text, &mut self.at, self.rules, &mut self.scratch)?;
                self.builder.string(literal)?
            }
            b'{' => return self.begin_object(),
            b'[' => return self.begin_array(),
            b'n' if self.take("null") => self.builder.null()?,
            b't' if self.take("true") => self.builder.boolean(true)?,
            b'f' if self.take("false") => self.builder.boolean(false)?,
            b'N' if self.take("NaN") => self.builder.constant(Constant::Nan)?,
            b'I' if self.take("Infinity") => self.builder.constant(Constant::Infinity)?,
            b'-' if self.take("-Infinity") => self.builder.constant(Constant::NegativeInfinity)?,
            _ => self.number()?,
        };
        Ok(Some(value))
    }

    fn begin_object(&mut self) -> Outcome<Option<B::Value>, B, C> {
        self.open_container(Container::Object)?;
        if self.ascii() == b'}' {
            return self.close_container().map(Some);
        }
        self.read_key()?;
        Ok(None)
    }

    fn begin_array(&mut self) -> Outcome<Option<B::Value>, B, C> {
        self.open_container(Container::Array)?;
        if self.ascii() == b']' {
            return self.close_container().map(Some);
        }
        Ok(None)
    }

    /// Takes the bracket and the whitespace after it.
    fn open_container(&mut self, container: Container) -> Outcome<(), B, C> {
        if self.open.len() >= self.rules.max_depth {
            return Err(Error::TooDeep(container));
        }
        self.builder.begin(container)?;
        let (keys, values) = (self.keys.len(), self.values.len());
        let container = match container {
            Container::Array => Partial::Array(None),
            Container::Object => Partial::Object(None),
        };
        push(
            &mut self.open,
            Open {
                container,
                keys,
                values,
            },
        )
        .map_err(B::Error::from)?;
        self.at += 1;
        self.skip_whitespace();
        Ok(())
    }

    /// Adds `value` to the innermost container. The container itself if that is complete now;
    /// `None` if a further value is next.
    #[inline]
    fn add_to_container(&mut self, value: B::Value) -> Outcome<Option<B::Value>, B, C> {
        push(&mut self.values, value).map_err(B::Error::from)?;
        self.skip_whitespace();
        let Some(innermost) = self.open.last() else {
            unreachable!("checked by the caller")
        };
        let is_object = matches!(innermost.container, Partial::Object(_));
        let pending = self.values.len() - innermost.values;
        let close = if is_object { b'}' } else { b']' };
        match self.ascii() {
            b',' => {}
            unit if unit == close => return self.close_container().map(Some),
            _ => return Err(Error::Syntax("Expecting ',' delimiter", self.at)),
        }
        if pending >= MAX_PENDING {
            self.flush()?;
        }
        let comma = self.at;
        self.at += 1;
        self.skip_whitespace();
        if self.rules.name_trailing_commas && self.ascii() == close {
            return Err(Error::Syntax(
                if is_object {
                    "Illegal trailing comma before end of object"
                } else {
                    "Illegal trailing comma before end of array"
                },
                comma,
            ));
        }
        if is_object {
            self.read_key()?;
        }
        Ok(None)
    }

    /// Reads a member's name, the colon and the whitespace after it.
    #[inline]
    fn read_key(&mut self) -> Outcome<(), B, C> {
        if self.ascii() != b'"' {
            return Err(Error::Syntax(
                "Expecting property name enclosed in double quotes",
                self.at,
            ));
        }
        let literal = scan_string(self.text, &mut self.at, self.rules, &mut self.scratch)?;
        let key = self.builder.key(literal)?;
        push(&mut self.keys, key).map_err(B::Error::from)?;
        self.skip_whitespace();
        if self.ascii() != b':' {
            return Err(Error::Syntax("Expecting ':' delimiter", self.at));
        }
        self.at += 1;
        self.skip_whitespace();
        Ok(())
    }

    /// Moves the pending entries of the innermost container into it.
    #[inline]
    fn flush(&mut self) -> Outcome<(), B, C> {
        let Some(Open {
            container,
            keys,
            values,
        }) = self.open.last_mut()
        else {
            return Ok(());
        };
        let values = self.values.drain(*values..);
        match container {
            Partial::Array(array) => {
                *array = Some(self.builder.extend_array(array.take(), values)?);
            }
            Partial::Object(object) => {
                let keys = self.keys.drain(*keys..);
                *object = Some(self.builder.extend_object(object.take(), keys, values)?);
            }
        }
        Ok(())
    }

    /// Takes the closing bracket; the container.
    #[inline]
    fn close_container(&mut self) -> Outcome<B::Value, B, C> {
        self.at += 1;
        self.flush()?;
        match self.open.pop().map(|open| open.container) {
            Some(Partial::Array(Some(array))) => Ok(self.builder.end_array(array)?),
            Some(Partial::Object(Some(object))) => Ok(self.builder.end_object(object)?),
            _ => unreachable!("flush leaves a container"),
        }
    }

    #[inline]
    fn number(&mut self) -> Outcome<B::Value, B, C> {
        let start = self.at;
        let (number, end) = number::scan(self.text, start).ok_or(Error::NoValue(start))?;
        self.at = end;
        Ok(self.builder.number(number, &self.text[start..end])?)
    }

    /// Takes `word` if it is next.
    fn take(&mut self, word: &str) -> bool {
        let end = self.at + word.len();
        let found = self.text.get(self.at..end).is_some_and(|units| {
            units
                .iter()
                .zip(word.bytes())
                .all(|(unit, byte)| unit.code() == byte.into())
        });
        if found {
            self.at = end;
        }
        found
    }

    #[inline]
    fn skip_whitespace(&mut self) {
        while matches!(self.ascii(), b' ' | b'\t' | b'\n' | b'\r') {
            self.at += 1;
        }
    }

    /// The next unit if it is ASCII, else something that JSON's grammar has no use for.
    #[inline]
    fn ascii(&self) -> u8 {
        let code = self.text.get(self.at).map_or(END, |unit| unit.code());
        if code < 0x80 { code as u8 } else { 0xff }
    }
}

/// Reads the string literal whose opening quote is at `at`, and moves `at` past it.
#[inline]
fn scan_string<'s, C: Unit, E: From<OutOfMemory>>(
    text: &'s [C],
    at: &mut usize,
    rules: Rules,
    scratch: &'s mut Scratch<C>,
) -> Result<Text<'s, C>, Error<E>> {
    match string::scan(text, *at + 1, rules.strings, scratch) {
        Ok((literal, end)) => {
            *at = end;
            Ok(literal)
        }
        Err(error) => Err(match error.describe() {
            Some((message, at)) => Error::Syntax(message, at),
            None => Error::Build(OutOfMemory.into()),
        }),
    }
}
