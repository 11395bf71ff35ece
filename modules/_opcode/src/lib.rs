//! `_opcode`: what the interpreter knows of its instructions.
//!
//! Up to Python 3.13. Later interpreters keep these tables to themselves, and a copy could differ from what they do.
#![forbid(unsafe_code)]

#[cfg(Py_3_13)]
mod operators;

use std::ffi::c_int;

use corten_api::opcodes::{self, Opcode};
use corten_api::prelude::*;

#[cfg(all(Py_3_13, not(Py_3_14)))]
use opcodes::{Property, PyCode};
#[cfg(Py_3_13)]
use operators::OPERATORS;

corten_api::module! {
    /// The interpreter's instructions.
    name: "_opcode",
    state: State,
    functions: [
        stack_effect,
        #[cfg(all(Py_3_13, not(Py_3_14)))]
        is_valid,
        #[cfg(all(Py_3_13, not(Py_3_14)))]
        has_arg,
        #[cfg(all(Py_3_13, not(Py_3_14)))]
        has_const,
        #[cfg(all(Py_3_13, not(Py_3_14)))]
        has_name,
        #[cfg(all(Py_3_13, not(Py_3_14)))]
        has_jump,
        #[cfg(all(Py_3_13, not(Py_3_14)))]
        has_free,
        #[cfg(all(Py_3_13, not(Py_3_14)))]
        has_local,
        #[cfg(all(Py_3_13, not(Py_3_14)))]
        has_exc,
        get_specialization_stats,
        #[cfg(Py_3_13)]
        get_nb_ops,
        #[cfg(all(Py_3_13, not(Py_3_14)))]
        get_intrinsic1_descs,
        #[cfg(all(Py_3_13, not(Py_3_14)))]
        get_intrinsic2_descs,
        #[cfg(all(Py_3_13, not(Py_3_14)))]
        get_executor,
    ],
}

/// Nothing is kept between calls.
#[derive(Traverse)]
struct State {}

impl ModuleState for State {
    fn init(module: &Bound<'_, PyModule>) -> PyResult<Self> {
        #[cfg(Py_3_13)]
        module.add("ENABLE_SPECIALIZATION", 1)?;
        #[cfg(not(Py_3_13))]
        let _ = module;
        Ok(State {})
    }
}

/// By how much an instruction makes the stack higher.
///
/// With jump=True, when it jumps; with jump=False, when it does not; else the most of both.
#[pyfunction(signature = (opcode, oparg = None, /, *, jump = None))]
fn stack_effect(
    py: Python<'_>,
    opcode: Opcode,
    oparg: Option<&Bound<'_, PyAny>>,
    jump: Option<&Bound<'_, PyAny>>,
) -> PyResult<c_int> {
    let oparg = argument(py, opcode, oparg)?;
    let jump = match jump {
        None => None,
        Some(jump) if jump.is(&py.true_()) => Some(true),
        Some(jump) if jump.is(&py.false_()) => Some(false),
        Some(_) => {
            let text = "stack_effect: jump must be False, True or None";
            return Err(PyValueError::raise(py, text));
        }
    };
    opcode
        .stack_effect(py, oparg, jump)
        .ok_or_else(|| PyValueError::raise(py, "invalid opcode or oparg"))
}

/// The argument of an instruction as the interpreter takes it.
#[cfg(Py_3_13)]
fn argument(_: Python<'_>, _: Opcode, oparg: Option<&Bound<'_, PyAny>>) -> PyResult<c_int> {
    oparg.map_or(Ok(0), truncated)
}

/// The argument of an instruction as the interpreter takes it: there must be one where it is used.
#[cfg(not(Py_3_13))]
fn argument(py: Python<'_>, opcode: Opcode, oparg: Option<&Bound<'_, PyAny>>) -> PyResult<c_int> {
    let text = match (uses_argument(opcode), oparg) {
        (true, Some(oparg)) => return truncated(oparg),
        (false, None) => return Ok(0),
        (true, None) => "stack_effect: opcode requires oparg but oparg was not specified",
        (false, Some(_)) => "stack_effect: opcode does not permit oparg but oparg was specified",
    };
    Err(PyValueError::raise(py, text))
}

