//! A syntax, prepared for reading.

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
        let bare = [
            newline,
            b'\r'.into(),
            syntax.delimiter,
            syntax.escape.unwrap_or(newline),
        ];
        let quote = syntax.quote.unwrap_or(newline);
        let quoted = [quote, syntax.escape.unwrap_or(quote)];
        Grammar {
            bare_stops: Needles::new(bare),
            quoted_stops: Needles::new(quoted),
            starts: starts(&syntax),
            syntax,
        }
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
}

/// The characters that mean something at the beginning of a field. One that is there twice means what
/// comes first.
fn meanings(syntax: &Syntax) -> [(Option<u32>, Start); 6] {
    let quote = syntax.quote.filter(|_| syntax.quoting != Quoting::None);
    let space = syntax.skip_space.then_some(u32::from(b' '));
    [
        (Some(b'\n'.into()), Start::Newline),
        (Some(b'\r'.into()), Start::Newline),
        (quote, Start::Quote),
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
