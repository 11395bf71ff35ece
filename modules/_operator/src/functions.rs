//! The functions.

use corten_api::prelude::*;

/// Declares functions of two operands.
macro_rules! binary {
    ($($(#[$doc:meta])* $name:ident = $operator:ident;)*) => {$(
        $(#[$doc])*
        #[pyfunction(signature = (a, b, /))]
        pub(crate) fn $name<'py>(
            a: &Bound<'py, PyAny>,
            b: &Bound<'py, PyAny>,
        ) -> PyResult<Bound<'py, PyAny>> {
            a.$operator(b)
        }
    )*};
}

binary! {
    /// Same as a + b.
    add = add;
    /// Same as a - b.
    sub = sub;
    /// Same as a * b.
    mul = mul;
    /// Same as a @ b.
    matmul = mat_mul;
    /// Same as a // b.
    floordiv = floor_div;
    /// Same as a / b.
    truediv = true_div;
    /// Same as a << b.
    lshift = lshift;
    /// Same as a >> b.
    rshift = rshift;
    /// Same as a & b.
    and_ = bit_and;
    /// Same as a ^ b.
    xor = bit_xor;
    /// Same as a | b.
    or_ = bit_or;
    /// Same as a += b.
    iadd = add_in_place;
    /// Same as a -= b.
    isub = sub_in_place;
    /// Same as a *= b.
    imul = mul_in_place;
    /// Same as a @= b.
    imatmul = mat_mul_in_place;
    /// Same as a //= b.
    ifloordiv = floor_div_in_place;
    /// Same as a /= b.
    itruediv = true_div_in_place;
    /// Same as a %= b.
    imod = rem_in_place;
    /// Same as a <<= b.
    ilshift = lshift_in_place;
    /// Same as a >>= b.
    irshift = rshift_in_place;
    /// Same as a &= b.
    iand = bit_and_in_place;
    /// Same as a ^= b.
    ixor = bit_xor_in_place;
    /// Same as a |= b.
    ior = bit_or_in_place;
    /// Same as a **= b.
    ipow = pow_in_place;
    /// Same as a + b, for sequences.
    concat = concat;
    /// Same as a += b, for sequences.
    iconcat = concat_in_place;
    /// The item of a at b.
    getitem = get_item_of;
}

/// Declares the comparisons.
macro_rules! comparisons {
    ($($(#[$doc:meta])* $name:ident = $operator:ident;)*) => {$(
        $(#[$doc])*
        #[pyfunction(signature = (a, b, /))]
        pub(crate) fn $name<'py>(
            a: &Bound<'py, PyAny>,
            b: &Bound<'py, PyAny>,
        ) -> PyResult<Bound<'py, PyAny>> {
            a.rich_compare(b, CompareOp::$operator)
        }
    )*};
}

comparisons! {
    /// Same as a == b.
    eq = Eq;
    /// Same as a != b.
    ne = Ne;
    /// Same as a < b.
    lt = Lt;
    /// Same as a <= b.
    le = Le;
    /// Same as a > b.
    gt = Gt;
    /// Same as a >= b.
    ge = Ge;
}

/// Declares functions of one operand.
macro_rules! unary {
    ($($(#[$doc:meta])* $name:ident = $operator:ident;)*) => {$(
        $(#[$doc])*
        #[pyfunction(signature = (a, /))]
        pub(crate) fn $name<'py>(a: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
            a.$operator()
        }
    )*};
}

unary! {
    /// Same as -a.
    neg = neg;
    /// Same as +a.
    pos = pos;
    /// Same as abs(a).
    abs = abs;
    /// Same as ~a.
    inv = invert;
    /// Same as ~a.
    invert = invert;
}

/// Same as a % b.
#[pyfunction(name = "mod", signature = (a, b, /))]
pub(crate) fn modulo<'py>(
    a: &Bound<'py, PyAny>,
    b: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    a.rem(b)
}

/// Same as a ** b.
#[pyfunction(signature = (a, b, /))]
pub(crate) fn pow<'py>(
    py: Python<'py>,
    a: &Bound<'py, PyAny>,
    b: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    a.pow(b, &py.none())
}

