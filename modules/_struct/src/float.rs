//! Floating-point numbers of 16 and 32 bits (IEEE 754, binary16 and binary32), bit by bit.
//!
//! Two things rule out conversions that others have made. A half must come from a double in one step,
//! as rounding twice, by way of a float, can go wrong. And what becomes of a NaN's bits, which
//! hardware and Rust leave open, is part of what Python promises.

/// Python keeps the payload of a NaN, and whether it signals, from 3.14 on.
const KEEPS_NAN: bool = cfg!(Py_3_14);

/// The number is beyond the largest finite one of the format.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooLarge;

/// A double's fraction has so many bits.
const DOUBLE_FRACTION: u32 = 52;
/// The highest bit of a double's fraction: a NaN that has it is quiet.
const DOUBLE_QUIET: u64 = 1 << 51;

const HALF_FRACTION: u32 = 10;
const HALF_INFINITY: u16 = 0x7c00;
const HALF_QUIET: u16 = 1 << 9;

const FLOAT_FRACTION: u32 = 23;
const FLOAT_INFINITY: u32 = 0x7f80_0000;
const FLOAT_QUIET: u32 = 1 << 22;

/// The half that is nearest to `value`, of two equally near ones the even one.
pub(crate) fn half_from_double(value: f64) -> Result<u16, TooLarge> {
    let bits = value.to_bits();
    let sign = (bits >> 48) as u16 & 0x8000;
    let fraction = bits & ((1 << DOUBLE_FRACTION) - 1);
    let exponent = (bits >> DOUBLE_FRACTION & 0x7ff) as i32 - 1023;
    if value.is_nan() {
        return Ok(sign | HALF_INFINITY | half_nan(fraction));
    }
    if value.is_infinite() {
        return Ok(sign | HALF_INFINITY);
    }
    if exponent < -25 {
        return Ok(sign);
    }
    // How far the fraction, with the bit in front of it, is above the last bit of the half: the more
    // the smaller it is, once the smallest exponent is reached.
    let below_smallest = (-14 - exponent).max(0) as u32;
    let shift = DOUBLE_FRACTION - HALF_FRACTION + below_smallest;
    let whole = 1 << DOUBLE_FRACTION | fraction;
    // The bit in front raises the exponent by one, except where it is part of the fraction.
    let base = (exponent.clamp(-14, 16) + 14) as u64;
    let truncated = (base << HALF_FRACTION) + (whole >> shift);
    let rest = whole & ((1 << shift) - 1);
    let tie = 1 << (shift - 1);
    let up = rest > tie || rest == tie && truncated & 1 == 1;
    let rounded = truncated + u64::from(up);
    if rounded >= u64::from(HALF_INFINITY) {
        return Err(TooLarge);
    }
    Ok(sign | rounded as u16)
}

/// The fraction of a NaN.
fn half_nan(fraction: u64) -> u16 {
    match (fraction >> (DOUBLE_FRACTION - HALF_FRACTION)) as u16 {
        payload @ 1.. if KEEPS_NAN => payload,
        _ => HALF_QUIET,
    }
}

/// The number that a half stands for.
pub(crate) fn double_from_half(half: u16) -> f64 {
    let sign = u64::from(half >> 15) << 63;
    let fraction = half & ((1 << HALF_FRACTION) - 1);
    let magnitude = match half & HALF_INFINITY {
        // Too small for an exponent: multiples of the smallest number.
        0 => return f64::from_bits((f64::from(fraction) / f64::from(1 << 24)).to_bits() | sign),
        HALF_INFINITY if fraction != 0 && !KEEPS_NAN => {
            return f64::from_bits(sign | f64::INFINITY.to_bits() | DOUBLE_QUIET);
        }
        HALF_INFINITY => f64::INFINITY.to_bits(),
        exponent => u64::from((exponent >> HALF_FRACTION) + 1023 - 15) << DOUBLE_FRACTION,
    };
    let fraction = u64::from(fraction) << (DOUBLE_FRACTION - HALF_FRACTION);
    f64::from_bits(sign | magnitude | fraction)
}

/// The bits of the float that is nearest to `value`.
pub(crate) fn float_from_double(value: f64) -> Result<u32, TooLarge> {
    let bits = nearest_float(value);
    if bits & !(1 << 31) == FLOAT_INFINITY && value.is_finite() {
        return Err(TooLarge);
    }
    let signals = value.is_nan() && value.to_bits() & DOUBLE_QUIET == 0;
    if KEEPS_NAN && signals && bits & (FLOAT_QUIET - 1) != 0 {
        return Ok(bits & !FLOAT_QUIET);
    }
    Ok(bits)
}

/// The bits of the float that C's conversion gives: infinity for what is too large, and quiet NaNs.
pub(crate) fn nearest_float(value: f64) -> u32 {
    if value.is_nan() {
        let bits = value.to_bits();
        let payload = (bits >> (DOUBLE_FRACTION - FLOAT_FRACTION)) as u32 & (FLOAT_QUIET - 1);
        return (bits >> 32) as u32 & 1 << 31 | FLOAT_INFINITY | FLOAT_QUIET | payload;
    }
    (value as f32).to_bits()
}

