//! Behaviour that CPython changed in maintenance releases. A library built for 3.13 runs in every
//! 3.13.x, so this is decided when it is loaded.

/// A release of Python 3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Release {
    minor: u8,
    micro: u8,
}

/// The first releases with a change: minor and micro version, for each branch that got it.
type Since = &'static [(u8, u8)];

/// Padding after a whole base64 group is an error in strict mode (gh-118314).
pub(crate) const NO_EXCESS_PADDING: Since = &[(12, 4)];

/// Padding no longer ends base64 (gh-145264).
pub(crate) const PADDING_IS_SKIPPED: Since = &[(13, 13), (14, 4)];

/// An empty uuencoded line is an error (gh-148093).
pub(crate) const EMPTY_UU_LINE_IS_AN_ERROR: Since = &[(13, 14), (14, 5)];

impl Release {
    /// The release that `sys.hexversion` states.
    pub(crate) const fn from_hexversion(version: i64) -> Self {
        Release {
            minor: (version >> 16) as u8,
            micro: (version >> 8) as u8,
        }
    }

    /// Whether the release has a change. Branches that are newer than all listed ones do, others
    /// that are not listed don't.
    pub(crate) fn has(self, change: Since) -> bool {
        match change.iter().find(|(minor, _)| *minor == self.minor) {
            Some((_, micro)) => self.micro >= *micro,
            None => change.iter().all(|(minor, _)| *minor < self.minor),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_known_by_branch() {
        let release = |minor, micro| Release { minor, micro };
        assert_eq!(Release::from_hexversion(0x030d_05f0), release(13, 5));
        assert!(!release(11, 14).has(NO_EXCESS_PADDING));
        assert!(!release(12, 3).has(NO_EXCESS_PADDING));
        assert!(release(12, 4).has(NO_EXCESS_PADDING));
        assert!(release(13, 0).has(NO_EXCESS_PADDING));
        assert!(!release(12, 12).has(PADDING_IS_SKIPPED));
        assert!(!release(14, 3).has(PADDING_IS_SKIPPED));
        assert!(release(13, 13).has(PADDING_IS_SKIPPED));
        assert!(release(15, 0).has(EMPTY_UU_LINE_IS_AN_ERROR));
    }
}
