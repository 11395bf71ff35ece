//! Symbols chosen by price: the cheapest way through the next few thousand bytes.

use super::super::Error;
use super::super::models::{
    ALIGN_BITS, ALIGN_SIZE, DISTANCE_STATES, FIRST_DIRECT_SLOT, FIRST_MODELLED_SLOT, MATCH_MAX,
    MATCH_MIN, MODELLED_DISTANCES, Models, REPS, State, distance_state, slot_base, slot_of,
    special_index,
};
use super::compare::common_len;
use super::length::LengthPrices;
use super::lzma::{FIRST_DISTANCE, LITERAL, Lzma, OPTIMUM_LEN, walk_after_match};
use super::price;
use super::window::{Matches, Window};

/// What is known of the cheapest way to a position.
#[derive(Clone, Copy, Default)]
struct Node {
    price: u32,
    /// Where its last symbol begins, ...
    from: u32,
    /// ... and what that is.
    back: u32,
    /// What comes before that symbol, if that is not another node's business.
    prelude: Prelude,
    /// The encoder's state here.
    state: State,
    reps: [u32; REPS],
}

/// Symbols that make sense only together with the one that follows.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Prelude {
    #[default]
    None,
    /// A literal.
    Literal,
    /// A match that begins at `from`, and a literal.
    MatchAndLiteral { from: u32, back: u32 },
}

/// Chooses symbols, and knows what they cost.
pub(super) struct Optimizer {
    pub(super) match_len: LengthPrices,
    pub(super) rep_len: LengthPrices,
    slots: usize,
    slot_prices: [[u32; 64]; DISTANCE_STATES],
    distance_prices: [[u32; MODELLED_DISTANCES]; DISTANCE_STATES],
    align_prices: [u32; ALIGN_SIZE],
    /// How many matches were encoded since the prices of distances were found, ...
    matches: u32,
    /// ... and those of their lowest bits.
    aligned_matches: u32,
    nodes: Box<[Node]>,
    /// What has been chosen: the way through the nodes from here ...
    next: usize,
    /// ... to here.
    end: usize,
}

/// Prices are out of date after so many matches.
const MAX_MATCHES: u32 = 1 << 7;

impl Optimizer {
    pub(super) fn new(dict_size: u32, nice_len: u32) -> Result<Self, Error> {
        let mut nodes = Vec::new();
        nodes
            .try_reserve_exact(OPTIMUM_LEN)
            .map_err(|_| Error::NoMemory)?;
        nodes.resize(OPTIMUM_LEN, Node::default());
        Ok(Self {
            match_len: LengthPrices::new(nice_len),
            rep_len: LengthPrices::new(nice_len),
            slots: dict_size.next_power_of_two().ilog2() as usize * 2,
            slot_prices: [[0; 64]; DISTANCE_STATES],
            distance_prices: [[0; MODELLED_DISTANCES]; DISTANCE_STATES],
            align_prices: [0; ALIGN_SIZE],
            matches: 0,
            aligned_matches: 0,
            nodes: nodes.into_boxed_slice(),
            next: 0,
            end: 0,
        })
    }

    pub(super) fn reset(&mut self, models: &Models, positions: usize) {
        self.match_len.reset(&models.match_len, positions);
        self.rep_len.reset(&models.rep_len, positions);
        self.matches = MAX_MATCHES;
        self.aligned_matches = ALIGN_SIZE as u32;
        self.next = 0;
        self.end = 0;
    }

    /// To be called for each match that is encoded.
    pub(super) fn count_match(&mut self, is_aligned: bool) {
        self.matches = self.matches.saturating_add(1);
        self.aligned_matches = self.aligned_matches.saturating_add(u32::from(is_aligned));
    }

