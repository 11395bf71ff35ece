//! Plain numbers as items: what takes no Python code, and hardly any time.

use corten_api::prelude::*;

use crate::code::TypeCode;

/// What an item of a kind is to Rust.
trait Item {
    type Unit: Unit + Into<u64>;

    /// A number as an item, if it can be one as it is.
    fn unit(number: &Number<'_>) -> Option<Self::Unit>;
}

macro_rules! integers {
    ($($int:ty as $unit:ty),*) => {$(
        impl Item for $int {
            type Unit = $unit;

            #[inline(always)]
            fn unit(number: &Number<'_>) -> Option<$unit> {
                match number {
                    Number::Int(value) => <$int>::try_from(*value).ok().map(|value| value as $unit),
                    _ => None,
                }
            }
        }
    )*};
}

macro_rules! floats {
    ($($float:ty as $unit:ty),*) => {$(
        impl Item for $float {
            type Unit = $unit;

            #[inline(always)]
            fn unit(number: &Number<'_>) -> Option<$unit> {
                let value = match number {
                    Number::Float(value) => *value as $float,
                    // As C does: by way of a double.
                    Number::Int(value) => *value as f64 as $float,
                    Number::Other(_) => return None,
                };
                Some(value.to_bits())
            }
        }
    )*};
}

integers!(
    i8 as u8, u8 as u8, i16 as u16, u16 as u16, i32 as u32, u32 as u32, i64 as u64, u64 as u64
);
floats!(f32 as u32, f64 as u64);

/// `$body` with `$Item` for the type of the items of `$code`, which is no text.
macro_rules! with_item {
    ($code:expr, $Item:ident => $body:expr) => {
        with_item!(
            $code, $Item => $body;
            I8 i8, U8 u8, I16 i16, U16 u16, I32 i32, U32 u32, I64 i64, U64 u64, F32 f32, F64 f64
        )
    };
    ($code:expr, $Item:ident => $body:expr; $($kind:ident $type:ty),*) => {
        match $code.kind() {
            $(ItemKind::$kind => {
                type $Item = $type;
                $body
            })*
        }
    };
}

/// The bits of a number as an item of an array of `code`, if it can be one as it is.
#[inline]
pub(crate) fn to_bits(code: TypeCode, number: &Number<'_>) -> Option<u64> {
    match code.is_text() {
        true => None,
        false => with_item!(code, T => bits::<T>(number)),
    }
}

#[inline(always)]
fn bits<T: Item>(number: &Number<'_>) -> Option<u64> {
    T::unit(number).map(Into::into)
}

/// Appends items of a list, from the index on that the next item has, up to the index `end`: as many as are plain
/// numbers that fit, and there is room for.
pub(crate) fn push_from(items: &mut ItemVec<TypeCode>, list: &Bound<'_, PyList>, end: usize) {
    let code = items.code();
    if !code.is_text() {
        let numbers = (items.len()..end).map_while(|index| list.number(index));
        with_item!(code, T => items.fill_from_units(numbers.map_while(|number| T::unit(&number))));
    }
}
