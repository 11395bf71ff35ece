//! Compressed arrays with a value for every code point.

use std::collections::HashMap;
use std::fmt::Debug;
use std::hash::Hash;

use super::data::CODE_POINTS;
use super::source::Source;

/// Blocks of values, each distinct one stored once, and for each block of code points which it is.
/// The first block has default values only, and so have some at the end, which make their number a power of two.
struct Trie<T> {
    /// Base-2 logarithm of the length of a block.
    shift: u32,
    index: Vec<u16>,
    blocks: Vec<T>,
}

/// Adds `values` to the tables as `name`, in the smallest form.
pub(crate) fn generate<T>(name: &str, item: &str, values: &[T], source: &mut Source)
where
    T: Copy + Debug + Default + Eq + Hash,
{
    let trie = (4..10)
        .map(|shift| Trie::new(values, shift))
        .min_by_key(Trie::size)
        .expect("there are several sizes");
    let index = if trie.has_narrow_index() { "u8" } else { "u16" };
    let Trie {
        shift,
        index: blocks_of,
        blocks,
    } = &trie;
    let (index_len, len) = (blocks_of.len(), blocks.len());
    source.line(format_args!(
        "pub(crate) static {name}: Trie<{index}, {item}, {shift}, {index_len}, {len}> = \
         Trie {{ index: {blocks_of:?}, blocks: {blocks:?} }};"
    ));
}

impl<T: Copy + Default + Eq + Hash> Trie<T> {
    fn new(values: &[T], shift: u32) -> Self {
        assert_eq!(values.len(), CODE_POINTS);
        let len = 1 << shift;
        let mut blocks = vec![T::default(); len];
        let mut known = HashMap::from([(blocks.clone(), 0)]);
        let mut index = Vec::new();
        for block in values.chunks(len) {
            let next = u16::try_from(known.len()).expect("there are fewer than 65536 blocks");
            let number = *known.entry(block.to_vec()).or_insert(next);
            if number == next {
                blocks.extend_from_slice(block);
            }
            index.push(number);
        }
        blocks.resize(blocks.len().next_power_of_two(), T::default());
        Trie {
            shift,
            index,
            blocks,
        }
    }

    fn has_narrow_index(&self) -> bool {
        self.index.iter().all(|&block| block < 256)
    }

    /// Size in bytes.
    fn size(&self) -> usize {
        let index = if self.has_narrow_index() { 1 } else { 2 };
        self.index.len() * index + size_of_val(&self.blocks[..])
    }
}
