//! Data to LZMA symbols.

use super::super::models::{
    ALIGN_BITS, END_MARKER, FIRST_DIRECT_SLOT, FIRST_MODELLED_SLOT, LiteralModels, MATCH_MIN,
    Models, REPS, State, distance_state, slot_base, slot_of, special_index,
};
use super::super::options::{LzmaOptions, Mode};
use super::length;
use super::normal::Optimizer;
use super::range::RangeEncoder;
use super::window::{Matches, Window, WindowOptions};
use super::{Error, fast};

/// How a symbol stands for data: as a literal, ...
pub(super) const LITERAL: u32 = u32::MAX;
/// ... by one of the latest distances, from 0 on, or from here on by the distance itself.
pub(super) const FIRST_DISTANCE: u32 = REPS as u32;

/// The optimizer looks at this many positions at a time, ...
pub(super) const OPTIMUM_LEN: usize = 1 << 12;
/// ... and so one more is taken at most.
pub(super) const STEP_MAX: usize = OPTIMUM_LEN + 1;

pub(super) struct Lzma {
    pub(super) models: Box<Models>,
    pub(super) encoder: RangeEncoder,
    pub(super) state: State,
    pub(super) reps: [u32; REPS],
    pub(super) matches: Matches,
    pub(super) pb_mask: usize,
    lc: u32,
    lp: u32,
    /// None in fast mode.
    optimizer: Option<Box<Optimizer>>,
    is_started: bool,
}

/// Why encoding paused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pause {
    /// More data are needed to choose well.
    Data,
    /// The caller has said so.
    Full,
    /// All data are encoded.
    End,
}

impl Lzma {
    /// An encoder, and what its window must hold.
    pub(super) fn new(options: &LzmaOptions) -> Result<(Self, WindowOptions), Error> {
        let (mode, finder) = options.checked()?;
        let nice_len = options.nice_len.max(finder.hash_bytes());
        let optimizer = match mode {
            Mode::Normal => Some(Box::new(Optimizer::new(options.dict_size, nice_len)?)),
            Mode::Fast => None,
        };
        let mut lzma = Self {
            models: Models::new(),
            encoder: RangeEncoder::new(),
            state: State::default(),
            reps: [0; REPS],
            matches: Matches::new(),
            pb_mask: (1 << options.pb) - 1,
            lc: options.lc,
            lp: options.lp,
            optimizer,
            is_started: false,
        };
        lzma.reset()?;
        let window = WindowOptions {
            dict_size: options.dict_size,
            before: OPTIMUM_LEN as u32,
            after: STEP_MAX as u32,
            nice_len,
            finder,
            depth: options.depth,
        };
        Ok((lzma, window))
    }

    /// Forgets what was learned.
    pub(super) fn reset(&mut self) -> Result<(), Error> {
        self.models.reset(self.lc, self.lp)?;
        self.encoder.reset();
        self.state = State::default();
        self.reps = [0; REPS];
        if let Some(optimizer) = &mut self.optimizer {
            optimizer.reset(&self.models, self.pb_mask + 1);
        }
        Ok(())
    }

    /// Encodes until `is_full`, or as far as the data allow.
    pub(super) fn encode(
        &mut self,
        window: &mut Window,
        is_full: impl Fn(&Self, &Window) -> bool,
    ) -> Pause {
        if !self.is_started && !self.start(window) {
            return Pause::Data;
        }
        loop {
            if is_full(self, window) {
                return Pause::Full;
            }
            if window.is_exhausted() {
                if !window.is_complete {
                    return Pause::Data;
                }
                if window.read_ahead == 0 {
                    return Pause::End;
                }
            }
            let position = window.position() as u32;
            let (back, len) = self.choose(window, position);
            self.encode_symbol(window, back, len, position);
        }
    }

    fn choose(&mut self, window: &mut Window, position: u32) -> (u32, u32) {
        let Some(mut optimizer) = self.optimizer.take() else {
            return fast::choose(&self.reps, &mut self.matches, window);
        };
        let chosen = optimizer.choose(self, window, position);
        self.optimizer = Some(optimizer);
        chosen
    }

    /// The first symbol is a literal, if there are data.
    fn start(&mut self, window: &mut Window) -> bool {
        if window.is_exhausted() {
            if !window.is_complete {
                return false;
            }
        } else {
            let byte = window.bytes()[0];
            window.skip(1);
            window.read_ahead = 0;
            self.encoder.bit(&mut self.models.is_match[0][0], 0);
            let probs = self.models.literals.context(0, 0);
            encode_literal(&mut self.encoder, probs, byte);
        }
        self.is_started = true;
        true
    }

    fn encode_symbol(&mut self, window: &mut Window, back: u32, len: u32, position: u32) {
        let pos_state = position as usize & self.pb_mask;
        let state = self.state.index();
        let is_match = &mut self.models.is_match[state][pos_state];
        self.encoder.bit(is_match, u32::from(back != LITERAL));
        if back == LITERAL {
            self.literal(window, position);
        } else {
            let is_rep = back < FIRST_DISTANCE;
            let prob = &mut self.models.is_rep[state];
            self.encoder.bit(prob, u32::from(is_rep));
            if is_rep {
                self.rep(back as usize, len, pos_state);
            } else {
                self.matched(back - FIRST_DISTANCE, len, pos_state);
            }
        }
        window.read_ahead -= len as usize;
    }

