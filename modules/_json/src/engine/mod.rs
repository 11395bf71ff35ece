//! The engines of `_json`. They know no Python: text comes in as slices of code units, values go
//! out through a [`parse::Builder`], text is written to buffers.

pub mod buffer;
pub mod escape;
pub mod intern;
pub mod number;
pub mod parse;
pub mod string;
pub mod unit;
pub mod units;

/// The memory that input asks for is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfMemory;

impl From<std::collections::TryReserveError> for OutOfMemory {
    fn from(_: std::collections::TryReserveError) -> Self {
        OutOfMemory
    }
}

/// Appends `item`, reporting a failed allocation instead of aborting. Amortised O(1).
#[inline]
fn push<T>(items: &mut Vec<T>, item: T) -> Result<(), OutOfMemory> {
    if items.len() == items.capacity() {
        items.try_reserve(1)?;
    }
    items.push(item);
    Ok(())
}
