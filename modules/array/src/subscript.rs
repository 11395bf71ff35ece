//! `array[key]`: single items and slices, read, replaced and removed.

use corten_api::prelude::*;

use crate::array::{Array, Create, bad_argument, not_array, position};
use crate::{moves, value};

/// `array[key]`.
#[inline]
pub(crate) fn get<'py>(
    array: &Bound<'py, Array>,
    py: Python<'py>,
    key: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    if key.has_index() {
        let index = key.to_index()?;
        return item(array, py, position(index, array.len(py)));
    }
    let bounds = slice(key)?.unpack()?;
    let part = array.create(py, |code, items| {
        moves::gather(code, items, bounds.indices(items.len()))
    })?;
    Ok(part.into_any())
}

/// The item at `index`, unless that is none.
#[inline]
pub(crate) fn item<'py>(
    array: &Array,
    py: Python<'py>,
    index: Option<usize>,
) -> PyResult<Bound<'py, PyAny>> {
    let item = match index {
        Some(index) => array.items.get(py, index)?,
        None => None,
    };
    item.ok_or_else(|| PyIndexError::raise(py, "array index out of range"))
}

/// `array[key] = value`, or `del array[key]` without a value.
#[inline]
pub(crate) fn assign(
    array: &Array,
    py: Python<'_>,
    key: &Bound<'_, PyAny>,
    value: Option<&Bound<'_, PyAny>>,
) -> PyResult<()> {
    if key.has_index() {
        let index = key.to_index()?;
        return assign_item(array, py, position(index, array.len(py)), value);
    }
    let bounds = slice(key)?.unpack()?;
    match value {
        None => remove_slice(array, py, bounds),
        Some(value) => assign_slice(array, py, bounds, value),
    }
}

/// Replaces or removes the item at `index`, unless that is none.
#[inline]
pub(crate) fn assign_item(
    array: &Array,
    py: Python<'_>,
    index: Option<usize>,
    value: Option<&Bound<'_, PyAny>>,
) -> PyResult<()> {
    let Some(index) = index.filter(|&index| index < array.len(py)) else {
        return Err(out_of_range(py));
    };
    let Some(value) = value else {
        return array.remove_range(py, index..index + 1);
    };
    let bits = value::to_bits(array.code(py), value)?;
    // Converting the value may have shortened the array.
    let is_there = array.items.with_mut(py, index..index + 1, |mut items| {
        let is_there = !items.is_empty();
        if is_there {
            items.set_bits(0, bits);
        }
        is_there
    })?;
    is_there.then_some(()).ok_or_else(|| out_of_range(py))
}

fn remove_slice(array: &Array, py: Python<'_>, bounds: SliceBounds) -> PyResult<()> {
    // Where items are lent, even an empty slice of them is refused.
    array.items.change(py, |items| {
        let indices = bounds.indices(items.len());
        moves::remove(items, indices);
    })
}

fn assign_slice(
    array: &Array,
    py: Python<'_>,
    bounds: SliceBounds,
    value: &Bound<'_, PyAny>,
) -> PyResult<()> {
    let Some(other) = value.cast::<Array>() else {
        return Err(not_array(value, "can only assign array", "to array slice"));
    };
    if array.code(py) != other.code(py) {
        return Err(bad_argument(py));
    }
    let (indices, needed) = (bounds.indices(array.len(py)), other.len(py));
    if needed == indices.count && needed > 0 {
        // On free-threaded builds either may have another length by now, and gets what there is.
        return array
            .items
            .with_mut_from(py, &other.items, |items, source| {
                let indices = bounds.indices(items.len());
                moves::scatter(items, indices, source);
            });
    }
    array.items.check_unlent(py)?;
    if indices.step == 1 {
        let done = array.items.change_from(py, &other.items, |items, source| {
            let indices = bounds.indices(items.len());
            items.splice(indices.start..indices.start + indices.count, source.bytes())
        })?;
        return done.map_err(|error| error.raise(py));
    }
    if needed == 0 {
        return remove_slice(array, py, bounds);
    }
    let count = indices.count;
    let text = "attempt to assign array of size";
    Err(PyValueError::raise(
        py,
        format_args!("{text} {needed} to extended slice of size {count}"),
    ))
}

fn slice<'a, 'py>(key: &'a Bound<'py, PyAny>) -> PyResult<&'a Bound<'py, PySlice>> {
    key.cast()
        .ok_or_else(|| PyTypeError::raise(key.py(), "array indices must be integers"))
}

#[cold]
fn out_of_range(py: Python<'_>) -> PyErr {
    PyIndexError::raise(py, "array assignment index out of range")
}
