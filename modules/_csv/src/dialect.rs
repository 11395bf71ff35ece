//! The class `Dialect`.

use corten_api::prelude::*;

use crate::release;
#[cfg(Py_3_13)]
use crate::syntax::is_newline;
use crate::syntax::{OutOfMemory, Quoting, Syntax};
use crate::text::Text;
#[cfg(not(Py_3_14))]
use crate::type_name;
use crate::{Given, State};

/// How CSV is written: what stands between fields and records, and what is quoted.
#[pyclass(name = "Dialect", module = "_csv", immutable, basetype)]
#[derive(Traverse)]
pub(crate) struct Dialect {
    #[traverse(skip)]
    delimiter: u32,
    #[traverse(skip)]
    quotechar: Option<u32>,
    #[traverse(skip)]
    escapechar: Option<u32>,
    #[traverse(skip)]
    quoting: Quoting,
    lineterminator: Py<PyString>,
    #[member]
    skipinitialspace: bool,
    #[member]
    doublequote: bool,
    #[member]
    strict: bool,
}

#[pymethods]
impl Dialect {
    #[new(
        name = "",
        signature = (
            dialect = Given(None),
            delimiter = Given(None),
            doublequote = Given(None),
            escapechar = Given(None),
            lineterminator = Given(None),
            quotechar = Given(None),
            quoting = Given(None),
            skipinitialspace = Given(None),
            strict = Given(None),
        ),
        text_signature = "",
    )]
    #[expect(clippy::too_many_arguments, reason = "the signature is Python's")]
    fn new<'py>(
        py: Python<'py>,
        state: &State,
        dialect: Given<'_, 'py>,
        delimiter: Given<'_, 'py>,
        doublequote: Given<'_, 'py>,
        escapechar: Given<'_, 'py>,
        lineterminator: Given<'_, 'py>,
        quotechar: Given<'_, 'py>,
        quoting: Given<'_, 'py>,
        skipinitialspace: Given<'_, 'py>,
        strict: Given<'_, 'py>,
    ) -> PyResult<New<'py, Self>> {
        let attributes = Attributes(
            [
                delimiter,
                doublequote,
                escapechar,
                lineterminator,
                quotechar,
                quoting,
                skipinitialspace,
                strict,
            ]
            .map(|Given(value)| value.cloned()),
        );
        let Given(Some(dialect)) = dialect else {
            return attributes.into_dialect(py).map(New::Payload);
        };
        let dialect = match dialect.cast::<PyString>() {
            Some(name) => state.registered(name.as_any())?,
            None => dialect.clone(),
        };
        if attributes.are_missing()
            && dialect.is_instance_of(state.dialect.bind(py))
            && let Some(dialect) = dialect.cast::<Self>()
        {
            return Ok(New::Existing(dialect.clone()));
        }
        let attributes = attributes.or_those_of(&dialect);
        attributes.into_dialect(py).map(New::Payload)
    }

    /// What stands between two fields.
    #[getter]
    fn delimiter<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyString>> {
        PyString::from_ucs4(py, &[self.delimiter])
    }

    /// What takes the special meaning from the next character, or None.
    #[getter]
    fn escapechar<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyString>>> {
        character(py, self.escapechar)
    }

    /// What stands behind each record.
    #[getter]
    fn lineterminator(&self) -> &Py<PyString> {
        &self.lineterminator
    }

    /// What stands around a quoted field, or None.
    #[getter]
    fn quotechar<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyString>>> {
        character(py, self.quotechar)
    }

    /// What is quoted: one of the constants QUOTE_*.
    #[getter]
    fn quoting(&self) -> i32 {
        self.quoting as i32
    }

    /// Raises TypeError: dialects cannot be pickled.
    #[method(signature = (*args), text_signature = "")]
    fn __reduce__(slf: &Bound<'_, Self>, args: &Bound<'_, PyTuple>) -> PyResult<()> {
        let _ = args;
        Err(cannot_pickle(slf))
    }

    /// Raises TypeError: dialects cannot be pickled.
    #[method(signature = (*args), text_signature = "")]
    fn __reduce_ex__(slf: &Bound<'_, Self>, args: &Bound<'_, PyTuple>) -> PyResult<()> {
        let _ = args;
        Err(cannot_pickle(slf))
    }
}

impl Dialect {
    /// What the engines need to know, besides the line terminator.
    pub(crate) fn syntax(&self) -> Syntax {
        Syntax {
            delimiter: self.delimiter,
            quote: self.quotechar,
            escape: self.escapechar,
            quoting: self.quoting,
            double_quote: self.doublequote,
            skip_space: self.skipinitialspace,
            strict: self.strict,
            rules: release::rules(),
        }
    }

