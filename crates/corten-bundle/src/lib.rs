//! All of Corten's modules in one library.
//!
//! Besides the modules it holds `_corten`, which tells about the library itself.
#![forbid(unsafe_code)]

mod modules;

use corten_api::prelude::*;

/// What Rust code allocates with, in all modules.
#[global_allocator]
static ALLOCATOR: corten_api::Allocator = corten_api::Allocator;

corten_api::module! {
    /// Facts about the library that holds Corten's modules.
    name: "_corten",
    state: State,
    constants: [VERSION],
}

/// Corten's version.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Nothing to keep.
#[derive(Traverse)]
struct State {}

impl ModuleState for State {
    fn init(_module: &Bound<'_, PyModule>) -> PyResult<Self> {
        Ok(State {})
    }
}
