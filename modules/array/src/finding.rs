//! Finding items that are equal to an object.

use std::ops::Range;

use corten_api::prelude::*;

use crate::array::{ALL, Array};
use crate::search::{Needle, NotCharacter};
use crate::value;

impl Array {
    /// How many items are equal to `v`.
    pub(crate) fn count_equal(&self, py: Python<'_>, v: &Bound<'_, PyAny>) -> PyResult<usize> {
        if let Some(needle) = value::needle(self.code(py), v) {
            let count = self.items.with(py, ALL, |items| needle.count(items))?;
            return count.map_err(|error| not_character(py, error));
        }
        let mut count = 0;
        let mut from = 0;
        while let Some(index) = self.find_by_methods(py, v, from, usize::MAX)? {
            count += 1;
            from = index + 1;
        }
        Ok(count)
    }

    /// Removes the first item that is equal to `v`, if there is one.
    pub(crate) fn remove_first(&self, py: Python<'_>, v: &Bound<'_, PyAny>) -> PyResult<bool> {
        if let Some(needle) = value::needle(self.code(py), v) {
            return self.remove_needle(py, needle);
        }
        let Some(found) = self.find_by_methods(py, v, 0, usize::MAX)? else {
            return Ok(false);
        };
        // Comparing may have shortened the array.
        let found = |items: Items<'_>| (found < items.len()).then_some(found..found + 1);
        self.items.remove(py, found)?;
        Ok(true)
    }

    /// The index in `range` of the first item that is equal to `v`.
    pub(crate) fn find(
        &self,
        py: Python<'_>,
        v: &Bound<'_, PyAny>,
        range: Range<usize>,
    ) -> PyResult<Option<usize>> {
        let Some(needle) = value::needle(self.code(py), v) else {
            return self.find_by_methods(py, v, range.start, range.end);
        };
        let start = range.start;
        let found = self.find_needle(py, needle, range)?;
        Ok(found.map(|offset| start + offset))
    }

    fn find_needle(
        &self,
        py: Python<'_>,
        needle: Needle,
        range: Range<usize>,
    ) -> PyResult<Option<usize>> {
        let found = self.items.with(py, range, |items| needle.find(items))?;
        found.map_err(|error| not_character(py, error))
    }

    /// Removes the first item that is equal to the needle, if there is one.
    fn remove_needle(&self, py: Python<'_>, needle: Needle) -> PyResult<bool> {
        let mut error = None;
        let removed = self.items.remove(py, |items| match needle.find(items) {
            Ok(found) => found.map(|index| index..index + 1),
            Err(not_character) => {
                error = Some(not_character);
                None
            }
        })?;
        match error {
            None => Ok(removed),
            Some(error) => Err(not_character(py, error)),
        }
    }

    /// As [`find`](Self::find), by the objects' own comparison, which may change the array: each step looks
    /// anew.
    fn find_by_methods(
        &self,
        py: Python<'_>,
        v: &Bound<'_, PyAny>,
        start: usize,
        end: usize,
    ) -> PyResult<Option<usize>> {
        let mut index = start;
        while index < end
            && let Some(item) = self.get(py, index)?
        {
            if item.compare(v, CompareOp::Eq)? {
                return Ok(Some(index));
            }
            index += 1;
        }
        Ok(None)
    }
}

/// The error for an item that is no character.
fn not_character(py: Python<'_>, NotCharacter(code): NotCharacter) -> PyErr {
    PyString::not_code(py, code)
}
