//! Encoders that take data in pieces of any size.
//!
//! The choices are those of liblzma, for every option and preset, so the streams are the same.

mod compare;
mod fast;
mod hashes;
mod length;
mod lzma;
mod lzma2;
mod normal;
mod price;
mod range;
mod raw;
mod stream;
mod window;

pub(crate) use stream::Encoder;

use super::{Error, Status};
