//! The characters that a writer must quote or escape.

use crate::syntax::{OutOfMemory, Syntax};
use crate::text::Text;
use crate::unit::{Needles, Unit};

/// The special characters of a dialect.
#[derive(Debug)]
pub(crate) struct Specials {
    all: Vec<u32>,
    /// All of them, unless there are too many; and what is found may be another character.
    needles: Option<Needles<SOME>>,
}

/// Delimiter, quote, escape character and newlines.
const SOME: usize = 5;

impl Specials {
    pub(crate) fn new(syntax: &Syntax, terminator: &Text) -> Result<Self, OutOfMemory> {
        let mut all = Vec::new();
        all.try_reserve_exact(SOME + terminator.len())?;
        all.push(syntax.delimiter);
        all.extend(syntax.quote);
        all.extend(syntax.escape);
        if syntax.rules.newlines_are_special {
            all.extend([u32::from(b'\n'), u32::from(b'\r')]);
        }
        all.extend(terminator.codes());
        all.sort_unstable();
        all.dedup();
        // A newline more does no harm.
        let code = |index| all.get(index).copied().unwrap_or(b'\n'.into());
        let needles = (all.len() <= SOME).then(|| Needles::new(std::array::from_fn(code)));
        Ok(Specials { all, needles })
    }

    /// The special characters.
    pub(crate) fn iter(&self) -> impl Iterator<Item = u32> {
        self.all.iter().copied()
    }

    fn contains(&self, code: u32) -> bool {
        self.all.contains(&code)
    }

    /// Index of the first special character from the index `from` on; the length if there is none.
    #[inline]
    pub(crate) fn find<U: Unit>(&self, field: &[U], mut from: usize) -> usize {
        let Some(needles) = &self.needles else {
            let mut rest = field[from..].iter();
            let found = rest.position(|&unit| self.contains(unit.into()));
            return found.map_or(field.len(), |index| from + index);
        };
        loop {
            from = U::find(field, from, needles);
            match field.get(from) {
                Some(&unit) if !self.contains(unit.into()) => from += 1,
                _ => return from,
            }
        }
    }

    /// The indices of all special characters, of which the first is `first`.
    pub(crate) fn indices<U: Unit>(
        &self,
        field: &[U],
        first: usize,
    ) -> impl Iterator<Item = usize> {
        let next = move |&at: &usize| {
            let next = self.find(field, at + 1);
            (next < field.len()).then_some(next)
        };
        std::iter::successors(Some(first), next)
    }
}
