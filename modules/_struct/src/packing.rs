//! Values to bytes.

use std::fmt::Display;

use corten_api::prelude::*;

use crate::compiled::{self, Compiled};
use crate::float::{self, TooLarge};
use crate::format::{Code, Kind};

/// Where packed bytes go.
pub(crate) trait Target {
    /// Replaces the bytes from `start` on, counted from where the struct begins.
    fn put(&mut self, start: usize, bytes: &[u8]);
}

impl Target for [u8] {
    #[inline]
    fn put(&mut self, start: usize, bytes: &[u8]) {
        self[start..start + bytes.len()].copy_from_slice(bytes);
    }
}

/// A struct inside of somebody's memory.
pub(crate) struct Place<'a, 'py> {
    pub(crate) buffer: &'a mut PyBufferMut<'py>,
    /// Where the struct begins.
    pub(crate) start: usize,
}

impl Target for Place<'_, '_> {
    #[inline]
    fn put(&mut self, start: usize, bytes: &[u8]) {
        self.buffer.write(self.start + start, bytes);
    }
}

/// Packs `values`, as many as `compiled` has, to `target`, whose padding is zeros already.
///
/// Converting a value may run Python code; what that can reach of the target stays in place. Should
/// one fail, those before it are packed.
///
/// # Errors
///
/// `struct.error`, `OverflowError`, or what the values' methods raise.
pub(crate) fn pack<'py>(
    compiled: &Bound<'py, Compiled>,
    values: &[Borrowed<'_, 'py, PyAny>],
    target: &mut (impl Target + ?Sized),
) -> PyResult<()> {
    let mut rest = values;
    for code in &compiled.layout.codes {
        let values;
        (values, rest) = rest.split_at(code.repeat);
        pack_code(&Packer { compiled, code }, values, target)?;
    }
    Ok(())
}

#[inline]
fn pack_code<'py>(
    packer: &Packer<'_, 'py>,
    values: &[Borrowed<'_, 'py, PyAny>],
    target: &mut (impl Target + ?Sized),
) -> PyResult<()> {
    let code = packer.code;
    let starts = (code.offset..).step_by(code.size.max(1));

    macro_rules! each {
        ($($value:ident => $bytes:expr),*) => {
            $(for (start, $value) in starts.zip(values) {
                target.put(start, &$bytes);
            })*
        };
    }
    macro_rules! in_order {
        ($number:expr) => {{
            let number = $number;
            if code.swapped {
                number.swap_bytes()
            } else {
                number
            }
            .to_ne_bytes()
        }};
    }

    match code.kind {
        Kind::Pad => {}
        Kind::Char => each!(value => [packer.char(value)?]),
        Kind::I8 => each!(value => in_order!(packer.integer::<i8>(value)?)),
        Kind::U8 => each!(value => in_order!(packer.integer::<u8>(value)?)),
        Kind::I16 => each!(value => in_order!(packer.integer::<i16>(value)?)),
        Kind::U16 => each!(value => in_order!(packer.integer::<u16>(value)?)),
        Kind::I32 => each!(value => in_order!(packer.integer::<i32>(value)?)),
        Kind::U32 => each!(value => in_order!(packer.integer::<u32>(value)?)),
        Kind::I64 => each!(value => in_order!(packer.integer::<i64>(value)?)),
        Kind::U64 => each!(value => in_order!(packer.integer::<u64>(value)?)),
        Kind::Pointer => each!(value => packer.pointer(value)?.to_ne_bytes()),
        Kind::Bool => each!(value => [u8::from(value.is_true()?)]),
        Kind::Half => each!(value => in_order!(packer.half(value)?)),
        Kind::Float => each!(value => in_order!(packer.float(value)?)),
        Kind::NativeFloat => each!(value => packer.native_float(value)?.to_ne_bytes()),
        Kind::Double => each!(value => in_order!(packer.real(value)?.to_bits())),
        Kind::FloatComplex => {
            for (start, value) in starts.zip(values) {
                let (real, imaginary) = packer.complex(value)?;
                target.put(start, &in_order!(packer.float_part(value, real)?));
                target.put(start + 4, &in_order!(packer.float_part(value, imaginary)?));
            }
        }
        Kind::DoubleComplex => {
            for (start, value) in starts.zip(values) {
                let (real, imaginary) = packer.complex(value)?;
                target.put(start, &in_order!(real.to_bits()));
                target.put(start + 8, &in_order!(imaginary.to_bits()));
            }
        }
        Kind::Bytes => {
            for value in values {
                packer.with_bytes(value, code.size, |bytes| target.put(code.offset, bytes))?;
            }
        }
        Kind::Pascal => {
            for value in values {
                let most = code.size.saturating_sub(1);
                packer.with_bytes(value, most, |bytes| {
                    if code.size > 0 {
                        target.put(code.offset, &[bytes.len().min(255) as u8]);
                        target.put(code.offset + 1, bytes);
                    }
                })?;
            }
        }
    }
    Ok(())
}

