//! Making dictionaries out of samples.

use std::ffi::{c_uint, c_void};
use std::mem::MaybeUninit;

use libzstd_rs_sys::lib::zdict::{ZDICT_finalizeDictionary, ZDICT_params_t, ZDICT_trainFromBuffer};

use crate::error::{Error, checked};

/// Trains a dictionary on `samples`, which are `sizes` long, one after the other. It is at most as
/// long as `dictionary`.
///
/// # Errors
///
/// When the samples are too few, or are not as long as told; when there is no memory.
pub fn train_dictionary<'o>(
    samples: &[u8],
    sizes: &[usize],
    dictionary: &'o mut [MaybeUninit<u8>],
) -> Result<&'o mut [u8], Error> {
    let count = checked_count(samples, sizes)?;
    reserve(sizes, dictionary)?;
    // SAFETY: the sizes add up to the length of the samples; the rest are slices with their lengths.
    let result = unsafe {
        ZDICT_trainFromBuffer(
            dictionary.as_mut_ptr().cast(),
            dictionary.len(),
            samples.as_ptr().cast(),
            sizes.as_ptr(),
            count,
        )
    };
    // SAFETY: the result of the call.
    unsafe { written(dictionary, result) }
}

/// Makes a dictionary with `content`, and with the statistics of `samples`, which are `sizes` long,
/// one after the other, compressed at `level`. It is at most as long as `dictionary`.
///
/// # Errors
///
/// When content or samples are too short, or the samples are not as long as told; when there is no
/// memory.
pub fn finalize_dictionary<'o>(
    content: &[u8],
    samples: &[u8],
    sizes: &[usize],
    level: i32,
    dictionary: &'o mut [MaybeUninit<u8>],
) -> Result<&'o mut [u8], Error> {
    let count = checked_count(samples, sizes)?;
    reserve(sizes, dictionary)?;
    let parameters = ZDICT_params_t {
        compressionLevel: level,
        notificationLevel: 0,
        dictID: 0,
    };
    // SAFETY: the sizes add up to the length of the samples; the rest are slices with their lengths.
    let result = unsafe {
        ZDICT_finalizeDictionary(
            dictionary.as_mut_ptr().cast::<c_void>(),
            dictionary.len(),
            content.as_ptr().cast(),
            content.len(),
            samples.as_ptr().cast(),
            sizes.as_ptr(),
            count,
            parameters,
        )
    };
    // SAFETY: the result of the call.
    unsafe { written(dictionary, result) }
}

/// The number of samples, which have all of the `samples` between them.
fn checked_count(samples: &[u8], sizes: &[usize]) -> Result<c_uint, Error> {
    let total = sizes
        .iter()
        .try_fold(0_usize, |sum, &size| sum.checked_add(size));
    match c_uint::try_from(sizes.len()) {
        Ok(count) if total == Some(samples.len()) => Ok(count),
        _ => Err(Error::SOURCE_SIZE),
    }
}

/// Finds out whether there is memory for what the library allocates without looking.
fn reserve(sizes: &[usize], dictionary: &[MaybeUninit<u8>]) -> Result<(), Error> {
    /// Tables of frequencies, a block's worth of sequences, and a context to try candidates with.
    const TABLES: usize = 16 << 20;
    let offsets = size_of_val(sizes);
    let candidates = dictionary.len().saturating_mul(5);
    let total = TABLES.saturating_add(offsets).saturating_add(candidates);
    let memory: Result<(), _> = Vec::<u8>::new().try_reserve_exact(total);
    memory.map_err(|_| Error::MEMORY)
}

/// # Safety
///
/// `result` must be an error, or how many bytes the library has written to `dictionary`.
unsafe fn written(dictionary: &mut [MaybeUninit<u8>], result: usize) -> Result<&mut [u8], Error> {
    let len = checked(result)?;
    // SAFETY: as the caller vouches.
    Ok(unsafe { dictionary[..len].assume_init_mut() })
}
