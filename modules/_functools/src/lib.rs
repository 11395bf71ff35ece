//! `_functools`: functions of functions.
#![forbid(unsafe_code)]

mod cache; // engine: no Python
mod key_wrapper;
mod lru_cache;
mod partial;
#[cfg(Py_3_14)]
mod placeholder;
mod reduce;

use corten_api::prelude::*;

use crate::key_wrapper::KeyWrapper;
use crate::lru_cache::LruCache;
use crate::partial::Partial;
#[cfg(Py_3_14)]
use crate::placeholder::Placeholder;

corten_api::module! {
    /// Tools that operate on functions: what `functools` is made of.
    name: "_functools",
    state: State,
    functions: [reduce::reduce, key_wrapper::cmp_to_key],
}

/// What functions and methods reach.
#[derive(Traverse)]
struct State {
    partial: ClassType<Partial>,
    key_wrapper: ClassType<KeyWrapper>,
    /// Stands between positional arguments and keywords in the keys of caches.
    keyword_mark: Py<PyAny>,
    #[cfg(Py_3_14)]
    placeholder: Py<Placeholder>,
}

impl ModuleState for State {
    fn init(module: &Bound<'_, PyModule>) -> PyResult<Self> {
        let py = module.py();
        module.add_class::<LruCache>()?;
        #[cfg(Py_3_14)]
        let placeholder = {
            let class = module.add_class::<Placeholder>()?;
            let placeholder = class.create(py, Placeholder {})?;
            module.add("Placeholder", &placeholder)?;
            placeholder.unbind()
        };
        Ok(State {
            partial: module.add_class()?,
            key_wrapper: ClassType::new(module)?,
            keyword_mark: PyAny::new_object(py)?.unbind(),
            #[cfg(Py_3_14)]
            placeholder,
        })
    }
}
