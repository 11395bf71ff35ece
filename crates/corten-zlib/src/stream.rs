//! What both directions share: one call's outcome, and the raw stream's input and output fields.

use std::ffi::CStr;
use std::mem::MaybeUninit;
use std::ptr::NonNull;

use zlib_rs::ReturnCode;
use zlib_rs::c_api::z_stream;

/// The outcome of one call to a stream.
#[derive(Debug)]
pub struct Step<'o> {
    /// Bytes taken from the front of the input.
    pub consumed: usize,
    /// What was written: the front of the output.
    pub written: &'o mut [u8],
    /// The code that `zlib.h` names: `Ok`, `StreamEnd`, `NeedDict`, `BufError`, …
    pub code: ReturnCode,
}

/// Lends `input` and `output` to `stream` for the call of `run`, and reports what it did with them.
///
/// At most `u32::MAX` bytes of each are offered: the fields of a stream hold no more.
///
/// # Safety
///
/// `run` must use the buffers as zlib-rs does: move the pointers forward by as much as it lowers
/// the counts, and initialise all output that it passes.
pub(crate) unsafe fn lend<'o>(
    stream: &mut z_stream,
    input: &[u8],
    output: &'o mut [MaybeUninit<u8>],
    run: impl FnOnce(&mut z_stream) -> ReturnCode,
) -> Step<'o> {
    let offered_in = offer(input.len());
    let offered_out = offer(output.len());
    stream.next_in = input.as_ptr();
    stream.avail_in = offered_in;
    stream.next_out = output.as_mut_ptr().cast();
    stream.avail_out = offered_out;

    let code = run(stream);

    let consumed = (offered_in - stream.avail_in) as usize;
    let written = &mut output[..(offered_out - stream.avail_out) as usize];
    take_back(stream);
    // SAFETY: the caller vouches that what the stream has passed is initialised.
    let written = unsafe { written.assume_init_mut() };
    Step {
        consumed,
        written,
        code,
    }
}

/// Leaves `stream` with empty buffers that are not null: zlib-rs refuses to work on, and to copy,
/// a stream whose buffers are null.
pub(crate) fn take_back(stream: &mut z_stream) {
    stream.next_in = NonNull::dangling().as_ptr();
    stream.avail_in = 0;
    stream.next_out = NonNull::dangling().as_ptr();
    stream.avail_out = 0;
}

/// The message that the last failed call left in `stream`; it stays until the stream is reset.
pub(crate) fn message(stream: &z_stream) -> Option<&'static str> {
    if stream.msg.is_null() {
        return None;
    }
    // SAFETY: zlib-rs points `msg` at its own static strings only, each ended by a NUL, and
    // nothing in this crate writes the field.
    let message: &'static CStr = unsafe { CStr::from_ptr(stream.msg) };
    message.to_str().ok()
}

fn offer(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}
