//! `_sha2`: SHA-2 (FIPS 180-4).
#![forbid(unsafe_code)]

use corten_api::prelude::*;
use corten_digest::hash_class;

corten_api::module! {
    name: "_sha2",
    state: State,
    functions: [sha224, sha256, sha384, sha512],
    constants: [
        #[cfg(Py_3_14)]
        _GIL_MINSIZE = corten_digest::LONG,
    ],
}

/// What functions and methods reach.
#[derive(Traverse)]
struct State {
    sha224: ClassType<Sha224>,
    sha256: ClassType<Sha256>,
    sha384: ClassType<Sha384>,
    sha512: ClassType<Sha512>,
}

impl ModuleState for State {
    fn init(module: &Bound<'_, PyModule>) -> PyResult<Self> {
        let state = State {
            sha224: ClassType::new(module)?,
            sha256: ClassType::new(module)?,
            sha384: ClassType::new(module)?,
            sha512: ClassType::new(module)?,
        };
        let py = module.py();
        module.add("SHA224Type", state.sha224.bind(py))?;
        module.add("SHA256Type", state.sha256.bind(py))?;
        module.add("SHA384Type", state.sha384.bind(py))?;
        module.add("SHA512Type", state.sha512.bind(py))?;
        Ok(state)
    }
}

hash_class! {
    /// A SHA-224 hash object, of the data if there are any.
    fn sha224() -> Sha224;

    #[pyclass(name = "SHA224Type", module = "_sha2", immutable)]
    struct { algorithm: Sha224, digest_size: getter }
}

hash_class! {
    /// A SHA-256 hash object, of the data if there are any.
    fn sha256() -> Sha256;

    #[pyclass(name = "SHA256Type", module = "_sha2", immutable)]
    struct { algorithm: Sha256, digest_size: getter }
}

hash_class! {
    /// A SHA-384 hash object, of the data if there are any.
    fn sha384() -> Sha384;

    #[pyclass(name = "SHA384Type", module = "_sha2", immutable)]
    struct { algorithm: Sha384, digest_size: getter }
}

hash_class! {
    /// A SHA-512 hash object, of the data if there are any.
    fn sha512() -> Sha512;

    #[pyclass(name = "SHA512Type", module = "_sha2", immutable)]
    struct { algorithm: Sha512, digest_size: getter }
}
