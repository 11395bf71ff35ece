//! Sorting the rotations of a text in linear time, whatever it is, by induced sorting (Nong, Zhang,
//! Chan: Two Efficient Algorithms for Linear Time Suffix Array Construction, 2009).
//!
//! A rotation is descending if the one that begins a place later is smaller; otherwise it is
//! ascending. A seed is an ascending rotation that comes after a descending one. A text of one letter
//! only has no seeds; in any other one, what is known of seeds tells everything else. Nothing marks
//! the end of a text, as rotations have none.

/// There is no memory.
#[derive(Debug)]
pub(crate) struct NoMemory;

/// A letter of a text.
pub(crate) trait Letter: Copy + Ord {
    /// Its number, from 0 on.
    fn index(self) -> usize;
}

impl Letter for u8 {
    #[inline(always)]
    fn index(self) -> usize {
        usize::from(self)
    }
}

impl Letter for u32 {
    #[inline(always)]
    fn index(self) -> usize {
        self as usize
    }
}

/// The position before `position`, in a text of this length.
#[inline(always)]
pub(crate) fn position_before(position: u32, len: usize) -> u32 {
    (if position == 0 { len as u32 } else { position }) - 1
}

/// Calls `visit` with the position of each seed, the last one first.
#[inline(always)]
pub(crate) fn for_each_seed<L: Letter>(text: &[L], mut visit: impl FnMut(u32)) {
    let first = text[0];
    let Some(&other) = text.iter().find(|&&letter| letter != first) else {
        return;
    };
    let first_ascends = first < other;
    let (mut next, mut next_ascends) = (first, first_ascends);
    let mut position = text.len() as u32;
    let mut last_descends = false;
    for &letter in text.iter().rev() {
        let ascends = letter < next || (letter == next && next_ascends);
        if next_ascends && !ascends {
            match (position as usize) < text.len() {
                true => visit(position),
                false => last_descends = true,
            }
        }
        (next, next_ascends) = (letter, ascends);
        position -= 1;
    }
    if last_descends {
        visit(0);
    }
}

/// Puts the positions of the seeds to the front of `rows`, which is as long as the text, in the order
/// of their rotations, and gives their number. All letters are below `letters`.
pub(crate) fn sort_seeds<L: Letter>(
    text: &[L],
    letters: usize,
    rows: &mut [u32],
) -> Result<usize, NoMemory> {
    if text.iter().all(|&letter| letter == text[0]) {
        return Ok(0);
    }
    let mut buckets = Buckets::new(letters)?;
    rows.fill(EMPTY);
    buckets.go_to_ends(text);
    for_each_seed(text, |seed| buckets.push_back(text, seed, rows));
    // From seeds in any order, this sorts rotations by what they have up to the second seed in them.
    induce(text, rows, &mut buckets);
    let count = collect_seeds(text, rows, &buckets);
    drop(buckets);
    let names = name_seeds(text, count, rows);
    let (sorted, names_of_seeds) = rows.split_at_mut(text.len() - count);
    let sorted = &mut sorted[..count];
    if names < count {
        sort_rotations(names_of_seeds, names, sorted)?;
    } else {
        for (&name, seed) in names_of_seeds.iter().zip(0..) {
            sorted[name as usize] = seed;
        }
    }
    let seeds = names_of_seeds;
    let mut free = count;
    for_each_seed(text, |seed| {
        free -= 1;
        seeds[free] = seed;
    });
    for seed in sorted {
        *seed = seeds[*seed as usize];
    }
    Ok(count)
}

/// Fills `rows` with the positions of all rotations, in their order.
fn sort_rotations<L: Letter>(text: &[L], letters: usize, rows: &mut [u32]) -> Result<(), NoMemory> {
    let count = sort_seeds(text, letters, rows)?;
    if count == 0 {
        for (row, position) in rows.iter_mut().rev().zip(0..) {
            *row = position;
        }
        return Ok(());
    }
    let mut buckets = Buckets::new(letters)?;
    buckets.go_to_ends(text);
    rows[count..].fill(EMPTY);
    for at in (0..count).rev() {
        let seed = std::mem::replace(&mut rows[at], EMPTY);
        buckets.push_back(text, seed, rows);
    }
    induce(text, rows, &mut buckets);
    Ok(())
}

/// No rotation.
const EMPTY: u32 = u32::MAX;

/// The rows of rotations that begin with the same letter: a place in them that moves as they are
/// filled, from the start or from the end.
struct Buckets(Vec<u32>);

impl Buckets {
    fn new(letters: usize) -> Result<Self, NoMemory> {
        let mut places = Vec::new();
        places.try_reserve_exact(letters).map_err(|_| NoMemory)?;
        places.resize(letters, 0);
        Ok(Self(places))
    }

    fn go_to_ends<L: Letter>(&mut self, text: &[L]) {
        self.0.fill(0);
        for letter in text {
            self.0[letter.index()] += 1;
        }
        let mut sum = 0;
        for place in &mut self.0 {
            sum += *place;
            *place = sum;
        }
    }

