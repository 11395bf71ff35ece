//! The class `array`.

use corten_api::prelude::*;

use crate::code::TypeCode;
use crate::construct;
use crate::iterator::{self, ArrayIterator};
use crate::{State, moves, pickle, subscript, value};

/// array(typecode [, initializer]) -> array
///
/// A mutable sequence of items of one type, which the type code, a single character,
/// tells; the initializer is a list, a string, bytes or any iterable of such items.
///
///   Code  C type              Python type  At least
///   'b'   signed char         int          1 byte
///   'B'   unsigned char       int          1
///   'u'   wchar_t             character    2
///   'h'   short               int          2
///   'H'   unsigned short      int          2
///   'i'   int                 int          2
///   'I'   unsigned int        int          2
///   'l'   long                int          4
///   'L'   unsigned long       int          4
///   'q'   long long           int          8
///   'Q'   unsigned long long  int          8
///   'f'   float               float        4
///   'd'   double              float        8
///
/// Besides, 'w' stands for a code point of 4 bytes, from Python 3.13 on. The attribute
/// typecode has the type code, itemsize the number of bytes.
#[pyclass(
    name = "array",
    module = "array",
    immutable,
    basetype,
    weakref,
    sequence,
    getattr
)]
#[derive(Traverse)]
pub(crate) struct Array {
    pub(crate) items: ExportedItems<TypeCode>,
}

/// All items.
pub(crate) const ALL: std::ops::Range<usize> = 0..usize::MAX;

#[pymethods]
impl Array {
    #[new(packed, signature = (*args, **kwargs), text_signature = "")]
    fn new(
        cls: &Bound<'_, PyType>,
        py: Python<'_>,
        state: &State,
        args: &Bound<'_, PyTuple>,
        kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        if kwargs.is_some_and(|kwargs| !kwargs.is_empty()) && construct::is_plain(cls, state)? {
            let text = "array.array() takes no keyword arguments";
            return Err(PyTypeError::raise(py, text));
        }
        construct::from_arguments(py, args).map(Array::from)
    }

    /// The character that the array was made with, which tells what its items are.
    #[getter]
    fn typecode<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyString>> {
        PyString::from_code(py, self.code(py).letter().into())
    }

    /// How many bytes an item has.
    #[getter]
    pub(crate) fn itemsize(&self, py: Python<'_>) -> usize {
        self.code(py).kind().size()
    }

    /// Appends an item.
    #[method(signature = (v, /))]
    fn append(&self, py: Python<'_>, v: &Bound<'_, PyAny>) -> PyResult<()> {
        let bits = value::to_bits(self.code(py), v)?;
        self.resized(py, |items| items.push_bits(bits))
    }

    /// Gives the address of the memory that the items are in, and their number.
    ///
    /// The memory has as many bytes as that number times itemsize.
    #[method(signature = ())]
    fn buffer_info(&self, py: Python<'_>) -> (usize, usize) {
        self.items.place(py)
    }

    /// Reverses the order of the bytes in each item.
    #[method(signature = ())]
    fn byteswap(&self, py: Python<'_>) -> PyResult<()> {
        self.items.with_mut(py, ALL, moves::swap_bytes)
    }

    /// Removes all items.
    #[cfg(Py_3_13)]
    #[method(signature = ())]
    fn clear(&self, py: Python<'_>) -> PyResult<()> {
        self.remove_range(py, ALL)
    }

    /// Gives an array with the same items.
    #[method(name = "__copy__", signature = ())]
    fn copy<'py>(slf: &Bound<'py, Self>, py: Python<'py>) -> PyResult<Bound<'py, Array>> {
        slf.create(py, |code, items| ItemVec::from_bytes(code, items.bytes()))
    }

    /// Gives an array with the same items.
    #[method(name = "__deepcopy__", signature = (unused, /))]
    fn deep_copy<'py>(
        slf: &Bound<'py, Self>,
        py: Python<'py>,
        unused: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, Array>> {
        let _ = unused;
        Self::copy(slf, py)
    }

    /// Counts the items that are equal to v.
    #[method(signature = (v, /))]
    fn count(&self, py: Python<'_>, v: &Bound<'_, PyAny>) -> PyResult<usize> {
        self.count_equal(py, v)
    }

    /// Appends the items of an iterable.
    #[method(signature = (bb, /), defining_class)]
    fn extend(&self, py: Python<'_>, bb: &Bound<'_, PyAny>) -> PyResult<()> {
        match bb.cast::<Array>() {
            Some(other) => self.extend_from(py, other),
            None => self.extend_by_iterating(py, bb),
        }
    }

