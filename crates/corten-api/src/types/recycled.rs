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

use std::mem;
use std::sync::atomic::{AtomicUsize, Ordering};

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
    /// So many objects are not kept; none is ever if it is `usize::MAX`.
    pause: AtomicUsize,
    last: PyRefCell<Last<T>>,
}

struct Last<T> {
    objects: [Option<Py<T>>; 2],
    /// The index of the one that was given first.
    older: usize,
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
        let keeps = wanted && !cfg!(Py_GIL_DISABLED);
        Recycled {
            pause: AtomicUsize::new(if keeps { 0 } else { usize::MAX }),
            last: PyRefCell::new(Last {
                objects: [None, None],
                older: 0,
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
        if self.pauses() {
            return Ok(());
        }
        let mut last = self.last.borrow_mut(object.py())?;
        if let Some(place) = last.objects.iter_mut().find(|place| place.is_none()) {
            *place = Some(object.clone().unbind());
        }
        Ok(())
    }

    /// Lets go of what is kept, when no more is to be given.
    ///
    /// # Errors
    ///
    /// As [`keep`](Self::keep).
    pub fn let_go(&self, py: Python<'_>) -> PyResult<()> {
        let objects = mem::take(&mut self.last.borrow_mut(py)?.objects);
        // That may run any code, which may come back.
        drop(objects);
        Ok(())
    }

    /// Whether the next object is not to be kept.
    #[inline]
    fn pauses(&self) -> bool {
        let pause = self.pause.load(Ordering::Relaxed);
        if pause != 0 && pause != usize::MAX {
            self.pause.store(pause - 1, Ordering::Relaxed);
        }
        pause != 0
    }

    /// One that nobody else has.
    #[inline]
    fn take_unshared<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, T>>> {
        if self.pause.load(Ordering::Relaxed) != 0 {
            return Ok(None);
        }
        let mut last = self.last.borrow_mut(py)?;
        for index in [last.older, 1 - last.older] {
            let Some(object) = &last.objects[index] else {
                return Ok(None);
            };
            if is_unshared(object.bind(py)) {
                last.older = 1 - index;
                let object = last.objects[index].take();
                return Ok(object.map(|object| object.into_bound(py)));
            }
        }
        // Others have both, so nothing is freed here, and no code runs.
        last.objects = [None, None];
        self.pause.store(PAUSE, Ordering::Relaxed);
        Ok(None)
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
