//! SHA-256 with AVX2 and BMI.
//!
//! The message schedules of two blocks are computed at once, one in each half of the vectors, between
//! the rounds of the first block. The rounds of the second block then find theirs ready.

use std::arch::asm;
use std::arch::x86_64::*;

use super::Compress;

/// The kernel, if this processor can run it.
#[inline]
pub(super) fn kernel() -> Option<Compress> {
    let available = is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2");
    available.then_some(|state, blocks| {
        // SAFETY: the processor has the instructions: nobody gets this function otherwise.
        unsafe { compress(state, blocks) }
    })
}

/// Rounds whose schedule is in one vector.
const STEP: usize = 4;
/// Vectors that hold a whole block.
const WIDTH: usize = 16 / STEP;

/// The words of some rounds, with the round constants added: those of the first block, and those
/// of the second one.
type Terms = [[u32; STEP]; 2];

macro_rules! for_each_vector {
    ($do:ident) => {
        $do!(0);
        $do!(1);
        $do!(2);
        $do!(3);
    };
}

#[target_feature(enable = "avx2,bmi1,bmi2")]
fn compress(state: &mut [u32; 8], blocks: &[[u8; 64]]) {
    let mut terms = [[Terms::default(); WIDTH]; 4];
    for pair in blocks.chunks(2) {
        let mut schedule = [_mm256_setzero_si256(); WIDTH];
        // A lone block goes into both halves.
        let (first, _) = pair[0].as_chunks();
        let (second, _) = pair[pair.len() - 1].as_chunks();
        let mut working = *state;
        macro_rules! load {
            ($i:literal) => {
                schedule[$i] = load_words(&first[$i], &second[$i]);
                terms[0][$i] = with_constants(schedule[$i], $i);
            };
        }
        for_each_vector!(load);
        for group in 1..4 {
            macro_rules! extend {
                ($i:literal) => {
                    schedule[$i] = next_words(&schedule, $i);
                    working = rounds(working, &terms[group - 1][$i][0]);
                    terms[group][$i] = with_constants(schedule[$i], WIDTH * group + $i);
                };
            }
            for_each_vector!(extend);
        }
        macro_rules! finish {
            ($i:literal) => {
                working = rounds(working, &terms[3][$i][0]);
            };
        }
        for_each_vector!(finish);
        accumulate(state, working);

        if pair.len() == 2 {
            let mut working = *state;
            for group in &terms {
                macro_rules! repeat {
                    ($i:literal) => {
                        working = rounds(working, &group[$i][1]);
                    };
                }
                for_each_vector!(repeat);
            }
            accumulate(state, working);
        }
    }
}

fn accumulate(state: &mut [u32; 8], working: [u32; 8]) {
    for (word, new) in state.iter_mut().zip(working) {
        *word = word.wrapping_add(new);
    }
}

#[inline(always)]
fn rounds(working: [u32; 8], terms: &[u32; STEP]) -> [u32; 8] {
    terms
        .iter()
        .fold(working, |working, &term| round(working, term))
}

/// One round. Its sums begin with what is known first, so that little has to wait for the newest
/// words; `e` is made before `t`, which is part of it, as the next round needs it more urgently.
#[inline(always)]
fn round([a, b, c, d, e, f, g, h]: [u32; 8], term: u32) -> [u32; 8] {
    let choice = ((f ^ g) & e) ^ g;
    let majority = ((a ^ b) & (b ^ c)) ^ b;
    let sum_e = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
    let sum_a = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
    let new_e = add(add(add(add(h, term), d), choice), sum_e);
    let t = new_e.wrapping_sub(d);
    let new_a = add(t, majority.wrapping_add(sum_a));
    [new_a, a, b, c, new_e, e, f, g]
}

/// The sum, as such: the compiler would put several additions into an order of its own, which is
/// slower by a fifth.
#[inline(always)]
fn add(a: u32, b: u32) -> u32 {
    let mut sum = a.wrapping_add(b);
    // SAFETY: there is no instruction in it. It only keeps the compiler from looking through.
    unsafe {
        asm!("/* {0:e} */", inout(reg) sum, options(pure, nomem, nostack, preserves_flags));
    }
    sum
}

