//! Tuples that are used again.

use super::{PyTuple, PyTupleBuilder};
use crate::gc::{Traverse, Visit, VisitResult};
use crate::instance::{Bound, Py};
use crate::python::Python;

/// The tuples that an iterator gave last, all of one length. One that nobody else has any more is filled anew, as
/// `zip` and `enumerate` do it, which is quicker than to free it and make another.
///
/// There are two, as the variable of a loop still has the last tuple when the loop asks for the next. Who has both
/// keeps them, and will keep the others: from then on none is used again.
///
/// This is for small items, as they live on meanwhile, and for numbers, text and the like, of which the collector
/// need not know: letting go of them runs no code, and it does not look at a tuple that is used again.
///
/// Without a GIL there is no telling whether somebody else has a tuple, and none is kept.
pub struct RecycledTuples {
    tuples: [Option<Py<PyTuple>>; 2],
    are_kept: bool,
}

impl RecycledTuples {
    /// One of the tuples, without its items, if nobody else has it.
    #[inline]
    pub fn take<'py>(&mut self, py: Python<'py>) -> Option<PyTupleBuilder<'py>> {
        if !self.are_kept {
            return None;
        }
        for place in &mut self.tuples {
            let tuple = place.as_ref()?.bind(py);
            if tuple.as_any().reference_count() == 1 {
                return place
                    .take()
                    .map(|tuple| PyTupleBuilder::reuse(tuple.into_bound(py)));
            }
        }
        *self = RecycledTuples {
            tuples: [None, None],
            are_kept: false,
        };
        None
    }

    /// Keeps a tuple that is about to be given.
    #[inline]
    pub fn keep(&mut self, tuple: &Bound<'_, PyTuple>) {
        if self.are_kept
            && let Some(place) = self.tuples.iter_mut().find(|place| place.is_none())
        {
            *place = Some(tuple.clone().unbind());
        }
    }
}

impl Default for RecycledTuples {
    fn default() -> Self {
        RecycledTuples {
            tuples: [None, None],
            are_kept: !cfg!(Py_GIL_DISABLED),
        }
    }
}

// SAFETY: visits both references.
unsafe impl Traverse for RecycledTuples {
    fn traverse(&self, visit: &mut Visit<'_>) -> VisitResult {
        self.tuples
            .iter()
            .try_for_each(|tuple| tuple.traverse(visit))
    }

    fn clear_mut(&mut self) {
        self.tuples = [None, None];
    }
}
