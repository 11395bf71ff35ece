//! The JSON parser (RFC 8259, with the extensions that Python documents: `NaN`, `Infinity`,
//! `-Infinity`).
//!
//! It is generic over the width of the text and over a [`Builder`] that makes the values. Open
//! containers are kept in vectors, not on the call stack: no document can overflow it.

use smallvec::SmallVec;

use super::OutOfMemory;
use super::number::{self, Number};
use super::string::{self, Scratch, StringError, StringRules, Text};
use super::unit::Unit;

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
        items: impl ExactSizeIterator<Item = Self::Value>,
    ) -> Result<Self::Array, Self::Error>;
    /// Adds members to an object, which is new when `None` is passed.
    fn extend_object(
        &mut self,
        object: Option<Self::Object>,
        keys: impl ExactSizeIterator<Item = Self::Key>,
        values: impl ExactSizeIterator<Item = Self::Value>,
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
        open: SmallVec::new(),
        keys: SmallVec::new(),
        values: SmallVec::new(),
        partial: Vec::new(),
        scratch: Scratch::default(),
    }
    .run(start)
}

/// The state of a parse. The index in the text is passed from step to step: it stays in a register.
struct Parser<'t, C: Unit, B: Builder<C>> {
    text: &'t [C],
    rules: Rules,
    builder: &'t mut B,
    open: Stack<Open>,
    /// Names of the members of all open objects that their object doesn't have yet.
    keys: Stack<B::Key>,
    /// Values of all open containers that their container doesn't have yet.
    values: Stack<B::Value>,
    /// The open containers that have entries already, by their index in `open`.
    partial: Vec<Begun<C, B>>,
    scratch: Scratch<C>,
}

/// A container that has entries already, behind its index in `open`.
type Begun<C, B> = (
    usize,
    Partial<<B as Builder<C>>::Array, <B as Builder<C>>::Object>,
);

/// Small documents need no memory of their own.
type Stack<T> = SmallVec<[T; 16]>;

/// An open container, and its first entries in `keys` and `values`.
#[derive(Clone, Copy)]
struct Open {
    kind: Container,
    keys: usize,
    values: usize,
}

/// A container with some of its entries.
enum Partial<A, O> {
    Array(A),
    Object(O),
}

type PartialOf<B, C> = Partial<<B as Builder<C>>::Array, <B as Builder<C>>::Object>;

impl<A, O> Partial<A, O> {
    fn into_object(self) -> Option<O> {
        match self {
            Partial::Array(_) => None,
            Partial::Object(object) => Some(object),
        }
    }
}

/// Pending entries of one container are moved into it at this number, so that they take little
/// memory beside it.
const MAX_PENDING: usize = 1024;

/// The result of a step of a parser.
type Step<T, B, C> = Result<T, Error<<B as Builder<C>>::Error>>;

/// What a step left behind it.
enum Done<V> {
    /// A value, complete.
    Value(V),
    /// The brackets of a container whose next value comes now.
    Opening,
}

impl<'t, C: Unit, B: Builder<C>> Parser<'t, C, B> {
    fn run(mut self, start: usize) -> Step<(B::Value, usize), B, C> {
        let mut at = start;
        loop {
            let done;
            (done, at) = self.begin_value(at)?;
            let Done::Value(mut value) = done else {
                continue;
            };
            loop {
                if self.open.is_empty() {
                    return Ok((value, at));
                }
                let done;
                (done, at) = self.end_value(value, at)?;
                match done {
                    Done::Value(container) => value = container,
                    Done::Opening => break,
                }
            }
        }
    }

