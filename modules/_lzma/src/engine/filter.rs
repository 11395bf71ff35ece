//! Filters that change data, not their size: delta and branch conversion.

use super::Error;
use super::options::{Filter, filter_id, is_delta_distance};

/// Whether a filter is applied or undone.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Encode,
    Decode,
}

/// A filter that has seen the data before.
pub(super) enum Simple {
    Delta(Box<Delta>),
    Bcj(Bcj),
}

impl Simple {
    /// A filter other than LZMA.
    pub(super) fn new(filter: &Filter, direction: Direction) -> Result<Self, Error> {
        match *filter {
            Filter::Delta { distance } if is_delta_distance(distance) => {
                Ok(Simple::Delta(Box::new(Delta {
                    direction,
                    distance: distance as u8,
                    position: 0,
                    history: [0; 256],
                })))
            }
            Filter::Bcj { id, start_offset } => {
                Bcj::new(id, start_offset, direction).map(Simple::Bcj)
            }
            _ => Err(Error::Options),
        }
    }

    /// How many bytes at the end of what it is given a filter may leave as they are, since it has to
    /// see what follows.
    pub(super) fn lookahead(&self) -> usize {
        match self {
            Simple::Delta(_) => 0,
            Simple::Bcj(bcj) => bcj.lookahead,
        }
    }

    /// Changes what it can of `data`, from the start, and says how much that was.
    pub(super) fn apply(&mut self, data: &mut [u8]) -> usize {
        match self {
            Simple::Delta(delta) => {
                delta.apply(data);
                data.len()
            }
            Simple::Bcj(bcj) => bcj.apply(data),
        }
    }
}

/// Differences to the bytes a distance back.
pub(super) struct Delta {
    direction: Direction,
    /// The distance; 256 is 0.
    distance: u8,
    /// Where the next byte goes in the history, which is filled from its end.
    position: u8,
    history: [u8; 256],
}

impl Delta {
    fn apply(&mut self, data: &mut [u8]) {
        for byte in data {
            let back = self.history[usize::from(self.distance.wrapping_add(self.position))];
            let original = match self.direction {
                Direction::Encode => {
                    let original = *byte;
                    *byte = original.wrapping_sub(back);
                    original
                }
                Direction::Decode => {
                    *byte = byte.wrapping_add(back);
                    *byte
                }
            };
            self.history[usize::from(self.position)] = original;
            self.position = self.position.wrapping_sub(1);
        }
    }
}

/// Absolute instead of relative addresses in machine code, which repeat more often.
pub(super) struct Bcj {
    direction: Direction,
    convert: fn(&mut Bcj, &mut [u8]) -> usize,
    lookahead: usize,
    /// The address of the next byte.
    address: u32,
    x86: X86,
}

impl Bcj {
    fn new(id: u64, start_offset: u32, direction: Direction) -> Result<Self, Error> {
        type Convert = fn(&mut Bcj, &mut [u8]) -> usize;
        let (convert, lookahead, alignment): (Convert, usize, u32) = match id {
            filter_id::X86 => (x86, 5, 1),
            filter_id::POWERPC => (powerpc, 4, 4),
            filter_id::IA64 => (ia64, 16, 16),
            filter_id::ARM => (arm, 4, 4),
            filter_id::ARMTHUMB => (arm_thumb, 4, 2),
            filter_id::SPARC => (sparc, 4, 4),
            filter_id::ARM64 => (arm64, 4, 4),
            _ => return Err(Error::Options),
        };
        if !start_offset.is_multiple_of(alignment) {
            return Err(Error::Options);
        }
        Ok(Self {
            direction,
            convert,
            lookahead,
            address: start_offset,
            x86: X86 {
                mask: 0,
                position: 5_u32.wrapping_neg(),
            },
        })
    }

    fn apply(&mut self, data: &mut [u8]) -> usize {
        let done = (self.convert)(self, data);
        self.address = self.address.wrapping_add(done as u32);
        done
    }

    /// `target` made absolute or relative to `address`.
    fn turn(&self, target: u32, address: u32) -> u32 {
        match self.direction {
            Direction::Encode => target.wrapping_add(address),
            Direction::Decode => target.wrapping_sub(address),
        }
    }

