//! Integrity checks of the .xz format.

use sha2::{Digest, Sha256};

/// A check's number in the format: 0 to 15, of which four are in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Check(u8);

impl Check {
    pub(crate) const NONE: Self = Check(0);
    pub(crate) const CRC32: Self = Check(1);
    pub(crate) const CRC64: Self = Check(4);
    pub(crate) const SHA256: Self = Check(10);
    pub(crate) const MAX_ID: u8 = 15;

    /// The check with number `id`, if it can be one.
    pub(crate) fn new(id: u8) -> Option<Self> {
        (id <= Self::MAX_ID).then_some(Check(id))
    }

    pub(crate) const fn id(self) -> u8 {
        self.0
    }

    pub(crate) fn is_supported(self) -> bool {
        matches!(self, Self::NONE | Self::CRC32 | Self::CRC64 | Self::SHA256)
    }

    /// The size of a value in bytes, known for the numbers not yet in use, too.
    pub(super) fn size(self) -> usize {
        match self.0 {
            0 => 0,
            1..=3 => 4,
            4..=6 => 8,
            7..=9 => 16,
            10..=12 => 32,
            _ => 64,
        }
    }
}

/// The value of a check, in the making. Checks that are not supported have none.
pub(super) enum Running {
    None,
    Crc32(crc32fast::Hasher),
    Crc64(crc64fast::Digest),
    Sha256(Box<Sha256>),
}

impl Running {
    pub(super) fn new(check: Check) -> Self {
        match check {
            Check::CRC32 => Running::Crc32(crc32fast::Hasher::new()),
            Check::CRC64 => Running::Crc64(crc64fast::Digest::new()),
            Check::SHA256 => Running::Sha256(Box::new(Sha256::new())),
            _ => Running::None,
        }
    }

    pub(super) fn update(&mut self, data: &[u8]) {
        match self {
            Running::None => {}
            Running::Crc32(running) => running.update(data),
            Running::Crc64(running) => running.write(data),
            Running::Sha256(running) => running.update(data),
        }
    }

    /// Calls `give` with the value, as the format stores it.
    pub(super) fn finish<R>(self, give: impl FnOnce(&[u8]) -> R) -> R {
        match self {
            Running::None => give(&[]),
            Running::Crc32(running) => give(&running.finalize().to_le_bytes()),
            Running::Crc64(running) => give(&running.sum64().to_le_bytes()),
            Running::Sha256(running) => give(&running.finalize()),
        }
    }
}
