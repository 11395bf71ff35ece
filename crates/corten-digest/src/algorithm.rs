//! Which hash functions there are.

/// A hash function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// MD5 (RFC 1321).
    Md5,
    /// MD5 and SHA-1 of the same data, one after the other (TLS before 1.2).
    Md5Sha1,
    /// SHA-1 (FIPS 180-4).
    Sha1,
    /// SHA-224 (FIPS 180-4).
    Sha224,
    /// SHA-256 (FIPS 180-4).
    Sha256,
    /// SHA-384 (FIPS 180-4).
    Sha384,
    /// SHA-512 (FIPS 180-4).
    Sha512,
    /// SHA-512/224 (FIPS 180-4).
    Sha512_224,
    /// SHA-512/256 (FIPS 180-4).
    Sha512_256,
    /// SHA3-224 (FIPS 202).
    Sha3_224,
    /// SHA3-256 (FIPS 202).
    Sha3_256,
    /// SHA3-384 (FIPS 202).
    Sha3_384,
    /// SHA3-512 (FIPS 202).
    Sha3_512,
    /// SHAKE128 (FIPS 202), with a digest of any length.
    Shake128,
    /// SHAKE256 (FIPS 202), with a digest of any length.
    Shake256,
    /// BLAKE2b with 64 bytes of digest (RFC 7693).
    Blake2b,
    /// BLAKE2s with 32 bytes of digest (RFC 7693).
    Blake2s,
    /// RIPEMD-160.
    Ripemd160,
    /// SM3 (GB/T 32905-2016).
    Sm3,
}

impl Algorithm {
    /// Its name in `hashlib`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Md5 => "md5",
            Self::Md5Sha1 => "md5-sha1",
            Self::Sha1 => "sha1",
            Self::Sha224 => "sha224",
            Self::Sha256 => "sha256",
            Self::Sha384 => "sha384",
            Self::Sha512 => "sha512",
            Self::Sha512_224 => "sha512_224",
            Self::Sha512_256 => "sha512_256",
            Self::Sha3_224 => "sha3_224",
            Self::Sha3_256 => "sha3_256",
            Self::Sha3_384 => "sha3_384",
            Self::Sha3_512 => "sha3_512",
            Self::Shake128 => "shake_128",
            Self::Shake256 => "shake_256",
            Self::Blake2b => "blake2b",
            Self::Blake2s => "blake2s",
            Self::Ripemd160 => "ripemd160",
            Self::Sm3 => "sm3",
        }
    }

    /// The size of the blocks it works on, in bytes.
    #[must_use]
    pub const fn block_size(self) -> usize {
        match self {
            Self::Md5 | Self::Md5Sha1 | Self::Sha1 | Self::Sha224 | Self::Sha256 => 64,
            Self::Blake2s | Self::Ripemd160 | Self::Sm3 => 64,
            Self::Sha384 | Self::Sha512 | Self::Sha512_224 | Self::Sha512_256 | Self::Blake2b => {
                128
            }
            Self::Sha3_224 => 144,
            Self::Sha3_256 | Self::Shake256 => 136,
            Self::Sha3_384 => 104,
            Self::Sha3_512 => 72,
            Self::Shake128 => 168,
        }
    }

    /// The size of its digest, in bytes; 0 if that is the caller's choice.
    #[must_use]
    pub const fn digest_size(self) -> usize {
        match self {
            Self::Shake128 | Self::Shake256 => 0,
            Self::Md5 => 16,
            Self::Sha1 | Self::Ripemd160 => 20,
            Self::Sha224 | Self::Sha512_224 | Self::Sha3_224 => 28,
            Self::Sha256 | Self::Sha512_256 | Self::Sha3_256 | Self::Blake2s | Self::Sm3 => 32,
            Self::Md5Sha1 => 36,
            Self::Sha384 | Self::Sha3_384 => 48,
            Self::Sha512 | Self::Sha3_512 | Self::Blake2b => 64,
        }
    }

    /// Whether its digest has any length (an extendable-output function).
    #[must_use]
    pub const fn is_xof(self) -> bool {
        self.digest_size() == 0
    }
}
