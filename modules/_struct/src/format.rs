//! Format strings, and the layouts that they describe.

use std::ffi::{c_double, c_float, c_int, c_long, c_longlong, c_short};

/// The largest size, offset and count that Python has: `sys.maxsize`.
const MAX: usize = isize::MAX as usize;

/// A compiled format.
#[derive(Debug, Default)]
pub(crate) struct Layout {
    /// In bytes, padding included.
    pub(crate) size: usize,
    /// How many values there are.
    pub(crate) len: usize,
    /// Where they are, in order.
    pub(crate) codes: Vec<Code>,
}

/// Values of one kind, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Code {
    pub(crate) kind: Kind,
    /// How the format names the kind.
    pub(crate) letter: u8,
    /// Whether the bytes of a number stand in another order than on this machine.
    pub(crate) swapped: bool,
    /// Where the first value begins, in bytes.
    pub(crate) offset: usize,
    /// Of each value, in bytes.
    pub(crate) size: usize,
    pub(crate) repeat: usize,
}

/// What the bytes of a value stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Nothing.
    Pad,
    /// One byte.
    Char,
    I8,
    U8,
    I16,
    U16,
    I32,
    U32,
    I64,
    U64,
    /// An address.
    Pointer,
    Bool,
    Half,
    Float,
    /// A float that is converted as C does it.
    NativeFloat,
    Double,
    #[cfg_attr(not(Py_3_14), allow(dead_code))]
    FloatComplex,
    #[cfg_attr(not(Py_3_14), allow(dead_code))]
    DoubleComplex,
    /// As many bytes as the count says.
    Bytes,
    /// The same, the first of them telling how many of the others are used.
    Pascal,
}

/// In which order the bytes of a number stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    /// As on this machine, with the sizes and the alignment of C.
    Native,
    /// Least significant first, with standard sizes.
    Little,
    /// Most significant first, with standard sizes.
    Big,
}

/// What is wrong with a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Error {
    NullCharacter,
    BadLetter,
    CountWithoutLetter,
    TooLong,
    NoMemory,
}

impl Layout {
    /// What `format` describes. Linear in its length.
    pub(crate) fn compile(format: &[u8]) -> Result<Self, Error> {
        if format.contains(&0) {
            return Err(Error::NullCharacter);
        }
        let (order, format) = Order::of(format);
        let mut layout = Layout::default();
        let mut letters = format.iter().copied();
        while let Some(first) = letters.next() {
            if is_space(first) {
                continue;
            }
            let (count, letter) = match digit(first) {
                Some(value) => count(value, &mut letters)?,
                None => (1, first),
            };
            layout.add(order, count, letter)?;
        }
        Ok(layout)
    }

    fn add(&mut self, order: Order, count: usize, letter: u8) -> Result<(), Error> {
        let (kind, alignment) = order.entry(letter).ok_or(Error::BadLetter)?;
        let values = match kind {
            Kind::Pad => 0,
            Kind::Bytes | Kind::Pascal => 1,
            _ => count,
        };
        self.len = within_max(self.len.checked_add(values))?;
        let offset = within_max(self.size.checked_next_multiple_of(alignment))?;
        let bytes = count.checked_mul(kind.size());
        self.size = within_max(bytes.and_then(|bytes| bytes.checked_add(offset)))?;
        if values == 0 {
            return Ok(());
        }
        self.codes.try_reserve(1).map_err(|_| Error::NoMemory)?;
        self.codes.push(Code {
            kind,
            letter,
            swapped: order.is_swapped(),
            offset,
            size: match kind {
                Kind::Bytes | Kind::Pascal => count,
                _ => kind.size(),
            },
            repeat: values,
        });
        Ok(())
    }
}

impl Kind {
    /// In bytes; of the kinds whose count is a length, that of one byte of it.
    const fn size(self) -> usize {
        match self {
            Kind::Pad | Kind::Char | Kind::Bool | Kind::Bytes | Kind::Pascal => 1,
            Kind::I8 | Kind::U8 => 1,
            Kind::I16 | Kind::U16 | Kind::Half => 2,
            Kind::I32 | Kind::U32 | Kind::Float | Kind::NativeFloat => 4,
            Kind::I64 | Kind::U64 | Kind::Double | Kind::FloatComplex => 8,
            Kind::Pointer => size_of::<*const ()>(),
            Kind::DoubleComplex => 16,
        }
    }

    /// The int with a sign that is as large as a `T`, and its alignment.
    const fn signed<T>() -> (Self, usize) {
        let kind = match size_of::<T>() {
            2 => Kind::I16,
            4 => Kind::I32,
            _ => Kind::I64,
        };
        (kind, align_of::<T>())
    }