    /// Reads n items from a file, as its method read() gives them, and appends them.
    #[method(signature = (f, n, /), defining_class)]
    fn fromfile<'py>(
        &self,
        py: Python<'py>,
        state: &State,
        f: &Bound<'py, PyAny>,
        n: isize,
    ) -> PyResult<()> {
        self.extend_from_file(py, state.read.bind(py), f, n)
    }

    /// Appends the items of a list: all, or in case of an error none.
    #[method(signature = (list, /))]
    fn fromlist(&self, py: Python<'_>, list: &Bound<'_, PyAny>) -> PyResult<()> {
        let Some(list) = list.cast::<PyList>() else {
            return Err(PyTypeError::raise(py, "arg must be list"));
        };
        if list.is_empty() {
            return Ok(());
        }
        self.items.check_unlent(py)?;
        let new = construct::from_list(py, self.code(py), list)?;
        self.items.append(py, new)
    }

    /// Appends the items that a bytes-like object is made of, as machine values.
    #[method(signature = (buffer, /))]
    fn frombytes(&self, py: Python<'_>, buffer: PyBuffer<'_>) -> PyResult<()> {
        self.extend_from_buffer(py, &buffer)
    }

    /// Appends the characters of a string to an array of characters; others refuse.
    ///
    /// The bytes of an encoded string can be given to frombytes().
    #[method(signature = (ustr, /))]
    fn fromunicode(&self, py: Python<'_>, ustr: &Bound<'_, PyString>) -> PyResult<()> {
        self.check_text(py, "fromunicode")?;
        if ustr.is_empty() {
            return Ok(());
        }
        let text = ustr.data();
        self.resized(py, |items| construct::extend_from_text(items, text))
    }

    /// Gives the index of the first item that is equal to v, between start and stop.
    ///
    /// Raises ValueError if there is none.
    #[method(
        signature = (v, start = SliceIndex(0), stop = SliceIndex(isize::MAX), /),
        text_signature = "($self, v, start=0, stop=sys.maxsize, /)"
    )]
    fn index(
        &self,
        py: Python<'_>,
        v: &Bound<'_, PyAny>,
        start: SliceIndex,
        stop: SliceIndex,
    ) -> PyResult<usize> {
        let len = self.len(py);
        let found = self.find(py, v, from_end(start.0, len)..from_end(stop.0, len))?;
        found.ok_or_else(|| PyValueError::raise(py, "array.index(x): x not in array"))
    }

    /// Inserts an item before the one at index i.
    #[method(signature = (i, v, /))]
    fn insert(&self, py: Python<'_>, i: isize, v: &Bound<'_, PyAny>) -> PyResult<()> {
        let bits = value::to_bits(self.code(py), v)?;
        self.resized(py, |items| {
            let at = from_end(i, items.len()).min(items.len());
            items.insert_bits(at, bits)
        })
    }

    /// Removes the item at index i, the last one without an index, and gives it.
    #[method(signature = (i = -1, /))]
    fn pop<'py>(&self, py: Python<'py>, i: isize) -> PyResult<Bound<'py, PyAny>> {
        let mut text = "pop index out of range";
        let item = self.items.pop(py, |len| {
            if len == 0 {
                text = "pop from empty array";
            }
            position(i, len)
        })?;
        item.ok_or_else(|| PyIndexError::raise(py, text))
    }

    /// Removes the first item that is equal to v.
    #[method(signature = (v, /))]
    fn remove(&self, py: Python<'_>, v: &Bound<'_, PyAny>) -> PyResult<()> {
        let text = "array.remove(x): x not in array";
        match self.remove_first(py, v)? {
            true => Ok(()),
            false => Err(PyValueError::raise(py, text)),
        }
    }

    /// Reverses the order of the items.
    #[method(signature = ())]
    fn reverse(&self, py: Python<'_>) -> PyResult<()> {
        self.items.with_mut(py, ALL, moves::reverse)
    }

    /// Writes all items, as machine values, to a file, with its method write().
    #[method(signature = (f, /), defining_class)]
    fn tofile<'py>(&self, py: Python<'py>, state: &State, f: &Bound<'py, PyAny>) -> PyResult<()> {
        self.write_to_file(py, state.write.bind(py), f)
    }

    /// Gives the items as a list.
    #[method(signature = ())]
    pub(crate) fn tolist<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        match self.code(py).is_text() {
            true => construct::to_characters(py, &self.items),
            false => self.items.to_list(py),
        }
    }

    /// Gives the items, as machine values, as bytes.
    #[method(signature = ())]
    pub(crate) fn tobytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        self.bytes(py, ALL)
    }

    /// Gives the characters of an array of characters as a string; others refuse.
    ///
    /// The bytes of other arrays, from tobytes(), can be decoded.
    #[method(signature = ())]
    fn tounicode<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyString>> {
        self.check_text(py, "tounicode")?;
        construct::to_text(py, &self.items)
    }

    /// Tells how to make an equal array, for pickle.
    #[method(name = "__reduce_ex__", signature = (value, /), defining_class)]
    fn reduce<'py>(
        slf: &Bound<'py, Self>,
        py: Python<'py>,
        state: &State,
        value: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        pickle::reduce(slf, py, state, value)
    }

    /// Gives the size of the array with its memory, in bytes.
    #[method(name = "__sizeof__", signature = ())]
    fn size_of(slf: &Bound<'_, Self>, py: Python<'_>) -> usize {
        slf.as_any().get_type().basic_size() + slf.items.capacity(py) * slf.itemsize(py)
    }

    /// See PEP 585
    #[cfg(Py_3_12)]
    #[classmethod(name = "__class_getitem__", signature = (item, /), text_signature = "")]
    fn class_getitem<'py>(
        cls: &Bound<'py, PyType>,
        item: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        cls.generic_alias(item)
    }

    fn __repr__<'py>(slf: &Bound<'py, Self>, py: Python<'py>) -> PyResult<String> {
        let name = slf.as_any().get_type().short_name();
        let code = slf.code(py);
        let letter = char::from(code.letter());
        if slf.items.is_empty(py) {
            return Ok(format!("{name}('{letter}')"));
        }
        let items = match code.is_text() {
            true => construct::to_text(py, &slf.items)?.into_any(),
            false => slf.tolist(py)?.into_any(),
        };
        let items = items.repr()?;
        Ok(format!("{name}('{letter}', {})", items.to_str()?))
    }

    fn __richcmp__<'py>(
        &self,
        py: Python<'py>,
        other: &Bound<'py, PyAny>,
        op: CompareOp,
    ) -> PyResult<Bound<'py, PyAny>> {
        match other.cast::<Array>() {
            Some(other) => self.compare(py, other, op),
            None => Ok(py.not_implemented()),
        }
    }

    fn __iter__<'py>(slf: &Bound<'py, Self>, state: &State) -> PyResult<Bound<'py, ArrayIterator>> {
        iterator::iter(slf, state)
    }

    fn __len__(&self, py: Python<'_>) -> usize {
        self.items.len(py)
    }

    fn __contains__(&self, py: Python<'_>, v: &Bound<'_, PyAny>) -> PyResult<bool> {
        Ok(self.find(py, v, ALL)?.is_some())
    }

    fn __getitem__<'py>(
        slf: &Bound<'py, Self>,
        py: Python<'py>,
        key: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        subscript::get(slf, py, key)
    }

    fn __setitem__(
        &self,
        py: Python<'_>,
        key: &Bound<'_, PyAny>,
        value: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        subscript::assign(self, py, key, value)
    }

    fn __item__<'py>(&self, py: Python<'py>, index: isize) -> PyResult<Bound<'py, PyAny>> {
        subscript::item(self, py, usize::try_from(index).ok())
    }

    fn __set_item__(
        &self,
        py: Python<'_>,
        index: isize,
        value: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        subscript::assign_item(self, py, usize::try_from(index).ok(), value)
    }

    fn __concat__<'py>(
        slf: &Bound<'py, Self>,
        py: Python<'py>,
        other: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, Array>> {
        let Some(other) = other.cast::<Array>() else {
            return Err(not_array(other, "can only append array", "to array"));
        };
        let code = slf.code(py);
        if code != other.code(py) {
            return Err(bad_argument(py));
        }
        let both = slf.items.with_both(py, &other.items, |left, right| {
            ItemVec::concat(code, &[left.bytes(), right.bytes()])
        })?;
        let both = both.map_err(|error| error.raise(py))?;
        slf.state()?.array.create(py, both.into())
    }

    fn __repeat__<'py>(
        slf: &Bound<'py, Self>,
        py: Python<'py>,
        count: isize,
    ) -> PyResult<Bound<'py, Array>> {
        let count = usize::try_from(count).unwrap_or(0);
        slf.create(py, |code, items| {
            ItemVec::repeat(code, items.bytes(), count)
        })
    }

    fn __inplace_concat__<'py>(
        slf: &Bound<'py, Self>,
        py: Python<'py>,
        other: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, Array>> {
        let Some(other) = other.cast::<Array>() else {
            return Err(not_array(other, "can only extend array with array", ""));
        };
        slf.extend_from(py, other)?;
        Ok(slf.clone())
    }

    fn __inplace_repeat__<'py>(
        slf: &Bound<'py, Self>,
        py: Python<'py>,
        count: isize,
    ) -> PyResult<Bound<'py, Array>> {
        let count = usize::try_from(count).unwrap_or(0);
        if count != 1 && !slf.items.is_empty(py) {
            slf.resized(py, |items| items.repeat_in_place(count))?;
        }
        Ok(slf.clone())
    }

    fn __buffer__(&self) -> &ExportedItems<TypeCode> {
        &self.items
    }
}

