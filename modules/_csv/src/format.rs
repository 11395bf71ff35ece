//! Writing records: fields are quoted and escaped as needed.

use crate::specials::Specials;
use crate::syntax::{OutOfMemory, Quoting, Syntax};
use crate::text::Text;
use crate::unit::Unit;

/// What a writer knows about its dialect.
#[derive(Debug)]
pub(crate) struct Format {
    syntax: Syntax,
    terminator: Text,
    specials: Specials,
    /// Whether an empty field would not be seen.
    empty_is_lost: bool,
    /// Whether no number contains a special character.
    plain_numbers: bool,
}

/// Why a record cannot be written.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A character must be escaped, and there is no escape character.
    NoEscape,
    /// The only field is empty, and may not be quoted.
    SingleEmptyField,
    /// A field between spaces is empty, and may not be quoted.
    EmptyField,
    OutOfMemory,
}

impl From<OutOfMemory> for Fault {
    fn from(_: OutOfMemory) -> Self {
        Fault::OutOfMemory
    }
}

/// What a field is, as far as it matters for quoting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A text.
    Text,
    /// A text that is a number as well.
    NumericText,
    Number,
    /// No value: `None`.
    Null,
    Other,
}

impl Format {
    /// The format of `syntax`, with `terminator` at the end of each record.
    pub(crate) fn new(syntax: &Syntax, terminator: Text) -> Result<Self, OutOfMemory> {
        let specials = Specials::new(syntax, &terminator)?;
        let plain_numbers = !specials.iter().any(is_of_numbers);
        let after_space = syntax.delimiter == u32::from(b' ') && syntax.skip_space;
        Ok(Format {
            syntax: syntax.clone(),
            terminator,
            specials,
            empty_is_lost: syntax.rules.empty_is_quoted && after_space,
            plain_numbers,
        })
    }

    /// Whether fields of that kind are quoted, whatever they are.
    #[inline]
    fn is_quoted(&self, kind: Kind) -> bool {
        match self.syntax.quoting {
            Quoting::Minimal | Quoting::None => false,
            Quoting::All => true,
            Quoting::NonNumeric => !matches!(kind, Kind::Number | Kind::NumericText),
            #[cfg(Py_3_12)]
            Quoting::Strings => matches!(kind, Kind::Text | Kind::NumericText),
            #[cfg(Py_3_12)]
            Quoting::NotNull => kind != Kind::Null,
        }
    }

    /// Whether fields of that kind may not be quoted even if they are empty.
    #[cfg_attr(not(Py_3_12), expect(unused_variables))]
    fn is_never_quoted(&self, kind: Kind) -> bool {
        match self.syntax.quoting {
            Quoting::None => true,
            #[cfg(Py_3_12)]
            Quoting::Strings | Quoting::NotNull => kind == Kind::Null,
            _ => false,
        }
    }
}

/// Whether numbers are written with that character.
fn is_of_numbers(code: u32) -> bool {
    u8::try_from(code).is_ok_and(|byte| b"0123456789+-.einfa".contains(&byte))
}

/// A record that is being written.
pub(crate) struct Record<'a> {
    format: &'a Format,
    out: &'a mut Text,
    fields: usize,
    /// The kind of the last field.
    kind: Kind,
}

impl<'a> Record<'a> {
    /// An empty record. It is written to `out`, in place of what is there.
    #[inline]
    pub(crate) fn new(format: &'a Format, out: &'a mut Text) -> Self {
        out.clear();
        Record {
            format,
            out,
            fields: 0,
            kind: Kind::Null,
        }
    }

    /// Appends a field.
    #[inline]
    pub(crate) fn push<U: Unit>(&mut self, field: &[U], kind: Kind) -> Result<(), Fault> {
        if field.is_empty() {
            return self.push_empty(kind);
        }
        self.start_field(kind)?;
        let quoted = self.format.is_quoted(kind);
        let special = self.format.specials.find(field, 0);
        if special < field.len() {
            self.append_guarded(field, special, quoted)
        } else {
            self.append_plain(field, quoted)
        }
    }

    /// Appends a field without text.
    pub(crate) fn push_empty(&mut self, kind: Kind) -> Result<(), Fault> {
        let lost = self.format.empty_is_lost;
        if lost && self.format.is_never_quoted(kind) {
            return Err(Fault::EmptyField);
        }
        self.start_field(kind)?;
        if lost || self.format.is_quoted(kind) {
            self.append_plain(b"", true)?;
        }
        Ok(())
    }

