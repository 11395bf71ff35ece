//! Compressed tables with a value for every code point.

/// Blocks of `1 << SHIFT` values, and for each block of code points which it is. The first one has
/// default values only. The build script makes them.
pub(crate) struct Trie<I: 'static, T: 'static, const SHIFT: u32> {
    index: &'static [I],
    blocks: &'static [T],
}

impl<I, T, const SHIFT: u32> Trie<I, T, SHIFT>
where
    I: Copy + Into<usize>,
    T: Copy + Default,
{
    /// A table of parts that belong together.
    pub(crate) const fn new(index: &'static [I], blocks: &'static [T]) -> Self {
        Trie { index, blocks }
    }

    /// The value of `code`; the default for numbers that are no code points.
    #[inline(always)]
    pub(crate) fn get(&self, code: u32) -> T {
        let Some(&block) = self.index.get((code >> SHIFT) as usize) else {
            return T::default();
        };
        let place = block.into() << SHIFT | code as usize & ((1 << SHIFT) - 1);
        self.blocks.get(place).copied().unwrap_or_default()
    }
}
