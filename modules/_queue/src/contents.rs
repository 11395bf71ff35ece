//! What is in a queue, and who waits for it. Nothing here runs Python code: where an item cannot be kept,
//! it is handed back.

use std::collections::{TryReserveError, VecDeque};
use std::sync::Arc;

use corten_api::Wakeup;
use corten_api::prelude::*;

/// Whether an item that comes while threads wait is for one of them. Before 3.13 any thread may take it.
const RESERVES: bool = cfg!(Py_3_13);

/// The items, and the threads that wait because there are none.
#[derive(Traverse)]
pub(crate) struct Contents {
    items: VecDeque<Py<PyAny>>,
    /// How many items, the first ones, are for threads that have been woken.
    reserved: usize,
    waiting: VecDeque<Arc<Wakeup>>,
    /// The process whose threads these are: `fork` leaves them behind.
    process: u32,
}

impl Contents {
    pub(crate) fn new() -> Self {
        Contents {
            items: VecDeque::new(),
            reserved: 0,
            waiting: VecDeque::new(),
            process: 0,
        }
    }

    /// How many items anybody may take.
    pub(crate) fn len(&mut self) -> usize {
        self.forget_if(self.reserved > 0);
        self.items.len() - self.reserved
    }

    /// Takes the first item that anybody may take.
    #[inline]
    pub(crate) fn take(&mut self) -> Option<Py<PyAny>> {
        self.forget_if(self.reserved > 0);
        let item = match self.reserved {
            0 => self.items.pop_front(),
            reserved => self.items.remove(reserved),
        };
        self.give_memory_back();
        item
    }

    /// Takes the first item, for a thread that was woken.
    pub(crate) fn take_reserved(&mut self) -> Option<Py<PyAny>> {
        self.reserved = self.reserved.saturating_sub(1);
        self.items.pop_front()
    }

    /// Adds an item; returns who has to be woken.
    ///
    /// # Errors
    ///
    /// The item, when there is no memory.
    #[inline]
    pub(crate) fn put(&mut self, item: Py<PyAny>) -> Result<Option<Arc<Wakeup>>, Py<PyAny>> {
        self.forget_if(!self.waiting.is_empty());
        if self.items.try_reserve(1).is_err() {
            return Err(item);
        }
        self.items.push_back(item);
        let woken = self.waiting.pop_front();
        if RESERVES && woken.is_some() {
            self.reserved += 1;
        }
        Ok(woken)
    }

    /// Adds a thread that waits.
    pub(crate) fn wait(&mut self, wakeup: &Arc<Wakeup>) -> Result<(), TryReserveError> {
        self.forget_if(self.reserved > 0 || !self.waiting.is_empty());
        self.waiting.try_reserve(1)?;
        self.process = std::process::id();
        self.waiting.push_back(Arc::clone(wakeup));
        Ok(())
    }

    /// Removes a thread that has stopped waiting. Returns whether it has been woken.
    pub(crate) fn stop_waiting(&mut self, wakeup: &Arc<Wakeup>) -> bool {
        let is_it = |other| Arc::ptr_eq(wakeup, other);
        match self.waiting.iter().position(is_it) {
            Some(index) => self.waiting.remove(index).is_none(),
            None => true,
        }
    }

    /// After `fork`, nobody waits. To ask for the process takes longer than all the rest: only where it matters.
    #[inline]
    fn forget_if(&mut self, matters: bool) {
        if matters {
            self.forget_other_processes();
        }
    }

    #[inline(never)]
    fn forget_other_processes(&mut self) {
        if self.process != std::process::id() {
            self.reserved = 0;
            self.waiting.clear();
        }
    }

    /// An empty queue does not keep the memory of a long one.
    #[inline]
    fn give_memory_back(&mut self) {
        const KEPT: usize = 1024;
        if self.items.is_empty() && self.items.capacity() > KEPT {
            self.items = VecDeque::new();
        }
    }
}
