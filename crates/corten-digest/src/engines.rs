//! The hash functions, each of them a type.

use digest::{FixedOutput, Update};

use crate::{Algorithm, Digest, Engine};

pub use crate::blocks::{Md5, Sha224, Sha256, Sha384, Sha512, Sha512_224, Sha512_256};
pub use crate::sponge::{Sha3_224, Sha3_256, Sha3_384, Sha3_512, Shake128, Shake256};

/// SHA-1 (FIPS 180-4).
pub type Sha1 = Fixed<sha1::Sha1>;
/// RIPEMD-160.
pub type Ripemd160 = Fixed<ripemd::Ripemd160>;
/// SM3 (GB/T 32905-2016).
pub type Sm3 = Fixed<sm3::Sm3>;

/// A hash function of a crate, with digests of fixed length.
#[derive(Clone, Default)]
pub struct Fixed<H>(H);

impl<H: FixedOutput + Update + Clone + Send> Engine for Fixed<H> {
    #[inline]
    fn update(&mut self, data: &[u8]) {
        self.0.update(data);
    }

    #[inline]
    fn digest(&self) -> Digest {
        Digest::new_with(H::output_size(), |out| {
            out.copy_from_slice(&self.0.clone().finalize_fixed());
        })
    }
}

/// MD5 and SHA-1 of the same data, one digest behind the other (TLS before 1.2).
#[derive(Clone, Default)]
pub struct Md5Sha1(Md5, Sha1);

impl Engine for Md5Sha1 {
    fn update(&mut self, data: &[u8]) {
        self.0.update(data);
        self.1.update(data);
    }

    fn digest(&self) -> Digest {
        Digest::new_with(Algorithm::Md5Sha1.digest_size(), |out| {
            let (first, second) = out.split_at_mut(Algorithm::Md5.digest_size());
            first.copy_from_slice(&self.0.digest());
            second.copy_from_slice(&self.1.digest());
        })
    }
}

macro_rules! engine_of_blake {
    ($state:ty) => {
        impl Engine for $state {
            #[inline]
            fn update(&mut self, data: &[u8]) {
                self.update(data);
            }

            #[inline]
            fn digest(&self) -> Digest {
                let hash = self.finalize();
                let bytes = hash.as_bytes();
                Digest::new_with(bytes.len(), |out| out.copy_from_slice(bytes))
            }
        }
    };
}

engine_of_blake!(blake2b_simd::State);
engine_of_blake!(blake2s_simd::State);
