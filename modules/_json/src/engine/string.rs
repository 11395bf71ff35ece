//! JSON string literals: finding their end, resolving their escapes (RFC 8259, section 7).

use super::unit::Unit;
use super::{OutOfMemory, push};

/// How string literals are read.
#[derive(Clone, Copy, Debug)]
pub struct StringRules {
    /// Control characters below U+0020 must be escaped.
    pub strict: bool,
    /// A `\uXXXX` escape may be the very last thing of the text: the missing closing quote is
    /// then reported instead of a bad escape.
    pub escape_may_end_text: bool,
}

/// What is wrong with a string literal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StringError {
    /// A literal control character, at this index.
    ControlCharacter(usize),
    /// No closing quote; the index of the opening one. It is -1 (wrapped) when scanning began
    /// at the start of the text.
    Unterminated(usize),
    /// A backslash before a character that is no escape; the backslash's index.
    BadEscape(usize),
    /// `\u` without four hexadecimal digits; the index of the `u`.
    BadUnicodeEscape(usize),
    /// No room for the result.
    OutOfMemory,
}

impl From<OutOfMemory> for StringError {
    fn from(_: OutOfMemory) -> Self {
        StringError::OutOfMemory
    }
}

/// Room for strings whose escapes had to be resolved; used again and again.
#[derive(Debug)]
pub struct Scratch<C> {
    units: Vec<C>,
    wide: Vec<u32>,
}

/// The value of a string literal.
#[derive(Debug)]
pub enum Text<'t, C> {
    /// These units of the source text, from this index on: the literal has no escapes.
    Verbatim(usize, &'t [C]),
    /// Escapes were resolved, and the result fits the width of the source.
    Resolved(&'t [C]),
    /// Escapes were resolved, and some of them are wider than the source.
    Widened(&'t [u32]),
}

/// The end of the string literal whose content begins at `begin`, if it has neither escapes nor
/// control characters: the index of the closing quote.
#[inline(always)]
pub fn verbatim_end<C: Unit>(text: &[C], begin: usize) -> Option<usize> {
    let end = begin + C::find_special(text.get(begin..)?);
    text.get(end)
        .filter(|unit| unit.ascii() == b'"')
        .map(|_| end)
}

/// Reads the string literal whose content begins at `begin`, which must be at most the text's
/// length: its value and the index after the closing quote. O(length of the literal).
pub fn scan<'t, C: Unit>(
    text: &'t [C],
    begin: usize,
    rules: StringRules,
    scratch: &'t mut Scratch<C>,
) -> Result<(Text<'t, C>, usize), StringError> {
    let end = find_end(text, begin, begin, rules)?;
    if text[end].ascii() == b'"' {
        return Ok((Text::Verbatim(begin, &text[begin..end]), end + 1));
    }
    resolve(text, begin, end, rules, scratch)
}

/// Index of the next quote or backslash at or after `from`.
fn find_end<C: Unit>(
    text: &[C],
    begin: usize,
    from: usize,
    rules: StringRules,
) -> Result<usize, StringError> {
    let mut at = from;
    loop {
        at += C::find_special(&text[at..]);
        match text.get(at) {
            None => return Err(StringError::Unterminated(begin.wrapping_sub(1))),
            Some(unit) if unit.code() >= 0x20 => return Ok(at),
            Some(_) if rules.strict => return Err(StringError::ControlCharacter(at)),
            Some(_) => at += 1,
        }
    }
}

fn resolve<'t, C: Unit>(
    text: &'t [C],
    begin: usize,
    first_escape: usize,
    rules: StringRules,
    scratch: &'t mut Scratch<C>,
) -> Result<(Text<'t, C>, usize), StringError> {
    let unterminated = StringError::Unterminated(begin.wrapping_sub(1));
    scratch.units.clear();
    scratch.wide.clear();
    let mut widened = false;
    let mut run = begin;
    let mut at = first_escape;
    while text[at].ascii() != b'"' {
        if run < at {
            scratch.append(&text[run..at], widened)?;
        }
        let (code, next) = match text.get(at + 1).map(|unit| unit.code()) {
            None => return Err(unterminated),
            Some(0x75) => unicode_escape(text, at + 1, rules)?,
            Some(code) => (
                simple_escape(code).ok_or(StringError::BadEscape(at))?,
                at + 2,
            ),
        };
        if code > C::MAX && !widened {
            scratch.widen()?;
            widened = true;
        }
        scratch.push(code, widened)?;
        run = next;
        at = match text.get(run) {
            Some(unit) if unit.ascii() == b'\\' => run,
            _ => find_end(text, begin, run, rules)?,
        };
    }
    scratch.append(&text[run..at], widened)?;
    let value = if widened {
        Text::Widened(&scratch.wide)
    } else {
        Text::Resolved(&scratch.units)
    };
    Ok((value, at + 1))
}