/// What values are converted for.
struct Packer<'a, 'py> {
    compiled: &'a Bound<'py, Compiled>,
    code: &'a Code,
}

impl<'py> Packer<'_, 'py> {
    fn char(&self, value: &Bound<'py, PyAny>) -> PyResult<u8> {
        match value.cast::<PyBytes>().map(Bound::as_bytes) {
            Some(&[byte]) => Ok(byte),
            _ => Err(self.error("char format requires a bytes object of length 1")),
        }
    }

    #[inline]
    fn integer<T: Integer>(&self, value: &Bound<'py, PyAny>) -> PyResult<T> {
        match value.cast::<PyInt>().and_then(T::of) {
            Some(number) => Ok(number),
            None => self.other_integer(value),
        }
    }

    #[cold]
    fn other_integer<T: Integer>(&self, value: &Bound<'py, PyAny>) -> PyResult<T> {
        let int = self.int(value);
        #[cfg(Py_3_12)]
        let int = int.map_err(|error| self.index_error::<T>(value, error));
        let int = int?;
        T::of(&int).ok_or_else(|| self.range_error::<T>(value, &int))
    }

    /// An error of `__index__` that is taken for one of the conversion which follows: an `OverflowError` is,
    /// except by the conversions that C has for eight bytes in the other order.
    #[cfg(Py_3_12)]
    fn index_error<T: Integer>(&self, value: &Bound<'py, PyAny>, error: PyErr) -> PyErr {
        let plain = self.code.size < 8 || !self.code.swapped;
        if plain && error.matches::<PyOverflowError>(value.py()) {
            drop(error);
            return self.limits::<T>(format_args!("'{}'", char::from(self.code.letter)));
        }
        error
    }

    #[cfg(Py_3_12)]
    fn range_error<T: Integer>(&self, _: &Bound<'py, PyAny>, _: &Bound<'py, PyInt>) -> PyErr {
        self.limits::<T>(format_args!("'{}'", char::from(self.code.letter)))
    }

    /// Here the text tells of the C type that the number goes through.
    #[cfg(not(Py_3_12))]
    fn range_error<T: Integer>(&self, value: &Bound<'py, PyAny>, int: &Bound<'py, PyInt>) -> PyErr {
        let Code { kind, swapped, .. } = *self.code;
        let through_long = match kind {
            Kind::I64 | Kind::U64 if swapped => {
                return self.too_large(
                    value,
                    match kind == Kind::U64 && int.is_negative() {
                        true => "can't convert negative int to unsigned",
                        false => "int too big to convert",
                    },
                );
            }
            Kind::U16 => !swapped,
            Kind::U32 | Kind::U64 => false,
            _ => true,
        };
        let fits = match through_long {
            true => int.to_i64().is_some(),
            false => int.to_u64().is_some(),
        };
        match kind {
            _ if !fits => self.error("argument out of range"),
            Kind::I8 => self.limits::<T>("byte"),
            Kind::U8 => self.limits::<T>("ubyte"),
            Kind::I16 if !swapped => self.limits::<T>("short"),
            Kind::U16 if !swapped => self.limits::<T>("ushort"),
            _ => self.limits::<T>(format_args!("'{}'", char::from(self.code.letter))),
        }
    }

    fn limits<T: Integer>(&self, format: impl Display) -> PyErr {
        let (min, max) = (T::MIN, T::MAX);
        self.error(format_args!(
            "{format} format requires {min} <= number <= {max}"
        ))
    }

    /// The int that `value` is, or has.
    fn int(&self, value: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyInt>> {
        match value.cast::<PyInt>() {
            Some(int) => Ok(int.clone()),
            None if value.has_index() => value.index(),
            None => Err(self.error("required argument is not an integer")),
        }
    }

    /// An address: with or without a sign, as `id()` may give it.
    fn pointer(&self, value: &Bound<'py, PyAny>) -> PyResult<usize> {
        let int = self.int(value)?;
        let signed = int.to_i64().and_then(|number| isize::try_from(number).ok());
        let unsigned = || int.to_u64().and_then(|number| usize::try_from(number).ok());
        match signed.map(|number| number as usize).or_else(unsigned) {
            Some(address) => Ok(address),
            None => {
                let c_type = if int.is_negative() {
                    "long"
                } else {
                    "unsigned long"
                };
                let text = format_args!("Python int too large to convert to C {c_type}");
                Err(self.too_large(value, text))
            }
        }
    }

    #[inline]
    fn real(&self, value: &Bound<'py, PyAny>) -> PyResult<f64> {
        if let Some(float) = value.cast_exact::<PyFloat>() {
            return Ok(float.value());
        }
        value.to_f64().map_err(|error| {
            drop(error);
            self.error("required argument is not a float")
        })
    }

    fn half(&self, value: &Bound<'py, PyAny>) -> PyResult<u16> {
        float::half_from_double(self.real(value)?)
            .map_err(|TooLarge| self.too_large(value, "float too large to pack with e format"))
    }

    #[inline]
    fn float(&self, value: &Bound<'py, PyAny>) -> PyResult<u32> {
        self.checked_float(value, self.real(value)?)
    }

    #[inline]
    fn native_float(&self, value: &Bound<'py, PyAny>) -> PyResult<u32> {
        let number = self.real(value)?;
        match self.compiled.checks_native_floats {
            true => self.checked_float(value, number),
            false => Ok(float::nearest_float(number)),
        }
    }

    /// A part of a complex number, which C converts itself where the order of the bytes is its own.
    fn float_part(&self, value: &Bound<'py, PyAny>, part: f64) -> PyResult<u32> {
        match self.code.swapped {
            true => self.checked_float(value, part),
            false => Ok(float::nearest_float(part)),
        }
    }

    #[inline]
    fn checked_float(&self, value: &Bound<'py, PyAny>, number: f64) -> PyResult<u32> {
        float::float_from_double(number)
            .map_err(|TooLarge| self.too_large(value, "float too large to pack with f format"))
    }

    fn complex(&self, value: &Bound<'py, PyAny>) -> PyResult<(f64, f64)> {
        value.to_complex().map_err(|error| {
            drop(error);
            self.error("required argument is not a complex")
        })
    }

    /// Hands over the bytes of `value`, `most` of them at most.
    fn with_bytes(
        &self,
        value: &Bound<'py, PyAny>,
        most: usize,
        put: impl FnOnce(&[u8]),
    ) -> PyResult<()> {
        if let Some(bytes) = value.cast::<PyBytes>() {
            let bytes = bytes.as_bytes();
            put(&bytes[..most.min(bytes.len())]);
        } else if let Some(array) = value.cast::<PyByteArray>() {
            put(&array.first_bytes(most)?);
        } else {
            let letter = char::from(self.code.letter);
            return Err(self.error(format_args!(
                "argument for '{letter}' must be a bytes object"
            )));
        }
        Ok(())
    }

    /// A number without a place in the format: `OverflowError`, or for ints, `struct.error`.
    #[cold]
    fn too_large(&self, value: &Bound<'py, PyAny>, text: impl Display) -> PyErr {
        match value.cast::<PyInt>() {
            Some(_) => self.error("int too large to convert"),
            None => PyOverflowError::raise(value.py(), text),
        }
    }

    #[cold]
    fn error(&self, text: impl Display) -> PyErr {
        compiled::error(self.compiled, text)
    }
}

/// An int of some size.
trait Integer: Display + Sized {
    const MIN: Self;
    const MAX: Self;

    /// The value, if it fits.
    fn of(int: &Bound<'_, PyInt>) -> Option<Self>;
}

macro_rules! integers {
    ($read:ident: $($int:ident),*) => {$(
        impl Integer for $int {
            const MIN: Self = $int::MIN;
            const MAX: Self = $int::MAX;

            #[inline]
            fn of(int: &Bound<'_, PyInt>) -> Option<Self> {
                int.$read().and_then(|number| number.try_into().ok())
            }
        }
    )*};
}

integers!(to_i64: i8, u8, i16, u16, i32, u32, i64);
integers!(to_u64: u64);
