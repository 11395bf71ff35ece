//! `Placeholder`: keeps a place free among the arguments of a partial object.

use corten_api::prelude::*;

/// The type of Placeholder, which there is only one of.
///
/// Among the arguments of a partial object it keeps a place free for a later one.
#[pyclass(name = "_PlaceholderType", module = "functools", immutable)]
#[derive(Traverse)]
pub(crate) struct Placeholder {}

#[pymethods]
impl Placeholder {
    #[new(packed, signature = (*args, **kwargs), text_signature = "")]
    fn new<'py>(
        py: Python<'py>,
        state: &crate::State,
        args: &Bound<'py, PyTuple>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<New<'py, Self>> {
        if !args.is_empty() || kwargs.is_some_and(|kwargs| !kwargs.is_empty()) {
            let text = "PlaceholderType takes no arguments";
            return Err(PyTypeError::raise(py, text));
        }
        Ok(New::Existing(state.placeholder.bind(py).clone()))
    }

    fn __repr__(&self) -> &'static str {
        "Placeholder"
    }

    /// How to find it again, for pickle.
    #[method(name = "__reduce__", text_signature = "")]
    fn reduce(&self) -> &'static str {
        "Placeholder"
    }
}
