//! The probability models of LZMA, which its encoder and its decoder keep alike.

use super::Error;

/// How likely a bit is 0, in units of 1 / [`TOTAL`].
pub(super) type Prob = u16;

pub(super) const TOTAL_BITS: u32 = 11;
pub(super) const TOTAL: u32 = 1 << TOTAL_BITS;
/// How fast probabilities follow the bits seen.
pub(super) const MOVE_BITS: u32 = 5;
/// A range below this one has lost a byte of precision.
pub(super) const TOP: u32 = 1 << 24;
const EVEN: Prob = (TOTAL / 2) as Prob;

pub(super) const STATES: usize = 12;
/// States below this one follow a literal.
const LITERAL_STATES: u8 = 7;
pub(super) const POSITIONS: usize = 16;
pub(super) const MATCH_MIN: u32 = 2;
pub(super) const MATCH_MAX: u32 = MATCH_MIN + 8 + 8 + 256 - 1;
/// Distances that can be used again by a number.
pub(super) const REPS: usize = 4;
/// Match lengths from 2 to 5 and more have distance models of their own.
pub(super) const DISTANCE_STATES: usize = 4;
/// Slots below are distances themselves.
pub(super) const FIRST_MODELLED_SLOT: u32 = 4;
/// Slots from here on have bits without a model.
pub(super) const FIRST_DIRECT_SLOT: u32 = 14;
pub(super) const ALIGN_BITS: u32 = 4;
pub(super) const ALIGN_SIZE: usize = 1 << ALIGN_BITS;
/// The distances below the first direct slot.
pub(super) const MODELLED_DISTANCES: usize = 128;

/// The distance that means the end of the data.
pub(super) const END_MARKER: u32 = u32::MAX;

/// The models of one literal context: 256 for plain literals, and 512 for those after a match. The
/// last quarter is not used: its presence makes every index that is cut to ten bits valid.
pub(super) type LiteralModels = [Prob; 0x400];

/// The models of the literals' contexts, of which there are `1 << (lc + lp)`.
pub(super) struct Literals {
    contexts: Vec<LiteralModels>,
    lc: u32,
    position_mask: u32,
}

impl Literals {
    /// Without a context, so that only as many are ever set up as the data have.
    const EMPTY: Self = Self {
        contexts: Vec::new(),
        lc: 0,
        position_mask: 0,
    };

    fn reset(&mut self, lc: u32, lp: u32) -> Result<(), Error> {
        let count = 1 << (lc + lp);
        self.contexts.clear();
        self.contexts
            .try_reserve_exact(count)
            .map_err(|_| Error::NoMemory)?;
        self.contexts.resize(count, [EVEN; 0x400]);
        self.lc = lc;
        self.position_mask = (1 << lp) - 1;
        Ok(())
    }

    #[inline(always)]
    pub(super) fn context(&mut self, position: u32, previous: u8) -> &mut LiteralModels {
        let index = self.index(position, previous);
        &mut self.contexts[index]
    }

    #[inline(always)]
    pub(super) fn peek(&self, position: u32, previous: u8) -> &LiteralModels {
        &self.contexts[self.index(position, previous)]
    }

    #[inline(always)]
    fn index(&self, position: u32, previous: u8) -> usize {
        let high = (position & self.position_mask) << self.lc;
        let low = u32::from(previous) >> (8 - self.lc);
        (high + low) as usize
    }
}

/// The models of a match's length.
pub(super) struct LengthModels {
    pub(super) choice: Prob,
    pub(super) choice2: Prob,
    pub(super) low: [[Prob; 8]; POSITIONS],
    pub(super) mid: [[Prob; 8]; POSITIONS],
    pub(super) high: [Prob; 256],
}

impl LengthModels {
    const NEW: Self = Self {
        choice: EVEN,
        choice2: EVEN,
        low: [[EVEN; 8]; POSITIONS],
        mid: [[EVEN; 8]; POSITIONS],
        high: [EVEN; 256],
    };
}