    /// How the next symbol stands for how many bytes.
    pub(super) fn choose(
        &mut self,
        lzma: &mut Lzma,
        window: &mut Window,
        position: u32,
    ) -> (u32, u32) {
        if self.next != self.end {
            let node = &self.nodes[self.next];
            let len = node.from - self.next as u32;
            self.next = node.from as usize;
            return (node.back, len);
        }
        if window.read_ahead == 0 {
            self.update_prices(&lzma.models);
        }
        let mut end = match self.begin(lzma, window, position) {
            Begun::Chosen(back, len) => return (back, len),
            Begun::Open(end) => end,
        };
        let mut here = 1;
        while here < end {
            window.find(&mut lzma.matches);
            if lzma.matches.longest as usize >= window.nice_len {
                break;
            }
            let step = Step::new(self, &lzma.models, lzma.pb_mask, window, position, here);
            end = step.extend(self, &mut lzma.matches, end);
            here += 1;
        }
        self.trace_back(here)
    }

    fn update_prices(&mut self, models: &Models) {
        if self.matches >= MAX_MATCHES {
            self.update_distance_prices(models);
            self.matches = 0;
        }
        if self.aligned_matches >= ALIGN_SIZE as u32 {
            for (value, price) in (0..).zip(&mut self.align_prices) {
                *price = price::reverse_tree(value, ALIGN_BITS, |node| models.align[node as usize]);
            }
            self.aligned_matches = 0;
        }
    }

    fn update_distance_prices(&mut self, models: &Models) {
        for (prices, probs) in self.slot_prices.iter_mut().zip(&models.slot) {
            for (slot, price) in (0..).zip(&mut prices[..self.slots]) {
                *price = price::tree(probs, slot);
                if slot >= FIRST_DIRECT_SLOT {
                    *price += price::direct((slot >> 1) - 1 - ALIGN_BITS);
                }
            }
        }
        for distance in 0..MODELLED_DISTANCES as u32 {
            let slot = slot_of(distance);
            let mut footer = 0;
            if slot >= FIRST_MODELLED_SLOT {
                let (footer_bits, base) = slot_base(slot);
                footer = price::reverse_tree(distance - base, footer_bits, |node| {
                    models.special[special_index(base, slot, node)]
                });
            }
            for (prices, slots) in self.distance_prices.iter_mut().zip(&self.slot_prices) {
                prices[distance as usize] = slots[slot as usize] + footer;
            }
        }
    }

    #[inline(always)]
    fn match_price(&self, distance: u32, len: u32, pos_state: usize) -> u32 {
        let state = distance_state(len);
        let distance_price = match self.distance_prices[state].get(distance as usize) {
            Some(price) => *price,
            None => {
                self.slot_prices[state][slot_of(distance) as usize % 64]
                    + self.align_prices[distance as usize % ALIGN_SIZE]
            }
        };
        distance_price + self.match_len.get(len, pos_state)
    }

