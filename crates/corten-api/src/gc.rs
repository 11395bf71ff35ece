//! Cyclic garbage collection: who refers to whom, and how to break a cycle.
//!
//! A reference that never changes after its object was made (a plain `Py<T>`) points to something
//! older. So every cycle has a link that changed later, and such links sit in cells
//! ([`crate::PyRefCell`], [`crate::PyLock`]) or in an instance's `__dict__`. Clearing those breaks
//! all cycles, and plain references stay valid until their object is freed, as in a tuple.

use std::collections::VecDeque;
use std::ffi::{c_int, c_void};
use std::sync::Arc;

use corten_ffi as ffi;

use crate::instance::Py;
use crate::wakeup::Wakeup;

/// Tells the garbage collector about the Python objects in a value. Implemented by
/// `#[derive(Traverse)]`.
///
/// # Safety
///
/// `traverse` must visit each contained reference exactly once, or none of them, and neither
/// change reference counts nor run Python code. Values must be fit to move between attached
/// threads: everything in them is `Send` except Python references.
pub unsafe trait Traverse {
    /// Whether there can be references at all. Objects without any are freed without ado.
    const REFERENCES: bool = true;

    /// Visits every contained reference.
    ///
    /// # Errors
    ///
    /// What the visitor says, to stop.
    fn traverse(&self, visit: &mut Visit<'_>) -> VisitResult;

    /// Drops the references in cells.
    fn clear(&self) {}

    /// Drops all references that the value can do without.
    fn clear_mut(&mut self) {
        self.clear();
    }
}

/// The collector's request to stop visiting.
#[derive(Debug)]
pub struct VisitStop(pub(crate) c_int);

/// What a visit returns.
pub type VisitResult = Result<(), VisitStop>;

/// The collector's visitor.
pub struct Visit<'a> {
    visit: ffi::visitproc,
    arg: *mut c_void,
    _lifetime: std::marker::PhantomData<&'a ()>,
}

impl Visit<'_> {
    /// A visitor for one `tp_traverse` call.
    pub(crate) fn new(visit: ffi::visitproc, arg: *mut c_void) -> Self {
        Visit {
            visit,
            arg,
            _lifetime: std::marker::PhantomData,
        }
    }

    /// Visits `object` unless it is null.
    pub(crate) fn object(&mut self, object: *mut ffi::PyObject) -> VisitResult {
        if object.is_null() {
            return Ok(());
        }
        // SAFETY: the collector's own function and argument, with a live object.
        match unsafe { (self.visit)(object, self.arg) } {
            0 => Ok(()),
            stop => Err(VisitStop(stop)),
        }
    }
}

// SAFETY: one reference, visited.
unsafe impl<T> Traverse for Py<T> {
    #[inline]
    fn traverse(&self, visit: &mut Visit<'_>) -> VisitResult {
        visit.object(self.as_ptr())
    }
}

// SAFETY: visits what the content visits.
unsafe impl<T: Traverse> Traverse for Option<T> {
    fn traverse(&self, visit: &mut Visit<'_>) -> VisitResult {
        self.as_ref().map_or(Ok(()), |value| value.traverse(visit))
    }

    fn clear(&self) {
        if let Some(value) = self {
            value.clear();
        }
    }

    fn clear_mut(&mut self) {
        drop(self.take());
    }
}

// SAFETY: visits what the items visit.
unsafe impl<T: Traverse> Traverse for Vec<T> {
    fn traverse(&self, visit: &mut Visit<'_>) -> VisitResult {
        self.iter().try_for_each(|item| item.traverse(visit))
    }

    fn clear(&self) {
        self.iter().for_each(Traverse::clear);
    }

    fn clear_mut(&mut self) {
        drop(std::mem::take(self));
    }
}

// SAFETY: visits what the items visit.
unsafe impl<T: Traverse> Traverse for VecDeque<T> {
    fn traverse(&self, visit: &mut Visit<'_>) -> VisitResult {
        self.iter().try_for_each(|item| item.traverse(visit))
    }

    fn clear(&self) {
        self.iter().for_each(Traverse::clear);
    }

    fn clear_mut(&mut self) {
        drop(std::mem::take(self));
    }
}

// SAFETY: visits what the content visits.
unsafe impl<T: Traverse> Traverse for Box<T> {
    fn traverse(&self, visit: &mut Visit<'_>) -> VisitResult {
        (**self).traverse(visit)
    }

    fn clear(&self) {
        (**self).clear();
    }

    fn clear_mut(&mut self) {
        (**self).clear_mut();
    }
}

// SAFETY: visits what both visit.
unsafe impl<A: Traverse, B: Traverse> Traverse for (A, B) {
    fn traverse(&self, visit: &mut Visit<'_>) -> VisitResult {
        self.0.traverse(visit)?;
        self.1.traverse(visit)
    }

    fn clear(&self) {
        self.0.clear();
        self.1.clear();
    }

    fn clear_mut(&mut self) {
        self.0.clear_mut();
        self.1.clear_mut();
    }
}

macro_rules! no_references {
    ($($type:ty),*) => {$(
        // SAFETY: no reference inside, and `Send`.
        unsafe impl Traverse for $type {
            const REFERENCES: bool = false;

            #[inline]
            fn traverse(&self, _visit: &mut Visit<'_>) -> VisitResult {
                Ok(())
            }
        }
    )*};
}

no_references!(
    (),
    bool,
    char,
    u8,
    u16,
    u32,
    u64,
    usize,
    i8,
    i16,
    i32,
    i64,
    isize,
    f64,
    String
);
no_references!(
    Arc<Wakeup>,
    std::sync::atomic::AtomicBool,
    std::sync::atomic::AtomicI32,
    std::sync::atomic::AtomicU64,
    std::sync::atomic::AtomicIsize
);
