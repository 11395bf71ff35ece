//! Pickling: an array travels as its memory, with a number that tells the machine's format.

use corten_api::prelude::*;

use crate::State;
use crate::array::Array;
use crate::code::{MachineFormat, TypeCode};
use crate::{construct, value};

/// What `array.__reduce_ex__` gives.
pub(crate) fn reduce<'py>(
    array: &Bound<'py, Array>,
    py: Python<'py>,
    state: &State,
    protocol: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let reconstructor = reconstructor(py, state)?;
    let Some(protocol) = protocol.cast::<PyInt>() else {
        let text = "__reduce_ex__ argument should be an integer";
        return Err(PyTypeError::raise(py, text));
    };
    let protocol = value::to_c_long(protocol)?;
    let dict = array.as_any().getattr_optional("__dict__")?;
    let class = array.as_any().get_type();
    let code = array.code(py);
    let letter = PyString::from_code(py, code.letter().into())?;
    if protocol < 3 {
        // Python 2, which these protocols are for, would make text of the bytes.
        return (class, (letter, array.tolist(py)?), dict).into_py(py);
    }
    let format = MachineFormat::number(code);
    let arguments = (class, letter, format, array.tobytes(py)?);
    (reconstructor, arguments, dict).into_py(py)
}

/// `_array_reconstructor` as the module has it, or whatever is there in its place.
fn reconstructor<'py>(py: Python<'py>, state: &State) -> PyResult<Bound<'py, PyAny>> {
    if let Some(known) = &*state.reconstructor.borrow(py)? {
        return Ok(known.bind(py).clone());
    }
    let found = py.import("array")?.getattr("_array_reconstructor")?;
    let old = state
        .reconstructor
        .borrow_mut(py)?
        .replace(found.clone().unbind());
    drop(old);
    Ok(found)
}

/// Internal. Makes an array of what a pickle has.
#[pyfunction(
    signature = (arraytype, typecode, mformat_code, items, /),
    text_signature = "($module, arraytype, typecode, mformat_code, items,\n                     /)"
)]
pub(crate) fn _array_reconstructor<'py>(
    py: Python<'py>,
    state: &State,
    arraytype: &Bound<'py, PyAny>,
    typecode: Character,
    mformat_code: i32,
    items: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, Array>> {
    let Some(class) = arraytype.cast::<PyType>() else {
        let name = arraytype.type_name();
        let text = format_args!("first argument must be a type object, not {name:.200}");
        return Err(PyTypeError::raise(py, text));
    };
    state.array.check_subtype(class)?;
    let Some(code) = TypeCode::from_letter(typecode.0) else {
        let text = "second argument must be a valid type code";
        return Err(PyValueError::raise(py, text));
    };
    let Some(format) = MachineFormat::from_number(mformat_code) else {
        let text = "third argument must be a valid machine format code.";
        return Err(PyValueError::raise(py, text));
    };
    let Some(bytes) = items.cast::<PyBytes>() else {
        let name = items.type_name();
        let text = format_args!("fourth argument should be bytes, not {name:.200}");
        return Err(PyTypeError::raise(py, text));
    };
    if mformat_code == MachineFormat::number(code) {
        return make(py, state, class, code, items);
    }
    if bytes.as_bytes().len() % format.granule() != 0 {
        let text = "string length not a multiple of item size";
        return Err(PyValueError::raise(py, text));
    }
    let (code, items) = decode(py, format, code, bytes.as_bytes())?;
    make(py, state, class, code, &items)
}

/// The array of `class` that its constructor would make of the arguments.
fn make<'py>(
    py: Python<'py>,
    state: &State,
    class: &Bound<'py, PyType>,
    code: TypeCode,
    initial: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, Array>> {
    let items = construct::from_letter(py, code.letter().into(), Some(initial))?;
    state.array.create_in(class, items.into())
}

/// The objects that another machine's items are, and the code for an array of them: of integers the one
/// that fits best.
fn decode<'py>(
    py: Python<'py>,
    format: MachineFormat,
    code: TypeCode,
    bytes: &[u8],
) -> PyResult<(TypeCode, Bound<'py, PyAny>)> {
    let order = |big_endian| match big_endian {
        true => Some(ByteOrder::Big),
        false => Some(ByteOrder::Little),
    };
    let text = match format {
        MachineFormat::Integer {
            size,
            signed,
            big_endian,
        } => {
            let code = MachineFormat::integer_code(size, signed).unwrap_or(code);
            let list = list_of(py, bytes, size, |item| {
                let bits = to_u64(item, big_endian);
                match signed {
                    // Shifting to the left and back copies the sign.
                    true => {
                        let unused = 64 - 8 * size as u32;
                        ((bits << unused).cast_signed() >> unused).into_py(py)
                    }
                    false => bits.into_py(py),
                }
            })?;
            return Ok((code, list.into_any()));
        }
        MachineFormat::Float { size, big_endian } => {
            let list = list_of(py, bytes, size, |item| {
                let bits = to_u64(item, big_endian);
                match size {
                    4 => f64::from(f32::from_bits(bits as u32)).into_py(py),
                    _ => f64::from_bits(bits).into_py(py),
                }
            })?;
            return Ok((code, list.into_any()));
        }
        MachineFormat::Utf16 { big_endian } => {
            PyString::decode_utf16(py, bytes, order(big_endian))?
        }
        MachineFormat::Utf32 { big_endian } => {
            PyString::decode_utf32(py, bytes, order(big_endian))?
        }
    };
    Ok((code, text.into_any()))
}

/// What `item` makes of every `size` bytes.
fn list_of<'py>(
    py: Python<'py>,
    bytes: &[u8],
    size: usize,
    item: impl Fn(&[u8]) -> PyResult<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyList>> {
    PyList::new_with(py, bytes.len() / size, |index| {
        item(&bytes[index * size..][..size])
    })
}

/// The number that up to 8 bytes are.
fn to_u64(bytes: &[u8], big_endian: bool) -> u64 {
    let append = |number: u64, &byte: &u8| number << 8 | u64::from(byte);
    match big_endian {
        true => bytes.iter().fold(0, append),
        false => bytes.iter().rev().fold(0, append),
    }
}
