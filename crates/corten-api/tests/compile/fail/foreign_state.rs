//! A function gets the state of its own module, no other.
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

struct Other;

#[pyfunction]
fn f(state: &Other) {}

fn main() {}
