//! Comparing secrets.

use corten_api::prelude::*;

/// Whether a equals b, in a time that does not tell where they differ.
///
/// Both are text of ASCII characters only, or both bytes-like objects. Their
/// types and lengths may show in the time that it takes.
#[pyfunction(signature = (a, b, /))]
pub(crate) fn compare_digest<'py>(a: &Bound<'py, PyAny>, b: &Bound<'py, PyAny>) -> PyResult<bool> {
    corten_digest::compare_digest(a, b)
}
