//! The checksum of blocks: CRC-32 with the most significant bit first.

use crc::{CRC_32_BZIP2, Crc, Table};

static CRC: Crc<u32, Table<16>> = Crc::<u32, Table<16>>::new(&CRC_32_BZIP2);

/// The checksum of what `sum` is that of, followed by `data`. 0 stands for nothing.
pub(crate) fn crc32(sum: u32, data: &[u8]) -> u32 {
    let mut digest = CRC.digest_with_initial(!sum);
    digest.update(data);
    digest.finalize()
}

/// The checksum of a stream up to a block, from the one before the block and the block's.
pub(crate) fn combine(stream: u32, block: u32) -> u32 {
    stream.rotate_left(1) ^ block
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_parts_as_in_one_go() {
        assert_eq!(crc32(0, b"123456789"), 0xfc89_1918);
        assert_eq!(crc32(crc32(0, b"1234"), b"56789"), 0xfc89_1918);
        assert_eq!(crc32(0, b""), 0);
    }
}