/// Instructions from 90 on have an argument, but for those that stand for a block of code while it is compiled.
#[cfg(not(Py_3_13))]
fn uses_argument(opcode: Opcode) -> bool {
    let blocks = if cfg!(Py_3_12) { 256..260 } else { 0..0 };
    opcode.0 >= 90 && !blocks.contains(&opcode.0)
}

/// The lower bits of a C `long`.
fn truncated(oparg: &Bound<'_, PyAny>) -> PyResult<c_int> {
    Ok(oparg.index()?.to_c_long()? as c_int)
}

/// Whether there is such an instruction.
#[cfg(all(Py_3_13, not(Py_3_14)))]
#[pyfunction(signature = (opcode))]
fn is_valid(py: Python<'_>, opcode: Opcode) -> bool {
    opcode.is_valid(py)
}

macro_rules! properties {
    ($($(#[$doc:meta])* $name:ident = $property:expr;)*) => {$(
        $(#[$doc])*
        #[cfg(all(Py_3_13, not(Py_3_14)))]
        #[pyfunction(signature = (opcode))]
        fn $name(py: Python<'_>, opcode: Opcode) -> bool {
            opcode.has(py, $property)
        }
    )*};
}

properties! {
    /// Whether the instruction uses its argument.
    has_arg = Property::Argument;
    /// Whether the instruction uses a constant.
    has_const = Property::Constant;
    /// Whether the instruction uses a name.
    has_name = Property::Name;
    /// Whether the instruction jumps.
    has_jump = Property::Jump;
    /// Whether the instruction uses a variable that a function shares with one inside or around it.
    ///
    /// Globals and built-in names are none of these.
    has_free = Property::FreeVariable;
    /// Whether the instruction uses a local variable.
    has_local = Property::LocalVariable;
    /// Whether the instruction sets up an exception handler.
    has_exc = Property::ExceptionHandler;
}

/// What was counted while instructions were specialised, None if the interpreter was not built to count.
#[pyfunction(signature = ())]
fn get_specialization_stats(py: Python<'_>) -> PyResult<Option<Bound<'_, PyAny>>> {
    opcodes::specialization_stats(py)
}

/// The names and symbols of the operators, each at the index that is the argument of BINARY_OP.
#[cfg(Py_3_13)]
#[pyfunction(signature = ())]
fn get_nb_ops(py: Python<'_>) -> PyResult<Bound<'_, PyList>> {
    PyList::new_with(py, OPERATORS.len(), |index| OPERATORS[index].into_py(py))
}

/// The names of the intrinsic functions of one argument.
#[cfg(all(Py_3_13, not(Py_3_14)))]
#[pyfunction(signature = ())]
fn get_intrinsic1_descs(py: Python<'_>) -> PyResult<Bound<'_, PyList>> {
    opcodes::unary_intrinsics(py)
}

/// The names of the intrinsic functions of two arguments.
#[cfg(all(Py_3_13, not(Py_3_14)))]
#[pyfunction(signature = ())]
fn get_intrinsic2_descs(py: Python<'_>) -> PyResult<Bound<'_, PyList>> {
    opcodes::binary_intrinsics(py)
}

/// What executes the code from the byte offset on in place of the interpreter.
#[cfg(all(Py_3_13, not(Py_3_14)))]
#[pyfunction(signature = (code, offset))]
fn get_executor<'py>(
    py: Python<'py>,
    code: &Bound<'py, PyAny>,
    offset: c_int,
) -> PyResult<Bound<'py, PyAny>> {
    let Some(code) = code.cast::<PyCode>() else {
        let name = code.type_name();
        let name = &name[..name.floor_char_boundary(100)];
        let text = format_args!("expected a code object, not '{name}'");
        return Err(PyTypeError::raise(py, text));
    };
    code.executor(offset)?
        .ok_or_else(|| PyRuntimeError::raise(py, "Executors are not available in this build"))
}
