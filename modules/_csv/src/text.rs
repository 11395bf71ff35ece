//! A growing text that is as narrow as what was written to it.

use crate::syntax::OutOfMemory;
use crate::unit::{Unit, Width};

/// Text in one of the three widths. It begins as bytes, and is widened when wider text is appended.
/// Memory is kept for the next text.
#[derive(Debug)]
pub(crate) struct Text {
    width: Width,
    bytes: Vec<u8>,
    ucs2: Vec<u16>,
    ucs4: Vec<u32>,
}

/// The code points of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Units<'a> {
    /// All up to U+00FF.
    Bytes(&'a [u8]),
    /// All up to U+FFFF.
    Ucs2(&'a [u16]),
    /// Any.
    Ucs4(&'a [u32]),
}

impl Default for Text {
    #[inline]
    fn default() -> Self {
        Text {
            width: Width::Bytes,
            bytes: Vec::new(),
            ucs2: Vec::new(),
            ucs4: Vec::new(),
        }
    }
}

impl Text {
    /// Forgets everything but the memory.
    #[inline]
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.ucs2.clear();
        self.ucs4.clear();
        self.width = Width::Bytes;
    }

    /// Number of code points.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        match self.width {
            Width::Bytes => self.bytes.len(),
            Width::Ucs2 => self.ucs2.len(),
            Width::Ucs4 => self.ucs4.len(),
        }
    }

    /// The code points.
    #[inline]
    pub(crate) fn units(&self) -> Units<'_> {
        match self.width {
            Width::Bytes => Units::Bytes(&self.bytes),
            Width::Ucs2 => Units::Ucs2(&self.ucs2),
            Width::Ucs4 => Units::Ucs4(&self.ucs4),
        }
    }

    /// Appends a text. Amortised linear in its length.
    #[inline]
    pub(crate) fn extend<U: Unit>(&mut self, units: &[U]) -> Result<(), OutOfMemory> {
        if U::WIDTH > self.width {
            self.widen(U::WIDTH)?;
        }
        match self.width {
            Width::Bytes => append(&mut self.bytes, units),
            Width::Ucs2 => append(&mut self.ucs2, units),
            Width::Ucs4 => append(&mut self.ucs4, units),
        }
    }

    /// Appends another text.
    #[inline]
    pub(crate) fn extend_text(&mut self, text: &Text) -> Result<(), OutOfMemory> {
        match text.units() {
            Units::Bytes(units) => self.extend(units),
            Units::Ucs2(units) => self.extend(units),
            Units::Ucs4(units) => self.extend(units),
        }
    }

    /// The code points, one by one.
    pub(crate) fn codes(&self) -> impl Iterator<Item = u32> {
        (0..self.len()).map(|index| match self.units() {
            Units::Bytes(units) => units[index].into(),
            Units::Ucs2(units) => units[index].into(),
            Units::Ucs4(units) => units[index],
        })
    }

    /// Appends one code point.
    #[inline]
    pub(crate) fn push(&mut self, code: u32) -> Result<(), OutOfMemory> {
        if let (Width::Bytes, Ok(byte)) = (self.width, u8::try_from(code)) {
            self.bytes.try_reserve(1)?;
            self.bytes.push(byte);
            return Ok(());
        }
        self.push_wide(code)
    }

    fn push_wide(&mut self, code: u32) -> Result<(), OutOfMemory> {
        match (u8::try_from(code), u16::try_from(code)) {
            (Ok(byte), _) => self.extend(&[byte]),
            (_, Ok(unit)) => self.extend(&[unit]),
            _ => self.extend(&[code]),
        }
    }

    #[cold]
    fn widen(&mut self, width: Width) -> Result<(), OutOfMemory> {
        match (self.width, width) {
            (Width::Bytes, Width::Ucs2) => append(&mut self.ucs2, &self.bytes)?,
            (Width::Bytes, _) => append(&mut self.ucs4, &self.bytes)?,
            (_, _) => append(&mut self.ucs4, &self.ucs2)?,
        }
        self.width = width;
        Ok(())
    }
}

/// Appends units that are no wider than the vector's.
#[inline]
fn append<U: Unit, V: Unit>(out: &mut Vec<V>, units: &[U]) -> Result<(), OutOfMemory> {
    out.try_reserve(units.len())?;
    out.extend(units.iter().map(|&unit| V::truncated(unit.into())));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_as_wide_as_it_must_be() {
        let mut text = Text::default();
        text.extend(b"a\xe9").unwrap();
        text.push(0xff).unwrap();
        assert_eq!(text.units(), Units::Bytes(b"a\xe9\xff"));
        text.push(0x20ac).unwrap();
        text.extend(b"b").unwrap();
        assert_eq!(text.units(), Units::Ucs2(&[0x61, 0xe9, 0xff, 0x20ac, 0x62]));
        text.extend(&[0x1_f600u32]).unwrap();
        text.extend(&[0xd800u16]).unwrap();
        text.push(0x63).unwrap();
        let codes = [0x61, 0xe9, 0xff, 0x20ac, 0x62, 0x1_f600, 0xd800, 0x63];
        assert_eq!(text.units(), Units::Ucs4(&codes));
        assert_eq!(text.len(), codes.len());
        text.clear();
        text.push(0x1_f600).unwrap();
        assert_eq!(text.units(), Units::Ucs4(&[0x1_f600]));
    }
}
