//! Objects that are used again.

use corten_api::prelude::*;

/// Gives what it is asked for, in objects that it gave before where nobody else has them.
#[pyclass(name = "Recycler", module = "xxcorten")]
#[derive(Traverse)]
pub(crate) struct Recycler {
    tuples: Recycled<PyTuple>,
    lists: Recycled<PyList>,
    numbers: Recycled<PyAny>,
    strings: PyRefCell<RecycledStrings>,
}

#[pymethods]
impl Recycler {
    /// Of `strings`, so many are kept; others only if they are `wanted`.
    #[new(signature = (strings, wanted = true))]
    fn new(strings: usize, wanted: bool) -> Self {
        let mut kept = RecycledStrings::default();
        kept.set_len(strings);
        Recycler {
            tuples: Recycled::new_if(wanted),
            lists: Recycled::new_if(wanted),
            numbers: Recycled::new_if(wanted),
            strings: PyRefCell::new(kept),
        }
    }

    /// A tuple of those values.
    #[method(signature = (int, real, data, any, /))]
    fn tuple<'py>(
        &self,
        py: Python<'py>,
        int: i64,
        real: f64,
        data: &Bound<'py, PyBytes>,
        any: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyTuple>> {
        let values = (int, real, data.as_bytes(), any);
        let tuple = match self.tuples.take(py)? {
            Some(tuple) => fill(tuple, values)?,
            None => fill(PyTupleBuilder::new(py, 4)?, values)?,
        };
        self.tuples.keep(&tuple)?;
        Ok(tuple)
    }

    /// Goes on with a tuple that lacks an item, as making one failed: a panic.
    #[method(signature = ())]
    fn go_on(&self, py: Python<'_>) -> PyResult<bool> {
        let Some(mut tuple) = self.tuples.take(py)? else {
            return Ok(false);
        };
        let refused = tuple.push_value(Refused);
        drop(refused);
        tuple.push(py.none());
        Ok(true)
    }

    /// A list of so many times `item`.
    #[method(signature = (item, count, /))]
    fn list<'py>(
        &self,
        py: Python<'py>,
        item: &Bound<'py, PyAny>,
        count: usize,
    ) -> PyResult<Bound<'py, PyList>> {
        let list = match self.lists.take(py)? {
            Some(list) => list,
            None => PyList::empty(py)?,
        };
        for _ in 0..count {
            list.push(item.clone())?;
        }
        self.lists.keep(&list)?;
        Ok(list)
    }

    /// An int.
    #[method(signature = (value, /))]
    fn int<'py>(&self, py: Python<'py>, value: i64) -> PyResult<Bound<'py, PyAny>> {
        self.numbers.give(py, value)
    }

    /// An int without a sign.
    #[method(signature = (value, /))]
    fn unsigned<'py>(&self, py: Python<'py>, value: u64) -> PyResult<Bound<'py, PyAny>> {
        self.numbers.give(py, value)
    }

    /// A float.
    #[method(signature = (value, /))]
    fn real<'py>(&self, py: Python<'py>, value: f64) -> PyResult<Bound<'py, PyAny>> {
        self.numbers.give(py, value)
    }

    /// A copy of an ASCII text.
    #[method(signature = (text, /))]
    fn text<'py>(
        &self,
        py: Python<'py>,
        text: &Bound<'py, PyString>,
    ) -> PyResult<Bound<'py, PyString>> {
        match text.as_ascii() {
            Some(text) => self.strings.borrow_mut(py)?.get(py, text),
            None => Err(PyValueError::raise(py, "ASCII expected")),
        }
    }

    /// Lets go of tuples, lists and numbers.
    #[method(signature = ())]
    fn let_go(&self, py: Python<'_>) -> PyResult<()> {
        self.tuples.let_go(py)?;
        self.lists.let_go(py)?;
        self.numbers.let_go(py)
    }
}

fn fill<'py>(
    mut tuple: impl FillTuple<'py>,
    (int, real, data, any): (i64, f64, &[u8], &Bound<'py, PyAny>),
) -> PyResult<Bound<'py, PyTuple>> {
    tuple.push_value(int)?;
    tuple.push_value(real)?;
    tuple.push_value(data)?;
    tuple.push(any.clone());
    Ok(tuple.finish())
}

/// What no object can be made of.
struct Refused;

impl<'py> IntoPy<'py> for Refused {
    fn into_py(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Err(PyValueError::raise(py, "refused"))
    }
}

impl<'py> Recycle<'py> for Refused {
    fn recycle(self, py: Python<'py>, _: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        self.into_py(py)
    }
}
