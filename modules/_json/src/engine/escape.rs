//! Writing string literals: escaping what JSON, or ASCII, can't hold.

use super::OutOfMemory;
use super::unit::{self, Unit};
use super::units::{Room, Units, short_word};

/// What must be escaped.
trait Rule {
    /// Whether `code` must be.
    fn applies(code: u32) -> bool;
    /// Index of the first unit that must be; the length if there is none.
    fn find<C: Unit>(units: &[C]) -> usize;
    /// The bytes of a little-endian word that must be, marked by their highest bit; marks above
    /// the lowest one may be wrong.
    fn mark(word: u64) -> u64;
}

/// What JSON can't hold otherwise.
struct Needed;

impl Rule for Needed {
    #[inline]
    fn applies(code: u32) -> bool {
        unit::is_special(code)
    }

    fn find<C: Unit>(units: &[C]) -> usize {
        C::find_special(units)
    }

    #[inline]
    fn mark(word: u64) -> u64 {
        unit::special_bytes(word)
    }
}

/// That, and what is not ASCII.
struct NonAscii;

impl Rule for NonAscii {
    #[inline]
    fn applies(code: u32) -> bool {
        unit::is_special_or_non_ascii(code)
    }

    fn find<C: Unit>(units: &[C]) -> usize {
        C::find_special_or_non_ascii(units)
    }

    #[inline]
    fn mark(word: u64) -> u64 {
        unit::special_bytes(word) | unit::above_tilde(word)
    }
}

/// Appends `text` as a string literal that is ASCII alone; code points above U+FFFF become
/// surrogate pairs.
#[inline]
pub fn write_ascii<C: Unit, R: Room>(text: &[C], out: &mut Units<R>) -> Result<(), OutOfMemory> {
    write::<C, R, NonAscii>(text, out)
}

/// Appends `text` as a string literal in which only what must be is escaped. The buffer must be
/// at least as wide as the widest of the text.
#[inline]
pub fn write_verbatim<C: Unit, R: Room>(text: &[C], out: &mut Units<R>) -> Result<(), OutOfMemory> {
    write::<C, R, Needed>(text, out)
}

#[inline]
fn write<C: Unit, R: Room, E: Rule>(text: &[C], out: &mut Units<R>) -> Result<(), OutOfMemory> {
    let room = out.spare(text.len().checked_add(2 + WORD).ok_or(OutOfMemory)?)?;
    if let (Some(bytes), Some(room)) = (C::as_bytes(text), R::Unit::as_bytes_mut(room))
        && bytes.len() <= SHORT
    {
        room[0] = b'"';
        let plain = copy_plain::<E>(bytes, &mut room[1..]);
        if plain == text.len() {
            room[plain + 1] = b'"';
            out.advance(plain + 2);
            return Ok(());
        }
        out.advance(plain + 1);
        write_escaped::<C, R, E>(&text[plain..], out)?;
    } else {
        out.push(b'"')?;
        let plain = E::find(text);
        out.extend(&text[..plain])?;
        write_escaped::<C, R, E>(&text[plain..], out)?;
    }
    out.push(b'"')
}

const WORD: usize = size_of::<u64>();
/// Texts up to this length are copied while they are searched.
const SHORT: usize = 64;

/// Copies `text` to `room`, which must be longer by a word, up to the first byte to escape; that
/// one's index, or the length.
#[inline(always)]
fn copy_plain<E: Rule>(text: &[u8], room: &mut [u8]) -> usize {
    let mut at = 0;
    while let Some(word) = text[at..].first_chunk::<WORD>() {
        room[at..at + WORD].copy_from_slice(word);
        let marks = E::mark(u64::from_le_bytes(*word));
        if marks != 0 {
            return at + marks.trailing_zeros() as usize / 8;
        }
        at += WORD;
    }
    let rest = &text[at..];
    let word = short_word(rest);
    room[at..at + WORD].copy_from_slice(&word.to_le_bytes());
    let marks = E::mark(word);
    at + rest.len().min(marks.trailing_zeros() as usize / 8)
}

/// Units that are looked at one by one where one was found to need an escape: more are likely.
const BLOCK: usize = 32;
/// The longest escape: a surrogate pair.
const LONGEST: usize = 12;

#[inline(never)]
fn write_escaped<C: Unit, R: Room, E: Rule>(
    text: &[C],
    out: &mut Units<R>,
) -> Result<(), OutOfMemory> {
    let mut rest = text;
    while !rest.is_empty() {
        let (block, after) = rest.split_at(rest.len().min(BLOCK));
        let room = out.spare(BLOCK * LONGEST)?;
        let mut len = 0;
        for unit in block {
            let code = unit.code();
            if E::applies(code) {
                len += escape(code, &mut room[len..]);
            } else {
                room[len] = R::Unit::from_code(code);
                len += 1;
            }
        }
        out.advance(len);
        let plain = E::find(after);
        out.extend(&after[..plain])?;
        rest = &after[plain..];
    }
    Ok(())
}

/// Writes the escape for `code` to the beginning of `out`; its length.
#[inline]
fn escape<O: Unit>(code: u32, out: &mut [O]) -> usize {
    let short = match code {
        0x22 | 0x5c => code as u8,
        0x08 => b'b',
        0x0c => b'f',
        0x0a => b'n',
        0x0d => b'r',
        0x09 => b't',
        0x1_0000.. => {
            let code = code - 0x1_0000;
            write_hex(0xd800 + (code >> 10), &mut out[..6]);
            write_hex(0xdc00 + (code & 0x3ff), &mut out[6..12]);
            return LONGEST;
        }
        _ => {
            write_hex(code, &mut out[..6]);
            return 6;
        }
    };
    out[0] = O::from_code(b'\\'.into());
    out[1] = O::from_code(short.into());
    2
}

#[inline]
fn write_hex<O: Unit>(code: u32, out: &mut [O]) {
    let digit = |shift: u32| b"0123456789abcdef"[(code >> shift & 0xf) as usize];
    let escape = [b'\\', b'u', digit(12), digit(8), digit(4), digit(0)];
    for (unit, byte) in out.iter_mut().zip(escape) {
        *unit = O::from_code(byte.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ascii(text: &str) -> String {
        let wide: Vec<u32> = text.chars().map(u32::from).collect();
        let mut out = Units::<Vec<u8>>::new(());
        write_ascii(&wide, &mut out).unwrap();
        if text.is_ascii() {
            let mut narrow = Units::<Vec<u8>>::new(());
            write_ascii(text.as_bytes(), &mut narrow).unwrap();
            assert_eq!(out.as_slice(), narrow.as_slice());
        }
        String::from_utf8(out.as_slice().to_vec()).unwrap()
    }

    fn verbatim(text: &str) -> String {
        let wide: Vec<u32> = text.chars().map(u32::from).collect();
        let mut out = Units::<Vec<u32>>::new(());
        write_verbatim(&wide, &mut out).unwrap();
        out.as_slice()
            .iter()
            .copied()
            .filter_map(char::from_u32)
            .collect()
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
        let mut out = Units::<Vec<u8>>::new(());
        write_ascii(&[0xd800u16, 0xdfff], &mut out).unwrap();
        assert_eq!(out.as_slice(), br#""\ud800\udfff""#);
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
