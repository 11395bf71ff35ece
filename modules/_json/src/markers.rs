//! The search for cycles: the containers that are open, and the `markers` dict that shows them.
//!
//! The interpreter's own encoder enters each container into the dict while it is open, which costs
//! more than writing a small container does. Here the dict is only brought up to date before
//! Python code can look at it; cycles are found without it.

use std::collections::HashSet;

use corten_api::prelude::*;

use crate::walk::Open;

pub(crate) struct Markers<'a, 'py> {
    dict: &'a Bound<'py, PyDict>,
    /// So many of the open containers are in the dict, the outermost first.
    shown: usize,
    /// The identities of the open containers from [`NEAR`] on.
    deep: HashSet<usize>,
}

/// This many open containers are searched one by one.
const NEAR: usize = 32;

impl<'a, 'py> Markers<'a, 'py> {
    pub(crate) fn new(dict: &'a Bound<'py, PyDict>) -> Self {
        Markers {
            dict,
            shown: 0,
            deep: HashSet::new(),
        }
    }

    /// Whether `object` is open already. O(1) but for the dict's own cost.
    #[inline]
    pub(crate) fn contains(
        &self,
        open: &[Open<'py>],
        object: &Bound<'py, PyAny>,
    ) -> PyResult<bool> {
        let near = open.iter().take(NEAR).any(|open| open.object.is(object));
        Ok(near
            || (open.len() > NEAR && self.deep.contains(&identity(object)))
            || (!self.dict.is_empty() && self.dict.contains(&key(object)?)?))
    }

    /// `object` becomes open, `depth` others are already.
    #[inline]
    pub(crate) fn enter(&mut self, depth: usize, object: &Bound<'py, PyAny>) -> PyResult<()> {
        if depth >= NEAR {
            self.deep
                .try_reserve(1)
                .map_err(|_| PyErr::no_memory(object.py()))?;
            self.deep.insert(identity(object));
        }
        Ok(())
    }

    /// `object` is closed, `depth` others are still open.
    #[inline]
    pub(crate) fn leave(&mut self, depth: usize, object: &Bound<'py, PyAny>) -> PyResult<()> {
        if depth >= NEAR {
            self.deep.remove(&identity(object));
        }
        if self.shown > depth {
            self.shown = depth;
            self.dict.del_item(&key(object)?)?;
        }
        Ok(())
    }

    /// Brings the dict up to date.
    pub(crate) fn show_all(&mut self, open: &[Open<'py>]) -> PyResult<()> {
        while let Some(next) = open.get(self.shown) {
            self.show(&next.object)?;
        }
        Ok(())
    }

    /// Enters the next open container, which may be about to become one, into the dict.
    pub(crate) fn show(&mut self, object: &Bound<'py, PyAny>) -> PyResult<()> {
        self.dict.set_item(&key(object)?, object)?;
        self.shown += 1;
        Ok(())
    }
}

fn identity(object: &Bound<'_, PyAny>) -> usize {
    object.as_ptr() as usize
}

/// `id(object)`
fn key<'py>(object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyInt>> {
    PyInt::from_u64(object.py(), identity(object) as u64)
}
