//! Making items out of Python objects: what the constructor and its kin accept.

use corten_api::prelude::*;

use crate::State;
use crate::array::{ALL, Array};
use crate::code::TypeCode;
use crate::{number, text, value};

pub(crate) type NewItems = ItemVec<TypeCode>;

/// Whether the class has no `__init__` of its own. Others may take keywords.
pub(crate) fn is_plain(class: &Bound<'_, PyType>, state: &State) -> PyResult<bool> {
    let own = state.array.bind(class.py()).as_any();
    let initialiser = class.as_any().getattr("__init__")?;
    Ok(initialiser.is(&own.getattr("__init__")?))
}

/// The items of `array(*args)`.
pub(crate) fn from_arguments(py: Python<'_>, args: &Bound<'_, PyTuple>) -> PyResult<NewItems> {
    let given = args.len();
    let Some(letter) = args.get(0) else {
        let text = "array() takes at least 1 argument (0 given)";
        return Err(PyTypeError::raise(py, text));
    };
    if given > 2 {
        let text = format_args!("array() takes at most 2 arguments ({given} given)");
        return Err(PyTypeError::raise(py, text));
    }
    from_letter(py, letter_of(&letter)?, args.get(1).as_ref())
}

fn letter_of(object: &Bound<'_, PyAny>) -> PyResult<u32> {
    let text = object.cast::<PyString>();
    if let Some(text) = text
        && let (1, Some(letter)) = (text.len(), text.code_at(0))
    {
        return Ok(letter);
    }
    let given = match text {
        Some(text) if cfg!(Py_3_14) => format!("a string of length {}", text.len()),
        _ if object.is_none() => "None".to_owned(),
        _ => object.type_name(),
    };
    Err(PyTypeError::raise(
        object.py(),
        format_args!("array() argument 1 must be a unicode character, not {given}"),
    ))
}

/// The items of `array(letter, initial)`.
pub(crate) fn from_letter(
    py: Python<'_>,
    letter: u32,
    initial: Option<&Bound<'_, PyAny>>,
) -> PyResult<NewItems> {
    let none = py.none();
    let character = PyString::from_code(py, letter)?;
    py.audit(c"array.__new__", (&character, initial.unwrap_or(&none)))?;
    #[cfg(Py_3_13)]
    if letter == u32::from(TypeCode::Wide.letter()) {
        warn_of_wide(py)?;
    }
    let code = TypeCode::from_letter(letter);
    let known = || code.ok_or_else(|| bad_code(py));
    let Some(initial) = initial else {
        return known().map(ItemVec::new);
    };
    let is_text = code.is_some_and(TypeCode::is_text);
    if !is_text {
        refuse_text(py, &character, initial)?;
    }
    if let Some(list) = initial.cast::<PyList>() {
        return from_sequence(known()?, initial, list.len());
    }
    if let Some(tuple) = initial.cast::<PyTuple>() {
        return from_sequence(known()?, initial, tuple.len());
    }
    if initial.cast::<PyBytes>().is_some() || initial.cast::<PyByteArray>().is_some() {
        return from_bytes(py, known()?, initial);
    }
    if let Some(text) = initial.cast::<PyString>() {
        return text::from_text(py, known()?, text);
    }
    if let Some(array) = initial.cast::<Array>()
        && let Some(code) = code
        && code == array.code(py)
    {
        return copy(py, code, &array.items);
    }
    from_iterator(initial.iter()?, known()?)
}

/// A copy of the items of an array of `code`.
pub(crate) fn copy(
    py: Python<'_>,
    code: TypeCode,
    items: &ExportedItems<TypeCode>,
) -> PyResult<NewItems> {
    let copy = items.with(py, ALL, |items| ItemVec::from_bytes(code, items.bytes()))?;
    copy.map_err(|error| error.raise(py))
}

/// Type codes of numbers are not for text.
fn refuse_text(
    py: Python<'_>,
    letter: &Bound<'_, PyString>,
    initial: &Bound<'_, PyAny>,
) -> PyResult<()> {
    let array = initial.cast::<Array>();
    let given = if initial.cast::<PyString>().is_some() {
        "str"
    } else if array.is_some_and(|array| array.code(py).is_text()) {
        "unicode array"
    } else {
        return Ok(());
    };
    let text = "to initialize an array with typecode";
    let letter = letter.to_str()?;
    Err(PyTypeError::raise(
        py,
        format_args!("cannot use a {given} {text} '{letter}'"),
    ))
}

