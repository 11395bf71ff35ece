//! SHA-512 with AVX2 and BMI.
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
const STEP: usize = 2;
/// Vectors that hold a whole block.
const WIDTH: usize = 16 / STEP;

/// The words of some rounds, with the round constants added: those of the first block, and those
/// of the second one.
type Terms = [[u64; STEP]; 2];

macro_rules! for_each_vector {
    ($do:ident) => {
        $do!(0);
        $do!(1);
        $do!(2);
        $do!(3);
        $do!(4);
        $do!(5);
        $do!(6);
        $do!(7);
    };
}

#[target_feature(enable = "avx2,bmi1,bmi2")]
fn compress(state: &mut [u64; 8], blocks: &[[u8; 128]]) {
    let mut terms = [[Terms::default(); WIDTH]; 5];
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
        for group in 1..5 {
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
                working = rounds(working, &terms[4][$i][0]);
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

fn accumulate(state: &mut [u64; 8], working: [u64; 8]) {
    for (word, new) in state.iter_mut().zip(working) {
        *word = word.wrapping_add(new);
    }
}

#[inline(always)]
fn rounds(working: [u64; 8], terms: &[u64; STEP]) -> [u64; 8] {
    terms
        .iter()
        .fold(working, |working, &term| round(working, term))
}

/// One round. The sums begin with what is known first, so that nothing waits for more than one
/// addition after the last term.
#[inline(always)]
fn round([a, b, c, d, e, f, g, h]: [u64; 8], term: u64) -> [u64; 8] {
    let choice = ((f ^ g) & e) ^ g;
    let majority = ((a ^ b) & (b ^ c)) ^ b;
    let sum_e = e.rotate_right(14) ^ e.rotate_right(18) ^ e.rotate_right(41);
    let sum_a = a.rotate_right(28) ^ a.rotate_right(34) ^ a.rotate_right(39);
    let t = add(add(add(h, term), choice), sum_e);
    [add(add(t, majority), sum_a), a, b, c, add(d, t), e, f, g]
}

/// The sum, as such: the compiler would put several additions into an order of its own, which is
/// slower by a fifth.
#[inline(always)]
fn add(a: u64, b: u64) -> u64 {
    let mut sum = a.wrapping_add(b);
    // SAFETY: there is no instruction in it. It only keeps the compiler from looking through.
    unsafe {
        asm!("/* {0} */", inout(reg) sum, options(pure, nomem, nostack, preserves_flags));
    }
    sum
}

/// The two words that follow the sixteen in `schedule`, whose oldest are at `i`.
#[inline]
#[target_feature(enable = "avx2")]
fn next_words(schedule: &[__m256i; WIDTH], i: usize) -> __m256i {
    let at = |ahead: usize| schedule[(i + ahead) % WIDTH];
    let (ago_16, ago_2) = (at(0), at(7));
    let ago_15 = _mm256_alignr_epi8::<8>(at(1), ago_16);
    let ago_7 = _mm256_alignr_epi8::<8>(at(5), at(4));
    let sigma_0 = xor3(
        rotate_right::<1, 63>(ago_15),
        rotate_right::<8, 56>(ago_15),
        _mm256_srli_epi64::<7>(ago_15),
    );
    let sigma_1 = xor3(
        rotate_right::<19, 45>(ago_2),
        rotate_right::<61, 3>(ago_2),
        _mm256_srli_epi64::<6>(ago_2),
    );
    _mm256_add_epi64(
        _mm256_add_epi64(_mm256_add_epi64(ago_16, ago_7), sigma_0),
        sigma_1,
    )
}

#[inline]
#[target_feature(enable = "avx2")]
fn rotate_right<const RIGHT: i32, const LEFT: i32>(x: __m256i) -> __m256i {
    const { assert!(RIGHT + LEFT == u64::BITS as i32) }
    _mm256_or_si256(_mm256_srli_epi64::<RIGHT>(x), _mm256_slli_epi64::<LEFT>(x))
}

#[inline]
#[target_feature(enable = "avx2")]
fn xor3(a: __m256i, b: __m256i, c: __m256i) -> __m256i {
    _mm256_xor_si256(_mm256_xor_si256(a, b), c)
}

/// Two big-endian words of each block.
#[inline]
#[target_feature(enable = "avx2")]
fn load_words(first: &[u8; 16], second: &[u8; 16]) -> __m256i {
    // SAFETY: each load is of the 16 bytes that the reference is to.
    let words = unsafe { _mm256_loadu2_m128i(second.as_ptr().cast(), first.as_ptr().cast()) };
    let swapped = _mm_set_epi64x(0x0809_0a0b_0c0d_0e0f, 0x0001_0203_0405_0607);
    _mm256_shuffle_epi8(words, _mm256_broadcastsi128_si256(swapped))
}

#[inline]
#[target_feature(enable = "avx2")]
fn with_constants(words: __m256i, index: usize) -> Terms {
    let constants: &[u64; STEP] = &CONSTANTS[index];
    // SAFETY: the load is of the 16 bytes that the reference is to.
    let constants = unsafe { _mm_loadu_si128(constants.as_ptr().cast()) };
    let terms = _mm256_add_epi64(words, _mm256_broadcastsi128_si256(constants));
    // SAFETY: both are 32 bytes of numbers, the lower half first.
    unsafe { std::mem::transmute::<__m256i, Terms>(terms) }
}

/// The fractional parts of the cube roots of the first 80 primes, two to a vector.
static CONSTANTS: [[u64; STEP]; 5 * WIDTH] = [
    [0x428a_2f98_d728_ae22, 0x7137_4491_23ef_65cd],
    [0xb5c0_fbcf_ec4d_3b2f, 0xe9b5_dba5_8189_dbbc],
    [0x3956_c25b_f348_b538, 0x59f1_11f1_b605_d019],
    [0x923f_82a4_af19_4f9b, 0xab1c_5ed5_da6d_8118],
    [0xd807_aa98_a303_0242, 0x1283_5b01_4570_6fbe],
    [0x2431_85be_4ee4_b28c, 0x550c_7dc3_d5ff_b4e2],
    [0x72be_5d74_f27b_896f, 0x80de_b1fe_3b16_96b1],
    [0x9bdc_06a7_25c7_1235, 0xc19b_f174_cf69_2694],
    [0xe49b_69c1_9ef1_4ad2, 0xefbe_4786_384f_25e3],
    [0x0fc1_9dc6_8b8c_d5b5, 0x240c_a1cc_77ac_9c65],
    [0x2de9_2c6f_592b_0275, 0x4a74_84aa_6ea6_e483],
    [0x5cb0_a9dc_bd41_fbd4, 0x76f9_88da_8311_53b5],
    [0x983e_5152_ee66_dfab, 0xa831_c66d_2db4_3210],
    [0xb003_27c8_98fb_213f, 0xbf59_7fc7_beef_0ee4],
    [0xc6e0_0bf3_3da8_8fc2, 0xd5a7_9147_930a_a725],
    [0x06ca_6351_e003_826f, 0x1429_2967_0a0e_6e70],
    [0x27b7_0a85_46d2_2ffc, 0x2e1b_2138_5c26_c926],
    [0x4d2c_6dfc_5ac4_2aed, 0x5338_0d13_9d95_b3df],
    [0x650a_7354_8baf_63de, 0x766a_0abb_3c77_b2a8],
    [0x81c2_c92e_47ed_aee6, 0x9272_2c85_1482_353b],
    [0xa2bf_e8a1_4cf1_0364, 0xa81a_664b_bc42_3001],
    [0xc24b_8b70_d0f8_9791, 0xc76c_51a3_0654_be30],
    [0xd192_e819_d6ef_5218, 0xd699_0624_5565_a910],
    [0xf40e_3585_5771_202a, 0x106a_a070_32bb_d1b8],
    [0x19a4_c116_b8d2_d0c8, 0x1e37_6c08_5141_ab53],
    [0x2748_774c_df8e_eb99, 0x34b0_bcb5_e19b_48a8],
    [0x391c_0cb3_c5c9_5a63, 0x4ed8_aa4a_e341_8acb],
    [0x5b9c_ca4f_7763_e373, 0x682e_6ff3_d6b2_b8a3],
    [0x748f_82ee_5def_b2fc, 0x78a5_636f_4317_2f60],
    [0x84c8_7814_a1f0_ab72, 0x8cc7_0208_1a64_39ec],
    [0x90be_fffa_2363_1e28, 0xa450_6ceb_de82_bde9],
    [0xbef9_a3f7_b2c6_7915, 0xc671_78f2_e372_532b],
    [0xca27_3ece_ea26_619c, 0xd186_b8c7_21c0_c207],
    [0xeada_7dd6_cde0_eb1e, 0xf57d_4f7f_ee6e_d178],
    [0x06f0_67aa_7217_6fba, 0x0a63_7dc5_a2c8_98a6],
    [0x113f_9804_bef9_0dae, 0x1b71_0b35_131c_471b],
    [0x28db_77f5_2304_7d84, 0x32ca_ab7b_40c7_2493],
    [0x3c9e_be0a_15c9_bebc, 0x431d_67c4_9c10_0d4c],
    [0x4cc5_d4be_cb3e_42b6, 0x597f_299c_fc65_7e2a],
    [0x5fcb_6fab_3ad6_faec, 0x6c44_198c_4a47_5817],
];
