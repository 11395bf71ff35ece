//! What the interpreter knows of its instructions: internal to it, but exported, as its own `_opcode` may be
//! a shared library. From Python 3.14 on, most of it is not.

use std::ffi::{c_int, c_void};
use std::mem;
use std::sync::LazyLock;

use corten_ffi as ffi;

use crate::args::Arg;
use crate::convert::FromArg;
#[cfg(all(Py_3_13, not(Py_3_14)))]
use crate::err::PyErr;
use crate::err::PyResult;
use crate::instance::Bound;
use crate::python::Python;
use crate::types::{PyAny, type_check};
#[cfg(all(Py_3_13, not(Py_3_14)))]
use crate::types::{PyList, PyString};

/// The number of an instruction, or any other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opcode(pub c_int);

impl<'a, 'py> FromArg<'a, 'py> for Opcode {
    fn from_arg(object: &'a Bound<'py, PyAny>, arg: &Arg) -> PyResult<Self> {
        c_int::from_arg(object, arg).map(Opcode)
    }
}

impl Opcode {
    /// By how much the instruction makes the stack higher: when it jumps, when it does not, or the most of
    /// both. `None` if there is no such instruction.
    #[must_use]
    pub fn stack_effect(
        self,
        _py: Python<'_>,
        argument: c_int,
        jump: Option<bool>,
    ) -> Option<c_int> {
        let jump = jump.map_or(-1, c_int::from);
        // SAFETY: takes any numbers.
        let effect = unsafe { ffi::PyCompile_OpcodeStackEffectWithJump(self.0, argument, jump) };
        (effect != c_int::MAX).then_some(effect)
    }
}

/// What an instruction can do.
#[cfg(all(Py_3_13, not(Py_3_14)))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Property {
    /// Uses its argument.
    Argument,
    /// Uses a constant.
    Constant,
    /// Uses a name.
    Name,
    /// Jumps.
    Jump,
    /// Uses a variable that functions share.
    FreeVariable,
    /// Uses a local variable.
    LocalVariable,
    /// Sets up an exception handler.
    ExceptionHandler,
}

#[cfg(all(Py_3_13, not(Py_3_14)))]
impl Opcode {
    /// Whether there is such an instruction.
    #[must_use]
    pub fn is_valid(self, _py: Python<'_>) -> bool {
        // SAFETY: takes any number.
        unsafe { ffi::_PyCompile_OpcodeIsValid(self.0) != 0 }
    }

    /// Whether there is such an instruction, and it does that.
    #[must_use]
    pub fn has(self, py: Python<'_>, property: Property) -> bool {
        let ask = match property {
            Property::Argument => ffi::_PyCompile_OpcodeHasArg,
            Property::Constant => ffi::_PyCompile_OpcodeHasConst,
            Property::Name => ffi::_PyCompile_OpcodeHasName,
            Property::Jump => ffi::_PyCompile_OpcodeHasJump,
            Property::FreeVariable => ffi::_PyCompile_OpcodeHasFree,
            Property::LocalVariable => ffi::_PyCompile_OpcodeHasLocal,
            Property::ExceptionHandler => ffi::_PyCompile_OpcodeHasExc,
        };
        // SAFETY: looks the instruction up in a table, in which it is.
        self.is_valid(py) && unsafe { ask(self.0) != 0 }
    }
}

/// The names of the intrinsic functions of one argument.
///
/// # Errors
///
/// `MemoryError`.
#[cfg(all(Py_3_13, not(Py_3_14)))]
pub fn unary_intrinsics(py: Python<'_>) -> PyResult<Bound<'_, PyList>> {
    intrinsics(py, ffi::_PyCompile_GetUnaryIntrinsicName)
}

/// The names of the intrinsic functions of two arguments.
///
/// # Errors
///
/// `MemoryError`.
#[cfg(all(Py_3_13, not(Py_3_14)))]
pub fn binary_intrinsics(py: Python<'_>) -> PyResult<Bound<'_, PyList>> {
    intrinsics(py, ffi::_PyCompile_GetBinaryIntrinsicName)
}

#[cfg(all(Py_3_13, not(Py_3_14)))]
fn intrinsics(
    py: Python<'_>,
    name: unsafe extern "C" fn(c_int) -> *mut ffi::PyObject,
) -> PyResult<Bound<'_, PyList>> {
    let names = PyList::empty(py)?;
    for index in 0.. {
        // SAFETY: attached; takes any number.
        let name = unsafe { name(index) };
        if name.is_null() {
            PyErr::check_occurred(py)?;
            break;
        }
        // SAFETY: a new str.
        names.append(&unsafe { Bound::<PyString>::from_owned_ptr(py, name) })?;
    }
    Ok(names)
}

/// What the interpreter has counted while it specialised instructions; `None` if it was not built to count.
///
/// # Errors
///
/// `MemoryError`.
pub fn specialization_stats(py: Python<'_>) -> PyResult<Option<Bound<'_, PyAny>>> {
    type Get = unsafe extern "C" fn() -> *mut ffi::PyObject;
    static GET: LazyLock<Option<Get>> = LazyLock::new(|| {
        let function = ffi::optional_function(c"_Py_GetSpecializationStats");
        // SAFETY: this is the function's type in all versions that have it.
        (!function.is_null()).then(|| unsafe { mem::transmute::<*mut c_void, Get>(function) })
    });
    match *GET {
        // SAFETY: attached.
        Some(get) => unsafe { Bound::from_owned_or_err(py, get()).map(Some) },
        None => Ok(None),
    }
}

/// Python's code objects.
pub struct PyCode(());
type_check!(PyCode, "code", ffi::PyCode_Check, ffi::PyCode_Check);

impl<'py> Bound<'py, PyCode> {
    /// What executes the instructions from the byte `offset` on, in place of the interpreter's loop; `None` if
    /// the interpreter was built without such things.
    ///
    /// # Errors
    ///
    /// `ValueError` when there is none at that place.
    #[cfg(Py_3_13)]
    pub fn executor(&self, offset: c_int) -> PyResult<Option<Bound<'py, PyAny>>> {
        type Get = unsafe extern "C" fn(*mut ffi::PyObject, c_int) -> *mut ffi::PyObject;
        let function = ffi::optional_function(c"_Py_GetExecutor");
        if function.is_null() {
            return Ok(None);
        }
        // SAFETY: this is the function's type in all versions that have it.
        let get = unsafe { mem::transmute::<*mut std::ffi::c_void, Get>(function) };
        // SAFETY: attached; `self` is a live code object; the offset may be any.
        unsafe { Bound::from_owned_or_err(self.py(), get(self.as_ptr(), offset)).map(Some) }
    }
}
