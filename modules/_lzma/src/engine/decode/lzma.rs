//! LZMA symbols to data.

use super::super::models::{
    ALIGN_BITS, END_MARKER, FIRST_DIRECT_SLOT, FIRST_MODELLED_SLOT, LiteralModels, Models, REPS,
    State, distance_state, slot_base, special_index,
};
use super::Error;
use super::dictionary::Dictionary;
use super::range::{Bits, Range, Reader, Trial};

/// Why decoding paused, if it did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pause {
    /// The input is used up.
    Input,
    /// The dictionary has no room.
    Room,
    /// The data are complete.
    End,
}

/// No symbol takes more bytes than this.
const SYMBOL_MAX: usize = 21;

/// What starts the range decoder: a zero and four bytes.
const START: u8 = 5;

/// A decoder of LZMA symbols.
pub(super) struct Lzma {
    models: Box<Models>,
    properties: Properties,
    state: State,
    reps: [u32; REPS],
    range: Range,
    /// Bytes that the range decoder still needs before the first symbol.
    start: u8,
    /// Input that does not make a symbol.
    held: [u8; SYMBOL_MAX],
    held_len: usize,
    pending: Pending,
    /// How many bytes there are to come, where the container tells.
    remaining: Option<u64>,
    /// Whether there may be an end marker though the size is known.
    marker_allowed: bool,
}

/// How the data's positions and previous bytes choose models.
#[derive(Clone, Copy)]
pub(super) struct Properties {
    pub(super) lc: u32,
    pub(super) lp: u32,
    pub(super) pb: u32,
}

/// A symbol, or the rest of one, that found no room.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pending {
    Nothing,
    Literal(u8),
    /// From the latest distance.
    Repeat(usize),
    EndMarker,
}

impl Pending {
    /// Writes as much as there is room for up to the position `end`; gives what is left.
    #[inline(always)]
    fn write(self, distance: u32, dictionary: &mut Dictionary, end: usize) -> Self {
        let room = end - dictionary.position;
        match self {
            Pending::Literal(byte) if room > 0 => {
                dictionary.push(byte);
                Pending::Nothing
            }
            Pending::Repeat(len) if len <= room => {
                dictionary.repeat(distance, len);
                Pending::Nothing
            }
            Pending::Repeat(len) => {
                dictionary.repeat(distance, room);
                Pending::Repeat(len - room)
            }
            other => other,
        }
    }
}

#[derive(Clone, Copy)]
enum Symbol {
    Literal(u8),
    Match {
        distance: u32,
        len: u32,
    },
    ShortRep,
    Rep {
        index: usize,
        len: u32,
    },
    /// A repeated match before any data.
    Invalid,
}

impl Lzma {
    /// A decoder for data that end with a marker, until [`expect`](Self::expect) says otherwise.
    pub(super) fn new(properties: Properties) -> Result<Self, Error> {
        let mut lzma = Self::unprepared();
        lzma.reset(properties)?;
        Ok(lzma)
    }

    /// A decoder that has to be [reset](Self::reset) before it is used.
    pub(super) fn unprepared() -> Self {
        Self {
            models: Models::new(),
            properties: Properties {
                lc: 0,
                lp: 0,
                pb: 0,
            },
            state: State::default(),
            reps: [0; REPS],
            range: Range {
                range: u32::MAX,
                code: 0,
            },
            start: START,
            held: [0; SYMBOL_MAX],
            held_len: 0,
            pending: Pending::Nothing,
            remaining: None,
            marker_allowed: true,
        }
    }

    /// Tells how many bytes are to come.
    pub(super) fn expect(&mut self, size: u64, marker_allowed: bool) {
        self.remaining = Some(size);
        self.marker_allowed = marker_allowed;
    }

    /// Forgets the past, as a chunk can demand.
    pub(super) fn reset(&mut self, properties: Properties) -> Result<(), Error> {
        self.models.reset(properties.lc, properties.lp)?;
        self.properties = properties;
        self.state = State::default();
        self.reps = [0; REPS];
        self.restart();
        Ok(())
    }

    pub(super) fn properties(&self) -> Properties {
        self.properties
    }

    /// Prepares for another run of the range encoder.
    fn restart(&mut self) {
        self.range = Range {
            range: u32::MAX,
            code: 0,
        };
        self.start = START;
        self.pending = Pending::Nothing;
    }

    /// Decodes into `dictionary` up to the position `end`.
    pub(super) fn decode(
        &mut self,
        dictionary: &mut Dictionary,
        end: usize,
        input: &mut &[u8],
    ) -> Result<Pause, Error> {
        if !self.take_start(input)? {
            return Ok(Pause::Input);
        }
        let start = dictionary.position;
        let end = match self.remaining {
            Some(remaining) if remaining <= (end - start) as u64 => start + remaining as usize,
            _ => end,
        };
        let pause = self.run(dictionary, start, end, input);
        if let Some(remaining) = &mut self.remaining {
            *remaining -= (dictionary.position - start) as u64;
            let overfull = matches!(self.pending, Pending::Literal(_) | Pending::Repeat(_));
            if *remaining == 0 && overfull {
                return Err(Error::Data);
            }
        }
        if pause == Ok(Pause::End) {
            self.restart();
        }
        pause
    }

