//! What can go wrong: panics, memory, errors, deep recursion; and building strings in place.

use std::mem::MaybeUninit;

use corten_api::prelude::*;

use crate::State;

/// Panics.
#[pyfunction(signature = (text = "on purpose", /))]
pub(crate) fn panic(text: &str) {
    panic!("{text}");
}

/// Panics in every kind of callback.
#[pyclass(name = "Panics", module = "xxcorten", basetype, weakref)]
#[derive(Traverse)]
pub(crate) struct Panics {
    bomb: PyRefCell<Bomb>,
}

/// Panics when it is dropped, if it is armed.
#[derive(Traverse)]
struct Bomb {
    armed: bool,
}

impl Drop for Bomb {
    fn drop(&mut self) {
        assert!(!self.armed, "dropped");
    }
}

#[pymethods]
impl Panics {
    #[new(signature = (armed = false, now = ""))]
    fn new(armed: bool, now: &str) -> Self {
        assert!(now != "new", "new");
        Panics {
            bomb: PyRefCell::new(Bomb { armed }),
        }
    }

    #[init(signature = (armed = false, now = ""))]
    fn init(&self, _armed: bool, now: &str) {
        assert!(now != "init", "init");
    }

    /// Whether dropping panics.
    #[getter]
    fn armed(&self, py: Python<'_>) -> PyResult<bool> {
        Ok(self.bomb.borrow(py)?.armed)
    }

    #[setter]
    fn set_armed(&self, py: Python<'_>, value: Option<bool>) -> PyResult<()> {
        self.bomb.borrow_mut(py)?.armed = value.unwrap_or_else(|| panic!("setter"));
        Ok(())
    }

    /// Panics.
    #[method]
    fn method(&self) {
        panic!("method");
    }

    fn __repr__(&self) -> String {
        panic!("repr");
    }

    fn __len__(&self) -> usize {
        panic!("len");
    }

    fn __hash__(&self) -> isize {
        panic!("hash");
    }

    fn __bool__(&self) -> bool {
        panic!("bool");
    }

    fn __contains__(&self, _other: &Bound<'_, PyAny>) -> bool {
        panic!("contains");
    }

    fn __getitem__(&self, _key: &Bound<'_, PyAny>) {
        panic!("getitem");
    }

    fn __setitem__(&self, _key: &Bound<'_, PyAny>, _value: Option<&Bound<'_, PyAny>>) {
        panic!("setitem");
    }

    fn __richcmp__(&self, _other: &Bound<'_, PyAny>, _op: CompareOp) -> bool {
        panic!("richcmp");
    }

    fn __add__(_left: &Bound<'_, PyAny>, _right: &Bound<'_, PyAny>) {
        panic!("add");
    }

    fn __call__(&self) {
        panic!("call");
    }

    fn __iter__(&self) {
        panic!("iter");
    }

    fn __next__(&self) -> Option<i32> {
        panic!("next");
    }

    fn __del__(&self, py: Python<'_>) -> PyResult<()> {
        if self.bomb.borrow(py)?.armed {
            panic!("del")
        } else {
            Ok(())
        }
    }
}

/// Allocates `size` bytes by Rust's allocator.
#[pyfunction(signature = (size, /))]
pub(crate) fn allocate(py: Python<'_>, size: usize) -> PyResult<usize> {
    let mut memory: Vec<u8> = Vec::new();
    memory
        .try_reserve_exact(size)
        .map_err(|_| PyErr::no_memory(py))?;
    Ok(memory.capacity())
}

