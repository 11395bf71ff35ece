//! Compression streams.

use std::mem::MaybeUninit;
use std::ptr::NonNull;
use std::sync::{Arc, Mutex};
use std::thread;

use libzstd_rs_sys::{
    ZSTD_CCtx, ZSTD_CCtx_loadDictionary, ZSTD_CCtx_refCDict, ZSTD_CCtx_refPrefix, ZSTD_CCtx_reset,
    ZSTD_CCtx_setParameter, ZSTD_CCtx_setPledgedSrcSize, ZSTD_CONTENTSIZE_UNKNOWN,
    ZSTD_ResetDirective, ZSTD_compressStream2, ZSTD_createCCtx, ZSTD_freeCCtx,
};

use crate::dictionary::CompressionDictionary;
use crate::error::{Error, checked};
use crate::parameter::{CompressionParameter, check};
use crate::step::{Step, lend};

/// What is to happen after the input of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum EndDirective {
    /// More input, so it need not be compressed yet.
    Continue = 0,
    /// All input can be decompressed from the output.
    Flush = 1,
    /// The frame is complete.
    End = 2,
}

/// A compressor of frames, one after the other.
#[derive(Debug)]
pub struct Compressor {
    context: NonNull<ZSTD_CCtx>,
    /// Threads that work, and have not been tried out yet.
    new_workers: usize,
    /// What the context refers to, and what it has: threads may not have finished with that.
    dictionaries: Vec<Referred>,
}

/// What a context refers to, kept alive as long as it.
#[derive(Debug)]
#[allow(dead_code, reason = "only its lifetime matters")]
enum Referred {
    Digested(Arc<CompressionDictionary>),
    Prefix(Arc<Vec<u8>>),
}

// SAFETY: a context has no tie to its thread; it refers to what is `Send` and `Sync`.
unsafe impl Send for Compressor {}

impl Compressor {
    /// A compressor with the default parameters. `None` when there is no memory for it.
    #[must_use]
    pub fn new() -> Option<Self> {
        // SAFETY: makes a context of its own.
        let context = unsafe { ZSTD_createCCtx() };
        NonNull::new(context).map(|context| Self {
            context,
            new_workers: 0,
            dictionaries: Vec::new(),
        })
    }

    /// Sets a parameter for all frames to come.
    ///
    /// Those that promise the library to find buffers again in the next call are checked, and have
    /// no effect.
    ///
    /// # Errors
    ///
    /// When the library has no such parameter, or does not accept the value.
    pub fn set_parameter(
        &mut self,
        parameter: CompressionParameter,
        value: i32,
    ) -> Result<(), Error> {
        if parameter.is_about_buffers() {
            return check(value, parameter.bounds()?);
        }
        // SAFETY: the context is live; any number and value are allowed.
        checked(unsafe { ZSTD_CCtx_setParameter(self.context.as_ptr(), parameter.raw(), value) })?;
        if parameter == CompressionParameter::WORKERS {
            // The library has taken the nearest value that it accepts.
            let most = *parameter.bounds()?.end();
            self.new_workers = value.clamp(0, most) as usize;
        }
        Ok(())
    }

    /// Tells how long the content of the next frame will be.
    ///
    /// # Errors
    ///
    /// In the middle of a frame.
    pub fn pledge_size(&mut self, size: Option<u64>) -> Result<(), Error> {
        let size = size.unwrap_or(ZSTD_CONTENTSIZE_UNKNOWN);
        // SAFETY: the context is live.
        checked(unsafe { ZSTD_CCtx_setPledgedSrcSize(self.context.as_ptr(), size) }).map(drop)
    }

    /// Uses a dictionary, with the parameters that it was digested for.
    ///
    /// # Errors
    ///
    /// In the middle of a frame.
    pub fn use_digested(&mut self, dictionary: Arc<CompressionDictionary>) -> Result<(), Error> {
        let referred = dictionary.as_ptr();
        // SAFETY: the context is live; the dictionary lives as long as it.
        checked(unsafe { ZSTD_CCtx_refCDict(self.context.as_ptr(), referred) })?;
        self.dictionaries.push(Referred::Digested(dictionary));
        Ok(())
    }

    /// Uses a dictionary, with the parameters set here.
    ///
    /// # Errors
    ///
    /// In the middle of a frame; when there is no memory.
    pub fn load_dictionary(&mut self, content: &[u8]) -> Result<(), Error> {
        // SAFETY: the context is live; the slice is copied.
        checked(unsafe {
            ZSTD_CCtx_loadDictionary(
                self.context.as_ptr(),
                content.as_ptr().cast(),
                content.len(),
            )
        })
        .map(drop)
    }

    /// Uses `prefix` as if it came before the next frame, and for that one only.
    ///
    /// # Errors
    ///
    /// In the middle of a frame.
    pub fn use_prefix(&mut self, prefix: Arc<Vec<u8>>) -> Result<(), Error> {
        // SAFETY: the context is live; the content lives as long as it.
        checked(unsafe {
            ZSTD_CCtx_refPrefix(self.context.as_ptr(), prefix.as_ptr().cast(), prefix.len())
        })?;
        self.dictionaries.push(Referred::Prefix(prefix));
        Ok(())
    }

    /// Compresses `input` into `output` as far as both reach.
    pub fn step<'o>(
        &mut self,
        input: &[u8],
        end: EndDirective,
        output: &'o mut [MaybeUninit<u8>],
    ) -> Step<'o> {
        if self.new_workers > 0 {
            if !can_spawn(self.new_workers) {
                return Step::failed(Error::MEMORY);
            }
            self.new_workers = 0;
        }
        // SAFETY: the context is live. Input is copied before the call returns, output is written
        // by this thread alone; only with the parameters that `set_parameter` does not set are
        // buffers looked at later.
        unsafe {
            lend(input, output, |source, sink| {
                ZSTD_compressStream2(self.context.as_ptr(), sink, source, end as u32)
            })
        }
    }

    /// Gives the current frame up. Parameters and dictionary stay.
    pub fn reset(&mut self) {
        let directive = ZSTD_ResetDirective::ZSTD_reset_session_only;
        // SAFETY: the context is live. This cannot fail.
        unsafe { ZSTD_CCtx_reset(self.context.as_ptr(), directive) };
    }
}

impl Drop for Compressor {
    fn drop(&mut self) {
        // SAFETY: made by `new`, and used by nobody else. Threads that still work are waited for.
        unsafe { ZSTD_freeCCtx(self.context.as_ptr()) };
    }
}

/// Whether that many threads can be had. The library starts its own without looking whether it can.
fn can_spawn(count: usize) -> bool {
    let gate = Mutex::new(());
    let held = gate.lock();
    thread::scope(|scope| {
        let spawn = || thread::Builder::new().spawn_scoped(scope, || drop(gate.lock()));
        let spawned = (0..count).all(|_| spawn().is_ok());
        drop(held);
        spawned
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_can_be_had_but_not_any_number_of_them() {
        assert!(can_spawn(3));
        assert!(can_spawn(0));
    }
}
