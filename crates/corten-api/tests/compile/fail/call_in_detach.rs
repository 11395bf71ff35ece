//! The token does not cross `detach`.
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
fn f(py: Python<'_>, object: &Bound<'_, PyAny>) {
    py.detach(|| object.call0());
}

fn main() {}
