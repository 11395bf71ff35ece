//! A growing text that is as narrow as what was written to it.

use super::escape;
use super::unit::Unit;
use super::units::{Room, Short, Units};
use super::{OutOfMemory, number};

/// Text in one of the three widths. It begins as bytes, and is widened when a wider text is
/// appended; most JSON never is.
pub enum TextBuffer<M: Memory> {
    /// Code points up to U+00FF.
    Narrow(Units<M::Narrow>),
    /// Code points up to U+FFFF.
    Ucs2(Units<M::Ucs2>),
    /// All code points.
    Ucs4(Units<M::Ucs4>),
}

/// Where a buffer keeps its text.
pub trait Memory {
    /// What memory is made from.
    type Context: Copy;
    /// For bytes.
    type Narrow: Room<Unit = u8, Context = Self::Context>;
    /// For units of 16 bits.
    type Ucs2: Room<Unit = u16, Context = Self::Context>;
    /// For units of 32 bits.
    type Ucs4: Room<Unit = u32, Context = Self::Context>;
}

/// Plain vectors.
#[derive(Debug)]
pub struct Vecs;

impl Memory for Vecs {
    type Context = ();
    type Narrow = Vec<u8>;
    type Ucs2 = Vec<u16>;
    type Ucs4 = Vec<u32>;
}

/// Runs `$body` with `$out` bound to the buffer's units, whatever their width.
macro_rules! with_units {
    ($buffer:expr, $out:ident => $body:expr) => {
        match $buffer {
            TextBuffer::Narrow($out) => $body,
            TextBuffer::Ucs2($out) => $body,
            TextBuffer::Ucs4($out) => $body,
        }
    };
}

/// As [`with_units`], with the code for bytes in line and that for the others out of the way.
macro_rules! narrow_first {
    ($buffer:expr, $out:ident => $body:expr) => {
        match $buffer {
            TextBuffer::Narrow($out) => $body,
            TextBuffer::Ucs2($out) => out_of_line(|| $body),
            TextBuffer::Ucs4($out) => out_of_line(|| $body),
        }
    };
}

#[cold]
#[inline(never)]
fn out_of_line<R>(write: impl FnOnce() -> R) -> R {
    write()
}

impl<M: Memory> TextBuffer<M> {
    /// An empty text; it allocates nothing before the first write.
    pub fn new(context: M::Context) -> Self {
        TextBuffer::Narrow(Units::new(context))
    }

    /// Number of code points.
    #[must_use]
    pub fn len(&self) -> usize {
        with_units!(self, units => units.as_slice().len())
    }

    /// Whether nothing was written yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Appends a short text.
    #[inline(always)]
    pub fn push_short(&mut self, text: Short) -> Result<(), OutOfMemory> {
        narrow_first!(self, out => out.push_short(text))
    }

    /// Appends ASCII text.
    #[inline]
    pub fn push_ascii(&mut self, text: &[u8]) -> Result<(), OutOfMemory> {
        narrow_first!(self, out => out.extend(text))
    }

    /// Appends a text as it is.
    #[inline]
    pub fn push_text<C: Unit>(&mut self, text: &[C]) -> Result<(), OutOfMemory> {
        self.widen_for::<C>()?;
        narrow_first!(self, out => out.extend(text))
    }

    /// Appends the first `len` code points of another text, which must have as many.
    pub fn push_beginning<N: Memory>(
        &mut self,
        text: &TextBuffer<N>,
        len: usize,
    ) -> Result<(), OutOfMemory> {
        with_units!(text, units => self.push_text(&units.as_slice()[..len]))
    }

    /// Appends a string literal that is ASCII alone.
    #[inline]
    pub fn push_ascii_literal<C: Unit>(&mut self, text: &[C]) -> Result<(), OutOfMemory> {
        narrow_first!(self, out => escape::write_ascii(text, out))
    }

