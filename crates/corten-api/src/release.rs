//! Behaviour that CPython changed in maintenance releases. A library built for 3.13 runs in every
//! 3.13.x, so this is decided when it is loaded.

use std::ffi::c_ulong;

use corten_ffi as ffi;

/// A release of Python 3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Release {
    minor: u8,
    micro: u8,
}

/// The first releases with a change: minor and micro version, for each branch that got it.
pub type Since = &'static [(u8, u8)];

impl Release {
    /// The interpreter's.
    #[must_use]
    pub fn running() -> Self {
        // SAFETY: a constant of the interpreter.
        Self::from_hexversion(unsafe { ffi::Py_Version })
    }

    /// The release that has this `sys.hexversion`.
    const fn from_hexversion(version: c_ulong) -> Self {
        Release {
            minor: (version >> 16) as u8,
            micro: (version >> 8) as u8,
        }
    }

    /// Whether the release has a change. Branches that are newer than all listed ones do, others
    /// that are not listed don't.
    #[must_use]
    pub fn has(self, change: Since) -> bool {
        match change.iter().find(|(minor, _)| *minor == self.minor) {
            Some((_, micro)) => self.micro >= *micro,
            None => change.iter().all(|(minor, _)| *minor < self.minor),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: Since = &[(12, 4)];
    const BACKPORTED: Since = &[(13, 13), (14, 4)];

    #[test]
    fn changes_are_known_by_branch() {
        let release = |minor, micro| Release { minor, micro };
        assert_eq!(Release::from_hexversion(0x030d_05f0), release(13, 5));
        assert!(!release(11, 14).has(OLD));
        assert!(!release(12, 3).has(OLD));
        assert!(release(12, 4).has(OLD));
        assert!(release(13, 0).has(OLD));
        assert!(!release(12, 12).has(BACKPORTED));
        assert!(!release(14, 3).has(BACKPORTED));
        assert!(release(13, 13).has(BACKPORTED));
        assert!(release(15, 0).has(BACKPORTED));
    }
}
