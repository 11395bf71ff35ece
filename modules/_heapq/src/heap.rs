//! Binary heaps in a sequence: the item at `i` is never behind those at `2 * i + 1` and `2 * i + 2`.
//!
//! Comparing may run code that changes the sequence. A change of its length is noticed after each
//! comparison; whatever else happens, items are only ever exchanged. Programs see the comparisons, so
//! their order and number are part of the interface.

/// The sequence that a heap is kept in.
pub(crate) trait Items {
    /// Why comparing failed.
    type Error;

    /// How many items there are now.
    fn len(&self) -> usize;

    /// Whether the item at `left` belongs nearer to the top than the one at `right`.
    fn precedes(&self, left: usize, right: usize) -> Result<bool, Self::Error>;

    /// Exchanges two items.
    fn swap(&self, left: usize, right: usize);
}

/// Why an item did not get to its place.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Stop<E> {
    /// There is no item at the index.
    OutOfRange,
    /// The sequence has become longer or shorter.
    Resized,
    /// A comparison failed.
    Failed(E),
}

/// What a step on the items of `T` ends in.
pub(crate) type Outcome<T> = Result<(), Stop<<T as Items>::Error>>;

/// Makes a heap of the sequence. Linear in its length.
pub(crate) fn heapify<T: Items>(items: &T) -> Outcome<T> {
    /// Above this length, a heap does not fit a processor's nearest cache.
    const NEAR: usize = 2500;
    let len = items.len();
    let parents = len / 2;
    if len <= NEAR {
        return (0..parents).rev().try_for_each(|index| sink(items, index));
    }
    // The leftmost place in the row of the first item that has no children. As soon as both children of
    // a parent are heaps, it is the parent's turn, while they are near.
    let row = (1 << (parents + 1).ilog2()) - 1;
    let above = (parents / 2..row).rev();
    let within = (row..parents).rev();
    above.chain(within).try_for_each(|index| {
        sink(items, index)?;
        let mut index = index;
        while index % 2 == 1 {
            index /= 2;
            sink(items, index)?;
        }
        Ok(())
    })
}

/// Moves the item at `start`, below which everything is in order, down to its place.
///
/// It goes all the way down first, and then up: most items that get to the top came from the bottom.
#[inline]
pub(crate) fn sink<T: Items>(items: &T, start: usize) -> Outcome<T> {
    let len = items.len();
    if start >= len {
        return Err(Stop::OutOfRange);
    }
    let mut index = start;
    while index < len / 2 {
        let (mut child, right) = (2 * index + 1, 2 * index + 2);
        if right < len && !precedes(items, len, child, right)? {
            child = right;
        }
        items.swap(child, index);
        index = child;
    }
    rise(items, start, index)
}

/// Moves the item at `index` up to its place, at most to `top`.
#[inline]
pub(crate) fn rise<T: Items>(items: &T, top: usize, mut index: usize) -> Outcome<T> {
    let len = items.len();
    if index >= len {
        return Err(Stop::OutOfRange);
    }
    while index > top {
        let parent = (index - 1) / 2;
        if !precedes(items, len, index, parent)? {
            break;
        }
        items.swap(index, parent);
        index = parent;
    }
    Ok(())
}

#[inline]
fn precedes<T: Items>(
    items: &T,
    len: usize,
    left: usize,
    right: usize,
) -> Result<bool, Stop<T::Error>> {
    let answer = items.precedes(left, right).map_err(Stop::Failed)?;
    if items.len() == len {
        Ok(answer)
    } else {
        Err(Stop::Resized)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};

    use super::*;

    /// Numbers that count how often they are compared.
    struct Numbers {
        values: RefCell<Vec<u32>>,
        comparisons: Cell<u32>,
        /// At this comparison the last item is lost.
        lossy: u32,
        /// This comparison fails.
        failing: u32,
    }

    impl Numbers {
        fn new(values: Vec<u32>) -> Self {
            Numbers {
                values: RefCell::new(values),
                comparisons: Cell::new(0),
                lossy: u32::MAX,
                failing: u32::MAX,
            }
        }

        fn sorted(&self) -> Vec<u32> {
            let mut values = self.values.borrow().clone();
            values.sort_unstable();
            values
        }

        fn assert_heap(&self) {
            let values = self.values.borrow();
            for index in 1..values.len() {
                assert!(values[(index - 1) / 2] <= values[index], "at {index}");
            }
        }
    }

    impl Items for Numbers {
        type Error = u32;

        fn len(&self) -> usize {
            self.values.borrow().len()
        }

        fn precedes(&self, left: usize, right: usize) -> Result<bool, u32> {
            let count = self.comparisons.get() + 1;
            self.comparisons.set(count);
            if count == self.failing {
                return Err(count);
            }
            let answer = self.values.borrow()[left] < self.values.borrow()[right];
            if count == self.lossy {
                self.values.borrow_mut().pop();
            }
            Ok(answer)
        }

        fn swap(&self, left: usize, right: usize) {
            self.values.borrow_mut().swap(left, right);
        }
    }

    /// Numbers without an order, the same at each run.
    fn scrambled(len: usize) -> Vec<u32> {
        let mut state = 1_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state >> 16
        };
        (0..len).map(|_| next()).collect()
    }

    #[test]
    fn heapify_makes_heaps_of_the_same_items() {
        for len in (0..70).chain([2499, 2500, 2501, 2502, 4094, 4095, 4096, 4097, 10_000]) {
            let numbers = Numbers::new(scrambled(len));
            let sorted = numbers.sorted();
            assert_eq!(heapify(&numbers), Ok(()));
            numbers.assert_heap();
            assert_eq!(numbers.sorted(), sorted);
            assert!(numbers.comparisons.get() as usize <= 2 * len);
        }
    }

    #[test]
    fn items_rise_and_sink_to_their_places() {
        let numbers = Numbers::new(Vec::new());
        for value in scrambled(500) {
            numbers.values.borrow_mut().push(value);
            assert_eq!(rise(&numbers, 0, numbers.len() - 1), Ok(()));
            numbers.assert_heap();
        }
        for value in scrambled(500) {
            numbers.values.borrow_mut()[0] = value;
            assert_eq!(sink(&numbers, 0), Ok(()));
            numbers.assert_heap();
        }
    }

    #[test]
    fn an_index_without_an_item_is_refused() {
        let numbers = Numbers::new(scrambled(3));
        assert_eq!(rise(&numbers, 0, 3), Err(Stop::OutOfRange));
        assert_eq!(sink(&numbers, 3), Err(Stop::OutOfRange));
        assert_eq!(sink(&Numbers::new(Vec::new()), 0), Err(Stop::OutOfRange));
    }

    #[test]
    fn a_change_of_the_length_is_noticed_at_once() {
        for lossy in 1..100 {
            let numbers = Numbers {
                lossy,
                ..Numbers::new(scrambled(100))
            };
            assert_eq!(heapify(&numbers), Err(Stop::Resized));
            assert_eq!(numbers.comparisons.get(), lossy);
        }
    }

    #[test]
    fn an_error_ends_it() {
        for failing in 1..100 {
            let numbers = Numbers {
                failing,
                ..Numbers::new(scrambled(100))
            };
            let sorted = numbers.sorted();
            assert_eq!(heapify(&numbers), Err(Stop::Failed(failing)));
            assert_eq!(numbers.sorted(), sorted);
        }
    }
}