    /// Looks at the first position: chooses at once, or opens the nodes that its symbols lead to.
    fn begin(&mut self, lzma: &mut Lzma, window: &mut Window, position: u32) -> Begun {
        if window.read_ahead == 0 {
            window.find(&mut lzma.matches);
        }
        let available = (window.available() + 1).min(MATCH_MAX as usize);
        if available < MATCH_MIN as usize {
            return Begun::Chosen(LITERAL, 1);
        }
        let nice_len = window.nice_len as u32;
        let longest = lzma.matches.longest;
        let rep_lens = lzma.reps.map(|rep| rep_len(window, rep, available));
        let (best_rep, best_rep_len) = best_of(&rep_lens);
        if best_rep_len >= nice_len {
            window.skip(best_rep_len as usize - 1);
            return Begun::Chosen(best_rep, best_rep_len);
        }
        if longest >= nice_len {
            let distance = lzma
                .matches
                .as_slice()
                .last()
                .map_or(0, |last| last.distance);
            window.skip(longest as usize - 1);
            return Begun::Chosen(FIRST_DISTANCE + distance, longest);
        }
        let bytes = window.bytes();
        let at = window.read_position - 1;
        let byte = bytes[at];
        let hint = bytes[at - lzma.reps[0] as usize - 1];
        if longest < MATCH_MIN && byte != hint && best_rep_len < MATCH_MIN {
            return Begun::Chosen(LITERAL, 1);
        }
        let models = &lzma.models;
        let (state, pos_state) = (lzma.state, position as usize & lzma.pb_mask);
        let kinds = Kinds::new(models, state, pos_state, 0);
        self.nodes[0].state = state;
        self.nodes[0].reps = lzma.reps;
        self.nodes[1] = Node {
            price: kinds.literal
                + literal_price(models, position, bytes[at - 1], state, hint, byte),
            back: LITERAL,
            ..self.nodes[1]
        };
        self.nodes[1].prelude = Prelude::None;
        if byte == hint {
            let price = kinds.rep + short_rep_price(models, state, pos_state);
            if price < self.nodes[1].price {
                self.nodes[1].price = price;
                self.nodes[1].back = 0;
            }
        }
        let end = longest.max(best_rep_len);
        if end < MATCH_MIN {
            return Begun::Chosen(self.nodes[1].back, 1);
        }
        self.nodes[1].from = 0;
        for node in &mut self.nodes[2..=end as usize] {
            node.price = price::INFINITE;
        }
        for (index, &len) in (0..).zip(&rep_lens) {
            let price = kinds.rep + rep_price(models, index, state, pos_state);
            for len in (MATCH_MIN..=len).rev() {
                let price = price + self.rep_len.get(len, pos_state);
                self.offer(len as usize, price, 0, index, Prelude::None);
            }
        }
        let first = if rep_lens[0] >= MATCH_MIN {
            rep_lens[0] + 1
        } else {
            MATCH_MIN
        };
        each_length(lzma.matches.as_slice(), first, |len, distance, _| {
            let price = kinds.matched + self.match_price(distance, len, pos_state);
            self.offer(
                len as usize,
                price,
                0,
                FIRST_DISTANCE + distance,
                Prelude::None,
            );
        });
        Begun::Open(end as usize)
    }

    /// Makes a way the one to `to`, if it is cheaper than those before.
    #[inline(always)]
    fn offer(&mut self, to: usize, price: u32, from: usize, back: u32, prelude: Prelude) {
        let node = &mut self.nodes[to];
        if price < node.price {
            node.price = price;
            node.from = from as u32;
            node.back = back;
            node.prelude = prelude;
        }
    }

    /// Opens nodes up to `to`; `end` is the last one open.
    #[inline(always)]
    fn open(&mut self, end: usize, to: usize) -> usize {
        if end >= to {
            return end;
        }
        for node in &mut self.nodes[end + 1..=to] {
            node.price = price::INFINITE;
        }
        to
    }

    /// Turns the way to `end` round: each node on it then tells the next. Gives its first symbol.
    fn trace_back(&mut self, end: usize) -> (u32, u32) {
        self.end = end;
        let mut here = end;
        let Node {
            mut from, mut back, ..
        } = self.nodes[here];
        while here != 0 {
            let before = from as usize;
            match self.nodes[here].prelude {
                Prelude::None => {}
                prelude => {
                    let literal = &mut self.nodes[before];
                    literal.back = LITERAL;
                    literal.prelude = Prelude::None;
                    literal.from = from - 1;
                    if let Prelude::MatchAndLiteral { from, back } = prelude {
                        let matched = &mut self.nodes[before - 1];
                        matched.prelude = Prelude::None;
                        matched.from = from;
                        matched.back = back;
                    }
                }
            }
            let symbol = back;
            let node = &mut self.nodes[before];
            (from, back) = (node.from, node.back);
            node.from = here as u32;
            node.back = symbol;
            here = before;
        }
        self.next = self.nodes[0].from as usize;
        (self.nodes[0].back, self.nodes[0].from)
    }

