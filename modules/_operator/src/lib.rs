//! `_operator`: operators as functions.
#![forbid(unsafe_code)]

mod attrgetter;
mod functions;
mod getter;
mod itemgetter;
mod methodcaller;

use corten_api::prelude::*;

use crate::attrgetter::AttrGetter;
use crate::itemgetter::ItemGetter;
use crate::methodcaller::MethodCaller;

corten_api::module! {
    /// The operators of Python as functions.
    ///
    /// operator.add(x, y) is x + y. The functions have the names of the special
    /// methods, without the underscores.
    name: "_operator",
    state: State,
    functions: [
        functions::truth,
        functions::contains,
        functions::index_of,
        functions::count_of,
        functions::is_,
        functions::is_not,
        #[cfg(Py_3_14)]
        functions::is_none,
        #[cfg(Py_3_14)]
        functions::is_not_none,
        functions::index,
        functions::add,
        functions::sub,
        functions::mul,
        functions::matmul,
        functions::floordiv,
        functions::truediv,
        functions::modulo,
        functions::neg,
        functions::pos,
        functions::abs,
        functions::inv,
        functions::invert,
        functions::lshift,
        functions::rshift,
        functions::not_,
        functions::and_,
        functions::xor,
        functions::or_,
        functions::iadd,
        functions::isub,
        functions::imul,
        functions::imatmul,
        functions::ifloordiv,
        functions::itruediv,
        functions::imod,
        functions::ilshift,
        functions::irshift,
        functions::iand,
        functions::ixor,
        functions::ior,
        functions::concat,
        functions::iconcat,
        functions::getitem,
        functions::setitem,
        functions::delitem,
        functions::pow,
        functions::ipow,
        functions::eq,
        functions::ne,
        functions::lt,
        functions::le,
        functions::gt,
        functions::ge,
        functions::compare_digest,
        functions::length_hint,
        functions::call_object,
    ],
}

/// There is nothing to keep.
#[derive(Traverse)]
struct State {}

impl ModuleState for State {
    fn init(module: &Bound<'_, PyModule>) -> PyResult<Self> {
        module.add_class::<AttrGetter>()?;
        module.add_class::<ItemGetter>()?;
        module.add_class::<MethodCaller>()?;
        Ok(State {})
    }
}
