//! Huffman codes: their lengths for given frequencies, and decoding.

use crate::format::{MAX_CODE_LEN, MAX_SYMBOLS};

/// Codes are assigned in the order of their lengths, then of their symbols: the first of each
/// length is twice what follows the last one that is a bit shorter.
pub(crate) fn first_codes(lengths: &[u8]) -> [u32; MAX_CODE_LEN as usize + 2] {
    let counts = count_lengths(lengths);
    let mut first = [0; MAX_CODE_LEN as usize + 2];
    for len in 1..first.len() {
        first[len] = (first[len - 1] + counts[len - 1]) << 1;
    }
    first
}

fn count_lengths(lengths: &[u8]) -> [u32; MAX_CODE_LEN as usize + 2] {
    let mut counts = [0; MAX_CODE_LEN as usize + 2];
    for &len in lengths {
        counts[usize::from(len)] += 1;
    }
    counts
}

/// How many bits of a code are looked up at once.
const FAST_BITS: u32 = 10;

/// Tells codes apart.
pub(crate) struct Decoding {
    /// For each beginning: the symbol and its code's length. No length where the code is longer.
    fast: [u16; 1 << FAST_BITS],
    /// What follows the last code of each length.
    ends: [u32; MAX_CODE_LEN as usize + 1],
    /// The difference from a code of each length to its place in `symbols`.
    offsets: [u32; MAX_CODE_LEN as usize + 1],
    /// In the order of their codes.
    symbols: [u16; MAX_SYMBOLS],
}

/// So many bits of `fast` are a length.
const LEN_BITS: u32 = 5;

impl Decoding {
    /// For codes of these lengths, from 1 to 20 bits, which need not make up a complete code, nor
    /// even fit: a short code then hides what would be longer ones.
    pub(crate) fn new(lengths: &[u8]) -> Self {
        let counts = count_lengths(lengths);
        let first = first_codes(lengths);
        let mut places = [0; MAX_CODE_LEN as usize + 1];
        let mut ends = [0; MAX_CODE_LEN as usize + 1];
        let mut offsets = [0; MAX_CODE_LEN as usize + 1];
        let mut place: u32 = 0;
        for len in 1..ends.len() {
            places[len] = place;
            offsets[len] = place.wrapping_sub(first[len]);
            ends[len] = first[len] + counts[len];
            place += counts[len];
        }
        let mut decoding = Self {
            fast: [0; 1 << FAST_BITS],
            ends,
            offsets,
            symbols: [0; MAX_SYMBOLS],
        };
        for (symbol, &len) in lengths.iter().enumerate() {
            let place = &mut places[usize::from(len)];
            decoding.symbols[*place as usize] = symbol as u16;
            let code = place.wrapping_sub(decoding.offsets[usize::from(len)]);
            *place += 1;
            decoding.make_fast(symbol as u16, u32::from(len), code);
        }
        decoding
    }

    fn make_fast(&mut self, symbol: u16, len: u32, code: u32) {
        if len <= FAST_BITS && code < 1 << len {
            let width = 1 << (FAST_BITS - len);
            let start = code as usize * width;
            self.fast[start..start + width].fill(symbol << LEN_BITS | len as u16);
        }
    }

    /// The symbol whose code is at the top of `bits`, and the code's length; or `None` and the
    /// number of bits that it takes to see that there is no such code.
    #[inline(always)]
    pub(crate) fn look_up(&self, bits: u64) -> (Option<u16>, u32) {
        let fast = self.fast[(bits >> (64 - FAST_BITS)) as usize];
        if fast != 0 {
            return (
                Some(fast >> LEN_BITS),
                u32::from(fast) & ((1 << LEN_BITS) - 1),
            );
        }
        self.look_up_long(bits)
    }

    #[cold]
    fn look_up_long(&self, bits: u64) -> (Option<u16>, u32) {
        for len in FAST_BITS + 1..=MAX_CODE_LEN {
            let code = (bits >> (64 - len)) as u32;
            if code < self.ends[len as usize] {
                let place = code.wrapping_add(self.offsets[len as usize]);
                return (Some(self.symbols[place as usize]), len);
            }
        }
        (None, MAX_CODE_LEN + 1)
    }
}

/// The length of the longest code that is made.
const LONGEST: u8 = 17;

/// Fills `lengths` with those of a code that is short for symbols of these frequencies.
///
/// Among codes of the same cost, it is the one that the reference implementation finds: trees are
/// kept in a binary heap, with which the order of equal ones follows from how they moved.
pub(crate) fn code_lengths(frequencies: &[u32], lengths: &mut [u8]) {
    let count = frequencies.len();
    let mut leaves = [Weight(0); MAX_SYMBOLS];
    for (leaf, &frequency) in leaves.iter_mut().zip(frequencies) {
        *leaf = Weight::of_leaf(frequency.max(1));
    }
    while tree_depths(&leaves[..count], lengths) > LONGEST {
        // Flatter frequencies make for a flatter tree.
        for leaf in &mut leaves[..count] {
            *leaf = Weight::of_leaf(1 + leaf.frequency() / 2);
        }
    }
}

