//! While borrowed bytes are looked at, no Python code runs that could change them.
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
fn f(data: PyBuffer<'_>, function: &Bound<'_, PyAny>) {
    data.with_bytes(|bytes| {
        let _ = function.call0();
        bytes.len()
    });
}

fn main() {}
