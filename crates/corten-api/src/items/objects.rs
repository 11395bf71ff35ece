//! Items as Python objects.

use super::exported::ALL;
use super::{ExportedItems, ItemCode, ItemSlice, Items};
use crate::convert::IntoPy;
use crate::err::PyResult;
use crate::instance::Bound;
use crate::python::Python;
use crate::types::{NewList, PyAny, PyList, PyString};

/// Making numbers and characters, which are no objects that the collector knows of, runs no Python code: it can be
/// done while looking at the items.
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

    /// The object that the item at `index` is, if there is one: a number, or a string of one character.
    ///
    /// # Errors
    ///
    /// `ValueError` for an item that should be a character and is none, `MemoryError`.
    #[inline(always)]
    pub fn get<'py>(&self, py: Python<'py>, index: usize) -> PyResult<Option<Bound<'py, PyAny>>> {
        let _turn = self.turn(py);
        self.object(py, index)
    }

    /// Removes the item at the index that `place` finds for so many items, and gives it. Nothing happens in between.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get), and `BufferError` while the items are lent; they stay as they are then.
    pub fn pop<'py>(
        &self,
        py: Python<'py>,
        place: impl FnOnce(usize) -> Option<usize> + Send,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let _turn = self.turn(py);
        let Some(index) = place(self.vec().len()) else {
            return Ok(None);
        };
        let Some(object) = self.object(py, index)? else {
            return Ok(None);
        };
        self.check_unlent(py)?;
        // SAFETY: as in `change`: it is this thread's turn, and no Python code runs.
        unsafe { self.vec_mut() }.remove(index..index + 1);
        Ok(Some(object))
    }

    /// As [`get`](Self::get), for callers whose turn it is. A call for each item would take as long as what is done.
    #[inline(always)]
    fn object<'py>(&self, py: Python<'py>, index: usize) -> PyResult<Option<Bound<'py, PyAny>>> {
        macro_rules! number {
            ($items:expr) => {
                match $items.get(index) {
                    Some(&item) => item.into_py(py).map(Some),
                    None => Ok(None),
                }
            };
        }
        let (items, index) = self.around(py, index)?;
        let is_text = self.vec().code().is_text();
        let character = match items.items().typed() {
            ItemSlice::I32(items) if is_text => items.get(index).map(|item| item.cast_unsigned()),
            ItemSlice::U32(items) if is_text => items.get(index).copied(),
            ItemSlice::I8(items) => return number!(items),
            ItemSlice::U8(items) => return number!(items),
            ItemSlice::I16(items) => return number!(items),
            ItemSlice::U16(items) => return number!(items),
            ItemSlice::I32(items) => return number!(items),
            ItemSlice::U32(items) => return number!(items),
            ItemSlice::I64(items) => return number!(items),
            ItemSlice::U64(items) => return number!(items),
            ItemSlice::F32(items) => return number!(items),
            ItemSlice::F64(items) => return number!(items),
        };
        // What is none raises an exception, which may run anything: nobody looks at the items any more.
        match character {
            Some(code) => PyString::from_code(py, code).map(|text| Some(text.into_any())),
            None => Ok(None),
        }
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
        ItemSlice::F32(items) => fill!(items),
        ItemSlice::F64(items) => fill!(items),
    }
}