fn simple_escape(code: u32) -> Option<u32> {
    Some(match u8::try_from(code).ok()? {
        escaped @ (b'"' | b'\\' | b'/') => escaped.into(),
        b'b' => 0x08,
        b'f' => 0x0c,
        b'n' => 0x0a,
        b'r' => 0x0d,
        b't' => 0x09,
        _ => return None,
    })
}

/// The code point of the escape whose `u` is at `at`, and the index after it. Two escapes that
/// form a surrogate pair are one code point; a lone surrogate stays what it is.
fn unicode_escape<C: Unit>(
    text: &[C],
    at: usize,
    rules: StringRules,
) -> Result<(u32, usize), StringError> {
    let end = at + 5;
    if end > text.len() || (end == text.len() && !rules.escape_may_end_text) {
        return Err(StringError::BadUnicodeEscape(at));
    }
    let code = hex4(&text[at + 1..end]).ok_or(StringError::BadUnicodeEscape(at))?;
    let pair = text.get(end..end + 6).filter(|_| end + 6 < text.len());
    if let (0xd800..=0xdbff, Some(pair)) = (code, pair)
        && pair[0].code() == u32::from(b'\\')
        && pair[1].code() == u32::from(b'u')
    {
        let low = hex4(&pair[2..]).ok_or(StringError::BadUnicodeEscape(end + 1))?;
        if let 0xdc00..=0xdfff = low {
            return Ok((0x1_0000 + ((code - 0xd800) << 10 | (low - 0xdc00)), end + 6));
        }
    }
    Ok((code, end))
}

fn hex4<C: Unit>(digits: &[C]) -> Option<u32> {
    let digits: [C; 4] = digits.try_into().ok()?;
    let [a, b, c, d] = digits.map(|digit| u32::from(HEX_DIGITS[usize::from(digit.ascii())]));
    (a | b | c | d < 16).then_some(a << 12 | b << 8 | c << 4 | d)
}

/// The value of each byte as a hexadecimal digit; 16 for those that are none.
const HEX_DIGITS: [u8; 256] = {
    let mut values = [16; 256];
    let mut value = 0;
    while value < 16 {
        values[b"0123456789abcdef"[value] as usize] = value as u8;
        values[b"0123456789ABCDEF"[value] as usize] = value as u8;
        value += 1;
    }
    values
};

impl<C> Default for Scratch<C> {
    fn default() -> Self {
        Scratch {
            units: Vec::new(),
            wide: Vec::new(),
        }
    }
}

impl<C: Unit> Scratch<C> {
    fn append(&mut self, run: &[C], widened: bool) -> Result<(), OutOfMemory> {
        if widened {
            self.wide.try_reserve(run.len())?;
            self.wide.extend(run.iter().map(|unit| unit.code()));
        } else {
            self.units.try_reserve(run.len())?;
            self.units.extend_from_slice(run);
        }
        Ok(())
    }

    fn push(&mut self, code: u32, widened: bool) -> Result<(), OutOfMemory> {
        if widened {
            push(&mut self.wide, code)
        } else {
            push(&mut self.units, C::from_code(code))
        }
    }

