//! Deallocating deep structures without deep recursion.
//!
//! An object that owns an object that owns an object … would be freed by as many nested calls.
//! Beyond a small depth the rest is put aside, and freed by the outermost call of the thread.

use std::cell::{Cell, RefCell};
use std::ptr;

use corten_ffi as ffi;

/// Nested deallocations before the rest is put aside.
const DEPTH_LIMIT: usize = 40;

thread_local! {
    /// The deallocations under way on this thread.
    static DEPTH: Cell<usize> = const { Cell::new(0) };

    /// The thread state that has reached the limit, or null: a destructor may run another interpreter
    /// on this thread, which has to free its objects itself.
    static DEEP: Cell<*mut ffi::PyThreadState> = const { Cell::new(ptr::null_mut()) };

    static PUT_ASIDE: RefCell<Vec<(*mut ffi::PyObject, ffi::destructor)>> =
        const { RefCell::new(Vec::new()) };
}

/// Frees `object` by `free`, now or when the deallocation at the limit of the depth is through.
///
/// # Safety
///
/// `object` must be dead (no references, untracked) and `free` must release it; the thread must be
/// attached.
#[inline]
pub(crate) unsafe fn deallocate(object: *mut ffi::PyObject, free: ffi::destructor) {
    DEPTH.with(|depth| {
        let outer = depth.get();
        // SAFETY: forwarded from the caller.
        unsafe {
            if outer >= DEPTH_LIMIT {
                return deallocate_deep(object, free);
            }
            depth.set(outer + 1);
            free(object);
            depth.set(outer);
        }
    });
}

/// The first one frees what those nested in it put aside.
#[cold]
unsafe fn deallocate_deep(object: *mut ffi::PyObject, free: ffi::destructor) {
    // SAFETY: attached by the caller's word.
    let current = unsafe { ffi::PyThreadState_GetUnchecked() };
    let outer = DEEP.replace(current);
    // Without memory to put it aside it is freed at once, at the cost of stack.
    if outer == current && put_aside(object, free) {
        return;
    }
    let before = PUT_ASIDE.with_borrow(Vec::len);
    // SAFETY: forwarded from the caller.
    unsafe { free(object) };
    while let Some((object, free)) = take_back(before) {
        // SAFETY: put aside under the promise of `deallocate`'s caller, and taken once.
        unsafe { free(object) };
    }
    DEEP.set(outer);
}

fn put_aside(object: *mut ffi::PyObject, free: ffi::destructor) -> bool {
    PUT_ASIDE.with_borrow_mut(|objects| {
        let has_room = objects.try_reserve(1).is_ok();
        if has_room {
            objects.push((object, free));
        }
        has_room
    })
}

/// The object that was put aside last, as long as there are more than `before`.
fn take_back(before: usize) -> Option<(*mut ffi::PyObject, ffi::destructor)> {
    PUT_ASIDE.with_borrow_mut(|objects| match objects.len() > before {
        true => objects.pop(),
        false => None,
    })
}
