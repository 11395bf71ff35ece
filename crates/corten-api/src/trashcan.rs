//! Deallocating deep structures without deep recursion.
//!
//! An object that owns an object that owns an object … would be freed by as many nested calls.
//! Beyond a small depth the rest is put aside, and freed by the outermost call of the thread.

use std::cell::RefCell;

use corten_ffi as ffi;

/// Nested deallocations before the rest is put aside.
const DEPTH_LIMIT: usize = 40;

/// The deallocations under way on this thread.
struct Nest {
    /// The thread state they belong to: a destructor may run another interpreter on this thread.
    interpreter_thread: *mut ffi::PyThreadState,
    depth: usize,
    put_aside: Vec<(*mut ffi::PyObject, ffi::destructor)>,
}

thread_local! {
    static NEST: RefCell<Nest> = const {
        RefCell::new(Nest {
            interpreter_thread: std::ptr::null_mut(),
            depth: 0,
            put_aside: Vec::new(),
        })
    };
}

/// Frees `object` by `free`, now or when the outermost deallocation of this thread is through.
///
/// # Safety
///
/// `object` must be dead (no references, untracked) and `free` must release it; the thread must be
/// attached.
pub(crate) unsafe fn deallocate(object: *mut ffi::PyObject, free: ffi::destructor) {
    // SAFETY: attached by the caller's word.
    let current = unsafe { ffi::PyThreadState_GetUnchecked() };
    let Some(outer) = enter(current, object, free) else {
        return;
    };
    // SAFETY: forwarded from the caller.
    unsafe { free(object) };
    leave(outer);
}

/// What was under way before, if it was another interpreter's.
enum Outer {
    Same,
    Other(Nest),
}

/// Counts one level, or puts `object` aside and returns nothing.
fn enter(
    current: *mut ffi::PyThreadState,
    object: *mut ffi::PyObject,
    free: ffi::destructor,
) -> Option<Outer> {
    NEST.with_borrow_mut(|nest| {
        if nest.depth > 0 && nest.interpreter_thread == current {
            // Without memory to put it aside it is freed at once, at the cost of stack.
            if nest.depth >= DEPTH_LIMIT && nest.put_aside.try_reserve(1).is_ok() {
                nest.put_aside.push((object, free));
                return None;
            }
            nest.depth += 1;
            return Some(Outer::Same);
        }
        let fresh = Nest {
            interpreter_thread: current,
            depth: 1,
            put_aside: Vec::new(),
        };
        Some(Outer::Other(std::mem::replace(nest, fresh)))
    })
}

/// Ends one level; the outermost one frees what was put aside.
fn leave(outer: Outer) {
    match outer {
        Outer::Same => NEST.with_borrow_mut(|nest| nest.depth -= 1),
        Outer::Other(before) => {
            while let Some((object, free)) = NEST.with_borrow_mut(|nest| nest.put_aside.pop()) {
                // SAFETY: put aside by `enter` under the promise of `deallocate`, and taken once.
                unsafe { free(object) };
            }
            NEST.replace(before);
        }
    }
}
