//! Items in the other byte order.

use super::{ItemsMut, UnitsMut};

impl ItemsMut<'_> {
    /// Reverses the bytes of each item.
    #[inline]
    pub fn swap_bytes(self) {
        #[cfg(target_arch = "x86_64")]
        if self.len() >= MANY && is_x86_feature_detected!("avx2") {
            // SAFETY: the processor has what the function needs.
            return unsafe { swap_by_avx2(self) };
        }
        swap(self);
    }
}

/// From so many items on wide vectors are worth it.
#[cfg(target_arch = "x86_64")]
const MANY: usize = 64;

/// With instructions that every x86-64 processor has, this is several times slower.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn swap_by_avx2(items: ItemsMut<'_>) {
    swap(items);
}

#[inline(always)]
fn swap(items: ItemsMut<'_>) {
    match items.units() {
        UnitsMut::U8(_) => {}
        UnitsMut::U16(units) => units.iter_mut().for_each(|unit| *unit = unit.swap_bytes()),
        UnitsMut::U32(units) => units.iter_mut().for_each(|unit| *unit = unit.swap_bytes()),
        UnitsMut::U64(units) => units.iter_mut().for_each(|unit| *unit = unit.swap_bytes()),
    }
}
