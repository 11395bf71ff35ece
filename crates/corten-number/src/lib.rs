//! Numbers as Python writes them.
#![forbid(unsafe_code)]

/// Memory for the text of a float.
pub struct FloatBuffer {
    shortest: zmij::Buffer,
    /// The text, where it is not zmij's.
    text: [u8; 24],
}

impl Default for FloatBuffer {
    #[inline]
    fn default() -> Self {
        FloatBuffer {
            shortest: zmij::Buffer::new(),
            text: [0; 24],
        }
    }
}

impl FloatBuffer {
    /// Finite `value` as Python's `repr` writes it, in ASCII: the shortest digits that read back as
    /// the same float, with an exponent of at least two digits below 1e-4 and from 1e16 on.
    #[inline]
    pub fn format_finite(&mut self, value: f64) -> &[u8] {
        let shortest = self.shortest.format_finite(value);
        if value == 0.0 || (1e-4..1e16).contains(&value.abs()) {
            shortest.as_bytes()
        } else {
            write_with_exponent(shortest, &mut self.text)
        }
    }
}

/// The digits are right already; their exponent needs a sign and two digits, and there is none
/// yet between 1e-5 and 1e-4.
#[cold]
fn write_with_exponent<'t>(shortest: &str, text: &'t mut [u8; 24]) -> &'t [u8] {
    let mut len = 0;
    let mut write = |part: &str| {
        text[len..len + part.len()].copy_from_slice(part.as_bytes());
        len += part.len();
    };
    let (mantissa, exponent) = match shortest.split_once('e') {
        Some(parts) => parts,
        None => {
            let (sign, digits) = shortest.split_once("0.0000").unwrap_or(("", shortest));
            let (first, rest) = digits.split_at(1);
            for part in [sign, first, if rest.is_empty() { "" } else { "." }, rest] {
                write(part);
            }
            ("", "-5")
        }
    };
    let (sign, digits) = match exponent.strip_prefix('-') {
        Some(digits) => ("e-", digits),
        None => ("e+", exponent.trim_start_matches('+')),
    };
    for part in [
        mantissa,
        sign,
        if digits.len() < 2 { "0" } else { "" },
        digits,
    ] {
        write(part);
    }
    &text[..len]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_floats_as_python_does() {
        for (value, expected) in [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (0.1, "0.1"),
            (1.5e300, "1.5e+300"),
            (1e16, "1e+16"),
            (1e15, "1000000000000000.0"),
            (9999999999999998.0, "9999999999999998.0"),
            (1e-4, "0.0001"),
            (1e-5, "1e-05"),
            (-1.5e-5, "-1.5e-05"),
            (9.999999999999999e-05, "9.999999999999999e-05"),
            (1.25e-5, "1.25e-05"),
            (0.00012, "0.00012"),
            (1e22, "1e+22"),
            (1e100, "1e+100"),
            (-1.5e-10, "-1.5e-10"),
            (5e-324, "5e-324"),
            (1.7976931348623157e308, "1.7976931348623157e+308"),
            (2e23, "2e+23"),
            (123456.789, "123456.789"),
            (100.0, "100.0"),
            (1234567890123456.7, "1234567890123456.8"),
            (12345678901234568.0, "1.2345678901234568e+16"),
        ] {
            let mut buffer = FloatBuffer::default();
            let text = buffer.format_finite(value);
            assert_eq!(std::str::from_utf8(text), Ok(expected));
        }
    }
}
