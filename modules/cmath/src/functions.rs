//! Functions of complex numbers.
//!
//! The formulas are Kahan's ("Branch cuts for complex elementary functions", 1987), with CPython's order of
//! operations, as results are to come out to the last bit.

use std::f64::consts::{E, FRAC_PI_2, LN_2, LN_10};

use corten_libm as libm;

use crate::complex::{Complex, Fault};
use crate::special;

/// From here on, sums and squares may be too large.
const LARGE: f64 = f64::MAX / 4.0;
/// Its square root.
const SQRT_LARGE: f64 = 6.703_903_964_971_298e153;
/// Its logarithm: from here on, exp(x) may be.
const LOG_LARGE: f64 = 708.396_418_532_264_1;
/// The square root of the smallest normal float, 2^-511.
const SQRT_SMALL: f64 = f64::from_bits((1023 - 511) << 52);

/// Arc cosine.
pub(crate) fn acos(z: Complex) -> Complex {
    if !z.is_finite() {
        return special::value(&special::ACOS, z);
    }
    if is_large(z) {
        return Complex::new(
            libm::atan2(z.im.abs(), z.re),
            -large_log_abs(z).copysign(z.im),
        );
    }
    let minus = sqrt(Complex::new(1.0 - z.re, -z.im));
    let plus = sqrt(Complex::new(1.0 + z.re, z.im));
    Complex::new(
        2.0 * libm::atan2(minus.re, plus.re),
        libm::asinh(plus.re * minus.im - plus.im * minus.re),
    )
}

/// Inverse hyperbolic cosine.
pub(crate) fn acosh(z: Complex) -> Complex {
    if !z.is_finite() {
        return special::value(&special::ACOSH, z);
    }
    if is_large(z) {
        return Complex::new(large_log_abs(z), libm::atan2(z.im, z.re));
    }
    let minus = sqrt(Complex::new(z.re - 1.0, z.im));
    let plus = sqrt(Complex::new(z.re + 1.0, z.im));
    Complex::new(
        libm::asinh(minus.re * plus.re + minus.im * plus.im),
        2.0 * libm::atan2(minus.im, plus.re),
    )
}

/// Arc sine.
pub(crate) fn asin(z: Complex) -> Complex {
    asinh(z.times_i()).times_minus_i()
}

/// Inverse hyperbolic sine.
pub(crate) fn asinh(z: Complex) -> Complex {
    if !z.is_finite() {
        return special::value(&special::ASINH, z);
    }
    if is_large(z) {
        return Complex::new(
            large_log_abs(z).copysign(z.re),
            libm::atan2(z.im, z.re.abs()),
        );
    }
    let plus = sqrt(Complex::new(1.0 + z.im, -z.re));
    let minus = sqrt(Complex::new(1.0 - z.im, z.re));
    Complex::new(
        libm::asinh(plus.re * minus.im - minus.re * plus.im),
        libm::atan2(z.im, plus.re * minus.re - plus.im * minus.im),
    )
}

/// Arc tangent.
pub(crate) fn atan(z: Complex) -> Result<Complex, Fault> {
    atanh(z.times_i()).map(Complex::times_minus_i)
}

/// Inverse hyperbolic tangent.
pub(crate) fn atanh(z: Complex) -> Result<Complex, Fault> {
    if !z.is_finite() {
        return Ok(special::value(&special::ATANH, z));
    }
    if z.re < 0.0 {
        return atanh(-z).map(|value| -value);
    }
    let height = z.im.abs();
    if z.re > SQRT_LARGE || height > SQRT_LARGE {
        // Nearly 1/z, and a right angle.
        let half = libm::hypot(z.re / 2.0, z.im / 2.0);
        return Ok(Complex::new(
            z.re / 4.0 / half / half,
            FRAC_PI_2.copysign(z.im),
        ));
    }
    if z.re == 1.0 && height < SQRT_SMALL {
        if height == 0.0 {
            return Err(Fault::Domain);
        }
        return Ok(Complex::new(
            -libm::log(height.sqrt() / libm::hypot(height, 2.0).sqrt()),
            (libm::atan2(2.0, -height) / 2.0).copysign(z.im),
        ));
    }
    let square = height * height;
    Ok(Complex::new(
        libm::log1p(4.0 * z.re / ((1.0 - z.re) * (1.0 - z.re) + square)) / 4.0,
        -libm::atan2(-2.0 * z.im, (1.0 - z.re) * (1.0 + z.re) - square) / 2.0,
    ))
}

