//! Items as Python objects.

use super::exported::ALL;
use super::{ExportedItems, ItemCode, ItemSlice, Items, Units};
use crate::convert::IntoPy;
use crate::err::PyResult;
use crate::instance::Bound;
use crate::python::Python;
use crate::types::{NewList, PyAny, PyList, PyString, Recycled, not_code_point};

/// Making numbers and characters, which are no objects that the collector knows of, runs no Python code: it can be
/// done while looking at the items. What should be a character and is none raises an exception, which may run
/// anything: that comes when nobody looks at the items any more.
impl<C: ItemCode> ExportedItems<C> {
    /// The list of the numbers, or of the strings of one character, that the items are.
    ///
    /// # Errors
    ///
    /// `ValueError` for an item that should be a character and is none, `MemoryError`.
    pub fn to_list<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        // Making the list can run the collector, and that change the items: before they are looked at.
        let mut list = NewList::with_capacity(py, self.len(py), cfg!(Py_GIL_DISABLED))?;
        let refused = {
            let _turn = self.turn(py);
            let code = self.vec().code();
            self.look_at(py, ALL, |items| match characters(code, items) {
                None => fill(py, &mut list, items).map(|()| None),
                Some(characters) => fill_with_characters(py, &mut list, characters),
            })??
        };
        match refused {
            None => Ok(list.finish()),
            Some(code) => {
                drop(list);
                Err(PyString::not_code(py, code))
            }
        }
    }

    /// The string of the characters that the items are; or the first item that is none.
    ///
    /// # Errors
    ///
    /// `MemoryError`.
    ///
    /// # Panics
    ///
    /// When the items are numbers.
    pub fn to_text<'py>(&self, py: Python<'py>) -> PyResult<Result<Bound<'py, PyString>, u32>> {
        let _turn = self.turn(py);
        let code = self.vec().code();
        self.look_at(py, ALL, |items| match characters(code, items) {
            Some(characters) => PyString::try_from_ucs4(py, characters),
            None => panic!("characters expected"),
        })?
    }

    /// The object that the item at the index which `place` finds for so many items is, if there is one: a number,
    /// or a string of one character.
    ///
    /// # Errors
    ///
    /// `ValueError` for an item that should be a character and is none, `MemoryError`.
    #[inline(always)]
    pub fn get<'py>(
        &self,
        py: Python<'py>,
        place: impl FnOnce(usize) -> Option<usize> + Send,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let _turn = self.turn(py);
        match place(self.vec().len()) {
            Some(index) => self.object(py, index, None),
            None => Ok(None),
        }
    }

    /// The object that the item at `index` is, as [`get`](Self::get), for one who goes from item to item: numbers are
    /// written into the object of an earlier one if nobody else has that any more.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    #[inline(always)]
    pub fn get_next<'py>(
        &self,
        py: Python<'py>,
        index: usize,
        earlier: &Recycled<PyAny>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let _turn = self.turn(py);
        self.object(py, index, Some(earlier))
    }

    /// Removes the item that [`get`](Self::get) would give, and gives it. Nothing happens in between.
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
        let Some(object) = self.object(py, index, None)? else {
            return Ok(None);
        };
        self.check_unlent(py)?;
        // SAFETY: as in `change`: it is this thread's turn, and no Python code runs.
        unsafe { self.vec_mut() }.remove(index..index + 1);
        Ok(Some(object))
    }

    /// The object that the item at `index` is, for callers whose turn it is. A call for each item would take as long
    /// as what is done.
    #[inline(always)]
    fn object<'py>(
        &self,
        py: Python<'py>,
        index: usize,
        earlier: Option<&Recycled<PyAny>>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let (items, index) = self.around(py, index)?;
        let items = items.items();
        if let Some(characters) = characters(self.vec().code(), items) {
            let character = characters.get(index).copied();
            let text = character.map(|code| PyString::from_code(py, code));
            return text.map(|text| text.map(Bound::into_any)).transpose();
        }
        numbers!(items, numbers => match (numbers.get(index), earlier) {
            (Some(&number), Some(earlier)) => earlier.give(py, number).map(Some),
            (Some(&number), None) => number.into_py(py).map(Some),
            (None, _) => Ok(None),
        })
    }
}

/// The code points that the items are, if they are.
#[inline]
fn characters(code: impl ItemCode, items: Items<'_>) -> Option<&[u32]> {
    match items.units() {
        Units::U32(characters) if code.is_text() => Some(characters),
        _ => None,
    }
}

/// Adds numbers to a list, as far as there is room.
fn fill<'py>(py: Python<'py>, list: &mut NewList<'py>, items: Items<'_>) -> PyResult<()> {
    numbers!(items, numbers => list.fill(numbers.iter().map(|&item| item.into_py(py))))
}

/// Adds strings of one character to a list, as far as there is room, unless one is none: then that is returned.
fn fill_with_characters<'py>(
    py: Python<'py>,
    list: &mut NewList<'py>,
    characters: &[u32],
) -> PyResult<Option<u32>> {
    let refused = not_code_point(characters);
    if refused.is_none() {
        list.fill(characters.iter().map(|&code| PyString::from_code(py, code)))?;
    }
    Ok(refused)
}

/// `$body` with `$numbers` for the items as a slice of their type.
macro_rules! numbers {
    ($items:expr, $numbers:ident => $body:expr) => {
        match $items.typed() {
            ItemSlice::I8($numbers) => $body,
            ItemSlice::U8($numbers) => $body,
            ItemSlice::I16($numbers) => $body,
            ItemSlice::U16($numbers) => $body,
            ItemSlice::I32($numbers) => $body,
            ItemSlice::U32($numbers) => $body,
            ItemSlice::I64($numbers) => $body,
            ItemSlice::U64($numbers) => $body,
            ItemSlice::F32($numbers) => $body,
            ItemSlice::F64($numbers) => $body,
        }
    };
}
use numbers;
