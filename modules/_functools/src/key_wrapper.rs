//! `cmp_to_key`: objects that are ordered by a function.

use corten_api::prelude::*;

use crate::State;

/// Makes a key function of a function that compares two objects.
///
/// The function says by a negative number, zero or a positive one how its first argument stands to
/// its second.
#[cfg_attr(Py_3_12, pyfunction(signature = (mycmp)))]
#[cfg_attr(not(Py_3_12), pyfunction(signature = (mycmp), text_signature = ""))]
pub(crate) fn cmp_to_key<'py>(
    py: Python<'py>,
    state: &State,
    mycmp: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, KeyWrapper>> {
    let wrapper = KeyWrapper {
        compare: mycmp.clone().unbind(),
        object: OptionalMember::new(None),
    };
    state.key_wrapper.create(py, wrapper)
}

/// The key function, which has no object yet, and the keys that it makes.
#[pyclass(
    name = "KeyWrapper",
    module = "functools",
    immutable,
    vectorcall,
    getattr
)]
#[derive(Traverse)]
pub(crate) struct KeyWrapper {
    compare: Py<PyAny>,
    /// The value that the key stands for.
    #[member(name = "obj", writable)]
    object: OptionalMember<PyAny>,
}

#[pymethods]
impl KeyWrapper {
    #[call(name = "K", signature = (obj))]
    fn __call__<'py>(
        &self,
        py: Python<'py>,
        state: &State,
        obj: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, KeyWrapper>> {
        let wrapper = KeyWrapper {
            compare: self.compare.clone_ref(py),
            object: OptionalMember::new(Some(obj.clone().unbind())),
        };
        state.key_wrapper.create(py, wrapper)
    }

    fn __richcmp__<'py>(
        slf: &Bound<'py, Self>,
        py: Python<'py>,
        other: &Bound<'py, PyAny>,
        op: CompareOp,
    ) -> PyResult<Bound<'py, PyAny>> {
        let Some(other) = other.cast::<KeyWrapper>() else {
            return Err(PyTypeError::raise(py, "other argument must be K instance"));
        };
        let (Some(x), Some(y)) = (slf.object.get(slf), other.object.get(other)) else {
            return Err(PyAttributeError::raise(py, "object"));
        };
        let order = slf.compare.bind(py).call(&[&x, &y])?;
        match order.cast_exact::<PyInt>().and_then(Bound::to_i64) {
            Some(order) => Ok(py.bool(op.matches(order.cmp(&0)))),
            None => order.rich_compare(&PyInt::from_i64(py, 0)?, op),
        }
    }

    #[cfg(Py_3_13)]
    #[getter(name = "__text_signature__")]
    fn text_signature(&self) -> &'static str {
        "(obj)"
    }
}
