//! A syntax, prepared for reading.

use crate::field::Meaning;
use crate::syntax::{Quoting, Syntax};
use crate::unit::Needles;

/// A syntax with what makes parsing fast.
#[derive(Debug)]
pub(crate) struct Grammar {
    pub(crate) syntax: Syntax,
    /// What can end a run without quotes.
    pub(crate) bare_stops: Needles<4>,
    /// What can end a run within quotes.
    pub(crate) quoted_stops: Needles<2>,
    /// All of these, and what can begin quotes.
    pub(crate) stops: Needles<5>,
    /// Whether the delimiter means nothing else, wherever it is.
    pub(crate) plain_delimiter: bool,
    /// What text without quotes stands for.
    pub(crate) bare: Meaning,
    /// What no text and no quotes stand for.
    pub(crate) nothing: Meaning,
    /// What the first characters are at the beginning of a field.
    starts: [Start; 256],
}

/// What a character is at the beginning of a field.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Start {
    Ordinary,
    Newline,
    Quote,
    Escape,
    Skipped,
    Delimiter,
}

impl Grammar {
    pub(crate) fn new(syntax: Syntax) -> Self {
        let newline = u32::from(b'\n');
        let quote = quote(&syntax).unwrap_or(newline);
        let escape = syntax.escape.unwrap_or(newline);
        let (cr, delimiter) = (b'\r'.into(), syntax.delimiter);
        let mut grammar = Grammar {
            bare_stops: Needles::new([newline, cr, delimiter, escape]),
            quoted_stops: Needles::new([quote, syntax.escape.unwrap_or(quote)]),
            stops: Needles::new([newline, cr, delimiter, escape, quote]),
            plain_delimiter: false,
            bare: bare(&syntax),
            nothing: nothing(&syntax),
            starts: starts(&syntax),
            syntax,
        };
        let delimiter = grammar.start(grammar.syntax.delimiter);
        grammar.plain_delimiter = matches!(delimiter, Start::Delimiter);
        grammar
    }

    /// What the character is at the beginning of a field.
    #[inline]
    pub(crate) fn start(&self, code: u32) -> Start {
        match self.starts.get(code as usize) {
            Some(start) => *start,
            None => meanings(&self.syntax)
                .into_iter()
                .find(|(meant, _)| *meant == Some(code))
                .map_or(Start::Ordinary, |(_, start)| start),
        }
    }

    /// Whether the character is left out at the beginning of a field, unless it has a meaning there.
    #[inline]
    pub(crate) fn is_skipped(&self, code: u32) -> bool {
        self.syntax.skip_space && code == u32::from(b' ')
    }
}

/// The characters that mean something at the beginning of a field. One that is there twice means what
/// comes first.
fn meanings(syntax: &Syntax) -> [(Option<u32>, Start); 6] {
    let space = syntax.skip_space.then_some(u32::from(b' '));
    [
        (Some(b'\n'.into()), Start::Newline),
        (Some(b'\r'.into()), Start::Newline),
        (quote(syntax), Start::Quote),
        (syntax.escape, Start::Escape),
        (space, Start::Skipped),
        (Some(syntax.delimiter), Start::Delimiter),
    ]
}

fn starts(syntax: &Syntax) -> [Start; 256] {
    let mut starts = [Start::Ordinary; 256];
    for (code, start) in meanings(syntax).into_iter().rev() {
        let place = code.and_then(|code| starts.get_mut(code as usize));
        if let Some(place) = place {
            *place = start;
        }
    }
    starts
}

fn bare(syntax: &Syntax) -> Meaning {
    match syntax.quoting {
        Quoting::NonNumeric => Meaning::Number,
        #[cfg(Py_3_13)]
        Quoting::Strings => Meaning::Number,
        _ => Meaning::Text,
    }
}

fn nothing(syntax: &Syntax) -> Meaning {
    match syntax.quoting {
        #[cfg(Py_3_13)]
        Quoting::Strings | Quoting::NotNull => Meaning::Missing,
        _ => Meaning::Text,
    }
}

/// What begins and ends quotes.
fn quote(syntax: &Syntax) -> Option<u32> {
    syntax.quote.filter(|_| syntax.quoting != Quoting::None)
}
