//! Writing string literals: escaping what JSON, or ASCII, can't hold.

use super::OutOfMemory;
use super::unit::{self, Unit};

/// Appends `text` as a string literal that is ASCII alone; code points above U+FFFF become
/// surrogate pairs.
pub fn write_ascii<C: Unit>(text: &[C], out: &mut Vec<u8>) -> Result<(), OutOfMemory> {
    write(text, out, C::find_special_or_non_ascii)
}

/// Appends `text` as a string literal in which only what must be is escaped. `O` must be at
/// least as wide as the widest of the text.
pub fn write_verbatim<C: Unit, O: Unit>(text: &[C], out: &mut Vec<O>) -> Result<(), OutOfMemory> {
    write(text, out, C::find_special)
}

/// `find` is the index of the first unit to escape.
#[inline]
fn write<C: Unit, O: Unit>(
    text: &[C],
    out: &mut Vec<O>,
    find: impl Fn(&[C]) -> usize,
) -> Result<(), OutOfMemory> {
    out.try_reserve(text.len().checked_add(2).ok_or(OutOfMemory)?)?;
    out.push(O::from_code(b'"'.into()));
    let mut rest = text;
    loop {
        let plain = find(rest);
        unit::append(&rest[..plain], out)?;
        let Some(unit) = rest.get(plain) else { break };
        write_escape(unit.code(), out)?;
        rest = &rest[plain + 1..];
    }
    out.try_reserve(1)?;
    out.push(O::from_code(b'"'.into()));
    Ok(())
}

#[inline]
fn write_escape<O: Unit>(code: u32, out: &mut Vec<O>) -> Result<(), OutOfMemory> {
    // Two escapes of six characters.
    out.try_reserve(12)?;
    let short = match code {
        0x22 | 0x5c => code as u8,
        0x08 => b'b',
        0x0c => b'f',
        0x0a => b'n',
        0x0d => b'r',
        0x09 => b't',
        0x1_0000.. => {
            let code = code - 0x1_0000;
            write_hex(0xd800 + (code >> 10), out);
            write_hex(0xdc00 + (code & 0x3ff), out);
            return Ok(());
        }
        _ => {
            write_hex(code, out);
            return Ok(());
        }
    };
    out.extend([b'\\', short].map(|byte| O::from_code(byte.into())));
    Ok(())
}

fn write_hex<O: Unit>(code: u32, out: &mut Vec<O>) {
    let digit = |shift: u32| b"0123456789abcdef"[(code >> shift & 0xf) as usize];
    let escape = [b'\\', b'u', digit(12), digit(8), digit(4), digit(0)];
    out.extend(escape.map(|byte| O::from_code(byte.into())));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ascii(text: &str) -> String {
        let wide: Vec<u32> = text.chars().map(u32::from).collect();
        let mut out = Vec::new();
        write_ascii(&wide, &mut out).unwrap();
        if text.is_ascii() {
            let mut narrow = Vec::new();
            write_ascii(text.as_bytes(), &mut narrow).unwrap();
            assert_eq!(out, narrow);
        }
        String::from_utf8(out).unwrap()
    }

    fn verbatim(text: &str) -> String {
        let wide: Vec<u32> = text.chars().map(u32::from).collect();
        let mut out = Vec::<u32>::new();
        write_verbatim(&wide, &mut out).unwrap();
        out.into_iter().filter_map(char::from_u32).collect()
    }

    #[test]
    fn plain_text_is_quoted() {
        let long = "0123456789 ".repeat(100);
        for text in ["", "a", "hello, world", "~}| {z", long.as_str()] {
            assert_eq!(ascii(text), format!("\"{text}\""));
            assert_eq!(verbatim(text), format!("\"{text}\""));
        }
    }

    #[test]
    fn escapes() {
        let text = "\"\\\u{8}\u{c}\n\r\t/\0\u{1f}\u{7f}";
        assert_eq!(ascii(text), r#""\"\\\b\f\n\r\t/\u0000\u001f\u007f""#);
        assert_eq!(
            verbatim(text),
            "\"\\\"\\\\\\b\\f\\n\\r\\t/\\u0000\\u001f\u{7f}\""
        );
    }

    #[test]
    fn beyond_ascii() {
        let text = "\u{e9}\u{20ac}\u{1f600}x";
        assert_eq!(ascii(text), r#""\u00e9\u20ac\ud83d\ude00x""#);
        assert_eq!(verbatim(text), format!("\"{text}\""));
        let mut out = Vec::new();
        write_ascii(&[0xd800u16, 0xdfff], &mut out).unwrap();
        assert_eq!(out, br#""\ud800\udfff""#);
    }

    #[test]
    fn every_place_of_an_escape() {
        for length in 1..70 {
            for at in 0..length {
                let mut text = vec![b'x'; length];
                text[at] = b'"';
                let expected = format!("\"{}\\\"{}\"", "x".repeat(at), "x".repeat(length - at - 1));
                assert_eq!(ascii(&String::from_utf8(text).unwrap()), expected);
            }
        }
    }
}
