//! Options of filters, chains of filters, and their forms in headers.

use super::models::{MATCH_MAX, MATCH_MIN, slot_of};
use super::{Error, vli};

/// The numbers of filters.
pub(crate) mod filter_id {
    pub(crate) const DELTA: u64 = 3;
    pub(crate) const X86: u64 = 4;
    pub(crate) const POWERPC: u64 = 5;
    pub(crate) const IA64: u64 = 6;
    pub(crate) const ARM: u64 = 7;
    pub(crate) const ARMTHUMB: u64 = 8;
    pub(crate) const SPARC: u64 = 9;
    pub(crate) const ARM64: u64 = 10;
    pub(crate) const LZMA2: u64 = 0x21;
    /// Not for the .xz format, whose numbers end before this one.
    pub(crate) const LZMA1: u64 = 0x4000_0000_0000_0001;
}

/// The first number that the .xz format keeps for other uses.
const RESERVED_IDS: u64 = 1 << 62;

/// The smallest dictionary.
const DICT_SIZE_MIN: u32 = 4096;
/// The largest one that a compressor uses.
const DICT_SIZE_MAX: u32 = (1 << 30) + (1 << 29);

/// How symbols are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// The longest match, mostly.
    Fast,
    /// The cheapest sequence of symbols.
    Normal,
}

impl Mode {
    fn new(number: u32) -> Option<Self> {
        match number {
            1 => Some(Mode::Fast),
            2 => Some(Mode::Normal),
            _ => None,
        }
    }

    pub(crate) const fn number(self) -> u32 {
        match self {
            Mode::Fast => 1,
            Mode::Normal => 2,
        }
    }
}

/// How matches are found: by hash chains or binary trees, from hashes of two to four bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MatchFinder {
    Hc3,
    Hc4,
    Bt2,
    Bt3,
    Bt4,
}

impl MatchFinder {
    fn new(number: u32) -> Option<Self> {
        [Self::Hc3, Self::Hc4, Self::Bt2, Self::Bt3, Self::Bt4]
            .into_iter()
            .find(|finder| finder.number() == number)
    }

    pub(crate) const fn number(self) -> u32 {
        match self {
            MatchFinder::Hc3 => 0x03,
            MatchFinder::Hc4 => 0x04,
            MatchFinder::Bt2 => 0x12,
            MatchFinder::Bt3 => 0x13,
            MatchFinder::Bt4 => 0x14,
        }
    }

    /// How many bytes the longest of its hashes covers.
    pub(super) fn hash_bytes(self) -> u32 {
        self.number() & 0xf
    }

    pub(super) fn is_tree(self) -> bool {
        self.number() & 0x10 != 0
    }
}

/// Presets: a level from 0 to 9, perhaps with [`EXTREME`](preset::EXTREME).
pub(crate) mod preset {
    pub(crate) const DEFAULT: u32 = 6;
    /// Spend more time for a slightly smaller result.
    pub(crate) const EXTREME: u32 = 1 << 31;
}

/// What both LZMA filters can be told. Any numbers, until they are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LzmaOptions {
    pub(crate) dict_size: u32,
    pub(crate) lc: u32,
    pub(crate) lp: u32,
    pub(crate) pb: u32,
    pub(crate) mode: u32,
    pub(crate) nice_len: u32,
    pub(crate) mf: u32,
    pub(crate) depth: u32,
}

impl LzmaOptions {
    /// Those of a preset, if there is such a preset.
    pub(crate) fn preset(preset: u32) -> Option<Self> {
        let level = preset & !preset::EXTREME;
        let dict_size = 1 << [18, 20, 21, 22, 22, 23, 23, 24, 25, 26].get(level as usize)?;
        let (mode, mf, nice_len, depth) = match level {
            _ if preset & preset::EXTREME != 0 => match level {
                3 | 5 => (Mode::Normal, MatchFinder::Bt4, 192, 0),
                _ => (Mode::Normal, MatchFinder::Bt4, MATCH_MAX, 512),
            },
            0 => (Mode::Fast, MatchFinder::Hc3, 128, 4),
            1 => (Mode::Fast, MatchFinder::Hc4, 128, 8),
            2 => (Mode::Fast, MatchFinder::Hc4, MATCH_MAX, 24),
            3 => (Mode::Fast, MatchFinder::Hc4, MATCH_MAX, 48),
            4 => (Mode::Normal, MatchFinder::Bt4, 16, 0),
            5 => (Mode::Normal, MatchFinder::Bt4, 32, 0),
            _ => (Mode::Normal, MatchFinder::Bt4, 64, 0),
        };
        Some(Self {
            dict_size,
            mode: mode.number(),
            nice_len,
            mf: mf.number(),
            depth,
            ..Self::decoding(dict_size)
        })
    }

