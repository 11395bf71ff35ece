//! HMAC (RFC 2104), with any hash function that has digests of fixed length.

use crate::hasher::Work;
use crate::{Algorithm, Digest, Engine, Hasher, MAX_BLOCK_SIZE};

/// A key, and the hash function that it is for.
#[derive(Clone)]
pub struct HmacKey {
    algorithm: Algorithm,
    /// One block of the hash function, the rest zero: longer keys stand for their digest.
    block: [u8; MAX_BLOCK_SIZE],
}

impl HmacKey {
    /// The key `key`; none for an extendable-output function, whose digests do not fit HMAC.
    #[inline]
    #[must_use]
    pub fn new(algorithm: Algorithm, key: &[u8]) -> Option<Self> {
        if algorithm.is_xof() {
            return None;
        }
        let mut block = [0; MAX_BLOCK_SIZE];
        if key.len() <= algorithm.block_size() {
            block[..key.len()].copy_from_slice(key);
        } else {
            let mut hasher = Hasher::new(algorithm);
            hasher.update(key);
            let digest = hasher.digest();
            block[..digest.len()].copy_from_slice(&digest);
        }
        Some(Self { algorithm, block })
    }

    /// The hash function.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// A code before its message.
    #[must_use]
    pub fn begin(&self) -> Hmac<Hasher> {
        Hmac::new(&Hasher::new(self.algorithm), self)
    }

    /// The code of a whole message.
    #[must_use]
    pub fn code_of(&self, message: &[u8]) -> Digest {
        let key = self;
        Hasher::new(self.algorithm).work(OneShot { key, message })
    }
}

/// The code of a whole message, to be made with any engine.
struct OneShot<'a> {
    key: &'a HmacKey,
    message: &'a [u8],
}

impl Work for OneShot<'_> {
    type Result = Digest;

    #[inline]
    fn with<E: Engine>(self, engine: E) -> Digest {
        Hmac::new(&engine, self.key).code_of(self.message)
    }
}

/// A message authentication code at work on one message.
///
/// Both hash functions have taken the key, so that a clone begins another message with the same key at
/// no cost.
#[derive(Clone)]
pub struct Hmac<E> {
    inner: E,
    outer: E,
}

impl<E: Engine> Hmac<E> {
    /// The code with `key` before its message; `start` is the key's hash function at the beginning.
    #[inline]
    pub(crate) fn new(start: &E, key: &HmacKey) -> Self {
        let keyed = |pad: u8| {
            let mut engine = start.clone();
            let block = key.block.map(|byte| byte ^ pad);
            engine.update(&block[..key.algorithm.block_size()]);
            engine
        };
        Self {
            inner: keyed(0x36),
            outer: keyed(0x5c),
        }
    }

    /// The code of the message so far and `rest`.
    #[inline]
    pub(crate) fn code_of(&self, rest: &[u8]) -> Digest {
        let mut code = self.clone();
        code.update(rest);
        code.digest()
    }
}

impl<E: Engine> Engine for Hmac<E> {
    #[inline]
    fn update(&mut self, data: &[u8]) {
        self.inner.update(data);
    }

