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

/// Adds `values` to the tables as `name`, in the smallest form. Returns the table's type.
pub(crate) fn generate<T>(name: &str, item: &str, values: &[T], source: &mut Source) -> String
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
    let ty = format!("Trie<{index}, {item}, {shift}, {index_len}, {len}>");
    source.line(format_args!(
        "pub(crate) static {name}: {ty} = Trie {{ index: {blocks_of:?}, blocks: {blocks:?} }};"
    ));
    ty
}

/// Adds `values` to the tables as `name`, in the form that is quickest to look at: those of the basic plane
/// one after the other.
pub(crate) fn generate_flat(name: &str, values: &[u8], source: &mut Source) {
    let mut high = values.to_vec();
    high[..BASIC_PLANE].fill(0);
    let high_name = format!("{name}_HIGH");
    let ty = generate(&high_name, "u8", &high, source);
    source.bytes(&format!("{name}_LOW"), &values[..BASIC_PLANE]);
    source.line(format_args!(
        "pub(crate) static {name}: Flat<{ty}> = Flat {{ low: {name}_LOW, high: &{high_name} }};"
    ));
}

/// Code points that 16 bits can hold.
const BASIC_PLANE: usize = 1 << 16;

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
