//! The built-in types, each with the methods that modules need.

mod any;
mod arithmetic;
mod bytes;
mod compare;
mod complex;
mod container;
mod dict;
pub(crate) mod digits;
mod filler;
mod iterator;
mod list;
mod module;
mod narrow;
mod number;
mod numbers;
pub(crate) mod recycled;
mod set;
pub(crate) mod singletons;
mod slice;
mod string;
mod string_parts;
mod string_writer;
mod tuple;
mod type_object;

pub(crate) use any::AttrName;
pub use any::{CompareOp, PyAny};
pub use bytes::{PyByteArray, PyBytes, PyBytesWriter};
pub use complex::PyComplex;
pub use dict::PyDict;
pub use filler::Filler;
pub use iterator::PyIterator;
pub(crate) use list::NewList;
pub use list::PyList;
pub use module::PyModule;
pub use number::{PyBool, PyFloat, PyInt};
pub use numbers::{Number, Numbers, Plain};
pub use recycled::{FillTuple, Recycle, Recycled, RecycledStrings, RecycledTuple};
pub use set::PyFrozenSet;
pub use slice::{PySlice, SliceBounds, SliceIndices};
pub(crate) use string::not_code_point;
pub use string::{AsciiText, ByteOrder, PyString, StrData};
pub use string_parts::PyStringParts;
pub use string_writer::{PyStringWriter, StrUnit};
pub use tuple::{PyTuple, PyTupleBuilder};
pub use type_object::{PyBaseException, PyType};

use crate::instance::Bound;

/// A type whose instances can be told from others.
///
/// # Safety
///
/// The checks must be exact: whatever passes is used as that type without further questions.
pub unsafe trait PyTypeCheck {
    /// The type's name in error messages, such as `str`.
    const NAME: &'static str;

    /// Whether `object` is an instance, subclasses included.
    fn is_instance(object: &Bound<'_, PyAny>) -> bool;

    /// Whether `object`'s type is this one and no subclass.
    fn is_exact_instance(object: &Bound<'_, PyAny>) -> bool;
}

/// Implements [`PyTypeCheck`] by the interpreter's own pair of checks.
macro_rules! type_check {
    ($type:ty, $name:literal, $check:path, $exact:path) => {
        // SAFETY: these are the interpreter's own checks for this type.
        unsafe impl $crate::types::PyTypeCheck for $type {
            const NAME: &'static str = $name;

            #[inline]
            fn is_instance(object: &Bound<'_, $crate::types::PyAny>) -> bool {
                // SAFETY: attached; `object` is live.
                unsafe { $check(object.as_ptr()) != 0 }
            }

            #[inline]
            fn is_exact_instance(object: &Bound<'_, $crate::types::PyAny>) -> bool {
                // SAFETY: attached; `object` is live.
                unsafe { $exact(object.as_ptr()) != 0 }
            }
        }
    };
}
pub(crate) use type_check;
