//! The hash tables of the search for matches: of two bytes, of three, and the main one, in a row.

const HASH_2_SIZE: usize = 1 << 10;
const HASH_3_SIZE: usize = 1 << 16;

/// What there is for the hashes of two bytes, of three, and the main one.
#[derive(Clone, Copy)]
pub(super) struct PerTable<T> {
    pub(super) two: T,
    pub(super) three: T,
    pub(super) main: T,
}

/// Where the hash tables have what begins as `data` do.
#[inline(always)]
pub(super) fn places<const HASH_BYTES: usize>(data: &[u8], hash_mask: u32) -> PerTable<usize> {
    let next = |index: usize| u32::from(data[index]);
    let two = hash_byte(data[0]) ^ next(1);
    let three = if HASH_BYTES > 2 {
        two ^ next(2) << 8
    } else {
        0
    };
    let main = match HASH_BYTES {
        2 => (next(0) | next(1) << 8) as usize,
        3 => HASH_2_SIZE + (three & hash_mask) as usize,
        _ => {
            let four = three ^ hash_byte(data[3]) << 5;
            HASH_2_SIZE + HASH_3_SIZE + (four & hash_mask) as usize
        }
    };
    PerTable {
        two: two as usize % HASH_2_SIZE,
        three: HASH_2_SIZE + three as usize % HASH_3_SIZE,
        main,
    }
}

/// Puts a number into the tables that there are; gives those that stood there.
#[inline(always)]
pub(super) fn replace<const HASH_BYTES: usize>(
    hash: &mut [u32],
    places: PerTable<usize>,
    number: u32,
) -> PerTable<u32> {
    let mut replace = |is_used: bool, place: usize| match is_used {
        true => std::mem::replace(&mut hash[place], number),
        false => 0,
    };
    PerTable {
        two: replace(HASH_BYTES > 2, places.two),
        three: replace(HASH_BYTES > 3, places.three),
        main: replace(true, places.main),
    }
}

/// How many hashes there are in all tables together.
pub(super) fn count(hash_bytes: u32, mask: u32) -> usize {
    let main = match hash_bytes {
        2 => 0,
        3 => HASH_2_SIZE,
        _ => HASH_2_SIZE + HASH_3_SIZE,
    };
    main + mask as usize + 1
}

/// What a hash of the main table is cut to.
pub(super) fn mask(dict_size: u32, hash_bytes: u32) -> u32 {
    if hash_bytes == 2 {
        return 0xffff;
    }
    let mut mask = dict_size - 1;
    for shift in [1, 2, 4, 8] {
        mask |= mask >> shift;
    }
    mask = mask >> 1 | 0xffff;
    match mask {
        0..=0x0100_0000 => mask,
        _ if hash_bytes == 3 => 0x00ff_ffff,
        _ => mask >> 1,
    }
}

/// The CRC-32 of a byte, without the usual inversions.
#[inline(always)]
fn hash_byte(byte: u8) -> u32 {
    static TABLE: [u32; 256] = {
        let mut table = [0; 256];
        let mut index = 0;
        while index < 256 {
            let mut value = index as u32;
            let mut round = 0;
            while round < 8 {
                value = value >> 1 ^ (0xedb8_8320 & 0_u32.wrapping_sub(value & 1));
                round += 1;
            }
            table[index] = value;
            index += 1;
        }
        table
    };
    TABLE[usize::from(byte)]
}
