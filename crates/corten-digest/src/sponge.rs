//! Hash functions that absorb the message into a state and squeeze the digest out of it: Keccak
//! (FIPS 202).

use corten_kernels::keccak;

use crate::{Digest, Engine};

/// SHA3-224 (FIPS 202).
pub type Sha3_224 = Sha3<144, 28>;
/// SHA3-256 (FIPS 202).
pub type Sha3_256 = Sha3<136, 32>;
/// SHA3-384 (FIPS 202).
pub type Sha3_384 = Sha3<104, 48>;
/// SHA3-512 (FIPS 202).
pub type Sha3_512 = Sha3<72, 64>;
/// SHAKE128 (FIPS 202).
pub type Shake128 = Shake<168>;
/// SHAKE256 (FIPS 202).
pub type Shake256 = Shake<136>;

/// A function with digests of `SIZE` bytes, which absorbs `RATE` bytes at a time.
#[derive(Clone, Default)]
pub struct Sha3<const RATE: usize, const SIZE: usize>(Sponge<RATE>);

impl<const RATE: usize, const SIZE: usize> Engine for Sha3<RATE, SIZE> {
    #[inline]
    fn update(&mut self, data: &[u8]) {
        self.0.absorb(data);
    }

    #[inline]
    fn digest(&self) -> Digest {
        Digest::new_with(SIZE, |out| self.0.squeeze(0x06, out))
    }
}

/// A function with digests of any length.
#[derive(Clone, Default)]
pub struct Shake<const RATE: usize>(Sponge<RATE>);

impl<const RATE: usize> Shake<RATE> {
    /// Fills `out` with the beginning of the output.
    pub fn squeeze(&self, out: &mut [u8]) {
        self.0.squeeze(0x1f, out);
    }
}

impl<const RATE: usize> Engine for Shake<RATE> {
    #[inline]
    fn update(&mut self, data: &[u8]) {
        self.0.absorb(data);
    }

    #[inline]
    fn digest(&self) -> Digest {
        Digest::new_with(0, |_| {})
    }
}

#[derive(Clone, Default)]
struct Sponge<const RATE: usize> {
    state: keccak::State,
    /// Bytes absorbed since the last permutation: fewer than `RATE`.
    absorbed: usize,
}

impl<const RATE: usize> Sponge<RATE> {
    fn absorb(&mut self, mut data: &[u8]) {
        if self.absorbed > 0 {
            let Some((first, rest)) = data.split_at_checked(RATE - self.absorbed) else {
                self.add_bytes(data);
                return;
            };
            self.add_bytes(first);
            self.permute();
            data = rest;
        }
        let (blocks, rest) = data.as_chunks::<RATE>();
        for block in blocks {
            let (words, _) = block.as_chunks();
            for (word, &new) in self.state.iter_mut().zip(words) {
                *word ^= u64::from_le_bytes(new);
            }
            self.permute();
        }
        self.add_bytes(rest);
    }

    /// Adds the next bytes of a block.
    fn add_bytes(&mut self, bytes: &[u8]) {
        for (index, &byte) in (self.absorbed..).zip(bytes) {
            self.state[index / 8] ^= u64::from(byte) << (8 * (index % 8));
        }
        self.absorbed += bytes.len();
    }

    fn permute(&mut self) {
        keccak::permute(&mut self.state);
        self.absorbed = 0;
    }

    /// Fills `out` with what comes after the message, which ends with `suffix` and a bit at the very
    /// end of the block.
    fn squeeze(&self, suffix: u8, out: &mut [u8]) {
        let mut end = self.clone();
        end.add_bytes(&[suffix]);
        end.state[RATE / 8 - 1] ^= 1 << 63;
        for piece in out.chunks_mut(RATE) {
            end.permute();
            let bytes = end.state.map(u64::to_le_bytes);
            piece.copy_from_slice(&bytes.as_flattened()[..piece.len()]);
        }
    }
}
