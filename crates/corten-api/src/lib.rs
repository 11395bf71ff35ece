//! The safe Rust API for CPython modules.
//!
//! A module is a crate: `module!` names it, `#[pyfunction]`, `#[pyclass]` and `#[pymethods]` fill
//! it. The vocabulary is PyO3's where the meaning is the same. What differs, and why, is told in
//! `docs/api.md`: per-interpreter state instead of statics, errors that stay in the thread state,
//! exact control of types and signatures.
//!
//! All `unsafe` code that touches Python is in this crate; a module's crate forbids it.

mod allocator;
mod args;
mod buffer;
mod call;
mod character;
mod class;
mod collect;
mod convert;
mod entry;
mod err;
pub mod exceptions;
mod export;
mod gc;
mod instance;
mod instance_dict;
mod items;
mod member;
mod module;
pub mod opcodes;
mod panic;
mod python;
mod release;
mod repr;
pub mod stream;
mod sync;
mod trampoline;
mod trashcan;
pub mod types;
mod wakeup;

pub use allocator::Allocator;
pub use args::{Arg, Call};
pub use buffer::{OwnedBuffer, PyBuffer, PyBufferMut};
pub use call::{CallStack, PyNames};
pub use character::CharacterNames;
pub use class::{ClassType, New, PyClass};
pub use collect::{try_collect, try_push};
pub use convert::{Character, FromArg, IntoPy, SliceIndex, UIntMask, ULong, ULongLong};
pub use corten_macros::{Traverse, module, pyclass, pyfunction, pymethods};
pub use err::{PyErr, PyResult};
pub use export::ExportedBytes;
pub use gc::{Traverse, Visit, VisitResult};
pub use instance::{Borrowed, Bound, Py};
pub use items::{
    ExportedItems, ItemAccess, ItemCode, ItemKind, ItemSlice, ItemVec, Items, ItemsMut,
    OutOfMemory, Shared, Unique, Unit, Units, UnitsMut,
};
pub use member::{MemberCell, OptionalMember};
pub use module::ModuleState;
pub use python::{NestingGuard, Python, RecursionGuard};
pub use release::{Release, Since};
pub use repr::ReprGuard;
pub use sync::{PyLock, PyLockGuard, PyRef, PyRefCell, PyRefMut};
pub use wakeup::{Waited, Wakeup};

/// Everything that a module usually names.
pub mod prelude {
    // The derive only: with the trait in scope, its `clear(&self)` would be what `vec.clear()` calls.
    pub use corten_macros::Traverse;

    pub use crate::exceptions::*;
    pub use crate::types::*;
    pub use crate::{
        Arg, Borrowed, Bound, Call, CallStack, Character, ClassType, ExportedBytes, ExportedItems,
        FromArg, IntoPy, ItemCode, ItemKind, ItemSlice, ItemVec, Items, ItemsMut, MemberCell,
        ModuleState, New, OptionalMember, OutOfMemory, OwnedBuffer, Py, PyBuffer, PyBufferMut,
        PyErr, PyLock, PyNames, PyRefCell, PyResult, Python, Release, SliceIndex, UIntMask, ULong,
        ULongLong, Unit, Units, UnitsMut, module, pyclass, pyfunction, pymethods, try_collect,
        try_push,
    };
}

/// What macro output refers to; no part of the API.
#[doc(hidden)]
pub mod __private {
    pub use crate::args::{Arguments, Call, Signature};
    pub use crate::class::{
        Array, Extends, IntoNew, NO_MEMBER, NO_PROPERTY, Object, PyClass, PyMethods, Table,
        dict_property, new, new_packed, state_of_class, type_slot,
    };
    pub use crate::convert::{FromArg, IntoReturn};
    pub use crate::entry::*;
    pub use crate::export::{get_buffer, release_buffer};
    pub use crate::gc::{Traverse, Visit, VisitResult};
    pub use crate::member::{Member, WritableMember};
    pub use crate::module::{ModuleDef, StateOf, exec, slots as module_slots, state_of};
    pub use crate::trampoline::call as trampoline;
    pub use corten_ffi as ffi;

    /// Fails to compile unless Python code may write to a member of the type `T`.
    pub const fn assert_writable<T: WritableMember>() {}

    /// Fails to compile unless `T` may move between threads.
    pub const fn assert_send<T: Send>() {}
}
