//! Decompression streams.

use std::ffi::c_char;
use std::mem::{self, MaybeUninit};
use std::ptr;

use zlib_rs::c_api::z_stream;
use zlib_rs::inflate::{self, InflateStream};
use zlib_rs::{InflateConfig, InflateFlush, ReturnCode};

use crate::pool::Pool;
use crate::stream::{self, Step};

/// A decompressor.
///
/// After [`end`](Self::end) every call fails with [`ReturnCode::StreamError`].
#[derive(Debug)]
pub struct Inflate {
    raw: Raw,
    window_bits: i32,
    /// Whether the stream is still as [`new`](Self::new) makes it.
    fresh: bool,
}

impl Inflate {
    /// A decompressor for one stream. `window_bits` is as `inflateInit2` in `zlib.h` takes it:
    /// -15 to -8 raw, 0 and 8 to 15 zlib, 16 more gzip, 32 more either of the two.
    /// Fails with `StreamError` for any other value and with `MemError` when its memory (some
    /// 48 KiB) cannot be had.
    pub fn new(window_bits: i32) -> Result<Self, ReturnCode> {
        let config = InflateConfig { window_bits };
        let raw = match IDLE.take(|_| true) {
            Some(idle) => idle.restarted(config)?,
            None => Raw::new(config)?,
        };
        Ok(Self {
            raw,
            window_bits,
            fresh: true,
        })
    }

    /// Decompresses `input` into `output` as far as both reach.
    ///
    /// At most 4 GiB - 1 of the input and of the output are used in one step.
    pub fn step<'o>(
        &mut self,
        input: &[u8],
        output: &'o mut [MaybeUninit<u8>],
        flush: InflateFlush,
    ) -> Step<'o> {
        let before = self.snapshot(input, output);
        let earlier = self.raw.stream.msg;
        self.fresh = false;
        // SAFETY: `inflate` keeps to the contract of `lend`, and finds in the stream the buffers
        // that `lend` has just put there; without a live stream nothing is used.
        let step = unsafe {
            stream::lend(&mut self.raw.stream, input, output, |stream| {
                match live(stream) {
                    Some(live) => inflate::inflate(live, flush),
                    None => ReturnCode::StreamError,
                }
            })
        };
        if step.code == ReturnCode::DataError {
            self.raw.stream.msg = match before {
                _ if !earlier.is_null() => earlier,
                Some(before) => before.message_for(input),
                None => self.raw.stream.msg,
            };
        }
        step
    }

    /// A copy of the stream, where the coming step may lose the message of an error.
    ///
    /// zlib-rs' fast loop, which runs while there is much input and room, finds out what is wrong
    /// with the data; but on the way out of the same call its message is replaced by the one for
    /// streams that have failed before. The copy allows to find it again, and takes about as long
    /// as decompressing one kilobyte.
    fn snapshot(&mut self, input: &[u8], output: &[MaybeUninit<u8>]) -> Option<Self> {
        if input.len() < FAST_INPUT || output.len() < FAST_OUTPUT || !self.raw.is_live() {
            None
        } else if self.fresh {
            Some(Self {
                raw: Raw::default(),
                window_bits: self.window_bits,
                fresh: true,
            })
        } else {
            self.try_clone().ok()
        }
    }

    /// The message that `input`, which is wrong somewhere, leads to in the slow loop.
    fn message_for(self, mut input: &[u8]) -> *mut c_char {
        let stream = if self.fresh {
            Self::new(self.window_bits)
        } else {
            Ok(self)
        };
        let Ok(mut stream) = stream else {
            return ptr::null_mut();
        };
        let mut room = [MaybeUninit::uninit(); FAST_OUTPUT - 1];
        loop {
            let step = stream.step(input, &mut room, InflateFlush::SyncFlush);
            let progress = step.consumed > 0 || !step.written.is_empty();
            input = &input[step.consumed..];
            if step.code != ReturnCode::Ok || !progress {
                return stream.raw.stream.msg;
            }
        }
    }

    /// Supplies the dictionary that the stream was compressed with: when a step has returned
    /// `NeedDict`, or for a raw stream at any time. Fails with `DataError` when it is another one
    /// than the stream names, with `StreamError` when none is wanted.
    pub fn set_dictionary(&mut self, dictionary: &[u8]) -> Result<(), ReturnCode> {
        self.fresh = false;
        let stream = self.raw.live().ok_or(ReturnCode::StreamError)?;
        success(inflate::set_dictionary(stream, dictionary))
    }

    /// A copy in the same state; both go on independently. Fails with `MemError`, and with
    /// `StreamError` after [`end`](Self::end).
    pub fn try_clone(&mut self) -> Result<Self, ReturnCode> {
        Ok(Self {
            raw: self.raw.try_clone()?,
            window_bits: self.window_bits,
            fresh: self.fresh,
        })
    }

    /// Ends the stream and gives its memory up: to the next decompressor (four streams are kept,
    /// 48 KiB each), else to the allocator.
    pub fn end(&mut self) {
        let message = self.raw.stream.msg;
        let raw = mem::take(&mut self.raw);
        self.raw.stream.msg = message;
        if raw.is_live() {
            drop(IDLE.put(raw));
        }
    }

    /// The message of the last failed call, also after [`end`](Self::end).
    pub fn message(&self) -> Option<&'static str> {
        stream::message(&self.raw.stream)
    }
}