    /// The same without a sign.
    const fn unsigned<T>() -> (Self, usize) {
        let kind = match size_of::<T>() {
            2 => Kind::U16,
            4 => Kind::U32,
            _ => Kind::U64,
        };
        (kind, align_of::<T>())
    }
}

impl Order {
    /// The order that `format` begins with, and the rest of it.
    fn of(format: &[u8]) -> (Self, &[u8]) {
        const STANDARD: Order = match cfg!(target_endian = "big") {
            true => Order::Big,
            false => Order::Little,
        };
        match format {
            [b'@', rest @ ..] => (Order::Native, rest),
            [b'=', rest @ ..] => (STANDARD, rest),
            [b'<', rest @ ..] => (Order::Little, rest),
            [b'>' | b'!', rest @ ..] => (Order::Big, rest),
            _ => (Order::Native, format),
        }
    }

    /// Whether this is not the order of this machine.
    const fn is_swapped(self) -> bool {
        match self {
            Order::Native => false,
            Order::Little => cfg!(target_endian = "big"),
            Order::Big => cfg!(target_endian = "little"),
        }
    }

    /// What `letter` stands for, and at which multiples of bytes it may begin.
    const fn entry(self, letter: u8) -> Option<(Kind, usize)> {
        Some(match (letter, self) {
            (b'x', _) => (Kind::Pad, 1),
            (b'c', _) => (Kind::Char, 1),
            (b'b', _) => (Kind::I8, 1),
            (b'B', _) => (Kind::U8, 1),
            (b'?', _) => (Kind::Bool, 1),
            (b's', _) => (Kind::Bytes, 1),
            (b'p', _) => (Kind::Pascal, 1),
            (b'h', Order::Native) => Kind::signed::<c_short>(),
            (b'H', Order::Native) => Kind::unsigned::<c_short>(),
            (b'i', Order::Native) => Kind::signed::<c_int>(),
            (b'I', Order::Native) => Kind::unsigned::<c_int>(),
            (b'l', Order::Native) => Kind::signed::<c_long>(),
            (b'L', Order::Native) => Kind::unsigned::<c_long>(),
            (b'q', Order::Native) => Kind::signed::<c_longlong>(),
            (b'Q', Order::Native) => Kind::unsigned::<c_longlong>(),
            (b'n', Order::Native) => Kind::signed::<isize>(),
            (b'N', Order::Native) => Kind::unsigned::<usize>(),
            (b'P', Order::Native) => (Kind::Pointer, align_of::<*const ()>()),
            (b'e', Order::Native) => (Kind::Half, align_of::<c_short>()),
            (b'f', Order::Native) => (Kind::NativeFloat, align_of::<c_float>()),
            (b'd', Order::Native) => (Kind::Double, align_of::<c_double>()),
            #[cfg(Py_3_14)]
            (b'F', Order::Native) => (Kind::FloatComplex, align_of::<c_float>()),
            #[cfg(Py_3_14)]
            (b'D', Order::Native) => (Kind::DoubleComplex, align_of::<c_double>()),
            (b'h', _) => (Kind::I16, 1),
            (b'H', _) => (Kind::U16, 1),
            (b'i' | b'l', _) => (Kind::I32, 1),
            (b'I' | b'L', _) => (Kind::U32, 1),
            (b'q', _) => (Kind::I64, 1),
            (b'Q', _) => (Kind::U64, 1),
            (b'e', _) => (Kind::Half, 1),
            (b'f', _) => (Kind::Float, 1),
            (b'd', _) => (Kind::Double, 1),
            #[cfg(Py_3_14)]
            (b'F', _) => (Kind::FloatComplex, 1),
            #[cfg(Py_3_14)]
            (b'D', _) => (Kind::DoubleComplex, 1),
            _ => return None,
        })
    }
}

impl Error {
    /// The message, unless memory ran out.
    pub(crate) const fn message(self) -> Option<&'static str> {
        match self {
            Error::NullCharacter => Some("embedded null character"),
            Error::BadLetter => Some("bad char in struct format"),
            Error::CountWithoutLetter => Some("repeat count given without format specifier"),
            Error::TooLong => Some("total struct size too long"),
            Error::NoMemory => None,
        }
    }
}

/// The count that begins with the digit `value`, and the letter behind it.
fn count(value: usize, letters: &mut impl Iterator<Item = u8>) -> Result<(usize, u8), Error> {
    let mut count = value;
    loop {
        let letter = letters.next().ok_or(Error::CountWithoutLetter)?;
        let Some(value) = digit(letter) else {
            return Ok((count, letter));
        };
        let shifted = count.checked_mul(10);
        count = within_max(shifted.and_then(|shifted| shifted.checked_add(value)))?;
    }
}

