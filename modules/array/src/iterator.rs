//! Iterating over an array.

use corten_api::prelude::*;

use crate::State;
use crate::array::Array;

#[pyclass(name = "arrayiterator", module = "array", immutable)]
#[derive(Traverse)]
pub(crate) struct ArrayIterator {
    position: PyRefCell<Position>,
    numbers: Recycled<PyAny>,
}

/// What comes next.
#[derive(Traverse)]
struct Position {
    /// Gone once the end has been reached.
    array: Option<Py<Array>>,
    index: usize,
}

impl ArrayIterator {
    pub(crate) fn new(array: &Bound<'_, Array>) -> Self {
        ArrayIterator {
            position: PyRefCell::new(Position {
                array: Some(array.clone().unbind()),
                index: 0,
            }),
            numbers: Recycled::new(),
        }
    }
}

#[pymethods]
impl ArrayIterator {
    fn __iter__<'py>(slf: &Bound<'py, Self>) -> Bound<'py, Self> {
        slf.clone()
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let mut position = self.position.borrow_mut(py)?;
        let Some(array) = &position.array else {
            return Ok(None);
        };
        let item = array.bind(py).get_next(py, position.index, &self.numbers);
        if !matches!(item, Ok(None)) {
            position.index += 1;
            return item;
        }
        let array = position.array.take();
        drop(position);
        drop(array);
        Ok(None)
    }

    /// How to make an equal iterator, for pickle.
    #[method(name = "__reduce__", defining_class, signature = ())]
    fn reduce<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let iter = py.import("builtins")?.getattr("iter")?;
        let position = self.position.borrow(py)?;
        let (array, index) = (
            position.array.as_ref().map(|array| array.clone_ref(py)),
            position.index,
        );
        drop(position);
        match array {
            Some(array) => (iter, (array,), index).into_py(py),
            None => (iter, (PyTuple::empty(py)?,)).into_py(py),
        }
    }

    /// Goes to an index, as far as the array reaches, for pickle.
    #[method(name = "__setstate__", signature = (index, /), text_signature = "($self, state, /)")]
    fn set_state(&self, py: Python<'_>, index: &Bound<'_, PyAny>) -> PyResult<()> {
        if index.cast::<PyInt>().is_none() {
            return Err(PyTypeError::raise(py, "an integer is required"));
        }
        let index = isize::from_arg(index, &Arg::only("__setstate__"))?;
        let mut position = self.position.borrow_mut(py)?;
        if let Some(array) = &position.array {
            let len = array.bind(py).len(py);
            position.index = usize::try_from(index).unwrap_or(0).min(len);
        }
        Ok(())
    }
}

/// The iterator of `iter(array)`.
pub(crate) fn iter<'py>(
    array: &Bound<'py, Array>,
    state: &State,
) -> PyResult<Bound<'py, ArrayIterator>> {
    state.iterator.create(array.py(), ArrayIterator::new(array))
}
