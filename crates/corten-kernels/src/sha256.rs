//! The compression function of SHA-256 and SHA-224 (FIPS 180-4, section 6.2).

#[cfg(target_arch = "x86_64")]
mod avx2;

use crate::Kernel;

/// What continues a state over blocks.
pub type Compress = fn(&mut [u32; 8], &[[u8; 64]]);

/// Continues the `state` over `blocks`.
#[inline]
pub fn compress(state: &mut [u32; 8], blocks: &[[u8; 64]]) {
    #[cfg(target_arch = "x86_64")]
    if !has_sha_instructions()
        && let Some(avx2) = avx2::kernel()
    {
        return avx2(state, blocks);
    }
    sha2::block_api::compress256(state, blocks);
}

/// Whether the processor does most of the work itself, which the crate makes use of.
#[cfg(target_arch = "x86_64")]
#[inline]
fn has_sha_instructions() -> bool {
    is_x86_feature_detected!("sha") && is_x86_feature_detected!("sse4.1")
}

/// What this processor can run.
#[must_use]
pub fn kernels() -> Vec<Kernel<Compress>> {
    let mut kernels: Vec<Kernel<Compress>> = vec![("sha2", sha2::block_api::compress256)];
    #[cfg(target_arch = "x86_64")]
    kernels.extend(avx2::kernel().map(|kernel| ("AVX2", kernel)));
    kernels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_kernels_agree() {
        let data: Vec<u8> = (0..64 * 40_u32).map(|i| ((i * i) >> 5) as u8).collect();
        let (blocks, _) = data.as_chunks();
        for count in 0..=blocks.len() {
            let mut expected = [0x0123_4567; 8];
            sha2::block_api::compress256(&mut expected, &blocks[..count]);
            for (name, kernel) in kernels()
                .into_iter()
                .chain([("compress", compress as Compress)])
            {
                let mut state = [0x0123_4567; 8];
                kernel(&mut state, &blocks[..count]);
                assert_eq!(state, expected, "{name}, {count} blocks");
            }
        }
    }
}
