//! The compression function of SHA-512 and its shorter forms (FIPS 180-4, section 6.4).

#[cfg(target_arch = "x86_64")]
mod avx2;

use crate::Kernel;

/// What continues a state over blocks.
pub type Compress = fn(&mut [u64; 8], &[[u8; 128]]);

/// Continues the `state` over `blocks`.
#[inline]
pub fn compress(state: &mut [u64; 8], blocks: &[[u8; 128]]) {
    #[cfg(target_arch = "x86_64")]
    if let Some(avx2) = avx2::kernel() {
        return avx2(state, blocks);
    }
    sha2::block_api::compress512(state, blocks);
}

/// What this processor can run.
#[must_use]
pub fn kernels() -> Vec<Kernel<Compress>> {
    let mut kernels: Vec<Kernel<Compress>> = vec![("sha2", sha2::block_api::compress512)];
    #[cfg(target_arch = "x86_64")]
    kernels.extend(avx2::kernel().map(|kernel| ("AVX2", kernel)));
    kernels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_kernels_agree() {
        let data: Vec<u8> = (0..128 * 20_u32).map(|i| ((i * i) >> 5) as u8).collect();
        let (blocks, _) = data.as_chunks();
        for count in 0..=blocks.len() {
            let mut expected = [0x0123_4567_89ab_cdef; 8];
            sha2::block_api::compress512(&mut expected, &blocks[..count]);
            for (name, kernel) in kernels()
                .into_iter()
                .chain([("compress", compress as Compress)])
            {
                let mut state = [0x0123_4567_89ab_cdef; 8];
                kernel(&mut state, &blocks[..count]);
                assert_eq!(state, expected, "{name}, {count} blocks");
            }
        }
    }
}
