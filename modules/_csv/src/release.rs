//! What CPython changed in maintenance releases.

use corten_api::{Release, Since};

use crate::syntax::Rules;

/// A writer quotes or escapes newlines whatever its line terminator (gh-67044), and quotes empty
/// fields between spaces (gh-115712).
const NEWLINES_AND_EMPTY_FIELDS: Since = &[(11, 9), (12, 3)];

/// Fields that begin with an escape character can be numbers (gh-113785).
const ESCAPED_NUMBERS: Since = &[(12, 5)];

/// The limit for fields is a `Py_ssize_t`.
const LIMIT_IS_SIZE: Since = &[(13, 5)];

/// What the interpreter does.
pub(crate) fn rules() -> Rules {
    let release = Release::running();
    Rules {
        newlines_are_special: release.has(NEWLINES_AND_EMPTY_FIELDS),
        empty_is_quoted: release.has(NEWLINES_AND_EMPTY_FIELDS),
        numbers_are_escaped: release.has(ESCAPED_NUMBERS),
    }
}

/// The C type of the limit for fields, for messages.
pub(crate) fn limit_type() -> &'static str {
    match Release::running().has(LIMIT_IS_SIZE) {
        true => "ssize_t",
        false => "long",
    }
}