    #[inline]
    fn digest(&self) -> Digest {
        let mut outer = self.outer.clone();
        outer.update(&self.inner.digest());
        outer.digest()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::hex;

    /// RFC 2202 and RFC 4231: hash function, key, message, code.
    #[rustfmt::skip]
    const KNOWN: &[(Algorithm, &[u8], &[u8], &str)] = &[
        (Algorithm::Md5, &[0x0b; 16], b"Hi There", "9294727a3638bb1c13f48ef8158bfc9d"),
        (Algorithm::Md5, b"Jefe", b"what do ya want for nothing?", "750c783e6ab0b503eaa86e310a5db738"),
        (Algorithm::Md5, &[0xaa; 16], &[0xdd; 50], "56be34521d144c88dbb8c733f0e8b3f6"),
        (Algorithm::Md5, &COUNTING, &[0xcd; 50], "697eaf0aca3a3aea3a75164746ffaa79"),
        (Algorithm::Md5, &[0xaa; 80], b"Test Using Larger Than Block-Size Key - Hash Key First", "6b1ab7fe4bd7bf8f0b62e6ce61b9d0cd"),
        (Algorithm::Sha1, &[0x0b; 20], b"Hi There", "b617318655057264e28bc0b6fb378c8ef146be00"),
        (Algorithm::Sha1, b"Jefe", b"what do ya want for nothing?", "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
        (Algorithm::Sha1, &[0xaa; 20], &[0xdd; 50], "125d7342b9ac11cd91a39af48aa17b4f63f175d3"),
        (Algorithm::Sha1, &COUNTING, &[0xcd; 50], "4c9007f4026250c6bc8414f9bf50c86c2d7235da"),
        (Algorithm::Sha1, &[0xaa; 80], b"Test Using Larger Than Block-Size Key - Hash Key First", "aa4ae5e15272d00e95705637ce8a3b55ed402112"),
        (Algorithm::Sha224, &[0x0b; 20], b"Hi There", "896fb1128abbdf196832107cd49df33f47b4b1169912ba4f53684b22"),
        (Algorithm::Sha224, b"Jefe", b"what do ya want for nothing?", "a30e01098bc6dbbf45690f3a7e9e6d0f8bbea2a39e6148008fd05e44"),
        (Algorithm::Sha224, &[0xaa; 20], &[0xdd; 50], "7fb3cb3588c6c1f6ffa9694d7d6ad2649365b0c1f65d69d1ec8333ea"),
        (Algorithm::Sha224, &COUNTING, &[0xcd; 50], "6c11506874013cac6a2abc1bb382627cec6a90d86efc012de7afec5a"),
        (Algorithm::Sha224, &[0xaa; 131], b"Test Using Larger Than Block-Size Key - Hash Key First", "95e9a0db962095adaebe9b2d6f0dbce2d499f112f2d2b7273fa6870e"),
        (Algorithm::Sha256, &[0x0b; 20], b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        (Algorithm::Sha256, b"Jefe", b"what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        (Algorithm::Sha256, &[0xaa; 20], &[0xdd; 50], "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
        (Algorithm::Sha256, &COUNTING, &[0xcd; 50], "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
        (Algorithm::Sha256, &[0xaa; 131], b"Test Using Larger Than Block-Size Key - Hash Key First", "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
        (Algorithm::Sha384, &[0x0b; 20], b"Hi There", "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f4af152e8b2fa9cb6"),
        (Algorithm::Sha384, b"Jefe", b"what do ya want for nothing?", "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649"),
        (Algorithm::Sha384, &[0xaa; 20], &[0xdd; 50], "88062608d3e6ad8a0aa2ace014c8a86f0aa635d947ac9febe83ef4e55966144b2a5ab39dc13814b94e3ab6e101a34f27"),
        (Algorithm::Sha384, &COUNTING, &[0xcd; 50], "3e8a69b7783c25851933ab6290af6ca77a9981480850009cc5577c6e1f573b4e6801dd23c4a7d679ccf8a386c674cffb"),
        (Algorithm::Sha384, &[0xaa; 131], b"Test Using Larger Than Block-Size Key - Hash Key First", "4ece084485813e9088d2c63a041bc5b44f9ef1012a2b588f3cd11f05033ac4c60c2ef6ab4030fe8296248df163f44952"),
        (Algorithm::Sha512, &[0x0b; 20], b"Hi There", "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854"),
        (Algorithm::Sha512, b"Jefe", b"what do ya want for nothing?", "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"),
        (Algorithm::Sha512, &[0xaa; 20], &[0xdd; 50], "fa73b0089d56a284efb0f0756c890be9b1b5dbdd8ee81a3655f83e33b2279d39bf3e848279a722c806b485a47e67c807b946a337bee8942674278859e13292fb"),
        (Algorithm::Sha512, &COUNTING, &[0xcd; 50], "b0ba465637458c6990e5a8c5f61d4af7e576d97ff94b872de76f8050361ee3dba91ca5c11aa25eb4d679275cc5788063a5f19741120c4f2de2adebeb10a298dd"),
        (Algorithm::Sha512, &[0xaa; 131], b"Test Using Larger Than Block-Size Key - Hash Key First", "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f3526b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598"),
    ];

    /// The RFCs' key of the bytes 1 to 25.
    const COUNTING: [u8; 25] = {
        let mut key = [0; 25];
        let mut index = 0;
        while index < key.len() {
            key[index] = index as u8 + 1;
            index += 1;
        }
        key
    };

    #[test]
    fn known_codes() {
        for &(algorithm, key, message, expected) in KNOWN {
            let key = HmacKey::new(algorithm, key).unwrap();
            let mut code = key.begin();
            let (first, second) = message.split_at(message.len() / 3);
            code.update(first);
            let begun = code.clone();
            code.update(second);
            assert_eq!(hex(&code.digest()), expected, "{algorithm:?}");
            assert_ne!(hex(&begun.digest()), expected);
            assert_eq!(hex(&key.code_of(message)), expected);
        }
    }

    #[test]
    fn only_functions_with_a_fixed_length() {
        assert!(HmacKey::new(Algorithm::Shake128, b"key").is_none());
        assert!(HmacKey::new(Algorithm::Md5Sha1, b"key").is_some());
    }
}