/// All models.
pub(super) struct Models {
    pub(super) is_match: [[Prob; POSITIONS]; STATES],
    pub(super) is_rep: [Prob; STATES],
    pub(super) is_rep0: [Prob; STATES],
    pub(super) is_rep1: [Prob; STATES],
    pub(super) is_rep2: [Prob; STATES],
    pub(super) is_rep0_long: [[Prob; POSITIONS]; STATES],
    pub(super) slot: [[Prob; 64]; DISTANCE_STATES],
    pub(super) special: [Prob; 128],
    pub(super) align: [Prob; ALIGN_SIZE],
    pub(super) match_len: LengthModels,
    pub(super) rep_len: LengthModels,
    pub(super) literals: Literals,
}

impl Models {
    const NEW: Self = Self {
        is_match: [[EVEN; POSITIONS]; STATES],
        is_rep: [EVEN; STATES],
        is_rep0: [EVEN; STATES],
        is_rep1: [EVEN; STATES],
        is_rep2: [EVEN; STATES],
        is_rep0_long: [[EVEN; POSITIONS]; STATES],
        slot: [[EVEN; 64]; DISTANCE_STATES],
        special: [EVEN; 128],
        align: [EVEN; ALIGN_SIZE],
        match_len: LengthModels::NEW,
        rep_len: LengthModels::NEW,
        literals: Literals::EMPTY,
    };

    /// Models that have to be [reset](Self::reset) before they are used.
    pub(super) fn new() -> Box<Self> {
        Box::new(Self::NEW)
    }

    /// Forgets all that has been learned, for data with the given properties.
    pub(super) fn reset(&mut self, lc: u32, lp: u32) -> Result<(), Error> {
        let mut literals = std::mem::replace(&mut self.literals, Literals::EMPTY);
        literals.reset(lc, lp)?;
        *self = Self {
            literals,
            ..Self::NEW
        };
        Ok(())
    }
}

/// What kinds of symbols came last: the context of the next one's kind.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct State(u8);

impl State {
    #[inline(always)]
    pub(super) fn index(self) -> usize {
        usize::from(self.0)
    }

    #[inline(always)]
    pub(super) fn follows_literal(self) -> bool {
        self.0 < LITERAL_STATES
    }

    #[inline(always)]
    pub(super) fn literal(self) -> Self {
        State(match self.0 {
            0..4 => 0,
            state @ 4..10 => state - 3,
            state => state - 6,
        })
    }

    #[inline(always)]
    pub(super) fn matched(self) -> Self {
        State(if self.follows_literal() { 7 } else { 10 })
    }

    #[inline(always)]
    pub(super) fn long_rep(self) -> Self {
        State(if self.follows_literal() { 8 } else { 11 })
    }

    #[inline(always)]
    pub(super) fn short_rep(self) -> Self {
        State(if self.follows_literal() { 9 } else { 11 })
    }
}

/// Which distance models go with a match of `len` bytes.
#[inline(always)]
pub(super) fn distance_state(len: u32) -> usize {
    ((len - MATCH_MIN) as usize).min(DISTANCE_STATES - 1)
}

/// The slot of a distance: its two highest bits, and how many bits it has.
#[inline(always)]
pub(super) fn slot_of(distance: u32) -> u32 {
    if distance < FIRST_MODELLED_SLOT {
        return distance;
    }
    let high = distance.ilog2();
    (high << 1) + ((distance >> (high - 1)) & 1)
}

/// How many bits below the slot a distance has, and the smallest distance of its slot.
#[inline(always)]
pub(super) fn slot_base(slot: u32) -> (u32, u32) {
    let footer_bits = (slot >> 1) - 1;
    (footer_bits, (2 | (slot & 1)) << footer_bits)
}

/// Where the models of a slot's lower bits stand in [`Models::special`]; a tree begins at its
/// second element, so that of the first slot begins before the array.
#[inline(always)]
pub(super) fn special_index(base: u32, slot: u32, node: u32) -> usize {
    (base - slot + node - 1) as usize % 128
}
