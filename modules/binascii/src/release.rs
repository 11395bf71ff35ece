//! Behaviour that CPython changed in maintenance releases.

use corten_api::Since;

/// Padding after a whole base64 group is an error in strict mode (gh-118314).
pub(crate) const NO_EXCESS_PADDING: Since = &[(12, 4)];

/// Padding no longer ends base64 (gh-145264).
pub(crate) const PADDING_IS_SKIPPED: Since = &[(13, 13), (14, 4)];

/// An empty uuencoded line is an error (gh-148093).
pub(crate) const EMPTY_UU_LINE_IS_AN_ERROR: Since = &[(13, 14), (14, 5)];