    fn widen(&mut self) -> Result<(), OutOfMemory> {
        let units = std::mem::take(&mut self.units);
        self.append(&units, true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STRICT: StringRules = StringRules {
        strict: true,
        escape_may_end_text: false,
    };

    fn read(literal: &str) -> Result<(String, usize), StringError> {
        read_with(literal, STRICT)
    }

    fn read_with(literal: &str, rules: StringRules) -> Result<(String, usize), StringError> {
        let codes: Vec<u32> = literal.chars().map(u32::from).collect();
        let widest = codes.iter().copied().max().unwrap_or(0);
        let four = read_as::<u32>(&codes, rules);
        if widest <= u16::MAX.into() {
            assert_eq!(read_as::<u16>(&codes, rules), four);
        }
        if widest <= u8::MAX.into() {
            assert_eq!(read_as::<u8>(&codes, rules), four);
        }
        four
    }

    fn read_as<C: Unit>(codes: &[u32], rules: StringRules) -> Result<(String, usize), StringError> {
        let text: Vec<C> = codes.iter().map(|&code| C::from_code(code)).collect();
        let mut scratch = Scratch::default();
        let (value, end) = scan(&text, 1, rules, &mut scratch)?;
        let codes: Vec<u32> = match value {
            Text::Verbatim(_, units) | Text::Resolved(units) => {
                units.iter().map(|unit| unit.code()).collect()
            }
            Text::Widened(units) => units.to_vec(),
        };
        let show = |code: u32| char::from_u32(code).map_or(format!("<{code:x}>"), String::from);
        Ok((codes.into_iter().map(show).collect(), end))
    }

    #[test]
    fn plain_strings() {
        assert_eq!(read("\"\""), Ok((String::new(), 2)));
        assert_eq!(read("\"a\""), Ok(("a".into(), 3)));
        assert_eq!(
            read("\"h\u{e9}\u{20ac}\u{1f600}\" x"),
            Ok(("h\u{e9}\u{20ac}\u{1f600}".into(), 6))
        );
        let long = "x".repeat(1000);
        assert_eq!(read(&format!("\"{long}\"")), Ok((long, 1002)));
    }

    #[test]
    fn all_escapes() {
        assert_eq!(
            read(r#""\"\\\/\b\f\n\r\t""#),
            Ok(("\"\\/\u{8}\u{c}\n\r\t".into(), 18))
        );
        assert_eq!(
            read(r#""\u0041\u00e9\u20AC\uabCD""#).unwrap().0,
            "A\u{e9}\u{20ac}\u{abcd}"
        );
        assert_eq!(read(r#""x\ud83d\ude00y""#).unwrap().0, "x\u{1f600}y");
        assert_eq!(read(r#""a\u20acb\nc""#).unwrap().0, "a\u{20ac}b\nc");
    }

    #[test]
    fn lone_surrogates_stay() {
        assert_eq!(read(r#""\ud83d""#).unwrap().0, "<d83d>");
        assert_eq!(read(r#""\ude00\ud83d""#).unwrap().0, "<de00><d83d>");
        assert_eq!(read(r#""\ud83d\u0041""#).unwrap().0, "<d83d>A");
        assert_eq!(read(r#""\ud83dxx""#).unwrap().0, "<d83d>xx");
        assert_eq!(read(r#""\ud83d\n""#).unwrap().0, "<d83d>\n");
        assert_eq!(
            read(r#""\ud83d\ud83d\ude00""#).unwrap().0,
            "<d83d>\u{1f600}"
        );
    }

    #[test]
    fn errors_name_their_place() {
        use StringError::*;
        assert_eq!(read("\"abc"), Err(Unterminated(0)));
        assert_eq!(read("\""), Err(Unterminated(0)));
        assert_eq!(read("\"ab\\"), Err(Unterminated(0)));
        assert_eq!(read("\"a\nb\""), Err(ControlCharacter(2)));
        assert_eq!(read("\"\\n\n\""), Err(ControlCharacter(3)));
        assert_eq!(read(r#""ab\x41""#), Err(BadEscape(3)));
        assert_eq!(read("\"\\\u{20ac}\""), Err(BadEscape(1)));
        assert_eq!(read(r#""\u12"#), Err(BadUnicodeEscape(2)));
        assert_eq!(read(r#""\u123g""#), Err(BadUnicodeEscape(2)));
        assert_eq!(read(r#""\u 123""#), Err(BadUnicodeEscape(2)));
        assert_eq!(read(r#""\ud83d\u12g4""#), Err(BadUnicodeEscape(8)));
        assert_eq!(read("\"\\u123\u{ff11}\""), Err(BadUnicodeEscape(2)));
    }

    #[test]
    fn an_escape_at_the_end_of_the_text() {
        assert_eq!(read(r#""\u1234"#), Err(StringError::BadUnicodeEscape(2)));
        let rules = StringRules {
            escape_may_end_text: true,
            ..STRICT
        };
        assert_eq!(
            read_with(r#""\u1234"#, rules),
            Err(StringError::Unterminated(0))
        );
        assert_eq!(
            read_with(r#""\u123"#, rules),
            Err(StringError::BadUnicodeEscape(2))
        );
    }

    #[test]
    fn control_characters_pass_when_not_strict() {
        let rules = StringRules {
            strict: false,
            ..STRICT
        };
        assert_eq!(
            read_with("\"a\n\0\t\\n\u{1}b\"", rules).unwrap().0,
            "a\n\0\t\n\u{1}b"
        );
    }
}