/// The four words that follow the sixteen in `schedule`, whose oldest are at `i`.
#[inline]
#[target_feature(enable = "avx2")]
fn next_words(schedule: &[__m256i; WIDTH], i: usize) -> __m256i {
    let at = |ahead: usize| schedule[(i + ahead) % WIDTH];
    let ago_16 = at(0);
    let ago_15 = _mm256_alignr_epi8::<4>(at(1), ago_16);
    let ago_7 = _mm256_alignr_epi8::<4>(at(3), at(2));
    let sigma_0 = xor3(
        rotate_right::<7, 25>(ago_15),
        rotate_right::<18, 14>(ago_15),
        _mm256_srli_epi32::<3>(ago_15),
    );
    let sum = _mm256_add_epi32(_mm256_add_epi32(ago_16, ago_7), sigma_0);
    // The last term is made of the words two ago: for the upper half these are the new lower ones.
    let sum = _mm256_add_epi32(
        sum,
        sigma_1::<0b11_11_10_10>(at(3), _mm_set_epi64x(NONE, EVEN)),
    );
    _mm256_add_epi32(
        sum,
        sigma_1::<0b01_01_00_00>(sum, _mm_set_epi64x(EVEN, NONE)),
    )
}

/// Where the first bytes of the words 0 and 2 are, and a place for zeros.
const EVEN: i64 = 0x0b0a_0908_0302_0100;
const NONE: i64 = -1;

/// The term for two words of each half, those that `PICK` has twice each, put where `place` wants it.
#[inline]
#[target_feature(enable = "avx2")]
fn sigma_1<const PICK: i32>(words: __m256i, place: __m128i) -> __m256i {
    // Shifting a pair of the same word rotates it.
    let twice = _mm256_shuffle_epi32::<PICK>(words);
    let sigma = xor3(
        _mm256_srli_epi64::<17>(twice),
        _mm256_srli_epi64::<19>(twice),
        _mm256_srli_epi32::<10>(twice),
    );
    _mm256_shuffle_epi8(sigma, _mm256_broadcastsi128_si256(place))
}

#[inline]
#[target_feature(enable = "avx2")]
fn rotate_right<const RIGHT: i32, const LEFT: i32>(x: __m256i) -> __m256i {
    const { assert!(RIGHT + LEFT == u32::BITS as i32) }
    _mm256_or_si256(_mm256_srli_epi32::<RIGHT>(x), _mm256_slli_epi32::<LEFT>(x))
}

#[inline]
#[target_feature(enable = "avx2")]
fn xor3(a: __m256i, b: __m256i, c: __m256i) -> __m256i {
    _mm256_xor_si256(_mm256_xor_si256(a, b), c)
}

/// Four big-endian words of each block.
#[inline]
#[target_feature(enable = "avx2")]
fn load_words(first: &[u8; 16], second: &[u8; 16]) -> __m256i {
    // SAFETY: each load is of the 16 bytes that the reference is to.
    let words = unsafe { _mm256_loadu2_m128i(second.as_ptr().cast(), first.as_ptr().cast()) };
    let swapped = _mm_set_epi64x(0x0c0d_0e0f_0809_0a0b, 0x0405_0607_0001_0203);
    _mm256_shuffle_epi8(words, _mm256_broadcastsi128_si256(swapped))
}

#[inline]
#[target_feature(enable = "avx2")]
fn with_constants(words: __m256i, index: usize) -> Terms {
    let constants: &[u32; STEP] = &CONSTANTS[index];
    // SAFETY: the load is of the 16 bytes that the reference is to.
    let constants = unsafe { _mm_loadu_si128(constants.as_ptr().cast()) };
    let terms = _mm256_add_epi32(words, _mm256_broadcastsi128_si256(constants));
    // SAFETY: both are 32 bytes of numbers, the lower half first.
    unsafe { std::mem::transmute::<__m256i, Terms>(terms) }
}

/// The fractional parts of the cube roots of the first 64 primes, four to a vector.
static CONSTANTS: [[u32; STEP]; 4 * WIDTH] = [
    [0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5],
    [0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5],
    [0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3],
    [0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174],
    [0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc],
    [0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da],
    [0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7],
    [0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967],
    [0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13],
    [0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85],
    [0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3],
    [0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070],
    [0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5],
    [0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3],
    [0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208],
    [0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2],
];
