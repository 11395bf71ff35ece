//! scrypt (RFC 7914).

use std::collections::TryReserveError;

use crate::{Engine, Hasher, Hmac, HmacKey, pbkdf2};

/// How much work and memory a key costs.
#[derive(Clone, Copy, Debug)]
pub struct ScryptCost {
    /// How many blocks are kept in memory: a power of two.
    blocks: usize,
    /// The size of a block, in units of 128 bytes.
    block_size: usize,
    /// How many times over that is done.
    lanes: usize,
}

/// Why a cost is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScryptRefusal {
    /// A value that has no meaning.
    Invalid,
    /// A value beyond 32 bits.
    TooLarge,
    /// More work or memory than allowed.
    LimitExceeded,
}

impl ScryptCost {
    /// The cost with the RFC's parameters N, r and p, in at most `max_memory` bytes.
    ///
    /// # Errors
    ///
    /// When these values go against the RFC, or the memory would not do.
    pub fn new(n: u64, r: u64, p: u64, max_memory: u64) -> Result<Self, ScryptRefusal> {
        let limit = |holds: bool| holds.then_some(()).ok_or(ScryptRefusal::LimitExceeded);
        let fits = |value: u64| u32::try_from(value).is_ok();
        if !fits(r) || !fits(p) {
            return Err(ScryptRefusal::TooLarge);
        }
        if r == 0 || p == 0 || n < 2 || !n.is_power_of_two() {
            return Err(ScryptRefusal::Invalid);
        }
        limit(r * p < 1 << 30)?;
        limit(16 * r >= 64 || n < 1 << (16 * r))?;
        let lanes = 128 * r * p;
        limit(i32::try_from(lanes).is_ok())?;
        let memory = (n + 2)
            .checked_mul(128 * r)
            .and_then(|m| m.checked_add(lanes));
        limit(memory.is_some_and(|memory| memory <= max_memory))?;
        let size = |value: u64| usize::try_from(value).map_err(|_| ScryptRefusal::LimitExceeded);
        Ok(Self {
            blocks: size(n)?,
            block_size: size(r)?,
            lanes: size(p)?,
        })
    }
}

/// Fills `key` with the key that is derived from a password and a salt.
///
/// `password` is a key for HMAC with SHA-256, `salted` its code after the salt as its message.
///
/// # Errors
///
/// When there is no memory.
pub fn scrypt(
    password: &HmacKey,
    salted: &Hmac<Hasher>,
    cost: ScryptCost,
    key: &mut [u8],
) -> Result<(), TryReserveError> {
    let lane = 128 * cost.block_size;
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(lane * cost.lanes)?;
    bytes.resize(lane * cost.lanes, 0);
    pbkdf2(password, salted, 1, &mut bytes);
    let mut memory = Memory::new(cost)?;
    for lane in bytes.chunks_exact_mut(lane) {
        memory.mix(lane);
    }
    let mut salted = password.begin();
    salted.update(&bytes);
    pbkdf2(password, &salted, 1, key);
    Ok(())
}

/// Half the unit of block sizes: the 16 words of a Salsa20 block, its diagonals as rows.
type Half = [Row; 4];

/// Four words that are worked on at once.
type Row = [u32; 4];

/// Where the words of each row are in a block as RFC 7914 numbers them.
const DIAGONALS: [[usize; 4]; 4] = [[0, 5, 10, 15], [4, 9, 14, 3], [8, 13, 2, 7], [12, 1, 6, 11]];

/// The memory that makes scrypt expensive.
struct Memory {
    /// All blocks, one after the other.
    blocks: Vec<Half>,
    /// The block that is worked on.
    current: Vec<Half>,
    /// The block that comes next.
    next: Vec<Half>,
    cost: ScryptCost,
}

impl Memory {
    fn new(cost: ScryptCost) -> Result<Self, TryReserveError> {
        let halves = 2 * cost.block_size;
        Ok(Self {
            blocks: with_capacity(halves * cost.blocks)?,
            current: with_capacity(halves)?,
            next: with_capacity(halves)?,
            cost,
        })
    }

    /// The RFC's `scryptROMix`, on the block `bytes`.
    fn mix(&mut self, bytes: &mut [u8]) {
        self.blocks.clear();
        self.current.clear();
        self.current.extend(bytes.chunks_exact(64).map(to_half));
        self.next.clone_from(&self.current);
        for _ in 0..self.cost.blocks {
            self.blocks.extend_from_slice(&self.current);
            mix_block(self.current.iter().copied(), &mut self.next);
            std::mem::swap(&mut self.current, &mut self.next);
        }
        let halves = self.current.len();
        for _ in 0..self.cost.blocks {
            // Taking the remainder by a power of two: one word of the number is enough.
            let index = self.current[halves - 1][0][0] as usize & (self.cost.blocks - 1);
            let chosen = &self.blocks[index * halves..][..halves];
            let mixed = self.current.iter().zip(chosen).map(|(a, b)| xor(*a, *b));
            mix_block(mixed, &mut self.next);
            std::mem::swap(&mut self.current, &mut self.next);
        }
        for (bytes, half) in bytes.chunks_exact_mut(64).zip(&self.current) {
            write_half(half, bytes);
        }
    }
}

