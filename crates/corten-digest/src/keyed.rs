//! HMAC with keys and messages that come from Python.

use corten_api::prelude::*;

use crate::{Algorithm, Digest, Engine, Hasher, HmacKey, LONG, absorb};

impl HmacKey {
    /// The key `key`; none for an extendable-output function. Those of [`LONG`] bytes and more are
    /// hashed with the GIL released.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    pub fn of<'py>(
        py: Python<'py>,
        algorithm: Algorithm,
        key: &PyBuffer<'py>,
    ) -> PyResult<Option<Self>> {
        if key.len() < LONG {
            return key.with_bytes(|key| Self::new(algorithm, key));
        }
        // The digest stands for a key that is longer than a block, and no block is as long.
        let mut hasher = Hasher::new(algorithm);
        absorb(py, &mut hasher, key)?;
        Ok(Self::new(algorithm, &hasher.digest()))
    }

    /// The code of a whole message, with the GIL released for long ones.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    pub fn code_of_buffer<'py>(
        &self,
        py: Python<'py>,
        message: &PyBuffer<'py>,
    ) -> PyResult<Digest> {
        if message.len() < LONG {
            return message.with_bytes(|message| self.code_of(message));
        }
        let mut code = self.begin();
        absorb(py, &mut code, message)?;
        Ok(code.digest())
    }
}