/// Same as a.__index__().
#[pyfunction(signature = (a, /))]
pub(crate) fn index<'py>(a: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyInt>> {
    a.index()
}

/// Whether a is true.
#[pyfunction(signature = (a, /))]
pub(crate) fn truth(a: &Bound<'_, PyAny>) -> PyResult<bool> {
    a.is_true()
}

/// Same as not a.
#[pyfunction(signature = (a, /))]
pub(crate) fn not_(a: &Bound<'_, PyAny>) -> PyResult<bool> {
    Ok(!a.is_true()?)
}

/// Same as a is b.
#[pyfunction(signature = (a, b, /))]
pub(crate) fn is_(a: &Bound<'_, PyAny>, b: &Bound<'_, PyAny>) -> bool {
    a.is(b)
}

/// Same as a is not b.
#[pyfunction(signature = (a, b, /))]
pub(crate) fn is_not(a: &Bound<'_, PyAny>, b: &Bound<'_, PyAny>) -> bool {
    !a.is(b)
}

/// Same as a is None.
#[cfg(Py_3_14)]
#[pyfunction(signature = (a, /))]
pub(crate) fn is_none(a: &Bound<'_, PyAny>) -> bool {
    a.is_none()
}

/// Same as a is not None.
#[cfg(Py_3_14)]
#[pyfunction(signature = (a, /))]
pub(crate) fn is_not_none(a: &Bound<'_, PyAny>) -> bool {
    !a.is_none()
}

/// Same as b in a: mind the order.
#[pyfunction(signature = (a, b, /))]
pub(crate) fn contains(a: &Bound<'_, PyAny>, b: &Bound<'_, PyAny>) -> PyResult<bool> {
    a.has_item(b)
}

/// The index of the first item of a that equals b.
#[pyfunction(name = "indexOf", signature = (a, b, /))]
pub(crate) fn index_of(a: &Bound<'_, PyAny>, b: &Bound<'_, PyAny>) -> PyResult<isize> {
    a.index_of(b)
}

/// How many items of a equal b.
#[pyfunction(name = "countOf", signature = (a, b, /))]
pub(crate) fn count_of(a: &Bound<'_, PyAny>, b: &Bound<'_, PyAny>) -> PyResult<isize> {
    a.count_of(b)
}

/// Sets the item of a at b to c.
#[pyfunction(signature = (a, b, c, /))]
pub(crate) fn setitem(
    a: &Bound<'_, PyAny>,
    b: &Bound<'_, PyAny>,
    c: &Bound<'_, PyAny>,
) -> PyResult<()> {
    a.set_item_of(b, c)
}

/// Deletes the item of a at b.
#[pyfunction(signature = (a, b, /))]
pub(crate) fn delitem(a: &Bound<'_, PyAny>, b: &Bound<'_, PyAny>) -> PyResult<()> {
    a.del_item_of(b)
}

/// How many items obj has, or may have.
///
/// It is exact when the object has a length. Otherwise it is a guess, by any
/// amount, that helps to reserve room; the default when the object has none.
#[pyfunction(signature = (obj, default = 0, /))]
pub(crate) fn length_hint(obj: &Bound<'_, PyAny>, default: isize) -> PyResult<isize> {
    obj.length_hint(default)
}

/// Whether a equals b, in a time that does not tell where they differ.
///
/// Both are text of ASCII characters only, or both bytes-like objects. Their
/// types and lengths may show in the time that it takes.
#[pyfunction(name = "_compare_digest", signature = (a, b, /))]
pub(crate) fn compare_digest<'py>(a: &Bound<'py, PyAny>, b: &Bound<'py, PyAny>) -> PyResult<bool> {
    corten_digest::compare_digest(a, b)
}

/// Same as obj(*args, **kwargs).
#[pyfunction(name = "call", text_signature = "($module, obj, /, *args, **kwargs)")]
pub(crate) fn call_object<'py>(
    py: Python<'py>,
    call: Call<'_, 'py>,
) -> PyResult<Bound<'py, PyAny>> {
    let _guard = py.nesting_guard(c" while calling a Python object")?;
    call.forward_to_first().unwrap_or_else(|| {
        let text = "call expected at least 1 argument, got 0";
        Err(PyTypeError::raise(py, text))
    })
}
