//! A Python reference cannot be released where no interpreter is attached.
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

#[pyfunction]
fn f(py: Python<'_>) {
    let object = py.none().unbind();
    py.detach(move || drop(object));
}

fn main() {}
