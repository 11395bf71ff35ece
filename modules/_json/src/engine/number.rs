//! JSON numbers: recognising and reading them, writing integers and floats.

use corten_number::FloatBuffer;

use super::OutOfMemory;
use super::unit::Unit;
use super::units::{Room, Units};

/// A number literal that was recognised at the start of a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// An integer that fits; no more than 18 digits were read.
    Small(i64),
    /// An integer of more than 18 digits.
    Integer,
    /// A literal with a fraction or an exponent.
    Float,
}

/// Recognises the longest number literal (RFC 8259, section 6) at `start`: what it is and the
/// index after it. `None` if there is none.
///
/// A point without a digit after it and an incomplete exponent do not belong to the number.
#[inline]
pub fn scan<C: Unit>(text: &[C], start: usize) -> Option<(Number, usize)> {
    let digit = |at: usize| -> Option<u32> {
        text.get(at)
            .map(|unit| unit.code().wrapping_sub(0x30))
            .filter(|&value| value < 10)
    };
    let is = |at: usize, byte: u8| text.get(at).is_some_and(|u| u.code() == u32::from(byte));
    let skip_digits = |mut at: usize| {
        while digit(at).is_some() {
            at += 1;
        }
        at
    };

    let negative = is(start, b'-');
    let first = start + usize::from(negative);
    let mut magnitude = i64::from(digit(first)?);
    let mut end = first + 1;
    if magnitude != 0 {
        while let Some(value) = digit(end) {
            // Wraps only where more than 18 digits make the result unused.
            magnitude = magnitude.wrapping_mul(10).wrapping_add(value.into());
            end += 1;
        }
    }
    let digits = end - first;

    let mut is_float = false;
    if is(end, b'.') && digit(end + 1).is_some() {
        is_float = true;
        end = skip_digits(end + 2);
    }
    if is(end, b'e') || is(end, b'E') {
        let sign = usize::from(is(end + 1, b'-') || is(end + 1, b'+'));
        if digit(end + 1 + sign).is_some() {
            is_float = true;
            end = skip_digits(end + 1 + sign);
        }
    }

    let number = match (is_float, digits) {
        (true, _) => Number::Float,
        (false, ..=18) => Number::Small(if negative { -magnitude } else { magnitude }),
        _ => Number::Integer,
    };
    Some((number, end))
}

/// The float nearest to a literal that [`scan`] recognised; infinite when it is too large.
pub fn to_f64<C: Unit>(literal: &[C]) -> Result<f64, OutOfMemory> {
    with_ascii(literal, |ascii| {
        fast_float2::parse(ascii).unwrap_or(f64::NAN)
    })
}

/// Calls `look` with the text of a literal that [`scan`] recognised.
pub fn with_ascii<C: Unit, R>(
    literal: &[C],
    look: impl FnOnce(&[u8]) -> R,
) -> Result<R, OutOfMemory> {
    if let Some(ascii) = C::as_bytes(literal) {
        return Ok(look(ascii));
    }
    let (mut short, mut long) = ([0; 32], Vec::new());
    let ascii = match short.get_mut(..literal.len()) {
        Some(ascii) => ascii,
        None => {
            long.try_reserve_exact(literal.len())?;
            long.resize(literal.len(), 0);
            &mut long[..]
        }
    };
    for (byte, unit) in ascii.iter_mut().zip(literal) {
        *byte = unit.code() as u8;
    }
    Ok(look(ascii))
}

/// Appends `value` in decimal.
#[inline]
pub fn write_i64<R: Room>(value: i64, out: &mut Units<R>) -> Result<(), OutOfMemory> {
    out.extend(itoa::Buffer::new().format(value).as_bytes())
}

/// Appends finite `value` as Python's `repr` writes it.
#[inline]
pub fn write_f64<R: Room>(value: f64, out: &mut Units<R>) -> Result<(), OutOfMemory> {
    out.extend(FloatBuffer::default().format_finite(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Option<(Number, usize)> {
        let narrow = scan(text.as_bytes(), 0);
        let wide: Vec<u16> = text.bytes().map(u16::from).collect();
        assert_eq!(narrow, scan(&wide, 0));
        narrow
    }

    #[test]
    fn integers() {
        assert_eq!(number("0"), Some((Number::Small(0), 1)));
        assert_eq!(number("-0"), Some((Number::Small(0), 2)));
        assert_eq!(number("12,"), Some((Number::Small(12), 2)));
        assert_eq!(number("-7]"), Some((Number::Small(-7), 2)));
        assert_eq!(number("012"), Some((Number::Small(0), 1)));
        assert_eq!(
            number("999999999999999999"),
            Some((Number::Small(999_999_999_999_999_999), 18))
        );
        assert_eq!(
            number("-999999999999999999"),
            Some((Number::Small(-999_999_999_999_999_999), 19))
        );
        assert_eq!(number("1000000000000000000"), Some((Number::Integer, 19)));
        assert_eq!(number(&"9".repeat(5000)), Some((Number::Integer, 5000)));
    }

    #[test]
    fn not_numbers() {
        for text in ["", "-", "+1", ".5", "-.5", "a", "-a", "e5", "\u{661}"] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn floats_take_what_belongs_to_them() {
        for (text, length) in [
            ("1.5", 3),
            ("-0.0", 4),
            ("1e5", 3),
            ("1E+5", 4),
            ("1.25e-10x", 8),
            ("0e0", 3),
            ("1.5.5", 3),
            ("1e5e5", 3),
            ("1.5e", 3),
            ("1.5e+", 3),
            ("1.5e-x", 3),
        ] {
            assert_eq!(number(text), Some((Number::Float, length)), "{text}");
        }
        for (text, length) in [
            ("1.", 1),
            ("1.x", 1),
            ("1e", 1),
            ("1e+", 1),
            ("1e-", 1),
            ("1.e5", 1),
        ] {
            assert_eq!(number(text), Some((Number::Small(1), length)), "{text}");
        }
    }

    #[test]
    fn reads_floats() {
        let cases = [
            "0.0",
            "-0.0",
            "1.5",
            "0.1",
            "1e22",
            "1e23",
            "123456789012345678901234567890.5",
            "2.2250738585072011e-308",
            "4.9e-324",
            "2e-324",
            "1.7976931348623157e308",
            "1e309",
            "-1e400",
            "9007199254740993.0",
            "1e-400",
        ];
        for case in cases {
            let expected: f64 = case.parse().unwrap();
            let wide: Vec<u32> = case.bytes().map(u32::from).collect();
            assert_eq!(
                to_f64(case.as_bytes()).unwrap().to_bits(),
                expected.to_bits(),
                "{case}"
            );
            assert_eq!(
                to_f64(&wide).unwrap().to_bits(),
                expected.to_bits(),
                "{case}"
            );
        }
        assert_eq!(
            to_f64(format!("0.{}1", "0".repeat(300)).as_bytes()).unwrap(),
            1e-301
        );
    }

    #[test]
    fn writes_integers() {
        for value in [0, 1, -1, 42, i64::MAX, i64::MIN] {
            let mut out = Units::<Vec<u8>>::new(());
            write_i64(value, &mut out).unwrap();
            assert_eq!(
                std::str::from_utf8(out.as_slice()),
                Ok(value.to_string().as_str())
            );
        }
    }
}
