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
    let start = known + WORD;
    let more = common_start(
        &bytes[here + start..],
        &bytes[there + start..],
        limit.saturating_sub(start),
    );
    (start + more).min(limit)
}

/// How many bytes are the same at the beginning: up to `most`, or a few more.
#[inline(never)]
fn common_start(ours: &[u8], theirs: &[u8], most: usize) -> usize {
    let end = most.next_multiple_of(2 * WORD);
    let (ours, _) = ours[..end].as_chunks();
    let (theirs, _) = theirs[..end].as_chunks();
    for (index, (ours, theirs)) in std::iter::zip(ours, theirs).enumerate() {
        let difference = u128::from_le_bytes(*ours) ^ u128::from_le_bytes(*theirs);
        if difference != 0 {
            return 2 * WORD * index + difference.trailing_zeros() as usize / 8;
        }
    }
    end
}
