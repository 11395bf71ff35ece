//! The payload of Python's hash objects.

use corten_api::prelude::*;

use crate::{Digest, Engine};

/// An engine that one thread at a time uses.
pub struct HashState<E>(PyLock<E>);

impl<E: Engine> HashState<E> {
    /// The payload of a new object.
    pub fn new(engine: E) -> Self {
        Self(PyLock::new(engine))
    }

    /// The payload of a new object that begins with `data`.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    pub fn with_data<'py>(
        py: Python<'py>,
        mut engine: E,
        data: Option<&PyBuffer<'py>>,
    ) -> PyResult<Self> {
        if let Some(data) = data {
            absorb(py, &mut engine, data)?;
        }
        Ok(Self::new(engine))
    }

    /// Takes more data: those of [`LONG`] bytes and more with the GIL released.
    ///
    /// # Errors
    ///
    /// `MemoryError`; `RuntimeError` when this thread is at it already.
    pub fn update<'py>(&self, py: Python<'py>, data: &PyBuffer<'py>) -> PyResult<()> {
        absorb(py, &mut *self.0.lock(py)?, data)
    }

    /// The digest so far.
    ///
    /// # Errors
    ///
    /// `RuntimeError` when this thread is at work on the object already.
    pub fn digest(&self, py: Python<'_>) -> PyResult<Digest> {
        Ok(self.0.lock(py)?.digest())
    }

    /// The payload of a copy of the object.
    ///
    /// # Errors
    ///
    /// As [`digest`](Self::digest).
    pub fn copy(&self, py: Python<'_>) -> PyResult<Self> {
        self.with(py, |engine| Self::new(engine.clone()))
    }

    /// Looks at the engine.
    ///
    /// # Errors
    ///
    /// As [`digest`](Self::digest).
    pub fn with<R>(&self, py: Python<'_>, look: impl FnOnce(&E) -> R) -> PyResult<R> {
        Ok(look(&*self.0.lock(py)?))
    }
}

/// Data from this length on are hashed with the GIL released, as in C.
pub const LONG: usize = 2048;

fn absorb<'py>(py: Python<'py>, engine: &mut impl Engine, data: &PyBuffer<'py>) -> PyResult<()> {
    if data.len() < LONG {
        data.with_bytes(|bytes| engine.update(bytes))
    } else {
        data.for_each_detached(py, |bytes| engine.update(bytes))
    }
}
