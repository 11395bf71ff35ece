//! Moving to the front: a byte is told by its place in a list of recently used ones.

/// All bytes, the last used one first.
#[derive(Clone)]
pub(crate) struct Front {
    list: [u8; 256],
}

/// So many bytes at the front are moved by arithmetic.
const NEAR: usize = 8;

impl Front {
    /// With `bytes` at the front.
    pub(crate) fn new(bytes: impl Iterator<Item = u8>) -> Self {
        let mut list = [0; 256];
        for (place, byte) in list.iter_mut().zip(bytes) {
            *place = byte;
        }
        Self { list }
    }

    /// The byte at the front.
    #[inline(always)]
    pub(crate) fn first(&self) -> u8 {
        self.list[0]
    }

    /// The byte at `place`, which moves to the front.
    #[inline(always)]
    pub(crate) fn take(&mut self, place: u8) -> u8 {
        let place = usize::from(place);
        if place < NEAR {
            let near = self.near();
            let byte = (near >> (8 * place)) as u8;
            self.move_near(near, place, byte);
            byte
        } else {
            let byte = self.list[place];
            self.move_far(place, byte);
            byte
        }
    }

    /// The place of `byte`, which moves to the front.
    #[inline(always)]
    pub(crate) fn find(&mut self, byte: u8) -> u8 {
        const ONES: u64 = u64::MAX / 0xff;
        let near = self.near();
        // The lowest of its bytes that is zero is the first one that equals `byte`.
        let differences = near ^ (ONES * u64::from(byte));
        let zeros = differences.wrapping_sub(ONES) & !differences & (ONES << 7);
        if zeros != 0 {
            let place = (zeros.trailing_zeros() / 8) as usize;
            self.move_near(near, place, byte);
            return place as u8;
        }
        let is_it = |&other: &u8| other == byte;
        let place = NEAR + self.list[NEAR..].iter().position(is_it).unwrap_or(0);
        self.move_far(place, byte);
        place as u8
    }

    fn near(&self) -> u64 {
        self.list
            .first_chunk()
            .map_or(0, |near| u64::from_le_bytes(*near))
    }

    #[inline(always)]
    fn move_near(&mut self, near: u64, place: usize, byte: u8) {
        let before = near & !(u64::MAX << (8 * place));
        let behind = near & ((u64::MAX << 8) << (8 * place));
        let moved = behind | before << 8 | u64::from(byte);
        self.list[..NEAR].copy_from_slice(&moved.to_le_bytes());
    }

    #[inline(always)]
    fn move_far(&mut self, place: usize, byte: u8) {
        self.list.copy_within(..place, 1);
        self.list[0] = byte;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_a_list_from_which_is_taken() {
        let mut model: Vec<u8> = (0..=255).collect();
        let mut taken = Front::new(0..=255);
        let mut found = taken.clone();
        let mut place = 0_usize;
        for step in 0..5_000 {
            place = (place * 7 + step) % [5, 8, 9, 20, 256][step % 5];
            let byte = model.remove(place);
            model.insert(0, byte);
            assert_eq!(taken.take(place as u8), byte);
            assert_eq!(found.find(byte), place as u8);
            assert_eq!(taken.first(), byte);
        }
        assert!(taken.list[..] == model && found.list[..] == model);
    }
}