/// `size` times the byte 0x61, written in place; `used` of them are kept.
#[pyfunction(signature = (size, used, /))]
pub(crate) fn new_bytes(py: Python<'_>, size: usize, used: usize) -> PyResult<Bound<'_, PyBytes>> {
    PyBytes::new_zeroed_with(py, size, |out| {
        out.fill(b'a');
        Ok(used)
    })
}

/// `size` times the letter a, written in place.
#[pyfunction(signature = (size, /))]
pub(crate) fn new_text(py: Python<'_>, size: usize) -> PyResult<Bound<'_, PyString>> {
    let source = vec![b'a'; size.min(1 << 20)];
    PyString::new_ascii_with(py, size, |out: &mut [MaybeUninit<u8>]| {
        out.write_copy_of_slice(&source[..size])
    })
}

/// `count` times `data`, through a growing writer.
#[pyfunction(signature = (data, count, /))]
pub(crate) fn grow<'py>(
    py: Python<'py>,
    data: &Bound<'py, PyBytes>,
    count: usize,
) -> PyResult<Bound<'py, PyBytes>> {
    let mut writer = PyBytesWriter::with_capacity(py, 0)?;
    for _ in 0..count {
        writer.write(data.as_bytes())?;
    }
    writer.write_with(2, |out| {
        out[0] = b'!';
        Ok(1)
    })?;
    writer.finish()
}

/// Raises `xxcorten.error`.
#[pyfunction(signature = (text, /))]
pub(crate) fn raise(py: Python<'_>, state: &State, text: &str) -> PyResult<()> {
    Err(state.error.bind(py).raise(text))
}

/// Calls `function` and returns whether it raised; the exception is gone.
#[pyfunction(signature = (function, /))]
pub(crate) fn swallow(function: &Bound<'_, PyAny>) -> bool {
    function.call0().is_err()
}

/// Calls `function`, takes the exception it raises, and raises it again.
#[pyfunction(signature = (function, /))]
pub(crate) fn roundtrip(py: Python<'_>, function: &Bound<'_, PyAny>) -> PyResult<()> {
    match function.call0() {
        Ok(_) => Ok(()),
        Err(error) => Err(PyErr::restore(error.take(py))),
    }
}

/// The sum of the bytes, with the GIL released.
#[pyfunction(signature = (data, /))]
pub(crate) fn sum_detached(py: Python<'_>, data: PyBuffer<'_>) -> PyResult<u64> {
    let mut sum = 0;
    data.for_each_detached(py, |bytes| {
        sum += bytes.iter().copied().map(u64::from).sum::<u64>();
    })?;
    Ok(sum)
}

/// Whether the bytes are the same when they are looked at a second time.
#[pyfunction(signature = (data, /))]
pub(crate) fn is_stable(data: PyBuffer<'_>) -> PyResult<bool> {
    let first = data.with_bytes(<[u8]>::to_vec)?;
    data.with_bytes(|second| first == second)
}

/// Fills a writable buffer with `value`.
#[pyfunction(signature = (buffer, value, /))]
pub(crate) fn fill(mut buffer: PyBufferMut<'_>, value: u32) -> PyResult<usize> {
    buffer.with_bytes_mut(|bytes| {
        bytes.fill(value.to_le_bytes()[0]);
        bytes.len()
    })
}

/// Replaces the bytes of a writable buffer from `start` on by `data`.
#[pyfunction(signature = (buffer, start, data, /))]
pub(crate) fn overwrite(
    mut buffer: PyBufferMut<'_>,
    start: usize,
    data: &Bound<'_, PyBytes>,
) -> PyResult<()> {
    buffer.write(start, data.as_bytes());
    Ok(())
}

/// The first bytes of a bytearray, `most` of them if there are as many.
#[pyfunction(signature = (array, most, /))]
pub(crate) fn first_bytes<'py>(
    py: Python<'py>,
    array: &Bound<'py, PyByteArray>,
    most: usize,
) -> PyResult<Bound<'py, PyBytes>> {
    PyBytes::new(py, &array.first_bytes(most)?)
}

/// A tuple for `len` items, of which `made` are made.
#[pyfunction(signature = (len, made, /))]
pub(crate) fn count_up(py: Python<'_>, len: usize, made: usize) -> PyResult<Bound<'_, PyTuple>> {
    let mut tuple = PyTupleBuilder::new(py, len)?;
    for number in 0..made {
        tuple.push(PyInt::from_u64(py, number as u64)?);
    }
    Ok(tuple.finish())
}

/// An int as it is read, as far as it fits: with a sign, and without one.
#[pyfunction(signature = (int, /))]
pub(crate) fn read_int(int: &Bound<'_, PyInt>) -> (Option<i64>, Option<u64>) {
    (int.to_i64(), int.to_u64())
}

/// Whether there is an `__index__`.
#[pyfunction(signature = (object, /))]
pub(crate) fn has_index(object: &Bound<'_, PyAny>) -> bool {
    object.has_index()
}

/// Text as ASCII.
#[pyfunction(signature = (text, /))]
pub(crate) fn encode_ascii<'py>(text: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyBytes>> {
    text.encode_ascii()
}

