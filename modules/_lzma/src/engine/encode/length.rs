//! The lengths of matches, and their prices.

use super::super::models::{LengthModels, MATCH_MAX, MATCH_MIN, POSITIONS};
use super::price;
use super::range::RangeEncoder;

/// What lengths cost. The prices follow the models at intervals.
pub(super) struct LengthPrices {
    prices: [[u32; (MATCH_MAX - MATCH_MIN + 1) as usize]; POSITIONS],
    /// How many lengths are still encoded with the prices as they are.
    counters: [u32; POSITIONS],
    /// How many lengths have a price.
    count: u32,
}

impl LengthPrices {
    pub(super) fn new(nice_len: u32) -> Self {
        Self {
            prices: [[0; (MATCH_MAX - MATCH_MIN + 1) as usize]; POSITIONS],
            counters: [0; POSITIONS],
            count: nice_len + 1 - MATCH_MIN,
        }
    }

    pub(super) fn reset(&mut self, models: &LengthModels, positions: usize) {
        for pos_state in 0..positions {
            self.update(models, pos_state);
        }
    }

    #[inline(always)]
    pub(super) fn get(&self, len: u32, pos_state: usize) -> u32 {
        self.prices[pos_state][(len - MATCH_MIN) as usize]
    }

    /// To be called for each length before it is encoded.
    fn count_down(&mut self, models: &LengthModels, pos_state: usize) {
        self.counters[pos_state] -= 1;
        if self.counters[pos_state] == 0 {
            self.update(models, pos_state);
        }
    }

    fn update(&mut self, models: &LengthModels, pos_state: usize) {
        self.counters[pos_state] = self.count;
        let low = price::zero(models.choice);
        let not_low = price::one(models.choice);
        let mid = not_low + price::zero(models.choice2);
        let high = not_low + price::one(models.choice2);
        let prices = &mut self.prices[pos_state][..self.count as usize];
        for (index, price) in (0..).zip(prices) {
            *price = match index {
                0..8 => low + price::tree(&models.low[pos_state], index),
                8..16 => mid + price::tree(&models.mid[pos_state], index - 8),
                _ => high + price::tree(&models.high, index - 16),
            };
        }
    }
}

/// Encodes a length; `prices` are those that are kept up with it.
pub(super) fn encode(
    encoder: &mut RangeEncoder,
    models: &mut LengthModels,
    prices: Option<&mut LengthPrices>,
    len: u32,
    pos_state: usize,
) {
    if let Some(prices) = prices {
        prices.count_down(models, pos_state);
    }
    let index = len - MATCH_MIN;
    encoder.bit(&mut models.choice, u32::from(index >= 8));
    if index < 8 {
        encoder.tree(&mut models.low[pos_state], index);
        return;
    }
    encoder.bit(&mut models.choice2, u32::from(index >= 16));
    if index < 16 {
        encoder.tree(&mut models.mid[pos_state], index - 8);
    } else {
        encoder.tree(&mut models.high, index - 16);
    }
}