    fn take_start(&mut self, input: &mut &[u8]) -> Result<bool, Error> {
        while self.start > 0 {
            let Some(&byte) = input.split_off_first() else {
                return Ok(false);
            };
            if self.start == START && byte != 0 {
                return Err(Error::Data);
            }
            self.range.code = self.range.code << 8 | u32::from(byte);
            self.start -= 1;
        }
        Ok(true)
    }

    fn run(
        &mut self,
        dictionary: &mut Dictionary,
        start: usize,
        end: usize,
        input: &mut &[u8],
    ) -> Result<Pause, Error> {
        loop {
            if !self.settle(dictionary, end) {
                return Ok(Pause::Room);
            }
            if self.pending == Pending::EndMarker {
                return self.finish(input);
            }
            let position = dictionary.position;
            let is_complete = self.remaining == Some((position - start) as u64);
            if is_complete {
                match self.finish(input) {
                    // The marker may still follow.
                    Err(Error::Data) if self.marker_allowed => {}
                    result => return result,
                }
            }
            if position < end && self.held_len == 0 && input.len() >= SYMBOL_MAX {
                self.decode_many(dictionary, end, input)?;
                continue;
            }
            if !self.decode_last(dictionary, end, input)? {
                return Ok(Pause::Input);
            }
            let marker_valid = self.remaining.is_none() || is_complete;
            if self.pending == Pending::EndMarker && !marker_valid {
                return Err(Error::Data);
            }
        }
    }

    /// Writes what is pending; says whether there was room for all of it.
    fn settle(&mut self, dictionary: &mut Dictionary, end: usize) -> bool {
        self.pending = self.pending.write(self.reps[0], dictionary, end);
        matches!(self.pending, Pending::Nothing | Pending::EndMarker)
    }

    /// Takes the byte that may be left, and says whether the range encoder ended here.
    fn finish(&mut self, input: &mut &[u8]) -> Result<Pause, Error> {
        if self.range.needs_byte() {
            let Some(&byte) = input.split_off_first() else {
                return Ok(Pause::Input);
            };
            self.range.add_byte(byte);
        }
        match self.range.code {
            0 => Ok(Pause::End),
            _ => Err(Error::Data),
        }
    }

    /// Decodes while there is input for any symbol and room for a byte.
    fn decode_many(
        &mut self,
        dictionary: &mut Dictionary,
        end: usize,
        input: &mut &[u8],
    ) -> Result<(), Error> {
        let mut reader = Reader {
            state: self.range,
            input,
            at: 0,
        };
        let last = input.len() - SYMBOL_MAX;
        let mut context = self.context();
        let mut pending = Pending::Nothing;
        while reader.at <= last && dictionary.position < end {
            let symbol = context.symbol(&mut self.models, dictionary, &mut reader);
            let data = context.take(symbol, dictionary)?;
            pending = data.write(context.reps[0], dictionary, end);
            if pending != Pending::Nothing {
                break;
            }
        }
        *input = &input[reader.at..];
        self.range = reader.state;
        self.state = context.state;
        self.reps = context.reps;
        self.pending = pending;
        // With a known size there is data to come here.
        if pending == Pending::EndMarker && self.remaining.is_some() {
            return Err(Error::Data);
        }
        Ok(())
    }

    /// Decodes a symbol, and more of them while there is room and the input is short. False when the input does not
    /// have all of one: then it is held.
    fn decode_last(
        &mut self,
        dictionary: &mut Dictionary,
        end: usize,
        input: &mut &[u8],
    ) -> Result<bool, Error> {
        let held = self.held_len;
        let count = input.len().min(SYMBOL_MAX);
        let len = held + count;
        // Bytes that are not there are zeros, until it shows that they were needed.
        let mut bytes = [0; 3 * SYMBOL_MAX];
        bytes[..held].copy_from_slice(&self.held[..held]);
        bytes[held..len].copy_from_slice(&input[..count]);
        let mut context = self.context();
        let mut at = 0;
        let is_whole = loop {
            let mut trial = Trial::new(Reader {
                state: self.range,
                input: &bytes,
                at,
            });
            let symbol = context.symbol(&mut self.models, dictionary, &mut trial);
            if trial.reader.at > len {
                context.symbol(&mut self.models, dictionary, &mut trial.rewind());
                break false;
            }
            Reader {
                state: self.range,
                at,
                ..
            } = trial.reader;
            let data = context.take(symbol, dictionary)?;
            self.pending = data.write(context.reps[0], dictionary, end);
            let is_short = held + input.len() < at + SYMBOL_MAX;
            if self.pending != Pending::Nothing || dictionary.position == end || !is_short {
                break true;
            }
        };
        self.state = context.state;
        self.reps = context.reps;
        // What was held did not make a symbol, so that the first one ended behind it.
        let (used, held) = if is_whole {
            (at - held, 0)
        } else {
            (count, len - at)
        };
        *input = &input[used..];
        self.held[..held].copy_from_slice(&bytes[at..at + held]);
        self.held_len = held;
        Ok(is_whole)
    }

