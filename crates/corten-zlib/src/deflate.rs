//! Compression streams.

use std::mem::{self, MaybeUninit};

use zlib_rs::c_api::z_stream;
use zlib_rs::deflate::{self, DeflateStream};
use zlib_rs::{DeflateConfig, DeflateFlush, Method, ReturnCode, Strategy};

use crate::pool::Pool;
use crate::stream::{self, Step};

/// The arguments of `deflateInit2` in `zlib.h`, unchecked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeflateOptions {
    /// 0 (stored) to 9 (smallest); -1 stands for 6.
    pub level: i32,
    /// 8, "deflated", is the only one.
    pub method: i32,
    /// Logarithm of the window's size and the container: -15 to -9 raw, 8 to 15 zlib (8 is taken
    /// as 9), 25 to 31 gzip.
    pub window_bits: i32,
    /// 1 (least memory) to 9 (fastest).
    pub mem_level: i32,
    /// 0 default, 1 filtered, 2 Huffman only, 3 run lengths, 4 fixed codes.
    pub strategy: i32,
}

/// A compressor.
///
/// After [`end`](Self::end) every call fails with [`ReturnCode::StreamError`].
#[derive(Debug)]
pub struct Deflate {
    raw: Raw,
    /// Whether a reset brings the stream back to how [`new`](Self::new) makes it. zlib-rs does not
    /// reset the block that its level 1 may have left open in the middle of a stream.
    resettable: bool,
}

impl Deflate {
    /// A compressor for one stream. Fails with `StreamError` when an option is out of range and
    /// with `MemError` when its memory (up to 0.5 MiB) cannot be had.
    pub fn new(options: &DeflateOptions) -> Result<Self, ReturnCode> {
        let config = config(options).ok_or(ReturnCode::StreamError)?;
        let shape = Shape {
            window_bits: options.window_bits,
            mem_level: options.mem_level,
        };
        let raw = match IDLE.take(|idle| idle.shape == shape) {
            Some(idle) => idle.restarted(&config)?,
            None => Raw::new(shape, config)?,
        };
        Ok(Self {
            raw,
            resettable: true,
        })
    }

    /// Compresses `input` into `output` as far as both reach.
    ///
    /// A flush is complete when the step leaves room in `output`; until then it must be asked for
    /// again. At most 4 GiB - 1 of the input and of the output are used in one step.
    pub fn step<'o>(
        &mut self,
        input: &[u8],
        output: &'o mut [MaybeUninit<u8>],
        flush: DeflateFlush,
    ) -> Step<'o> {
        // SAFETY: `deflate` keeps to the contract of `lend`; without a live stream nothing is used.
        let step = unsafe {
            stream::lend(&mut self.raw.stream, input, output, |stream| {
                match live(stream) {
                    Some(live) => deflate::deflate(live, flush),
                    None => ReturnCode::StreamError,
                }
            })
        };
        self.resettable = step.code == ReturnCode::StreamEnd;
        step
    }

    /// Makes `dictionary` the data that the stream can refer back to (RFC 1950, section 2.2).
    /// Fails with `StreamError` for gzip, and once the stream has begun.
    pub fn set_dictionary(&mut self, dictionary: &[u8]) -> Result<(), ReturnCode> {
        let stream = self.raw.live().ok_or(ReturnCode::StreamError)?;
        success(deflate::set_dictionary(stream, dictionary))
    }

    /// A copy in the same state; both go on independently. Fails with `MemError`, and with
    /// `StreamError` after [`end`](Self::end).
    pub fn try_clone(&mut self) -> Result<Self, ReturnCode> {
        Ok(Self {
            raw: self.raw.try_clone()?,
            resettable: self.resettable,
        })
    }

    /// Ends the stream and gives its memory up: to the next compressor where it can be reused (two
    /// such streams are kept, 0.4 MiB each at the default settings), else to the allocator.
    pub fn end(&mut self) {
        let message = self.raw.stream.msg;
        let raw = mem::take(&mut self.raw);
        self.raw.stream.msg = message;
        if self.resettable && raw.is_live() {
            drop(IDLE.put(raw));
        }
    }

    /// The message of the last failed call, also after [`end`](Self::end).
    pub fn message(&self) -> Option<&'static str> {
        stream::message(&self.raw.stream)
    }
}

