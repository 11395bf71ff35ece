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

/// A table that is looked at for every code point of a text: what is in the basic plane takes one step.
pub(crate) struct Flat<H: 'static> {
    pub(crate) low: &'static [u8; 1 << 16],
    pub(crate) high: &'static H,
}

impl<I, const SHIFT: u32, const INDEX: usize, const BLOCKS: usize>
    Flat<Trie<I, u8, SHIFT, INDEX, BLOCKS>>
where
    I: Copy + Into<usize>,
{
    /// The value of `code`; 0 for numbers that are no code points.
    #[inline(always)]
    pub(crate) fn get(&self, code: u32) -> u8 {
        match self.low.get(code as usize) {
            Some(&value) => value,
            None => self.high.get(code),
        }
    }
}