    fn context(&self) -> Context {
        Context {
            state: self.state,
            reps: self.reps,
            pb_mask: (1 << self.properties.pb) - 1,
        }
    }
}

/// What symbols depend on besides the models.
struct Context {
    state: State,
    reps: [u32; REPS],
    pb_mask: usize,
}

impl Context {
    #[inline(always)]
    fn symbol<B: Bits>(
        &self,
        models: &mut Models,
        dictionary: &Dictionary,
        bits: &mut B,
    ) -> Symbol {
        let pos_state = dictionary.position & self.pb_mask;
        let state = self.state.index();
        if !bits.bit(&mut models.is_match[state][pos_state]) {
            let position = dictionary.position as u32;
            let probs = models.literals.context(position, dictionary.back(0));
            return Symbol::Literal(if self.state.follows_literal() {
                literal(probs, bits)
            } else {
                literal_after_match(probs, dictionary.back(self.reps[0]), bits)
            });
        }
        if !bits.bit(&mut models.is_rep[state]) {
            let len = bits.length(&mut models.match_len, pos_state);
            let distance = distance(models, len, bits);
            return Symbol::Match { distance, len };
        }
        if !dictionary.reaches(0) {
            return Symbol::Invalid;
        }
        let index = if !bits.bit(&mut models.is_rep0[state]) {
            if !bits.bit(&mut models.is_rep0_long[state][pos_state]) {
                return Symbol::ShortRep;
            }
            0
        } else if !bits.bit(&mut models.is_rep1[state]) {
            1
        } else {
            2 + usize::from(bits.bit(&mut models.is_rep2[state]))
        };
        let len = bits.length(&mut models.rep_len, pos_state);
        Symbol::Rep { index, len }
    }

    /// Notes the symbol; gives what is to be written.
    #[inline(always)]
    fn take(&mut self, symbol: Symbol, dictionary: &Dictionary) -> Result<Pending, Error> {
        match symbol {
            Symbol::Literal(byte) => {
                self.state = self.state.literal();
                Ok(Pending::Literal(byte))
            }
            Symbol::Match { distance, len } => {
                self.state = self.state.matched();
                self.reps = [distance, self.reps[0], self.reps[1], self.reps[2]];
                if dictionary.reaches(distance) {
                    Ok(Pending::Repeat(len as usize))
                } else if distance == END_MARKER {
                    Ok(Pending::EndMarker)
                } else {
                    Err(Error::Data)
                }
            }
            Symbol::ShortRep => {
                self.state = self.state.short_rep();
                Ok(Pending::Repeat(1))
            }
            Symbol::Rep { index, len } => {
                self.state = self.state.long_rep();
                self.reps[..=index].rotate_right(1);
                Ok(Pending::Repeat(len as usize))
            }
            Symbol::Invalid => Err(Error::Data),
        }
    }
}

#[inline(always)]
fn literal<B: Bits>(probs: &mut LiteralModels, bits: &mut B) -> u8 {
    let mut node = 1;
    while node < 0x100 {
        node = node << 1 | bits.digit(&mut probs[node & 0x3ff]) as usize;
    }
    node as u8
}

/// The byte that follows the match's source is a hint: as long as the bits agree with its bits, they
/// have models of their own.
#[inline(always)]
fn literal_after_match<B: Bits>(probs: &mut LiteralModels, hint: u8, bits: &mut B) -> u8 {
    let mut hint = usize::from(hint);
    let mut agreeing = 0x100;
    let mut node = 1;
    while node < 0x100 {
        hint <<= 1;
        let expected = hint & agreeing;
        let bit = bits.digit(&mut probs[(agreeing + expected + node) & 0x3ff]) as usize;
        node = node << 1 | bit;
        // All ones if the bit is 1: then those expected stay, else the others.
        agreeing &= if bit == 1 { expected } else { !expected };
    }
    node as u8
}

#[inline(always)]
fn distance<B: Bits>(models: &mut Models, len: u32, bits: &mut B) -> u32 {
    let slot = bits.tree(&mut models.slot[distance_state(len)]);
    if slot < FIRST_MODELLED_SLOT {
        return slot;
    }
    let (footer_bits, base) = slot_base(slot);
    if slot < FIRST_DIRECT_SLOT {
        let mut node = 1;
        let mut low = 0;
        for shift in 0..footer_bits {
            let bit = bits.digit(&mut models.special[special_index(base, slot, node)]);
            node = node << 1 | bit;
            low |= bit << shift;
        }
        return base + low;
    }
    let high = bits.direct(2 | (slot & 1), footer_bits - ALIGN_BITS);
    let mut node = 1;
    let mut low = 0;
    for shift in 0..ALIGN_BITS {
        let bit = bits.digit(&mut models.align[node & 15]);
        node = node << 1 | bit as usize;
        low |= bit << shift;
    }
    (high << ALIGN_BITS) + low
}
