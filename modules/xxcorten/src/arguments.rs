//! Every kind of parameter.

use corten_api::prelude::*;

/// Takes nothing.
#[pyfunction]
pub(crate) fn nothing() {}

/// Returns its only argument.
#[pyfunction(signature = (object, /))]
pub(crate) fn one<'py>(object: &Bound<'py, PyAny>) -> Bound<'py, PyAny> {
    object.clone()
}

/// Takes two by position.
#[pyfunction(signature = (a, b, /))]
pub(crate) fn positional(a: i32, b: i32) -> i32 {
    a.wrapping_sub(b)
}

/// Takes one or two by position.
#[pyfunction(signature = (a, b = 7, /))]
pub(crate) fn optional_positional(a: i32, b: i32) -> (i32, i32) {
    (a, b)
}

/// Takes all kinds.
#[pyfunction(signature = (a, /, b, c = 3, *, d, e = None))]
pub(crate) fn mixed(
    a: i32,
    b: i32,
    c: i32,
    d: i32,
    e: Option<i32>,
) -> (i32, i32, i32, i32, Option<i32>) {
    (a, b, c, d, e)
}

/// Takes one by name.
#[pyfunction(signature = (*, newline = true))]
pub(crate) fn keyword_only(newline: bool) -> bool {
    newline
}

/// Takes any number of each.
#[pyfunction(signature = (first, *rest, **named))]
pub(crate) fn variadic<'py>(
    py: Python<'py>,
    first: &Bound<'py, PyAny>,
    rest: &Bound<'py, PyTuple>,
    named: Option<&Bound<'py, PyDict>>,
) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>, Bound<'py, PyDict>)> {
    let named = match named {
        Some(named) => named.clone(),
        None => PyDict::new(py)?,
    };
    Ok((first.clone(), rest.clone(), named))
}

/// Takes any number by position, and returns the last.
#[pyfunction(signature = (first, *rest))]
pub(crate) fn last<'py>(
    first: &Bound<'py, PyAny>,
    rest: &[Borrowed<'_, 'py, PyAny>],
) -> Bound<'py, PyAny> {
    rest.last().map_or(first, |last| last).clone()
}

/// Takes one integer of each width.
#[pyfunction(signature = (int = 0, ssize = 0, size = 0, long = 0, ulong = 0, uint = 0))]
pub(crate) fn integers(
    int: i32,
    ssize: isize,
    size: usize,
    long: i64,
    ulong: u64,
    uint: u32,
) -> (i32, isize, usize, i64, u64) {
    (int, ssize, size, long, ulong | u64::from(uint))
}

/// Takes a float.
#[pyfunction(signature = (x, /))]
pub(crate) fn floating(x: f64) -> f64 {
    x
}

/// Takes any truth.
#[pyfunction(signature = (x, /))]
pub(crate) fn truth(x: bool) -> bool {
    x
}

/// Takes text; returns its length in UTF-8.
#[pyfunction(signature = (text))]
pub(crate) fn text(text: &str) -> usize {
    text.len()
}

/// Takes text or None.
#[pyfunction(signature = (text = None, /))]
pub(crate) fn maybe(text: Option<&str>) -> Option<String> {
    text.map(ToOwned::to_owned)
}

/// Takes an int modulo 2**32.
#[pyfunction(signature = (value = UIntMask(1), /))]
pub(crate) fn masked(value: UIntMask) -> u32 {
    value.0
}

/// Takes a list.
#[pyfunction(signature = (items, other, /))]
pub(crate) fn exact_list(items: &Bound<'_, PyList>, other: &Bound<'_, PyDict>) -> (usize, usize) {
    (items.len(), other.len())
}

/// Takes a character; tells its code point and its decimal, digit and numeric value.
#[pyfunction(signature = (chr, /))]
pub(crate) fn character(chr: Character) -> (u32, Option<u8>, Option<u8>, Option<f64>) {
    (chr.0, chr.to_decimal(), chr.to_digit(), chr.to_numeric())
}

/// Takes a str; returns it, or a plain one of the same content.
#[pyfunction(signature = (text, /))]
pub(crate) fn exact_text<'py>(text: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyString>> {
    text.to_exact()
}

/// Tells whether views of an object have to be released.
#[pyfunction(signature = (object, /))]
pub(crate) fn needs_release(object: &Bound<'_, PyAny>) -> bool {
    PyBuffer::needs_release(object)
}
