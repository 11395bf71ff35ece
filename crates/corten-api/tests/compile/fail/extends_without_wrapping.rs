//! A class that extends another one has its layout.
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

#[pyclass(name = "Base", module = "m", basetype)]
struct Base {
    value: u8,
}

#[pymethods]
impl Base {}

#[pyclass(name = "Derived", module = "m", extends = Base)]
struct Derived {
    base: Base,
    more: u8,
}

#[pymethods]
impl Derived {}

#[pyclass(name = "WithDict", module = "m", extends = Base, dict)]
struct WithDict(Base);

#[pymethods]
impl WithDict {}

fn main() {}
