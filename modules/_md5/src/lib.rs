//! `_md5`: MD5 (RFC 1321).
#![forbid(unsafe_code)]

use corten_api::prelude::*;
use corten_digest::hash_class;

corten_api::module! {
    name: "_md5",
    state: State,
    functions: [md5],
    constants: [
        #[cfg(Py_3_14)]
        _GIL_MINSIZE = corten_digest::LONG,
    ],
}

/// What functions and methods reach.
#[derive(Traverse)]
struct State {
    md5: ClassType<Md5>,
}

impl ModuleState for State {
    fn init(module: &Bound<'_, PyModule>) -> PyResult<Self> {
        let state = State {
            md5: ClassType::new(module)?,
        };
        let py = module.py();
        module.add("MD5Type", state.md5.bind(py))?;
        Ok(state)
    }
}

hash_class! {
    /// An MD5 hash object, of the data if there are any.
    fn md5() -> Md5;

    #[pyclass(name = "md5", module = "_md5", immutable)]
    struct { algorithm: Md5, digest_size: getter }
}