/// Cosine.
pub(crate) fn cos(z: Complex) -> Result<Complex, Fault> {
    cosh(z.times_i())
}

/// Hyperbolic cosine.
pub(crate) fn cosh(z: Complex) -> Result<Complex, Fault> {
    if !z.is_finite() {
        if z.im.is_infinite() && !z.re.is_nan() {
            return Err(Fault::Domain);
        }
        return Ok(match direction(z) {
            Some((sine, cosine)) => Complex::new(
                f64::INFINITY.copysign(cosine),
                f64::INFINITY.copysign(sine) * 1f64.copysign(z.re),
            ),
            None => special::value(&special::COSH, z),
        });
    }
    let (sine, cosine) = libm::sin_cos(z.im);
    if z.re.abs() > LOG_LARGE {
        // cosh(z.re) is too large, but times the cosine it need not be.
        let less = z.re - 1f64.copysign(z.re);
        return Complex::new(cosine * libm::cosh(less) * E, sine * libm::sinh(less) * E)
            .unless_too_large();
    }
    Complex::new(cosine * libm::cosh(z.re), sine * libm::sinh(z.re)).unless_too_large()
}

/// e to the power of z.
pub(crate) fn exp(z: Complex) -> Result<Complex, Fault> {
    if !z.is_finite() {
        if z.im.is_infinite() && (z.re.is_finite() || z.re == f64::INFINITY) {
            return Err(Fault::Domain);
        }
        let length = if z.re > 0.0 { f64::INFINITY } else { 0.0 };
        return Ok(match direction(z) {
            Some((sine, cosine)) => Complex::new(length.copysign(cosine), length.copysign(sine)),
            None => special::value(&special::EXP, z),
        });
    }
    let (sine, cosine) = libm::sin_cos(z.im);
    if z.re > LOG_LARGE {
        let length = libm::exp(z.re - 1.0);
        return Complex::new(length * cosine * E, length * sine * E).unless_too_large();
    }
    let length = libm::exp(z.re);
    Complex::new(length * cosine, length * sine).unless_too_large()
}

/// Natural logarithm. At zero there is none, but a limit: `Err` of it.
pub(crate) fn log(z: Complex) -> Result<Complex, Complex> {
    if !z.is_finite() {
        return Ok(special::value(&special::LOG, z));
    }
    let angle = libm::atan2(z.im, z.re);
    let (re, im) = (z.re.abs(), z.im.abs());
    let log_abs = if re > LARGE || im > LARGE {
        libm::log(libm::hypot(re / 2.0, im / 2.0)) + LN_2
    } else if re < f64::MIN_POSITIVE && im < f64::MIN_POSITIVE {
        if re == 0.0 && im == 0.0 {
            return Err(Complex::new(f64::NEG_INFINITY, angle));
        }
        // A subnormal absolute value would have too few digits.
        let scaled = libm::hypot(libm::ldexp(re, 53), libm::ldexp(im, 53));
        libm::log(scaled) - 53.0 * LN_2
    } else {
        let length = libm::hypot(re, im);
        if (0.71..=1.73).contains(&length) {
            let (longer, shorter) = if re > im { (re, im) } else { (im, re) };
            libm::log1p((longer - 1.0) * (longer + 1.0) + shorter * shorter) / 2.0
        } else {
            libm::log(length)
        }
    };
    Ok(Complex::new(log_abs, angle))
}

