//! A class that holds Python objects tells the collector about them.
use corten_api::prelude::*;

corten_api::module! {
    name: "m",
    state: State,
}

#[derive(Traverse)]
struct State {}

impl ModuleState for State {
    fn init(_module: &Bound<'_, PyModule>) -> PyResult<Self> {
        Ok(State {})
    }
}

#[pyclass(name = "C", module = "m")]
struct C {
    object: Py<PyAny>,
}

#[pymethods]
impl C {}

fn main() {}
