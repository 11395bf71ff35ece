//! Normalization forms (Unicode Standard Annex 15).
//!
//! A text is cut into segments that normalize independently of each other. A quick look finds those that
//! may have to change; the rest is copied, or compared.

mod mapping;
mod order;
mod output;
mod scan;

pub(crate) use self::mapping::{Kind, Mapping, combining_class};
pub(crate) use self::output::{Failure, Unit};

use self::mapping::{class_and_flag, compose, old_mapping};
use self::output::Output;
use crate::hangul::{self, first_syllable};
use crate::properties::Version;

/// A normalization form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Nfc,
    Nfd,
    Nfkc,
    Nfkd,
}

impl Form {
    /// The form called `name`.
    pub(crate) fn from_name(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"NFC" => Form::Nfc,
            b"NFD" => Form::Nfd,
            b"NFKC" => Form::Nfkc,
            b"NFKD" => Form::Nfkd,
            _ => return None,
        })
    }

    /// Whether compatibility mappings are applied, too.
    #[inline]
    pub(crate) const fn is_compatible(self) -> bool {
        matches!(self, Form::Nfkc | Form::Nfkd)
    }

    /// Whether the text is composed.
    #[inline]
    pub(crate) const fn composes(self) -> bool {
        matches!(self, Form::Nfc | Form::Nfkc)
    }

    /// The first code point that the form changes anywhere.
    #[inline]
    const fn first_affected(self) -> u32 {
        match self {
            Form::Nfc => 0x300,
            Form::Nfd => 0xC0,
            Form::Nfkc | Form::Nfkd => 0xA0,
        }
    }
}

/// A form by the data of a version.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Normalizer {
    pub(crate) version: Version,
    pub(crate) form: Form,
}

impl Normalizer {
    /// Whether `text` is in the form. Linear in the length.
    pub(crate) fn is_normalized<U: Unit>(self, text: &[U]) -> Result<bool, Failure> {
        let mut scratch = Output::<u32>::default();
        let mut done = 0;
        while let Some(segment) = self.next_segment(text, done) {
            done = self.end(text, segment.end);
            let segment = &text[segment.start..done];
            let codes = || segment.iter().map(|unit| unit.code());
            if !self.form.composes() && codes().any(|code| self.decomposes(code)) {
                return Ok(false);
            }
            scratch.clear();
            self.write(segment, &mut scratch)?;
            if !codes().eq(scratch.codes()) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// `text` in the form; none if nothing changes in it that a quick look finds. Linear in the length.
    ///
    /// # Errors
    ///
    /// When memory runs out, or when a code point of the result does not fit `O`.
    pub(crate) fn normalize<U: Unit, O: Unit>(self, text: &[U]) -> Result<Option<Vec<O>>, Failure> {
        let mut next = self.next_segment(text, 0);
        if next.is_none() {
            return Ok(None);
        }
        let mut output = Output::with_room(text.len())?;
        let mut done = 0;
        while let Some(segment) = next {
            output.extend(&text[done..segment.start])?;
            done = self.end_of_many(text, segment.end);
            self.write(&text[segment.start..done], &mut output)?;
            next = self.next_segment(text, done);
        }
        output.extend(&text[done..])?;
        Ok(Some(output.into_units()))
    }

    /// Appends one segment or several in the form.
    fn write<U: Unit, O: Unit>(self, text: &[U], output: &mut Output<O>) -> Result<(), Failure> {
        let start = output.len();
        let mut is_ordered = true;
        let mut rest = text;
        while let Some(unit) = rest.first() {
            let mut len = 1;
            if self.form.composes()
                && let Some((syllable, parts)) = first_syllable(rest.iter().map(|unit| unit.code()))
            {
                // What it consists of would come to the same.
                output.append([syllable])?;
                len = parts;
            } else {
                is_ordered &= self.decompose(unit.code(), output)?;
            }
            rest = &rest[len..];
        }
        let written = output.tail_mut(start);
        if !is_ordered {
            order::order(written)?;
        }
        if self.form.composes() {
            let len = compose_all(written);
            output.truncate(start + len);
        }
        Ok(())
    }

    /// Whether `code` has a decomposition.
    fn decomposes(self, code: u32) -> bool {
        match Kind::of(self.version, code) {
            Kind::Inert | Kind::Mark { .. } => false,
            Kind::Hangul => hangul::decompose(code).is_some(),
            Kind::Mapped(mapping) => mapping.is_changed(self.form.decomposed()),
        }
    }

    /// Appends the full decomposition of `code`. Tells whether that is in its place for certain, whatever
    /// is before it.
    #[inline]
    fn decompose<O: Unit>(self, code: u32, output: &mut Output<O>) -> Result<bool, Failure> {
        let is_ordered = match Kind::of(self.version, code) {
            Kind::Inert => {
                output.append([code])?;
                true
            }
            Kind::Mark { combining, .. } => {
                let is_ordered = combining == 0 || output.last_class() <= combining;
                output.append([code])?;
                is_ordered
            }
            Kind::Hangul => {
                if let Some(jamo) = hangul::decompose(code) {
                    output.append([jamo.leading, jamo.vowel])?;
                    if let Some(trailing) = jamo.trailing {
                        output.append([trailing])?;
                    }
                }
                true
            }
            Kind::Mapped(mapping) if mapping.is_changed(self.form.decomposed()) => {
                if self.version == Version::Old
                    && let Some(old) = old_mapping(code)
                {
                    output.append([old])?;
                } else {
                    for code in mapping.full(self.form) {
                        output.append([code])?;
                    }
                }
                mapping.starts(self.form)
            }
            Kind::Mapped(_) => {
                output.append([code])?;
                true
            }
        };
        Ok(is_ordered)
    }
}

impl Form {
    /// The form without its composition.
    #[inline]
    const fn decomposed(self) -> Form {
        match self {
            Form::Nfc | Form::Nfd => Form::Nfd,
            Form::Nfkc | Form::Nfkd => Form::Nfkd,
        }
    }
}

/// Composes `text`, which is decomposed and in order, in place; returns its new length.
fn compose_all<U: Unit>(text: &mut [U]) -> usize {
    // The last starter: its place and code point.
    let mut starter: Option<(usize, u32)> = None;
    let mut last_class = 0;
    let mut end = 0;
    for at in 0..text.len() {
        let code = text[at].code();
        let (class, composes_back) = class_and_flag(code);
        if composes_back
            && let Some((place, first)) = starter
            && (end == place + 1 || last_class < class)
            && let Some(composed) = compose(first, code)
            && let Some(unit) = U::new(composed)
        {
            text[place] = unit;
            starter = Some((place, composed));
            continue;
        }
        if class == 0 {
            starter = Some((end, code));
        }
        last_class = class;
        text[end] = text[at];
        end += 1;
    }
    end
}

#[cfg(test)]
mod tests;
