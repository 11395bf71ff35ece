//! `xxcorten`: every part of the API in small, for tests that drive it through a real interpreter.
#![forbid(unsafe_code)]

mod arguments;
mod calls;
mod containers;
mod escapes;
mod items;
mod numbers;
mod recycled;
mod sequences;
mod waiting;

use corten_api::prelude::*;

corten_api::module! {
    /// Every part of the Corten API, for its tests.
    name: "xxcorten",
    state: State,
    functions: [
        arguments::nothing,
        arguments::one,
        arguments::positional,
        arguments::optional_positional,
        arguments::mixed,
        arguments::keyword_only,
        arguments::variadic,
        arguments::last,
        arguments::integers,
        arguments::floating,
        arguments::truth,
        arguments::text,
        arguments::maybe,
        arguments::masked,
        arguments::exact_list,
        calls::passed,
        calls::call_on_stack,
        arguments::character,
        arguments::exact_text,
        arguments::needs_release,
        escapes::panic,
        escapes::allocate,
        escapes::new_bytes,
        escapes::new_text,
        escapes::grow,
        escapes::raise,
        escapes::swallow,
        escapes::roundtrip,
        escapes::sum_detached,
        escapes::is_stable,
        escapes::fill,
        escapes::overwrite,
        escapes::first_bytes,
        escapes::count_up,
        escapes::read_int,
        escapes::has_index,
        escapes::encode_ascii,
        escapes::empty_dict,
        escapes::sleep,
        escapes::recurse,
        escapes::calls,
        escapes::text_kind,
        escapes::cut,
        escapes::items_of,
        items::list_with,
        items::numbers_of_list,
        items::indices,
        items::code_point,
        items::from_code,
        items::decode,
        items::audited,
        escapes::remove,
        escapes::is_number,
        escapes::to_float,
        escapes::in_turn,
        numbers::operators,
        numbers::absolute,
        numbers::gcd,
        numbers::int_parts,
        numbers::truncated,
        numbers::ones,
        numbers::seen_ahead,
        numbers::conjugate,
        numbers::kinds,
        numbers::special,
        numbers::as_tuple,
        sequences::compare,
        sequences::compare_items,
        sequences::in_a_row,
        sequences::swap,
        sequences::replace,
        sequences::pop,
        sequences::insert,
        sequences::sequence_item,
        waiting::nanoseconds,
        waiting::wait,
    ],
    constants: [ANSWER, GREETING, RATIO = 0.5],
}

/// An int constant.
pub const ANSWER: i32 = 42;
/// A str constant.
pub const GREETING: &str = "hello";

/// What the module keeps for each interpreter.
#[derive(Traverse)]
struct State {
    error: Py<PyType>,
    /// Something that tests can change, and put cycles into.
    #[allow(dead_code)]
    slot: PyRefCell<Option<Py<PyAny>>>,
    node: ClassType<containers::Node>,
    /// The name of a special method.
    special: Py<PyString>,
    single: Py<calls::Single>,
    samples: ClassType<items::Samples>,
}

impl ModuleState for State {
    fn init(module: &Bound<'_, PyModule>) -> PyResult<Self> {
        let py = module.py();
        let error = PyType::new_exception(py, "xxcorten.error", None)?;
        module.add("error", &error)?;
        module.add_class::<containers::Counter>()?;
        module.add_class::<containers::Memory>()?;
        module.add_class::<containers::Kept>()?;
        module.add_class::<containers::Shared>()?;
        module.add_class::<containers::Store>()?;
        module.add_class::<containers::Sealed>()?;
        module.add_class::<containers::Same>()?;
        module.add_exception("xxcorten.Failure")?;
        let base = module.add_class::<containers::Base>()?;
        module.add_subclass::<containers::Derived>(&base)?;
        module.add_class::<containers::Number>()?;
        module.add_class::<containers::Caller>()?;
        module.add_class::<escapes::Panics>()?;
        module.add_class::<calls::Relay>()?;
        module.add_class::<recycled::Recycler>()?;
        let single = module.add_class::<calls::Single>()?;
        Ok(State {
            error: error.unbind(),
            slot: PyRefCell::new(None),
            node: module.add_class::<containers::Node>()?,
            special: PyString::interned(py, "__special__")?.unbind(),
            single: single.create(py, calls::Single {})?.unbind(),
            samples: module.add_class()?,
        })
    }
}
