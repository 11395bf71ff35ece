//! The functions of the module and of `UCD`, for either database.

use std::fmt::{self, Write as _};

use corten_api::prelude::*;

use crate::hangul;
use crate::names::{self, Named};
use crate::normalization::{Failure, Form, Kind, Mapping, Normalizer, Unit, combining_class};
use crate::properties::{self, Version, is_assigned, old_numbers};
use crate::{State, is_mended, spelling};

/// What is returned where there is no value; not being given is something else than any object.
pub(crate) struct Fallback<'a, 'py>(Option<&'a Bound<'py, PyAny>>);

impl<'a, 'py> FromArg<'a, 'py> for Fallback<'a, 'py> {
    #[inline]
    fn from_arg(object: &'a Bound<'py, PyAny>, _arg: &Arg) -> PyResult<Self> {
        Ok(Fallback(Some(object)))
    }
}

impl<'py> Fallback<'_, 'py> {
    pub(crate) const UNSET: Self = Fallback(None);

    /// `value`, or else the default, or else `ValueError` with `text`.
    #[inline]
    fn or(
        self,
        py: Python<'py>,
        value: Option<impl IntoPy<'py>>,
        text: &str,
    ) -> PyResult<Bound<'py, PyAny>> {
        match (value, self.0) {
            (Some(value), _) => value.into_py(py),
            (None, Some(default)) => Ok(default.clone()),
            (None, None) => Err(PyValueError::raise(py, text)),
        }
    }
}

pub(crate) fn decimal<'py>(
    py: Python<'py>,
    version: Version,
    chr: Character,
    default: Fallback<'_, 'py>,
) -> PyResult<Bound<'py, PyAny>> {
    let value = match old_value(version, chr) {
        Some(old) => old.decimal,
        None => chr.to_decimal(),
    };
    default.or(py, value, "not a decimal")
}

pub(crate) fn digit<'py>(
    py: Python<'py>,
    _version: Version,
    chr: Character,
    default: Fallback<'_, 'py>,
) -> PyResult<Bound<'py, PyAny>> {
    default.or(py, chr.to_digit(), "not a digit")
}

pub(crate) fn numeric<'py>(
    py: Python<'py>,
    version: Version,
    chr: Character,
    default: Fallback<'_, 'py>,
) -> PyResult<Bound<'py, PyAny>> {
    let is_known = |old: &properties::OldNumbers| {
        is_mended() || old.decimal.is_some() || !is_assigned(version, chr.0)
    };
    let value = match old_value(version, chr).filter(is_known) {
        Some(old) => old.numeric,
        None => chr.to_numeric(),
    };
    default.or(py, value, "not a numeric character")
}

fn old_value(version: Version, chr: Character) -> Option<properties::OldNumbers> {
    (version == Version::Old)
        .then(|| old_numbers(chr.0))
        .flatten()
}

pub(crate) fn category<'py>(
    py: Python<'py>,
    version: Version,
    state: &State,
    chr: Character,
) -> PyResult<Bound<'py, PyString>> {
    let place = properties::record(version, chr.0).category;
    Ok(state.categories.get(py, place))
}

pub(crate) fn bidirectional<'py>(
    py: Python<'py>,
    version: Version,
    state: &State,
    chr: Character,
) -> PyResult<Bound<'py, PyString>> {
    let place = properties::record(version, chr.0).bidirectional;
    Ok(state.bidirectional_classes.get(py, place))
}

pub(crate) fn east_asian_width<'py>(
    py: Python<'py>,
    version: Version,
    state: &State,
    chr: Character,
) -> PyResult<Bound<'py, PyString>> {
    // Of what has been assigned since, 3.11 says that it is full width (gh-96172).
    #[cfg(not(Py_3_12))]
    if !is_assigned(version, chr.0) {
        return PyString::interned(py, "F");
    }
    let place = properties::record(version, chr.0).east_asian_width;
    Ok(state.east_asian_widths.get(py, place))
}

pub(crate) fn combining(_py: Python<'_>, version: Version, chr: Character) -> PyResult<u8> {
    match is_assigned(version, chr.0) {
        true => Ok(combining_class(chr.0)),
        false => Ok(0),
    }
}

pub(crate) fn mirrored(_py: Python<'_>, version: Version, chr: Character) -> PyResult<u8> {
    Ok(properties::record(version, chr.0).mirrored.into())
}