impl Drop for Deflate {
    fn drop(&mut self) {
        self.end();
    }
}

/// Streams that can be reset for a new user.
static IDLE: Pool<Raw, 2> = Pool::new();

/// What decides the layout of a stream's memory and its container, which a reset leaves alone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Shape {
    window_bits: i32,
    mem_level: i32,
}

/// The stream as zlib-rs knows it; owns its state.
#[derive(Default)]
struct Raw {
    stream: z_stream,
    shape: Shape,
}

// SAFETY: the only pointers in an unlent stream are to the state, which it owns alone, and to
// static strings; zlib-rs declares its own view of the same data, `DeflateStream`, `Send`.
unsafe impl Send for Raw {}

// SAFETY: a shared `Raw` gives access to nothing but its plain fields.
unsafe impl Sync for Raw {}

impl std::fmt::Debug for Raw {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Raw")
            .field("shape", &self.shape)
            .field("live", &self.is_live())
            .finish()
    }
}

impl Raw {
    fn new(shape: Shape, config: DeflateConfig) -> Result<Self, ReturnCode> {
        let mut stream = z_stream::default();
        success(deflate::init(&mut stream, config))?;
        stream::take_back(&mut stream);
        Ok(Self { stream, shape })
    }

    fn restarted(mut self, config: &DeflateConfig) -> Result<Self, ReturnCode> {
        let stream = self.live().ok_or(ReturnCode::StreamError)?;
        success(deflate::reset(stream))?;
        match deflate::params(stream, config.level, config.strategy) {
            ReturnCode::Ok => Ok(self),
            refused => {
                drop(IDLE.put(self));
                Err(refused)
            }
        }
    }

    fn try_clone(&mut self) -> Result<Self, ReturnCode> {
        let mut copy: MaybeUninit<DeflateStream<'_>> = MaybeUninit::uninit();
        let source = self.live().ok_or(ReturnCode::StreamError)?;
        success(deflate::copy(&mut copy, source))?;
        // SAFETY: `copy` returned `Ok`, so it has written the whole of its target, whose layout
        // is that of `z_stream` (zlib-rs asserts it), with a state of its own.
        let stream = unsafe { copy.as_ptr().cast::<z_stream>().read() };
        Ok(Self {
            stream,
            shape: self.shape,
        })
    }

    fn is_live(&self) -> bool {
        !self.stream.state.is_null()
    }

    fn live(&mut self) -> Option<&mut DeflateStream<'_>> {
        live(&mut self.stream)
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        if let Some(stream) = self.live() {
            // Tells whether the stream was complete; the memory is freed either way.
            let _ = deflate::end(stream);
        }
    }
}

/// zlib-rs' view of a stream that has not been ended.
fn live(stream: &mut z_stream) -> Option<&mut DeflateStream<'_>> {
    // SAFETY: every `z_stream` in this file was set up by `deflate::init` or `deflate::copy`, or
    // is a default one, whose null state gives `None`; the exclusive borrow is passed on.
    unsafe { DeflateStream::from_stream_mut(stream) }
}

fn config(options: &DeflateOptions) -> Option<DeflateConfig> {
    Some(DeflateConfig {
        level: options.level,
        method: Method::try_from(options.method).ok()?,
        window_bits: options.window_bits,
        mem_level: options.mem_level,
        strategy: Strategy::try_from(options.strategy).ok()?,
    })
}

fn success(code: ReturnCode) -> Result<(), ReturnCode> {
    match code {
        ReturnCode::Ok => Ok(()),
        failure => Err(failure),
    }
}