#[cfg(Py_3_13)]
fn warn_of_wide(py: Python<'_>) -> PyResult<()> {
    let text = "The 'u' type code is deprecated and will be removed in Python 3.16";
    py.warn(&PyDeprecationWarning::type_object(py), text, 1)
}

#[cold]
fn bad_code(py: Python<'_>) -> PyErr {
    // gh-132527
    let is_named = |letter: &char| *letter != 'w' || Release::running().has(&[(13, 4)]);
    let letters = TypeCode::ALL.iter().map(|code| char::from(code.letter()));
    let mut letters = letters.filter(is_named).map(String::from);
    let last = letters.next_back().unwrap_or_default();
    let others = letters.collect::<Vec<_>>().join(", ");
    PyValueError::raise(
        py,
        format_args!("bad typecode (must be {others} or {last})"),
    )
}

/// The items of a list or tuple, which may change meanwhile: as many as it had at first.
fn from_sequence(code: TypeCode, sequence: &Bound<'_, PyAny>, len: usize) -> PyResult<NewItems> {
    let mut items = with_capacity(sequence.py(), code, len)?;
    let list = sequence.cast_exact::<PyList>();
    loop {
        if let Some(list) = list {
            number::push_from(&mut items, list, len);
        }
        let index = items.len();
        if index == len {
            return Ok(items);
        }
        let item = match list.and_then(|list| list.get(index)) {
            Some(item) => item,
            None => sequence.sequence_item(index)?,
        };
        push(&mut items, &item)?;
    }
}

/// The items of a list that must keep its length.
pub(crate) fn from_list(
    py: Python<'_>,
    code: TypeCode,
    list: &Bound<'_, PyList>,
) -> PyResult<NewItems> {
    let len = list.len();
    let mut items = ItemVec::new(code);
    items.reserve(len).map_err(|error| error.raise(py))?;
    while items.len() < len {
        number::push_from(&mut items, list, len);
        if let Some(item) = list.get(items.len()) {
            push(&mut items, &item)?;
        }
        if list.len() != len {
            let text = "list changed size during iteration";
            return Err(PyRuntimeError::raise(py, text));
        }
    }
    Ok(items)
}

/// The items that an iterator gives.
fn from_iterator(iterator: Bound<'_, PyIterator>, code: TypeCode) -> PyResult<NewItems> {
    let mut items = ItemVec::new(code);
    for item in iterator {
        push(&mut items, &item?)?;
    }
    Ok(items)
}

fn push(items: &mut NewItems, item: &Bound<'_, PyAny>) -> PyResult<()> {
    let bits = value::to_bits(items.code(), item)?;
    let pushed = items.push_bits(bits);
    pushed.map_err(|error| error.raise(item.py()))
}

pub(crate) fn with_capacity(py: Python<'_>, code: TypeCode, len: usize) -> PyResult<NewItems> {
    ItemVec::with_capacity(code, len).map_err(|error| error.raise(py))
}

/// The items that bytes are made of, as machine values.
fn from_bytes(py: Python<'_>, code: TypeCode, object: &Bound<'_, PyAny>) -> PyResult<NewItems> {
    let data = PyBuffer::get(object)?;
    check_size(py, code, data.len())?;
    let mut items = ItemVec::new(code);
    items
        .extend_from_buffer(&data)
        .map_err(|error| error.raise(py))?;
    Ok(items)
}

/// Whether so many bytes are whole items.
pub(crate) fn check_size(py: Python<'_>, code: TypeCode, size: usize) -> PyResult<()> {
    match size % code.kind().size() {
        0 => Ok(()),
        _ => Err(PyValueError::raise(
            py,
            "bytes length not a multiple of item size",
        )),
    }
}

/// Making arrays out of an array.
pub(crate) trait Create<'py> {
    /// A new array, of the class itself, with what `make` makes of the code and the items.
    fn create(
        &self,
        py: Python<'py>,
        make: impl FnOnce(TypeCode, Items<'_>) -> Result<NewItems, OutOfMemory> + Send,
    ) -> PyResult<Bound<'py, Array>>;
}

impl<'py> Create<'py> for Bound<'py, Array> {
    fn create(
        &self,
        py: Python<'py>,
        make: impl FnOnce(TypeCode, Items<'_>) -> Result<NewItems, OutOfMemory> + Send,
    ) -> PyResult<Bound<'py, Array>> {
        let code = self.code(py);
        let items = self.items.with(py, ALL, |items| make(code, items))?;
        let items = items.map_err(|error| error.raise(py))?;
        self.state()?.array.create(py, items.into())
    }
}