    /// Converts instructions of four bytes: `convert` gets one with its address.
    fn words(
        &self,
        data: &mut [u8],
        convert: impl Fn(&Self, [u8; 4], u32) -> Option<[u8; 4]>,
    ) -> usize {
        let (words, _) = data.as_chunks_mut::<4>();
        let mut address = self.address;
        for word in &mut *words {
            if let Some(converted) = convert(self, *word, address) {
                *word = converted;
            }
            address = address.wrapping_add(4);
        }
        words.len() * 4
    }
}

fn powerpc(bcj: &mut Bcj, data: &mut [u8]) -> usize {
    bcj.words(data, |bcj, word, address| {
        let word = u32::from_be_bytes(word);
        // Branch with the link bit, not absolute.
        (word & 0xfc00_0003 == 0x4800_0001).then(|| {
            let target = bcj.turn(word & 0x03ff_fffc, address);
            (0x4800_0001 | (target & 0x03ff_fffc)).to_be_bytes()
        })
    })
}

fn arm(bcj: &mut Bcj, data: &mut [u8]) -> usize {
    bcj.words(data, |bcj, word, address| {
        // Branch with link, always.
        (word[3] == 0xeb).then(|| {
            let source = u32::from_le_bytes([word[0], word[1], word[2], 0]) << 2;
            let target = bcj.turn(source, address.wrapping_add(8)) >> 2;
            let [a, b, c, _] = target.to_le_bytes();
            [a, b, c, 0xeb]
        })
    })
}

fn sparc(bcj: &mut Bcj, data: &mut [u8]) -> usize {
    bcj.words(data, |bcj, word, address| {
        let word = u32::from_be_bytes(word);
        // A call whose sign bits agree.
        matches!(word >> 22, 0x100 | 0x1ff).then(|| {
            let target = bcj.turn(word << 2, address) >> 2;
            let sign = 0_u32.wrapping_sub((target >> 22) & 1) << 22;
            ((sign & 0x3fff_ffff) | 0x4000_0000 | (target & 0x003f_ffff)).to_be_bytes()
        })
    })
}

fn arm64(bcj: &mut Bcj, data: &mut [u8]) -> usize {
    bcj.words(data, |bcj, word, address| {
        let word = u32::from_le_bytes(word);
        if word >> 26 == 0x25 {
            // BL: 26 bits, in words.
            let target = bcj.turn(word, address >> 2);
            return Some((0x9400_0000 | (target & 0x03ff_ffff)).to_le_bytes());
        }
        if word & 0x9f00_0000 == 0x9000_0000 {
            // ADRP: 21 bits, in pages, of which those within 512 MiB are converted.
            let source = ((word >> 29) & 3) | ((word >> 3) & 0x001f_fffc);
            if source.wrapping_add(0x0002_0000) & 0x001c_0000 != 0 {
                return None;
            }
            let target = bcj.turn(source, address >> 12);
            let converted = (word & 0x9000_001f)
                | ((target & 3) << 29)
                | ((target & 0x0003_fffc) << 3)
                | (0_u32.wrapping_sub(target & 0x0002_0000) & 0x00e0_0000);
            return Some(converted.to_le_bytes());
        }
        None
    })
}

fn arm_thumb(bcj: &mut Bcj, data: &mut [u8]) -> usize {
    let mut at = 0;
    while let Some(pair) = data.get_mut(at..at + 4) {
        // Two halves of a branch with link.
        if pair[1] & 0xf8 != 0xf0 || pair[3] & 0xf8 != 0xf8 {
            at += 2;
            continue;
        }
        let high = u32::from(pair[1] & 7) << 19 | u32::from(pair[0]) << 11;
        let low = u32::from(pair[3] & 7) << 8 | u32::from(pair[2]);
        let address = bcj.address.wrapping_add(at as u32).wrapping_add(4);
        let target = bcj.turn((high | low) << 1, address) >> 1;
        pair[1] = 0xf0 | (target >> 19) as u8 & 7;
        pair[0] = (target >> 11) as u8;
        pair[3] = 0xf8 | (target >> 8) as u8 & 7;
        pair[2] = target as u8;
        at += 4;
    }
    at
}

