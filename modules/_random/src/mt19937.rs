//! The Mersenne Twister MT19937 of Matsumoto and Nishimura, with its state in the open.
//!
//! The state is 624 words. Once all of them have been given out, each with its bits mixed (tempered),
//! they are replaced by the next 624 in one go, which is work for vector registers.

use smallvec::{CollectionAllocErr, SmallVec};

/// Random bits, 32 at a time, as little-endian bytes. Up to 512 bits need no memory of their own.
pub(crate) type Bits = SmallVec<[[u8; 4]; 16]>;

/// Words of state.
pub(crate) const N: usize = 624;

/// How far ahead the word is that goes into the next one.
const M: usize = 397;

/// The generator. A zeroed one is valid, and gives zeros for ever.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Twister {
    words: [u32; N],
    /// How many words have been given out.
    index: usize,
}

/// The words that every key is mixed into.
static ARRAY_START: [u32; N] = Twister::from_number(19_650_218).words;

impl Twister {
    /// A generator that was never seeded.
    pub(crate) const fn zeroed() -> Self {
        Twister {
            words: [0; N],
            index: 0,
        }
    }

    /// The generator in a known state; `None` when there is no word of that index.
    pub(crate) fn from_state(words: [u32; N], index: usize) -> Option<Self> {
        (index <= N).then_some(Twister { words, index })
    }

    /// All words, and how many of them have been given out.
    pub(crate) fn state(&self) -> (&[u32; N], usize) {
        (&self.words, self.index)
    }

    /// The generator that a key, of at least one word, stands for (`init_by_array`).
    pub(crate) fn from_key(key: &[u32]) -> Self {
        let mut words = ARRAY_START;
        let (mut at, mut position) = (1, 0);
        for _ in 0..N.max(key.len()) {
            words[at] = (words[at] ^ spread(words[at - 1]).wrapping_mul(1_664_525))
                .wrapping_add(key[position])
                .wrapping_add(position as u32);
            at = following(&mut words, at);
            position = if position + 1 < key.len() {
                position + 1
            } else {
                0
            };
        }
        for _ in 1..N {
            words[at] = (words[at] ^ spread(words[at - 1]).wrapping_mul(1_566_083_941))
                .wrapping_sub(at as u32);
            at = following(&mut words, at);
        }
        words[0] = 1 << 31;
        Twister { words, index: N }
    }

    /// The generator that one number stands for (`init_genrand`).
    const fn from_number(seed: u32) -> Self {
        let mut words = [seed; N];
        let mut at = 1;
        while at < N {
            words[at] = spread(words[at - 1])
                .wrapping_mul(1_812_433_253)
                .wrapping_add(at as u32);
            at += 1;
        }
        Twister { words, index: N }
    }

    /// The next 32 bits.
    #[inline]
    pub(crate) fn next_u32(&mut self) -> u32 {
        if self.index >= N {
            self.twist();
        }
        let word = self.words[self.index];
        self.index += 1;
        temper(word)
    }

    /// The next number in [0, 1): 53 bits, the first 27 from one word and the others from the next.
    #[inline]
    pub(crate) fn next_f64(&mut self) -> f64 {
        let high = i64::from(self.next_u32() >> 5);
        let low = i64::from(self.next_u32() >> 6);
        (high << 26 | low) as f64 / (1i64 << 53) as f64
    }

    /// The next `count` bits, more than none, from the lowest up.
    pub(crate) fn next_bits(&mut self, count: u64) -> Result<Bits, OutOfMemory> {
        let len = usize::try_from(count.div_ceil(32))?;
        let mut out = Bits::new();
        out.try_reserve_exact(len)?;
        while out.len() < len {
            if self.index >= N {
                self.twist();
            }
            let words = &self.words[self.index..];
            let words = &words[..words.len().min(len - out.len())];
            out.extend(words.iter().map(|word| temper(*word).to_le_bytes()));
            self.index += words.len();
        }
        if let Some(last) = out.last_mut()
            && !count.is_multiple_of(32)
        {
            let word = u32::from_le_bytes(*last) >> (32 - count % 32);
            *last = word.to_le_bytes();
        }
        Ok(out)
    }

    /// Replaces all words by the next ones.
    #[inline(never)]
    fn twist(&mut self) {
        let old = self.words;
        let (first, rest) = self.words.split_at_mut(N - M);
        let (second, third) = rest.split_at_mut(N - M);
        advance(first, &old, &old[M..]);
        advance(second, &old[N - M..], first);
        advance(third, &old[2 * (N - M)..], second);
        // The last word's neighbour is the first one, which is new already.
        self.words[N - 1] = successor(old[N - 1], self.words[0], self.words[M - 1]);
        self.index = 0;
    }
}

/// Lets the highest bits act on the lowest ones.
const fn spread(word: u32) -> u32 {
    word ^ word >> 30
}

/// The place after `at` when seeding goes round: the last word is copied to the front, which is skipped.
fn following(words: &mut [u32; N], at: usize) -> usize {
    if at + 1 < N {
        return at + 1;
    }
    words[0] = words[N - 1];
    1
}

