//! HMAC with keys that come from Python.

use corten_api::prelude::*;

use crate::{Algorithm, Engine, Hasher, Hmac, LONG, absorb};

/// The code with `algorithm` and `key`, before the message; none with an extendable-output function.
/// Keys of [`LONG`] bytes and more are hashed with the GIL released.
///
/// # Errors
///
/// `MemoryError`.
pub fn keyed<'py>(
    py: Python<'py>,
    algorithm: Algorithm,
    key: &PyBuffer<'py>,
) -> PyResult<Option<Hmac<Hasher>>> {
    if key.len() < LONG {
        return key.with_bytes(|key| Hmac::new(algorithm, key));
    }
    // HMAC takes the digest of a key that is longer than a block, and no block is as long.
    let mut hasher = Hasher::new(algorithm);
    absorb(py, &mut hasher, key)?;
    Ok(Hmac::new(algorithm, &hasher.digest()))
}
