//! `_sha256`: SHA-224 and SHA-256 (FIPS 180-4), in Python 3.11.
#![forbid(unsafe_code)]

use corten_api::prelude::*;
use corten_digest::hash_class;

corten_api::module! {
    name: "_sha256",
    state: State,
    functions: [sha224, sha256],
}

/// What functions and methods reach.
#[derive(Traverse)]
struct State {
    sha224: ClassType<Sha224>,
    sha256: ClassType<Sha256>,
}

impl ModuleState for State {
    fn init(module: &Bound<'_, PyModule>) -> PyResult<Self> {
        let state = State {
            sha224: ClassType::new(module)?,
            sha256: ClassType::new(module)?,
        };
        let py = module.py();
        module.add("SHA224Type", state.sha224.bind(py))?;
        module.add("SHA256Type", state.sha256.bind(py))?;
        Ok(state)
    }
}

hash_class! {
    /// A SHA-224 hash object, of the data if there are any.
    fn sha224() -> Sha224;

    #[pyclass(name = "sha224", module = "_sha256", immutable)]
    struct { algorithm: Sha224, digest_size: member }
}

hash_class! {
    /// A SHA-256 hash object, of the data if there are any.
    fn sha256() -> Sha256;

    #[pyclass(name = "sha256", module = "_sha256", immutable)]
    struct { algorithm: Sha256, digest_size: member }
}