impl From<ItemVec<TypeCode>> for Array {
    fn from(items: ItemVec<TypeCode>) -> Self {
        Array {
            items: ExportedItems::new(items),
        }
    }
}

impl Array {
    #[inline]
    pub(crate) fn code(&self, py: Python<'_>) -> TypeCode {
        self.items.code(py)
    }

    #[inline]
    pub(crate) fn len(&self, py: Python<'_>) -> usize {
        self.items.len(py)
    }

    /// The item at `index` now.
    pub(crate) fn get<'py>(
        &self,
        py: Python<'py>,
        index: usize,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.items.get(py, index)
    }

    /// Changes how many items there are.
    #[inline]
    pub(crate) fn resized(
        &self,
        py: Python<'_>,
        change: impl FnOnce(&mut ItemVec<TypeCode>) -> Result<(), OutOfMemory> + Send,
    ) -> PyResult<()> {
        let done = self.items.change(py, change)?;
        done.map_err(|error| error.raise(py))
    }

    /// Removes the items in `range`, as far as they exist. Without one, there is nothing to refuse.
    pub(crate) fn remove_range(
        &self,
        py: Python<'_>,
        range: std::ops::Range<usize>,
    ) -> PyResult<()> {
        if range.start >= self.len(py) {
            return Ok(());
        }
        self.items.change(py, |items| {
            let end = range.end.min(items.len());
            items.remove(range.start.min(end)..end);
        })
    }

    /// Whether the items are characters: the function named needs them.
    fn check_text(&self, py: Python<'_>, function: &str) -> PyResult<()> {
        if self.code(py).is_text() {
            return Ok(());
        }
        let codes = if cfg!(Py_3_13) { " ('u' or 'w')" } else { "" };
        Err(PyValueError::raise(
            py,
            format_args!("{function}() may only be called on unicode type arrays{codes}"),
        ))
    }
}

