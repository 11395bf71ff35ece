//! The class of writers.

use corten_api::prelude::*;
use corten_number::FloatBuffer;

use crate::dialect::Dialect;
use crate::format::{Fault, Format, Kind, Record};
use crate::reader::text_to_str;
use crate::text::Text;
use crate::type_name;

/// Writes records as lines of CSV.
#[pyclass(name = "writer", module = "_csv", immutable, basetype)]
#[derive(Traverse)]
pub(crate) struct Writer {
    write: Py<PyAny>,
    #[member]
    dialect: Py<Dialect>,
    #[traverse(skip)]
    format: Format,
    /// For the line to be written; a call takes it out.
    #[traverse(skip)]
    memory: PyRefCell<Option<Box<Text>>>,
}

#[pymethods]
impl Writer {
    /// writerow(row) -> what the file's write() returns.
    ///
    /// Writes a record: an iterable of fields. What is no string is written as
    /// str() has it, and None as nothing.
    #[cfg_attr(Py_3_14, method(signature = (row, /)))]
    #[cfg_attr(not(Py_3_14), method(signature = (row, /), text_signature = ""))]
    fn writerow<'py>(
        slf: &Bound<'py, Self>,
        row: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let line = line(slf, row)?;
        slf.write.bind(slf.py()).call1(&line)
    }

    /// writerows(rows)
    ///
    /// Writes all records of an iterable, as writerow() does each of them.
    #[cfg_attr(Py_3_14, method(signature = (rows, /)))]
    #[cfg_attr(not(Py_3_14), method(signature = (rows, /), text_signature = ""))]
    fn writerows(slf: &Bound<'_, Self>, rows: &Bound<'_, PyAny>) -> PyResult<()> {
        for row in rows.iter()? {
            Self::writerow(slf, &row?)?;
        }
        Ok(())
    }
}

impl Writer {
    pub(crate) fn new(write: Bound<'_, PyAny>, dialect: Bound<'_, Dialect>) -> PyResult<Self> {
        let py = dialect.py();
        let terminator = dialect.terminator(py);
        let format = terminator.and_then(|terminator| Format::new(&dialect.syntax(), terminator));
        Ok(Writer {
            write: write.unbind(),
            format: format.map_err(|_| PyErr::no_memory(py))?,
            dialect: dialect.unbind(),
            memory: PyRefCell::new(None),
        })
    }
}

/// The line of a record. Python code may run that comes back to the writer: the memory is this
/// call's alone.
fn line<'py>(
    writer: &Bound<'py, Writer>,
    row: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyString>> {
    let py = writer.py();
    let mut memory = writer.memory.borrow_mut(py)?.take().unwrap_or_default();
    let mut record = Record::new(&writer.format, &mut memory);
    let written = write_fields(&mut record, row)
        .and_then(|()| Ok(record.finish()?))
        .map_err(|failure| raise(writer, row, failure));
    let line = written.and_then(|()| text_to_str(py, &memory));
    *writer.memory.borrow_mut(py)? = Some(memory);
    line
}

/// Why a row is not written.
enum Failure {
    /// It is not iterable.
    NoRow,
    Fault(Fault),
    Raised(PyErr),
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Failure::Fault(fault)
    }
}

impl From<PyErr> for Failure {
    fn from(error: PyErr) -> Self {
        Failure::Raised(error)
    }
}

#[cold]
fn raise(writer: &Bound<'_, Writer>, row: &Bound<'_, PyAny>, failure: Failure) -> PyErr {
    let py = writer.py();
    let text = match failure {
        Failure::NoRow => format!("iterable expected, not {}", type_name(row)),
        Failure::Fault(Fault::NoEscape) => "need to escape, but no escapechar set".to_owned(),
        Failure::Fault(Fault::SingleEmptyField) => {
            "single empty field record must be quoted".to_owned()
        }
        Failure::Fault(Fault::EmptyField) => "empty field must be quoted if delimiter is a space \
                                              and skipinitialspace is true"
            .to_owned(),
        Failure::Fault(Fault::OutOfMemory) => return PyErr::no_memory(py),
        Failure::Raised(error) => return error,
    };
    match writer.state() {
        Ok(state) => state.error(py, text),
        Err(error) => error,
    }
}

fn write_fields(record: &mut Record<'_>, row: &Bound<'_, PyAny>) -> Result<(), Failure> {
    // Lists and tuples need no iterator.
    if let Some(list) = row.cast_exact::<PyList>() {
        let mut index = 0;
        while let Some(field) = list.get(index) {
            write_field(record, &field)?;
            index += 1;
        }
        return Ok(());
    }
    if let Some(tuple) = row.cast_exact::<PyTuple>() {
        for field in tuple.borrowed_items() {
            write_field(record, &field)?;
        }
        return Ok(());
    }
    let fields = match row.iter() {
        Err(error) if error.matches::<PyTypeError>(row.py()) => return Err(Failure::NoRow),
        fields => fields?,
    };
    for field in fields {
        write_field(record, &field?)?;
    }
    Ok(())
}

#[inline]
fn write_field(record: &mut Record<'_>, field: &Bound<'_, PyAny>) -> Result<(), Failure> {
    if let Some(text) = field.cast_exact::<PyString>() {
        return write_text(record, text, Kind::Text);
    }
    if let Some(int) = field.cast_exact::<PyInt>()
        && let Some(value) = int.to_i64()
    {
        let mut buffer = itoa::Buffer::new();
        return Ok(record.push_number(buffer.format(value).as_bytes())?);
    }
    if let Some(float) = field.cast_exact::<PyFloat>()
        && float.value().is_finite()
    {
        let mut buffer = FloatBuffer::default();
        return Ok(record.push_number(buffer.format_finite(float.value()))?);
    }
    if field.is_none() {
        return Ok(record.push_empty(Kind::Null)?);
    }
    write_other(record, field)
}

/// Writes what is neither an ordinary text nor an ordinary number.
fn write_other(record: &mut Record<'_>, field: &Bound<'_, PyAny>) -> Result<(), Failure> {
    let is_number = field.is_number();
    if let Some(text) = field.cast::<PyString>() {
        let kind = match is_number {
            true => Kind::NumericText,
            false => Kind::Text,
        };
        return write_text(record, text, kind);
    }
    let kind = match is_number {
        true => Kind::Number,
        false => Kind::Other,
    };
    write_text(record, &field.str()?, kind)
}

#[inline]
fn write_text(
    record: &mut Record<'_>,
    text: &Bound<'_, PyString>,
    kind: Kind,
) -> Result<(), Failure> {
    match text.data() {
        StrData::Ascii(units) | StrData::Latin1(units) => record.push(units, kind)?,
        StrData::Ucs2(units) => record.push(units, kind)?,
        StrData::Ucs4(units) => record.push(units, kind)?,
    }
    Ok(())
}
