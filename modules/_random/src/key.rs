//! Keys for the generator: numbers of any size as words.

use std::collections::TryReserveError;

/// The absolute value of a number in as few words as it takes, but one at least, the lowest first.
///
/// `bytes` is the number itself, little-endian, in two's complement.
pub(crate) fn magnitude(bytes: &[u8]) -> Result<Vec<u32>, TryReserveError> {
    let is_negative = bytes.last().is_some_and(|highest| *highest >= 0x80);
    let sign = if is_negative { u8::MAX } else { 0 };
    let mut words = Vec::new();
    words.try_reserve_exact(bytes.len().div_ceil(4).max(1))?;
    let mut carry = is_negative;
    for part in bytes.chunks(4) {
        let mut word = [sign; 4];
        word[..part.len()].copy_from_slice(part);
        let word = word.map(|byte| byte ^ sign);
        let (word, overflow) = u32::from_le_bytes(word).overflowing_add(carry.into());
        carry = overflow;
        words.push(word);
    }
    while words.len() > 1 && words.last() == Some(&0) {
        words.pop();
    }
    if words.is_empty() {
        words.push(0);
    }
    Ok(words)
}

/// The key where the system has no randomness: two clocks, in nanoseconds, and the process.
pub(crate) fn from_clocks(wall: u64, monotonic: u64, process: u32) -> [u32; 5] {
    let halves = |number: u64| [number as u32, (number >> 32) as u32];
    let ([a, b], [d, e]) = (halves(wall), halves(monotonic));
    [a, b, process, d, e]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(number: i128, expected: &[u32]) {
        let bytes = number.to_le_bytes();
        for len in 1..=bytes.len() {
            let (kept, rest) = bytes.split_at(len);
            let sign = if kept[len - 1] >= 0x80 { 0xFF } else { 0 };
            if rest.iter().all(|byte| *byte == sign) && (number < 0) == (sign != 0) {
                assert_eq!(
                    magnitude(kept).unwrap(),
                    expected,
                    "{number} in {len} bytes"
                );
            }
        }
    }

    #[test]
    fn magnitudes_are_words_without_leading_zeros() {
        for sign in [1, -1] {
            check(0, &[0]);
            check(sign, &[1]);
            check(sign * 0xFF, &[0xFF]);
            check(sign * 0x8000_0000, &[0x8000_0000]);
            check(sign * 0xFFFF_FFFF, &[0xFFFF_FFFF]);
            check(sign * (1 << 32), &[0, 1]);
            check(sign * 0x0123_4567_89AB_CDEF, &[0x89AB_CDEF, 0x0123_4567]);
            check(sign * (1 << 96), &[0, 0, 0, 1]);
        }
        check(i128::MIN, &[0, 0, 0, 1 << 31]);
        assert_eq!(magnitude(&[]).unwrap(), [0]);
    }

    #[test]
    fn clocks_are_split() {
        let key = from_clocks(0x1111_1111_2222_2222, 0x4444_4444_5555_5555, 3);
        assert_eq!(key, [0x2222_2222, 0x1111_1111, 3, 0x5555_5555, 0x4444_4444]);
    }
}
