//! `_sha1`: SHA-1 (FIPS 180-4).
#![forbid(unsafe_code)]

use corten_api::prelude::*;
use corten_digest::hash_class;

corten_api::module! {
    name: "_sha1",
    state: State,
    functions: [sha1],
    constants: [
        #[cfg(Py_3_14)]
        _GIL_MINSIZE = corten_digest::LONG,
    ],
}

/// What functions and methods reach.
#[derive(Traverse)]
struct State {
    sha1: ClassType<Sha1>,
}

impl ModuleState for State {
    fn init(module: &Bound<'_, PyModule>) -> PyResult<Self> {
        let state = State {
            sha1: ClassType::new(module)?,
        };
        let py = module.py();
        module.add("SHA1Type", state.sha1.bind(py))?;
        Ok(state)
    }
}

hash_class! {
    /// A SHA-1 hash object, of the data if there are any.
    fn sha1() -> Sha1;

    #[pyclass(name = "sha1", module = "_sha1", immutable)]
    struct { algorithm: Sha1, digest_size: getter }
}
