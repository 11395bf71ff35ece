//! `+` and `*`, and what they take.

use corten_api::prelude::*;

use crate::array::Array;
use crate::construct::Create;

/// `array + other`.
pub(crate) fn concat<'py>(
    left: &Bound<'py, Array>,
    py: Python<'py>,
    right: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, Array>> {
    let right = array_of_same_type(left, py, right, "can only append array", "to array")?;
    let code = left.code(py);
    let both = left.items.with_both(py, &right.items, |left, right| {
        ItemVec::concat(code, &[left.bytes(), right.bytes()])
    })?;
    let both = both.map_err(|error| error.raise(py))?;
    left.state()?.array.create(py, both.into())
}

/// `array * count`.
pub(crate) fn repeat<'py>(
    array: &Bound<'py, Array>,
    py: Python<'py>,
    count: isize,
) -> PyResult<Bound<'py, Array>> {
    let count = usize::try_from(count).unwrap_or(0);
    array.create(py, |code, items| {
        ItemVec::repeat(code, items.bytes(), count)
    })
}

impl Array {
    /// `array *= count`. Without items, or without a change, there is nothing to refuse.
    pub(crate) fn repeat_in_place(&self, py: Python<'_>, count: isize) -> PyResult<()> {
        match usize::try_from(count).unwrap_or(0) {
            1 => Ok(()),
            _ if self.items.is_empty(py) => Ok(()),
            count => self.resized(py, |items| items.repeat_in_place(count)),
        }
    }
}

/// An operand as an array of the same type code as `array`. The texts say what can only be done with arrays.
pub(crate) fn array_of_same_type<'a, 'py>(
    own: &Array,
    py: Python<'py>,
    operand: &'a Bound<'py, PyAny>,
    what: &str,
    whereto: &str,
) -> PyResult<&'a Bound<'py, Array>> {
    let other = array(operand, what, whereto)?;
    if own.code(py) != other.code(py) {
        let text = "bad argument type for built-in operation";
        return Err(PyTypeError::raise(py, text));
    }
    Ok(other)
}

/// An operand as an array.
pub(crate) fn array<'a, 'py>(
    operand: &'a Bound<'py, PyAny>,
    what: &str,
    whereto: &str,
) -> PyResult<&'a Bound<'py, Array>> {
    operand.cast().ok_or_else(|| {
        let space = if whereto.is_empty() { "" } else { " " };
        let name = operand.type_name();
        PyTypeError::raise(
            operand.py(),
            format_args!("{what} (not \"{name:.200}\"){space}{whereto}"),
        )
    })
}