fn digit(letter: u8) -> Option<usize> {
    letter.is_ascii_digit().then(|| usize::from(letter - b'0'))
}

/// C's `isspace`, which counts the vertical tab in.
const fn is_space(letter: u8) -> bool {
    matches!(letter, b' ' | b'\t'..=b'\r')
}

fn within_max(number: Option<usize>) -> Result<usize, Error> {
    number.filter(|number| *number <= MAX).ok_or(Error::TooLong)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(format: &str) -> Result<usize, Error> {
        Layout::compile(format.as_bytes()).map(|layout| layout.size)
    }

    #[test]
    fn standard_sizes_have_no_alignment() {
        for order in ["<", ">", "!", "="] {
            let all = "xcbB?hHiIlLqQefd2s3p";
            assert_eq!(
                size(&format!("{order}{all}")),
                Ok(5 + 4 + 16 + 16 + 2 + 4 + 8 + 5)
            );
            for native in ["n", "N", "P", "z", "\u{7f}", " <"] {
                assert_eq!(size(&format!("{order}{native}")), Err(Error::BadLetter));
            }
        }
    }

    #[test]
    fn native_sizes_are_aligned() {
        for prefix in ["", "@"] {
            assert_eq!(size(&format!("{prefix}bhbib")), Ok(13));
            assert_eq!(size(&format!("{prefix}b0i")), Ok(4));
            assert_eq!(size(&format!("{prefix}bd0q")), Ok(16));
            assert_eq!(size(&format!("{prefix}0q")), Ok(0));
            assert_eq!(size(&format!("{prefix}bP")), Ok(2 * size_of::<usize>()));
            assert_eq!(size(&format!("{prefix}bl")), Ok(2 * size_of::<c_long>()));
        }
    }

    #[test]
    fn values_are_counted() {
        let layout = Layout::compile(b"<2b 0i 3x\t4s 0s\x0b2p").unwrap();
        assert_eq!((layout.size, layout.len), (11, 5));
        let places: Vec<_> = layout
            .codes
            .iter()
            .map(|code| (code.kind, code.offset, code.size, code.repeat))
            .collect();
        let expected = [
            (Kind::I8, 0, 1, 2),
            (Kind::Bytes, 5, 4, 1),
            (Kind::Bytes, 9, 0, 1),
            (Kind::Pascal, 9, 2, 1),
        ];
        assert_eq!(places, expected);
    }

    #[test]
    fn order_comes_first() {
        let swapped = |format: &[u8]| Layout::compile(format).unwrap().codes[0].swapped;
        for format in [&b"i"[..], b"@i", b"=i"] {
            assert!(!swapped(format));
        }
        let little = cfg!(target_endian = "little");
        assert_eq!(swapped(b"<i"), !little);
        assert_eq!(swapped(b">i"), little);
        assert_eq!(swapped(b"!i"), little);
        assert_eq!(size(" <i"), Err(Error::BadLetter));
        assert_eq!(size("i<"), Err(Error::BadLetter));
    }

    #[test]
    fn counts_overflow() {
        let max = isize::MAX;
        assert_eq!(size(&format!("{max}x")), Ok(MAX));
        assert_eq!(size(&format!("{max}s")), Ok(MAX));
        assert_eq!(size(&format!("{max}xx")), Err(Error::TooLong));
        assert_eq!(size(&format!("{max}h")), Err(Error::TooLong));
        assert_eq!(size(&format!("{}x", MAX + 1)), Err(Error::TooLong));
        assert_eq!(size(&format!("{max}0")), Err(Error::TooLong));
        assert_eq!(size(&format!("{max}x0i")), Err(Error::TooLong));
        assert_eq!(size(&format!("{}?", "9".repeat(100))), Err(Error::TooLong));
        assert_eq!(size(&format!("{}i", "0".repeat(100))), Ok(0));
    }

    #[test]
    fn malformed_formats() {
        assert_eq!(size("12"), Err(Error::CountWithoutLetter));
        assert_eq!(size("1 2i"), Err(Error::BadLetter));
        assert_eq!(size("i\0i"), Err(Error::NullCharacter));
        assert_eq!(size("z\0"), Err(Error::NullCharacter));
        assert_eq!(size("-1i"), Err(Error::BadLetter));
        assert_eq!(Layout::compile(b"\xffi").unwrap_err(), Error::BadLetter);
        assert_eq!(size(""), Ok(0));
        assert_eq!(size("<"), Ok(0));
    }
}
