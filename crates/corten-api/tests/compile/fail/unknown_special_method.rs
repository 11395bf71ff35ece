//! A misspelt special method is no silent ordinary one.
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
struct C {}

#[pymethods]
impl C {
    fn __lenght__(&self) -> usize {
        0
    }
}

fn main() {}
