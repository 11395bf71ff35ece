//! Products without a rounding error.

/// Replaces each pair (x, y) by x * y and what rounding it has lost: fma(x, y, -(x * y)).
///
/// What is lost is not a number where the product is not finite, and not exact where it is too small for a float.
#[inline]
pub fn exact_products(pairs: &mut [[f64; 2]]) {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("fma") {
        // SAFETY: the processor has the instruction.
        return unsafe { by_instruction(pairs) };
    }
    by_function(pairs);
}

/// Without a call for each pair.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "fma")]
fn by_instruction(pairs: &mut [[f64; 2]]) {
    // With this feature, the method is one instruction; it can only be exact.
    replace(pairs, f64::mul_add);
}

fn by_function(pairs: &mut [[f64; 2]]) {
    replace(pairs, |x, y, z| crate::fma(x, y, z));
}

#[inline(always)]
fn replace(pairs: &mut [[f64; 2]], fma: impl Fn(f64, f64, f64) -> f64) {
    for pair in pairs {
        let [x, y] = *pair;
        let product = x * y;
        *pair = [product, fma(x, y, -product)];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_agree() {
        let values = [0.0, -0.1, 1.0 / 3.0, 1e-200, -1e200, f64::MAX, 3.0];
        let mut pairs: Vec<_> = values
            .iter()
            .flat_map(|&x| values.map(|y| [x, y]))
            .collect();
        let mut others = pairs.clone();
        exact_products(&mut pairs);
        by_function(&mut others);
        let bits = |pairs: Vec<[f64; 2]>| pairs.into_iter().map(|pair| pair.map(f64::to_bits));
        assert!(bits(pairs).eq(bits(others)));
    }

    #[test]
    fn what_is_lost() {
        let mut pairs = [[134_217_729.0, 134_217_729.0], [3.0, 5.0]];
        exact_products(&mut pairs);
        assert_eq!(pairs, [[18_014_398_777_917_440.0, 1.0], [15.0, 0.0]]);
    }
}