/// The number that the bits of a float stand for.
pub(crate) fn double_from_float(bits: u32) -> f64 {
    let signals = f32::from_bits(bits).is_nan() && bits & FLOAT_QUIET == 0;
    let value = widened(bits);
    if KEEPS_NAN && signals {
        return f64::from_bits(value.to_bits() & !DOUBLE_QUIET);
    }
    value
}

/// The same as C's conversion has it: NaNs become quiet.
pub(crate) fn widened(bits: u32) -> f64 {
    let value = f32::from_bits(bits);
    if value.is_nan() {
        let sign = u64::from(bits >> 31) << 63;
        let payload = u64::from(bits & (FLOAT_QUIET - 1)) << (DOUBLE_FRACTION - FLOAT_FRACTION);
        return f64::from_bits(sign | f64::INFINITY.to_bits() | DOUBLE_QUIET | payload);
    }
    f64::from(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The finite halves that are not negative, in order.
    fn halves() -> impl Iterator<Item = u16> {
        0..HALF_INFINITY
    }

    /// The value of a finite half that is not negative, by its definition.
    fn model(half: u16) -> f64 {
        let (exponent, fraction) = (i32::from(half >> 10), f64::from(half & 0x3ff));
        match exponent {
            0 => fraction * 2f64.powi(-24),
            _ => (1.0 + fraction / 1024.0) * 2f64.powi(exponent - 15),
        }
    }

    #[test]
    fn halves_there_and_back() {
        for half in halves() {
            assert_eq!(double_from_half(half), model(half));
            assert_eq!(half_from_double(model(half)), Ok(half));
            assert_eq!(
                double_from_half(half | 0x8000).to_bits(),
                (-model(half)).to_bits()
            );
            assert_eq!(half_from_double(-model(half)), Ok(half | 0x8000));
        }
    }

    #[test]
    fn halves_are_rounded_once() {
        for (half, next) in halves().zip(halves().skip(1)) {
            let middle = (model(half) + model(next)) / 2.0;
            let even = if half & 1 == 0 { half } else { next };
            assert_eq!(half_from_double(middle), Ok(even));
            assert_eq!(half_from_double(middle.next_down()), Ok(half));
            assert_eq!(half_from_double(middle.next_up()), Ok(next));
            assert_eq!(half_from_double(model(next).next_down()), Ok(next));
        }
    }

    #[test]
    fn halves_have_a_largest() {
        assert_eq!(half_from_double(65_519.999_999_999_99), Ok(0x7bff));
        for large in [65520.0, 65536.0, 1e300, f64::MAX] {
            assert_eq!(half_from_double(large), Err(TooLarge));
            assert_eq!(half_from_double(-large), Err(TooLarge));
        }
        assert_eq!(half_from_double(f64::INFINITY), Ok(0x7c00));
        assert_eq!(half_from_double(f64::NEG_INFINITY), Ok(0xfc00));
        assert_eq!(double_from_half(0xfc00), f64::NEG_INFINITY);
        for small in [f64::from_bits(1), f64::MIN_POSITIVE, 2f64.powi(-26)] {
            assert_eq!(half_from_double(small), Ok(0));
            assert_eq!(half_from_double(-small), Ok(0x8000));
        }
    }

    #[test]
    fn halves_that_are_no_number() {
        for half in 0x7c01..=0x7fff {
            for half in [half, half | 0x8000] {
                let back = half_from_double(double_from_half(half)).unwrap();
                let quiet = half & 0xfc00 | HALF_QUIET;
                assert_eq!(back, if KEEPS_NAN { half } else { quiet });
            }
        }
        // A payload that is too low to be seen.
        assert_eq!(
            half_from_double(f64::from_bits(0x7ff0_0000_0000_0001)),
            Ok(0x7e00)
        );
    }

    #[test]
    fn floats() {
        for value in [0.0, -0.0, 1.5, 3.4e38, -1e-45, 1e-300, f64::INFINITY] {
            assert_eq!(float_from_double(value), Ok((value as f32).to_bits()));
        }
        let limit = 2f64.powi(128) - 2f64.powi(103);
        assert_eq!(float_from_double(limit), Err(TooLarge));
        assert_eq!(float_from_double(limit.next_down()), Ok(f32::MAX.to_bits()));
        assert_eq!(nearest_float(-limit), f32::NEG_INFINITY.to_bits());
        for bits in [0x7fc0_0000, 0xffc0_0001, 0x7fff_ffff] {
            assert_eq!(float_from_double(double_from_float(bits)), Ok(bits));
            assert_eq!(nearest_float(widened(bits)), bits);
        }
        for bits in [0x7f80_0001, 0xffbf_ffff] {
            let quiet = bits | FLOAT_QUIET;
            let back = if KEEPS_NAN { bits } else { quiet };
            assert_eq!(float_from_double(double_from_float(bits)), Ok(back));
            assert_eq!(nearest_float(widened(bits)), quiet);
        }
    }
}