/// Logarithm to a base. At zero, the limit of the logarithm counts.
pub(crate) fn log_to(z: Complex, base: Complex) -> Result<Complex, Fault> {
    let numerator = log(z).unwrap_or_else(|limit| limit);
    let denominator = log(base).map_err(|_| Fault::Domain)?;
    numerator.divided_by(denominator)
}

/// Logarithm to the base of 10.
pub(crate) fn log10(z: Complex) -> Result<Complex, Fault> {
    let value = log(z).map_err(|_| Fault::Domain)?;
    Ok(Complex::new(value.re / LN_10, value.im / LN_10))
}

/// Sine.
pub(crate) fn sin(z: Complex) -> Result<Complex, Fault> {
    sinh(z.times_i()).map(Complex::times_minus_i)
}

/// Hyperbolic sine.
pub(crate) fn sinh(z: Complex) -> Result<Complex, Fault> {
    if !z.is_finite() {
        if z.im.is_infinite() && !z.re.is_nan() {
            return Err(Fault::Domain);
        }
        return Ok(match direction(z) {
            Some((sine, cosine)) => Complex::new(
                f64::INFINITY.copysign(cosine) * 1f64.copysign(z.re),
                f64::INFINITY.copysign(sine),
            ),
            None => special::value(&special::SINH, z),
        });
    }
    let (sine, cosine) = libm::sin_cos(z.im);
    if z.re.abs() > LOG_LARGE {
        let less = z.re - 1f64.copysign(z.re);
        return Complex::new(cosine * libm::sinh(less) * E, sine * libm::cosh(less) * E)
            .unless_too_large();
    }
    Complex::new(cosine * libm::sinh(z.re), sine * libm::cosh(z.re)).unless_too_large()
}

/// Square root, the one with a real part that is not negative.
pub(crate) fn sqrt(z: Complex) -> Complex {
    if !z.is_finite() {
        return special::value(&special::SQRT, z);
    }
    if z.re == 0.0 && z.im == 0.0 {
        return Complex::new(0.0, z.im);
    }
    let (re, im) = (z.re.abs(), z.im.abs());
    let larger = if re < f64::MIN_POSITIVE && im < f64::MIN_POSITIVE {
        // A subnormal absolute value would have too few digits.
        let re = libm::ldexp(re, 53);
        libm::ldexp((re + libm::hypot(re, libm::ldexp(im, 53))).sqrt(), -27)
    } else {
        // An eighth, as the sum might be too large.
        let re = re / 8.0;
        2.0 * (re + libm::hypot(re, im / 8.0)).sqrt()
    };
    let smaller = im / (2.0 * larger);
    if z.re >= 0.0 {
        Complex::new(larger, smaller.copysign(z.im))
    } else {
        Complex::new(smaller, larger.copysign(z.im))
    }
}

/// Tangent.
pub(crate) fn tan(z: Complex) -> Result<Complex, Fault> {
    tanh(z.times_i()).map(Complex::times_minus_i)
}

/// Hyperbolic tangent.
pub(crate) fn tanh(z: Complex) -> Result<Complex, Fault> {
    if !z.is_finite() {
        if z.im.is_infinite() && z.re.is_finite() {
            return Err(Fault::Domain);
        }
        return Ok(match direction(z) {
            Some((sine, cosine)) => {
                Complex::new(1f64.copysign(z.re), 0f64.copysign(2.0 * sine * cosine))
            }
            None => special::value(&special::TANH, z),
        });
    }
    if z.re.abs() > LOG_LARGE {
        let (sine, cosine) = libm::sin_cos(z.im);
        return Ok(Complex::new(
            1f64.copysign(z.re),
            4.0 * sine * cosine * libm::exp(-2.0 * z.re.abs()),
        ));
    }
    let (hyperbolic, tangent) = (libm::tanh(z.re), libm::tan(z.im));
    // Its square is 1 - tanh(z.re)^2, without loss.
    let secant = 1.0 / libm::cosh(z.re);
    let product = hyperbolic * tangent;
    let divisor = 1.0 + product * product;
    Ok(Complex::new(
        hyperbolic * (1.0 + tangent * tangent) / divisor,
        ((tangent / divisor) * secant) * secant,
    ))
}

