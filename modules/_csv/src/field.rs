//! Fields as the parser finds them.

use std::ops::Range;

use crate::syntax::OutOfMemory;
use crate::text::Text;

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
