//! Sums and products of many numbers.

use corten_api::prelude::*;

use crate::accumulator::Accumulator;
use crate::partials::{Failure, Partials};
#[cfg(Py_3_12)]
use crate::products::SumOfProducts;

/// The sum of floats, rounded only once.
#[pyfunction(signature = (seq, /))]
pub(crate) fn fsum<'py>(py: Python<'py>, seq: &Bound<'py, PyAny>) -> PyResult<f64> {
    let mut numbers = seq.numbers()?;
    let mut sum = Accumulator::new();
    while let Some(value) = next_float(&mut numbers)? {
        if !sum.add(value) {
            return sum_in_order(py, sum, value, numbers);
        }
    }
    Ok(sum.value())
}

/// The sum of `sum`, of `value`, which is too large, infinite or not a number, and of the other numbers.
#[cold]
fn sum_in_order<'py>(
    py: Python<'py>,
    sum: Accumulator,
    value: f64,
    mut numbers: Numbers<'py>,
) -> PyResult<f64> {
    let mut partials = Partials::default();
    let mut add = |value| partials.add(value).map_err(|failure| raise(failure, py));
    if value.is_finite() {
        // Otherwise, what came before does not matter any more.
        sum.parts().try_for_each(&mut add)?;
    }
    add(value)?;
    while let Some(value) = next_float(&mut numbers)? {
        add(value)?;
    }
    partials.value().map_err(|failure| raise(failure, py))
}

#[inline(always)] // as `Numbers::next`
fn next_float(numbers: &mut Numbers<'_>) -> PyResult<Option<f64>> {
    Ok(match numbers.next().transpose()? {
        None => None,
        Some(Number::Float(value)) => Some(value),
        Some(Number::Int(value)) => Some(value as f64),
        Some(Number::Other(object)) => Some(object.to_f64()?),
    })
}

#[cold]
fn raise(failure: Failure, py: Python<'_>) -> PyErr {
    match failure {
        Failure::Overflow => PyOverflowError::raise(py, "intermediate overflow in fsum"),
        Failure::NoMemory => PyMemoryError::raise(py, "math.fsum partials"),
        Failure::OppositeInfinities => PyValueError::raise(py, "-inf + inf in fsum"),
    }
}

/// The product of all items, and of start.
///
/// Of no items, start itself. Meant for numbers; other types may be refused.
#[pyfunction(signature = (iterable, /, *, start = Product::Int(1)))]
pub(crate) fn prod<'py>(
    py: Python<'py>,
    iterable: &Bound<'py, PyAny>,
    start: Product<'py>,
) -> PyResult<Bound<'py, PyAny>> {
    let mut numbers = iterable.numbers()?;
    let mut product = start;
    loop {
        if let Product::Object(object) = product {
            return object_product(object, numbers);
        }
        let Some(number) = numbers.next().transpose()? else {
            return product.into_object(py);
        };
        product = product.times(py, number)?;
    }
}

fn object_product<'py>(
    mut product: Bound<'py, PyAny>,
    mut numbers: Numbers<'py>,
) -> PyResult<Bound<'py, PyAny>> {
    while let Some(object) = numbers.next_object().transpose()? {
        product = product.mul(&object)?;
    }
    Ok(product)
}

/// A product so far, as a plain number if possible.
pub(crate) enum Product<'py> {
    Int(i64),
    Float(f64),
    Object(Bound<'py, PyAny>),
}

impl<'py> Product<'py> {
    #[inline]
    fn times(self, py: Python<'py>, number: Number<'py>) -> PyResult<Self> {
        Ok(match (&self, &number) {
            (Product::Float(a), Number::Float(b)) => Product::Float(a * b),
            (Product::Float(a), Number::Int(b)) => Product::Float(a * *b as f64),
            (Product::Int(a), Number::Float(b)) => Product::Float(*a as f64 * b),
            (Product::Int(a), Number::Int(b)) if let Some(product) = a.checked_mul(*b) => {
                Product::Int(product)
            }
            _ => {
                let product = self.into_object(py)?.mul(&number.into_py(py)?)?;
                match product.cast_exact::<PyFloat>() {
                    Some(float) => Product::Float(float.value()),
                    None => Product::Object(product),
                }
            }
        })
    }

    fn into_object(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match self {
            Product::Int(value) => value.into_py(py),
            Product::Float(value) => value.into_py(py),
            Product::Object(object) => Ok(object),
        }
    }
}

impl<'a, 'py> FromArg<'a, 'py> for Product<'py> {
    fn from_arg(object: &'a Bound<'py, PyAny>, _arg: &Arg) -> PyResult<Self> {
        Ok(match Number::from(object) {
            Number::Float(value) => Product::Float(value),
            Number::Int(value) => Product::Int(value),
            Number::Other(object) => Product::Object(object),
        })
    }
}

