//! `slice`.

use corten_ffi as ffi;

use super::type_check;
use crate::err::{PyErr, PyResult};
use crate::instance::Bound;

/// Python's `slice`.
pub struct PySlice(());
type_check!(PySlice, "slice", ffi::PySlice_Check, ffi::PySlice_Check);

impl Bound<'_, PySlice> {
    /// The slice's numbers, whatever the length of the sequence. `__index__` methods may run, so the
    /// length is better asked for afterwards.
    ///
    /// # Errors
    ///
    /// `TypeError` when one is no index, `ValueError` for a step of 0, or what `__index__` raises.
    #[inline]
    pub fn unpack(&self) -> PyResult<SliceBounds> {
        let (mut start, mut stop, mut step) = (0, 0, 0);
        // SAFETY: attached; `self` is a slice.
        PyErr::check(self.py(), unsafe {
            ffi::PySlice_Unpack(self.as_ptr(), &mut start, &mut stop, &mut step)
        })?;
        Ok(SliceBounds { start, stop, step })
    }
}

/// A slice of a sequence whose length is not known yet; indices may count from the end.
#[derive(Clone, Copy, Debug)]
pub struct SliceBounds {
    start: isize,
    stop: isize,
    step: isize,
}

/// Which items of a sequence a slice stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SliceIndices {
    /// The index of the first item, or where it would be.
    pub start: usize,
    /// From one item to the next, not 0.
    pub step: isize,
    /// How many items.
    pub count: usize,
}

impl SliceBounds {
    /// The items of a sequence of `len` items.
    #[inline]
    #[must_use]
    pub fn indices(self, len: usize) -> SliceIndices {
        let len = isize::try_from(len).unwrap_or(isize::MAX);
        // Where counting down ends, the index before the first is a limit as well.
        let down = isize::from(self.step < 0);
        let limit = |index: isize| {
            let index = if index < 0 {
                index.saturating_add(len)
            } else {
                index
            };
            index.clamp(-down, len - down)
        };
        let (start, stop) = (limit(self.start), limit(self.stop));
        let distance = if down == 1 {
            start - stop
        } else {
            stop - start
        };
        let count = match usize::try_from(distance) {
            // Dividing takes long, and this is what most slices are.
            Ok(distance) if self.step == 1 => distance,
            Ok(distance) => distance.div_ceil(self.step.unsigned_abs()),
            Err(_) => 0,
        };
        SliceIndices {
            start: usize::try_from(start).unwrap_or(0),
            step: self.step,
            count,
        }
    }
}

impl SliceIndices {
    /// The indices in the slice's order.
    #[inline]
    pub fn iter(self) -> impl ExactSizeIterator<Item = usize> {
        (0..self.count).map(move |n| self.start.wrapping_add_signed(n as isize * self.step))
    }

    /// The same items in the sequence's order.
    #[inline]
    #[must_use]
    pub fn ascending(self) -> Self {
        if self.step > 0 || self.count == 0 {
            return self;
        }
        SliceIndices {
            start: self
                .start
                .wrapping_add_signed((self.count - 1) as isize * self.step),
            step: -self.step,
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The indices as the documentation of sequences defines them, for small numbers.
    fn model(bounds: SliceBounds, len: isize) -> Vec<usize> {
        let SliceBounds { start, stop, step } = bounds;
        let from_end = |index: isize| if index < 0 { index + len } else { index };
        let (start, stop) = (from_end(start), from_end(stop));
        let (mut index, mut found) = (start, Vec::new());
        if step > 0 {
            index = index.max(0);
            while index < stop.min(len) {
                found.push(index as usize);
                index += step;
            }
        } else {
            index = index.min(len - 1);
            while index > stop.max(-1) {
                found.push(index as usize);
                index += step;
            }
        }
        found
    }

    #[test]
    fn indices_are_those_of_the_documentation() {
        for len in 0..6 {
            for start in -8..8 {
                for stop in -8..8 {
                    for step in [-9, -3, -2, -1, 1, 2, 3, 9] {
                        let bounds = SliceBounds { start, stop, step };
                        let expected = model(bounds, len);
                        let found = bounds.indices(len as usize);
                        assert_eq!(found.iter().collect::<Vec<_>>(), expected);
                        assert_eq!(found.count, expected.len());
                        let mut sorted = expected;
                        sorted.sort_unstable();
                        assert_eq!(found.ascending().iter().collect::<Vec<_>>(), sorted);
                    }
                }
            }
        }
    }

    #[test]
    fn extreme_numbers_do_not_overflow() {
        for number in [isize::MIN, isize::MIN + 1, -1, 0, 1, isize::MAX] {
            for step in [isize::MIN + 1, -1, 1, isize::MAX] {
                let bounds = SliceBounds {
                    start: number,
                    stop: isize::MIN,
                    step,
                };
                assert!(bounds.indices(5).count <= 5);
                assert!(bounds.indices(5).iter().all(|index| index < 5));
            }
        }
    }
}
