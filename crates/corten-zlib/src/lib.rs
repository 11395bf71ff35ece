//! Deflate and inflate streams (RFC 1950, 1951, 1952) on zlib-rs, with a safe face.
//!
//! zlib-rs' own safe types panic when their state cannot be allocated and cannot be copied.
//! These can: [`Deflate::new`] and [`Inflate::new`] return [`ReturnCode::MemError`], and
//! `try_clone` copies a stream at any moment. Every step tells how much it consumed and produced,
//! and the codes and messages are those of `zlib.h`.
//!
//! Setting a stream up costs far more than compressing a few bytes with it (384 KiB are cleared
//! for a compressor), so a few finished streams are kept for the next user; see [`Deflate::end`].

mod deflate;
mod inflate;
mod pool;
mod stream;

pub use deflate::{Deflate, DeflateOptions};
pub use inflate::Inflate;
pub use stream::Step;
pub use zlib_rs::adler32::{adler32, adler32_combine};
pub use zlib_rs::crc32::crc32_combine;
pub use zlib_rs::{DeflateFlush, InflateFlush, ReturnCode};
