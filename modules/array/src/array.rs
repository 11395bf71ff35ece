//! The class `array`.

use corten_api::prelude::*;

use crate::code::TypeCode;
use crate::construct;
use crate::iterator::{self, ArrayIterator};
use crate::search::{Needle, NotCharacter};
use crate::{State, moves, order, pickle, subscript, value};

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
    fn itemsize(&self, py: Python<'_>) -> usize {
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
        if let Some(needle) = value::needle(self.code(py), v) {
            let count = self.items.with(py, ALL, |items| needle.count(items))?;
            return count.map_err(|error| not_character(py, error));
        }
        let mut count = 0;
        let mut from = 0;
        while let Some(index) = self.find_by_methods(py, v, from, usize::MAX)? {
            count += 1;
            from = index + 1;
        }
        Ok(count)
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
        let Ok(count) = usize::try_from(n) else {
            return Err(PyValueError::raise(py, "negative count"));
        };
        let size = count.checked_mul(self.itemsize(py));
        let size = size.and_then(|size| isize::try_from(size).ok());
        let size = size.ok_or_else(|| PyErr::no_memory(py))?;
        let data = f.call_method(state.read.bind(py), &[&size.into_py(py)?])?;
        let Some(bytes) = data.cast::<PyBytes>() else {
            return Err(PyTypeError::raise(py, "read() didn't return bytes"));
        };
        let is_short = bytes.as_bytes().len() != size.unsigned_abs();
        self.extend_from_bytes(py, bytes.as_bytes())?;
        if is_short {
            return Err(PyEOFError::raise(py, "read() didn't return enough bytes"));
        }
        Ok(())
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
        if buffer.item_size() != 1 {
            return Err(PyTypeError::raise(py, "a bytes-like object is required"));
        }
        match buffer.frozen() {
            Some(bytes) => self.extend_from_bytes(py, bytes),
            None => {
                construct::check_size(py, self.code(py), buffer.len())?;
                match buffer.is_empty() {
                    true => Ok(()),
                    false => self.items.extend_from_buffer(py, &buffer),
                }
            }
        }
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
        let len = self.len(py);
        if len == 0 {
            return Err(PyIndexError::raise(py, "pop from empty array"));
        }
        let index = position(i, len);
        let item = match index {
            Some(index) => self.get(py, index)?,
            None => None,
        };
        let (Some(index), Some(item)) = (index, item) else {
            return Err(PyIndexError::raise(py, "pop index out of range"));
        };
        self.remove_range(py, index..index + 1)?;
        Ok(item)
    }

    /// Removes the first item that is equal to v.
    #[method(signature = (v, /))]
    fn remove(&self, py: Python<'_>, v: &Bound<'_, PyAny>) -> PyResult<()> {
        let is_there = match value::needle(self.code(py), v) {
            // At once, so that no other thread comes in between. Lent items are only refused if found.
            Some(needle) if self.items.exports() == 0 => self.remove_needle(py, needle)?,
            _ => match self.find(py, v, ALL)? {
                Some(index) => self.remove_range(py, index..index + 1).map(|()| true)?,
                None => false,
            },
        };
        let text = "array.remove(x): x not in array";
        is_there
            .then_some(())
            .ok_or_else(|| PyValueError::raise(py, text))
    }

    /// Reverses the order of the items.
    #[method(signature = ())]
    fn reverse(&self, py: Python<'_>) -> PyResult<()> {
        self.items.with_mut(py, ALL, moves::reverse)
    }

    /// Writes all items, as machine values, to a file, with its method write().
    #[method(signature = (f, /), defining_class)]
    fn tofile<'py>(&self, py: Python<'py>, state: &State, f: &Bound<'py, PyAny>) -> PyResult<()> {
        /// Bytes for each call, a multiple of every item size.
        const BLOCK: usize = 64 << 10;
        let count = BLOCK / self.itemsize(py);
        let mut start = 0;
        while start < self.len(py) {
            let block = self.bytes(py, start..start + count)?;
            f.call_method(state.write.bind(py), &[block.as_any()])?;
            start += count;
        }
        Ok(())
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
        let Some(other) = other.cast::<Array>() else {
            return Ok(py.not_implemented());
        };
        let (code, other_code) = (self.code(py), other.code(py));
        if code != other_code && (code.is_text() || other_code.is_text()) {
            return self.compare_by_methods(py, other, op);
        }
        let truth = self.items.with_both(py, &other.items, |left, right| {
            let lens = left.len().cmp(&right.len());
            if lens.is_ne() && matches!(op, CompareOp::Eq | CompareOp::Ne) {
                return op == CompareOp::Ne;
            }
            match order::first_difference(left, right) {
                None => op.matches(lens),
                Some(Some(ordering)) => op.matches(ordering),
                Some(None) => op == CompareOp::Ne,
            }
        })?;
        Ok(py.bool(truth))
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
    #[inline]
    pub(crate) fn get<'py>(
        &self,
        py: Python<'py>,
        index: usize,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        value::get(py, &self.items, index)
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

    /// Appends the items of another array.
    fn extend_from(&self, py: Python<'_>, other: &Array) -> PyResult<()> {
        if self.code(py) != other.code(py) {
            let text = "can only extend with array of same kind";
            return Err(PyTypeError::raise(py, text));
        }
        if other.items.is_empty(py) {
            return Ok(());
        }
        if std::ptr::eq(self, other) {
            return self.resized(py, |items| items.repeat_in_place(2));
        }
        let done = self.items.change_from(py, &other.items, |items, new| {
            items.splice(items.len()..items.len(), new.bytes())
        })?;
        done.map_err(|error| error.raise(py))
    }

    /// Appends what iterating over `iterable` gives, each item as soon as it comes.
    fn extend_by_iterating(&self, py: Python<'_>, iterable: &Bound<'_, PyAny>) -> PyResult<()> {
        let code = self.code(py);
        for item in iterable.iter()? {
            let bits = value::to_bits(code, &item?)?;
            self.resized(py, |items| items.push_bits(bits))?;
        }
        Ok(())
    }

    fn extend_from_bytes(&self, py: Python<'_>, bytes: &[u8]) -> PyResult<()> {
        construct::check_size(py, self.code(py), bytes.len())?;
        if bytes.is_empty() {
            return Ok(());
        }
        self.resized(py, |items| items.splice(items.len()..items.len(), bytes))
    }

    /// The bytes of the items in `range`, as far as they exist.
    fn bytes<'py>(
        &self,
        py: Python<'py>,
        range: std::ops::Range<usize>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let count = self.len(py).min(range.end).saturating_sub(range.start);
        let range = range.start..range.start + count;
        let size = count * self.code(py).kind().size();
        PyBytes::try_new_with(py, size, |out| {
            self.items.with(py, range, |items| {
                // Where there is no GIL there may be fewer by now.
                let bytes = items.bytes();
                out[..bytes.len()].write_copy_of_slice(bytes)
            })
        })
    }

    /// The index in `range` of the first item that is equal to `v`.
    fn find(
        &self,
        py: Python<'_>,
        v: &Bound<'_, PyAny>,
        range: std::ops::Range<usize>,
    ) -> PyResult<Option<usize>> {
        let Some(needle) = value::needle(self.code(py), v) else {
            return self.find_by_methods(py, v, range.start, range.end);
        };
        let start = range.start;
        let found = self.find_needle(py, needle, range)?;
        Ok(found.map(|offset| start + offset))
    }

    fn find_needle(
        &self,
        py: Python<'_>,
        needle: Needle,
        range: std::ops::Range<usize>,
    ) -> PyResult<Option<usize>> {
        let found = self.items.with(py, range, |items| needle.find(items))?;
        found.map_err(|error| not_character(py, error))
    }

    /// Removes the first item that is equal to the needle, if there is one.
    fn remove_needle(&self, py: Python<'_>, needle: Needle) -> PyResult<bool> {
        let removed = self.items.change(py, |items| {
            let found = needle.find(items.items())?;
            if let Some(index) = found {
                items.remove(index..index + 1);
            }
            Ok(found.is_some())
        })?;
        removed.map_err(|error| not_character(py, error))
    }

    /// As [`find`](Self::find), by the objects' own comparison, which may change the array: each step looks
    /// anew.
    fn find_by_methods(
        &self,
        py: Python<'_>,
        v: &Bound<'_, PyAny>,
        start: usize,
        end: usize,
    ) -> PyResult<Option<usize>> {
        let mut index = start;
        while index < end
            && let Some(item) = self.get(py, index)?
        {
            if item.compare(v, CompareOp::Eq)? {
                return Ok(Some(index));
            }
            index += 1;
        }
        Ok(None)
    }

    /// Compares characters with other items, which only their objects can.
    fn compare_by_methods<'py>(
        &self,
        py: Python<'py>,
        other: &Array,
        op: CompareOp,
    ) -> PyResult<Bound<'py, PyAny>> {
        let lens = self.len(py).cmp(&other.len(py));
        let by_equality = matches!(op, CompareOp::Eq | CompareOp::Ne);
        if lens.is_ne() && by_equality {
            return Ok(py.bool(op == CompareOp::Ne));
        }
        for index in 0.. {
            if index >= other.len(py) {
                break;
            }
            let (Some(left), Some(right)) = (self.get(py, index)?, other.get(py, index)?) else {
                break;
            };
            if left.compare(&right, CompareOp::Eq)? {
                continue;
            }
            return match by_equality {
                true => Ok(py.bool(op == CompareOp::Ne)),
                false => left.rich_compare(&right, op),
            };
        }
        Ok(py.bool(op.matches(self.len(py).cmp(&other.len(py)))))
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

/// The error for an item that is no character.
#[cold]
fn not_character(py: Python<'_>, NotCharacter(code): NotCharacter) -> PyErr {
    match PyString::from_code(py, code) {
        Ok(_) => unreachable!("not a code point"),
        Err(error) => error,
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
