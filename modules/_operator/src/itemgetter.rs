//! `itemgetter`.

use corten_api::prelude::*;

use crate::getter::{check, repr};

/// Makes a function that fetches items of what it is called with.
///
/// itemgetter(2)(r) is the item of r at 2; itemgetter(2, 5, 3)(r) is a tuple of those at 2, 5 and 3.
#[pyclass(
    name = "itemgetter",
    module = "operator",
    immutable,
    vectorcall,
    getattr
)]
#[derive(Traverse)]
pub(crate) struct ItemGetter {
    keys: Py<PyTuple>,
    /// The only key, if it is an index from the start.
    index: Option<usize>,
}

#[pymethods]
impl ItemGetter {
    #[cfg_attr(
        Py_3_12,
        new(packed, signature = (*args, **kwargs), text_signature = "(item, /, *items)")
    )]
    #[cfg_attr(
        not(Py_3_12),
        new(packed, signature = (*args, **kwargs), text_signature = "")
    )]
    fn new(args: &Bound<'_, PyTuple>, kwargs: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        check("itemgetter", args, kwargs)?;
        let index = match args.as_slice() {
            [key] => key.cast_exact::<PyInt>().and_then(Bound::to_i64),
            _ => None,
        };
        Ok(ItemGetter {
            keys: args.clone().unbind(),
            index: index.and_then(|index| usize::try_from(index).ok()),
        })
    }

    #[call(name = "itemgetter", signature = (obj, /))]
    fn __call__<'py>(
        &self,
        py: Python<'py>,
        obj: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        if let Some(index) = self.index
            && let Some(item) = item_at(obj, index)
        {
            return Ok(item);
        }
        match self.keys.bind(py).as_slice() {
            [key] => obj.get_item_of(key),
            keys => {
                let mut items = PyTupleBuilder::new(py, keys.len())?;
                for key in keys {
                    items.push(obj.get_item_of(key)?);
                }
                Ok(items.finish().into_any())
            }
        }
    }

    fn __repr__<'py>(slf: &Bound<'py, Self>, py: Python<'py>) -> PyResult<Bound<'py, PyString>> {
        let Some(_guard) = slf.as_any().repr_guard()? else {
            return PyString::new(py, "operator.itemgetter(...)");
        };
        repr(py, "itemgetter", slf.keys.bind(py))
    }

    /// How to make an equal one, for pickle.
    #[method(name = "__reduce__", text_signature = "")]
    fn reduce<'py>(slf: &Bound<'py, Self>, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        (slf.as_any().get_type(), &slf.keys).into_py(py)
    }

    #[cfg(Py_3_13)]
    #[getter(name = "__text_signature__")]
    fn text_signature(&self) -> &'static str {
        "(obj, /)"
    }
}

/// The item of a tuple or list, if there is one at the index.
#[inline]
fn item_at<'py>(object: &Bound<'py, PyAny>, index: usize) -> Option<Bound<'py, PyAny>> {
    match object.cast_exact::<PyTuple>() {
        Some(tuple) => tuple.get(index),
        None => object.cast_exact::<PyList>()?.get(index),
    }
}