    /// What a decoder needs, with the properties that most streams have.
    pub(super) fn decoding(dict_size: u32) -> Self {
        Self {
            dict_size,
            lc: 3,
            lp: 0,
            pb: 2,
            mode: 0,
            nice_len: 0,
            mf: 0,
            depth: 0,
        }
    }

    /// From the byte that holds `lc`, `lp` and `pb`.
    pub(super) fn with_properties(self, byte: u8) -> Option<Self> {
        let byte = u32::from(byte);
        let (pb, lp, lc) = (byte / 45, byte / 9 % 5, byte % 9);
        Some(Self { lc, lp, pb, ..self }).filter(Self::has_valid_properties)
    }

    pub(super) fn properties(&self) -> u8 {
        ((self.pb * 5 + self.lp) * 9 + self.lc) as u8
    }

    pub(super) fn has_valid_properties(&self) -> bool {
        // Each on its own first: any two numbers can come from Python.
        self.lc <= 4 && self.lp <= 4 && self.lc + self.lp <= 4 && self.pb <= 4
    }

    /// What a compressor needs of the options, if they are valid.
    pub(super) fn checked(&self) -> Result<(Mode, MatchFinder), Error> {
        let fits = self.has_valid_properties()
            && (MATCH_MIN..=MATCH_MAX).contains(&self.nice_len)
            && (DICT_SIZE_MIN..=DICT_SIZE_MAX).contains(&self.dict_size);
        match (Mode::new(self.mode), MatchFinder::new(self.mf)) {
            (Some(mode), Some(finder)) if fits => Ok((mode, finder)),
            _ => Err(Error::Options),
        }
    }

    /// The header of the .lzma format, whose decoders expect a dictionary of 2^n or 2^n + 2^(n-1)
    /// bytes. The size of the data is not told: there is an end marker.
    pub(super) fn alone_header(&self) -> Result<[u8; 13], Error> {
        if !self.has_valid_properties() || self.dict_size < DICT_SIZE_MIN {
            return Err(Error::Options);
        }
        let mut header = [0xff; 13];
        header[0] = self.properties();
        let size = below_round_size(self.dict_size).saturating_add(1);
        header[1..5].copy_from_slice(&size.to_le_bytes());
        Ok(header)
    }
}

/// One less than the next size of the form 2^n or 2^n + 2^(n-1).
fn below_round_size(size: u32) -> u32 {
    let mut bits = size.wrapping_sub(1);
    for shift in [2, 3, 4, 8, 16] {
        bits |= bits >> shift;
    }
    bits
}

/// Whether a .lzma file that was recognised by its content alone may have such a dictionary.
pub(super) fn is_round_size(size: u32) -> bool {
    size == u32::MAX || below_round_size(size).wrapping_add(1) == size
}

/// A filter with its options.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Filter {
    Lzma1(LzmaOptions),
    Lzma2(LzmaOptions),
    Delta {
        distance: u32,
    },
    /// Branch, call and jump instructions of one kind of processor.
    Bcj {
        id: u64,
        start_offset: u32,
    },
}

impl Filter {
    pub(crate) fn id(&self) -> u64 {
        match *self {
            Filter::Lzma1(_) => filter_id::LZMA1,
            Filter::Lzma2(_) => filter_id::LZMA2,
            Filter::Delta { .. } => filter_id::DELTA,
            Filter::Bcj { id, .. } => id,
        }
    }

