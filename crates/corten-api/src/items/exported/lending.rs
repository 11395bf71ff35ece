//! Views of exported items: how they come to be, and how what they show is read and written.

use std::ffi::{c_int, c_void};
#[cfg(Py_GIL_DISABLED)]
use std::ops::Range;
use std::ptr;
use std::sync::atomic::Ordering;

use corten_ffi as ffi;

use super::ExportedItems;
#[cfg(Py_GIL_DISABLED)]
use crate::buffer::View;
use crate::err::PyResult;
use crate::exceptions::{PyBufferError, PyException};
use crate::export::Lend;
use crate::gc::{Traverse, Visit, VisitResult};
use crate::items::ItemCode;
#[cfg(Py_GIL_DISABLED)]
use crate::items::ItemVec;
use crate::python::Python;

// SAFETY: no reference inside; the object that the items belong to is freed by attached threads, and moved
// by nobody.
unsafe impl<C: ItemCode> Traverse for ExportedItems<C> {
    const REFERENCES: bool = false;

    fn traverse(&self, _visit: &mut Visit<'_>) -> VisitResult {
        Ok(())
    }
}

// SAFETY: the view's pointers are valid while it counts: the items stay where they are, and so do the
// vector, which the object contains, and the format.
unsafe impl<C: ItemCode> Lend for ExportedItems<C> {
    unsafe fn lend(&self, py: Python<'_>, view: &mut ffi::Py_buffer, flags: c_int) -> PyResult<()> {
        let _turn = self.turn(py);
        let count = self.exports.load(Ordering::Acquire).checked_add(1);
        let count = count.ok_or_else(|| PyBufferError::raise(py, "too many views"))?;
        let items = self.items.get();
        let code = self.vec().code();
        let wants = |flag: c_int| flags & flag == flag;
        view.buf = self.vec().start.as_ptr().cast();
        view.len = (self.vec().len() << code.kind().shift()) as isize;
        view.itemsize = code.kind().size() as isize;
        view.readonly = 0;
        view.ndim = 1;
        view.format = match wants(ffi::PyBUF_FORMAT) {
            true => code.format().as_ptr().cast_mut(),
            false => ptr::null_mut(),
        };
        view.shape = match wants(ffi::PyBUF_ND) {
            // SAFETY: within the vector. A length fits Py_ssize_t.
            true => unsafe { (&raw mut (*items).len).cast() },
            false => ptr::null_mut(),
        };
        view.strides = match wants(ffi::PyBUF_STRIDES) {
            true => &raw mut view.itemsize,
            false => ptr::null_mut(),
        };
        view.suboffsets = ptr::null_mut();
        view.internal = ptr::null_mut::<c_void>();
        self.exports.store(count, Ordering::Release);
        Ok(())
    }

    fn take_back(&self) {
        self.exports.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(Py_GIL_DISABLED)]
impl<C: ItemCode> ExportedItems<C> {
    /// A view of lent items, for callers whose turn it is: as holders of other views may write to them.
    pub(super) fn view<'py>(&self, py: Python<'py>, range: Range<usize>) -> View<'py> {
        let shift = self.vec().code().kind().shift();
        // SAFETY: an existing range. The items stay in place while it is the caller's turn, and are not
        // looked at.
        unsafe {
            let start = self.vec().start.add(range.start << shift);
            View::of_memory(py, start.as_ptr(), range.len() << shift)
        }
    }
}

/// What a view shows, copied by the interpreter.
#[cfg(Py_GIL_DISABLED)]
pub(super) fn copy_of_view<C: ItemCode>(
    py: Python<'_>,
    code: C,
    view: &View<'_>,
) -> PyResult<ItemVec<C>> {
    let count = view.len() >> code.kind().shift();
    let mut copy = ItemVec::with_capacity(code, count).map_err(|error| error.raise(py))?;
    let copied = copy.extend_with(view.len(), |room| {
        view.copy_to(0, room);
    });
    copied.map_err(|error| error.raise(py))?;
    Ok(copy)
}
