//! Sets of bytes and maps from bytes to digits, for the codecs whose alphabet the caller may choose.

/// A set of byte values: which characters a decoder skips.
#[derive(Clone, Copy, Default)]
pub(crate) struct ByteSet([u64; 4]);

impl ByteSet {
    /// No byte at all.
    pub(crate) const EMPTY: Self = Self([0; 4]);

    /// The set of the bytes in `members`.
    #[cfg(any(Py_3_15, test))]
    pub(crate) fn new(members: &[u8]) -> Self {
        let mut set = Self::EMPTY;
        for &byte in members {
            set.0[usize::from(byte >> 6)] |= 1 << (byte & 63);
        }
        set
    }

    /// Whether `byte` is a member.
    pub(crate) fn contains(&self, byte: u8) -> bool {
        self.0[usize::from(byte >> 6)] >> (byte & 63) & 1 != 0
    }
}

/// The digit that each byte stands for, [`NO_DIGIT`] where it stands for none.
pub(crate) type DigitTable = [u8; 256];

/// Marks bytes outside the alphabet in a [`DigitTable`]; larger than every digit.
pub(crate) const NO_DIGIT: u8 = 0xff;

/// The inverse of `alphabet`, in which the byte at index *d* is digit *d*.
///
/// A byte that occurs twice stands for its last index. `pad` is never a digit, even where the
/// alphabet lists it.
pub(crate) const fn digit_table(alphabet: &[u8], pad: Option<u8>) -> DigitTable {
    let mut table = [NO_DIGIT; 256];
    let mut digit = 0;
    while digit < alphabet.len() {
        table[alphabet[digit] as usize] = digit as u8;
        digit += 1;
    }
    if let Some(pad) = pad {
        table[pad as usize] = NO_DIGIT;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_hold_exactly_their_members() {
        let set = ByteSet::new(b"\x00?@\x7f\x80\xff");
        let members: Vec<u8> = (0..=255).filter(|&byte| set.contains(byte)).collect();
        assert_eq!(members, b"\x00?@\x7f\x80\xff");
        assert!((0..=255).all(|byte| !ByteSet::EMPTY.contains(byte)));
    }

    #[test]
    fn tables_invert_alphabets() {
        let table = digit_table(b"ab=a", Some(b'='));
        assert_eq!(table[usize::from(b'a')], 3);
        assert_eq!(table[usize::from(b'b')], 1);
        assert_eq!(table[usize::from(b'=')], NO_DIGIT);
        assert_eq!(
            table.iter().filter(|&&digit| digit == NO_DIGIT).count(),
            254
        );
    }
}
