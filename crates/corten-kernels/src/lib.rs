//! What hash functions do with their blocks, as fast as the processor allows, with a safe face; and a hint for
//! those who search in large tables.
//!
//! MD5 is portable. SHA-256, SHA-512 and Keccak have kernels of their own for x86-64 processors with
//! AVX2 and BMI; elsewhere, and where the processor has instructions for the very function, the
//! RustCrypto crates do it. What is used is chosen at run time: `kernels` lists what this processor
//! can run.

pub mod keccak;
pub mod md5;
pub mod prefetch;
pub mod sha256;
pub mod sha512;

/// A name for measurements, and the function.
pub type Kernel<F> = (&'static str, F);
