//! Parameters: their numbers, and their bounds.

use std::mem;
use std::ops::RangeInclusive;

use libzstd_rs_sys::{ZSTD_cParameter, ZSTD_dParameter};

use crate::error::{Error, checked};

/// The compression level that is taken when none is given.
pub const DEFAULT_LEVEL: i32 = libzstd_rs_sys::ZSTD_CLEVEL_DEFAULT;

/// All compression levels.
#[must_use]
pub fn levels() -> RangeInclusive<i32> {
    libzstd_rs_sys::ZSTD_minCLevel()..=libzstd_rs_sys::ZSTD_maxCLevel()
}

/// The strategies, from fast to strong.
pub mod strategy {
    macro_rules! strategies {
        ($($name:ident = $value:ident)*) => {$(
            #[doc = concat!("The strategy `", stringify!($value), "`.")]
            pub const $name: i32 = libzstd_rs_sys::lib::zstd::$value as i32;
        )*};
    }

    strategies! {
        FAST = ZSTD_fast
        DFAST = ZSTD_dfast
        GREEDY = ZSTD_greedy
        LAZY = ZSTD_lazy
        LAZY2 = ZSTD_lazy2
        BTLAZY2 = ZSTD_btlazy2
        BTOPT = ZSTD_btopt
        BTULTRA = ZSTD_btultra
        BTULTRA2 = ZSTD_btultra2
    }
}

/// A compression parameter by its number in `zstd.h`; the library refuses those that it does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CompressionParameter(pub i32);

impl CompressionParameter {
    /// The level.
    pub const LEVEL: Self = Self(100);
    /// The logarithm of the window's size.
    pub const WINDOW_LOG: Self = Self(101);
    /// The logarithm of the hash table's size.
    pub const HASH_LOG: Self = Self(102);
    /// The logarithm of the size of the table for chains or trees.
    pub const CHAIN_LOG: Self = Self(103);
    /// The logarithm of how many times to search.
    pub const SEARCH_LOG: Self = Self(104);
    /// The shortest match.
    pub const MIN_MATCH: Self = Self(105);
    /// What it means depends on the strategy.
    pub const TARGET_LENGTH: Self = Self(106);
    /// One of [`strategy`].
    pub const STRATEGY: Self = Self(107);
    /// Whether to look for matches far away.
    pub const LONG_DISTANCE_MATCHING: Self = Self(160);
    /// The logarithm of the size of the table for far matches.
    pub const LDM_HASH_LOG: Self = Self(161);
    /// The shortest far match.
    pub const LDM_MIN_MATCH: Self = Self(162);
    /// The logarithm of the size of the buckets for far matches.
    pub const LDM_BUCKET_SIZE_LOG: Self = Self(163);
    /// How seldom to note a position for far matches.
    pub const LDM_HASH_RATE_LOG: Self = Self(164);
    /// Whether the frame header tells the size of the content, where it is known.
    pub const CONTENT_SIZE_FLAG: Self = Self(200);
    /// Whether a checksum follows the frame.
    pub const CHECKSUM_FLAG: Self = Self(201);
    /// Whether the frame header names the dictionary.
    pub const DICT_ID_FLAG: Self = Self(202);
    /// How many threads work.
    pub const WORKERS: Self = Self(400);
    /// How much each thread gets to do at once.
    pub const JOB_SIZE: Self = Self(401);
    /// How far jobs overlap.
    pub const OVERLAP_LOG: Self = Self(402);

    const STABLE_INPUT: Self = Self(1006);
    const STABLE_OUTPUT: Self = Self(1007);

    /// The smallest and the largest value.
    ///
    /// # Errors
    ///
    /// When there is no such parameter.
    pub fn bounds(self) -> Result<RangeInclusive<i32>, Error> {
        // SAFETY: any number is allowed.
        let bounds = unsafe {
            libzstd_rs_sys::lib::compress::zstd_compress::ZSTD_cParam_getBounds(self.raw())
        };
        checked(bounds.error)?;
        Ok(bounds.lowerBound..=bounds.upperBound)
    }

    /// Whether the parameter promises that buffers stay where they are between calls, which
    /// slices do not.
    pub(crate) fn is_about_buffers(self) -> bool {
        [Self::STABLE_INPUT, Self::STABLE_OUTPUT].contains(&self)
    }

    pub(crate) fn raw(self) -> ZSTD_cParameter {
        // SAFETY: a transparent wrapper of a `u32`, all of whose values are allowed: the library
        // matches it against the numbers that it knows.
        unsafe { mem::transmute::<u32, ZSTD_cParameter>(self.0.cast_unsigned()) }
    }
}

/// A decompression parameter by its number in `zstd.h`; the library refuses those that it does not
/// know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecompressionParameter(pub i32);

impl DecompressionParameter {
    /// The logarithm of the largest window that is accepted.
    pub const WINDOW_LOG_MAX: Self = Self(100);

    pub(crate) const NO_ASSEMBLY: Self = Self(1004);
    const STABLE_OUTPUT: Self = Self(1001);

    /// The smallest and the largest value.
    ///
    /// # Errors
    ///
    /// When there is no such parameter.
    pub fn bounds(self) -> Result<RangeInclusive<i32>, Error> {
        let bounds = libzstd_rs_sys::ZSTD_dParam_getBounds(self.raw());
        checked(bounds.error)?;
        Ok(bounds.lowerBound..=bounds.upperBound)
    }

    /// As for [`CompressionParameter`].
    pub(crate) fn is_about_buffers(self) -> bool {
        self == Self::STABLE_OUTPUT
    }

    pub(crate) fn raw(self) -> ZSTD_dParameter {
        // SAFETY: as for `ZSTD_cParameter`.
        unsafe { mem::transmute::<u32, ZSTD_dParameter>(self.0.cast_unsigned()) }
    }
}

/// Fails as the library does for a `value` out of bounds.
pub(crate) fn check(value: i32, bounds: RangeInclusive<i32>) -> Result<(), Error> {
    match bounds.contains(&value) {
        true => Ok(()),
        false => Err(Error::OUT_OF_BOUND),
    }
}