/// The angle of z, from -pi to pi.
pub(crate) fn phase(z: Complex) -> f64 {
    // Before Python 3.14, NaN is always the same.
    if cfg!(not(Py_3_14)) && z.is_nan() {
        return f64::NAN;
    }
    libm::atan2(z.im, z.re)
}

/// The complex number of that length and angle.
pub(crate) fn rect(length: f64, angle: f64) -> Result<Complex, Fault> {
    if !length.is_finite() || !angle.is_finite() {
        if length != 0.0 && !length.is_nan() && angle.is_infinite() {
            return Err(Fault::Domain);
        }
        let polar = Complex::new(length, angle);
        return Ok(match direction(polar) {
            Some((sine, cosine)) => {
                let sign = 1f64.copysign(length);
                Complex::new(
                    f64::INFINITY.copysign(cosine) * sign,
                    f64::INFINITY.copysign(sine) * sign,
                )
            }
            None => special::value(&special::RECT, polar),
        });
    }
    if angle == 0.0 {
        return Ok(Complex::new(length, length * angle));
    }
    let (sine, cosine) = libm::sin_cos(angle);
    Ok(Complex::new(length * cosine, length * sine))
}

/// Whether both numbers are close, by a tolerance relative to the larger one, or an absolute one.
pub(crate) fn is_close(a: Complex, b: Complex, relative: f64, absolute: f64) -> bool {
    if a == b {
        return true;
    }
    if a.is_infinite() || b.is_infinite() {
        return false;
    }
    let difference = (a - b).abs();
    difference <= relative * b.abs() || difference <= relative * a.abs() || difference <= absolute
}

fn is_large(z: Complex) -> bool {
    z.re.abs() > LARGE || z.im.abs() > LARGE
}

/// The logarithm of twice the absolute value, for large z.
fn large_log_abs(z: Complex) -> f64 {
    libm::log(libm::hypot(z.re / 2.0, z.im / 2.0)) + LN_2 * 2.0
}

/// Sine and cosine of the imaginary part, where they tell the quadrant that an infinite number is in.
fn direction(z: Complex) -> Option<(f64, f64)> {
    let telling = z.re.is_infinite() && z.im.is_finite() && z.im != 0.0;
    telling.then(|| libm::sin_cos(z.im))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants() {
        assert_eq!(SQRT_LARGE, LARGE.sqrt());
        assert_eq!(LOG_LARGE, libm::log(LARGE));
        assert_eq!(SQRT_SMALL, f64::MIN_POSITIVE.sqrt());
    }

    #[test]
    fn inverses() {
        let z = Complex::new(0.3, -0.7);
        let near = |w: Complex| (w - z).abs() < 1e-15;
        assert!(near(sin(asin(z)).unwrap()));
        assert!(near(cos(acos(z)).unwrap()));
        assert!(near(cosh(acosh(z)).unwrap()));
        assert!(near(tanh(atanh(z).unwrap()).unwrap()));
        assert!(near(exp(log(z).unwrap()).unwrap()));
        assert!(near(rect(z.abs(), phase(z)).unwrap()));
    }

    #[test]
    fn poles() {
        assert_eq!(atanh(Complex::new(-1.0, 0.0)), Err(Fault::Domain));
        assert_eq!(log10(Complex::new(0.0, 0.0)), Err(Fault::Domain));
        assert_eq!(exp(Complex::new(1000.0, 1.0)), Err(Fault::Range));
        assert_eq!(cosh(Complex::new(0.0, f64::INFINITY)), Err(Fault::Domain));
    }
}
