//! The parameters of BLAKE2 (RFC 7693, and the BLAKE2 paper for those of trees).

use corten_digest::Engine;

/// All parameters of a hash, within their limits.
pub(crate) struct Parameters<'a> {
    pub(crate) digest_size: usize,
    pub(crate) key: &'a [u8],
    pub(crate) salt: &'a [u8],
    pub(crate) person: &'a [u8],
    pub(crate) fanout: u8,
    pub(crate) depth: u8,
    pub(crate) leaf_size: u32,
    pub(crate) node_offset: u64,
    pub(crate) node_depth: u8,
    pub(crate) inner_size: usize,
    pub(crate) last_node: bool,
}

/// One of the two hash functions.
pub(crate) trait Variant {
    /// The function at work.
    type State: Engine;

    /// The name in texts.
    const NAME: &'static str;
    const BLOCK_SIZE: usize;
    const MAX_DIGEST_SIZE: usize;
    const MAX_KEY_SIZE: usize;
    const SALT_SIZE: usize;
    const PERSON_SIZE: usize;
    const MAX_NODE_OFFSET: u64;

    /// The function at its beginning.
    ///
    /// # Panics
    ///
    /// When a parameter is beyond its limit.
    fn state(parameters: &Parameters<'_>) -> Self::State;
}

/// BLAKE2b, for 64-bit machines.
pub(crate) struct Blake2b;

/// BLAKE2s, for smaller ones.
pub(crate) struct Blake2s;

macro_rules! variant {
    ($variant:ident, $name:literal, $engine:ident, $max_node_offset:expr) => {
        impl Variant for $variant {
            type State = $engine::State;

            const NAME: &'static str = $name;
            const BLOCK_SIZE: usize = $engine::BLOCKBYTES;
            const MAX_DIGEST_SIZE: usize = $engine::OUTBYTES;
            const MAX_KEY_SIZE: usize = $engine::KEYBYTES;
            const SALT_SIZE: usize = $engine::SALTBYTES;
            const PERSON_SIZE: usize = $engine::PERSONALBYTES;
            const MAX_NODE_OFFSET: u64 = $max_node_offset;

            #[inline]
            fn state(parameters: &Parameters<'_>) -> Self::State {
                let mut engine = $engine::Params::new();
                // Most hashes have none of them, and each is copied.
                if !parameters.key.is_empty() {
                    engine.key(parameters.key);
                }
                if !parameters.salt.is_empty() {
                    engine.salt(parameters.salt);
                }
                if !parameters.person.is_empty() {
                    engine.personal(parameters.person);
                }
                engine
                    .hash_length(parameters.digest_size)
                    .fanout(parameters.fanout)
                    .max_depth(parameters.depth)
                    .max_leaf_length(parameters.leaf_size)
                    .node_offset(parameters.node_offset)
                    .node_depth(parameters.node_depth)
                    .inner_hash_length(parameters.inner_size)
                    .last_node(parameters.last_node)
                    .to_state()
            }
        }
    };
}

variant!(Blake2b, "Blake2b", blake2b_simd, u64::MAX);
variant!(Blake2s, "Blake2s", blake2s_simd, (1 << 48) - 1);

#[cfg(test)]
mod tests {
    use super::*;

    const BLAKE2B: &str = include_str!("../tests/data/blake2b-kat.txt");
    const BLAKE2S: &str = include_str!("../tests/data/blake2s-kat.txt");

    fn parameters<V: Variant>(key: &[u8]) -> Parameters<'_> {
        Parameters {
            digest_size: V::MAX_DIGEST_SIZE,
            key,
            salt: &[],
            person: &[],
            fanout: 1,
            depth: 1,
            leaf_size: 0,
            node_offset: 0,
            node_depth: 0,
            inner_size: 0,
            last_node: false,
        }
    }

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn digest<V: Variant>(parameters: &Parameters<'_>, pieces: &[&[u8]]) -> String {
        let mut state = V::state(parameters);
        for piece in pieces {
            state.update(piece);
        }
        hex(&state.digest())
    }

    fn check_known_answers<V: Variant>(answers: &str) {
        let bytes: Vec<u8> = (0..=u8::MAX).collect();
        let lines = answers.lines().filter(|line| !line.starts_with('#'));
        let mut count = 0;
        for (line, len) in lines.zip(0..) {
            let (plain, keyed) = line.split_once(' ').unwrap();
            let (start, end) = bytes[..len].split_at(len / 3);
            let key = &bytes[..V::MAX_KEY_SIZE];
            assert_eq!(digest::<V>(&parameters::<V>(&[]), &[start, end]), plain);
            assert_eq!(digest::<V>(&parameters::<V>(key), &[start, end]), keyed);
            count += 1;
        }
        assert_eq!(count, 256);
    }

    #[test]
    fn blake2b_gives_the_known_answers() {
        check_known_answers::<Blake2b>(BLAKE2B);
    }

    #[test]
    fn blake2s_gives_the_known_answers() {
        check_known_answers::<Blake2s>(BLAKE2S);
    }

    /// A digest of 20 bytes of two leaves and their root, as `hashlib`'s documentation does it.
    #[test]
    fn trees() {
        let node = |node_offset, node_depth, last_node| Parameters {
            digest_size: if node_depth == 0 { 64 } else { 32 },
            fanout: 2,
            depth: 2,
            leaf_size: 4096,
            inner_size: 64,
            node_offset,
            node_depth,
            last_node,
            ..parameters::<Blake2b>(&[])
        };
        let data = [0; 6000];
        let leaf = |offset, last, part: &[u8]| {
            let mut state = Blake2b::state(&node(offset, 0, last));
            state.update(part);
            state.digest()
        };
        let left = leaf(0, false, &data[..4096]);
        let right = leaf(1, true, &data[4096..]);
        assert_eq!(
            digest::<Blake2b>(&node(0, 1, true), &[&left, &right]),
            "3ad2a9b37c6070e374c7a8c508fe20ca86b6ed54e286e93a0318e95e881db5aa"
        );
    }
}