    /// The options' form in headers.
    pub(crate) fn encode_properties(&self) -> Result<Vec<u8>, Error> {
        match *self {
            Filter::Lzma1(options) if !options.has_valid_properties() => Err(Error::Program),
            Filter::Lzma1(options) => {
                let mut form = vec![options.properties()];
                form.extend(options.dict_size.to_le_bytes());
                Ok(form)
            }
            Filter::Lzma2(options) => {
                let below = below_round_size(options.dict_size.max(DICT_SIZE_MIN));
                Ok(vec![match below.checked_add(1) {
                    Some(size) => (slot_of(size) - 24) as u8,
                    None => 40,
                }])
            }
            Filter::Delta { distance } if !is_delta_distance(distance) => Err(Error::Program),
            Filter::Delta { distance } => Ok(vec![(distance - 1) as u8]),
            Filter::Bcj {
                start_offset: 0, ..
            } => Ok(Vec::new()),
            Filter::Bcj { start_offset, .. } => Ok(start_offset.to_le_bytes().to_vec()),
        }
    }

    /// The filter with number `id` whose options have this form.
    pub(crate) fn decode_properties(id: u64, form: &[u8]) -> Result<Self, Error> {
        match (id, form) {
            (filter_id::LZMA1, &[properties, a, b, c, d]) => {
                LzmaOptions::decoding(u32::from_le_bytes([a, b, c, d]))
                    .with_properties(properties)
                    .map(Filter::Lzma1)
                    .ok_or(Error::Options)
            }
            (filter_id::LZMA2, &[size @ 0..=40]) => {
                let mantissa = 2 | u64::from(size & 1);
                let size = mantissa << (size / 2 + 11);
                let size = u32::try_from(size).unwrap_or(u32::MAX);
                Ok(Filter::Lzma2(LzmaOptions::decoding(size)))
            }
            (filter_id::DELTA, &[less]) => Ok(Filter::Delta {
                distance: u32::from(less) + 1,
            }),
            (filter_id::X86..=filter_id::ARM64, &[]) => Ok(Filter::Bcj {
                id,
                start_offset: 0,
            }),
            (filter_id::X86..=filter_id::ARM64, &[a, b, c, d]) => Ok(Filter::Bcj {
                id,
                start_offset: u32::from_le_bytes([a, b, c, d]),
            }),
            _ => Err(Error::Options),
        }
    }

    /// Appends number and options as they stand in a block's header.
    pub(super) fn encode_flags(&self, out: &mut Vec<u8>) -> Result<(), Error> {
        let properties = self.encode_properties()?;
        vli::push(self.id(), out);
        vli::push(properties.len() as u64, out);
        out.extend(properties);
        Ok(())
    }

    /// Takes a filter from the front of a block's header.
    pub(super) fn take_flags(header: &mut &[u8]) -> Result<Self, Error> {
        let id = vli::take(header)?;
        if id >= RESERVED_IDS {
            return Err(Error::Data);
        }
        let len = vli::take(header)?;
        let len = usize::try_from(len).map_err(|_| Error::Data)?;
        let properties = header.split_off(..len).ok_or(Error::Data)?;
        Self::decode_properties(id, properties)
    }

    fn is_last(&self) -> bool {
        matches!(self, Filter::Lzma1(_) | Filter::Lzma2(_))
    }

    /// What a decoder of the filter takes, if its options are valid: the figures of liblzma on
    /// 64-bit machines, as programs choose their limits by them.
    fn decoder_memory(&self) -> Option<u64> {
        match self {
            Filter::Lzma1(options) if !options.has_valid_properties() => None,
            Filter::Lzma1(options) => Some(lzma1_decoder_memory(options.dict_size)),
            Filter::Lzma2(options) => Some(LZMA2_MEMORY + lzma1_decoder_memory(options.dict_size)),
            Filter::Delta { distance } => is_delta_distance(*distance).then_some(352),
            Filter::Bcj { .. } => Some(1024),
        }
    }
}

const LZMA2_MEMORY: u64 = 184;

