//! Symbols chosen quickly: the longest match, unless another costs less by its looks.

use super::super::models::{MATCH_MAX, REPS};
use super::compare::common_len;
use super::lzma::{FIRST_DISTANCE, LITERAL};
use super::window::{Matches, Window};

/// Whether a distance is so much smaller that a shorter match is better.
fn is_far(small: u32, large: u32) -> bool {
    large >> 7 > small
}

/// How the next symbol stands for how many bytes.
pub(super) fn choose(reps: &[u32; REPS], matches: &mut Matches, window: &mut Window) -> (u32, u32) {
    if window.read_ahead == 0 {
        window.find(matches);
    }
    let available = (window.available() + 1).min(MATCH_MAX as usize);
    if available < 2 {
        return (LITERAL, 1);
    }
    let nice_len = window.nice_len as u32;
    let (rep, rep_len) = best_rep(reps, window, available);
    if rep_len >= nice_len {
        window.skip(rep_len as usize - 1);
        return (rep, rep_len);
    }
    let longest = matches.longest;
    if longest >= nice_len {
        let distance = matches.as_slice().last().map_or(0, |last| last.distance);
        window.skip(longest as usize - 1);
        return (FIRST_DISTANCE + distance, longest);
    }
    let (mut len, distance) = best_match(matches);
    if len == 2 && distance >= 0x80 {
        len = 1;
    }
    let rep_wins = rep_len + 1 >= len
        || rep_len + 2 >= len && distance > 1 << 9
        || rep_len + 3 >= len && distance > 1 << 15;
    if rep_len >= 2 && rep_wins {
        window.skip(rep_len as usize - 1);
        return (rep, rep_len);
    }
    if len < 2 || available <= 2 {
        return (LITERAL, 1);
    }
    if next_is_better(reps, matches, window, len, distance) {
        return (LITERAL, 1);
    }
    window.skip(len as usize - 2);
    (FIRST_DISTANCE + distance, len)
}

/// The longest match at one of the latest distances, or the first that is long enough.
fn best_rep(reps: &[u32; REPS], window: &Window, available: usize) -> (u32, u32) {
    let bytes = window.bytes();
    let here = window.read_position - 1;
    let mut best = (0, 0);
    for (index, &rep) in (0..).zip(reps) {
        let there = here - rep as usize - 1;
        if bytes[here..here + 2] != bytes[there..there + 2] {
            continue;
        }
        let len = common_len(bytes, here, there, 2, available) as u32;
        if len as usize >= window.nice_len {
            return (index, len);
        }
        if len > best.1 {
            best = (index, len);
        }
    }
    best
}

/// The longest match, or one that is shorter but much nearer.
fn best_match(matches: &Matches) -> (u32, u32) {
    let Some((last, shorter)) = matches.as_slice().split_last() else {
        return (0, 0);
    };
    let (mut len, mut distance) = (matches.longest, last.distance);
    for found in shorter.iter().rev() {
        if len != found.len + 1 || !is_far(found.distance, distance) {
            break;
        }
        (len, distance) = (found.len, found.distance);
    }
    (len, distance)
}

/// Whether a match that begins with the next byte is better than the one found.
fn next_is_better(
    reps: &[u32; REPS],
    matches: &mut Matches,
    window: &mut Window,
    len: u32,
    distance: u32,
) -> bool {
    window.find(matches);
    let longest = matches.longest;
    if let Some(last) = matches.as_slice().last()
        && longest >= 2
    {
        let next = last.distance;
        let is_better = longest >= len && next < distance
            || longest == len + 1 && !is_far(distance, next)
            || longest > len + 1
            || longest + 1 >= len && len >= 3 && is_far(next, distance);
        if is_better {
            return true;
        }
    }
    let bytes = window.bytes();
    let here = window.read_position - 1;
    let limit = (len as usize - 1).max(2);
    reps.iter().any(|&rep| {
        let there = here - rep as usize - 1;
        bytes[here..here + limit] == bytes[there..there + limit]
    })
}