    /// What stands behind each record.
    pub(crate) fn terminator(&self, py: Python<'_>) -> Result<Text, OutOfMemory> {
        let mut text = Text::default();
        match self.lineterminator.bind(py).data() {
            StrData::Ascii(units) | StrData::Latin1(units) => text.extend(units)?,
            StrData::Ucs2(units) => text.extend(units)?,
            StrData::Ucs4(units) => text.extend(units)?,
        }
        Ok(text)
    }
}

fn character(py: Python<'_>, code: Option<u32>) -> PyResult<Option<Bound<'_, PyString>>> {
    code.map(|code| PyString::from_ucs4(py, &[code]))
        .transpose()
}

#[cold]
fn cannot_pickle(dialect: &Bound<'_, Dialect>) -> PyErr {
    let mut class = dialect.as_any().type_name();
    if let Some(dot) = class.rfind('.') {
        class.drain(..=dot);
    }
    class.truncate(class.floor_char_boundary(100));
    let text = format_args!("cannot pickle '{class}' instances");
    PyTypeError::raise(dialect.py(), text)
}

/// A dialect's attributes as they are given, in the order of [`NAMES`].
struct Attributes<'py>([Option<Bound<'py, PyAny>>; 8]);

const NAMES: [&str; 8] = [
    "delimiter",
    "doublequote",
    "escapechar",
    "lineterminator",
    "quotechar",
    "quoting",
    "skipinitialspace",
    "strict",
];

impl<'py> Attributes<'py> {
    fn are_missing(&self) -> bool {
        self.0.iter().all(Option::is_none)
    }

    /// Those that are missing are the attributes of `dialect`, if it has them.
    fn or_those_of(self, dialect: &Bound<'py, PyAny>) -> Self {
        let mut names = NAMES.iter();
        Attributes(self.0.map(|value| {
            let name = names.next()?;
            value.or_else(|| dialect.getattr(*name).ok())
        }))
    }

    /// Checks the attributes, one by one and with one another.
    fn into_dialect(self, py: Python<'_>) -> PyResult<Dialect> {
        let Attributes(values) = &self;
        let [
            delimiter,
            doublequote,
            escapechar,
            lineterminator,
            quotechar,
            quoting,
            skipinitialspace,
            strict,
        ] = values;
        let delimiter = match delimiter {
            Some(value) => character_of(value, "delimiter", "")?,
            None => b','.into(),
        };
        let doublequote = truth(doublequote, true)?;
        let escapechar = optional_character(escapechar, "escapechar", None)?;
        let lineterminator = terminator(py, lineterminator)?;
        let default_quote = Some(b'"'.into());
        let quote = optional_character(quotechar, "quotechar", default_quote)?;
        let code = quoting.as_ref().map_or(Ok(0), quoting_code)?;
        let skipinitialspace = truth(skipinitialspace, false)?;
        let strict = truth(strict, false)?;
        let Some(mut code) = Quoting::from_code(code) else {
            return Err(PyTypeError::raise(py, "bad \"quoting\" value"));
        };
        if quoting.is_none() && quotechar.as_ref().is_some_and(Bound::is_none) {
            code = Quoting::None;
        }
        if code != Quoting::None && quote.is_none() {
            let text = "quotechar must be set if quoting enabled";
            return Err(PyTypeError::raise(py, text));
        }
        let Some(lineterminator) = lineterminator else {
            return Err(PyTypeError::raise(py, "lineterminator must be set"));
        };
        let dialect = Dialect {
            delimiter,
            quotechar: quote,
            escapechar,
            quoting: code,
            lineterminator: lineterminator.unbind(),
            skipinitialspace,
            doublequote,
            strict,
        };
        #[cfg(Py_3_13)]
        dialect.check_characters(py)?;
        Ok(dialect)
    }
}

#[cfg(Py_3_13)]
impl Dialect {
    /// Refuses characters that have two meanings.
    fn check_characters(&self, py: Python<'_>) -> PyResult<()> {
        let delimiter = ("delimiter", Some(self.delimiter));
        let escape = ("escapechar", self.escapechar);
        let quote = ("quotechar", self.quotechar);
        self.check_character(py, delimiter, true)?;
        self.check_character(py, escape, !self.skipinitialspace)?;
        self.check_character(py, quote, !self.skipinitialspace)?;
        for ((name, code), (other_name, other)) in
            [(delimiter, escape), (delimiter, quote), (escape, quote)]
        {
            if code.is_some() && code == other {
                let text = format_args!("bad {name} or {other_name} value");
                return Err(PyValueError::raise(py, text));
            }
        }
        Ok(())
    }

