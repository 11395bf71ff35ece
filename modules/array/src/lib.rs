//! `array`: sequences of machine numbers and characters.
#![forbid(unsafe_code)]

mod code; // engines: no Python objects
mod moves;
mod order;
mod search;

mod array; // what Python sees
mod comparing;
mod construct;
mod extending;
mod files;
mod finding;
mod iterator;
mod number;
mod operators;
mod pickle;
mod subscript;
mod text;
mod value;

use corten_api::prelude::*;

use crate::array::Array;
use crate::code::TypeCode;
use crate::iterator::ArrayIterator;

corten_api::module! {
    /// Arrays of basic values: characters, integers, floats.
    ///
    /// An array is a mutable sequence that behaves much like a list, but keeps its
    /// items as plain machine values of one type.
    name: "array",
    state: State,
    functions: [pickle::_array_reconstructor],
}

/// What methods reach.
#[derive(Traverse)]
struct State {
    array: ClassType<Array>,
    iterator: ClassType<ArrayIterator>,
    read: Py<PyString>,
    write: Py<PyString>,
    /// `_array_reconstructor` as `__reduce_ex__` finds it when it first runs.
    reconstructor: PyRefCell<Option<Py<PyAny>>>,
}

impl ModuleState for State {
    fn init(module: &Bound<'_, PyModule>) -> PyResult<Self> {
        let py = module.py();
        let array = module.add_class::<Array>()?;
        module.add("ArrayType", array.bind(py))?;
        let letters = TypeCode::ALL.iter().map(|code| char::from(code.letter()));
        module.add("typecodes", letters.collect::<String>())?;
        let mutable_sequence = py.import("collections.abc")?.getattr("MutableSequence")?;
        mutable_sequence.call_method("register", &[array.bind(py).as_any()])?;
        Ok(State {
            array,
            iterator: ClassType::new(module)?,
            read: PyString::interned(py, "read")?.unbind(),
            write: PyString::interned(py, "write")?.unbind(),
            reconstructor: PyRefCell::new(None),
        })
    }
}
