//! A guard cannot carry Python objects out of the attached part.
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
    items: PyLock<Vec<Py<PyAny>>>,
}

#[pymethods]
impl C {
    #[method]
    fn clear(&self, py: Python<'_>) -> PyResult<()> {
        let mut items = self.items.lock(py)?;
        let items = &mut *items;
        py.detach(|| items.clear());
        Ok(())
    }
}

fn main() {}
