//! Payload is fit for threads.
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
#[derive(Traverse)]
struct C {
    #[traverse(skip)]
    shared: std::rc::Rc<u32>,
}

#[pymethods]
impl C {}

fn main() {}