pub(crate) fn decomposition<'py>(
    py: Python<'py>,
    version: Version,
    chr: Character,
) -> PyResult<Bound<'py, PyString>> {
    match Kind::of(version, chr.0) {
        Kind::Mapped(mapping) => PyString::from_display(py, Hexadecimal(mapping)),
        Kind::Hangul if is_mended() => {
            let mut text = String::new();
            if let Some(jamo) = hangul::decompose(chr.0) {
                // Writing to a string does not fail.
                let _ = write!(text, "{:04X} {:04X}", jamo.leading, jamo.vowel);
                if let Some(trailing) = jamo.trailing {
                    let _ = write!(text, " {trailing:04X}");
                }
            }
            PyString::new(py, &text)
        }
        _ => PyString::new(py, ""),
    }
}

/// A mapping as `UnicodeData.txt` writes it.
struct Hexadecimal(Mapping);

impl fmt::Display for Hexadecimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        if !self.0.tag().is_empty() {
            f.write_str(self.0.tag())?;
            separator = " ";
        }
        for code in self.0.own() {
            write!(f, "{separator}{code:04X}")?;
            separator = " ";
        }
        Ok(())
    }
}

pub(crate) fn name<'py>(
    py: Python<'py>,
    version: Version,
    chr: Character,
    default: Fallback<'_, 'py>,
) -> PyResult<Bound<'py, PyAny>> {
    let name = match names::name(version, chr.0, false) {
        Some(name) => Some(PyString::from_ascii(py, name.as_ref())?),
        None => None,
    };
    default.or(py, name, "no such name")
}

/// Names that are longer are not even looked for.
const MAX_NAME: usize = 256;

pub(crate) fn lookup<'py>(
    py: Python<'py>,
    version: Version,
    name: NameText<'_, 'py>,
) -> PyResult<Bound<'py, PyString>> {
    let mut text = [0; MAX_NAME];
    let Some(text) = name.copy_to(&mut text)? else {
        return Err(PyKeyError::raise(py, "name too long"));
    };
    match (names::find(text, spelling()), version) {
        // Since 3.13, the old database finds characters that it does not have.
        (Some(Named::Character(code)), _) if cfg!(Py_3_13) || is_assigned(version, code) => {
            PyString::from_ucs4(py, &[code])
        }
        (Some(Named::ByRule(code)), _) | (Some(Named::Alias(code)), Version::Current) => {
            PyString::from_ucs4(py, &[code])
        }
        (Some(Named::Sequence(codes, _)), Version::Current) => PyString::from_ucs4(py, codes),
        _ => Err(undefined(py, text)),
    }
}

#[cold]
fn undefined(py: Python<'_>, name: &[u8]) -> PyErr {
    let name = name.split(|&byte| byte == 0).next().unwrap_or(name);
    let name = String::from_utf8_lossy(name);
    PyKeyError::raise(py, format_args!("undefined character name '{name}'"))
}

/// A name to look up: a `str`, or bytes that can't be released.
pub(crate) enum NameText<'a, 'py> {
    Text(&'a str),
    Bytes(PyBuffer<'py>),
}

impl<'a, 'py> FromArg<'a, 'py> for NameText<'a, 'py> {
    fn from_arg(object: &'a Bound<'py, PyAny>, arg: &Arg) -> PyResult<Self> {
        if let Some(text) = object.cast::<PyString>() {
            return text.to_str().map(NameText::Text);
        }
        if PyBuffer::needs_release(object) {
            return Err(arg.bad_type(object, "read-only bytes-like object"));
        }
        PyBuffer::get(object).map(NameText::Bytes)
    }
}

impl NameText<'_, '_> {
    /// The UTF-8 text, in `memory`; none if it is longer than that.
    fn copy_to<'m>(&self, memory: &'m mut [u8; MAX_NAME]) -> PyResult<Option<&'m [u8]>> {
        let mut copy = |text: &[u8]| {
            memory.get_mut(..text.len())?.copy_from_slice(text);
            Some(text.len())
        };
        let len = match self {
            NameText::Text(text) => copy(text.as_bytes()),
            NameText::Bytes(buffer) => buffer.with_bytes(copy)?,
        };
        Ok(len.map(|len| &memory[..len]))
    }
}

