//! Distances between points.

use corten_api::prelude::*;

use crate::norm::{self, Extent, INLINE};

/// The distance of the points p and q.
///
/// Both are sequences, or other iterables, of as many coordinates.
#[pyfunction(signature = (p, q, /))]
pub(crate) fn dist<'py>(
    py: Python<'py>,
    p: &Bound<'py, PyAny>,
    q: &Bound<'py, PyAny>,
) -> PyResult<f64> {
    let (p, q) = (coordinates(p)?, coordinates(q)?);
    if p.len() != q.len() {
        return Err(PyValueError::raise(
            py,
            "both points must have the same number of dimensions",
        ));
    }
    let differences = std::iter::zip(p.borrowed_items(), q.borrowed_items())
        .map(|(p, q)| Ok((number(&p)? - number(&q)?).abs()));
    norm(py, p.len(), differences)
}

fn coordinates<'py>(point: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyTuple>> {
    match point.cast::<PyTuple>() {
        Some(tuple) => Ok(tuple.clone()),
        None => point.to_tuple(),
    }
}

/// The distance of a point from the origin: the square root of the sum of the squares of its coordinates.
///
/// Of two coordinates, the hypotenuse of a right triangle: hypot(3.0, 4.0) is 5.0.
#[pyfunction(signature = (*coordinates), text_signature = "")]
#[cfg(not(Py_3_14))]
pub(crate) fn hypot(py: Python<'_>, coordinates: &[Borrowed<'_, '_, PyAny>]) -> PyResult<f64> {
    from_origin(py, coordinates)
}

/// The distance of a point from the origin: the square root of the sum of the squares of its coordinates.
///
/// Of two coordinates, the hypotenuse of a right triangle: hypot(3.0, 4.0) is 5.0.
#[pyfunction(signature = (*coordinates))]
#[cfg(Py_3_14)]
pub(crate) fn hypot(py: Python<'_>, coordinates: &[Borrowed<'_, '_, PyAny>]) -> PyResult<f64> {
    from_origin(py, coordinates)
}

#[inline]
fn from_origin(py: Python<'_>, coordinates: &[Borrowed<'_, '_, PyAny>]) -> PyResult<f64> {
    let magnitudes = coordinates.iter().map(|item| Ok(number(item)?.abs()));
    norm(py, coordinates.len(), magnitudes)
}

#[inline]
fn number(object: &Bound<'_, PyAny>) -> PyResult<f64> {
    match object.cast_exact::<PyFloat>() {
        Some(float) => Ok(float.value()),
        None => object.to_f64(),
    }
}

/// The norm of `count` magnitudes.
#[inline]
fn norm(
    py: Python<'_>,
    count: usize,
    magnitudes: impl Iterator<Item = PyResult<f64>>,
) -> PyResult<f64> {
    match count {
        // In the plane and in space, without loops.
        2 => inline_norm::<2>(count, magnitudes),
        3 => inline_norm::<3>(count, magnitudes),
        ..=INLINE => inline_norm::<INLINE>(count, magnitudes),
        _ => long_norm(py, count, magnitudes),
    }
}

#[inline]
fn inline_norm<const N: usize>(
    count: usize,
    magnitudes: impl Iterator<Item = PyResult<f64>>,
) -> PyResult<f64> {
    let mut values = [0.0; N];
    let extent = collect(&mut values, magnitudes)?;
    Ok(norm::norm(&mut values[..count], extent))
}

fn long_norm(
    py: Python<'_>,
    count: usize,
    magnitudes: impl Iterator<Item = PyResult<f64>>,
) -> PyResult<f64> {
    let mut values = Vec::new();
    if values.try_reserve_exact(count).is_err() {
        return Err(PyErr::no_memory(py));
    }
    values.resize(count, 0.0);
    let extent = collect(&mut values, magnitudes)?;
    Ok(norm::norm(&mut values, extent))
}

/// Puts magnitudes into `values`, as far as they go.
#[inline]
fn collect(
    values: &mut [f64],
    magnitudes: impl Iterator<Item = PyResult<f64>>,
) -> PyResult<Extent> {
    let mut extent = Extent::default();
    for (value, magnitude) in values.iter_mut().zip(magnitudes) {
        *value = magnitude?;
        extent = extent.with(*value);
    }
    Ok(extent)
}