impl Drop for Inflate {
    fn drop(&mut self) {
        self.end();
    }
}

/// With less input, or less room, zlib-rs does not enter its fast loop.
const FAST_INPUT: usize = 15;
const FAST_OUTPUT: usize = 260;

/// Streams for the next users.
static IDLE: Pool<Raw, 4> = Pool::new();

/// The stream as zlib-rs knows it; owns its state.
#[derive(Default)]
struct Raw {
    stream: z_stream,
}

// SAFETY: the only pointers in an unlent stream are to the state, which it owns alone, and to
// static strings; zlib-rs declares its own view of the same data, `InflateStream`, `Send`.
unsafe impl Send for Raw {}

// SAFETY: a shared `Raw` gives access to nothing but its plain fields.
unsafe impl Sync for Raw {}

impl std::fmt::Debug for Raw {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Raw")
            .field("live", &self.is_live())
            .finish()
    }
}

impl Raw {
    fn new(config: InflateConfig) -> Result<Self, ReturnCode> {
        let mut stream = z_stream::default();
        success(inflate::init(&mut stream, config))?;
        stream::take_back(&mut stream);
        Ok(Self { stream })
    }

    fn restarted(mut self, config: InflateConfig) -> Result<Self, ReturnCode> {
        let stream = self.live().ok_or(ReturnCode::StreamError)?;
        match inflate::reset_with_config(stream, config) {
            ReturnCode::Ok => Ok(self),
            refused => {
                drop(IDLE.put(self));
                Err(refused)
            }
        }
    }

    fn try_clone(&mut self) -> Result<Self, ReturnCode> {
        let mut copy: MaybeUninit<InflateStream<'_>> = MaybeUninit::uninit();
        let source = self.live().ok_or(ReturnCode::StreamError)?;
        // SAFETY: the source was set up by zlib-rs, and `take_back` left it with buffers that are
        // empty and not null; the target is large enough by its type.
        success(unsafe { inflate::copy(&mut copy, source) })?;
        // SAFETY: `copy` returned `Ok`, so it has written the whole of its target, whose layout
        // is that of `z_stream` (zlib-rs asserts it), with a state of its own.
        let stream = unsafe { copy.as_ptr().cast::<z_stream>().read() };
        Ok(Self { stream })
    }

    fn is_live(&self) -> bool {
        !self.stream.state.is_null()
    }

    fn live(&mut self) -> Option<&mut InflateStream<'_>> {
        live(&mut self.stream)
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        if let Some(stream) = self.live() {
            inflate::end(stream);
        }
    }
}

/// zlib-rs' view of a stream that has not been ended.
fn live(stream: &mut z_stream) -> Option<&mut InflateStream<'_>> {
    // SAFETY: every `z_stream` in this file was set up by `inflate::init` or `inflate::copy`, or
    // is a default one, whose null state gives `None`; the exclusive borrow is passed on.
    unsafe { InflateStream::from_stream_mut(stream) }
}

fn success(code: ReturnCode) -> Result<(), ReturnCode> {
    match code {
        ReturnCode::Ok => Ok(()),
        failure => Err(failure),
    }
}
