//! Canonical ordering: marks between starters sorted by class.

use super::{Failure, Unit, combining_class};

/// Runs of marks that are not longer are sorted by insertion.
const SHORT: usize = 24;

/// Sorts each run of marks in `text` by combining class; marks of one class stay in order. Linear in the
/// length.
pub(crate) fn order<U: Unit>(text: &mut [U]) -> Result<(), Failure> {
    let mut start = 0;
    let mut last_class = 0;
    let mut is_ordered = true;
    for at in 0..=text.len() {
        let class = text.get(at).map_or(0, |unit| combining_class(unit.code()));
        if class == 0 {
            if !is_ordered {
                sort(&mut text[start..at])?;
            }
            start = at + 1;
            is_ordered = true;
        } else if class < last_class {
            is_ordered = false;
        }
        last_class = class;
    }
    Ok(())
}

fn sort<U: Unit>(run: &mut [U]) -> Result<(), Failure> {
    if run.len() > SHORT {
        return sort_by_counting(run);
    }
    for end in 1..run.len() {
        let mark = run[end];
        let class = combining_class(mark.code());
        let mut at = end;
        while at > 0 && combining_class(run[at - 1].code()) > class {
            run[at] = run[at - 1];
            at -= 1;
        }
        run[at] = mark;
    }
    Ok(())
}

fn sort_by_counting<U: Unit>(run: &mut [U]) -> Result<(), Failure> {
    let class = |unit: &U| usize::from(combining_class(unit.code()));
    let mut marks = Vec::new();
    marks
        .try_reserve_exact(run.len())
        .map_err(|_| Failure::NoMemory)?;
    marks.extend_from_slice(run);
    // Where the next mark of each class goes: behind all marks of lower classes.
    let mut places = [0; 256];
    for mark in &marks {
        places[class(mark)] += 1;
    }
    let mut sum = 0;
    for place in &mut places {
        sum += std::mem::replace(place, sum);
    }
    for mark in &marks {
        let place = &mut places[class(mark)];
        run[*place] = *mark;
        *place += 1;
    }
    Ok(())
}
