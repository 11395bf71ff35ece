//! Type codes: what the items of an array are.

use std::ffi::{CStr, c_int, c_long, c_longlong, c_short, c_uint, c_ulong, c_ulonglong, c_ushort};

use corten_api::{ItemCode, ItemKind};

/// A type code, named after the C type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum TypeCode {
    Char,
    UChar,
    /// A `wchar_t`, which is a code point on the platforms that Corten serves.
    Wide,
    /// A code point.
    #[cfg(Py_3_13)]
    Text,
    Short,
    UShort,
    Int,
    UInt,
    Long,
    ULong,
    LongLong,
    ULongLong,
    Float,
    Double,
}

impl TypeCode {
    /// All codes, in the order in which Python lists them.
    pub(crate) const ALL: &[TypeCode] = &[
        TypeCode::Char,
        TypeCode::UChar,
        TypeCode::Wide,
        #[cfg(Py_3_13)]
        TypeCode::Text,
        TypeCode::Short,
        TypeCode::UShort,
        TypeCode::Int,
        TypeCode::UInt,
        TypeCode::Long,
        TypeCode::ULong,
        TypeCode::LongLong,
        TypeCode::ULongLong,
        TypeCode::Float,
        TypeCode::Double,
    ];

    /// The code that the character stands for.
    pub(crate) fn from_letter(letter: u32) -> Option<Self> {
        let is_letter = |code: &TypeCode| u32::from(code.letter()) == letter;
        Self::ALL.iter().copied().find(is_letter)
    }

    /// The character that stands for the code.
    pub(crate) fn letter(self) -> u8 {
        self.text().to_bytes()[0]
    }

    /// Whether items are floats.
    #[inline]
    pub(crate) fn is_float(self) -> bool {
        matches!(self, Self::Float | Self::Double)
    }

    const fn text(self) -> &'static CStr {
        match self {
            Self::Char => c"b",
            Self::UChar => c"B",
            Self::Wide => c"u",
            #[cfg(Py_3_13)]
            Self::Text => c"w",
            Self::Short => c"h",
            Self::UShort => c"H",
            Self::Int => c"i",
            Self::UInt => c"I",
            Self::Long => c"l",
            Self::ULong => c"L",
            Self::LongLong => c"q",
            Self::ULongLong => c"Q",
            Self::Float => c"f",
            Self::Double => c"d",
        }
    }
}

impl ItemCode for TypeCode {
    const CANNOT_RESIZE: &'static str = "cannot resize an array that is exporting buffers";

    #[inline]
    fn kind(self) -> ItemKind {
        const SIGNED: bool = true;
        const UNSIGNED: bool = false;
        match self {
            Self::Char => ItemKind::I8,
            Self::UChar => ItemKind::U8,
            Self::Wide => WIDE,
            #[cfg(Py_3_13)]
            Self::Text => ItemKind::U32,
            Self::Short => const { ItemKind::integer(size_of::<c_short>(), SIGNED) },
            Self::UShort => const { ItemKind::integer(size_of::<c_ushort>(), UNSIGNED) },
            Self::Int => const { ItemKind::integer(size_of::<c_int>(), SIGNED) },
            Self::UInt => const { ItemKind::integer(size_of::<c_uint>(), UNSIGNED) },
            Self::Long => const { ItemKind::integer(size_of::<c_long>(), SIGNED) },
            Self::ULong => const { ItemKind::integer(size_of::<c_ulong>(), UNSIGNED) },
            Self::LongLong => const { ItemKind::integer(size_of::<c_longlong>(), SIGNED) },
            Self::ULongLong => const { ItemKind::integer(size_of::<c_ulonglong>(), UNSIGNED) },
            Self::Float => ItemKind::F32,
            Self::Double => ItemKind::F64,
        }
    }

    fn format(self) -> &'static CStr {
        match self {
            Self::Wide => c"w",
            _ => self.text(),
        }
    }

    #[inline]
    fn is_text(self) -> bool {
        match self {
            Self::Wide => true,
            #[cfg(Py_3_13)]
            Self::Text => true,
            _ => false,
        }
    }
}

