//! Everything the macros generate lives under `forbid(unsafe_code)`.
#![forbid(unsafe_code)]
#![deny(warnings)]

use corten_api::prelude::*;

corten_api::module! {
    name: "m",
    state: State,
    functions: [f, g, h, k],
    constants: [A = 1],
}

#[derive(Traverse)]
struct State {
    class: ClassType<Class>,
    #[traverse(skip)]
    _table: std::collections::HashMap<u8, u8>,
}

impl ModuleState for State {
    fn init(module: &Bound<'_, PyModule>) -> PyResult<Self> {
        Ok(State { class: module.add_class()?, _table: Default::default() })
    }
}

#[pyfunction]
fn f() {}

#[pyfunction(signature = (x, /))]
fn g(x: i32) -> i32 {
    x
}

#[pyfunction(signature = (x, y = 2.5, /))]
fn h(x: bool, y: f64) -> (bool, f64) {
    (x, y)
}

#[pyfunction(signature = (x, *rest, y = None, **named))]
fn k<'py>(
    py: Python<'py>,
    state: &State,
    x: &Bound<'py, PyAny>,
    rest: &Bound<'py, PyTuple>,
    y: Option<&str>,
    named: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, Class>> {
    let _ = (rest, y, named);
    state.class.create(py, Class { item: PyRefCell::new(Some(x.clone().unbind())), size: 0 })
}

/// A class.
#[pyclass(name = "Class", module = "m", basetype, dict, weakref, vectorcall)]
#[derive(Traverse)]
struct Class {
    item: PyRefCell<Option<Py<PyAny>>>,
    /// A number.
    #[member]
    size: isize,
}

#[pymethods]
impl Class {
    #[new(signature = (size = 1))]
    fn new(size: isize) -> Self {
        Class { item: PyRefCell::new(None), size }
    }

    #[method(signature = (x, /))]
    fn put(&self, py: Python<'_>, x: Py<PyAny>) -> PyResult<()> {
        let old = self.item.borrow_mut(py)?.replace(x);
        drop(old);
        Ok(())
    }

    #[getter]
    fn item<'py>(slf: &Bound<'py, Self>, py: Python<'py>) -> PyResult<Option<Py<PyAny>>> {
        Ok(slf.item.borrow(py)?.as_ref().map(|item| item.clone_ref(py)))
    }

    fn __call__(&self) -> isize {
        self.size
    }

    fn __len__(&self) -> usize {
        0
    }
}

fn main() {}
