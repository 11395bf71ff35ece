//! How a kind of CSV is written.

/// The characters and rules of a dialect.
#[derive(Clone, Debug)]
pub(crate) struct Syntax {
    /// Stands between fields.
    pub(crate) delimiter: u32,
    /// Stands around fields that hold special characters.
    pub(crate) quote: Option<u32>,
    /// Takes the special meaning from the character behind it.
    pub(crate) escape: Option<u32>,
    /// What is quoted.
    pub(crate) quoting: Quoting,
    /// Whether a quote within a quoted field is written twice.
    pub(crate) double_quote: bool,
    /// Whether spaces behind a delimiter are left out.
    pub(crate) skip_space: bool,
    /// Whether bad input is an error.
    pub(crate) strict: bool,
    /// What the interpreter's release does.
    pub(crate) rules: Rules,
}

/// What CPython changed in maintenance releases: each is true for the newest.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules {
    /// Whether newlines are special to a writer with another line terminator.
    pub(crate) newlines_are_special: bool,
    /// Whether an empty field is quoted where it would not be seen, between spaces.
    pub(crate) empty_is_quoted: bool,
    /// Whether what begins with an escaped character can be a number.
    pub(crate) numbers_are_escaped: bool,
}

/// What is quoted, with the numbers that Python has for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quoting {
    /// What cannot be written otherwise.
    Minimal = 0,
    /// Everything.
    All = 1,
    /// Everything but numbers; what is read without quotes is a number.
    NonNumeric = 2,
    /// Nothing: special characters are escaped.
    None = 3,
    /// Strings; from 3.13 on, what is read without quotes is a number, or missing.
    #[cfg(Py_3_12)]
    Strings = 4,
    /// Everything but `None`; from 3.13 on, what is read as nothing without quotes is missing.
    #[cfg(Py_3_12)]
    NotNull = 5,
}

impl Quoting {
    /// The one of that number.
    pub(crate) fn from_code(code: i32) -> Option<Self> {
        const ALL: &[Quoting] = &[
            Quoting::Minimal,
            Quoting::All,
            Quoting::NonNumeric,
            Quoting::None,
            #[cfg(Py_3_12)]
            Quoting::Strings,
            #[cfg(Py_3_12)]
            Quoting::NotNull,
        ];
        ALL.iter().copied().find(|&quoting| quoting as i32 == code)
    }
}

/// `\n` or `\r`: the end of a record, where it has no other meaning.
#[inline]
pub(crate) fn is_newline(code: u32) -> bool {
    code == u32::from(b'\n') || code == u32::from(b'\r')
}

/// Memory ran out.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct OutOfMemory;

impl From<std::collections::TryReserveError> for OutOfMemory {
    fn from(_: std::collections::TryReserveError) -> Self {
        OutOfMemory
    }
}
