//! The class of HMAC objects.

use corten_api::prelude::*;
use corten_digest::{Algorithm, HashData, HashState, Hasher, Hmac, hex};

use crate::State;

// Like its C original, without a docstring.
#[pyclass(name = "HMAC", module = "_hmac", immutable)]
#[derive(Traverse)]
pub(crate) struct Mac {
    #[traverse(skip)]
    code: HashState<Hmac<Hasher>>,
    #[traverse(skip)]
    algorithm: Algorithm,
}

#[pymethods]
impl Mac {
    /// A second object in the same state, for messages with a common beginning.
    #[method(signature = (), defining_class)]
    fn copy<'py>(&self, py: Python<'py>, state: &State) -> PyResult<Bound<'py, Mac>> {
        let copy = Mac::new(self.code.copy(py)?, self.algorithm);
        state.mac.create(py, copy)
    }

    /// Take the next part of the message.
    #[method(signature = (msg))]
    fn update<'py>(&self, py: Python<'py>, msg: HashData<'py>) -> PyResult<()> {
        self.code.update(py, &msg.0)
    }

    /// The code of the message so far, as bytes.
    #[method(signature = ())]
    fn digest<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        PyBytes::new(py, &self.code.digest(py)?)
    }

    /// The code of the message so far, in hexadecimal digits.
    ///
    /// They can be mailed, or put wherever bytes have no place.
    #[method(signature = ())]
    fn hexdigest<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyString>> {
        hex(py, &self.code.digest(py)?)
    }

    #[getter]
    fn name(&self) -> String {
        format!("hmac-{}", self.algorithm.name())
    }

    #[getter]
    fn block_size(&self) -> usize {
        self.algorithm.block_size()
    }

    #[getter]
    fn digest_size(&self) -> usize {
        self.algorithm.digest_size()
    }

    fn __repr__(slf: &Bound<'_, Self>) -> String {
        format!(
            "<{} HMAC object @ {:p}>",
            slf.algorithm.name(),
            slf.as_ptr()
        )
    }
}

impl Mac {
    /// The payload of a new object.
    pub(crate) fn new(code: HashState<Hmac<Hasher>>, algorithm: Algorithm) -> Self {
        Mac { code, algorithm }
    }
}
