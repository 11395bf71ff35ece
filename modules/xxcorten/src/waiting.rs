//! Waiting for other threads, and timeouts.

use std::sync::Arc;
use std::time::{Duration, Instant};

use corten_api::prelude::*;
use corten_api::{Waited, Wakeup};

/// A number of seconds in nanoseconds.
#[pyfunction(signature = (seconds, /))]
pub(crate) fn nanoseconds(seconds: &Bound<'_, PyAny>) -> PyResult<i64> {
    seconds.to_nanoseconds()
}

/// Waits for at most `milliseconds`, or for ever, for a sign that comes after `delay` milliseconds, if it
/// comes. Signal handlers run meanwhile.
#[pyfunction(signature = (milliseconds, delay, /))]
pub(crate) fn wait(
    py: Python<'_>,
    milliseconds: Option<u64>,
    delay: Option<u64>,
) -> PyResult<&'static str> {
    let wakeup = Arc::new(Wakeup::new(py)?);
    if let Some(delay) = delay.map(Duration::from_millis) {
        let wakeup = Arc::clone(&wakeup);
        std::thread::spawn(move || {
            std::thread::sleep(delay);
            wakeup.wake();
            wakeup.wake();
        });
    }
    let deadline = milliseconds.map(|time| Instant::now() + Duration::from_millis(time));
    loop {
        match wakeup.wait(py, deadline) {
            Waited::Woken => return Ok("woken"),
            Waited::TimedOut => return Ok("timed out"),
            Waited::Interrupted => py.run_pending_calls()?,
        }
    }
}
