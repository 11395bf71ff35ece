//! `_hmac`: HMAC, with hash functions by name.
#![forbid(unsafe_code)]

mod mac;
mod names;

use corten_api::prelude::*;
use corten_digest::{Algorithm, Given, HashState, HmacKey, data_of};

use crate::mac::Mac;

corten_api::module! {
    name: "_hmac",
    state: State,
    functions: [
        new,
        compute_digest,
        compute_md5,
        compute_sha1,
        compute_sha224,
        compute_sha256,
        compute_sha384,
        compute_sha512,
        compute_sha3_224,
        compute_sha3_256,
        compute_sha3_384,
        compute_sha3_512,
        compute_blake2s_32,
        compute_blake2b_32,
    ],
    constants: [_GIL_MINSIZE = corten_digest::LONG],
}

/// What the module keeps for each interpreter.
#[derive(Traverse)]
struct State {
    mac: ClassType<Mac>,
    unknown_hash: Py<PyType>,
}

impl ModuleState for State {
    fn init(module: &Bound<'_, PyModule>) -> PyResult<Self> {
        let py = module.py();
        let unknown_hash = PyType::new_exception(
            py,
            "_hmac.UnknownHashError",
            Some(&PyValueError::type_object(py)),
        )?;
        module.add("UnknownHashError", &unknown_hash)?;
        Ok(State {
            mac: module.add_class()?,
            unknown_hash: unknown_hash.unbind(),
        })
    }
}

impl State {
    /// The hash function that `reference` names, if need be in lower case.
    fn algorithm(&self, reference: &Bound<'_, PyAny>) -> PyResult<Algorithm> {
        if let Some(name) = reference.cast::<PyString>() {
            if let Some(algorithm) = names::find(name.to_str()?) {
                return Ok(algorithm);
            }
            let lower = reference.call_method("lower", &[])?;
            let Some(lower) = lower.cast::<PyString>() else {
                let text = "bad argument type for built-in operation";
                return Err(PyTypeError::raise(reference.py(), text));
            };
            if let Some(algorithm) = names::find(lower.to_str()?) {
                return Ok(algorithm);
            }
        }
        let text = format!("unsupported hash type: {}", reference.repr()?.to_str()?);
        Err(self.unknown_hash.bind(reference.py()).raise(text))
    }
}

/// A new HMAC object.
///
///   key
///     The secret, as bytes.
///   msg
///     The beginning of the message, if there is one already.
///   digestmod
///     The name of the hash function.
#[pyfunction(signature = (key, msg = None, digestmod = Given(None)))]
fn new<'py>(
    py: Python<'py>,
    state: &State,
    key: &Bound<'py, PyAny>,
    msg: Option<&Bound<'py, PyAny>>,
    digestmod: Given<'_, 'py>,
) -> PyResult<Bound<'py, Mac>> {
    let Some(digestmod) = digestmod.0 else {
        let text = "new() missing 1 required argument 'digestmod'";
        return Err(PyTypeError::raise(py, text));
    };
    let algorithm = state.algorithm(digestmod)?;
    let key = key_of(algorithm, key)?;
    let msg = Given(msg).data()?;
    let code = HashState::with_data(py, key.begin(), msg.as_ref())?;
    state.mac.create(py, Mac::new(code, algorithm))
}

// Like their C originals, the functions that follow have no docstring.
// The code of a whole message, with the hash function of that name.
#[pyfunction(signature = (key, msg, digest))]
fn compute_digest<'py>(
    py: Python<'py>,
    state: &State,
    key: &Bound<'py, PyAny>,
    msg: &Bound<'py, PyAny>,
    digest: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyBytes>> {
    compute(py, state.algorithm(digest)?, key, msg)
}

/// Declares functions for the code of a whole message, with one hash function.
macro_rules! compute {
    ($($function:ident: $algorithm:ident;)*) => {$(
        #[pyfunction(signature = (key, msg, /))]
        fn $function<'py>(
            py: Python<'py>,
            key: &Bound<'py, PyAny>,
            msg: &Bound<'py, PyAny>,
        ) -> PyResult<Bound<'py, PyBytes>> {
            compute(py, Algorithm::$algorithm, key, msg)
        }
    )*};
}

compute! {
    compute_md5: Md5;
    compute_sha1: Sha1;
    compute_sha224: Sha224;
    compute_sha256: Sha256;
    compute_sha384: Sha384;
    compute_sha512: Sha512;
    compute_sha3_224: Sha3_224;
    compute_sha3_256: Sha3_256;
    compute_sha3_384: Sha3_384;
    compute_sha3_512: Sha3_512;
    compute_blake2s_32: Blake2s;
    compute_blake2b_32: Blake2b;
}

fn compute<'py>(
    py: Python<'py>,
    algorithm: Algorithm,
    key: &Bound<'py, PyAny>,
    msg: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyBytes>> {
    let key = key_of(algorithm, key)?;
    let msg = data_of(msg)?;
    check_len(py, &msg, "message")?;
    PyBytes::new(py, &key.code_of_buffer(py, &msg)?)
}

/// The key that `key` holds.
fn key_of(algorithm: Algorithm, key: &Bound<'_, PyAny>) -> PyResult<HmacKey> {
    let (py, key) = (key.py(), data_of(key)?);
    check_len(py, &key, "key")?;
    HmacKey::of(py, algorithm, &key)?
        .ok_or_else(|| PyValueError::raise(py, "no hash function for HMAC"))
}

/// Refuses what is longer than 32 bits can say.
fn check_len(py: Python<'_>, buffer: &PyBuffer<'_>, name: &str) -> PyResult<()> {
    match u32::try_from(buffer.len()) {
        Ok(_) => Ok(()),
        Err(_) => {
            let text = format_args!("{name} length exceeds {}", u32::MAX);
            Err(PyOverflowError::raise(py, text))
        }
    }
}
