//! Decompression streams.

use std::mem::MaybeUninit;
use std::ptr::NonNull;
use std::sync::Arc;

use libzstd_rs_sys::{
    ZSTD_DCtx, ZSTD_DCtx_loadDictionary, ZSTD_DCtx_refDDict, ZSTD_DCtx_refPrefix, ZSTD_DCtx_reset,
    ZSTD_DCtx_setParameter, ZSTD_ResetDirective, ZSTD_createDCtx, ZSTD_decompressStream,
    ZSTD_freeDCtx,
};

use crate::dictionary::DecompressionDictionary;
use crate::error::{Error, checked};
use crate::frame::is_legacy;
use crate::parameter::{DecompressionParameter, check};
use crate::step::{Step, lend};

/// A decompressor of frames, one after the other.
#[derive(Debug)]
pub struct Decompressor {
    context: NonNull<ZSTD_DCtx>,
    /// Whether the next input begins a frame.
    between_frames: bool,
    /// What the context refers to, and what it has: a parameter has it keep all dictionaries.
    dictionaries: Vec<Referred>,
}

/// What a context refers to, kept alive as long as it.
#[derive(Debug)]
#[allow(dead_code, reason = "only its lifetime matters")]
enum Referred {
    Digested(Arc<DecompressionDictionary>),
    Prefix(Arc<Vec<u8>>),
}

// SAFETY: a context has no tie to its thread; it refers to what is `Send` and `Sync`.
unsafe impl Send for Decompressor {}

impl Decompressor {
    /// A decompressor with the default parameters. `None` when there is no memory for it.
    #[must_use]
    pub fn new() -> Option<Self> {
        // SAFETY: makes a context of its own.
        let context = unsafe { ZSTD_createDCtx() };
        let mut this = NonNull::new(context).map(|context| Self {
            context,
            between_frames: true,
            dictionaries: Vec::new(),
        })?;
        this.set_parameter(DecompressionParameter::NO_ASSEMBLY, 1)
            .ok()?;
        Some(this)
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
        parameter: DecompressionParameter,
        value: i32,
    ) -> Result<(), Error> {
        if parameter.is_about_buffers() {
            return check(value, parameter.bounds()?);
        }
        // SAFETY: the context is live; any number and value are allowed.
        let result =
            unsafe { ZSTD_DCtx_setParameter(self.context.as_ptr(), parameter.raw(), value) };
        checked(result).map(drop)
    }

    /// Uses a digested dictionary.
    ///
    /// # Errors
    ///
    /// In the middle of a frame.
    pub fn use_digested(&mut self, dictionary: Arc<DecompressionDictionary>) -> Result<(), Error> {
        let referred = dictionary.as_ptr();
        // SAFETY: the context is live; the dictionary lives as long as it.
        checked(unsafe { ZSTD_DCtx_refDDict(self.context.as_ptr(), referred) })?;
        self.dictionaries.push(Referred::Digested(dictionary));
        Ok(())
    }

    /// Uses a dictionary.
    ///
    /// # Errors
    ///
    /// In the middle of a frame; when the dictionary is not in order; when there is no memory.
    pub fn load_dictionary(&mut self, content: &[u8]) -> Result<(), Error> {
        // SAFETY: the context is live; the slice is copied.
        checked(unsafe {
            ZSTD_DCtx_loadDictionary(
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
            ZSTD_DCtx_refPrefix(self.context.as_ptr(), prefix.as_ptr().cast(), prefix.len())
        })?;
        self.dictionaries.push(Referred::Prefix(prefix));
        Ok(())
    }

    /// Decompresses `input` into `output` as far as both reach, and not beyond the end of a frame.
    pub fn step<'o>(&mut self, input: &[u8], output: &'o mut [MaybeUninit<u8>]) -> Step<'o> {
        if self.between_frames && is_legacy(input) {
            return Step::failed(Error::UNKNOWN_PREFIX);
        }
        // SAFETY: the context is live. What later input may refer to is in the context's own window,
        // except with the parameter that `set_parameter` does not set.
        let step = unsafe {
            lend(input, output, |source, sink| {
                loop {
                    let left = ZSTD_decompressStream(self.context.as_ptr(), sink, source);
                    let used_up = source.pos == source.size || sink.pos == sink.size;
                    if used_up || !matches!(checked(left), Ok(1..)) {
                        return left;
                    }
                }
            })
        };
        self.between_frames = match step.left {
            Ok(0) => true,
            _ => self.between_frames && step.consumed == 0,
        };
        step
    }

    /// Gives the current frame up. Parameters and dictionary stay.
    pub fn reset(&mut self) {
        let directive = ZSTD_ResetDirective::ZSTD_reset_session_only;
        // SAFETY: the context is live. This cannot fail.
        unsafe { ZSTD_DCtx_reset(self.context.as_ptr(), directive) };
        self.between_frames = true;
    }
}

impl Drop for Decompressor {
    fn drop(&mut self) {
        // SAFETY: made by `new`, and used by nobody else.
        unsafe { ZSTD_freeDCtx(self.context.as_ptr()) };
    }
}
