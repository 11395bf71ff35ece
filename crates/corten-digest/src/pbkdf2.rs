//! PBKDF2 with HMAC (RFC 8018, section 5.2).

use crate::hasher::Work;
use crate::{Engine, Hasher, Hmac, HmacKey, MAX_DIGEST_SIZE};

/// Fills `key` with the key that is derived from a password and a salt.
///
/// `salted` is the password's code after the salt as its message: neither password nor salt is hashed
/// again for any of the `rounds`.
pub fn pbkdf2(password: &HmacKey, salted: &Hmac<Hasher>, rounds: u32, key: &mut [u8]) {
    Hasher::new(password.algorithm()).work(Pbkdf2 {
        password,
        salted,
        rounds,
        key,
    });
}

/// A key to be derived with any engine.
struct Pbkdf2<'a> {
    password: &'a HmacKey,
    salted: &'a Hmac<Hasher>,
    rounds: u32,
    key: &'a mut [u8],
}

impl Work for Pbkdf2<'_> {
    type Result = ();

    fn with<E: Engine>(self, engine: E) {
        let password = Hmac::new(&engine, self.password);
        let size = self.password.algorithm().digest_size();
        for (number, block) in (1_u32..).zip(self.key.chunks_mut(size)) {
            let mut last = self.salted.code_of(&number.to_be_bytes());
            let mut sum = [0; MAX_DIGEST_SIZE];
            xor(&mut sum, &last);
            for _ in 1..self.rounds {
                last = password.code_of(&last);
                xor(&mut sum, &last);
            }
            block.copy_from_slice(&sum[..block.len()]);
        }
    }
}

#[inline]
fn xor(sum: &mut [u8], term: &[u8]) {
    sum.iter_mut()
        .zip(term)
        .for_each(|(sum, term)| *sum ^= term);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Algorithm;

    /// RFC 6070, and RFC 7914, section 11: hash function, password, salt, rounds, key.
    #[rustfmt::skip]
    const KNOWN: &[(Algorithm, &str, &str, u32, &str)] = &[
        (Algorithm::Sha1, "password", "salt", 1, "0c60c80f961f0e71f3a9b524af6012062fe037a6"),
        (Algorithm::Sha1, "password", "salt", 2, "ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957"),
        (Algorithm::Sha1, "password", "salt", 4096, "4b007901b765489abead49d926f721d065a429c1"),
        (Algorithm::Sha1, "passwordPASSWORDpassword", "saltSALTsaltSALTsaltSALTsaltSALTsalt", 4096, "3d2eec4fe41c849b80c8d83662c0e44a8b291a964cf2f07038"),
        (Algorithm::Sha1, "pass\0word", "sa\0lt", 4096, "56fa6aa75548099dcc37d7f03425e0c3"),
        (Algorithm::Sha256, "passwd", "salt", 1, "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783"),
        (Algorithm::Sha256, "Password", "NaCl", 80000, "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56a1d425a1225833549adb841b51c9b3176a272bdebba1d078478f62b397f33c8d"),
    ];

    #[test]
    fn known_keys() {
        for &(algorithm, password, salt, rounds, expected) in KNOWN {
            let password = HmacKey::new(algorithm, password.as_bytes()).unwrap();
            let mut salted = password.begin();
            salted.update(salt.as_bytes());
            let mut key = vec![0; expected.len() / 2];
            pbkdf2(&password, &salted, rounds, &mut key);
            assert_eq!(crate::tests::hex(&key), expected);
        }
    }
}
