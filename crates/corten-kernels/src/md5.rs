//! MD5 (RFC 1321).

use std::hint::black_box;

/// Continues the `state` over `blocks`.
pub fn compress(state: &mut [u32; 4], blocks: &[[u8; 64]]) {
    for block in blocks {
        compress_block(state, block);
    }
}

fn compress_block(state: &mut [u32; 4], block: &[u8; 64]) {
    // As known constants they would be added last, which makes each step wait a cycle longer.
    let constants = black_box(&CONSTANTS);
    let (words, _) = block.as_chunks();
    let term = |step: usize, word: usize| {
        u32::from_le_bytes(words[word % 16]).wrapping_add(constants[step])
    };
    let [mut a, mut b, mut c, mut d] = *state;

    macro_rules! round {
        ($round:literal, $step:ident, $word:expr, $shifts:expr) => {
            for step in (16 * $round..16 * ($round + 1)).step_by(4) {
                let [first, second, third, fourth] = $shifts;
                a = $step(a, b, c, d, term(step, $word(step)), first);
                d = $step(d, a, b, c, term(step + 1, $word(step + 1)), second);
                c = $step(c, d, a, b, term(step + 2, $word(step + 2)), third);
                b = $step(b, c, d, a, term(step + 3, $word(step + 3)), fourth);
            }
        };
    }
    round!(0, step_f, |step| step, [7, 12, 17, 22]);
    round!(1, step_g, |step| 5 * step + 1, [5, 9, 14, 20]);
    round!(2, step_h, |step| 3 * step + 5, [4, 11, 16, 23]);
    round!(3, step_i, |step| 7 * step, [6, 10, 15, 21]);

    for (word, new) in state.iter_mut().zip([a, b, c, d]) {
        *word = word.wrapping_add(new);
    }
}

// In each step, `b` is what the step before has made: it is used as late as possible.

#[inline(always)]
fn step_f(a: u32, b: u32, c: u32, d: u32, term: u32, shift: u32) -> u32 {
    step(a.wrapping_add(term), b, d ^ (b & (c ^ d)), shift)
}

/// The two halves of the function have no bit in common, so they may as well be added.
#[inline(always)]
fn step_g(a: u32, b: u32, c: u32, d: u32, term: u32, shift: u32) -> u32 {
    step(a.wrapping_add(term).wrapping_add(c & !d), b, b & d, shift)
}

#[inline(always)]
fn step_h(a: u32, b: u32, c: u32, d: u32, term: u32, shift: u32) -> u32 {
    step(a.wrapping_add(term), b, b ^ (c ^ d), shift)
}

#[inline(always)]
fn step_i(a: u32, b: u32, c: u32, d: u32, term: u32, shift: u32) -> u32 {
    step(a.wrapping_add(term), b, c ^ (b | !d), shift)
}

#[inline(always)]
fn step(early: u32, b: u32, late: u32, shift: u32) -> u32 {
    early.wrapping_add(late).rotate_left(shift).wrapping_add(b)
}

/// The integer parts of 2**32 times the sines of 1, 2, …, 64.
static CONSTANTS: [u32; 64] = [
    0xd76a_a478,
    0xe8c7_b756,
    0x2420_70db,
    0xc1bd_ceee,
    0xf57c_0faf,
    0x4787_c62a,
    0xa830_4613,
    0xfd46_9501,
    0x6980_98d8,
    0x8b44_f7af,
    0xffff_5bb1,
    0x895c_d7be,
    0x6b90_1122,
    0xfd98_7193,
    0xa679_438e,
    0x49b4_0821,
    0xf61e_2562,
    0xc040_b340,
    0x265e_5a51,
    0xe9b6_c7aa,
    0xd62f_105d,
    0x0244_1453,
    0xd8a1_e681,
    0xe7d3_fbc8,
    0x21e1_cde6,
    0xc337_07d6,
    0xf4d5_0d87,
    0x455a_14ed,
    0xa9e3_e905,
    0xfcef_a3f8,
    0x676f_02d9,
    0x8d2a_4c8a,
    0xfffa_3942,
    0x8771_f681,
    0x6d9d_6122,
    0xfde5_380c,
    0xa4be_ea44,
    0x4bde_cfa9,
    0xf6bb_4b60,
    0xbebf_bc70,
    0x289b_7ec6,
    0xeaa1_27fa,
    0xd4ef_3085,
    0x0488_1d05,
    0xd9d4_d039,
    0xe6db_99e5,
    0x1fa2_7cf8,
    0xc4ac_5665,
    0xf429_2244,
    0x432a_ff97,
    0xab94_23a7,
    0xfc93_a039,
    0x655b_59c3,
    0x8f0c_cc92,
    0xffef_f47d,
    0x8584_5dd1,
    0x6fa8_7e4f,
    0xfe2c_e6e0,
    0xa301_4314,
    0x4e08_11a1,
    0xf753_7e82,
    0xbd3a_f235,
    0x2ad7_d2bb,
    0xeb86_d391,
];
