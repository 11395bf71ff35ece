//! Comparing arrays item by item.

use std::cmp::Ordering;

use corten_api::{ItemSlice, Items};

/// How the first pair of items that are not equal compares, or `None` when all pairs are. Where two
/// items have no order, one is a NaN.
pub(crate) fn first_difference(left: Items<'_>, right: Items<'_>) -> Option<Option<Ordering>> {
    let (left, right) = (left.typed(), right.typed());
    match (left, right) {
        (ItemSlice::I8(left), ItemSlice::I8(right)) => of_same_type(left, right),
        (ItemSlice::U8(left), ItemSlice::U8(right)) => of_same_type(left, right),
        (ItemSlice::I16(left), ItemSlice::I16(right)) => of_same_type(left, right),
        (ItemSlice::U16(left), ItemSlice::U16(right)) => of_same_type(left, right),
        (ItemSlice::I32(left), ItemSlice::I32(right)) => of_same_type(left, right),
        (ItemSlice::U32(left), ItemSlice::U32(right)) => of_same_type(left, right),
        (ItemSlice::I64(left), ItemSlice::I64(right)) => of_same_type(left, right),
        (ItemSlice::U64(left), ItemSlice::U64(right)) => of_same_type(left, right),
        (ItemSlice::F32(left), ItemSlice::F32(right)) => of_same_type(left, right),
        (ItemSlice::F64(left), ItemSlice::F64(right)) => of_same_type(left, right),
        _ => of_numbers(left, right),
    }
}

#[inline]
fn of_same_type<T: Copy + PartialOrd>(left: &[T], right: &[T]) -> Option<Option<Ordering>> {
    const BLOCK: usize = 32;
    let common = left.len().min(right.len());
    let (left, right) = (&left[..common], &right[..common]);
    let blocks = left.as_chunks::<BLOCK>().0.iter();
    let pairs = blocks.zip(right.as_chunks::<BLOCK>().0);
    // Whole blocks, without stopping early in one: vectors do that at once.
    let same = |(left, right): (&[T; BLOCK], &[T; BLOCK])| {
        let unequal = left.iter().zip(right).map(|(left, right)| left != right);
        !unequal.fold(false, |any, unequal| any | unequal)
    };
    let start = pairs.take_while(|&pair| same(pair)).count() * BLOCK;
    let mut rest = left[start..].iter().zip(&right[start..]);
    let (left, right) = rest.find(|(left, right)| left != right)?;
    Some(left.partial_cmp(right))
}

/// A number of any type.
#[derive(Clone, Copy)]
enum Number {
    Int(i128),
    Float(f64),
}

fn of_numbers(left: ItemSlice<'_>, right: ItemSlice<'_>) -> Option<Option<Ordering>> {
    let pairs = (0..).map_while(|index| Some((number(left, index)?, number(right, index)?)));
    pairs
        .map(|(left, right)| compare(left, right))
        .find(|&ordering| ordering != Some(Ordering::Equal))
}

fn number(items: ItemSlice<'_>, index: usize) -> Option<Number> {
    Some(match items {
        ItemSlice::I8(items) => Number::Int((*items.get(index)?).into()),
        ItemSlice::U8(items) => Number::Int((*items.get(index)?).into()),
        ItemSlice::I16(items) => Number::Int((*items.get(index)?).into()),
        ItemSlice::U16(items) => Number::Int((*items.get(index)?).into()),
        ItemSlice::I32(items) => Number::Int((*items.get(index)?).into()),
        ItemSlice::U32(items) => Number::Int((*items.get(index)?).into()),
        ItemSlice::I64(items) => Number::Int((*items.get(index)?).into()),
        ItemSlice::U64(items) => Number::Int((*items.get(index)?).into()),
        ItemSlice::F32(items) => Number::Float((*items.get(index)?).into()),
        ItemSlice::F64(items) => Number::Float(*items.get(index)?),
    })
}

fn compare(left: Number, right: Number) -> Option<Ordering> {
    match (left, right) {
        (Number::Int(left), Number::Int(right)) => Some(left.cmp(&right)),
        (Number::Float(left), Number::Float(right)) => left.partial_cmp(&right),
        (Number::Int(left), Number::Float(right)) => compare_exactly(left, right),
        (Number::Float(left), Number::Int(right)) => {
            compare_exactly(right, left).map(Ordering::reverse)
        }
    }
}

/// Compares an integer of up to 65 bits with a float, without rounding the integer.
fn compare_exactly(int: i128, float: f64) -> Option<Ordering> {
    if float.is_nan() {
        return None;
    }
    // Floats beyond the integers become the nearest one, which no integer of 65 bits is.
    let whole = float.floor();
    let below = int.cmp(&(whole as i128));
    Some(below.then(if float > whole {
        Ordering::Less
    } else {
        Ordering::Equal
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_and_floats_compare_exactly() {
        let big = 1_i128 << 53;
        for (int, float, expected) in [
            (0, 0.0, Some(Ordering::Equal)),
            (0, -0.0, Some(Ordering::Equal)),
            (0, 0.5, Some(Ordering::Less)),
            (0, -0.5, Some(Ordering::Greater)),
            (-1, -0.5, Some(Ordering::Less)),
            (big + 1, big as f64, Some(Ordering::Greater)),
            (big - 1, big as f64, Some(Ordering::Less)),
            (i128::from(u64::MAX), 2.0_f64.powi(64), Some(Ordering::Less)),
            (
                i128::from(i64::MIN),
                -(2.0_f64.powi(63)),
                Some(Ordering::Equal),
            ),
            (1, f64::INFINITY, Some(Ordering::Less)),
            (1, f64::NEG_INFINITY, Some(Ordering::Greater)),
            (1, f64::NAN, None),
        ] {
            assert_eq!(compare_exactly(int, float), expected, "{int} and {float}");
        }
    }

    #[test]
    fn the_first_difference_counts_wherever_it_is() {
        let same: Vec<i32> = (0..100).collect();
        assert_eq!(of_same_type(&same, &same), None);
        for index in 0..100 {
            let mut other = same.clone();
            other[index] += 1;
            assert_eq!(of_same_type(&same, &other), Some(Some(Ordering::Less)));
            other[index..].fill(-1);
            assert_eq!(of_same_type(&same, &other), Some(Some(Ordering::Greater)));
        }
        assert_eq!(of_same_type(&same[..50], &same), None);
        assert_eq!(of_same_type(&[1.0, f64::NAN], &[1.0, f64::NAN]), Some(None));
    }
}
