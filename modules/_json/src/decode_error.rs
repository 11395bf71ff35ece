//! Raising `json.JSONDecodeError`.

use corten_api::prelude::*;

/// Raises `json.decoder.JSONDecodeError(message, document, position)`.
#[cold]
pub(crate) fn raise(message: &str, document: &Bound<'_, PyString>, position: usize) -> PyErr {
    try_raise(message, document, position).unwrap_or_else(|error| error)
}

fn try_raise(message: &str, document: &Bound<'_, PyString>, position: usize) -> PyResult<PyErr> {
    let py = document.py();
    let class = py.import("json.decoder")?.getattr("JSONDecodeError")?;
    let message = PyString::new(py, message)?;
    let position = PyInt::from_i64(py, position as i64)?;
    let error = class.call(&[message.as_any(), document.as_any(), position.as_any()])?;
    // The name may have been bound to anything.
    let Some(class) = class.cast::<PyType>() else {
        let class = class.repr()?;
        return Ok(PySystemError::raise(
            py,
            format_args!(
                "exception {} is not a BaseException subclass",
                class.to_str()?
            ),
        ));
    };
    Ok(PyErr::set_object(class, &error))
}