    fn literal(&mut self, window: &Window, position: u32) {
        let at = window.position();
        let bytes = window.bytes();
        let byte = bytes[at];
        let probs = self.models.literals.context(position, bytes[at - 1]);
        if self.state.follows_literal() {
            encode_literal(&mut self.encoder, probs, byte);
        } else {
            let hint = bytes[at - self.reps[0] as usize - 1];
            encode_literal_after_match(&mut self.encoder, probs, hint, byte);
        }
        self.state = self.state.literal();
    }

    fn rep(&mut self, index: usize, len: u32, pos_state: usize) {
        let state = self.state.index();
        let models = &mut *self.models;
        let encoder = &mut self.encoder;
        encoder.bit(&mut models.is_rep0[state], u32::from(index > 0));
        if index == 0 {
            let long = &mut models.is_rep0_long[state][pos_state];
            encoder.bit(long, u32::from(len > 1));
        } else {
            encoder.bit(&mut models.is_rep1[state], u32::from(index > 1));
            if index > 1 {
                encoder.bit(&mut models.is_rep2[state], u32::from(index > 2));
            }
            self.reps[..=index].rotate_right(1);
        }
        if len == 1 {
            self.state = self.state.short_rep();
        } else {
            let prices = self
                .optimizer
                .as_mut()
                .map(|optimizer| &mut optimizer.rep_len);
            length::encode(encoder, &mut models.rep_len, prices, len, pos_state);
            self.state = self.state.long_rep();
        }
    }

    fn matched(&mut self, distance: u32, len: u32, pos_state: usize) {
        self.state = self.state.matched();
        let models = &mut *self.models;
        let encoder = &mut self.encoder;
        let prices = self
            .optimizer
            .as_mut()
            .map(|optimizer| &mut optimizer.match_len);
        length::encode(encoder, &mut models.match_len, prices, len, pos_state);
        let slot = slot_of(distance);
        encoder.tree(&mut models.slot[distance_state(len)], slot);
        let mut is_aligned = false;
        if slot >= FIRST_MODELLED_SLOT {
            let (footer_bits, base) = slot_base(slot);
            let low = distance - base;
            let mut node = 1;
            if slot < FIRST_DIRECT_SLOT {
                for shift in 0..footer_bits {
                    let digit = low >> shift & 1;
                    encoder.bit(&mut models.special[special_index(base, slot, node)], digit);
                    node = node << 1 | digit;
                }
            } else {
                encoder.direct(low >> ALIGN_BITS, footer_bits - ALIGN_BITS);
                for shift in 0..ALIGN_BITS {
                    let digit = low >> shift & 1;
                    encoder.bit(&mut models.align[node as usize], digit);
                    node = node << 1 | digit;
                }
                is_aligned = true;
            }
        }
        if let Some(optimizer) = &mut self.optimizer {
            optimizer.count_match(is_aligned);
        }
        self.reps = [distance, self.reps[0], self.reps[1], self.reps[2]];
    }

    /// Encodes the marker that tells that the data end.
    pub(super) fn encode_end(&mut self, window: &Window) {
        let pos_state = window.position() & self.pb_mask;
        let state = self.state.index();
        self.encoder
            .bit(&mut self.models.is_match[state][pos_state], 1);
        self.encoder.bit(&mut self.models.is_rep[state], 0);
        self.matched(END_MARKER, MATCH_MIN, pos_state);
    }
}

fn encode_literal(encoder: &mut RangeEncoder, probs: &mut LiteralModels, byte: u8) {
    let mut node = 1;
    for shift in (0..8).rev() {
        let digit = u32::from(byte >> shift & 1);
        encoder.bit(&mut probs[node & 0x3ff], digit);
        node = node << 1 | digit as usize;
    }
}

fn encode_literal_after_match(
    encoder: &mut RangeEncoder,
    probs: &mut LiteralModels,
    hint: u8,
    byte: u8,
) {
    walk_after_match(hint, byte, |index, digit| {
        encoder.bit(&mut probs[index], digit)
    });
}

/// Calls `visit` with each bit of `byte` and the index of its model, which depends on `hint` while
/// the bits agree with it.
#[inline(always)]
pub(super) fn walk_after_match(hint: u8, byte: u8, mut visit: impl FnMut(usize, u32)) {
    let mut hint = u32::from(hint);
    let mut agreeing = 0x100;
    let mut symbol = u32::from(byte) | 0x100;
    while symbol < 0x1_0000 {
        hint <<= 1;
        let index = agreeing + (hint & agreeing) + (symbol >> 8);
        visit(index as usize & 0x3ff, symbol >> 7 & 1);
        symbol <<= 1;
        agreeing &= !(hint ^ symbol);
    }
}
