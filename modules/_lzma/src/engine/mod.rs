//! LZMA and its containers. Knows no Python: bytes in, bytes out, in pieces of any size.

mod check;
pub(crate) mod decode;
pub(crate) mod encode;
mod filter;
mod models;
mod options;
mod vli;

pub(crate) use check::Check;
pub(crate) use options::{Chain, Filter, LzmaOptions, MatchFinder, Mode, filter_id, preset};

/// Why a stream cannot be decoded or encoded: the kinds that callers tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Error {
    /// There is no memory.
    NoMemory,
    /// More memory is needed than the limit allows.
    MemoryLimit,
    /// The data are of no known format.
    Format,
    /// The options are not valid, or the stream uses features that are not supported.
    Options,
    /// The data are corrupt.
    Data,
    /// Neither input nor room for output, for the second time.
    Buffer,
    /// The integrity check is not supported.
    UnsupportedCheck,
    /// The call makes no sense, as after an error.
    Program,
}

/// What one round of work did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// There is no more input, or no more room.
    Blocked,
    /// The part is complete.
    Ended,
}

/// What one step of a decoder or encoder did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Progress {
    /// How much of the input was used.
    pub(crate) consumed: usize,
    /// Whether the stream is complete.
    pub(crate) ended: bool,
}

/// A zeroed slice, of memory that costs nothing until it is touched.
fn zeroed<T: bytemuck::Zeroable>(len: usize) -> Result<Box<[T]>, Error> {
    bytemuck::allocation::try_zeroed_slice_box(len).map_err(|()| Error::NoMemory)
}

/// Lengthens `list` by zeros to `len` at least; `most` is all that it will ever need.
///
/// Little data shall not pay for large tables, and much data not for moving them again and again: beyond a megabyte, the
/// memory is all reserved, and touched when there are data for it.
fn grow<T: bytemuck::Zeroable + Copy>(
    list: &mut Vec<T>,
    len: usize,
    most: usize,
) -> Result<(), Error> {
    const SMALL: usize = 1 << 20;
    if len <= list.len() {
        return Ok(());
    }
    let doubled = len.max(list.len() * 2).min(most);
    let (len, reserved) = if doubled * size_of::<T>() > SMALL {
        (len, most)
    } else {
        (doubled, doubled)
    };
    list.try_reserve_exact(reserved - list.len())
        .map_err(|_| Error::NoMemory)?;
    list.resize(len, T::zeroed());
    Ok(())
}
