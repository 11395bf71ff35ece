//! Moving items about, whatever they are: reversing, slices with a step.

use corten_api::types::SliceIndices;
use corten_api::{ItemCode, ItemVec, Items, ItemsMut, OutOfMemory, Unit, Units, UnitsMut};

/// Reverses the order of the items.
pub(crate) fn reverse(items: ItemsMut<'_>) {
    match items.units() {
        UnitsMut::U8(units) => units.reverse(),
        UnitsMut::U16(units) => units.reverse(),
        UnitsMut::U32(units) => units.reverse(),
        UnitsMut::U64(units) => units.reverse(),
    }
}

/// A new vector of the items at `indices`.
pub(crate) fn gather<C: ItemCode>(
    code: C,
    items: Items<'_>,
    indices: SliceIndices,
) -> Result<ItemVec<C>, OutOfMemory> {
    if indices.step == 1 {
        let range = indices.start..indices.start + indices.count;
        return ItemVec::from_bytes(code, items.slice(range).bytes());
    }
    match items.units() {
        Units::U8(units) => from_indices(code, units, indices),
        Units::U16(units) => from_indices(code, units, indices),
        Units::U32(units) => from_indices(code, units, indices),
        Units::U64(units) => from_indices(code, units, indices),
    }
}

fn from_indices<C: ItemCode, U: Unit>(
    code: C,
    units: &[U],
    indices: SliceIndices,
) -> Result<ItemVec<C>, OutOfMemory> {
    ItemVec::from_units(code, indices.iter().map(|index| units[index]))
}

/// Replaces the items at `indices` by `source`, as many of the same width.
pub(crate) fn scatter(items: ItemsMut<'_>, indices: SliceIndices, source: Items<'_>) {
    if indices.step == 1 && source.len() == indices.count {
        let start = indices.start * source.kind().size();
        let source = source.bytes();
        items.bytes()[start..start + source.len()].copy_from_slice(source);
        return;
    }
    match (items.units(), source.units()) {
        (UnitsMut::U8(units), Units::U8(source)) => to_indices(units, indices, source),
        (UnitsMut::U16(units), Units::U16(source)) => to_indices(units, indices, source),
        (UnitsMut::U32(units), Units::U32(source)) => to_indices(units, indices, source),
        (UnitsMut::U64(units), Units::U64(source)) => to_indices(units, indices, source),
        _ => unreachable!("items of one type"),
    }
}

fn to_indices<U: Copy>(units: &mut [U], indices: SliceIndices, source: &[U]) {
    for (index, &unit) in indices.iter().zip(source) {
        units[index] = unit;
    }
}

/// Removes the items at `indices`.
pub(crate) fn remove<C: ItemCode>(items: &mut ItemVec<C>, indices: SliceIndices) {
    let len = items.len();
    let indices = indices.ascending();
    if indices.step == 1 {
        return items.remove(indices.start..indices.start + indices.count);
    }
    match items.items_mut().units() {
        UnitsMut::U8(units) => close_gaps(units, indices),
        UnitsMut::U16(units) => close_gaps(units, indices),
        UnitsMut::U32(units) => close_gaps(units, indices),
        UnitsMut::U64(units) => close_gaps(units, indices),
    }
    items.truncate(len - indices.count);
}

/// Moves what is between the ascending `indices`, and behind them, to the front.
fn close_gaps<U: Copy>(units: &mut [U], indices: SliceIndices) {
    let step = indices.step.unsigned_abs();
    let kept = step - 1;
    let Some(gaps) = indices.count.checked_sub(1) else {
        return;
    };
    let mut end = indices.start;
    let mut from = indices.start + 1;
    for _ in 0..gaps {
        if kept == 1 {
            units[end] = units[from]; // without a call
        } else {
            units.copy_within(from..from + kept, end);
        }
        end += kept;
        from += step;
    }
    units.copy_within(from.., end);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_close_as_if_single_items_were_removed() {
        for len in 0..12_usize {
            for start in 0..len {
                for step in 1..5 {
                    for count in 1..=(len - start).div_ceil(step) {
                        let indices = SliceIndices {
                            start,
                            step: step as isize,
                            count,
                        };
                        let mut units: Vec<u16> = (0..len as u16).collect();
                        let mut expected = units.clone();
                        for index in indices.iter().collect::<Vec<_>>().into_iter().rev() {
                            expected.remove(index);
                        }
                        close_gaps(&mut units, indices);
                        assert_eq!(units[..expected.len()], expected);
                    }
                }
            }
        }
    }
}
