//! One call to a stream.

use std::mem::MaybeUninit;

use libzstd_rs_sys::{ZSTD_inBuffer, ZSTD_outBuffer};

use crate::error::{Error, checked};

/// The outcome of one call to a stream.
#[derive(Debug)]
pub struct Step<'o> {
    /// Bytes taken from the front of the input.
    pub consumed: usize,
    /// What was written: the front of the output.
    pub written: &'o mut [u8],
    /// How much is left to be written, or to be read: 0 when the flush or the frame is complete.
    pub left: Result<usize, Error>,
}

impl<'o> Step<'o> {
    /// A step that did nothing.
    pub(crate) fn failed(error: Error) -> Self {
        Self {
            consumed: 0,
            written: &mut [],
            left: Err(error),
        }
    }
}

/// Lends `input` and `output` for the call of `run`, and reports what it did with them.
///
/// # Safety
///
/// `run` must use the buffers as zstd does: move the positions forward, and initialise all output up to
/// its position. It must keep no pointer to them.
pub(crate) unsafe fn lend<'o>(
    input: &[u8],
    output: &'o mut [MaybeUninit<u8>],
    run: impl FnOnce(&mut ZSTD_inBuffer, &mut ZSTD_outBuffer) -> usize,
) -> Step<'o> {
    let mut source = ZSTD_inBuffer {
        src: input.as_ptr().cast(),
        size: input.len(),
        pos: 0,
    };
    let mut sink = ZSTD_outBuffer {
        dst: output.as_mut_ptr().cast(),
        size: output.len(),
        pos: 0,
    };
    let left = checked(run(&mut source, &mut sink));
    // SAFETY: the caller vouches that what the stream has passed is initialised.
    let written = unsafe { output[..sink.pos].assume_init_mut() };
    Step {
        consumed: source.pos,
        written,
        left,
    }
}