    /// Finds the state and the distances at a node, from those where its way's last symbols began.
    fn settle(&mut self, here: usize) {
        let node = self.nodes[here];
        let is_one_byte;
        let mut from = node.from as usize;
        let mut back = node.back;
        let mut state;
        match node.prelude {
            Prelude::None => {
                state = self.nodes[from].state;
                is_one_byte = from == here - 1;
            }
            Prelude::Literal => {
                from -= 1;
                state = self.nodes[from].state.literal();
                is_one_byte = false;
            }
            Prelude::MatchAndLiteral {
                from: first,
                back: first_back,
            } => {
                state = self.nodes[first as usize].state;
                state = if first_back < FIRST_DISTANCE {
                    state.long_rep()
                } else {
                    state.matched()
                };
                state = state.literal();
                from = first as usize;
                back = first_back;
                is_one_byte = false;
            }
        }
        let before = self.nodes[from].reps;
        let (state, reps) = if is_one_byte {
            let state = if back == 0 {
                state.short_rep()
            } else {
                state.literal()
            };
            (state, before)
        } else if node.prelude != Prelude::None {
            // The last symbol repeats the latest distance.
            (state.long_rep(), reps_after(before, back))
        } else if back < FIRST_DISTANCE {
            (state.long_rep(), reps_after(before, back))
        } else {
            (state.matched(), reps_after(before, back))
        };
        self.nodes[here].state = state;
        self.nodes[here].reps = reps;
    }
}

enum Begun {
    Chosen(u32, u32),
    /// There is a way to this node, and to those before.
    Open(usize),
}

/// What it costs to say of which kind a symbol is.
struct Kinds {
    literal: u32,
    matched: u32,
    rep: u32,
}

impl Kinds {
    #[inline(always)]
    fn new(models: &Models, state: State, pos_state: usize, base: u32) -> Self {
        let state = state.index();
        let is_match = models.is_match[state][pos_state];
        let any_match = base + price::one(is_match);
        Self {
            literal: base + price::zero(is_match),
            matched: any_match + price::zero(models.is_rep[state]),
            rep: any_match + price::one(models.is_rep[state]),
        }
    }
}

/// A symbol after a node, if it were chosen.
struct Taken {
    price: u32,
    state: State,
    /// Where it ends, from the node on.
    end: u32,
}

/// What a node's symbols cost, and where they lead.
struct Step<'s> {
    models: &'s Models,
    pb_mask: usize,
    bytes: &'s [u8],
    at: usize,
    position: u32,
    here: usize,
    nice_len: usize,
    /// How many bytes there are to look at.
    available: usize,
    state: State,
    reps: [u32; REPS],
    kinds: Kinds,
}

impl<'s> Step<'s> {
    #[inline(always)]
    fn new(
        optimizer: &mut Optimizer,
        models: &'s Models,
        pb_mask: usize,
        window: &'s Window,
        start: u32,
        here: usize,
    ) -> Self {
        optimizer.settle(here);
        let Node {
            price, state, reps, ..
        } = optimizer.nodes[here];
        let position = start.wrapping_add(here as u32);
        Self {
            models,
            pb_mask,
            bytes: window.bytes(),
            at: window.read_position - 1,
            position,
            here,
            nice_len: window.nice_len,
            available: (window.available() + 1).min(OPTIMUM_LEN - 1 - here),
            state,
            reps,
            kinds: Kinds::new(models, state, position as usize & pb_mask, price),
        }
    }

    /// Offers ways to nodes after this one; `end` is the last one open.
    #[inline(always)]
    fn extend(&self, optimizer: &mut Optimizer, matches: &mut Matches, end: usize) -> usize {
        let end = self.single_bytes(optimizer, end);
        if self.available < MATCH_MIN as usize {
            return end;
        }
        let (end, first) = self.reps(optimizer, end);
        self.matches(optimizer, matches, end, first)
    }

    fn pos_state(&self, ahead: u32) -> usize {
        self.position.wrapping_add(ahead) as usize & self.pb_mask
    }

