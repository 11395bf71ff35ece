//! The names of hash functions, as OpenSSL and Python write them.

use corten_digest::Algorithm;

/// The hash function called `name`: one of Python's names, which are matched to the letter, or one of
/// OpenSSL's, in any case.
pub(crate) fn find(name: &str) -> Option<Algorithm> {
    find_python(name).or_else(|| find_openssl(name))
}

/// The functions with a constructor of their own, in the order of `_constructors`.
pub(crate) const WITH_CONSTRUCTOR: [Algorithm; 12] = [
    Algorithm::Md5,
    Algorithm::Sha1,
    Algorithm::Sha224,
    Algorithm::Sha256,
    Algorithm::Sha384,
    Algorithm::Sha512,
    Algorithm::Sha3_224,
    Algorithm::Sha3_256,
    Algorithm::Sha3_384,
    Algorithm::Sha3_512,
    Algorithm::Shake128,
    Algorithm::Shake256,
];

/// The functions without one.
pub(crate) const OTHERS: [Algorithm; 7] = [
    Algorithm::Sha512_224,
    Algorithm::Sha512_256,
    Algorithm::Blake2s,
    Algorithm::Blake2b,
    Algorithm::Md5Sha1,
    Algorithm::Ripemd160,
    Algorithm::Sm3,
];

/// Python's own names. `SHA512` and its like are found among OpenSSL's, where case does not matter.
fn find_python(name: &str) -> Option<Algorithm> {
    Some(match name {
        "sha256" => Algorithm::Sha256,
        "md5" => Algorithm::Md5,
        "sha1" => Algorithm::Sha1,
        "sha224" => Algorithm::Sha224,
        "sha384" => Algorithm::Sha384,
        "sha512" => Algorithm::Sha512,
        "sha512_224" | "SHA512_224" => Algorithm::Sha512_224,
        "sha512_256" | "SHA512_256" => Algorithm::Sha512_256,
        "sha3_224" => Algorithm::Sha3_224,
        "sha3_256" => Algorithm::Sha3_256,
        "sha3_384" => Algorithm::Sha3_384,
        "sha3_512" => Algorithm::Sha3_512,
        "shake_128" => Algorithm::Shake128,
        "shake_256" => Algorithm::Shake256,
        "blake2b" => Algorithm::Blake2b,
        "blake2s" => Algorithm::Blake2s,
        _ => return None,
    })
}

fn find_openssl(name: &str) -> Option<Algorithm> {
    let is_called = |names: &[&str]| names.iter().any(|n| n.eq_ignore_ascii_case(name));
    let (algorithm, _) = OPENSSL.iter().find(|(_, names)| is_called(names))?;
    Some(*algorithm)
}

/// The names in OpenSSL 3: its own, older ones, and the object identifier.
#[rustfmt::skip]
const OPENSSL: &[(Algorithm, &[&str])] = &[
    (Algorithm::Md5, &["MD5", "SSL3-MD5", "1.2.840.113549.2.5"]),
    (Algorithm::Md5Sha1, &["MD5-SHA1"]),
    (Algorithm::Sha1, &["SHA1", "SHA-1", "SSL3-SHA1", "1.3.14.3.2.26"]),
    (Algorithm::Sha224, &["SHA2-224", "SHA-224", "SHA224", "2.16.840.1.101.3.4.2.4"]),
    (Algorithm::Sha256, &["SHA2-256", "SHA-256", "SHA256", "2.16.840.1.101.3.4.2.1"]),
    (Algorithm::Sha384, &["SHA2-384", "SHA-384", "SHA384", "2.16.840.1.101.3.4.2.2"]),
    (Algorithm::Sha512, &["SHA2-512", "SHA-512", "SHA512", "2.16.840.1.101.3.4.2.3"]),
    (Algorithm::Sha512_224, &["SHA2-512/224", "SHA-512/224", "SHA512-224", "2.16.840.1.101.3.4.2.5"]),
    (Algorithm::Sha512_256, &["SHA2-512/256", "SHA-512/256", "SHA512-256", "2.16.840.1.101.3.4.2.6"]),
    (Algorithm::Sha3_224, &["SHA3-224", "2.16.840.1.101.3.4.2.7"]),
    (Algorithm::Sha3_256, &["SHA3-256", "2.16.840.1.101.3.4.2.8"]),
    (Algorithm::Sha3_384, &["SHA3-384", "2.16.840.1.101.3.4.2.9"]),
    (Algorithm::Sha3_512, &["SHA3-512", "2.16.840.1.101.3.4.2.10"]),
    (Algorithm::Shake128, &["SHAKE-128", "SHAKE128", "2.16.840.1.101.3.4.2.11"]),
    (Algorithm::Shake256, &["SHAKE-256", "SHAKE256", "2.16.840.1.101.3.4.2.12"]),
    (Algorithm::Blake2s, &["BLAKE2S-256", "BLAKE2s256", "1.3.6.1.4.1.1722.12.2.2.8"]),
    (Algorithm::Blake2b, &["BLAKE2B-512", "BLAKE2b512", "1.3.6.1.4.1.1722.12.2.1.16"]),
    (Algorithm::Sm3, &["SM3", "1.2.156.10197.1.401"]),
    (Algorithm::Ripemd160, &["RIPEMD-160", "RIPEMD160", "RIPEMD", "RMD160", "1.3.36.3.2.1"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_function_by_its_own_name() {
        for algorithm in WITH_CONSTRUCTOR.into_iter().chain(OTHERS) {
            assert_eq!(find(algorithm.name()), Some(algorithm));
        }
    }

    #[test]
    fn case_counts_for_python_only() {
        for (name, algorithm) in [
            ("Sha512", Algorithm::Sha512),
            ("SHA512_256", Algorithm::Sha512_256),
            ("sha-512/256", Algorithm::Sha512_256),
            ("BLAKE2B512", Algorithm::Blake2b),
            ("rmd160", Algorithm::Ripemd160),
            ("2.16.840.1.101.3.4.2.1", Algorithm::Sha256),
        ] {
            assert_eq!(find(name), Some(algorithm), "{name}");
        }
        for name in [
            "SHA3_256",
            "Sha512_256",
            "SHAKE_128",
            "BLAKE2B",
            "",
            "sha256 ",
        ] {
            assert_eq!(find(name), None, "{name}");
        }
    }
}