    fn go_to_starts<L: Letter>(&mut self, text: &[L]) {
        self.go_to_ends(text);
        let mut start = 0;
        for place in &mut self.0 {
            start = std::mem::replace(place, start);
        }
    }

    #[inline(always)]
    fn push<L: Letter>(&mut self, text: &[L], position: u32, rows: &mut [u32]) {
        let place = &mut self.0[text[position as usize].index()];
        rows[*place as usize] = position;
        *place += 1;
    }

    #[inline(always)]
    fn push_back<L: Letter>(&mut self, text: &[L], position: u32, rows: &mut [u32]) {
        let place = &mut self.0[text[position as usize].index()];
        *place -= 1;
        rows[*place as usize] = position;
    }

    /// Whether the rotation in this row is ascending, after [`induce`].
    #[inline(always)]
    fn ascends<L: Letter>(&self, letter: L, row: usize) -> bool {
        row >= self.0[letter.index()] as usize
    }
}

/// From the seeds, which are at the ends of their buckets, brings all rotations into rows.
fn induce<L: Letter>(text: &[L], rows: &mut [u32], buckets: &mut Buckets) {
    buckets.go_to_starts(text);
    for row in 0..rows.len() {
        let position = rows[row];
        if position != EMPTY {
            let before = position_before(position, text.len());
            if text[before as usize] >= text[position as usize] {
                buckets.push(text, before, rows);
            }
        }
    }
    // The seeds come to other places; what is not overwritten yet is not looked at either.
    buckets.go_to_ends(text);
    for row in (0..rows.len()).rev() {
        let position = rows[row];
        let before = position_before(position, text.len());
        let (letter, next) = (text[before as usize], text[position as usize]);
        if letter < next || (letter == next && buckets.ascends(next, row)) {
            buckets.push_back(text, before, rows);
        }
    }
}

/// Moves the seeds to the front of the rows.
fn collect_seeds<L: Letter>(text: &[L], rows: &mut [u32], buckets: &Buckets) -> usize {
    let mut count = 0;
    for row in 0..rows.len() {
        let position = rows[row];
        let letter = text[position as usize];
        let before = text[position_before(position, text.len()) as usize];
        if before > letter && buckets.ascends(letter, row) {
            rows[count] = position;
            count += 1;
        }
    }
    count
}

/// Puts the names of the seeds, which are at the front of the rows, to the end of them, in the order
/// of the text. Equal names stand for the same letters up to the next seed, greater names for greater
/// ones. Gives the number of names.
fn name_seeds<L: Letter>(text: &[L], count: usize, rows: &mut [u32]) -> usize {
    // Seeds are two places apart.
    let place = |seed: u32| count + seed as usize / 2;
    rows[count..].fill(EMPTY);
    let (mut last, mut next) = (None, 0);
    for_each_seed(text, |seed| {
        rows[place(seed)] = next - seed.min(next) + 1;
        last = last.or(Some(seed));
        next = seed;
    });
    if let Some(last) = last {
        rows[place(last)] = next + text.len() as u32 - last + 1;
    }
    let mut name = 0;
    let mut earlier = None;
    for row in 0..count {
        let seed = rows[row];
        let len = rows[place(seed)];
        if let Some((earlier, earlier_len)) = earlier
            && (len != earlier_len || !has_equal_letters(text, seed, earlier, len))
        {
            name += 1;
        }
        rows[place(seed)] = name;
        earlier = Some((seed, len));
    }
    let mut free = rows.len();
    for row in (count..rows.len()).rev() {
        if rows[row] != EMPTY {
            free -= 1;
            rows[free] = rows[row];
        }
    }
    name as usize + 1
}

fn has_equal_letters<L: Letter>(text: &[L], one: u32, other: u32, len: u32) -> bool {
    let (mut one, mut other) = (one as usize, other as usize);
    for _ in 0..len {
        if text[one] != text[other] {
            return false;
        }
        one = if one + 1 == text.len() { 0 } else { one + 1 };
        other = if other + 1 == text.len() {
            0
        } else {
            other + 1
        };
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_as_comparing_rotations_does() {
        for len in 1..60_u32 {
            for letters in 1..6 {
                let text: Vec<u32> = (0..len)
                    .map(|i| (i.wrapping_mul(0x9e37_79b9) >> 13) * len % letters)
                    .collect();
                let mut rows = vec![0; text.len()];
                sort_rotations(&text, letters as usize, &mut rows).unwrap();
                let rotation = |row: &u32| {
                    let mut rotation = text.clone();
                    rotation.rotate_left(*row as usize);
                    rotation
                };
                assert!(rows.is_sorted_by_key(rotation), "{text:?}: {rows:?}");
                rows.sort();
                assert!(rows.iter().copied().eq(0..len));
            }
        }
    }
}
