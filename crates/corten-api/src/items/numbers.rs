//! Items as Python numbers.

use super::exported::ALL;
use super::{ExportedItems, ItemCode, ItemSlice, Items};
use crate::convert::IntoPy;
use crate::err::PyResult;
use crate::instance::Bound;
use crate::python::Python;
use crate::types::{NewList, PyList};

impl<C: ItemCode> ExportedItems<C> {
    /// The list of the numbers that the items are.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    pub fn to_list<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        // Making the list can run the collector, and that change the items: before they are looked at.
        let mut list = NewList::with_capacity(py, self.len(py))?;
        // Numbers are no objects that the collector knows of, so making them runs no Python code.
        self.look_at(py, ALL, |items| fill(py, &mut list, items))??;
        Ok(list.finish())
    }
}

/// Adds numbers to a list, as far as there is room.
fn fill<'py>(py: Python<'py>, list: &mut NewList<'py>, items: Items<'_>) -> PyResult<()> {
    macro_rules! fill {
        ($items:expr) => {
            list.fill($items.iter().map(|&item| item.into_py(py)))
        };
    }
    match items.typed() {
        ItemSlice::I8(items) => fill!(items),
        ItemSlice::U8(items) => fill!(items),
        ItemSlice::I16(items) => fill!(items),
        ItemSlice::U16(items) => fill!(items),
        ItemSlice::I32(items) => fill!(items),
        ItemSlice::U32(items) => fill!(items),
        ItemSlice::I64(items) => fill!(items),
        ItemSlice::U64(items) => fill!(items),
        ItemSlice::F32(items) => list.fill(items.iter().map(|&item| f64::from(item).into_py(py))),
        ItemSlice::F64(items) => fill!(items),
    }
}