/// Empties a dict.
#[pyfunction(signature = (dict, /))]
pub(crate) fn empty_dict(dict: &Bound<'_, PyDict>) {
    dict.clear();
}

/// Sleeps with the GIL released.
#[pyfunction(signature = (milliseconds, /))]
pub(crate) fn sleep(py: Python<'_>, milliseconds: u64) {
    py.detach(|| std::thread::sleep(std::time::Duration::from_millis(milliseconds)));
}

/// Calls itself `depth` times.
#[pyfunction(signature = (depth, /))]
pub(crate) fn recurse(py: Python<'_>, depth: usize) -> PyResult<usize> {
    let _guard = py.recursion_guard(c" in xxcorten")?;
    if depth == 0 {
        Ok(0)
    } else {
        Ok(recurse(py, depth - 1)? + 1)
    }
}

/// Calls `function` with 0 to 8 arguments.
#[pyfunction(signature = (function, /))]
pub(crate) fn calls(py: Python<'_>, function: &Bound<'_, PyAny>) -> PyResult<()> {
    let none = py.none();
    for count in 0..9 {
        let arguments = vec![&none; count];
        function.call(&arguments)?;
        function.call_method("__call__", &arguments)?;
    }
    Ok(())
}

/// Which width a string is stored in.
#[pyfunction(signature = (text, /))]
pub(crate) fn text_kind<'py>(text: &Bound<'py, PyString>) -> (&'static str, usize) {
    match text.data() {
        StrData::Ascii(units) => ("ascii", units.len()),
        StrData::Latin1(units) => ("latin1", units.len()),
        StrData::Ucs2(units) => ("ucs2", units.len()),
        StrData::Ucs4(units) => ("ucs4", units.len()),
    }
}

/// `text[start:stop]`, and the same made of the code points where they are 8 or 16 bits wide.
#[pyfunction(signature = (text, start, stop, /))]
pub(crate) fn cut<'py>(
    text: &Bound<'py, PyString>,
    start: usize,
    stop: usize,
) -> PyResult<(Bound<'py, PyString>, Bound<'py, PyString>)> {
    let py = text.py();
    let part = text.slice(start..stop)?;
    let copy = match text.data() {
        StrData::Ascii(units) | StrData::Latin1(units) => {
            PyString::from_latin1(py, units.get(start..stop).unwrap_or_default())?
        }
        StrData::Ucs2(units) => {
            PyString::from_ucs2(py, units.get(start..stop).unwrap_or_default())?
        }
        StrData::Ucs4(_) => part.clone(),
    };
    Ok((part, copy))
}

/// A list of all items, asked for one by one.
#[pyfunction(signature = (iterable, /))]
pub(crate) fn items_of<'py>(iterable: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyList>> {
    let list = PyList::empty(iterable.py())?;
    let iterator = iterable.iter()?;
    while let Some(item) = iterator.next_item() {
        list.append(&item?)?;
    }
    Ok(list)
}

/// Removes `key` from `dict`; whether it was there.
#[pyfunction(signature = (dict, key, /))]
pub(crate) fn remove(dict: &Bound<'_, PyDict>, key: &Bound<'_, PyAny>) -> PyResult<bool> {
    dict.remove(key)
}

/// Whether `object` has numbers' methods.
#[pyfunction(signature = (object, /))]
pub(crate) fn is_number(object: &Bound<'_, PyAny>) -> bool {
    object.is_number()
}

/// The float that `text` stands for.
#[pyfunction(signature = (text, /))]
pub(crate) fn to_float<'py>(text: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyFloat>> {
    PyFloat::parse(text)
}

/// Calls `function` in a critical section of `object`.
#[pyfunction(signature = (object, function, /))]
pub(crate) fn in_turn<'py>(
    object: &Bound<'py, PyAny>,
    function: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    object.with_critical_section(|| function.call0())
}
