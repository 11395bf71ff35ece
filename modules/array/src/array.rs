//! The class `array`.

use corten_api::prelude::*;

use crate::code::TypeCode;
use crate::construct::{self, Create};
use crate::iterator::{self, ArrayIterator};
use crate::subscript::{self, from_end, inside, position};
use crate::{State, moves, operators, pickle, text, value};

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
        self.items.with_mut(py, ALL, |items| items.swap_bytes())
    }

    /// Removes all items.
    #[cfg(Py_3_13)]
    #[method(signature = ())]
    fn clear(&self, py: Python<'_>) -> PyResult<()> {
        let all = |items: Items<'_>| (!items.is_empty()).then(|| 0..items.len());
        self.items.remove(py, all).map(drop)
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
        match list.cast::<PyList>() {
            Some(list) => self.extend_from_list(py, list),
            None => Err(PyTypeError::raise(py, "arg must be list")),
        }
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
        self.extend_from_text(py, ustr)
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
        self.items.to_list(py)
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
        self.text(py)
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
        text::repr(slf, py)
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
        subscript::item(self, py, |_| usize::try_from(index).ok())
    }

    fn __set_item__(
        &self,
        py: Python<'_>,
        index: isize,
        value: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        subscript::assign_item(self, py, |len| inside(index, len), value)
    }

    fn __concat__<'py>(
        slf: &Bound<'py, Self>,
        py: Python<'py>,
        other: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, Array>> {
        operators::concat(slf, py, other)
    }

    fn __repeat__<'py>(
        slf: &Bound<'py, Self>,
        py: Python<'py>,
        count: isize,
    ) -> PyResult<Bound<'py, Array>> {
        operators::repeat(slf, py, count)
    }

    fn __inplace_concat__<'py>(
        slf: &Bound<'py, Self>,
        py: Python<'py>,
        other: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, Array>> {
        let other = operators::array(other, "can only extend array with array", "")?;
        slf.extend_from(py, other)?;
        Ok(slf.clone())
    }

    fn __inplace_repeat__<'py>(
        slf: &Bound<'py, Self>,
        py: Python<'py>,
        count: isize,
    ) -> PyResult<Bound<'py, Array>> {
        slf.repeat_in_place(py, count)?;
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
    #[inline(always)]
    pub(crate) fn get<'py>(
        &self,
        py: Python<'py>,
        index: usize,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.items.get(py, |_| Some(index))
    }

    /// As [`get`](Self::get), for an iterator: see [`ExportedItems::get_next`].
    #[inline(always)]
    pub(crate) fn get_next<'py>(
        &self,
        py: Python<'py>,
        index: usize,
        earlier: &Recycled<PyAny>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.items.get_next(py, index, earlier)
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
}
