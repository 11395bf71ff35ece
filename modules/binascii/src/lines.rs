//! Breaking encoded text into lines.

use std::num::NonZeroUsize;

/// How many characters go on a line when at most `wrapcol` may: a whole number of groups of
/// `group` characters, one group at least. `None` when `wrapcol` is 0, which means one long line.
pub(crate) fn width(wrapcol: usize, group: usize) -> Option<NonZeroUsize> {
    match wrapcol {
        0 => None,
        _ => NonZeroUsize::new((wrapcol / group * group).max(group)),
    }
}

/// The length of `len` characters once they are broken into lines of `width`; no newline at the
/// end. `None` on overflow.
pub(crate) fn wrapped_len(len: usize, width: Option<NonZeroUsize>) -> Option<usize> {
    match width {
        Some(width) if len > 0 => len.checked_add((len - 1) / width),
        _ => Some(len),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_hold_whole_groups() {
        assert_eq!(width(0, 4), None);
        for (wrapcol, want) in [(1, 4), (4, 4), (7, 4), (76, 76), (79, 76)] {
            assert_eq!(width(wrapcol, 4).map(NonZeroUsize::get), Some(want));
        }
    }

    #[test]
    fn newlines_stand_between_lines() {
        let four = NonZeroUsize::new(4);
        for (len, want) in [(0, 0), (4, 4), (5, 6), (8, 9), (9, 11)] {
            assert_eq!(wrapped_len(len, four), Some(want));
        }
        assert_eq!(wrapped_len(9, None), Some(9));
        assert_eq!(wrapped_len(usize::MAX, four), None);
    }
}
