//! What series of measurements tell: medians, and ratios with the uncertainty that they have.

use serde::{Serialize, Serializer};

/// How sure an interval is to hold the true ratio. Of hundreds of cases, more than a few would be off at 95%.
const CONFIDENCE: f64 = 0.99;

/// What the layout of code and data in memory alone makes of two programs that do the same.
const RESOLUTION: f64 = 0.01;

/// How many times faster one thing is than another, and the interval in which that lies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Ratio {
    pub(crate) value: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

/// What a ratio says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Verdict {
    Faster,
    /// The difference is inside the noise.
    Same,
    Slower,
}

impl Ratio {
    /// How many times longer `old` took than `new`; both have a figure for each round, and what disturbs a round
    /// disturbs both of its figures.
    ///
    /// Wilcoxon's signed-rank test on the logarithms of the rounds' ratios: the ratio is its estimate, that of Hodges
    /// and Lehmann, and the interval the one that it does not reject. Both are exact for few rounds, and no outlier
    /// spoils them, to either side: virtual processors have moments in which they are twice as fast as usual. With less
    /// than 8 rounds the interval is the whole range of the ratios, and less sure.
    pub(crate) fn of(old: &[f64], new: &[f64]) -> Self {
        let logarithms: Vec<f64> = old.iter().zip(new).map(|(a, b)| (a / b).ln()).collect();
        let averages = walsh_averages(&logarithms);
        let outside = outside(logarithms.len());
        Self {
            value: quantile(&averages, 0.5).exp(),
            low: averages[outside].exp(),
            high: averages[averages.len() - 1 - outside].exp(),
        }
    }

    pub(crate) fn verdict(self) -> Verdict {
        if self.low > 1.0 && self.value > 1.0 + RESOLUTION {
            Verdict::Faster
        } else if self.high < 1.0 && self.value < 1.0 - RESOLUTION {
            Verdict::Slower
        } else {
            Verdict::Same
        }
    }
}

impl Serialize for Ratio {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Shown {
            value: f64,
            low: f64,
            high: f64,
            verdict: Verdict,
        }
        let Self { value, low, high } = *self;
        let verdict = self.verdict();
        let shown = Shown {
            value,
            low,
            high,
            verdict,
        };
        shown.serialize(serializer)
    }
}

/// The averages of all pairs, each value with itself, too; in order.
fn walsh_averages(values: &[f64]) -> Vec<f64> {
    let with_rest = |(i, a): (usize, &f64)| {
        let a = *a;
        values[i..].iter().map(move |b| f64::midpoint(a, *b))
    };
    sorted(values.iter().enumerate().flat_map(with_rest))
}

/// How many of the averages of `count` values lie outside of the interval, at each end.
fn outside(count: usize) -> usize {
    let tail = (1.0 - CONFIDENCE) / 2.0;
    let mut probability = 0.0;
    let mut below = 0;
    for share in signed_rank_distribution(count) {
        probability += share;
        if probability > tail {
            break;
        }
        below += 1;
    }
    usize::saturating_sub(below, 1)
}

/// How probable each sum of the positive ranks is, from 0 on, where the ranks have signs by chance.
fn signed_rank_distribution(count: usize) -> Vec<f64> {
    let mut shares = vec![0.0; count * (count + 1) / 2 + 1];
    shares[0] = 1.0;
    for rank in 1..=count {
        for sum in (0..shares.len()).rev() {
            let with_rank = if sum >= rank { shares[sum - rank] } else { 0.0 };
            shares[sum] = f64::midpoint(shares[sum], with_rank);
        }
    }
    shares
}

/// The least of some times: all that disturbs a program makes it slower.
pub(crate) fn best(times: &[f64]) -> f64 {
    times.iter().copied().fold(f64::INFINITY, f64::min)
}

/// The middle of some values, which there must be.
pub(crate) fn median(values: &[f64]) -> f64 {
    quantile(&sorted(values.iter().copied()), 0.5)
}

/// The quartiles: a quarter of the values lies below the first one, a quarter above the second one.
pub(crate) fn quartiles(values: &[f64]) -> (f64, f64) {
    let sorted = sorted(values.iter().copied());
    (quantile(&sorted, 0.25), quantile(&sorted, 0.75))
}

/// Between two values it is interpolated.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let position = share * (sorted.len() - 1) as f64;
    let (below, above) = (
        sorted[position.floor() as usize],
        sorted[position.ceil() as usize],
    );
    below + (above - below) * position.fract()
}

fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_and_quartiles() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), 2.5);
        assert_eq!(quartiles(&[5.0, 1.0, 2.0, 3.0, 4.0]), (2.0, 4.0));
        assert_eq!(quartiles(&[7.0]), (7.0, 7.0));
    }

    #[test]
    fn the_distribution_is_that_of_the_tables() {
        // Sums 0 to 6 of the ranks 1, 2, 3: 3 can be had in two ways.
        let eighth = 0.125;
        let expected = [1.0, 1.0, 1.0, 2.0, 1.0, 1.0, 1.0].map(|ways| ways * eighth);
        assert_eq!(signed_rank_distribution(3), expected);
        // Two-sided critical values at 1%, as tables of the test have them.
        let critical = [(8, 0), (9, 1), (10, 3), (12, 7), (15, 15), (20, 37)];
        for (count, value) in critical {
            assert_eq!(outside(count), value, "{count} rounds");
        }
        assert_eq!(outside(1), 0);
        assert_eq!(outside(7), 0);
    }

    #[test]
    fn an_outlier_moves_neither_ratio_nor_interval_by_much() {
        let old = [2.0, 2.02, 1.98, 2.01, 1.99, 2.0, 2.0, 2.03, 1.97, 90.0];
        let ratio = Ratio::of(&old, &[1.0; 10]);
        assert!((ratio.value - 2.0).abs() < 0.05, "{ratio:?}");
        assert!(ratio.low > 1.9, "{ratio:?}");
        assert_eq!(ratio.verdict(), Verdict::Faster);
    }

    #[test]
    fn a_moment_of_speed_is_an_outlier() {
        let old = [2.0, 1.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0];
        assert_eq!(Ratio::of(&old, &[1.0; 8]).value, 2.0);
        let new = [1.0, 1.0, 1.0, 0.5, 1.0, 1.0, 1.0, 1.0];
        assert_eq!(Ratio::of(&[2.0; 8], &new).value, 2.0);
    }

    #[test]
    fn what_disturbs_both_disturbs_nothing() {
        let load = [1.0, 5.0, 1.2, 3.0, 1.0, 1.0, 2.0, 8.0];
        let new = load.map(|load| load * 3.0);
        let ratio = Ratio::of(&load, &new);
        assert!((ratio.value - 1.0 / 3.0).abs() < 1e-9, "{ratio:?}");
        assert!(ratio.high - ratio.low < 1e-9, "{ratio:?}");
        assert_eq!(ratio.verdict(), Verdict::Slower);
    }

    #[test]
    fn noise_is_no_difference() {
        let old = [1.0, 1.1, 0.9, 1.05, 0.98, 1.2, 1.0, 0.95];
        let new = [1.05, 1.0, 1.0, 0.9, 1.1, 1.0, 1.02, 1.0];
        assert_eq!(Ratio::of(&old, &new).verdict(), Verdict::Same);
        // As sure as can be, and nothing that anybody would feel.
        assert_eq!(Ratio::of(&[1.005; 10], &[1.0; 10]).verdict(), Verdict::Same);
    }
}
