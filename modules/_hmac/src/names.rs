//! The names of hash functions.

use corten_digest::Algorithm;

/// The hash function called `name`, in `hashlib` or here. As in C, the name ends where a null
/// character is.
pub(crate) fn find(name: &str) -> Option<Algorithm> {
    Some(match name.split('\0').next()? {
        "md5" => Algorithm::Md5,
        "sha1" => Algorithm::Sha1,
        "sha2_224" | "sha224" => Algorithm::Sha224,
        "sha2_256" | "sha256" => Algorithm::Sha256,
        "sha2_384" | "sha384" => Algorithm::Sha384,
        "sha2_512" | "sha512" => Algorithm::Sha512,
        "sha3_224" => Algorithm::Sha3_224,
        "sha3_256" => Algorithm::Sha3_256,
        "sha3_384" => Algorithm::Sha3_384,
        "sha3_512" => Algorithm::Sha3_512,
        "blake2s_32" | "blake2s" => Algorithm::Blake2s,
        "blake2b_32" | "blake2b" => Algorithm::Blake2b,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_names_of_each_function() {
        for (name, algorithm) in [
            ("sha2_256", Algorithm::Sha256),
            ("sha256", Algorithm::Sha256),
            ("blake2b_32", Algorithm::Blake2b),
            ("blake2b", Algorithm::Blake2b),
            ("md5\0rest", Algorithm::Md5),
        ] {
            assert_eq!(find(name), Some(algorithm), "{name}");
        }
        for name in ["SHA256", "shake_128", "sha512_256", ""] {
            assert_eq!(find(name), None, "{name}");
        }
    }
}
