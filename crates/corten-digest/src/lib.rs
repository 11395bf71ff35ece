//! The hash functions of `hashlib`, by name, and what Python's hash objects have in common.
//!
//! [`Algorithm`], [`Hasher`], [`Digest`] and the [`engines`] know no Python. [`HashState`] is the
//! payload of a hash object: any [`Engine`], used by one thread at a time. [`hash_class!`] declares
//! whole classes.
#![forbid(unsafe_code)]

mod algorithm;
mod class;
pub mod engines;
mod hasher;
mod object;

pub use algorithm::Algorithm;
pub use hasher::{Digest, Engine, Hasher, MAX_BLOCK_SIZE, MAX_DIGEST_SIZE};
pub use object::{Given, HashData, HashState, LONG, hex, squeezed, squeezed_hex};
