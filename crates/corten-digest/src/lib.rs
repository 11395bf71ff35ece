//! The hash functions of `hashlib`, by name, and what Python's hash objects have in common.
//!
//! [`Algorithm`], [`Hasher`], [`Digest`] and the [`engines`] know no Python, neither do [`Hmac`] and
//! the functions that derive keys from passwords, [`pbkdf2()`] and [`scrypt()`]. [`HashState`] is the
//! payload of a hash object: any [`Engine`], used by one thread at a time. [`hash_class!`] declares
//! whole classes.
#![forbid(unsafe_code)]

mod algorithm;
mod blocks;
mod class;
mod compare;
pub mod engines;
mod hasher;
mod hmac;
mod keyed;
mod object;
mod pbkdf2;
mod scrypt;
mod sponge;

pub use algorithm::Algorithm;
pub use compare::compare_digest;
pub use hasher::{Digest, Engine, Hasher, MAX_BLOCK_SIZE, MAX_DIGEST_SIZE};
pub use hmac::{Hmac, HmacKey};
pub use object::{
    Given, HashData, HashState, LONG, absorb, data_of, hex, sequence_of, squeezed, squeezed_hex,
};
pub use pbkdf2::pbkdf2;
pub use scrypt::{ScryptCost, ScryptRefusal, scrypt};

#[cfg(test)]
mod tests {
    pub(crate) fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
