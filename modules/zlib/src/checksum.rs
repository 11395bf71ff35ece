//! The checksums of the deflate containers: CRC-32 (RFC 1952, section 8) and Adler-32 (RFC 1950,
//! section 9). SIMD, chosen at run time.

/// Continues the CRC-32 `value` (0 at the start) over `data`.
pub(crate) fn crc32(value: u32, data: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new_with_initial(value);
    hasher.update(data);
    hasher.finalize()
}

/// Continues the Adler-32 `value` (1 at the start) over `data`. A value that is no checksum is
/// reduced to one, also when there are no data.
pub(crate) fn adler32(value: u32, data: &[u8]) -> u32 {
    if data.is_empty() {
        return (((value >> 16) % ADLER_BASE) << 16) | ((value & 0xffff) % ADLER_BASE);
    }
    let (mut low, mut high) = (value & 0xffff, value >> 16);
    if data.len() > SHORT || low >= ADLER_BASE || high >= ADLER_BASE {
        return corten_zlib::adler32(value, data);
    }
    for &byte in data {
        low += u32::from(byte);
        high += low;
    }
    ((high % ADLER_BASE) << 16) | (low % ADLER_BASE)
}

/// So few bytes are summed before vector code is chosen. The sums stay far below 2**32.
const SHORT: usize = 32;

/// The largest prime below 2**16.
const ADLER_BASE: u32 = 65_521;

/// The CRC-32 of two sequences, one after the other, from those of each: `first`, and `second`,
/// that of `len` bytes. O(log len).
#[cfg(any(Py_3_15, test))]
pub(crate) fn crc32_combine(first: u32, second: u32, len: u64) -> u32 {
    corten_zlib::crc32_combine(first, second, len)
}

/// The Adler-32 of two sequences, as [`crc32_combine`]. O(1).
#[cfg(any(Py_3_15, test))]
pub(crate) fn adler32_combine(first: u32, second: u32, len: u64) -> u32 {
    corten_zlib::adler32_combine(first, second, len)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// CRC-32 bit by bit, as the RFC defines it.
    fn crc32_by_definition(value: u32, data: &[u8]) -> u32 {
        !data.iter().fold(!value, |crc, &byte| {
            (0..8).fold(crc ^ u32::from(byte), |crc, _| {
                (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg())
            })
        })
    }

    /// Adler-32 byte by byte, as the RFC defines it.
    fn adler32_by_definition(value: u32, data: &[u8]) -> u32 {
        let start = ((value & 0xffff) % ADLER_BASE, (value >> 16) % ADLER_BASE);
        let (a, b) = data.iter().fold(start, |(a, b), &byte| {
            let a = (a + u32::from(byte)) % ADLER_BASE;
            (a, (b + a) % ADLER_BASE)
        });
        (b << 16) | a
    }

    fn data(len: usize) -> Vec<u8> {
        (0..len).map(|i| (i * i / 7 + i) as u8).collect()
    }

    #[test]
    fn agree_with_the_definitions() {
        for len in (0..300).chain([1_000, 4_095, 65_536, 100_001]) {
            let data = data(len);
            for value in [0, 1, 0x1234_5678, 0xffff_ffff, 0xfff1_fff1] {
                assert_eq!(
                    crc32(value, &data),
                    crc32_by_definition(value, &data),
                    "{len}"
                );
                assert_eq!(
                    adler32(value, &data),
                    adler32_by_definition(value, &data),
                    "{len}"
                );
            }
        }
    }

    #[test]
    fn combine() {
        let data = data(5_000);
        for split in [0, 1, 100, 4_999, 5_000] {
            let (a, b) = data.split_at(split);
            let len = b.len() as u64;
            assert_eq!(
                crc32_combine(crc32(0, a), crc32(0, b), len),
                crc32(0, &data)
            );
            assert_eq!(
                adler32_combine(adler32(1, a), adler32(1, b), len),
                adler32(1, &data)
            );
        }
    }
}
