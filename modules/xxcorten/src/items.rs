//! Items of a type chosen at run time, and what sequences of them need.

use std::ffi::CStr;

use corten_api::prelude::*;

/// What samples are.
#[derive(Clone, Copy, PartialEq)]
enum Sample {
    Short,
    Double,
    Character,
}

impl ItemCode for Sample {
    const CANNOT_RESIZE: &'static str = "the samples are lent";

    fn kind(self) -> ItemKind {
        match self {
            Self::Short => ItemKind::I16,
            Self::Double => ItemKind::F64,
            Self::Character => ItemKind::U32,
        }
    }

    fn format(self) -> &'static CStr {
        match self {
            Self::Short => c"h",
            Self::Double => c"d",
            Self::Character => c"w",
        }
    }

    fn is_text(self) -> bool {
        self == Self::Character
    }
}

/// Items of one type: the numbers `h` or `d`, or characters, `w`.
#[pyclass(name = "Samples", module = "xxcorten", basetype)]
#[derive(Traverse)]
pub(crate) struct Samples {
    items: ExportedItems<Sample>,
}

#[pymethods]
impl Samples {
    #[new(signature = (code, /))]
    fn new(py: Python<'_>, code: Character) -> PyResult<Self> {
        let code = match char::from_u32(code.0) {
            Some('h') => Sample::Short,
            Some('d') => Sample::Double,
            Some('w') => Sample::Character,
            _ => return Err(PyValueError::raise(py, "none of 'h', 'd' and 'w'")),
        };
        Ok(Samples {
            items: ExportedItems::new(ItemVec::new(code)),
        })
    }

    /// Appends the item of these bits.
    #[method(signature = (bits, /))]
    fn push(&self, py: Python<'_>, bits: u64) -> PyResult<()> {
        raised(py, self.items.change(py, |items| items.push_bits(bits))?)
    }

    /// Inserts the item of these bits.
    #[method(signature = (index, bits, /))]
    fn insert(&self, py: Python<'_>, index: usize, bits: u64) -> PyResult<()> {
        let insert = |items: &mut ItemVec<Sample>| items.insert_bits(index, bits);
        raised(py, self.items.change(py, insert)?)
    }

    /// Replaces an item, if it is there, by that of these bits.
    #[method(signature = (index, bits, /))]
    fn set(&self, py: Python<'_>, index: isize, bits: u64) -> PyResult<bool> {
        self.items.set_bits(py, |len| from_end(index, len), bits)
    }

    /// The item, if it is there.
    #[method(signature = (index, /))]
    fn get<'py>(&self, py: Python<'py>, index: isize) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.items.get(py, |len| from_end(index, len))
    }

    /// Removes the item, if it is there, and gives it.
    #[method(signature = (index = -1, /))]
    fn pop<'py>(&self, py: Python<'py>, index: isize) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.items.pop(py, |len| from_end(index, len))
    }

    /// Removes all items but the first, if there are any, and tells whether.
    #[method]
    fn keep_first(&self, py: Python<'_>) -> PyResult<bool> {
        let others = |items: Items<'_>| (items.len() > 1).then(|| 1..items.len());
        self.items.remove(py, others)
    }

    /// Reverses the bytes of all items.
    #[method]
    fn swap_bytes(&self, py: Python<'_>) -> PyResult<()> {
        self.items
            .with_mut(py, 0..usize::MAX, |items| items.swap_bytes())
    }

    /// The text that characters are, or the first that is none.
    #[method]
    fn to_text<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match self.items.to_text(py)? {
            Ok(text) => Ok(text.into_any()),
            Err(unit) => unit.into_py(py),
        }
    }

    /// All items.
    #[method]
    fn to_list<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        self.items.to_list(py)
    }

    /// Replaces the items from `start` to `stop` by those that `data` is the bytes of.
    #[method(signature = (start, stop, data, /))]
    fn splice(
        &self,
        py: Python<'_>,
        start: usize,
        stop: usize,
        data: &Bound<'_, PyBytes>,
    ) -> PyResult<()> {
        let data = data.as_bytes();
        raised(
            py,
            self.items
                .change(py, |items| items.splice(start..stop, data))?,
        )
    }

    /// Removes the items from `start` to `stop`.
    #[method(signature = (start, stop, /))]
    fn remove(&self, py: Python<'_>, start: usize, stop: usize) -> PyResult<()> {
        self.items.change(py, |items| items.remove(start..stop))
    }

    /// Repeats all items.
    #[method(signature = (count, /))]
    fn repeat(&self, py: Python<'_>, count: usize) -> PyResult<()> {
        raised(
            py,
            self.items
                .change(py, |items| items.repeat_in_place(count))?,
        )
    }

    /// Appends the items of a buffer.
    #[method(signature = (data, /))]
    fn extend(&self, py: Python<'_>, data: PyBuffer<'_>) -> PyResult<()> {
        self.items.extend_from_buffer(py, &data)
    }

    /// Appends the items of other samples.
    #[method(signature = (other, /))]
    fn extend_from(&self, py: Python<'_>, other: &Bound<'_, Samples>) -> PyResult<()> {
        let extended = self.items.change_from(py, &other.items, |items, new| {
            items.splice(items.len()..items.len(), new.bytes())
        })?;
        raised(py, extended)
    }

    /// Overwrites the first items by those of other samples, as far as there are both.
    #[method(signature = (other, /))]
    fn overwrite(&self, py: Python<'_>, other: &Bound<'_, Samples>) -> PyResult<()> {
        self.items.with_mut_from(py, &other.items, |items, new| {
            let pairs = items.bytes().iter_mut().zip(new.bytes());
            pairs.for_each(|(byte, new)| *byte = *new);
        })
    }

    /// Whether the items of both are the same bytes.
    #[method(signature = (other, /))]
    fn same(&self, py: Python<'_>, other: &Bound<'_, Samples>) -> PyResult<bool> {
        self.items.with_both(py, &other.items, |left, right| {
            left.bytes() == right.bytes()
        })
    }

    /// New samples of a subclass: the items at the indices of the slice.
    #[method(signature = (class, slice, /))]
    fn gather<'py>(
        slf: &Bound<'py, Self>,
        py: Python<'py>,
        state: &crate::State,
        class: &Bound<'py, PyType>,
        slice: &Bound<'py, PySlice>,
    ) -> PyResult<Bound<'py, Samples>> {
        let bounds = slice.unpack()?;
        let code = slf.items.code(py);
        let items = slf.items.with(py, 0..usize::MAX, |items| {
            let indices = bounds.indices(items.len()).iter();
            match items.units() {
                Units::U16(units) => ItemVec::from_units(code, indices.map(|index| units[index])),
                Units::U32(units) => ItemVec::from_units(code, indices.map(|index| units[index])),
                Units::U64(units) => ItemVec::from_units(code, indices.map(|index| units[index])),
                Units::U8(_) => unreachable!("of 2 bytes at least"),
            }
        })?;
        let items = ExportedItems::new(items.map_err(|error| error.raise(py))?);
        state.samples.create_in(class, Samples { items })
    }

    /// The items from `start` to `stop`, as far as they exist.
    #[method(signature = (start = 0, stop = usize::MAX, /), text_signature = "($self, start=0, stop=sys.maxsize, /)")]
    fn values<'py>(
        &self,
        py: Python<'py>,
        start: usize,
        stop: usize,
    ) -> PyResult<Bound<'py, PyList>> {
        let values = self.items.with(py, start..stop, |items| -> Vec<f64> {
            match items.typed() {
                ItemSlice::I16(items) => items.iter().map(|&item| item.into()).collect(),
                ItemSlice::U32(items) => items.iter().map(|&item| item.into()).collect(),
                ItemSlice::F64(items) => items.to_vec(),
                _ => unreachable!("none of h, d and w"),
            }
        })?;
        PyList::new_with(py, values.len(), |index| PyFloat::new(py, values[index]))
    }

    /// The address, the number of items, and for how many there is memory.
    #[method]
    fn place(&self, py: Python<'_>) -> (usize, usize, usize) {
        let (address, len) = self.items.place(py);
        (address, len, self.items.capacity(py))
    }

    /// The size of an instance, and the end of its class's name.
    #[method]
    fn class_facts(slf: &Bound<'_, Self>) -> (usize, String) {
        let class = slf.as_any().get_type();
        (class.basic_size(), class.short_name())
    }

    fn __buffer__(&self) -> &ExportedItems<Sample> {
        &self.items
    }
}

