//! The two cyclic redundancy checks of the module.

use crc::{CRC_16_XMODEM, Crc, Table};

/// CRC-32 of `data` (ISO-HDLC, as in gzip and zip), continued from `crc`.
///
/// Runs on carry-less multiplication where the CPU has it.
pub(crate) fn crc32(data: &[u8], crc: u32) -> u32 {
    let mut hasher = crc32fast::Hasher::new_with_initial(crc);
    hasher.update(data);
    hasher.finalize()
}

/// CRC-CCITT of `data` as BinHex 4 computes it (polynomial 0x1021, most significant bit first),
/// continued from `crc`. Sixteen bytes a step.
pub(crate) fn crc_hqx(data: &[u8], crc: u16) -> u16 {
    let mut digest = HQX.digest_with_initial(crc);
    digest.update(data);
    digest.finalize()
}

static HQX: Crc<u16, Table<16>> = Crc::<u16, Table<16>>::new(&CRC_16_XMODEM);

#[cfg(test)]
mod tests {
    use super::*;

    /// One bit at a time, straight from the polynomial.
    fn crc32_model(data: &[u8], crc: u32) -> u32 {
        !data.iter().fold(!crc, |crc, &byte| {
            (0..8).fold(crc ^ u32::from(byte), |crc, _| {
                (crc >> 1) ^ (0xEDB8_8320 * (crc & 1))
            })
        })
    }

    fn crc_hqx_model(data: &[u8], crc: u16) -> u16 {
        data.iter().fold(crc, |crc, &byte| {
            (0..8).fold(crc ^ u16::from(byte) << 8, |crc, _| {
                (crc << 1) ^ (0x1021 * (crc >> 15))
            })
        })
    }

    fn sample(len: usize) -> Vec<u8> {
        (0..len)
            .map(|i| (i * 167 + (i >> 8) * 31 + 5) as u8)
            .collect()
    }

    #[test]
    fn check_values() {
        assert_eq!(crc32(b"123456789", 0), 0xCBF4_3926);
        assert_eq!(crc_hqx(b"123456789", 0), 0x31C3);
        assert_eq!(crc32(b"", 7), 7);
        assert_eq!(crc_hqx(b"", 7), 7);
    }

    #[test]
    fn every_length_matches_the_polynomial() {
        for len in (0..300).chain([1023, 1024, 1025, 4096, 70_000]) {
            let data = sample(len);
            for start in [0, 1, 0xFFFF, 0x1234_5678, u32::MAX] {
                assert_eq!(
                    crc32(&data, start),
                    crc32_model(&data, start),
                    "{len} {start:#x}"
                );
                let start = start as u16;
                assert_eq!(
                    crc_hqx(&data, start),
                    crc_hqx_model(&data, start),
                    "{len} {start:#x}"
                );
            }
        }
    }

    #[test]
    fn checks_continue_where_they_stopped() {
        let data = sample(1000);
        for cut in [0, 1, 15, 16, 17, 500, 999, 1000] {
            let (head, tail) = data.split_at(cut);
            assert_eq!(crc32(tail, crc32(head, 9)), crc32(&data, 9));
            assert_eq!(crc_hqx(tail, crc_hqx(head, 9)), crc_hqx(&data, 9));
        }
    }
}