/// Joins the leaves to one tree, fills `depths` with how deep each of them is, and gives the
/// largest of those.
fn tree_depths(leaves: &[Weight], depths: &mut [u8]) -> u8 {
    let count = leaves.len();
    let mut weights = [Weight(0); 2 * MAX_SYMBOLS];
    let mut parents = [0_u16; 2 * MAX_SYMBOLS];
    weights[..count].copy_from_slice(leaves);
    let mut heap = Heap::default();
    for leaf in 0..count {
        heap.push(leaf as u16, &weights);
    }
    let mut root = count.saturating_sub(1);
    while heap.len > 1 {
        let pair = [heap.pop(&weights), heap.pop(&weights)].map(usize::from);
        root += 1;
        weights[root] = weights[pair[0]].joined(weights[pair[1]]);
        parents[pair[0]] = root as u16;
        parents[pair[1]] = root as u16;
        heap.push(root as u16, &weights);
    }
    // Parents come after their children.
    let mut all_depths = [0_u8; 2 * MAX_SYMBOLS];
    for node in (0..root).rev() {
        all_depths[node] = all_depths[usize::from(parents[node])].saturating_add(1);
    }
    depths[..count].copy_from_slice(&all_depths[..count]);
    depths[..count].iter().copied().max().unwrap_or(0)
}

/// How often the leaves of a tree occur, and in the low bits how deep it is: of trees that occur
/// equally often, flat ones are joined first.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
struct Weight(u32);

impl Weight {
    const DEPTH: u32 = 0xff;

    fn of_leaf(frequency: u32) -> Self {
        Weight(frequency << 8)
    }

    fn frequency(self) -> u32 {
        self.0 >> 8
    }

    fn joined(self, other: Self) -> Self {
        let depth = (self.0 & Self::DEPTH).max(other.0 & Self::DEPTH) + 1;
        Weight(((self.0 & !Self::DEPTH) + (other.0 & !Self::DEPTH)) | depth)
    }
}

/// A binary heap of trees, the lightest at the top.
struct Heap {
    /// From 1 on: the children of `i` are at `2 * i` and `2 * i + 1`.
    nodes: [u16; MAX_SYMBOLS + 1],
    len: usize,
}

impl Default for Heap {
    fn default() -> Self {
        Self {
            nodes: [0; MAX_SYMBOLS + 1],
            len: 0,
        }
    }
}

impl Heap {
    fn push(&mut self, node: u16, weights: &[Weight]) {
        self.len += 1;
        let weight = weights[usize::from(node)];
        let mut place = self.len;
        while place > 1 && weight < weights[usize::from(self.nodes[place / 2])] {
            self.nodes[place] = self.nodes[place / 2];
            place /= 2;
        }
        self.nodes[place] = node;
    }

    fn pop(&mut self, weights: &[Weight]) -> u16 {
        let weight = |node: u16| weights[usize::from(node)];
        let top = self.nodes[1];
        let last = self.nodes[self.len];
        self.len -= 1;
        let mut place = 1;
        while 2 * place <= self.len {
            let mut child = 2 * place;
            if child < self.len && weight(self.nodes[child + 1]) < weight(self.nodes[child]) {
                child += 1;
            }
            if weight(last) < weight(self.nodes[child]) {
                break;
            }
            self.nodes[place] = self.nodes[child];
            place = child;
        }
        self.nodes[place] = last;
        top
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frequent_symbols_get_short_codes() {
        let mut lengths = [0; 5];
        code_lengths(&[100, 50, 25, 12, 0], &mut lengths);
        assert_eq!(lengths, [1, 2, 3, 4, 4]);
    }

    #[test]
    fn no_code_is_too_long() {
        let frequencies: Vec<u32> = (0..25).map(|i| 1 << (i / 2)).chain([0; 200]).collect();
        let mut lengths = [0; 225];
        code_lengths(&frequencies, &mut lengths);
        assert!(lengths.iter().all(|&len| len <= LONGEST));
        let sum: u32 = lengths.iter().map(|&len| 1 << (20 - len)).sum();
        assert_eq!(sum, 1 << 20);
    }

    #[test]
    fn codes_are_found_whatever_their_length() {
        let lengths: Vec<u8> = (1..=19).chain([20, 20]).collect();
        let decoding = Decoding::new(&lengths);
        for (symbol, &len) in lengths.iter().enumerate() {
            let ones = u64::MAX
                .checked_shl(64 - symbol.min(19) as u32)
                .unwrap_or(0);
            let bits = ones | u64::from(symbol == 20) << 44;
            assert_eq!(
                decoding.look_up(bits),
                (Some(symbol as u16), u32::from(len))
            );
        }
    }

    #[test]
    fn a_code_that_is_not_complete_or_does_not_fit() {
        let decoding = Decoding::new(&[2, 3, 20]);
        assert_eq!(decoding.look_up(1 << 61), (Some(0), 2));
        assert_eq!(decoding.look_up(1 << 62), (Some(1), 3));
        assert_eq!(decoding.look_up(!0), (None, 21));
        let decoding = Decoding::new(&[1, 1, 1, 2, 20]);
        assert_eq!(decoding.look_up(0), (Some(0), 1));
        assert_eq!(decoding.look_up(!0), (Some(1), 1));
    }
}