    /// Appends a number, in the form that Python writes it in.
    #[inline]
    pub(crate) fn push_number(&mut self, number: &[u8]) -> Result<(), Fault> {
        if !self.format.plain_numbers {
            return self.push(number, Kind::Number);
        }
        self.start_field(Kind::Number)?;
        self.append_plain(number, self.format.is_quoted(Kind::Number))
    }

    /// Ends the record.
    #[inline]
    pub(crate) fn finish(&mut self) -> Result<(), Fault> {
        if self.fields > 0 && self.out.len() == 0 {
            // It would not be told from a record without fields. Before 3.13, `None` is quoted here.
            let kind = if cfg!(Py_3_13) {
                self.kind
            } else {
                Kind::Other
            };
            if self.format.is_never_quoted(kind) {
                return Err(Fault::SingleEmptyField);
            }
            self.append_plain(b"", true)?;
        }
        Ok(self.out.extend_text(&self.format.terminator)?)
    }

    #[inline]
    fn start_field(&mut self, kind: Kind) -> Result<(), Fault> {
        if self.fields > 0 {
            self.out.push(self.format.syntax.delimiter)?;
        }
        self.fields += 1;
        self.kind = kind;
        Ok(())
    }

    /// Appends a text without special characters.
    #[inline]
    fn append_plain<U: Unit>(&mut self, field: &[U], quoted: bool) -> Result<(), Fault> {
        if quoted {
            self.append_quote()?;
        }
        self.out.extend(field)?;
        if quoted {
            self.append_quote()?;
        }
        Ok(())
    }

    /// Appends a text whose first special character is at the index `special`.
    fn append_guarded<U: Unit>(
        &mut self,
        field: &[U],
        special: usize,
        quoted: bool,
    ) -> Result<(), Fault> {
        let format = self.format;
        let specials = || format.specials.indices(field, special);
        let quoted = quoted || specials().any(|at| format.wants_quotes(field[at].into()));
        if quoted {
            self.append_quote()?;
        }
        let mut start = 0;
        for at in specials() {
            if let Some(guard) = format.guard(field[at].into())? {
                self.out.extend(&field[start..at])?;
                self.out.push(guard)?;
                start = at;
            }
        }
        self.out.extend(&field[start..])?;
        if quoted {
            self.append_quote()?;
        }
        Ok(())
    }

    #[inline]
    fn append_quote(&mut self) -> Result<(), OutOfMemory> {
        // A dialect without a quote character quotes nothing.
        self.format
            .syntax
            .quote
            .map_or(Ok(()), |quote| self.out.push(quote))
    }
}

impl Format {
    /// Whether a field with that special character is quoted.
    fn wants_quotes(&self, code: u32) -> bool {
        if self.syntax.quoting == Quoting::None {
            false
        } else if Some(code) == self.syntax.quote {
            self.syntax.double_quote
        } else {
            Some(code) != self.syntax.escape
        }
    }

