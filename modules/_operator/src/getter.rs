//! What `attrgetter` and `itemgetter` have in common.

use corten_api::prelude::*;

/// Makes sure that the constructor of `name` got something to get, and no keywords.
pub(crate) fn check(
    name: &str,
    args: &Bound<'_, PyTuple>,
    kwargs: Option<&Bound<'_, PyDict>>,
) -> PyResult<()> {
    let py = args.py();
    if kwargs.is_some_and(|kwargs| !kwargs.is_empty()) {
        let text = format_args!("{name}() takes no keyword arguments");
        return Err(PyTypeError::raise(py, text));
    }
    if args.is_empty() {
        let text = format_args!("{name} expected 1 argument, got 0");
        return Err(PyTypeError::raise(py, text));
    }
    Ok(())
}

/// The call that makes one for `items`, of which there is one at least.
pub(crate) fn repr<'py>(
    py: Python<'py>,
    name: &str,
    items: &Bound<'py, PyTuple>,
) -> PyResult<Bound<'py, PyString>> {
    let (before, inner, after) = match items.as_slice() {
        [item] => ("(", item.repr()?, ")"),
        _ => ("", items.as_any().repr()?, ""),
    };
    PyString::new(py, "")?.join([
        PyString::new(py, &format!("operator.{name}{before}"))?,
        inner,
        PyString::new(py, after)?,
    ])
}