/// Writes the successors of `old`'s first words, each from it, the next one, and one of `ahead`.
fn advance(new: &mut [u32], old: &[u32], ahead: &[u32]) {
    for (((new, old), next), ahead) in new.iter_mut().zip(old).zip(&old[1..]).zip(ahead) {
        *new = successor(*old, *next, *ahead);
    }
}

#[inline]
fn successor(old: u32, next: u32, ahead: u32) -> u32 {
    let joined = old & 0x8000_0000 | next & 0x7FFF_FFFF;
    let odd = (next & 1).wrapping_neg();
    ahead ^ joined >> 1 ^ odd & 0x9908_B0DF
}

#[inline]
fn temper(mut word: u32) -> u32 {
    word ^= word >> 11;
    word ^= word << 7 & 0x9D2C_5680;
    word ^= word << 15 & 0xEFC6_0000;
    word ^ word >> 18
}

/// There is no room for so many bits.
#[derive(Debug)]
pub(crate) struct OutOfMemory;

impl From<CollectionAllocErr> for OutOfMemory {
    fn from(_: CollectionAllocErr) -> Self {
        OutOfMemory
    }
}

impl From<std::num::TryFromIntError> for OutOfMemory {
    fn from(_: std::num::TryFromIntError) -> Self {
        OutOfMemory
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key of the reference implementation's demonstration, and 1000 words that it prints.
    const REFERENCE_KEY: [u32; 4] = [0x123, 0x234, 0x345, 0x456];
    const REFERENCE: &str = include_str!("../tests/data/mt19937ar.txt");

    fn reference() -> Vec<u32> {
        let lines = REFERENCE.lines().filter(|line| !line.starts_with('#'));
        let words = lines.flat_map(str::split_ascii_whitespace);
        words.map(|word| word.parse().unwrap()).collect()
    }

    /// The recurrence as it is defined, one word at a time.
    struct Model(Vec<u32>);

    impl Model {
        fn next(&mut self) -> u32 {
            let k = self.0.len() - N;
            let joined = self.0[k] & 0x8000_0000 | self.0[k + 1] & 0x7FFF_FFFF;
            let odd = if joined % 2 == 1 { 0x9908_B0DF } else { 0 };
            let word = self.0[k + M] ^ joined >> 1 ^ odd;
            self.0.push(word);
            let mut out = word;
            out ^= out >> 11;
            out ^= out << 7 & 0x9D2C_5680;
            out ^= out << 15 & 0xEFC6_0000;
            out ^ out >> 18
        }
    }

    #[test]
    fn gives_the_reference_words() {
        let words = reference();
        assert_eq!(words.len(), 1000);
        let mut twister = Twister::from_key(&REFERENCE_KEY);
        assert!(words.iter().all(|word| twister.next_u32() == *word));
    }

    /// What the C++ standard requires of `std::mt19937`.
    #[test]
    fn gives_the_ten_thousandth_word() {
        let mut twister = Twister::from_number(5489);
        let last = (0..10_000).map(|_| twister.next_u32()).last();
        assert_eq!(last, Some(4_123_659_995));
    }

    #[test]
    fn follows_the_definition() {
        for key in [&[0][..], &[u32::MAX; 3], &[7; 2000]] {
            let mut twister = Twister::from_key(key);
            let mut model = Model(twister.words.to_vec());
            assert!((0..5 * N).all(|_| twister.next_u32() == model.next()));
        }
    }

    #[test]
    fn bits_are_the_words() {
        let mut one = Twister::from_key(&REFERENCE_KEY);
        let mut other = one.clone();
        for count in [1, 31, 32, 33, 64, 95, 20_000, 32 * N as u64, 7] {
            let words = one.next_bits(count).unwrap();
            assert_eq!(words.len() as u64, count.div_ceil(32));
            for (position, word) in words.iter().enumerate() {
                let unused = (32 * (position as u64 + 1)).saturating_sub(count);
                assert_eq!(u32::from_le_bytes(*word), other.next_u32() >> unused);
            }
            assert_eq!(one, other);
        }
    }

    #[test]
    fn too_many_bits_are_refused() {
        let mut twister = Twister::from_key(&[1]);
        let before = twister.clone();
        assert!(twister.next_bits(u64::MAX).is_err());
        assert_eq!(twister, before);
    }

    #[test]
    fn state_goes_out_and_comes_back() {
        let mut twister = Twister::from_key(&[1, 2, 3]);
        for _ in 0..2 * N {
            let (words, index) = twister.state();
            let mut copy = Twister::from_state(*words, index).unwrap();
            assert_eq!(copy.next_f64(), twister.next_f64());
        }
        assert!(Twister::from_state([0; N], N + 1).is_none());
    }

    #[test]
    fn without_a_seed_there_are_zeros() {
        let mut twister = Twister::zeroed();
        assert!((0..2 * N).all(|_| twister.next_u32() == 0));
    }
}