    fn check_character(
        &self,
        py: Python<'_>,
        (name, code): (&str, Option<u32>),
        may_be_space: bool,
    ) -> PyResult<()> {
        let Some(code) = code else { return Ok(()) };
        if is_newline(code) || (code == u32::from(b' ') && !may_be_space) {
            return Err(PyValueError::raise(py, format_args!("bad {name} value")));
        }
        let terminator = self.terminator(py).map_err(|_| PyErr::no_memory(py))?;
        if terminator.codes().any(|other| other == code) {
            let text = format_args!("bad {name} or lineterminator value");
            return Err(PyValueError::raise(py, text));
        }
        Ok(())
    }
}

fn truth(value: &Option<Bound<'_, PyAny>>, default: bool) -> PyResult<bool> {
    value.as_ref().map_or(Ok(default), Bound::is_true)
}

fn quoting_code(value: &Bound<'_, PyAny>) -> PyResult<i32> {
    let py = value.py();
    let Some(int) = value.cast_exact::<PyInt>() else {
        return Err(not_of_type(value, "quoting", "an integer"));
    };
    let code = int.to_i64().and_then(|code| i32::try_from(code).ok());
    code.ok_or_else(|| PyOverflowError::raise(py, "Python int too large to convert to C int"))
}

fn terminator<'py>(
    py: Python<'py>,
    value: &Option<Bound<'py, PyAny>>,
) -> PyResult<Option<Bound<'py, PyString>>> {
    match value {
        None => PyString::new(py, "\r\n").map(Some),
        #[cfg(not(Py_3_14))]
        Some(value) if value.is_none() => Ok(None),
        Some(value) => match value.cast::<PyString>() {
            Some(text) => Ok(Some(text.clone())),
            None => Err(not_of_type(value, "lineterminator", "a string")),
        },
    }
}

/// The character that an attribute is; `None`, where it is missing, is `default`.
fn optional_character(
    value: &Option<Bound<'_, PyAny>>,
    name: &str,
    default: Option<u32>,
) -> PyResult<Option<u32>> {
    match value {
        None => Ok(default),
        Some(value) if value.is_none() => Ok(None),
        Some(value) => character_of(value, name, " or None").map(Some),
    }
}

/// The character that an attribute is. `alternative` says what else it may be.
fn character_of(value: &Bound<'_, PyAny>, name: &str, alternative: &str) -> PyResult<u32> {
    let Some(text) = value.cast::<PyString>() else {
        return Err(not_a_character(value, name, alternative));
    };
    match text.data() {
        StrData::Ascii(&[unit]) | StrData::Latin1(&[unit]) => Ok(unit.into()),
        StrData::Ucs2(&[unit]) => Ok(unit.into()),
        StrData::Ucs4(&[unit]) => Ok(unit),
        _ => Err(not_one_character(text, name, alternative)),
    }
}

#[cfg(not(Py_3_14))]
#[cold]
fn not_a_character(value: &Bound<'_, PyAny>, name: &str, alternative: &str) -> PyErr {
    let class = type_name(value);
    let text = format_args!("\"{name}\" must be string{alternative}, not {class}");
    PyTypeError::raise(value.py(), text)
}

#[cfg(Py_3_14)]
#[cold]
fn not_a_character(value: &Bound<'_, PyAny>, name: &str, alternative: &str) -> PyErr {
    not_of_type(value, name, &format!("a unicode character{alternative}"))
}

#[cold]
#[cfg_attr(not(Py_3_14), expect(unused_variables))]
fn not_one_character(text: &Bound<'_, PyString>, name: &str, alternative: &str) -> PyErr {
    #[cfg(not(Py_3_14))]
    let message = format!("\"{name}\" must be a 1-character string");
    #[cfg(Py_3_14)]
    let message = format!(
        "\"{name}\" must be a unicode character{alternative}, not a string of length {}",
        text.len()
    );
    PyTypeError::raise(text.py(), message)
}

#[cfg(not(Py_3_14))]
#[cold]
fn not_of_type(value: &Bound<'_, PyAny>, name: &str, expected: &str) -> PyErr {
    PyTypeError::raise(value.py(), format_args!("\"{name}\" must be {expected}"))
}

#[cfg(Py_3_14)]
#[cold]
fn not_of_type(value: &Bound<'_, PyAny>, name: &str, expected: &str) -> PyErr {
    let raise = |class: &str| {
        let text = format_args!("\"{name}\" must be {expected}, not {class}");
        PyTypeError::raise(value.py(), text)
    };
    match value.get_type().fully_qualified_name() {
        Ok(class) => class.to_str().map_or_else(|error| error, raise),
        Err(error) => error,
    }
}
