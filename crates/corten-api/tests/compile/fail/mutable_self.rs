//! Python objects are shared: methods take `&self`.
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
    count: u32,
}

#[pymethods]
impl C {
    #[method]
    fn add(&mut self) {
        self.count += 1;
    }
}

fn main() {}
