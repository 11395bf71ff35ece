//! Quantiles of the normal distribution.
//!
//! Wichura, M. J. (1988): Algorithm AS 241, "The Percentage Points of the Normal Distribution", Applied
//! Statistics 37 (3), 477-484: rational approximations, correct to about 16 digits. The order of the
//! operations is part of the result.
#![allow(clippy::excessive_precision)] // coefficients as published

/// The numerator and the denominator of an approximation, highest power first.
struct Rational {
    numerator: [f64; 8],
    denominator: [f64; 8],
}

/// Within 0.425 of the middle, in 0.425 squared minus the distance squared.
const CENTRAL: Rational = Rational {
    numerator: [
        2.509_080_928_730_122_672_7e+3,
        3.343_057_558_358_812_810_5e+4,
        6.726_577_092_700_870_085_3e+4,
        4.592_195_393_154_987_145_7e+4,
        1.373_169_376_550_946_112_5e+4,
        1.971_590_950_306_551_442_7e+3,
        1.331_416_678_917_843_774_5e+2,
        3.387_132_872_796_366_608_0e+0,
    ],
    denominator: [
        5.226_495_278_852_854_561_0e+3,
        2.872_908_573_572_194_267_4e+4,
        3.930_789_580_009_271_061_0e+4,
        2.121_379_430_158_659_586_7e+4,
        5.394_196_021_424_751_107_7e+3,
        6.871_870_074_920_579_083_0e+2,
        4.231_333_070_160_091_125_2e+1,
        1.0,
    ],
};

/// Farther out, in the square root of minus the logarithm of the tail's area, less 1.6.
const MIDDLE: Rational = Rational {
    numerator: [
        7.745_450_142_783_414_076_40e-4,
        2.272_384_498_926_918_458_33e-2,
        2.417_807_251_774_506_117_70e-1,
        1.270_458_252_452_368_382_58e+0,
        3.647_848_324_763_204_605_04e+0,
        5.769_497_221_460_691_405_50e+0,
        4.630_337_846_156_545_295_90e+0,
        1.423_437_110_749_683_577_34e+0,
    ],
    denominator: [
        1.050_750_071_644_416_843_24e-9,
        5.475_938_084_995_344_946_00e-4,
        1.519_866_656_361_645_719_66e-2,
        1.481_039_764_274_800_745_90e-1,
        6.897_673_349_851_000_045_50e-1,
        1.676_384_830_183_803_849_40e+0,
        2.053_191_626_637_758_821_87e+0,
        1.0,
    ],
};

/// At the ends, in the same root less 5.
const FAR: Rational = Rational {
    numerator: [
        2.010_334_399_292_288_132_65e-7,
        2.711_555_568_743_487_578_15e-5,
        1.242_660_947_388_078_438_60e-3,
        2.653_218_952_657_612_309_30e-2,
        2.965_605_718_285_048_912_30e-1,
        1.784_826_539_917_291_335_80e+0,
        5.463_784_911_164_114_369_90e+0,
        6.657_904_643_501_103_777_20e+0,
    ],
    denominator: [
        2.044_263_103_389_939_785_64e-15,
        1.421_511_758_316_445_888_70e-7,
        1.846_318_317_510_054_681_80e-5,
        7.868_691_311_456_132_591_00e-4,
        1.487_536_129_085_061_485_25e-2,
        1.369_298_809_227_358_053_10e-1,
        5.998_322_065_558_879_376_90e-1,
        1.0,
    ],
};

/// The value below which a normally distributed one is with the probability `p`; `None` unless
/// 0 < `p` < 1.
pub(crate) fn quantile(p: f64, mean: f64, deviation: f64) -> Option<f64> {
    if p <= 0.0 || p >= 1.0 {
        return None;
    }
    let from_middle = p - 0.5;
    let value = if from_middle.abs() <= 0.425 {
        let r = 0.180_625 - from_middle * from_middle;
        polynomial(&CENTRAL.numerator, r) * from_middle / polynomial(&CENTRAL.denominator, r)
    } else {
        let tail = if from_middle <= 0.0 { p } else { 1.0 - p };
        let r = (-tail.ln()).sqrt();
        let distance = if r <= 5.0 {
            MIDDLE.at(r - 1.6)
        } else {
            FAR.at(r - 5.0)
        };
        if from_middle < 0.0 {
            -distance
        } else {
            distance
        }
    };
    Some(mean + value * deviation)
}

impl Rational {
    fn at(&self, x: f64) -> f64 {
        polynomial(&self.numerator, x) / polynomial(&self.denominator, x)
    }
}

/// By Horner's rule.
fn polynomial(coefficients: &[f64; 8], x: f64) -> f64 {
    coefficients[1..]
        .iter()
        .fold(coefficients[0], |sum, coefficient| sum * x + coefficient)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values() {
        for (p, expected) in [
            (0.5, 0.0),
            (0.25, -0.674_489_750_196_081_7),
            (0.975, 1.959_963_984_540_054),
            (0.001, -3.090_232_306_167_813_5),
            (1e-20, -9.262_340_089_798_408),
        ] {
            let value = quantile(p, 0.0, 1.0).unwrap();
            assert!((value - expected).abs() < 1e-14, "{p}: {value}");
        }
        assert_eq!(quantile(0.5, 3.0, 7.0), Some(3.0));
    }

    #[test]
    fn grows_with_the_probability() {
        let values: Vec<_> = (1..10_000)
            .map(|n| quantile(f64::from(n) / 10_000.0, 0.0, 1.0).unwrap())
            .collect();
        assert!(values.is_sorted_by(|left, right| left < right));
    }

    #[test]
    fn no_probability_no_value() {
        for p in [0.0, 1.0, -0.5, 2.0, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(quantile(p, 0.0, 1.0), None);
        }
        assert!(quantile(f64::NAN, 0.0, 1.0).unwrap().is_nan());
    }
}
