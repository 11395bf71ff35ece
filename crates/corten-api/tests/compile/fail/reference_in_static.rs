//! No Python object lives in a static: each interpreter has its own.
use std::sync::{Mutex, OnceLock};

use corten_api::prelude::*;

static ONCE: OnceLock<Py<PyAny>> = OnceLock::new();
static LOCKED: Mutex<Option<Py<PyAny>>> = Mutex::new(None);

fn main() {
    let _ = (&ONCE, &LOCKED);
}
