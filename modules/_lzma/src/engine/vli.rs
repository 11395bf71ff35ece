//! Integers of the .xz format: seven bits a byte, the lowest first.

use super::Error;

pub(super) const MAX: u64 = u64::MAX / 2;
/// The value that stands for an unknown size.
pub(super) const MAX_LEN: u32 = 9;

/// A reader that takes one byte at a time.
#[derive(Default)]
pub(super) struct Reader {
    value: u64,
    len: u32,
}

impl Reader {
    /// Takes the next byte, which may complete the integer.
    pub(super) fn push(&mut self, byte: u8) -> Result<Option<u64>, Error> {
        self.value |= u64::from(byte & 0x7f) << (self.len * 7);
        self.len += 1;
        if byte & 0x80 == 0 {
            // Only the shortest form is valid.
            if byte == 0 && self.len > 1 {
                return Err(Error::Data);
            }
            return Ok(Some(std::mem::take(self).value));
        }
        if self.len == MAX_LEN {
            return Err(Error::Data);
        }
        Ok(None)
    }
}

/// Takes an integer from the front of `bytes`.
pub(super) fn take(bytes: &mut &[u8]) -> Result<u64, Error> {
    let mut reader = Reader::default();
    while let Some(byte) = bytes.split_off_first() {
        if let Some(value) = reader.push(*byte)? {
            return Ok(value);
        }
    }
    Err(Error::Data)
}

pub(super) fn push(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// How many bytes the form of `value` has.
pub(super) fn len(value: u64) -> u64 {
    u64::from(value.checked_ilog2().unwrap_or(0) / 7 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        for shift in 0..63 {
            for value in [1_u64 << shift, (1 << shift) - 1, MAX >> shift] {
                let mut form = Vec::new();
                push(value, &mut form);
                assert_eq!(form.len() as u64, len(value));
                assert_eq!(take(&mut &form[..]), Ok(value));
                assert_eq!(take(&mut &form[..form.len() - 1]), Err(Error::Data));
            }
        }
    }

    #[test]
    fn long_forms_are_corrupt() {
        assert_eq!(take(&mut &[0x80, 0][..]), Err(Error::Data));
        assert_eq!(take(&mut &[0xff; 10][..]), Err(Error::Data));
        assert_eq!(take(&mut &[0][..]), Ok(0));
    }
}