    /// What is written before that special character, if anything.
    fn guard(&self, code: u32) -> Result<Option<u32>, Fault> {
        let is_quote = Some(code) == self.syntax.quote;
        if self.syntax.quoting != Quoting::None {
            if is_quote && self.syntax.double_quote {
                return Ok(self.syntax.quote);
            }
            if !is_quote && Some(code) != self.syntax.escape {
                return Ok(None);
            }
        }
        self.syntax.escape.ok_or(Fault::NoEscape).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference;
    use crate::text::Units;

    fn text(content: &str) -> Text {
        let mut text = Text::default();
        text.extend(content.as_bytes()).unwrap();
        text
    }

    fn write(syntax: &Syntax, terminator: &str, fields: &[&str]) -> Result<String, Fault> {
        let format = Format::new(syntax, text(terminator)).unwrap();
        let mut out = Text::default();
        let mut record = Record::new(&format, &mut out);
        for field in fields {
            match *field {
                "-" => record.push_empty(Kind::Null)?,
                number if number.starts_with('#') => record.push_number(&number.as_bytes()[1..])?,
                text => record.push(text.as_bytes(), Kind::Text)?,
            }
        }
        record.finish()?;
        Ok(out.codes().filter_map(char::from_u32).collect())
    }

    #[track_caller]
    fn check(syntax: &Syntax, fields: &[&str], expected: &str) {
        assert_eq!(
            write(syntax, "\r\n", fields).unwrap(),
            format!("{expected}\r\n")
        );
    }

    #[test]
    fn quotes_what_needs_it() {
        let syntax = Syntax::excel();
        check(&syntax, &[], "");
        check(&syntax, &[""], "\"\"");
        check(&syntax, &["-"], "\"\"");
        check(&syntax, &["a", "-", "b c", "#1.5"], "a,,b c,1.5");
        check(&syntax, &["a,b", "\"", "c\nd"], "\"a,b\",\"\"\"\",\"c\nd\"");
        let long = "x".repeat(100);
        check(&syntax, &[&long, &long], &format!("{long},{long}"));
    }

    #[test]
    fn quotes_by_kind() {
        let mut syntax = Syntax::excel();
        syntax.quoting = Quoting::All;
        check(&syntax, &["a", "-", "#1"], "\"a\",\"\",\"1\"");
        syntax.quoting = Quoting::NonNumeric;
        check(&syntax, &["a", "-", "#1"], "\"a\",\"\",1");
        #[cfg(Py_3_12)]
        {
            syntax.quoting = Quoting::Strings;
            check(&syntax, &["a", "-", "#1"], "\"a\",,1");
            syntax.quoting = Quoting::NotNull;
            check(&syntax, &["a", "-", "#1"], "\"a\",,\"1\"");
        }
    }

    #[test]
    fn escapes_where_it_cannot_quote() {
        let mut syntax = Syntax::excel();
        syntax.quoting = Quoting::None;
        assert_eq!(write(&syntax, "\n", &["a,b"]), Err(Fault::NoEscape));
        assert_eq!(write(&syntax, "\n", &[""]), Err(Fault::SingleEmptyField));
        syntax.escape = Some(b'\\'.into());
        check(&syntax, &["a,b", "\\", "\""], "a\\,b,\\\\,\\\"");
        syntax.quoting = Quoting::Minimal;
        check(&syntax, &["a\\b", "\\,"], "a\\\\b,\"\\\\,\"");
        syntax.double_quote = false;
        check(&syntax, &["a\"b", "\",\""], "a\\\"b,\"\\\",\\\"\"");
        syntax.escape = None;
        assert_eq!(write(&syntax, "\n", &["a\"b"]), Err(Fault::NoEscape));
    }

    #[test]
    fn characters_of_numbers_can_be_special() {
        let mut syntax = Syntax::excel();
        syntax.delimiter = b'.'.into();
        check(&syntax, &["#1.5", "#2"], "\"1.5\".2");
    }

    #[test]
    fn all_of_a_long_terminator_is_special() {
        let syntax = Syntax::excel();
        assert_eq!(
            write(&syntax, "abcdef", &["xfx", "y"]).unwrap(),
            "\"xfx\",yabcdef"
        );
    }

    #[test]
    fn empty_fields_between_spaces() {
        let mut syntax = Syntax::excel();
        syntax.delimiter = b' '.into();
        syntax.skip_space = true;
        check(&syntax, &["a", "", "-"], "a \"\" \"\"");
        syntax.quoting = Quoting::None;
        assert_eq!(write(&syntax, "\n", &["a", ""]), Err(Fault::EmptyField));
        syntax.rules.empty_is_quoted = false;
        check(&syntax, &["a", "", "-"], "a  ");
    }

    #[test]
    fn newlines_with_another_terminator() {
        let mut syntax = Syntax::excel();
        assert_eq!(write(&syntax, "|", &["\r", "|"]).unwrap(), "\"\r\",\"|\"|");
        syntax.rules.newlines_are_special = false;
        assert_eq!(write(&syntax, "|", &["\r", "|"]).unwrap(), "\r,\"|\"|");
    }

    #[test]
    fn what_is_written_is_read_again() {
        reference::check_round_trip(&[b"a", b"", b"b,\"c\"", b"\r\n", b"\xe9 "]);
        reference::check_round_trip(&[b""]);
    }

    #[test]
    fn records_are_as_wide_as_they_must_be() {
        let format = Format::new(&Syntax::excel(), text("\n")).unwrap();
        let mut out = Text::default();
        let mut record = Record::new(&format, &mut out);
        record.push(b"\xe9", Kind::Text).unwrap();
        record.push(&[0x20acu16, b','.into()], Kind::Text).unwrap();
        record.finish().unwrap();
        let expected = "\u{e9},\"\u{20ac},\"\n".encode_utf16().collect::<Vec<_>>();
        assert_eq!(out.units(), Units::Ucs2(&expected));
    }
}
