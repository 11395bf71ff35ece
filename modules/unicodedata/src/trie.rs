//! Compressed tables with a value for every code point.

/// Blocks of `1 << SHIFT` values, and for each block of code points which it is. The first one has
/// default values only. The build script makes them, as many as a power of two, so that looking needs no
/// check.
pub(crate) struct Trie<I, T, const SHIFT: u32, const INDEX: usize, const BLOCKS: usize> {
    pub(crate) index: [I; INDEX],
    pub(crate) blocks: [T; BLOCKS],
}

impl<I, T, const SHIFT: u32, const INDEX: usize, const BLOCKS: usize>
    Trie<I, T, SHIFT, INDEX, BLOCKS>
where
    I: Copy + Into<usize>,
    T: Copy + Default,
{
    const MASK: usize = {
        assert!(BLOCKS.is_power_of_two());
        BLOCKS - 1
    };

    /// The value of `code`; the default for numbers that are no code points.
    #[inline(always)]
    pub(crate) fn get(&self, code: u32) -> T {
        match self.index.get((code >> SHIFT) as usize) {
            Some(&block) => {
                let place = block.into() << SHIFT | code as usize & ((1 << SHIFT) - 1);
                self.blocks[place & Self::MASK]
            }
            None => T::default(),
        }
    }
}
