//! `_hashlib`: the hash functions of `hashlib` by name, HMAC, and keys derived from passwords.
//!
//! The C module of this name is OpenSSL's face in Python; here the engines are `corten-digest`'s. The
//! names, and the texts of errors that programs may look at, are OpenSSL's.
#![forbid(unsafe_code)]

mod arguments;
mod compare;
mod hash;
mod key;
mod mac;
mod names;

use corten_api::prelude::*;
use corten_digest::Algorithm;

use crate::hash::{Hash, HashXof};
use crate::mac::Mac;

corten_api::module! {
    /// Hash functions by name, HMAC and key derivation.
    name: "_hashlib",
    state: State,
    functions: [
        hash::new,
        key::pbkdf2_hmac,
        key::scrypt,
        get_fips_mode,
        compare::compare_digest,
        mac::hmac_digest,
        mac::hmac_new,
        hash::openssl_md5,
        hash::openssl_sha1,
        hash::openssl_sha224,
        hash::openssl_sha256,
        hash::openssl_sha384,
        hash::openssl_sha512,
        hash::openssl_sha3_224,
        hash::openssl_sha3_256,
        hash::openssl_sha3_384,
        hash::openssl_sha3_512,
        hash::openssl_shake_128,
        hash::openssl_shake_256,
    ],
    constants: [
        #[cfg(Py_3_14)]
        _GIL_MINSIZE = corten_digest::LONG,
    ],
}

/// What the module keeps for each interpreter.
#[derive(Traverse)]
struct State {
    hash: ClassType<Hash>,
    hash_xof: ClassType<HashXof>,
    mac: ClassType<Mac>,
    /// The name of the hash function that each constructor makes.
    constructors: Py<PyDict>,
    unsupported: Py<PyType>,
}

impl ModuleState for State {
    fn init(module: &Bound<'_, PyModule>) -> PyResult<Self> {
        let py = module.py();
        let hash = module.add_class()?;
        let hash_xof = module.add_subclass(&hash)?;
        let mac = module.add_class()?;
        module.add("openssl_md_meth_names", all_names(py)?)?;
        let constructors = constructors(module)?;
        module.add("_constructors", constructors.proxy()?)?;
        let unsupported = PyType::new_exception(
            py,
            "_hashlib.UnsupportedDigestmodError",
            Some(&PyValueError::type_object(py)),
        )?;
        module.add("UnsupportedDigestmodError", &unsupported)?;
        Ok(State {
            hash,
            hash_xof,
            mac,
            constructors: constructors.unbind(),
            unsupported: unsupported.unbind(),
        })
    }
}

fn all_names(py: Python<'_>) -> PyResult<Bound<'_, PyFrozenSet>> {
    let all = names::WITH_CONSTRUCTOR.into_iter().chain(names::OTHERS);
    let list = PyList::empty(py)?;
    for algorithm in all {
        list.append(&PyString::new(py, algorithm.name())?)?;
    }
    PyFrozenSet::new(list.as_any())
}

/// The module's constructors, each with the name of its hash function.
fn constructors<'py>(module: &Bound<'py, PyModule>) -> PyResult<Bound<'py, PyDict>> {
    let constructors = PyDict::new(module.py())?;
    for algorithm in names::WITH_CONSTRUCTOR {
        let function = module.getattr(&format!("openssl_{}", algorithm.name()))?;
        constructors.set_item(&function, &PyString::new(module.py(), algorithm.name())?)?;
    }
    Ok(constructors)
}

impl State {
    /// The hash function called `name`. As in C, the name ends where a null character is.
    fn algorithm(&self, py: Python<'_>, name: &str) -> PyResult<Algorithm> {
        let name = name.split('\0').next().unwrap_or_default();
        names::find(name).ok_or_else(|| {
            let text = "[digital envelope routines] unsupported";
            self.unsupported.bind(py).raise(text)
        })
    }

    /// The hash function that a `digestmod` stands for: its name, or one of the constructors.
    fn algorithm_of(&self, digestmod: &Bound<'_, PyAny>) -> PyResult<Algorithm> {
        let py = digestmod.py();
        if let Some(name) = digestmod.cast::<PyString>() {
            return self.algorithm(py, name.to_str()?);
        }
        let name = self.constructors.bind(py).get_item(digestmod)?;
        match name.as_ref().and_then(Bound::cast::<PyString>) {
            Some(name) => self.algorithm(py, name.to_str()?),
            None => {
                let text = format!("Unsupported digestmod {}", digestmod.repr()?.to_str()?);
                Err(self.unsupported.bind(py).raise(text))
            }
        }
    }
}

/// What OpenSSL says when it refuses something without saying why.
#[cold]
fn no_reason(py: Python<'_>) -> PyErr {
    PyValueError::raise(py, "no reason supplied")
}

/// Whether only functions approved by FIPS 140 are to be had: never.
///
/// It is a setting of OpenSSL's, which is not used.
#[pyfunction(signature = ())]
fn get_fips_mode() -> i32 {
    0
}
