//! Hash functions at work.

use std::ops::Deref;

use crate::Algorithm;
use crate::engines::{
    Md5, Md5Sha1, Ripemd160, Sha1, Sha3_224, Sha3_256, Sha3_384, Sha3_512, Sha224, Sha256, Sha384,
    Sha512, Sha512_224, Sha512_256, Shake128, Shake256, Sm3,
};

/// The size of the longest digest of fixed length, in bytes.
pub const MAX_DIGEST_SIZE: usize = 64;

/// The size of the longest block, in bytes.
pub const MAX_BLOCK_SIZE: usize = 168;

/// What a hash object does: takes data, and gives a digest of them at any time.
pub trait Engine: Clone + Send {
    /// Takes more data.
    fn update(&mut self, data: &[u8]);

    /// The digest of all data so far. Those of extendable-output functions are empty.
    fn digest(&self) -> Digest;
}

/// A digest of fixed length.
#[derive(Clone, Copy, Debug)]
pub struct Digest {
    bytes: [u8; MAX_DIGEST_SIZE],
    len: usize,
}

impl Digest {
    /// A digest of `len` bytes, which `write` sets.
    ///
    /// # Panics
    ///
    /// When that is more than [`MAX_DIGEST_SIZE`].
    #[inline]
    pub fn new_with(len: usize, write: impl FnOnce(&mut [u8])) -> Self {
        let mut bytes = [0; MAX_DIGEST_SIZE];
        write(&mut bytes[..len]);
        Self { bytes, len }
    }
}

impl Deref for Digest {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

/// A hash function at work on one stream of data, whichever it is.
#[derive(Clone)]
pub struct Hasher {
    algorithm: Algorithm,
    state: State,
}

/// The state of each hash function.
#[derive(Clone)]
enum State {
    Md5(Md5),
    Md5Sha1(Md5Sha1),
    Sha1(Sha1),
    Sha224(Sha224),
    Sha256(Sha256),
    Sha384(Sha384),
    Sha512(Sha512),
    Sha512_224(Sha512_224),
    Sha512_256(Sha512_256),
    Sha3_224(Sha3_224),
    Sha3_256(Sha3_256),
    Sha3_384(Sha3_384),
    Sha3_512(Sha3_512),
    Shake128(Shake128),
    Shake256(Shake256),
    Blake2b(blake2b_simd::State),
    Blake2s(blake2s_simd::State),
    Ripemd160(Ripemd160),
    Sm3(Sm3),
}

/// Evaluates an expression for the engine inside a state, whichever it is.
macro_rules! with_engine {
    ($state:expr, $engine:ident => $result:expr) => {
        match $state {
            State::Md5($engine) => $result,
            State::Md5Sha1($engine) => $result,
            State::Sha1($engine) => $result,
            State::Sha224($engine) => $result,
            State::Sha256($engine) => $result,
            State::Sha384($engine) => $result,
            State::Sha512($engine) => $result,
            State::Sha512_224($engine) => $result,
            State::Sha512_256($engine) => $result,
            State::Sha3_224($engine) => $result,
            State::Sha3_256($engine) => $result,
            State::Sha3_384($engine) => $result,
            State::Sha3_512($engine) => $result,
            State::Shake128($engine) => $result,
            State::Shake256($engine) => $result,
            State::Blake2b($engine) => $result,
            State::Blake2s($engine) => $result,
            State::Ripemd160($engine) => $result,
            State::Sm3($engine) => $result,
        }
    };
}

impl Hasher {
    /// A hash function at the beginning.
    #[must_use]
    pub fn new(algorithm: Algorithm) -> Self {
        let state = match algorithm {
            Algorithm::Md5 => State::Md5(Default::default()),
            Algorithm::Md5Sha1 => State::Md5Sha1(Default::default()),
            Algorithm::Sha1 => State::Sha1(Default::default()),
            Algorithm::Sha224 => State::Sha224(Default::default()),
            Algorithm::Sha256 => State::Sha256(Default::default()),
            Algorithm::Sha384 => State::Sha384(Default::default()),
            Algorithm::Sha512 => State::Sha512(Default::default()),
            Algorithm::Sha512_224 => State::Sha512_224(Default::default()),
            Algorithm::Sha512_256 => State::Sha512_256(Default::default()),
            Algorithm::Sha3_224 => State::Sha3_224(Default::default()),
            Algorithm::Sha3_256 => State::Sha3_256(Default::default()),
            Algorithm::Sha3_384 => State::Sha3_384(Default::default()),
            Algorithm::Sha3_512 => State::Sha3_512(Default::default()),
            Algorithm::Shake128 => State::Shake128(Default::default()),
            Algorithm::Shake256 => State::Shake256(Default::default()),
            Algorithm::Blake2b => State::Blake2b(blake2b_simd::State::new()),
            Algorithm::Blake2s => State::Blake2s(blake2s_simd::State::new()),
            Algorithm::Ripemd160 => State::Ripemd160(Default::default()),
            Algorithm::Sm3 => State::Sm3(Default::default()),
        };
        Self { algorithm, state }
    }