/// The sum of the products of the items of two iterables, which must be of one length.
///
/// As long as they are floats, or floats and ints, it is computed in three times the precision.
#[cfg(Py_3_12)]
#[pyfunction(signature = (p, q, /))]
pub(crate) fn sumprod<'py>(
    py: Python<'py>,
    p: &Bound<'py, PyAny>,
    q: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let (mut p, mut q) = (p.numbers()?, q.numbers()?);
    // It begins with ints; what follows in floats is kept apart from them.
    let mut ints = 0i64;
    let (mut a, mut b) = loop {
        let Some((a, b)) = next_pair(py, &mut p, &mut q)? else {
            return ints.into_py(py);
        };
        match int_product(&a, &b).and_then(|product| ints.checked_add(product)) {
            Some(total) => ints = total,
            None => break (a, b),
        }
    };
    let mut floats = SumOfProducts::new(ints as f64);
    let mut any_floats = false;
    let last = loop {
        let Some((x, y)) = float_pair(&a, &b) else {
            break Some((a, b));
        };
        any_floats = true;
        if !(floats.add(x, y) && add_plain_ahead(&mut floats, &mut p, &mut q)) {
            break None;
        }
        match next_pair(py, &mut p, &mut q)? {
            Some(pair) => (a, b) = pair,
            None => return floats.value().into_py(py),
        }
    };
    let mut total = match any_floats {
        true => floats.value().into_py(py)?,
        false => ints.into_py(py)?,
    };
    if let Some((a, b)) = last {
        total = plus_product(total, &a.into_py(py)?, &b.into_py(py)?)?;
    }
    object_sum(total, p, q)
}

/// Adds the products of the plain numbers that come next, some of them, up to where neither of a pair is a float.
#[cfg(Py_3_12)]
#[inline]
fn add_plain_ahead(sum: &mut SumOfProducts, p: &mut Numbers<'_>, q: &mut Numbers<'_>) -> bool {
    let mut count = 0;
    for pair in sum.room() {
        match (p.peek_after(count), q.peek_after(count)) {
            (Some(a), Some(b)) if a.is_float | b.is_float => *pair = [a.value, b.value],
            _ => break,
        }
        count += 1;
    }
    p.skip_seen(count);
    q.skip_seen(count);
    sum.add_first(count)
}

/// An item of each; `None` at the end of both.
#[cfg(Py_3_12)]
#[inline]
fn next_pair<'py>(
    py: Python<'py>,
    p: &mut Numbers<'py>,
    q: &mut Numbers<'py>,
) -> PyResult<Option<(Number<'py>, Number<'py>)>> {
    match (p.next().transpose()?, q.next().transpose()?) {
        (Some(a), Some(b)) => Ok(Some((a, b))),
        (None, None) => Ok(None),
        _ => Err(different_lengths(py)),
    }
}

/// The product of two ints, if it is small.
#[cfg(Py_3_12)]
#[inline]
fn int_product(a: &Number<'_>, b: &Number<'_>) -> Option<i64> {
    match (a, b) {
        (Number::Int(a), Number::Int(b)) => a.checked_mul(*b),
        _ => None,
    }
}

#[cfg(Py_3_12)]
fn object_sum<'py>(
    mut total: Bound<'py, PyAny>,
    mut p: Numbers<'py>,
    mut q: Numbers<'py>,
) -> PyResult<Bound<'py, PyAny>> {
    loop {
        let pair = (p.next_object().transpose()?, q.next_object().transpose()?);
        match pair {
            (Some(a), Some(b)) => total = plus_product(total, &a, &b)?,
            (None, None) => return Ok(total),
            _ => return Err(different_lengths(total.py())),
        }
    }
}

#[cfg(Py_3_12)]
fn plus_product<'py>(
    total: Bound<'py, PyAny>,
    a: &Bound<'py, PyAny>,
    b: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    total.add(&a.mul(b)?)
}

#[cfg(Py_3_12)]
#[cold]
fn different_lengths(py: Python<'_>) -> PyErr {
    PyValueError::raise(py, "Inputs are not the same length")
}

/// Both as floats, if one is a float and the other a float, an int, or a bool.
#[cfg(Py_3_12)]
#[inline]
fn float_pair(a: &Number<'_>, b: &Number<'_>) -> Option<(f64, f64)> {
    match (a, b) {
        (Number::Float(a), Number::Float(b)) => Some((*a, *b)),
        (Number::Float(a), b) => Some((*a, whole(b)?)),
        (a, Number::Float(b)) => Some((whole(a)?, *b)),
        _ => None,
    }
}

/// An int or a bool as a float, if it is not too large.
#[cfg(Py_3_12)]
fn whole(number: &Number<'_>) -> Option<f64> {
    match number {
        Number::Float(value) => Some(*value),
        Number::Int(value) => Some(*value as f64),
        Number::Other(object) => {
            let is_bool = object.cast::<PyBool>().is_some();
            let int = object.cast::<PyInt>();
            int.filter(|_| is_bool || object.cast_exact::<PyInt>().is_some())?
                .to_f64()
                .ok()
        }
    }
}