/// What a `wchar_t` is: with a sign where the platform's C compilers think so, which shows when arrays
/// that hold more than characters are compared.
const WIDE: ItemKind = if cfg!(all(
    any(target_arch = "arm", target_arch = "aarch64"),
    not(target_vendor = "apple")
)) {
    ItemKind::U32
} else {
    ItemKind::I32
};

/// How items are stored on the machine that pickled an array, by the numbers that pickles have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MachineFormat {
    Integer {
        size: usize,
        signed: bool,
        big_endian: bool,
    },
    Float {
        size: usize,
        big_endian: bool,
    },
    Utf16 {
        big_endian: bool,
    },
    Utf32 {
        big_endian: bool,
    },
}

impl MachineFormat {
    /// The format of the number.
    pub(crate) fn from_number(number: i32) -> Option<Self> {
        let big_endian = number % 2 == 1;
        Some(match number {
            0 | 1 => Self::Integer {
                size: 1,
                signed: number == 1,
                big_endian: false,
            },
            2..=13 => Self::Integer {
                size: 2 << ((number - 2) / 4),
                signed: (number / 2) % 2 == 0,
                big_endian,
            },
            14..=17 => Self::Float {
                size: if number < 16 { 4 } else { 8 },
                big_endian,
            },
            18 | 19 => Self::Utf16 { big_endian },
            20 | 21 => Self::Utf32 { big_endian },
            _ => return None,
        })
    }

    /// The number of this machine's format for items of `code`.
    pub(crate) fn number(code: TypeCode) -> i32 {
        let kind = code.kind();
        if code.is_text() {
            return 20 + i32::from(cfg!(target_endian = "big"));
        }
        let little = match kind {
            ItemKind::U8 => return 0,
            ItemKind::I8 => return 1,
            ItemKind::U16 => 2,
            ItemKind::I16 => 4,
            ItemKind::U32 => 6,
            ItemKind::I32 => 8,
            ItemKind::U64 => 10,
            ItemKind::I64 => 12,
            ItemKind::F32 => 14,
            ItemKind::F64 => 16,
        };
        little + i32::from(cfg!(target_endian = "big"))
    }

    /// The size that the number of bytes must be a multiple of; for text it is twice that of a unit.
    pub(crate) fn granule(self) -> usize {
        match self {
            Self::Integer { size, .. } | Self::Float { size, .. } => size,
            Self::Utf16 { .. } => 4,
            Self::Utf32 { .. } => 8,
        }
    }

    /// The last of the integer codes whose items are stored the same but for the byte order.
    pub(crate) fn integer_code(size: usize, signed: bool) -> Option<TypeCode> {
        let fits = |code: &TypeCode| {
            !code.is_text() && !code.is_float() && code.kind() == ItemKind::integer(size, signed)
        };
        TypeCode::ALL.iter().copied().rfind(fits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_and_codes_match() {
        for &code in TypeCode::ALL {
            assert_eq!(TypeCode::from_letter(code.letter().into()), Some(code));
        }
        assert_eq!(TypeCode::from_letter('x'.into()), None);
        assert_eq!(TypeCode::from_letter(0), None);
    }

    #[test]
    fn every_number_is_a_format_and_the_machines_own_are_among_them() {
        for number in 0..22 {
            let format = MachineFormat::from_number(number).unwrap();
            let own: Vec<_> = TypeCode::ALL
                .iter()
                .filter(|&&code| MachineFormat::number(code) == number)
                .collect();
            for code in own {
                match format {
                    MachineFormat::Integer { size, signed, .. } => {
                        assert_eq!(code.kind(), ItemKind::integer(size, signed));
                    }
                    MachineFormat::Float { size, .. } => assert_eq!(code.kind().size(), size),
                    _ => assert!(code.is_text()),
                }
            }
        }
        assert_eq!(MachineFormat::from_number(-1), None);
        assert_eq!(MachineFormat::from_number(22), None);
    }

    #[test]
    fn integers_of_every_size_have_a_code() {
        let code = MachineFormat::integer_code;
        assert_eq!(code(1, true), Some(TypeCode::Char));
        assert_eq!(code(2, false), Some(TypeCode::UShort));
        assert_eq!(code(8, false), Some(TypeCode::ULongLong));
    }
}
