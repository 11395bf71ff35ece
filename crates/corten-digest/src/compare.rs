//! Comparing secrets.

use std::borrow::Cow;

use constant_time_eq::constant_time_eq;
use corten_api::prelude::*;

use crate::sequence_of;

/// Whether `a` equals `b`, in a time that does not tell where they differ.
///
/// Both are text of ASCII characters only, or both bytes-like objects. Their types and lengths may
/// show in the time that it takes.
///
/// # Errors
///
/// `TypeError` for other text and other types, `BufferError` for more than one dimension.
pub fn compare_digest<'py>(a: &Bound<'py, PyAny>, b: &Bound<'py, PyAny>) -> PyResult<bool> {
    let py = a.py();
    if let (Some(a), Some(b)) = (a.cast::<PyString>(), b.cast::<PyString>()) {
        let (Some(a), Some(b)) = (ascii_of(a), ascii_of(b)) else {
            let text = "comparing strings with non-ASCII characters is not supported";
            return Err(PyTypeError::raise(py, text));
        };
        return Ok(are_equal(a, b));
    }
    if !a.has_buffer() && !b.has_buffer() {
        let text = format_args!(
            "unsupported operand types(s) or combination of types: '{:.100}' and '{:.100}'",
            a.type_name(),
            b.type_name()
        );
        return Err(PyTypeError::raise(py, text));
    }
    let (a, b) = (sequence_of(a)?, sequence_of(b)?);
    Ok(are_equal(&content(py, &a)?, &content(py, &b)?))
}

/// The text, if it is ASCII.
fn ascii_of<'a>(text: &'a Bound<'_, PyString>) -> Option<&'a [u8]> {
    match text.data() {
        StrData::Ascii(text) => Some(text),
        // Instances of subclasses are not known to be ASCII.
        StrData::Latin1(text) => text.is_ascii().then_some(text),
        _ => None,
    }
}

/// Bytes of different lengths take as long as those of the second's.
fn are_equal(a: &[u8], b: &[u8]) -> bool {
    let is_as_long = a.len() == b.len();
    constant_time_eq(if is_as_long { a } else { b }, b) & is_as_long
}

/// The bytes, or a copy of those that may change.
fn content<'a, 'py>(py: Python<'py>, bytes: &'a PyBuffer<'py>) -> PyResult<Cow<'a, [u8]>> {
    if let Some(frozen) = bytes.frozen() {
        return Ok(Cow::Borrowed(frozen));
    }
    let mut copy = Vec::new();
    bytes.append_to(py, 0..bytes.len(), &mut copy)?;
    Ok(Cow::Owned(copy))
}