pub(crate) fn is_normalized<'py>(
    py: Python<'py>,
    version: Version,
    form: &Bound<'py, PyString>,
    unistr: &Bound<'py, PyString>,
) -> PyResult<bool> {
    if unistr.is_empty() {
        return Ok(true);
    }
    let form = form_of(form)?;
    let normalizer = Normalizer { version, form };
    let result = match unistr.data() {
        StrData::Ascii(_) => Ok(true),
        StrData::Latin1(text) => normalizer.is_normalized(text),
        StrData::Ucs2(text) => normalizer.is_normalized(text),
        StrData::Ucs4(text) => normalizer.is_normalized(text),
    };
    result.map_err(|_| PyErr::no_memory(py))
}

pub(crate) fn normalize<'py>(
    py: Python<'py>,
    version: Version,
    form: &Bound<'py, PyString>,
    unistr: &Bound<'py, PyString>,
) -> PyResult<Bound<'py, PyString>> {
    if unistr.is_empty() {
        return exact(unistr);
    }
    let form = form_of(form)?;
    let normalizer = Normalizer { version, form };
    let result = match unistr.data() {
        StrData::Ascii(_) => None,
        StrData::Latin1(text) => normalized(py, normalizer, text)?,
        StrData::Ucs2(text) => normalized(py, normalizer, text)?,
        StrData::Ucs4(text) => normalized(py, normalizer, text)?,
    };
    match result {
        Some(result) => Ok(result),
        None => unchanged(normalizer, unistr),
    }
}

/// `text` in a form, unless nothing changes. Few results need more than 16 bits for a code point.
fn normalized<'py, U: Unit>(
    py: Python<'py>,
    normalizer: Normalizer,
    text: &[U],
) -> PyResult<Option<Bound<'py, PyString>>> {
    let result = match normalizer.normalize::<U, u16>(text) {
        Ok(result) => Ok(result.map(|text| PyString::from_ucs2(py, &text))),
        Err(Failure::TooWide) => match normalizer.normalize::<U, u32>(text) {
            Ok(result) => Ok(result.map(|text| PyString::from_ucs4(py, &text))),
            Err(failure) => Err(failure),
        },
        Err(failure) => Err(failure),
    };
    match result {
        Ok(result) => result.transpose(),
        Err(_) => Err(PyErr::no_memory(py)),
    }
}

/// A string that is in the form already. Before 3.14, an instance of a subclass stays one, if each of its
/// characters tells that it is.
fn unchanged<'py>(
    normalizer: Normalizer,
    text: &Bound<'py, PyString>,
) -> PyResult<Bound<'py, PyString>> {
    #[cfg(not(Py_3_14))]
    if text.as_any().cast_exact::<PyString>().is_none() {
        let may_compose = match text.data() {
            StrData::Ascii(_) | StrData::Latin1(_) => false,
            StrData::Ucs2(text) => normalizer.may_compose(text),
            StrData::Ucs4(text) => normalizer.may_compose(text),
        };
        if may_compose || normalizer.version == Version::Old {
            return text.to_exact();
        }
    }
    let _ = normalizer;
    exact(text)
}

/// A `str`, whatever subclass it was of. Before 3.14, it stays what it is.
fn exact<'py>(text: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyString>> {
    match cfg!(Py_3_14) {
        true => text.to_exact(),
        false => Ok(text.clone()),
    }
}

fn form_of(name: &Bound<'_, PyString>) -> PyResult<Form> {
    let form = match name.data() {
        StrData::Ascii(name) | StrData::Latin1(name) => Form::from_name(name),
        _ => None,
    };
    form.ok_or_else(|| PyValueError::raise(name.py(), "invalid normalization form"))
}

/// The values that a property can have, as strings.
#[derive(Traverse)]
pub(crate) struct Interned(Vec<Py<PyString>>);

impl Interned {
    pub(crate) fn new(py: Python<'_>, values: &[&str]) -> PyResult<Self> {
        let values = values
            .iter()
            .map(|value| Ok(PyString::interned(py, value)?.unbind()));
        values.collect::<PyResult<_>>().map(Interned)
    }

    #[inline]
    fn get<'py>(&self, py: Python<'py>, place: u8) -> Bound<'py, PyString> {
        self.0[usize::from(place)].bind(py).clone()
    }
}
