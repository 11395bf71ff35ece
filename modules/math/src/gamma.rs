//! The gamma function and its logarithm, by Lanczos' approximation.
//!
//! Lanczos' formula is Γ(x) = L(x) · (x + g - ½)^(x - ½) · e^-(x + g - ½), where L is nearly constant. With
//! g = 6.0246… and 13 terms (the parameters are those of Boost, too) L is the quotient of two polynomials, and the
//! error a few units in the last place. Every operation is done in CPython's order, as its results are
//! to come out to the last bit.

use corten_libm as libm;

use crate::fault::Fault;

const PI: f64 = std::f64::consts::PI;
/// The logarithm of pi.
const LOG_PI: f64 = 1.144_729_885_849_400_2;

const G: f64 = 6.024_680_040_776_73;
const G_MINUS_HALF: f64 = 5.524_680_040_776_73;

/// The coefficients of L's numerator, from the lowest power on.
const NUMERATOR: [f64; 13] = [
    23_531_376_880.410_76,
    42_919_803_642.649_1,
    35_711_959_237.355_67,
    17_921_034_426.037_21,
    6_039_542_586.352_028,
    1_439_720_407.311_721_6,
    248_874_557.862_054_17,
    31_426_415.585_400_194,
    2_876_370.628_935_372_4,
    186_056.265_395_223_48,
    8_071.672_002_365_816,
    210.824_277_751_579_36,
    2.506_628_274_631_000_2,
];

/// The coefficients of x · (x + 1) · … · (x + 11).
const DENOMINATOR: [f64; 13] = rising_factorial();

/// Those of both, side by side: vectors compute them at once.
const COEFFICIENTS: [[f64; 2]; 13] = side_by_side();

/// 0! to 22!, the factorials that a float holds exactly.
const FACTORIALS: [f64; 23] = factorials();

/// Below this magnitude, Γ(x) is 1 / x.
const TINY: f64 = 1e-20;

/// The gamma function.
pub(crate) fn gamma(x: f64) -> Result<f64, Fault> {
    if !x.is_finite() {
        return if x == f64::NEG_INFINITY {
            Err(Fault::Domain)
        } else {
            Ok(x)
        };
    }
    if x == 0.0 {
        return Err(Fault::Domain);
    }
    if x == libm::floor(x) {
        if x < 0.0 {
            return Err(Fault::Domain);
        }
        if let Some(factorial) = FACTORIALS.get(x as usize - 1) {
            return Ok(*factorial);
        }
    }
    let magnitude = x.abs();
    if magnitude < TINY {
        return not_infinite(1.0 / x);
    }
    if magnitude > 200.0 {
        return if x < 0.0 {
            Ok(0.0 / sin_pi(x))
        } else {
            Err(Fault::Range)
        };
    }
    not_infinite(lanczos(x, magnitude))
}

/// Lanczos' formula, and the reflection formula for negative x.
fn lanczos(x: f64, magnitude: f64) -> f64 {
    let y = magnitude + G_MINUS_HALF;
    // By how much y is too large, to first order.
    let error = if magnitude > G_MINUS_HALF {
        (y - magnitude) - G_MINUS_HALF
    } else {
        (y - G_MINUS_HALF) - magnitude
    };
    let correction = error * G / y;
    if x < 0.0 {
        let mut value = -PI / sin_pi(magnitude) / magnitude * libm::exp(y) / lanczos_sum(magnitude);
        value -= correction * value;
        if magnitude < 140.0 {
            value / libm::pow(y, magnitude - 0.5)
        } else {
            let root = libm::pow(y, magnitude / 2.0 - 0.25);
            value / root / root
        }
    } else {
        let mut value = lanczos_sum(magnitude) / libm::exp(y);
        value += correction * value;
        if magnitude < 140.0 {
            value * libm::pow(y, magnitude - 0.5)
        } else {
            let root = libm::pow(y, magnitude / 2.0 - 0.25);
            value * root * root
        }
    }
}

/// The natural logarithm of the absolute value of the gamma function.
pub(crate) fn log_gamma(x: f64) -> Result<f64, Fault> {
    if !x.is_finite() {
        return Ok(if x.is_nan() { x } else { f64::INFINITY });
    }
    if x == libm::floor(x) && x <= 2.0 {
        return if x <= 0.0 {
            Err(Fault::Domain)
        } else {
            Ok(0.0)
        };
    }
    let magnitude = x.abs();
    if magnitude < TINY {
        return Ok(-libm::log(magnitude));
    }
    let mut value = libm::log(lanczos_sum(magnitude)) - G;
    value += (magnitude - 0.5) * (libm::log(magnitude + G - 0.5) - 1.0);
    if x < 0.0 {
        value = LOG_PI - libm::log(sin_pi(magnitude).abs()) - libm::log(magnitude) - value;
    }
    not_infinite(value)
}

