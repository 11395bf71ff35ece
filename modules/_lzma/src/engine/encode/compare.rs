//! Comparing bytes, many at once.

/// Bytes are compared in words.
const WORD: usize = size_of::<u64>();

/// Two words may reach over the end of the data.
pub(super) const PADDING: usize = 2 * WORD;

/// How many bytes from `here` and `there` on are the same: at least `known`, at most `limit`.
#[inline(always)]
pub(super) fn common_len(
    bytes: &[u8],
    here: usize,
    there: usize,
    known: usize,
    limit: usize,
) -> usize {
    let word = |at: usize| {
        let bytes = bytes[at..at + WORD].first_chunk();
        bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes))
    };
    let difference = word(here + known) ^ word(there + known);
    if difference != 0 {
        return (known + difference.trailing_zeros() as usize / 8).min(limit);
    }
    common_len_of_more(bytes, here, there, known + WORD, limit)
}

/// The same, for long ones.
#[inline(never)]
fn common_len_of_more(
    bytes: &[u8],
    here: usize,
    there: usize,
    known: usize,
    limit: usize,
) -> usize {
    let rest = limit.saturating_sub(known).next_multiple_of(2 * WORD);
    let (ours, _) = bytes[here + known..][..rest].as_chunks();
    let (theirs, _) = bytes[there + known..][..rest].as_chunks();
    for (index, (ours, theirs)) in std::iter::zip(ours, theirs).enumerate() {
        let difference = u128::from_le_bytes(*ours) ^ u128::from_le_bytes(*theirs);
        if difference != 0 {
            let same = 2 * WORD * index + difference.trailing_zeros() as usize / 8;
            return (known + same).min(limit);
        }
    }
    limit
}