/// Making arrays out of an array.
pub(crate) trait Create<'py> {
    /// A new array, of the class itself, with what `make` makes of the code and the items.
    fn create(
        &self,
        py: Python<'py>,
        make: impl FnOnce(TypeCode, Items<'_>) -> Result<ItemVec<TypeCode>, OutOfMemory> + Send,
    ) -> PyResult<Bound<'py, Array>>;
}

impl<'py> Create<'py> for Bound<'py, Array> {
    fn create(
        &self,
        py: Python<'py>,
        make: impl FnOnce(TypeCode, Items<'_>) -> Result<ItemVec<TypeCode>, OutOfMemory> + Send,
    ) -> PyResult<Bound<'py, Array>> {
        let code = self.code(py);
        let items = self.items.with(py, ALL, |items| make(code, items))?;
        let items = items.map_err(|error| error.raise(py))?;
        self.state()?.array.create(py, items.into())
    }
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

/// The place of an index that may count from the end, and reach beyond both.
fn from_end(index: isize, len: usize) -> usize {
    match index < 0 {
        true => len.saturating_sub(index.unsigned_abs()),
        false => index.unsigned_abs(),
    }
}

/// The error for an operand of another type than it must have.
#[cold]
pub(crate) fn not_array(object: &Bound<'_, PyAny>, what: &str, whereto: &str) -> PyErr {
    let space = if whereto.is_empty() { "" } else { " " };
    let name = object.type_name();
    PyTypeError::raise(
        object.py(),
        format_args!("{what} (not \"{name:.200}\"){space}{whereto}"),
    )
}

/// The error for an array of another type code than it must have.
#[cold]
pub(crate) fn bad_argument(py: Python<'_>) -> PyErr {
    PyTypeError::raise(py, "bad argument type for built-in operation")
}