fn ia64(bcj: &mut Bcj, data: &mut [u8]) -> usize {
    /// Which of a bundle's three slots hold branches, by the bundle's template.
    const BRANCHES: [u32; 32] = [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 4, 6, 6, 0, 0, 7, 7, 4, 4, 0, 0, 4, 4,
        0, 0,
    ];
    let (bundles, _) = data.as_chunks_mut::<16>();
    let mut address = bcj.address;
    for bundle in &mut *bundles {
        let branches = BRANCHES[usize::from(bundle[0] & 0x1f)];
        let mut bits = u128::from_le_bytes(*bundle);
        for slot in (0..3).filter(|slot| branches >> slot & 1 == 1) {
            // A slot is 41 bits long, after the template's five.
            let shift = 5 + slot * 41;
            let mut instruction = (bits >> shift) as u64 & ((1 << 41) - 1);
            if instruction >> 37 & 0xf != 5 || instruction >> 9 & 7 != 0 {
                continue;
            }
            let source =
                (instruction >> 13 & 0xf_ffff) as u32 | ((instruction >> 36 & 1) as u32) << 20;
            let target = u64::from(bcj.turn(source << 4, address) >> 4);
            instruction &= !(0x8f_ffff << 13);
            instruction |= (target & 0xf_ffff) << 13;
            instruction |= (target & 0x10_0000) << (36 - 20);
            bits &= !(((1_u128 << 41) - 1) << shift);
            bits |= u128::from(instruction) << shift;
        }
        *bundle = bits.to_le_bytes();
        address = address.wrapping_add(16);
    }
    bundles.len() * 16
}

/// What x86 code that cannot be told from its middle needs to know of the bytes before.
struct X86 {
    /// Which of the last bytes were opcodes, the newest in the lowest bit.
    mask: u32,
    /// The address of the last opcode.
    position: u32,
}

fn x86(bcj: &mut Bcj, data: &mut [u8]) -> usize {
    /// Calls and jumps: an opcode and four bytes.
    const LEN: usize = 5;
    /// Whether an opcode is one after others in the last bytes, by [`X86::mask`].
    const ALLOWED: [bool; 8] = [true, true, true, false, true, false, false, false];
    /// Which of the address's bytes is doubtful, likewise.
    const DOUBTFUL: [u32; 8] = [0, 1, 2, 2, 3, 3, 3, 3];
    let is_sign = |byte: u8| matches!(byte, 0 | 0xff);

    if data.len() < LEN {
        return 0;
    }
    let X86 {
        mut mask,
        mut position,
    } = bcj.x86;
    if bcj.address.wrapping_sub(position) > LEN as u32 {
        position = bcj.address.wrapping_sub(LEN as u32);
    }
    let mut at = 0;
    while at <= data.len() - LEN {
        if !matches!(data[at], 0xe8 | 0xe9) {
            at += 1;
            continue;
        }
        let here = bcj.address.wrapping_add(at as u32);
        let distance = here.wrapping_sub(position);
        position = here;
        if distance > LEN as u32 {
            mask = 0;
        } else {
            for _ in 0..distance {
                mask &= 0x77;
                mask <<= 1;
            }
        }
        let high = data[at + 4];
        if is_sign(high) && ALLOWED[(mask >> 1 & 7) as usize] && mask >> 1 < 0x10 {
            let bytes = [data[at + 1], data[at + 2], data[at + 3], high];
            let mut source = u32::from_le_bytes(bytes);
            let next = here.wrapping_add(LEN as u32);
            let target = loop {
                let target = bcj.turn(source, next);
                if mask == 0 {
                    break target;
                }
                let doubtful = DOUBTFUL[(mask >> 1) as usize];
                if !is_sign((target >> (24 - doubtful * 8)) as u8) {
                    break target;
                }
                source = target ^ ((1 << (32 - doubtful * 8)) - 1);
            };
            let sign = 0_u32.wrapping_sub((target >> 24) & 1) << 24;
            data[at + 1..at + 5].copy_from_slice(&(sign | target & 0x00ff_ffff).to_le_bytes());
            at += LEN;
            mask = 0;
        } else {
            at += 1;
            mask |= 1;
            if is_sign(high) {
                mask |= 0x10;
            }
        }
    }
    bcj.x86 = X86 { mask, position };
    at
}
