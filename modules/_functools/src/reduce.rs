//! `reduce`.

use corten_api::prelude::*;

/// Applies a function of two arguments to the items of an iterable, from left to right, so as to
/// reduce them to one value.
///
/// `initial` stands before the items, and is the result when there are none. So
/// `reduce(f, [1, 2, 3, 4])` is `f(f(f(1, 2), 3), 4)`.
#[cfg(Py_3_14)]
#[pyfunction(
    signature = (function, iterable, /, initial = Initial(None)),
    text_signature = "($module, function, iterable, /, initial=<unrepresentable>)"
)]
pub(crate) fn reduce<'py>(
    py: Python<'py>,
    function: &Bound<'py, PyAny>,
    iterable: &Bound<'py, PyAny>,
    initial: Initial<'py>,
) -> PyResult<Bound<'py, PyAny>> {
    fold(py, function, iterable, initial.0)
}

/// reduce(function, iterable[, initial]) -> value
///
/// Applies a function of two arguments to the items of an iterable, from left to right, so as to
/// reduce them to one value.
///
/// initial stands before the items, and is the result when there are none. So
/// reduce(f, [1, 2, 3, 4]) is f(f(f(1, 2), 3), 4).
#[cfg(not(Py_3_14))]
#[pyfunction(text_signature = "")]
pub(crate) fn reduce<'py>(py: Python<'py>, call: Call<'_, 'py>) -> PyResult<Bound<'py, PyAny>> {
    if call.keyword_count() > 0 {
        let text = "reduce() takes no keyword arguments";
        return Err(PyTypeError::raise(py, text));
    }
    match call.positional() {
        [function, iterable] => fold(py, function, iterable, None),
        [function, iterable, initial] => fold(py, function, iterable, Some(Bound::clone(initial))),
        arguments => {
            let given = arguments.len();
            let (word, limit) = if given < 2 { ("least", 2) } else { ("most", 3) };
            let text = format_args!("reduce expected at {word} {limit} arguments, got {given}");
            Err(PyTypeError::raise(py, text))
        }
    }
}

/// The value before the items, if one was given; `None` is one, too.
#[cfg(Py_3_14)]
pub(crate) struct Initial<'py>(Option<Bound<'py, PyAny>>);

#[cfg(Py_3_14)]
impl<'a, 'py> FromArg<'a, 'py> for Initial<'py> {
    fn from_arg(object: &'a Bound<'py, PyAny>, _arg: &Arg) -> PyResult<Self> {
        Ok(Initial(Some(object.clone())))
    }
}

fn fold<'py>(
    py: Python<'py>,
    function: &Bound<'py, PyAny>,
    iterable: &Bound<'py, PyAny>,
    initial: Option<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let mut items = match iterable.iter() {
        Ok(items) => items,
        Err(error) if error.matches::<PyTypeError>(py) => {
            drop(error);
            return Err(PyTypeError::raise(
                py,
                "reduce() arg 2 must support iteration",
            ));
        }
        Err(error) => return Err(error),
    };
    let first = initial.map(Ok).or_else(|| items.next());
    let mut result = first.unwrap_or_else(|| {
        let text = "reduce() of empty iterable with no initial value";
        Err(PyTypeError::raise(py, text))
    })?;
    for item in items {
        result = function.call(&[&result, &item?])?;
    }
    Ok(result)
}