fn lzma1_decoder_memory(dict_size: u32) -> u64 {
    const LZMA1_MEMORY: u64 = 65_408 - BASE_MEMORY;
    LZMA1_MEMORY + u64::from(dict_size)
}

/// What is added for all that is not counted.
pub(super) const BASE_MEMORY: u64 = 1 << 15;

/// What a decoder of an LZMA stream in a simple container takes.
pub(super) fn lzma1_stream_memory(dict_size: u32) -> u64 {
    BASE_MEMORY + lzma1_decoder_memory(dict_size)
}

pub(super) fn is_delta_distance(distance: u32) -> bool {
    (1..=256).contains(&distance)
}

/// Filters in the order in which a compressor applies them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Chain(Vec<Filter>);

impl Chain {
    /// More filters cannot be chained.
    pub(crate) const MAX_LEN: usize = 4;

    /// These filters, whether or not they can be chained.
    pub(crate) fn new(filters: Vec<Filter>) -> Self {
        Chain(filters)
    }

    pub(crate) fn filters(&self) -> &[Filter] {
        &self.0
    }

    /// Whether there are filters, each with a number that blocks of .xz streams can have.
    pub(super) fn fits_blocks(&self) -> bool {
        !self.0.is_empty() && self.0.iter().all(|filter| filter.id() < RESERVED_IDS)
    }

    /// The last filter and those before it, if each stands where it can stand.
    pub(super) fn checked(&self) -> Result<(&Filter, &[Filter]), Error> {
        let (last, others) = self.0.split_last().ok_or(Error::Program)?;
        let fits = last.is_last() && !others.iter().any(Filter::is_last);
        if fits {
            Ok((last, others))
        } else {
            Err(Error::Options)
        }
    }

    /// What a decoder takes, if there can be one.
    pub(super) fn decoder_memory(&self) -> Option<u64> {
        self.checked().ok()?;
        self.0.iter().try_fold(BASE_MEMORY, |sum, filter| {
            Some(sum + filter.decoder_memory()?)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_there_and_back() {
        for byte in 0..=255 {
            if let Some(options) = LzmaOptions::decoding(0).with_properties(byte) {
                assert_eq!(options.properties(), byte);
            }
        }
        for size in 0..=40 {
            let filter = Filter::decode_properties(filter_id::LZMA2, &[size]).unwrap();
            assert_eq!(filter.encode_properties(), Ok(vec![size]));
        }
        let delta = Filter::Delta { distance: 256 };
        assert_eq!(delta.encode_properties(), Ok(vec![255]));
        assert_eq!(Filter::decode_properties(3, &[255]), Ok(delta));
    }

    #[test]
    fn dictionary_sizes_are_rounded_up() {
        for (size, rounded) in [
            (4096, 4096),
            (4097, 6144),
            (6145, 8192),
            (u32::MAX, u32::MAX),
        ] {
            let options = LzmaOptions::decoding(size);
            let header = options.alone_header().unwrap();
            assert_eq!(header[1..5], u32::to_le_bytes(rounded));
            assert!(is_round_size(rounded));
        }
        assert!(!is_round_size(4097));
    }

    #[test]
    fn chains_end_with_lzma() {
        let lzma = Filter::Lzma2(LzmaOptions::preset(6).unwrap());
        let delta = Filter::Delta { distance: 1 };
        assert_eq!(Chain::new(vec![]).checked(), Err(Error::Program));
        assert_eq!(Chain::new(vec![delta]).checked(), Err(Error::Options));
        assert_eq!(Chain::new(vec![lzma, lzma]).checked(), Err(Error::Options));
        assert!(
            Chain::new(vec![delta, delta, delta, lzma])
                .checked()
                .is_ok()
        );
    }

    #[test]
    fn presets() {
        assert_eq!(LzmaOptions::preset(10), None);
        assert_eq!(LzmaOptions::preset(9 | 1 << 30), None);
        for level in 0..10 {
            for preset in [level, level | preset::EXTREME] {
                assert!(LzmaOptions::preset(preset).unwrap().checked().is_ok());
            }
        }
    }
}
