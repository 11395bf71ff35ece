//! Comparing arrays.

use corten_api::prelude::*;

use crate::array::Array;
use crate::order;

impl Array {
    /// The result of a comparison, which follows from the first items that differ.
    pub(crate) fn compare<'py>(
        &self,
        py: Python<'py>,
        other: &Array,
        op: CompareOp,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (code, other_code) = (self.code(py), other.code(py));
        if code != other_code && (code.is_text() || other_code.is_text()) {
            return self.compare_by_methods(py, other, op);
        }
        let truth = self.items.with_both(py, &other.items, |left, right| {
            let lens = left.len().cmp(&right.len());
            if lens.is_ne() && matches!(op, CompareOp::Eq | CompareOp::Ne) {
                return op == CompareOp::Ne;
            }
            match order::first_difference(left, right) {
                None => op.matches(lens),
                Some(Some(ordering)) => op.matches(ordering),
                Some(None) => op == CompareOp::Ne,
            }
        })?;
        Ok(py.bool(truth))
    }

    /// Compares characters with other items, which only their objects can.
    fn compare_by_methods<'py>(
        &self,
        py: Python<'py>,
        other: &Array,
        op: CompareOp,
    ) -> PyResult<Bound<'py, PyAny>> {
        let lens = self.len(py).cmp(&other.len(py));
        let by_equality = matches!(op, CompareOp::Eq | CompareOp::Ne);
        if lens.is_ne() && by_equality {
            return Ok(py.bool(op == CompareOp::Ne));
        }
        for index in 0.. {
            if index >= other.len(py) {
                break;
            }
            let (Some(left), Some(right)) = (self.get(py, index)?, other.get(py, index)?) else {
                break;
            };
            if left.compare(&right, CompareOp::Eq)? {
                continue;
            }
            return match by_equality {
                true => Ok(py.bool(op == CompareOp::Ne)),
                false => left.rich_compare(&right, op),
            };
        }
        Ok(py.bool(op.matches(self.len(py).cmp(&other.len(py)))))
    }
}
