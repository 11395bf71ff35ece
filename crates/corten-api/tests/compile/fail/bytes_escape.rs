//! Borrowed bytes do not outlive the look.
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
fn f(data: PyBuffer<'_>) -> PyResult<usize> {
    let bytes = data.with_bytes(|bytes| bytes);
    Ok(bytes?.len())
}

fn main() {}