    /// Reads a scalar or an empty container, or opens a container.
    #[inline(always)]
    fn begin_value(&mut self, at: usize) -> Step<(Done<B::Value>, usize), B, C> {
        let (value, end) = match ascii(self.text, at) {
            b'"' => match string::verbatim_end(self.text, at + 1) {
                Some(end) => (self.builder.string(self.verbatim(at + 1, end))?, end + 1),
                None => self.escaped_string(at)?,
            },
            b'{' => return self.begin_object(at),
            b'[' => return self.begin_array(at),
            b'n' if self.is_next("null", at) => (self.builder.null()?, at + 4),
            b't' if self.is_next("true", at) => (self.builder.boolean(true)?, at + 4),
            b'f' if self.is_next("false", at) => (self.builder.boolean(false)?, at + 5),
            b'N' if self.is_next("NaN", at) => (self.builder.constant(Constant::Nan)?, at + 3),
            b'I' if self.is_next("Infinity", at) => {
                (self.builder.constant(Constant::Infinity)?, at + 8)
            }
            b'-' if self.is_next("-Infinity", at) => {
                (self.builder.constant(Constant::NegativeInfinity)?, at + 9)
            }
            _ => {
                let (number, end) = number::scan(self.text, at).ok_or(Error::NoValue(at))?;
                (self.builder.number(number, &self.text[at..end])?, end)
            }
        };
        Ok((Done::Value(value), end))
    }

    #[inline(always)]
    fn verbatim(&self, begin: usize, end: usize) -> Text<'t, C> {
        Text::Verbatim(begin, &self.text[begin..end])
    }

    #[inline(never)]
    fn escaped_string(&mut self, at: usize) -> Step<(B::Value, usize), B, C> {
        let (literal, end) = scan_string(self.text, at, self.rules, &mut self.scratch)?;
        Ok((self.builder.string(literal)?, end))
    }

    #[inline(never)]
    fn escaped_key(&mut self, at: usize) -> Step<(B::Key, usize), B, C> {
        let (literal, end) = scan_string(self.text, at, self.rules, &mut self.scratch)?;
        Ok((self.builder.key(literal)?, end))
    }

    fn begin_object(&mut self, at: usize) -> Step<(Done<B::Value>, usize), B, C> {
        let at = self.open_container(Container::Object, at)?;
        if ascii(self.text, at) == b'}' {
            return self.close_container(at);
        }
        Ok((Done::Opening, self.read_key(at)?))
    }

    fn begin_array(&mut self, at: usize) -> Step<(Done<B::Value>, usize), B, C> {
        let at = self.open_container(Container::Array, at)?;
        if ascii(self.text, at) == b']' {
            return self.close_container(at);
        }
        Ok((Done::Opening, at))
    }

    /// Takes the bracket at `at` and the whitespace after it.
    #[inline(always)]
    fn open_container(&mut self, kind: Container, at: usize) -> Step<usize, B, C> {
        if self.open.len() >= self.rules.max_depth {
            return Err(Error::TooDeep(kind));
        }
        self.builder.begin(kind)?;
        let (keys, values) = (self.keys.len(), self.values.len());
        push::<_, B::Error>(&mut self.open, Open { kind, keys, values })?;
        Ok(skip_whitespace(self.text, at + 1))
    }

    /// Adds `value`, which ended at `at`, to the innermost container: that if it is complete now,
    /// else its next value comes.
    #[inline(always)]
    fn end_value(&mut self, value: B::Value, at: usize) -> Step<(Done<B::Value>, usize), B, C> {
        push::<_, B::Error>(&mut self.values, value)?;
        let Some(innermost) = self.open.last() else {
            unreachable!("checked by the caller")
        };
        let is_object = innermost.kind == Container::Object;
        let pending = self.values.len() - innermost.values;
        let close = if is_object { b'}' } else { b']' };
        let comma = skip_whitespace(self.text, at);
        match ascii(self.text, comma) {
            b',' => {}
            unit if unit == close => return self.close_container(comma),
            _ => return Err(Error::Syntax("Expecting ',' delimiter", comma)),
        }
        if pending >= MAX_PENDING {
            self.flush()?;
        }
        let at = skip_whitespace(self.text, comma + 1);
        if self.rules.name_trailing_commas && ascii(self.text, at) == close {
            return Err(trailing_comma(is_object, comma));
        }
        Ok((
            Done::Opening,
            if is_object { self.read_key(at)? } else { at },
        ))
    }

    /// Reads a member's name, the colon and the whitespace after it.
    #[inline]
    fn read_key(&mut self, at: usize) -> Step<usize, B, C> {
        if ascii(self.text, at) != b'"' {
            return Err(Error::Syntax(
                "Expecting property name enclosed in double quotes",
                at,
            ));
        }
        let (key, end) = match string::verbatim_end(self.text, at + 1) {
            Some(end) => (self.builder.key(self.verbatim(at + 1, end))?, end + 1),
            None => self.escaped_key(at)?,
        };
        push::<_, B::Error>(&mut self.keys, key)?;
        let colon = skip_whitespace(self.text, end);
        if ascii(self.text, colon) != b':' {
            return Err(Error::Syntax("Expecting ':' delimiter", colon));
        }
        Ok(skip_whitespace(self.text, colon + 1))
    }

    /// Moves the pending entries of the innermost container into it.
    #[cold]
    fn flush(&mut self) -> Step<(), B, C> {
        if let Some(&innermost) = self.open.last() {
            let container = self.take_container(innermost, self.open.len() - 1)?;
            self.partial
                .try_reserve(1)
                .map_err(|_| B::Error::from(OutOfMemory))?;
            self.partial.push((self.open.len() - 1, container));
        }
        Ok(())
    }

    /// Takes the closing bracket at `at`; the container.
    #[inline]
    fn close_container(&mut self, at: usize) -> Step<(Done<B::Value>, usize), B, C> {
        let Some(innermost) = self.open.pop() else {
            unreachable!("a container is open")
        };
        let value = match self.take_container(innermost, self.open.len())? {
            Partial::Array(array) => self.builder.end_array(array)?,
            Partial::Object(object) => self.builder.end_object(object)?,
        };
        Ok((Done::Value(value), at + 1))
    }

    /// The container `open`, whose index is `depth`, with its pending entries.
    #[inline(always)]
    fn take_container(&mut self, open: Open, depth: usize) -> Step<PartialOf<B, C>, B, C> {
        let partial = self
            .partial
            .pop_if(|(index, _)| *index == depth)
            .map(|(_, partial)| partial);
        let values = self.values.drain(open.values..);
        Ok(match (open.kind, partial) {
            (Container::Array, None) => Partial::Array(self.builder.extend_array(None, values)?),
            (_, Some(Partial::Array(array))) => {
                Partial::Array(self.builder.extend_array(Some(array), values)?)
            }
            (_, partial) => {
                let keys = self.keys.drain(open.keys..);
                let object = partial.and_then(Partial::into_object);
                Partial::Object(self.builder.extend_object(object, keys, values)?)
            }
        })
    }

    /// Whether `word` is at `at`.
    fn is_next(&self, word: &str, at: usize) -> bool {
        self.text.get(at..at + word.len()).is_some_and(|units| {
            units
                .iter()
                .zip(word.bytes())
                .all(|(unit, byte)| unit.code() == u32::from(byte))
        })
    }
}

