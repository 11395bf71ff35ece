//! Characters as text, and arrays as such.

use corten_api::prelude::*;

use crate::array::Array;
use crate::code::TypeCode;
use crate::construct::{NewItems, copy, with_capacity};

/// `repr(array)`.
pub(crate) fn repr<'py>(array: &Bound<'py, Array>, py: Python<'py>) -> PyResult<String> {
    let name = array.as_any().get_type().short_name();
    let code = array.code(py);
    let letter = char::from(code.letter());
    if array.items.is_empty(py) {
        return Ok(format!("{name}('{letter}')"));
    }
    let items = match code.is_text() {
        true => array.text(py)?.into_any(),
        false => array.tolist(py)?.into_any(),
    };
    let items = items.repr()?;
    Ok(format!("{name}('{letter}', {})", items.to_str()?))
}

impl Array {
    /// The string of characters that the items are.
    pub(crate) fn text<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyString>> {
        let code = self.code(py);
        if code == TypeCode::Wide {
            return self.items.to_text(py)?.map_err(|unit| {
                let text = "is not in range [U+0000; U+10ffff]";
                PyValueError::raise(py, format_args!("character U+{unit:x} {text}"))
            });
        }
        let copy = copy(py, code, &self.items)?;
        PyString::decode_utf32(py, copy.items().bytes(), None)
    }

    /// Appends the characters of a string, if the items are characters.
    pub(crate) fn extend_from_text(
        &self,
        py: Python<'_>,
        text: &Bound<'_, PyString>,
    ) -> PyResult<()> {
        self.check_text(py, "fromunicode")?;
        if text.is_empty() {
            return Ok(());
        }
        let text = text.data();
        self.resized(py, |items| extend(items, text))
    }

    /// Whether the items are characters: the function named needs them.
    pub(crate) fn check_text(&self, py: Python<'_>, function: &str) -> PyResult<()> {
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

/// The characters of a string.
pub(crate) fn from_text(
    py: Python<'_>,
    code: TypeCode,
    text: &Bound<'_, PyString>,
) -> PyResult<NewItems> {
    let mut items = with_capacity(py, code, text.len())?;
    extend(&mut items, text.data()).map_err(|error| error.raise(py))?;
    Ok(items)
}

/// Appends the characters of a string.
fn extend(items: &mut NewItems, text: StrData<'_>) -> Result<(), OutOfMemory> {
    match text {
        StrData::Ascii(units) | StrData::Latin1(units) => extend_by_units(items, units),
        StrData::Ucs2(units) => extend_by_units(items, units),
        StrData::Ucs4(units) => extend_by_units(items, units),
    }
}

fn extend_by_units<U: Copy + Into<u32>>(
    items: &mut NewItems,
    units: &[U],
) -> Result<(), OutOfMemory> {
    items.extend_from_units(units.iter().map(|&unit| unit.into()))
}
