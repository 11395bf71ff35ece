//! Items as Python numbers.

use super::exported::ALL;
use super::{ExportedItems, ItemCode, ItemSlice, Items};
use crate::convert::IntoPy;
use crate::err::PyResult;
use crate::instance::Bound;
use crate::python::Python;
use crate::types::{NewList, PyAny, PyList};

/// Making numbers, which are no objects that the collector knows of, runs no Python code: it can be done while
/// looking at the items.
impl<C: ItemCode> ExportedItems<C> {
    /// The list of the numbers that the items are.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    pub fn to_list<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        // Making the list can run the collector, and that change the items: before they are looked at.
        let mut list = NewList::with_capacity(py, self.len(py), cfg!(Py_GIL_DISABLED))?;
        self.look_at(py, ALL, |items| fill(py, &mut list, items))??;
        Ok(list.finish())
    }

    /// The number that the item at `index` is, if there is one.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    #[inline]
    pub fn get_number<'py>(
        &self,
        py: Python<'py>,
        index: usize,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.look_at_one(py, index, |items, index| {
            number(py, items, index).transpose()
        })?
    }
}

/// The item at `index` as a number.
#[inline]
fn number<'py>(
    py: Python<'py>,
    items: Items<'_>,
    index: usize,
) -> Option<PyResult<Bound<'py, PyAny>>> {
    Some(match items.typed() {
        ItemSlice::I8(items) => (*items.get(index)?).into_py(py),
        ItemSlice::U8(items) => (*items.get(index)?).into_py(py),
        ItemSlice::I16(items) => (*items.get(index)?).into_py(py),
        ItemSlice::U16(items) => (*items.get(index)?).into_py(py),
        ItemSlice::I32(items) => (*items.get(index)?).into_py(py),
        ItemSlice::U32(items) => (*items.get(index)?).into_py(py),
        ItemSlice::I64(items) => (*items.get(index)?).into_py(py),
        ItemSlice::U64(items) => (*items.get(index)?).into_py(py),
        ItemSlice::F32(items) => f64::from(*items.get(index)?).into_py(py),
        ItemSlice::F64(items) => (*items.get(index)?).into_py(py),
    })
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
