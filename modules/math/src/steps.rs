//! From float to float.

const SIGN: u64 = 1 << 63;

/// The float that is `steps` floats after x on the way to y, or y if that is nearer.
pub(crate) fn step(x: f64, y: f64, steps: u64) -> f64 {
    if steps == 0 || x.is_nan() {
        return x;
    }
    if y.is_nan() {
        return y;
    }
    let (from, to) = (ordinal(x), ordinal(y));
    if from.abs_diff(to) <= steps {
        return y;
    }
    // Both fit, as the way does not lead past y.
    let reached = if from < to {
        from.wrapping_add_unsigned(steps)
    } else {
        from.wrapping_sub_unsigned(steps)
    };
    let sign = match reached {
        0 => x.to_bits() & SIGN,
        _ => reached as u64 & SIGN,
    };
    f64::from_bits(reached.unsigned_abs() | sign)
}

/// Counts floats up from zero and down; both zeros are 0.
fn ordinal(x: f64) -> i64 {
    let magnitude = (x.to_bits() & !SIGN) as i64;
    if x.is_sign_negative() {
        -magnitude
    } else {
        magnitude
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps() {
        let tiny = f64::from_bits(1);
        assert_eq!(step(1.0, 2.0, 1), 1.0 + f64::EPSILON);
        assert_eq!(step(-tiny, 1.0, 2), tiny);
        assert_eq!(step(-tiny, 1.0, 1).to_bits(), (-0.0f64).to_bits());
        assert_eq!(step(0.0, -0.0, 1).to_bits(), (-0.0f64).to_bits());
        assert_eq!(
            step(f64::NEG_INFINITY, f64::INFINITY, u64::MAX),
            f64::INFINITY
        );
        assert_eq!(step(f64::NEG_INFINITY, f64::INFINITY, 1), -f64::MAX);
        assert_eq!(step(3.0, 3.0, 5), 3.0);
    }
}