fn not_infinite(value: f64) -> Result<f64, Fault> {
    if value.is_infinite() {
        Err(Fault::Range)
    } else {
        Ok(value)
    }
}

/// L(x), for x > 0. Large x would overflow, so there both polynomials are divided by the highest power.
fn lanczos_sum(x: f64) -> f64 {
    let [numerator, denominator] = if x < 5.0 {
        let step = |[n, d]: [f64; 2], [a, b]: &[f64; 2]| [n * x + a, d * x + b];
        COEFFICIENTS.iter().rev().fold([0.0; 2], step)
    } else {
        let step = |[n, d]: [f64; 2], [a, b]: &[f64; 2]| [n / x + a, d / x + b];
        COEFFICIENTS.iter().fold([0.0; 2], step)
    };
    numerator / denominator
}

/// sin(pi · x) for finite x, exact at the multiples of a half.
fn sin_pi(x: f64) -> f64 {
    let y = libm::fmod(x.abs(), 2.0);
    let sine = match libm::round(2.0 * y) as u8 {
        0 => libm::sin(PI * y),
        1 => libm::cos(PI * (y - 0.5)),
        // Not -sin(pi · (y - 1)), which would be -0.0 for y = 1.
        2 => libm::sin(PI * (1.0 - y)),
        3 => -libm::cos(PI * (y - 1.5)),
        _ => libm::sin(PI * (y - 2.0)),
    };
    1f64.copysign(x) * sine
}

const fn rising_factorial() -> [f64; 13] {
    let mut coefficients = [0.0; 13];
    coefficients[1] = 1.0;
    let mut factor = 1;
    while factor < 12 {
        let mut power = factor + 1;
        while power > 0 {
            coefficients[power] = coefficients[power] * factor as f64 + coefficients[power - 1];
            power -= 1;
        }
        factor += 1;
    }
    coefficients
}

const fn side_by_side() -> [[f64; 2]; 13] {
    let mut pairs = [[0.0; 2]; 13];
    let mut power = 0;
    while power < pairs.len() {
        pairs[power] = [NUMERATOR[power], DENOMINATOR[power]];
        power += 1;
    }
    pairs
}

const fn factorials() -> [f64; 23] {
    let mut table = [1.0; 23];
    let mut n = 1;
    while n < table.len() {
        table[n] = table[n - 1] * n as f64;
        n += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables() {
        assert_eq!(DENOMINATOR[1], 39_916_800.0);
        assert_eq!(DENOMINATOR[11..], [66.0, 1.0]);
        assert_eq!(FACTORIALS[22], 1_124_000_727_777_607_680_000.0);
    }

    #[test]
    fn gamma_of_integers_and_halves() {
        assert_eq!(gamma(5.0), Ok(24.0));
        assert!((gamma(0.5).unwrap() - PI.sqrt()).abs() < 1e-15);
        assert!((gamma(-0.5).unwrap() + 2.0 * PI.sqrt()).abs() < 1e-14);
        assert_eq!(gamma(172.0), Err(Fault::Range));
        assert_eq!(gamma(-3.0), Err(Fault::Domain));
        assert_eq!(gamma(-0.0), Err(Fault::Domain));
        assert_eq!(gamma(f64::NEG_INFINITY), Err(Fault::Domain));
        assert_eq!(gamma(f64::INFINITY), Ok(f64::INFINITY));
    }

    #[test]
    fn logarithms() {
        assert_eq!(log_gamma(2.0), Ok(0.0));
        assert!((log_gamma(100.0).unwrap() - 359.134_205_369_575_4).abs() < 1e-12);
        assert_eq!(log_gamma(-1.0), Err(Fault::Domain));
        assert_eq!(log_gamma(1e308), Err(Fault::Range));
        assert_eq!(log_gamma(f64::NEG_INFINITY), Ok(f64::INFINITY));
    }

    #[test]
    fn sines_of_multiples_of_a_half() {
        let expected = [0.0, 1.0, 0.0, -1.0, 0.0];
        for (halves, sine) in expected.into_iter().enumerate() {
            assert_eq!(sin_pi(halves as f64 / 2.0), sine);
        }
    }
}