    /// Literals, alone or before a repeated match, and short repeated matches.
    #[inline(always)]
    fn single_bytes(&self, optimizer: &mut Optimizer, end: usize) -> usize {
        let (bytes, at, here) = (self.bytes, self.at, self.here);
        let byte = bytes[at];
        let there = at - self.reps[0] as usize - 1;
        let hint = bytes[there];
        let price = self.kinds.literal
            + literal_price(
                self.models,
                self.position,
                bytes[at - 1],
                self.state,
                hint,
                byte,
            );
        let node = &mut optimizer.nodes[here + 1];
        let mut is_taken = false;
        if price < node.price {
            node.price = price;
            node.from = here as u32;
            node.back = LITERAL;
            node.prelude = Prelude::None;
            is_taken = true;
        }
        if byte == hint && !((node.from as usize) < here && node.back == 0) {
            let pos_state = self.pos_state(0);
            let price = self.kinds.rep + short_rep_price(self.models, self.state, pos_state);
            if price <= node.price {
                node.price = price;
                node.from = here as u32;
                node.back = 0;
                node.prelude = Prelude::None;
                is_taken = true;
            }
        }
        if is_taken || byte == hint || self.available < MATCH_MIN as usize {
            return end;
        }
        let limit = self.available.min(self.nice_len + 1);
        let len = common_len(bytes, at, there, 1, limit) - 1;
        if len < MATCH_MIN as usize {
            return end;
        }
        let literal = Taken {
            price,
            state: self.state.literal(),
            end: 1,
        };
        self.rep_after_literal(optimizer, end, literal, len, Prelude::Literal)
    }

    /// A match of `len` bytes at the latest distance, after a literal that follows others.
    #[inline(always)]
    fn rep_after_literal(
        &self,
        optimizer: &mut Optimizer,
        end: usize,
        literal: Taken,
        len: usize,
        prelude: Prelude,
    ) -> usize {
        let pos_state = self.pos_state(literal.end);
        let kinds = Kinds::new(self.models, literal.state, pos_state, literal.price);
        let price = kinds.rep
            + optimizer.rep_len.get(len as u32, pos_state)
            + rep_price(self.models, 0, literal.state, pos_state);
        let from = self.here + literal.end as usize;
        let end = optimizer.open(end, from + len);
        optimizer.offer(from + len, price, from, 0, prelude);
        end
    }

    /// What follows a match from `there`: a literal and then more of the same, if there is such.
    #[inline(always)]
    fn after_match(
        &self,
        optimizer: &mut Optimizer,
        end: usize,
        matched: Taken,
        back: u32,
        there: usize,
    ) -> usize {
        let (bytes, at) = (self.bytes, self.at);
        let len = matched.end;
        let after = len as usize + 1;
        let limit = self.available.min(after + self.nice_len);
        if after >= limit {
            return end;
        }
        let more = common_len(bytes, at, there, after, limit) - after;
        if more < MATCH_MIN as usize {
            return end;
        }
        let state = matched.state;
        let kinds = Kinds::new(self.models, state, self.pos_state(len), matched.price);
        let literal_at = at + len as usize;
        let price = kinds.literal
            + literal_price(
                self.models,
                self.position.wrapping_add(len),
                bytes[literal_at - 1],
                state,
                bytes[there + len as usize],
                bytes[literal_at],
            );
        let literal = Taken {
            price,
            state: state.literal(),
            end: len + 1,
        };
        let prelude = Prelude::MatchAndLiteral {
            from: self.here as u32,
            back,
        };
        self.rep_after_literal(optimizer, end, literal, more, prelude)
    }

    /// Repeated matches. Also gives the shortest length that is worth an own distance.
    #[inline(always)]
    fn reps(&self, optimizer: &mut Optimizer, mut end: usize) -> (usize, u32) {
        let limit = self.available.min(self.nice_len);
        let pos_state = self.pos_state(0);
        let mut first = MATCH_MIN;
        for (index, &rep) in (0..).zip(&self.reps) {
            let there = self.at - rep as usize - 1;
            if self.bytes[self.at..self.at + 2] != self.bytes[there..there + 2] {
                continue;
            }
            let longest = common_len(self.bytes, self.at, there, 2, limit) as u32;
            end = optimizer.open(end, self.here + longest as usize);
            let price = self.kinds.rep + rep_price(self.models, index, self.state, pos_state);
            for len in (MATCH_MIN..=longest).rev() {
                let price = price + optimizer.rep_len.get(len, pos_state);
                let to = self.here + len as usize;
                optimizer.offer(to, price, self.here, index, Prelude::None);
            }
            if index == 0 {
                first = longest + 1;
            }
            let price = price + optimizer.rep_len.get(longest, pos_state);
            let matched = Taken {
                price,
                state: self.state.long_rep(),
                end: longest,
            };
            end = self.after_match(optimizer, end, matched, index, there);
        }
        (end, first)
    }

