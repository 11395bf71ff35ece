//! Undoing filters that do not change the data's size.

use super::super::filter::{Direction, Simple};
use super::super::options::Filter;
use super::{Error, Status};

/// A filter and the data that it cannot undo yet, as it has to see what follows.
pub(super) struct Stage {
    filter: Simple,
    held: [u8; MAX_HELD],
    /// What has been given out of the held data.
    given: usize,
    /// Up to where the filter has been undone.
    done: usize,
    len: usize,
    capacity: usize,
    ended: bool,
}

const MAX_HELD: usize = 32;

impl Stage {
    pub(super) fn new(filter: &Filter) -> Result<Self, Error> {
        let filter = Simple::new(filter, Direction::Decode)?;
        let capacity = filter.lookahead() * 2;
        Ok(Self {
            filter,
            held: [0; MAX_HELD],
            given: 0,
            done: 0,
            len: 0,
            capacity,
            ended: false,
        })
    }

    /// Fills `out` from its start. `next` gives the data that the filter was applied to, likewise.
    pub(super) fn decode(
        &mut self,
        out: &mut [u8],
        mut next: impl FnMut(&mut [u8]) -> Result<(usize, Status), Error>,
    ) -> Result<(usize, Status), Error> {
        let mut filled = self.give(out);
        if self.given < self.done {
            return Ok((filled, Status::Blocked));
        }
        if self.ended {
            return Ok((filled, Status::Ended));
        }
        self.done = 0;
        let held = self.len - self.given;
        let room = out.len() - filled;
        if room > held || held == 0 {
            filled += self.fill(&mut out[filled..], &mut next)?;
        } else {
            self.held.copy_within(self.given..self.len, 0);
            self.len = held;
            self.given = 0;
        }
        if self.len > 0 {
            // There may be room for what can be undone once there is more to see.
            let (count, status) = next(&mut self.held[self.len..self.capacity])?;
            self.len += count;
            self.ended = status == Status::Ended;
            self.done = self.filter.apply(&mut self.held[..self.len]);
            if self.ended {
                self.done = self.len;
            }
            filled += self.give(&mut out[filled..]);
        }
        let ended = self.ended && self.given == self.len;
        Ok((
            filled,
            if ended {
                Status::Ended
            } else {
                Status::Blocked
            },
        ))
    }

    /// Gives held data that the filter has been undone for.
    fn give(&mut self, out: &mut [u8]) -> usize {
        let count = (self.done - self.given.min(self.done)).min(out.len());
        out[..count].copy_from_slice(&self.held[self.given..self.given + count]);
        self.given += count;
        count
    }

    /// Moves what is held to `out`, which has room for it, fills that up, and undoes the filter
    /// there; what it cannot be undone for is held.
    fn fill(
        &mut self,
        out: &mut [u8],
        next: &mut impl FnMut(&mut [u8]) -> Result<(usize, Status), Error>,
    ) -> Result<usize, Error> {
        let held = self.len - self.given;
        out[..held].copy_from_slice(&self.held[self.given..self.len]);
        let (count, status) = next(&mut out[held..])?;
        self.ended = status == Status::Ended;
        let len = held + count;
        let done = self.filter.apply(&mut out[..len]);
        self.given = 0;
        self.len = 0;
        if self.ended {
            return Ok(len);
        }
        self.len = len - done;
        self.held[..self.len].copy_from_slice(&out[done..len]);
        Ok(done)
    }
}
