//! Text that is being written.

use super::combining_class;

/// Why a text could not be normalized.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// Memory has run out.
    NoMemory,
    /// A code point does not fit the units that were asked for.
    TooWide,
}

/// What a text is stored in: one code point each.
pub(crate) trait Unit: Copy {
    /// The unit for U+0000.
    const ZERO: Self;

    /// The unit for `code`, if it fits.
    fn new(code: u32) -> Option<Self>;

    /// The unit for `code`, which is known to fit.
    fn cut(code: u32) -> Self;

    /// The code point.
    fn code(self) -> u32;
}

macro_rules! unit {
    ($($unit:ty),*) => {$(
        impl Unit for $unit {
            const ZERO: Self = 0;

            #[inline(always)]
            fn new(code: u32) -> Option<Self> {
                code.try_into().ok()
            }

            #[inline(always)]
            fn cut(code: u32) -> Self {
                code as $unit
            }

            #[inline(always)]
            fn code(self) -> u32 {
                self.into()
            }
        }
    )*};
}

unit!(u8, u16, u32);

/// Units that grow, as long as memory can be had.
pub(crate) struct Output<U>(Vec<U>);

impl<U> Default for Output<U> {
    fn default() -> Self {
        Output(Vec::new())
    }
}

impl<U: Unit> Output<U> {
    /// Room for `len` units, and some more.
    pub(crate) fn with_room(len: usize) -> Result<Self, Failure> {
        let mut output = Self::default();
        output.reserve(len.saturating_add(len / 4).saturating_add(16))?;
        Ok(output)
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Appends some code points.
    #[inline]
    pub(crate) fn append<const N: usize>(&mut self, codes: [u32; N]) -> Result<(), Failure> {
        let mut units = [U::ZERO; N];
        for (unit, code) in units.iter_mut().zip(codes) {
            *unit = U::new(code).ok_or(Failure::TooWide)?;
        }
        if self.0.capacity() - self.0.len() < N {
            self.reserve(N)?;
        }
        self.0.extend_from_slice(&units);
        Ok(())
    }

    /// Appends what does not change.
    #[inline]
    pub(crate) fn extend<I: Unit>(&mut self, text: &[I]) -> Result<(), Failure> {
        if text.is_empty() {
            return Ok(());
        }
        self.reserve(text.len())?;
        let all = text.iter().fold(0, |all, unit| all | unit.code());
        if U::new(all).is_none() {
            return Err(Failure::TooWide);
        }
        self.0.extend(text.iter().map(|unit| U::cut(unit.code())));
        Ok(())
    }

    /// The combining class of the last code point; 0 if there is none.
    #[inline]
    pub(crate) fn last_class(&self) -> u8 {
        self.0.last().map_or(0, |unit| combining_class(unit.code()))
    }

    /// The units from `start` on.
    pub(crate) fn tail_mut(&mut self, start: usize) -> &mut [U] {
        &mut self.0[start..]
    }

    pub(crate) fn truncate(&mut self, len: usize) {
        self.0.truncate(len);
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn codes(&self) -> impl Iterator<Item = u32> {
        self.0.iter().map(|unit| unit.code())
    }

    pub(crate) fn into_units(self) -> Vec<U> {
        self.0
    }

    fn reserve(&mut self, len: usize) -> Result<(), Failure> {
        self.0.try_reserve(len).map_err(|_| Failure::NoMemory)
    }
}