    /// Matches by their distance, of `first` bytes or more.
    #[inline(always)]
    fn matches(
        &self,
        optimizer: &mut Optimizer,
        matches: &mut Matches,
        mut end: usize,
        first: u32,
    ) -> usize {
        matches.shorten(self.available.min(self.nice_len) as u32);
        if matches.longest < first {
            return end;
        }
        end = optimizer.open(end, self.here + matches.longest as usize);
        let pos_state = self.pos_state(0);
        let state = self.state.matched();
        each_length(matches.as_slice(), first, |len, distance, is_longest| {
            let price = self.kinds.matched + optimizer.match_price(distance, len, pos_state);
            let back = FIRST_DISTANCE + distance;
            let to = self.here + len as usize;
            optimizer.offer(to, price, self.here, back, Prelude::None);
            if is_longest {
                let there = self.at - distance as usize - 1;
                let matched = Taken {
                    price,
                    state,
                    end: len,
                };
                end = self.after_match(optimizer, end, matched, back, there);
            }
        });
        end
    }
}

/// Calls `visit` with each length from `first` on, the smallest distance of a match that is so long,
/// and whether that match is no longer.
#[inline(always)]
fn each_length(
    matches: &[super::window::Match],
    first: u32,
    mut visit: impl FnMut(u32, u32, bool),
) {
    let mut len = first;
    for found in matches {
        while len <= found.len {
            visit(len, found.distance, len == found.len);
            len += 1;
        }
    }
}

/// The latest distances after a match.
fn reps_after(mut reps: [u32; REPS], back: u32) -> [u32; REPS] {
    if back < FIRST_DISTANCE {
        reps[..=back as usize].rotate_right(1);
        reps
    } else {
        [back - FIRST_DISTANCE, reps[0], reps[1], reps[2]]
    }
}

/// How long the match at a distance is; 0 if it is too short.
#[inline(always)]
fn rep_len(window: &Window, rep: u32, available: usize) -> u32 {
    let bytes = window.bytes();
    let at = window.read_position - 1;
    let there = at - rep as usize - 1;
    if bytes[at..at + 2] != bytes[there..there + 2] {
        return 0;
    }
    common_len(bytes, at, there, 2, available) as u32
}

/// The first of the longest.
fn best_of(lens: &[u32; REPS]) -> (u32, u32) {
    let mut best = (0, lens[0]);
    for (index, &len) in (0..).zip(lens) {
        if len > best.1 {
            best = (index, len);
        }
    }
    best
}

#[inline(always)]
fn short_rep_price(models: &Models, state: State, pos_state: usize) -> u32 {
    price::zero(models.is_rep0[state.index()])
        + price::zero(models.is_rep0_long[state.index()][pos_state])
}

/// What it costs to say which of the latest distances a match has.
#[inline(always)]
fn rep_price(models: &Models, index: u32, state: State, pos_state: usize) -> u32 {
    let state = state.index();
    if index == 0 {
        return price::zero(models.is_rep0[state])
            + price::one(models.is_rep0_long[state][pos_state]);
    }
    let price = price::one(models.is_rep0[state]);
    if index == 1 {
        return price + price::zero(models.is_rep1[state]);
    }
    price + price::one(models.is_rep1[state]) + price::bit(models.is_rep2[state], index - 2)
}

#[inline(always)]
fn literal_price(
    models: &Models,
    position: u32,
    previous: u8,
    state: State,
    hint: u8,
    byte: u8,
) -> u32 {
    let probs = models.literals.peek(position, previous);
    let mut price = 0;
    if state.follows_literal() {
        let mut node = usize::from(byte) | 0x100;
        while node > 1 {
            let last = node as u32 & 1;
            node >>= 1;
            price += price::bit(probs[node & 0x3ff], last);
        }
    } else {
        walk_after_match(hint, byte, |index, digit| {
            price += price::bit(probs[index], digit)
        });
    }
    price
}
