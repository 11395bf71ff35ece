//! Objects that are used again: what an iterator or a method gave before and nobody else has any more is filled anew,
//! which is quicker than to free it and make another. `zip` and `enumerate` do it with their tuples.
//!
//! Without a GIL there is no telling whether somebody else has an object, and none is used again.

mod list;
mod string;
mod tuple;
mod value;

pub use string::RecycledStrings;
pub(crate) use string::find;
pub use tuple::{FillTuple, RecycledTuple};
pub use value::Recycle;

use crate::err::PyResult;
use crate::gc::{Traverse, Visit, VisitResult};
use crate::instance::{Bound, Py};
use crate::python::Python;
use crate::sync::PyRefCell;

/// The last two tuples, or lists, that an iterator or a method gave.
///
/// They take turns: the variables of a loop still have the last one, or what was in it, when the loop asks for the
/// next. Who has both will keep some more: for a while none is used again.
///
/// What is in them lives on meanwhile, so this is for small items.
pub struct Recycled<T> {
    is_off: bool,
    last: PyRefCell<Last<T>>,
}

struct Last<T> {
    objects: [Option<Py<T>>; 2],
    /// The index of the one that was given first.
    older: usize,
    /// So many are not kept.
    pause: usize,
}

/// How many objects are not kept when others have the last ones.
const PAUSE: usize = 100;

impl<T> Recycled<T> {
    /// Nothing yet.
    #[must_use]
    pub const fn new() -> Self {
        Self::new_if(true)
    }

    /// Nothing yet; nor will anything be kept, unless it is `wanted`.
    #[must_use]
    pub const fn new_if(wanted: bool) -> Self {
        Recycled {
            is_off: !wanted || cfg!(Py_GIL_DISABLED),
            last: PyRefCell::new(Last {
                objects: [None, None],
                older: 0,
                pause: 0,
            }),
        }
    }

    /// Keeps an object that is about to be given.
    ///
    /// # Errors
    ///
    /// `RuntimeError` if letting go of an object that others had comes back to this.
    #[inline]
    pub fn keep(&self, object: &Bound<'_, T>) -> PyResult<()> {
        if !self.is_off {
            self.last.borrow_mut(object.py())?.keep(object);
        }
        Ok(())
    }

    /// One that nobody else has.
    #[inline]
    fn take_unshared<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, T>>> {
        if self.is_off {
            return Ok(None);
        }
        Ok(self.last.borrow_mut(py)?.take_unshared(py))
    }
}

impl<T> Last<T> {
    #[inline]
    fn take_unshared<'py>(&mut self, py: Python<'py>) -> Option<Bound<'py, T>> {
        for index in [self.older, 1 - self.older] {
            let place = &mut self.objects[index];
            if is_unshared(place.as_ref()?.bind(py)) {
                self.older = 1 - index;
                return place.take().map(|object| object.into_bound(py));
            }
        }
        // Others have both, so nothing is freed here, and no code runs.
        self.objects = [None, None];
        self.pause = PAUSE;
        None
    }

    /// Whether the next object is not to be kept.
    #[inline]
    fn pauses(&mut self) -> bool {
        let pauses = self.pause > 0;
        self.pause -= usize::from(pauses);
        pauses
    }

    #[inline]
    fn keep(&mut self, object: &Bound<'_, T>) {
        if !self.pauses()
            && let Some(place) = self.objects.iter_mut().find(|place| place.is_none())
        {
            *place = Some(object.clone().unbind());
        }
    }
}

impl<T> Default for Recycled<T> {
    fn default() -> Self {
        Self::new()
    }
}

// SAFETY: visits the references in the only field that has any.
unsafe impl<T> Traverse for Recycled<T> {
    fn traverse(&self, visit: &mut Visit<'_>) -> VisitResult {
        self.last.traverse(visit)
    }

    fn clear(&self) {
        self.last.clear();
    }
}

// SAFETY: visits both references.
unsafe impl<T> Traverse for Last<T> {
    fn traverse(&self, visit: &mut Visit<'_>) -> VisitResult {
        let mut objects = self.objects.iter();
        objects.try_for_each(|object| object.traverse(visit))
    }

    fn clear_mut(&mut self) {
        self.objects = [None, None];
    }
}

/// Whether the reference is the only one.
#[inline]
pub(super) fn is_unshared<T>(object: &Bound<'_, T>) -> bool {
    !cfg!(Py_GIL_DISABLED) && object.as_any().reference_count() == 1
}
