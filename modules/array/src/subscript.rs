//! `array[key]`: single items and slices, read, replaced and removed.

use corten_api::prelude::*;

use crate::array::Array;
use crate::construct::Create;
use crate::{moves, operators, value};

/// `array[key]`.
#[inline]
pub(crate) fn get<'py>(
    array: &Bound<'py, Array>,
    py: Python<'py>,
    key: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    if key.has_index() {
        let index = key.to_index()?;
        return item(array, py, |len| position(index, len));
    }
    let bounds = slice(key)?.unpack()?;
    let part = array.create(py, |code, items| {
        moves::gather(code, items, bounds.indices(items.len()))
    })?;
    Ok(part.into_any())
}

/// The item at the index that `place` finds for so many items, unless that is none.
#[inline]
pub(crate) fn item<'py>(
    array: &Array,
    py: Python<'py>,
    place: impl FnOnce(usize) -> Option<usize> + Send,
) -> PyResult<Bound<'py, PyAny>> {
    let item = array.items.get(py, place)?;
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
        return assign_item(array, py, |len| position(index, len), value);
    }
    let bounds = slice(key)?.unpack()?;
    match value {
        None => remove_slice(array, py, bounds),
        Some(value) => assign_slice(array, py, bounds, value),
    }
}

/// Replaces or removes the item at the index that `place` finds for so many items, unless that is none.
#[inline]
pub(crate) fn assign_item(
    array: &Array,
    py: Python<'_>,
    place: impl Fn(usize) -> Option<usize> + Send,
    value: Option<&Bound<'_, PyAny>>,
) -> PyResult<()> {
    let code = array.code(py);
    let is_there = match value {
        None => {
            let find = move |items: Items<'_>| place(items.len()).map(|index| index..index + 1);
            array.items.remove(py, find)?
        }
        Some(value) => match value::plain_to_bits(code, value) {
            Some(bits) => array.items.set_bits(py, place, bits)?,
            None => convert_and_assign(array, py, place(array.len(py)), value)?,
        },
    };
    is_there
        .then_some(())
        .ok_or_else(|| PyIndexError::raise(py, "array assignment index out of range"))
}

/// Replaces the item at `index`, if it is there before and after the value has been converted, which may change
/// the array.
fn convert_and_assign(
    array: &Array,
    py: Python<'_>,
    index: Option<usize>,
    value: &Bound<'_, PyAny>,
) -> PyResult<bool> {
    let Some(index) = index else {
        return Ok(false);
    };
    let bits = value::to_bits(array.code(py), value)?;
    let place = |len| (index < len).then_some(index);
    array.items.set_bits(py, place, bits)
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
    let text = "can only assign array";
    let other = operators::array_of_same_type(array, py, value, text, "to array slice")?;
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

/// The place of an index that may count from the end, if it is one of `len` items.
#[inline]
pub(crate) fn position(index: isize, len: usize) -> Option<usize> {
    let from_start = match index < 0 {
        true => len.checked_sub(index.unsigned_abs()),
        false => Some(index.unsigned_abs()),
    };
    from_start.filter(|&index| index < len)
}

/// The place of an index that counts from the start, if it is one of `len` items.
#[inline]
pub(crate) fn inside(index: isize, len: usize) -> Option<usize> {
    usize::try_from(index).ok().filter(|&index| index < len)
}

/// The place of an index that may count from the end, and reach beyond both.
pub(crate) fn from_end(index: isize, len: usize) -> usize {
    match index < 0 {
        true => len.saturating_sub(index.unsigned_abs()),
        false => index.unsigned_abs(),
    }
}