/// Reads the string literal whose opening quote is at `at`: its value and the index after it.
#[inline(always)]
fn scan_string<'s, C: Unit, E: From<OutOfMemory>>(
    text: &'s [C],
    at: usize,
    rules: Rules,
    scratch: &'s mut Scratch<C>,
) -> Result<(Text<'s, C>, usize), Error<E>> {
    string::scan(text, at + 1, rules.strings, scratch).map_err(|error| match error.describe() {
        Some((message, at)) => Error::Syntax(message, at),
        None => Error::Build(OutOfMemory.into()),
    })
}

#[cold]
fn trailing_comma<E>(in_object: bool, comma: usize) -> Error<E> {
    let message = if in_object {
        "Illegal trailing comma before end of object"
    } else {
        "Illegal trailing comma before end of array"
    };
    Error::Syntax(message, comma)
}

#[inline(always)]
fn skip_whitespace<C: Unit>(text: &[C], mut at: usize) -> usize {
    while let b' ' | b'\t' | b'\n' | b'\r' = ascii(text, at) {
        at += 1;
    }
    at
}

/// The unit at `at` if it is ASCII, else something that JSON's grammar has no use for.
#[inline(always)]
fn ascii<C: Unit>(text: &[C], at: usize) -> u8 {
    text.get(at).map_or(0, |unit| unit.ascii())
}

#[inline(always)]
fn push<T, E: From<OutOfMemory>>(stack: &mut Stack<T>, item: T) -> Result<(), E> {
    if stack.len() == stack.capacity() {
        stack
            .try_grow(stack.len().saturating_mul(2))
            .map_err(|_| OutOfMemory)?;
    }
    stack.push(item);
    Ok(())
}
