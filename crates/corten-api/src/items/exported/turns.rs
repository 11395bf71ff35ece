//! Turns: who may get at exported items now.

#[cfg(Py_GIL_DISABLED)]
use std::ptr;

#[cfg(Py_GIL_DISABLED)]
use parking_lot::MutexGuard;

use super::ExportedItems;
use crate::items::ItemCode;
use crate::python::Python;

/// Without a GIL, threads wait for one another.
#[cfg(Py_GIL_DISABLED)]
impl<C: ItemCode> ExportedItems<C> {
    pub(in crate::items) fn turn<'a>(&'a self, py: Python<'_>) -> Turn<'a> {
        match self.turns.try_lock() {
            Some(turn) => turn,
            None => py.detach(|| self.turns.lock()),
        }
    }

    /// The turns of two objects, in an order on which all threads agree.
    pub(super) fn turns<'a>(&'a self, py: Python<'_>, other: &'a Self) -> Turns<'a> {
        let (first, second) = if ptr::from_ref(self) < ptr::from_ref(other) {
            (self, other)
        } else {
            (other, self)
        };
        let turn = first.turn(py);
        (turn, (!ptr::eq(first, second)).then(|| second.turn(py)))
    }
}

#[cfg(Py_GIL_DISABLED)]
pub(in crate::items) type Turn<'a> = MutexGuard<'a, ()>;

#[cfg(Py_GIL_DISABLED)]
pub(super) type Turns<'a> = (Turn<'a>, Option<Turn<'a>>);

/// With a GIL there is nothing to do for turns.
#[cfg(not(Py_GIL_DISABLED))]
impl<C: ItemCode> ExportedItems<C> {
    #[inline]
    pub(in crate::items) fn turn(&self, _py: Python<'_>) -> Turn {
        Turn
    }

    #[inline]
    pub(super) fn turns<'a>(&'a self, _py: Python<'_>, _other: &'a Self) -> Turns<'a> {
        (Turn, std::marker::PhantomData)
    }
}

#[cfg(not(Py_GIL_DISABLED))]
pub(in crate::items) struct Turn;

#[cfg(not(Py_GIL_DISABLED))]
pub(super) type Turns<'a> = (Turn, std::marker::PhantomData<&'a ()>);
