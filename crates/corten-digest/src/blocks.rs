//! Hash functions that put a padded message through a compression function, block by block.

use std::marker::PhantomData;

use corten_kernels::{md5, sha256, sha512};

use crate::{Digest, Engine};

/// MD5 (RFC 1321).
pub type Md5 = Blocks<Md5Rule, 64>;
/// SHA-224 (FIPS 180-4).
pub type Sha224 = Blocks<Sha224Rule, 64>;
/// SHA-256 (FIPS 180-4).
pub type Sha256 = Blocks<Sha256Rule, 64>;
/// SHA-384 (FIPS 180-4).
pub type Sha384 = Blocks<Sha384Rule, 128>;
/// SHA-512 (FIPS 180-4).
pub type Sha512 = Blocks<Sha512Rule, 128>;
/// SHA-512/224 (FIPS 180-4).
pub type Sha512_224 = Blocks<Sha512_224Rule, 128>;
/// SHA-512/256 (FIPS 180-4).
pub type Sha512_256 = Blocks<Sha512_256Rule, 128>;

/// A hash function at work, on blocks of `N` bytes.
#[derive(Clone)]
pub struct Blocks<R: Rule<N>, const N: usize> {
    state: R::State,
    /// What does not make a block yet, at the beginning of it.
    pending: [u8; N],
    /// Bytes of the message so far.
    len: u128,
    rule: PhantomData<R>,
}

/// What makes one such function differ from the others.
pub trait Rule<const N: usize>: Clone + Send {
    /// What the blocks are mixed into.
    type State: Copy + Send;
    /// The state before the first block.
    const START: Self::State;
    /// Bytes of the length at the end of the message.
    const LENGTH_SIZE: usize;

    /// Mixes blocks into the state.
    fn compress(state: &mut Self::State, blocks: &[[u8; N]]);

    /// Writes the length of the message, in bits, to the end of the last block.
    fn write_length(block: &mut [u8; N], bits: u128);

    /// The digest.
    fn digest(state: &Self::State) -> Digest;
}

impl<R: Rule<N>, const N: usize> Default for Blocks<R, N> {
    #[inline]
    fn default() -> Self {
        Self {
            state: R::START,
            pending: [0; N],
            len: 0,
            rule: PhantomData,
        }
    }
}

impl<R: Rule<N>, const N: usize> Blocks<R, N> {
    fn pending_len(&self) -> usize {
        (self.len % N as u128) as usize
    }
}

impl<R: Rule<N>, const N: usize> Engine for Blocks<R, N> {
    #[inline]
    fn update(&mut self, mut data: &[u8]) {
        let pending = self.pending_len();
        self.len += data.len() as u128;
        if pending > 0 {
            let room = &mut self.pending[pending..];
            let Some((first, rest)) = data.split_at_checked(room.len()) else {
                room[..data.len()].copy_from_slice(data);
                return;
            };
            room.copy_from_slice(first);
            R::compress(&mut self.state, &[self.pending]);
            data = rest;
        }
        let (blocks, rest) = data.as_chunks();
        if !blocks.is_empty() {
            R::compress(&mut self.state, blocks);
        }
        self.pending[..rest.len()].copy_from_slice(rest);
    }

    /// The message is padded with one bit, zeros and its length.
    #[inline]
    fn digest(&self) -> Digest {
        let pending = self.pending_len();
        let mut end = [[0; N]; 2];
        end[0][..pending].copy_from_slice(&self.pending[..pending]);
        end[0][pending] = 0x80;
        let last = usize::from(pending + 1 + R::LENGTH_SIZE > N);
        R::write_length(&mut end[last], 8 * self.len);
        let mut state = self.state;
        R::compress(&mut state, &end[..=last]);
        R::digest(&state)
    }
}

/// Declares functions of one family. The state has more words than a short digest needs.
macro_rules! rules {
    ($word:ty, $words:literal, $block:literal, $length:ty, $to_bytes:ident, $compress:path,
     $($(#[$docs:meta])* $rule:ident: $size:literal, $start:expr;)*) => {$(
        $(#[$docs])*
        #[derive(Clone)]
        pub enum $rule {}

        impl Rule<$block> for $rule {
            type State = [$word; $words];
            const START: Self::State = $start;
            const LENGTH_SIZE: usize = size_of::<$length>();

            #[inline]
            fn compress(state: &mut Self::State, blocks: &[[u8; $block]]) {
                $compress(state, blocks);
            }

            #[inline]
            fn write_length(block: &mut [u8; $block], bits: u128) {
                let length = (bits as $length).$to_bytes();
                block[$block - Self::LENGTH_SIZE..].copy_from_slice(&length);
            }

            #[inline]
            fn digest(state: &Self::State) -> Digest {
                let words = state.map(<$word>::$to_bytes);
                Digest::new_with($size, |out| {
                    out.copy_from_slice(&words.as_flattened()[..$size]);
                })
            }
        }
    )*};
}

rules! {
    u32, 4, 64, u64, to_le_bytes, md5::compress,
    /// MD5 (RFC 1321).
    Md5Rule: 16, [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];
}

// The starting values are fractional parts of square roots of primes, but for the truncated forms of
// SHA-512, whose are digests themselves.
rules! {
    u32, 8, 64, u64, to_be_bytes, sha256::compress,
    /// SHA-224 (FIPS 180-4).
    Sha224Rule: 28, [0xc105_9ed8, 0x367c_d507, 0x3070_dd17, 0xf70e_5939, 0xffc0_0b31, 0x6858_1511, 0x64f9_8fa7, 0xbefa_4fa4];
    /// SHA-256 (FIPS 180-4).
    Sha256Rule: 32, [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];
}

rules! {
    u64, 8, 128, u128, to_be_bytes, sha512::compress,
    /// SHA-384 (FIPS 180-4).
    Sha384Rule: 48, [0xcbbb_9d5d_c105_9ed8, 0x629a_292a_367c_d507, 0x9159_015a_3070_dd17, 0x152f_ecd8_f70e_5939, 0x6733_2667_ffc0_0b31, 0x8eb4_4a87_6858_1511, 0xdb0c_2e0d_64f9_8fa7, 0x47b5_481d_befa_4fa4];
    /// SHA-512 (FIPS 180-4).
    Sha512Rule: 64, [0x6a09_e667_f3bc_c908, 0xbb67_ae85_84ca_a73b, 0x3c6e_f372_fe94_f82b, 0xa54f_f53a_5f1d_36f1, 0x510e_527f_ade6_82d1, 0x9b05_688c_2b3e_6c1f, 0x1f83_d9ab_fb41_bd6b, 0x5be0_cd19_137e_2179];
    /// SHA-512/224 (FIPS 180-4).
    Sha512_224Rule: 28, [0x8c3d_37c8_1954_4da2, 0x73e1_9966_89dc_d4d6, 0x1dfa_b7ae_32ff_9c82, 0x679d_d514_582f_9fcf, 0x0f6d_2b69_7bd4_4da8, 0x77e3_6f73_04c4_8942, 0x3f9d_85a8_6a1d_36c8, 0x1112_e6ad_91d6_92a1];
    /// SHA-512/256 (FIPS 180-4).
    Sha512_256Rule: 32, [0x2231_2194_fc2b_f72c, 0x9f55_5fa3_c84c_64c2, 0x2393_b86b_6f53_b151, 0x9638_7719_5940_eabd, 0x9628_3ee2_a88e_ffe3, 0xbe5e_1e25_5386_3992, 0x2b01_99fc_2c85_b8aa, 0x0eb7_2ddc_81c5_2ca2];
}
