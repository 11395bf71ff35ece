//! Binary search.

/// The first index in `low..high` for which `is_before` does not hold, or `high`; `low` if the range is
/// empty. `is_before` must hold up to some index and for none after it, or the result is any index of
/// the range.
///
/// # Errors
///
/// The first one of `is_before`.
#[inline]
pub(crate) fn partition_point<E>(
    mut low: usize,
    mut high: usize,
    mut is_before: impl FnMut(usize) -> Result<bool, E>,
) -> Result<usize, E> {
    while low < high {
        let middle = low + (high - low) / 2;
        if is_before(middle)? {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(low)
}

#[cfg(test)]
mod tests {
    use super::partition_point;

    #[test]
    fn finds_each_point_of_each_range() {
        for low in 0..20 {
            for high in low..20 {
                for point in low..=high {
                    let found = partition_point::<()>(low, high, |index| {
                        assert!((low..high).contains(&index));
                        Ok(index < point)
                    });
                    assert_eq!(found, Ok(point));
                }
            }
        }
    }

    #[test]
    fn an_empty_range_is_not_looked_at() {
        for (low, high) in [(0, 0), (5, 5), (5, 2), (usize::MAX, 0)] {
            assert_eq!(partition_point(low, high, |_| Err(())), Ok(low));
        }
    }

    #[test]
    fn takes_logarithmic_time() {
        let mut steps = 0;
        let found = partition_point::<()>(0, usize::MAX, |index| {
            steps += 1;
            Ok(index < 1_000_000)
        });
        assert_eq!((found, steps <= 64), (Ok(1_000_000), true));
    }

    #[test]
    fn an_error_ends_it() {
        let fails_later = |index| if index < 50 { Err(index) } else { Ok(false) };
        assert_eq!(partition_point(0, 100, fails_later), Err(25));
    }
}
