//! The platform's mathematical functions.
//!
//! CPython hands its arguments to the C library of the machine, whose results differ in the last digit
//! from those of any other library. So do these. Rust's own methods are no help where they compute
//! something themselves (`asinh`, `acosh`, `atanh`) or where nothing says whom they call.
//!
//! Rust's runtime library has functions of its own named `cbrt`, `floor`, `fma`, `fmod`, `round` and `trunc`, which
//! the linker may take first. With the GNU C library they go by the names that it has for C's `_Float64`.
//!
//! None of these functions touches memory, and each is defined for every argument.

mod products;

use std::ffi::c_int;

pub use products::exact_products;

#[link(name = "m")]
unsafe extern "C" {
    /// Arc cosine.
    pub safe fn acos(x: f64) -> f64;
    /// Inverse hyperbolic cosine.
    pub safe fn acosh(x: f64) -> f64;
    /// Arc sine.
    pub safe fn asin(x: f64) -> f64;
    /// Inverse hyperbolic sine.
    pub safe fn asinh(x: f64) -> f64;
    /// Arc tangent.
    pub safe fn atan(x: f64) -> f64;
    /// The angle of the point (x, y).
    pub safe fn atan2(y: f64, x: f64) -> f64;
    /// Inverse hyperbolic tangent.
    pub safe fn atanh(x: f64) -> f64;
    /// Cube root.
    #[cfg_attr(target_env = "gnu", link_name = "cbrtf64")]
    pub safe fn cbrt(x: f64) -> f64;
    /// Cosine.
    pub safe fn cos(x: f64) -> f64;
    /// Hyperbolic cosine.
    pub safe fn cosh(x: f64) -> f64;
    /// Error function.
    pub safe fn erf(x: f64) -> f64;
    /// Complementary error function.
    pub safe fn erfc(x: f64) -> f64;
    /// e to the power of x.
    pub safe fn exp(x: f64) -> f64;
    /// 2 to the power of x.
    pub safe fn exp2(x: f64) -> f64;
    /// e to the power of x, minus 1.
    pub safe fn expm1(x: f64) -> f64;
    /// The largest whole number that is not greater than x.
    #[cfg_attr(target_env = "gnu", link_name = "floorf64")]
    pub safe fn floor(x: f64) -> f64;
    /// x * y + z, rounded once.
    #[cfg_attr(target_env = "gnu", link_name = "fmaf64")]
    pub safe fn fma(x: f64, y: f64, z: f64) -> f64;
    /// What a division leaves, with the sign of x.
    #[cfg_attr(target_env = "gnu", link_name = "fmodf64")]
    pub safe fn fmod(x: f64, y: f64) -> f64;
    /// The length of (x, y), without overflow on the way.
    pub safe fn hypot(x: f64, y: f64) -> f64;
    /// x times a power of 2.
    pub safe fn ldexp(x: f64, exponent: c_int) -> f64;
    /// Natural logarithm.
    pub safe fn log(x: f64) -> f64;
    /// Logarithm to the base of 10.
    pub safe fn log10(x: f64) -> f64;
    /// Logarithm to the base of 2.
    pub safe fn log2(x: f64) -> f64;
    /// The next float after x on the way to y.
    pub safe fn nextafter(x: f64, y: f64) -> f64;
    /// x to the power of y.
    pub safe fn pow(x: f64, y: f64) -> f64;
    /// The nearest whole number, ties away from zero.
    #[cfg_attr(target_env = "gnu", link_name = "roundf64")]
    pub safe fn round(x: f64) -> f64;
    /// Sine.
    pub safe fn sin(x: f64) -> f64;
    /// Hyperbolic sine.
    pub safe fn sinh(x: f64) -> f64;
    /// Tangent.
    pub safe fn tan(x: f64) -> f64;
    /// Hyperbolic tangent.
    pub safe fn tanh(x: f64) -> f64;
    /// x without its fraction.
    #[cfg_attr(target_env = "gnu", link_name = "truncf64")]
    pub safe fn trunc(x: f64) -> f64;

    #[link_name = "log1p"]
    safe fn platform_log1p(x: f64) -> f64;
    #[cfg(target_env = "gnu")]
    fn sincos(x: f64, sine: *mut f64, cosine: *mut f64);
}

/// Natural logarithm of 1 + x. Zeros keep their sign, which they do not on every platform.
#[inline]
#[must_use]
pub fn log1p(x: f64) -> f64 {
    if x == 0.0 { x } else { platform_log1p(x) }
}

/// Sine and cosine, at once where the platform can do that.
#[inline]
#[must_use]
pub fn sin_cos(x: f64) -> (f64, f64) {
    #[cfg(target_env = "gnu")]
    {
        let (mut sine, mut cosine) = (0.0, 0.0);
        // SAFETY: both places are writable.
        unsafe { sincos(x, &mut sine, &mut cosine) };
        (sine, cosine)
    }
    #[cfg(not(target_env = "gnu"))]
    (sin(x), cos(x))
}

/// Whether the platform reports that `angle`, its `atan2(y, x)`, is too small for a float.
#[inline]
#[must_use]
pub fn atan2_underflows(y: f64, x: f64, angle: f64) -> bool {
    cfg!(target_env = "gnu") && angle == 0.0 && y != 0.0 && x.is_finite()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values() {
        assert_eq!(pow(2.0, 10.0), 1024.0);
        assert_eq!(ldexp(1.5, -1074), f64::from_bits(2));
        assert_eq!(fma(f64::MAX, 2.0, -f64::MAX), f64::MAX);
        assert_eq!(fmod(-7.0, 4.0), -3.0);
        assert_eq!(log1p(-0.0).to_bits(), (-0.0f64).to_bits());
    }

    #[test]
    fn both_at_once() {
        for x in [0.0, -0.0, 0.5, 1e-300, -3.0, 1e5, 1e22, 1e300] {
            assert_eq!(sin_cos(x), (sin(x), cos(x)));
        }
        assert!(sin_cos(f64::INFINITY).0.is_nan());
    }

    #[test]
    fn angles_that_are_too_small() {
        assert_eq!(
            atan2_underflows(1e-300, 1e300, atan2(1e-300, 1e300)),
            cfg!(target_env = "gnu")
        );
        assert!(!atan2_underflows(0.0, 1.0, 0.0));
        assert!(!atan2_underflows(1.0, f64::INFINITY, 0.0));
    }
}
