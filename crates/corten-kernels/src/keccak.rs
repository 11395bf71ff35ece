//! The permutation of SHA-3 (FIPS 202, section 3): Keccak-f\[1600\].

use keccak::Keccak;

use crate::Kernel;

/// The state: 25 words, those of a row one after the other.
pub type State = [u64; 25];

/// Permutes the `state`.
#[inline]
pub fn permute(state: &mut State) {
    #[cfg(target_arch = "x86_64")]
    if let Some(bmi) = x86::kernel() {
        return bmi(state);
    }
    permute_by_crate(state);
}

/// The crate's, which has kernels for AArch64.
fn permute_by_crate(state: &mut State) {
    Keccak::new().with_f1600(|permute| permute(state));
}

/// What this processor can run.
#[must_use]
pub fn kernels() -> Vec<Kernel<fn(&mut State)>> {
    let mut kernels: Vec<Kernel<fn(&mut State)>> = vec![("keccak", permute_by_crate)];
    #[cfg(target_arch = "x86_64")]
    kernels.extend(x86::kernel().map(|kernel| ("BMI", kernel)));
    kernels
}

/// With BMI, which has an instruction for the `!x & y` of each word.
#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::State;

    /// The kernel, if this processor can run it.
    #[inline]
    pub(super) fn kernel() -> Option<fn(&mut State)> {
        let available = is_x86_feature_detected!("bmi1") && is_x86_feature_detected!("bmi2");
        available.then_some(|state| {
            // SAFETY: the processor has the instructions: nobody gets this function otherwise.
            unsafe { permute(state) }
        })
    }

    /// Two rounds at a time: from one array to another and back, without copies.
    #[target_feature(enable = "bmi1,bmi2")]
    fn permute(state: &mut State) {
        let mut even = *state;
        let mut odd = State::default();
        let (pairs, _) = CONSTANTS.as_chunks();
        for &[first, second] in pairs {
            round(&even, &mut odd, first);
            round(&odd, &mut even, second);
        }
        *state = even;
    }

    /// One round: θ, ρ, π, χ and ι of the standard in one go.
    #[inline(always)]
    fn round(old: &State, new: &mut State, constant: u64) {
        let parity: [u64; 5] =
            std::array::from_fn(|x| old[x] ^ old[x + 5] ^ old[x + 10] ^ old[x + 15] ^ old[x + 20]);
        let theta: [u64; 5] =
            std::array::from_fn(|x| parity[(x + 4) % 5] ^ parity[(x + 1) % 5].rotate_left(1));
        for y in 0..5 {
            let row: [u64; 5] = std::array::from_fn(|x| {
                let from = (x + 3 * y) % 5;
                (old[5 * x + from] ^ theta[from]).rotate_left(ROTATIONS[5 * x + from])
            });
            for x in 0..5 {
                new[5 * y + x] = row[x] ^ (!row[(x + 1) % 5] & row[(x + 2) % 5]);
            }
        }
        new[0] ^= constant;
    }

    /// How far ρ rotates each word.
    const ROTATIONS: [u32; 25] = [
        0, 1, 62, 28, 27, 36, 44, 6, 55, 20, 3, 10, 43, 25, 39, 41, 45, 15, 21, 8, 18, 2, 61, 56,
        14,
    ];

    /// What ι adds in each round.
    static CONSTANTS: [u64; 24] = [
        0x0000_0000_0000_0001,
        0x0000_0000_0000_8082,
        0x8000_0000_0000_808a,
        0x8000_0000_8000_8000,
        0x0000_0000_0000_808b,
        0x0000_0000_8000_0001,
        0x8000_0000_8000_8081,
        0x8000_0000_0000_8009,
        0x0000_0000_0000_008a,
        0x0000_0000_0000_0088,
        0x0000_0000_8000_8009,
        0x0000_0000_8000_000a,
        0x0000_0000_8000_808b,
        0x8000_0000_0000_008b,
        0x8000_0000_0000_8089,
        0x8000_0000_0000_8003,
        0x8000_0000_0000_8002,
        0x8000_0000_0000_0080,
        0x0000_0000_0000_800a,
        0x8000_0000_8000_000a,
        0x8000_0000_8000_8081,
        0x8000_0000_0000_8080,
        0x0000_0000_8000_0001,
        0x8000_0000_8000_8008,
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_kernels_agree() {
        let mut expected = State::default();
        for _ in 0..20 {
            let before = expected;
            permute_by_crate(&mut expected);
            for (name, kernel) in kernels().into_iter().chain([("permute", permute as _)]) {
                let mut state = before;
                kernel(&mut state);
                assert_eq!(state, expected, "{name}");
            }
        }
    }
}