    /// Appends a string literal in which only what must be is escaped.
    #[inline]
    pub fn push_literal<C: Unit>(&mut self, text: &[C]) -> Result<(), OutOfMemory> {
        self.widen_for::<C>()?;
        narrow_first!(self, out => escape::write_verbatim(text, out))
    }

    /// Appends an integer.
    #[inline]
    pub fn push_i64(&mut self, value: i64) -> Result<(), OutOfMemory> {
        narrow_first!(self, out => number::write_i64(value, out))
    }

    /// Appends a finite float.
    #[inline]
    pub fn push_f64(&mut self, value: f64) -> Result<(), OutOfMemory> {
        narrow_first!(self, out => number::write_f64(value, out))
    }

    /// Widens the buffer if it can't hold all texts of width `C`.
    #[inline(always)]
    fn widen_for<C: Unit>(&mut self) -> Result<(), OutOfMemory> {
        if C::MAX <= u8::MAX.into() {
            return Ok(());
        }
        let wider = match self {
            TextBuffer::Narrow(out) if C::MAX > u16::MAX.into() => TextBuffer::Ucs4(widened(out)?),
            TextBuffer::Narrow(out) if C::MAX > u8::MAX.into() => TextBuffer::Ucs2(widened(out)?),
            TextBuffer::Ucs2(out) if C::MAX > u16::MAX.into() => TextBuffer::Ucs4(widened(out)?),
            _ => return Ok(()),
        };
        *self = wider;
        Ok(())
    }
}

#[cold]
fn widened<A: Room, B: Room<Context = A::Context>>(
    text: &Units<A>,
) -> Result<Units<B>, OutOfMemory> {
    let mut wide = Units::new(text.context());
    wide.extend(text.as_slice())?;
    Ok(wide)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(buffer: &TextBuffer<Vecs>) -> String {
        let codes: Vec<u32> =
            with_units!(buffer, out => out.as_slice().iter().map(|u| u.code()).collect());
        codes.into_iter().filter_map(char::from_u32).collect()
    }

    #[test]
    fn stays_narrow_as_long_as_it_can() {
        let mut buffer = TextBuffer::<Vecs>::new(());
        buffer.push_ascii(b"[").unwrap();
        buffer.push_literal(b"caf\xe9").unwrap();
        buffer.push_ascii_literal(&[0x20acu16]).unwrap();
        buffer.push_i64(-5).unwrap();
        buffer.push_f64(0.5).unwrap();
        buffer.push_text(b"]").unwrap();
        assert_eq!(text(&buffer), "[\"caf\u{e9}\"\"\\u20ac\"-50.5]");
        assert!(matches!(buffer, TextBuffer::Narrow(_)));
    }

    #[test]
    fn widens_step_by_step() {
        let mut buffer = TextBuffer::<Vecs>::new(());
        buffer.push_ascii(b"a").unwrap();
        buffer.push_literal(&[0x20acu16]).unwrap();
        assert!(matches!(buffer, TextBuffer::Ucs2(_)));
        buffer.push_text(b"\xe9").unwrap();
        buffer.push_text(&[0x1_f600u32]).unwrap();
        assert!(matches!(buffer, TextBuffer::Ucs4(_)));
        buffer.push_ascii_literal(&[0x20acu16]).unwrap();
        buffer.push_literal(b"\n").unwrap();
        buffer.push_i64(7).unwrap();
        buffer.push_f64(1e-7).unwrap();
        assert_eq!(
            text(&buffer),
            "a\"\u{20ac}\"\u{e9}\u{1f600}\"\\u20ac\"\"\\n\"71e-07"
        );
    }

    #[test]
    fn widens_at_once() {
        let mut buffer = TextBuffer::<Vecs>::new(());
        buffer.push_ascii(b"a").unwrap();
        buffer.push_text(&[0x1_f600u32]).unwrap();
        assert!(matches!(buffer, TextBuffer::Ucs4(_)));
        assert_eq!(text(&buffer), "a\u{1f600}");
    }
}
