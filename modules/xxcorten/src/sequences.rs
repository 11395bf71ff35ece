//! Comparing, and lists and other sequences by index.

use corten_api::prelude::*;

fn operator(py: Python<'_>, text: &str) -> PyResult<CompareOp> {
    Ok(match text {
        "<" => CompareOp::Lt,
        "<=" => CompareOp::Le,
        "==" => CompareOp::Eq,
        "!=" => CompareOp::Ne,
        ">" => CompareOp::Gt,
        ">=" => CompareOp::Ge,
        _ => return Err(PyValueError::raise(py, "no comparison")),
    })
}

/// `left op right`, and what the type of `left` alone says.
#[pyfunction(signature = (left, op, right, /))]
pub(crate) fn compare<'py>(
    py: Python<'py>,
    left: &Bound<'py, PyAny>,
    op: &str,
    right: &Bound<'py, PyAny>,
) -> PyResult<(bool, Option<Bound<'py, PyAny>>)> {
    let op = operator(py, op)?;
    Ok((left.compare(right, op)?, left.compare_by_type(right, op)?))
}

/// `list[left] op list[right]`; None past the end.
#[pyfunction(signature = (list, left, op, right, /))]
pub(crate) fn compare_items(
    py: Python<'_>,
    list: &Bound<'_, PyList>,
    left: usize,
    op: &str,
    right: usize,
) -> PyResult<Option<bool>> {
    list.compare_items(left, right, operator(py, op)?)
}

/// The `repr()` of each item in a row, and how many items are of types that are not made at run time.
#[pyfunction(signature = (*items))]
pub(crate) fn in_a_row<'py>(
    py: Python<'py>,
    items: &[Borrowed<'_, 'py, PyAny>],
) -> PyResult<(Bound<'py, PyString>, usize)> {
    let mut parts = PyStringParts::new(py);
    for repr in try_collect(py, items.iter().map(|item| item.repr()))? {
        parts.push(repr)?;
        parts.push_str(";")?;
    }
    let of_static_types = items.iter().filter(|item| item.is_of_static_type());
    Ok((parts.finish()?, of_static_types.count()))
}

/// Exchanges two items.
#[pyfunction(signature = (list, left, right, /))]
pub(crate) fn swap(list: &Bound<'_, PyList>, left: usize, right: usize) {
    list.locked(|| list.swap(left, right));
}

/// Replaces an item, and returns it.
#[pyfunction(signature = (list, index, item, /))]
pub(crate) fn replace<'py>(
    list: &Bound<'py, PyList>,
    index: usize,
    item: Bound<'py, PyAny>,
) -> Option<Bound<'py, PyAny>> {
    list.replace(index, item)
}

/// Takes the last item.
#[pyfunction(signature = (list, /))]
pub(crate) fn pop<'py>(list: &Bound<'py, PyList>) -> PyResult<Option<Bound<'py, PyAny>>> {
    list.pop()
}

/// Inserts an item.
#[pyfunction(signature = (list, index, item, /))]
pub(crate) fn insert(
    list: &Bound<'_, PyList>,
    index: usize,
    item: &Bound<'_, PyAny>,
) -> PyResult<()> {
    list.insert(index, item)
}

/// The item number `index`, and whether the type has such.
#[pyfunction(signature = (sequence, index, /))]
pub(crate) fn sequence_item<'py>(
    sequence: &Bound<'py, PyAny>,
    index: usize,
) -> PyResult<(bool, Bound<'py, PyAny>)> {
    Ok((
        sequence.has_sequence_items(),
        sequence.sequence_item(index)?,
    ))
}
