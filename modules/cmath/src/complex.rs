//! Complex numbers, and what is computed of them without a function of the C library but `hypot`.

use corten_libm as libm;

/// Why there is no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The function is not defined there, or has a pole.
    Domain,
    /// The value is too large for a float.
    Range,
}

/// re + im · i
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Complex {
    pub(crate) re: f64,
    pub(crate) im: f64,
}

impl Complex {
    #[inline]
    pub(crate) fn new(re: f64, im: f64) -> Self {
        Complex { re, im }
    }

    pub(crate) fn is_finite(self) -> bool {
        self.re.is_finite() && self.im.is_finite()
    }

    pub(crate) fn is_infinite(self) -> bool {
        self.re.is_infinite() || self.im.is_infinite()
    }

    pub(crate) fn is_nan(self) -> bool {
        self.re.is_nan() || self.im.is_nan()
    }

    /// Unless a part is infinite: then the finite arguments were too large.
    #[inline]
    pub(crate) fn unless_too_large(self) -> Result<Self, Fault> {
        if self.is_infinite() {
            Err(Fault::Range)
        } else {
            Ok(self)
        }
    }

    /// i · z
    #[inline]
    pub(crate) fn times_i(self) -> Self {
        Complex::new(-self.im, self.re)
    }

    /// -i · z
    #[inline]
    pub(crate) fn times_minus_i(self) -> Self {
        Complex::new(self.im, -self.re)
    }

    /// The absolute value, infinite when it is too large.
    pub(crate) fn abs(self) -> f64 {
        if self.is_infinite() {
            f64::INFINITY
        } else if self.is_nan() {
            f64::NAN
        } else {
            libm::hypot(self.re, self.im)
        }
    }

    /// z / w, by Smith's algorithm (CACM 5, no. 8, 1962).
    pub(crate) fn divided_by(self, w: Complex) -> Result<Self, Fault> {
        let (re, im) = (w.re.abs(), w.im.abs());
        let quotient = if re >= im {
            if re == 0.0 {
                return Err(Fault::Domain);
            }
            let ratio = w.im / w.re;
            let divisor = w.re + w.im * ratio;
            Complex::new(
                (self.re + self.im * ratio) / divisor,
                (self.im - self.re * ratio) / divisor,
            )
        } else if im >= re {
            let ratio = w.re / w.im;
            let divisor = w.re * ratio + w.im;
            Complex::new(
                (self.re * ratio + self.im) / divisor,
                (self.im * ratio - self.re) / divisor,
            )
        } else {
            Complex::new(f64::NAN, f64::NAN)
        };
        Ok(self.recover(w, quotient))
    }

    /// Infinities and zeros that came out as NaN: C11, annex G.5.2. Since Python 3.14.
    fn recover(self, w: Complex, quotient: Complex) -> Complex {
        let lost = cfg!(Py_3_14) && quotient.re.is_nan() && quotient.im.is_nan();
        let boxed = |x: f64| f64::from(u8::from(x.is_infinite())).copysign(x);
        if lost && self.is_infinite() && w.is_finite() {
            let (x, y) = (boxed(self.re), boxed(self.im));
            Complex::new(
                f64::INFINITY * (x * w.re + y * w.im),
                f64::INFINITY * (y * w.re - x * w.im),
            )
        } else if lost && w.is_infinite() && self.is_finite() {
            let (x, y) = (boxed(w.re), boxed(w.im));
            Complex::new(
                0.0 * (self.re * x + self.im * y),
                0.0 * (self.im * x - self.re * y),
            )
        } else {
            quotient
        }
    }
}

impl std::ops::Neg for Complex {
    type Output = Self;

    #[inline]
    fn neg(self) -> Self {
        Complex::new(-self.re, -self.im)
    }
}

impl std::ops::Sub for Complex {
    type Output = Self;

    #[inline]
    fn sub(self, other: Self) -> Self {
        Complex::new(self.re - other.re, self.im - other.im)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotients() {
        let quotient = Complex::new(1.0, 2.0).divided_by(Complex::new(3.0, 4.0));
        assert_eq!(quotient, Ok(Complex::new(0.44, 0.08)));
        let zero = Complex::new(0.0, -0.0);
        assert_eq!(zero.divided_by(zero), Err(Fault::Domain));
    }

    #[test]
    fn absolute_values() {
        assert_eq!(Complex::new(3.0, -4.0).abs(), 5.0);
        assert_eq!(Complex::new(f64::NAN, f64::INFINITY).abs(), f64::INFINITY);
        assert_eq!(Complex::new(f64::MAX, f64::MAX).abs(), f64::INFINITY);
    }
}
