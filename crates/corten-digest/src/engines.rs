//! The hash functions, each of them a type.

use digest::{ExtendableOutput, FixedOutput, Update, XofReader};

use crate::{Algorithm, Digest, Engine};

/// MD5 (RFC 1321).
pub type Md5 = Fixed<md5::Md5>;
/// SHA-1 (FIPS 180-4).
pub type Sha1 = Fixed<sha1::Sha1>;
/// SHA-224 (FIPS 180-4).
pub type Sha224 = Fixed<sha2::Sha224>;
/// SHA-256 (FIPS 180-4).
pub type Sha256 = Fixed<sha2::Sha256>;
/// SHA-384 (FIPS 180-4).
pub type Sha384 = Fixed<sha2::Sha384>;
/// SHA-512 (FIPS 180-4).
pub type Sha512 = Fixed<sha2::Sha512>;
/// SHA-512/224 (FIPS 180-4).
pub type Sha512_224 = Fixed<sha2::Sha512_224>;
/// SHA-512/256 (FIPS 180-4).
pub type Sha512_256 = Fixed<sha2::Sha512_256>;
/// SHA3-224 (FIPS 202).
pub type Sha3_224 = Fixed<sha3::Sha3_224>;
/// SHA3-256 (FIPS 202).
pub type Sha3_256 = Fixed<sha3::Sha3_256>;
/// SHA3-384 (FIPS 202).
pub type Sha3_384 = Fixed<sha3::Sha3_384>;
/// SHA3-512 (FIPS 202).
pub type Sha3_512 = Fixed<sha3::Sha3_512>;
/// SHAKE128 (FIPS 202).
pub type Shake128 = Extendable<shake::Shake128>;
/// SHAKE256 (FIPS 202).
pub type Shake256 = Extendable<shake::Shake256>;
/// RIPEMD-160.
pub type Ripemd160 = Fixed<ripemd::Ripemd160>;
/// SM3 (GB/T 32905-2016).
pub type Sm3 = Fixed<sm3::Sm3>;

/// A hash function with digests of fixed length.
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

/// An extendable-output function: a hash function with digests of any length.
#[derive(Clone, Default)]
pub struct Extendable<H>(H);

impl<H: ExtendableOutput + Update + Clone + Send> Engine for Extendable<H> {
    #[inline]
    fn update(&mut self, data: &[u8]) {
        self.0.update(data);
    }

    #[inline]
    fn digest(&self) -> Digest {
        Digest::new_with(0, |_| {})
    }
}

impl<H: ExtendableOutput + Clone> Extendable<H> {
    /// Fills `out` with the beginning of the output.
    pub fn squeeze(&self, out: &mut [u8]) {
        self.0.clone().finalize_xof().read(out);
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