/// The place of an index that may count from the end.
fn from_end(index: isize, len: usize) -> Option<usize> {
    let place = match index < 0 {
        true => len.checked_sub(index.unsigned_abs())?,
        false => index.unsigned_abs(),
    };
    (place < len).then_some(place)
}

fn raised(py: Python<'_>, result: Result<(), OutOfMemory>) -> PyResult<()> {
    result.map_err(|error| error.raise(py))
}

/// What `function` makes of the numbers up to `len`, in a list.
#[pyfunction(signature = (len, function, /))]
pub(crate) fn list_with<'py>(
    py: Python<'py>,
    len: usize,
    function: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyList>> {
    PyList::new_with(py, len, |index| function.call1(&index.into_py(py)?))
}

/// The numbers that a list has in the first places, and what else it has there as objects.
#[pyfunction(signature = (list, len, /))]
pub(crate) fn numbers_of_list<'py>(
    list: &Bound<'py, PyList>,
    len: usize,
) -> PyResult<Bound<'py, PyList>> {
    let py = list.py();
    PyList::new_with(py, len, |index| list.number(index).into_py(py))
}

/// An index of a sequence, and one of a slice.
#[pyfunction(signature = (object, index, /))]
pub(crate) fn indices(object: &Bound<'_, PyAny>, index: SliceIndex) -> PyResult<(isize, isize)> {
    Ok((object.to_index()?, index.0))
}

/// The code point of a character, and the character again.
#[pyfunction(signature = (character, /))]
pub(crate) fn code_point<'py>(
    py: Python<'py>,
    character: Character,
) -> PyResult<(u32, Bound<'py, PyString>)> {
    Ok((character.0, PyString::from_code(py, character.0)?))
}

/// `chr(code)`.
#[pyfunction(signature = (code, /))]
pub(crate) fn from_code(py: Python<'_>, code: u32) -> PyResult<Bound<'_, PyString>> {
    PyString::from_code(py, code)
}

/// Decodes UTF-16 or UTF-32, big endian or little endian, or as a mark tells.
#[pyfunction(signature = (data, bits, big_endian = None, /))]
pub(crate) fn decode<'py>(
    py: Python<'py>,
    data: &Bound<'py, PyBytes>,
    bits: u32,
    big_endian: Option<bool>,
) -> PyResult<Bound<'py, PyString>> {
    let order = big_endian.map(|big| {
        if big {
            ByteOrder::Big
        } else {
            ByteOrder::Little
        }
    });
    match bits {
        16 => PyString::decode_utf16(py, data.as_bytes(), order),
        _ => PyString::decode_utf32(py, data.as_bytes(), order),
    }
}

/// Raises an auditing event.
#[pyfunction(signature = (first, second, /))]
pub(crate) fn audited(
    py: Python<'_>,
    first: &Bound<'_, PyAny>,
    second: &Bound<'_, PyAny>,
) -> PyResult<()> {
    py.audit(c"xxcorten.audited", (first, second))
}
