//! HMAC: the class, and the code of a whole message.

use corten_api::prelude::*;
use corten_digest::{Algorithm, Given, HashData, HashState, Hasher, Hmac, HmacKey, hex};

use crate::{State, no_reason};

/// HMAC at work on a message that comes piece by piece.
///
///   update() takes more of the message
///   digest() returns the code of all so far
///   hexdigest() returns it in hexadecimal digits
///   copy() returns a second object in the same state
///
///   name is "hmac-" and the hash function's name
///   digest_size is the number of bytes in a code
#[pyclass(name = "HMAC", module = "_hashlib", immutable)]
pub(crate) struct Mac {
    state: HashState<Hmac<Hasher>>,
    algorithm: Algorithm,
}

#[pymethods]
impl Mac {
    /// Take the next part of the message.
    #[method(signature = (msg))]
    fn update<'py>(&self, py: Python<'py>, msg: HashData<'py>) -> PyResult<()> {
        self.state.update(py, &msg.0)
    }

    /// The code of the message so far, as bytes.
    #[method(signature = ())]
    fn digest<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        PyBytes::new(py, &self.state.digest(py)?)
    }

    /// The code of the message so far, in hexadecimal digits.
    ///
    /// They can be mailed, or put wherever bytes have no place.
    #[method(signature = ())]
    fn hexdigest<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyString>> {
        hex(py, &self.state.digest(py)?)
    }

    /// A second object in the same state, for messages with a common beginning.
    #[method(signature = ())]
    fn copy<'py>(&self, py: Python<'py>, state: &State) -> PyResult<Bound<'py, Mac>> {
        let copy = Mac {
            state: self.state.copy(py)?,
            algorithm: self.algorithm,
        };
        state.mac.create(py, copy)
    }

    #[getter]
    fn digest_size(&self) -> usize {
        self.algorithm.digest_size()
    }

    #[getter]
    fn block_size(&self) -> usize {
        self.algorithm.block_size()
    }

    #[getter]
    fn name(&self) -> String {
        format!("hmac-{}", self.algorithm.name())
    }

    fn __repr__(slf: &Bound<'_, Self>) -> String {
        format!(
            "<{} HMAC object @ {:p}>",
            slf.algorithm.name(),
            slf.as_ptr()
        )
    }
}

/// A new HMAC object.
///
///   key
///     The secret, as bytes.
///   msg
///     The beginning of the message, if there is one already.
///   digestmod
///     The hash function: its name, or its constructor here.
#[pyfunction(
    signature = (key, msg = None, digestmod = Given(None)),
    text_signature = "($module, /, key, msg=b'', digestmod=None)",
)]
pub(crate) fn hmac_new<'py>(
    py: Python<'py>,
    state: &State,
    key: PyBuffer<'py>,
    msg: Option<&Bound<'py, PyAny>>,
    digestmod: Given<'_, 'py>,
) -> PyResult<Bound<'py, Mac>> {
    check_len(py, &key, "key")?;
    let Some(digestmod) = digestmod.0 else {
        let text = "Missing required parameter 'digestmod'.";
        return Err(PyTypeError::raise(py, text));
    };
    let algorithm = state.algorithm_of(digestmod)?;
    let key = HmacKey::of(py, algorithm, &key)?.ok_or_else(|| no_reason(py))?;
    let msg = Given(msg).data()?;
    let mac = Mac {
        state: HashState::with_data(py, key.begin(), msg.as_ref())?,
        algorithm,
    };
    state.mac.create(py, mac)
}

/// The code of a whole message.
///
///   key
///     The secret, as bytes.
///   msg
///     The message.
///   digest
///     The hash function: its name, or its constructor here.
#[pyfunction(signature = (key, msg, digest))]
pub(crate) fn hmac_digest<'py>(
    py: Python<'py>,
    state: &State,
    key: PyBuffer<'py>,
    msg: PyBuffer<'py>,
    digest: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyBytes>> {
    check_len(py, &key, "key")?;
    check_len(py, &msg, "msg")?;
    let algorithm = state.algorithm_of(digest)?;
    let key = HmacKey::of(py, algorithm, &key)?.ok_or_else(|| no_reason(py))?;
    PyBytes::new(py, &key.code_of_buffer(py, &msg)?)
}

/// Refuses what does not fit a C `int`: OpenSSL's interface could not take it.
pub(crate) fn check_len(py: Python<'_>, buffer: &PyBuffer<'_>, name: &str) -> PyResult<()> {
    match i32::try_from(buffer.len()) {
        Ok(_) => Ok(()),
        Err(_) => {
            let text = format_args!("{name} is too long.");
            Err(PyOverflowError::raise(py, text))
        }
    }
}
