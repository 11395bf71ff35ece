//! Rust's allocator in the library: the system's, with a reserve for when it has nothing left.
//!
//! Sizes that come from input are reserved fallibly. What remains is small: boxes, texts of errors, tables of a
//! few entries. Where the system has no memory for these, Rust would abort the process; here they come from the
//! reserve. To keep it for calls at work, no instances of classes are made, which would hold on to it, while more
//! than half of it is in use: `MemoryError`.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::UnsafeCell;
use std::ptr;
use std::sync::atomic::{AtomicU64, Ordering};

/// The largest size that the reserve serves, in bytes: a coder of `_lzma` in a box.
const SLOT: usize = 32 << 10;
/// How many there are: one for each bit of [`Reserve::used`].
const SLOTS: usize = 64;

/// The allocator, for `#[global_allocator]`.
pub struct Allocator;

/// Memory that costs nothing until it is used.
static RESERVE: Reserve = Reserve {
    used: AtomicU64::new(0),
    slots: Slots(UnsafeCell::new([[0; SLOT]; SLOTS])),
};

/// Whether more than half of the reserve is in use.
#[inline]
pub(crate) fn is_short() -> bool {
    RESERVE.is_short()
}

// SAFETY: memory is the system's or a slot that nobody else has, is given back to where it came from, and nothing
// here unwinds.
unsafe impl GlobalAlloc for Allocator {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: forwarded from the caller.
        let memory = unsafe { System.alloc(layout) };
        if memory.is_null() {
            return RESERVE.take(layout);
        }
        memory
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: forwarded from the caller.
        let memory = unsafe { System.alloc_zeroed(layout) };
        if !memory.is_null() {
            return memory;
        }
        let memory = RESERVE.take(layout);
        if !memory.is_null() {
            // SAFETY: a slot is as large as the layout asks for.
            unsafe { memory.write_bytes(0, layout.size()) };
        }
        memory
    }

    #[inline]
    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        match RESERVE.index(memory) {
            Some(index) => RESERVE.put_back(index),
            // SAFETY: what is not the reserve's is the system's.
            None => unsafe { System.dealloc(memory, layout) },
        }
    }

    #[inline]
    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        if RESERVE.index(memory).is_none() {
            // SAFETY: what is not the reserve's is the system's.
            let new = unsafe { System.realloc(memory, layout, new_size) };
            if !new.is_null() {
                return new;
            }
        }
        // SAFETY: the caller's word is that the new size makes a layout; the system left the old memory as it was;
        // both hold what is copied, and don't overlap, as both are in use.
        unsafe {
            let new = self.alloc(Layout::from_size_align_unchecked(new_size, layout.align()));
            if !new.is_null() {
                ptr::copy_nonoverlapping(memory, new, layout.size().min(new_size));
                self.dealloc(memory, layout);
            }
            new
        }
    }
}

struct Reserve {
    /// A bit for each slot that is in use.
    used: AtomicU64,
    slots: Slots,
}

/// Slots begin at multiples of a page.
#[repr(align(4096))]
struct Slots(UnsafeCell<[[u8; SLOT]; SLOTS]>);

// SAFETY: a slot's memory is only touched by whom it was given to.
unsafe impl Sync for Slots {}

impl Reserve {
    /// The first free slot, or null where it would be too small or there is none.
    #[cold]
    fn take(&self, layout: Layout) -> *mut u8 {
        if layout.size() > SLOT || layout.align() > align_of::<Slots>() {
            return ptr::null_mut();
        }
        let first_free = |used: u64| (used != u64::MAX).then(|| used | (used + 1));
        let taken = self
            .used
            .fetch_update(Ordering::Acquire, Ordering::Relaxed, first_free);
        match taken {
            Ok(used) => self.slot(used.trailing_ones() as usize),
            Err(_) => ptr::null_mut(),
        }
    }

    fn put_back(&self, index: usize) {
        self.used.fetch_and(!(1 << index), Ordering::Release);
    }

    fn slot(&self, index: usize) -> *mut u8 {
        let first = self.slots.0.get().cast::<u8>();
        first.wrapping_add(index * SLOT)
    }

    /// Which slot it is, if it is one.
    #[inline]
    fn index(&self, memory: *mut u8) -> Option<usize> {
        let offset = memory.addr().wrapping_sub(self.slots.0.get().addr());
        (offset < SLOT * SLOTS).then_some(offset / SLOT)
    }

    #[inline]
    fn is_short(&self) -> bool {
        let used = self.used.load(Ordering::Relaxed);
        used != 0 && used.count_ones() as usize > SLOTS / 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static RESERVE: Reserve = Reserve {
        used: AtomicU64::new(0),
        slots: Slots(UnsafeCell::new([[0; SLOT]; SLOTS])),
    };

    #[test]
    fn slots_are_given_once() {
        let layout = Layout::new::<[u64; 5]>();
        let mut taken: Vec<_> = (0..SLOTS / 2).map(|_| RESERVE.take(layout)).collect();
        assert!(!RESERVE.is_short());
        taken.extend((0..SLOTS / 2).map(|_| RESERVE.take(layout)));
        assert!(RESERVE.is_short() && RESERVE.take(layout).is_null());
        let indices: Vec<_> = taken.iter().map(|memory| RESERVE.index(*memory)).collect();
        assert_eq!(indices, (0..SLOTS).map(Some).collect::<Vec<_>>());
        RESERVE.put_back(3);
        assert_eq!(RESERVE.take(layout), taken[3]);
        (0..SLOTS).for_each(|index| RESERVE.put_back(index));
        assert!(!RESERVE.is_short());
    }

    #[test]
    fn what_is_too_large_is_refused() {
        let large = Layout::from_size_align(SLOT + 1, 1).unwrap();
        let aligned = Layout::from_size_align(1, 8192).unwrap();
        assert!(RESERVE.take(large).is_null() && RESERVE.take(aligned).is_null());
    }

    #[test]
    fn memory_of_the_system_is_no_slot() {
        let mut byte = 0;
        assert_eq!(RESERVE.index(&mut byte), None);
    }

    #[test]
    fn blocks_move_out_of_the_reserve() {
        let layout = Layout::new::<[u8; 8]>();
        let memory = super::RESERVE.take(layout);
        // SAFETY: the slot is ours, and larger than that.
        unsafe {
            memory.copy_from(b"contents".as_ptr(), 8);
            let moved = Allocator.realloc(memory, layout, 100);
            assert!(super::RESERVE.index(moved).is_none());
            assert_eq!(std::slice::from_raw_parts(moved, 8), b"contents");
            Allocator.dealloc(moved, Layout::from_size_align(100, 1).unwrap());
        }
        assert_eq!(super::RESERVE.used.load(Ordering::Relaxed), 0);
    }
}