fn with_capacity(halves: usize) -> Result<Vec<Half>, TryReserveError> {
    let mut memory = Vec::new();
    memory.try_reserve_exact(halves)?;
    Ok(memory)
}

/// The RFC's `scryptBlockMix`, from one block to another.
#[inline]
fn mix_block(
    block: impl DoubleEndedIterator<Item = Half> + ExactSizeIterator + Clone,
    mixed: &mut [Half],
) {
    let Some(mut last) = block.clone().next_back() else {
        return;
    };
    let (even, odd) = mixed.split_at_mut(block.len() / 2);
    let mut block = block;
    for (even, odd) in even.iter_mut().zip(odd) {
        for place in [even, odd] {
            if let Some(half) = block.next() {
                last = salsa(xor(last, half));
                *place = last;
            }
        }
    }
}

/// The core of Salsa20 with 8 rounds.
#[inline]
fn salsa(input: Half) -> Half {
    let [mut a, mut b, mut c, mut d] = input;
    for _ in 0..4 {
        b = step(b, a, d, 7);
        c = step(c, b, a, 9);
        d = step(d, c, b, 13);
        a = step(a, d, c, 18);
        // The rows of the matrix are its columns' diagonals, turned.
        (b, c, d) = (turned(b, 3), turned(c, 2), turned(d, 1));
        d = step(d, a, b, 7);
        c = step(c, d, a, 9);
        b = step(b, c, d, 13);
        a = step(a, b, c, 18);
        (b, c, d) = (turned(b, 1), turned(c, 2), turned(d, 3));
    }
    let output = [a, b, c, d];
    std::array::from_fn(|row| std::array::from_fn(|i| output[row][i].wrapping_add(input[row][i])))
}

#[inline]
fn step(row: Row, first: Row, second: Row, distance: u32) -> Row {
    std::array::from_fn(|i| row[i] ^ first[i].wrapping_add(second[i]).rotate_left(distance))
}

#[inline]
fn turned(row: Row, by: usize) -> Row {
    std::array::from_fn(|i| row[(i + by) % 4])
}

#[inline]
fn xor(a: Half, b: Half) -> Half {
    std::array::from_fn(|row| std::array::from_fn(|i| a[row][i] ^ b[row][i]))
}

fn to_half(bytes: &[u8]) -> Half {
    DIAGONALS.map(|row| {
        row.map(|word| {
            let bytes = &bytes[4 * word..];
            u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
        })
    })
}

fn write_half(half: &Half, bytes: &mut [u8]) {
    for (words, places) in half.iter().zip(DIAGONALS) {
        for (word, place) in words.iter().zip(places) {
            bytes[4 * place..][..4].copy_from_slice(&word.to_le_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Algorithm;

    fn key(password: &[u8], salt: &[u8], cost: ScryptCost) -> Vec<u8> {
        let password = HmacKey::new(Algorithm::Sha256, password).unwrap();
        let mut salted = password.begin();
        salted.update(salt);
        let mut key = vec![0; 64];
        scrypt(&password, &salted, cost, &mut key).unwrap();
        key
    }

    /// RFC 7914, section 12: password, salt, N, r, p and the key.
    const KNOWN: &[(&str, &str, u64, u64, u64, &str)] = &[
        (
            "",
            "",
            16,
            1,
            1,
            "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906",
        ),
        (
            "password",
            "NaCl",
            1024,
            8,
            16,
            "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640",
        ),
        (
            "pleaseletmein",
            "SodiumChloride",
            16384,
            8,
            1,
            "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887",
        ),
    ];

    #[test]
    fn known_keys() {
        for &(password, salt, n, r, p, expected) in KNOWN {
            let cost = ScryptCost::new(n, r, p, 1 << 25).unwrap();
            let key = key(password.as_bytes(), salt.as_bytes(), cost);
            assert_eq!(crate::tests::hex(&key), expected);
        }
    }

    #[test]
    fn costs() {
        let refusal = |n, r, p, memory| ScryptCost::new(n, r, p, memory).err();
        assert_eq!(refusal(2, 1, 1, 640), None);
        assert_eq!(refusal(2, 1, 1, 639), Some(ScryptRefusal::LimitExceeded));
        for (n, r, p) in [(0, 1, 1), (1, 1, 1), (3, 1, 1), (2, 0, 1), (2, 1, 0)] {
            assert_eq!(refusal(n, r, p, u64::MAX), Some(ScryptRefusal::Invalid));
        }
        for (r, p) in [(1 << 32, 1), (1, 1 << 32), (u64::MAX, u64::MAX)] {
            assert_eq!(refusal(2, r, p, u64::MAX), Some(ScryptRefusal::TooLarge));
        }
        for (n, r, p) in [
            (1 << 16, 1, 1),
            (1 << 63, 1, 1),
            (1 << 63, 1 << 20, 1),
            (2, 1 << 15, 1 << 15),
            (2, u32::MAX.into(), u32::MAX.into()),
        ] {
            let refused = Some(ScryptRefusal::LimitExceeded);
            assert_eq!(refusal(n, r, p, u64::MAX), refused, "{n} {r} {p}");
        }
    }
}