    /// Which hash function it is.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Has `work` done with the engine itself, which is not asked at every step what it is.
    pub(crate) fn work<W: Work>(self, work: W) -> W::Result {
        with_engine!(self.state, engine => work.with(engine))
    }

    /// Fills `out` with the beginning of the output of an extendable-output function. Others leave
    /// it as it is.
    pub fn squeeze(&self, out: &mut [u8]) {
        match &self.state {
            State::Shake128(engine) => engine.squeeze(out),
            State::Shake256(engine) => engine.squeeze(out),
            _ => {}
        }
    }
}

/// Work for an engine of any type.
pub(crate) trait Work {
    /// What it comes to.
    type Result;

    /// Does it.
    fn with<E: Engine>(self, engine: E) -> Self::Result;
}

impl Engine for Hasher {
    #[inline]
    fn update(&mut self, data: &[u8]) {
        with_engine!(&mut self.state, engine => Engine::update(engine, data));
    }

    #[inline]
    fn digest(&self) -> Digest {
        with_engine!(&self.state, engine => engine.digest())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn digest_of(algorithm: Algorithm, pieces: &[&[u8]]) -> String {
        let mut hasher = Hasher::new(algorithm);
        for piece in pieces {
            hasher.update(piece);
        }
        let mut bytes = hasher.digest().to_vec();
        assert_eq!(bytes.len(), algorithm.digest_size());
        if algorithm.is_xof() {
            bytes = vec![0; 32];
            hasher.squeeze(&mut bytes);
        }
        hex(&bytes)
    }

    /// The digests of "abc" in the standards of each function.
    const ABC: &[(Algorithm, &str)] = &[
        (Algorithm::Md5, "900150983cd24fb0d6963f7d28e17f72"),
        (
            Algorithm::Md5Sha1,
            "900150983cd24fb0d6963f7d28e17f72a9993e364706816aba3e25717850c26c9cd0d89d",
        ),
        (Algorithm::Sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (
            Algorithm::Sha256,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        ),
        (
            Algorithm::Sha3_256,
            "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532",
        ),
        (
            Algorithm::Blake2s,
            "508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982",
        ),
        (
            Algorithm::Ripemd160,
            "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc",
        ),
        (
            Algorithm::Sm3,
            "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
        ),
        (
            Algorithm::Shake128,
            "5881092dd818bf5cf8a3ddb793fbcba74097d5c526a6d35f97b83351940f2cc8",
        ),
    ];

    #[test]
    fn known_digests() {
        for &(algorithm, expected) in ABC {
            assert_eq!(digest_of(algorithm, &[b"abc"]), expected, "{algorithm:?}");
            assert_eq!(digest_of(algorithm, &[b"a", b"", b"bc"]), expected);
        }
    }
}
