//! `_sha512`: SHA-384 and SHA-512 (FIPS 180-4), in Python 3.11.
#![forbid(unsafe_code)]

use corten_api::prelude::*;
use corten_digest::hash_class;

corten_api::module! {
    name: "_sha512",
    state: State,
    functions: [sha384, sha512],
}

/// What functions and methods reach.
#[derive(Traverse)]
struct State {
    sha384: ClassType<Sha384>,
    sha512: ClassType<Sha512>,
}

impl ModuleState for State {
    fn init(module: &Bound<'_, PyModule>) -> PyResult<Self> {
        let state = State {
            sha384: ClassType::new(module)?,
            sha512: ClassType::new(module)?,
        };
        let py = module.py();
        // A slip of 3.11: the name is that of the other class.
        module.add("SHA384Type", state.sha512.bind(py))?;
        Ok(state)
    }
}

hash_class! {
    /// A SHA-384 hash object, of the data if there are any.
    fn sha384() -> Sha384;

    #[pyclass(name = "sha384", module = "_sha512", immutable)]
    struct { algorithm: Sha384, digest_size: member }
}

hash_class! {
    /// A SHA-512 hash object, of the data if there are any.
    fn sha512() -> Sha512;

    #[pyclass(name = "sha512", module = "_sha512", immutable)]
    struct { algorithm: Sha512, digest_size: member }
}
