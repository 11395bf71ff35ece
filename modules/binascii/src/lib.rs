//! `binascii`: binary data to text and back, and two checksums.
//!
//! Each encoding has an engine, a file that knows no Python. This file is what Python sees.
#![forbid(unsafe_code)]

mod args;
#[cfg(any(Py_3_15, test))]
mod base32;
mod base64;
#[cfg(any(Py_3_15, test))]
mod base85;
mod bytes;
mod crc;
mod hex;
mod lines;
mod quoted_printable;
mod release;
mod uu;

use std::fmt::Display;
use std::num::NonZeroUsize;

use corten_api::prelude::*;
use hex_simd::AsOut;

use crate::args::{AsciiBuffer, BytesPerSep, Flag, Separator};
#[cfg(Py_3_15)]
use crate::args::{DecodingAlphabet, EncodingAlphabet, IgnoreChars, OptionalFlag, WrapCol};
use crate::base64::PaddingRules;

corten_api::module! {
    /// Binary data to ASCII text and back, and checksums.
    name: "binascii",
    state: State,
    functions: [
        a2b_uu,
        b2a_uu,
        a2b_base64,
        b2a_base64,
        #[cfg(Py_3_15)]
        a2b_ascii85,
        #[cfg(Py_3_15)]
        b2a_ascii85,
        #[cfg(Py_3_15)]
        a2b_base85,
        #[cfg(Py_3_15)]
        b2a_base85,
        #[cfg(Py_3_15)]
        a2b_base32,
        #[cfg(Py_3_15)]
        b2a_base32,
        a2b_hex,
        b2a_hex,
        hexlify,
        unhexlify,
        crc_hqx,
        crc32,
        a2b_qp,
        b2a_qp,
    ],
}

/// The module's exceptions, and the behaviour of the interpreter that loaded it.
#[derive(Traverse)]
struct State {
    error: Py<PyType>,
    #[traverse(skip)]
    padding: PaddingRules,
    #[traverse(skip)]
    empty_uu_line_is_an_error: bool,
}

impl ModuleState for State {
    fn init(module: &Bound<'_, PyModule>) -> PyResult<Self> {
        let py = module.py();
        let value_error = PyValueError::type_object(py);
        let error = PyType::new_exception(py, "binascii.Error", Some(&value_error))?;
        module.add("Error", &error)?;
        // Nothing raises it any more, but programs name it.
        module.add(
            "Incomplete",
            &PyType::new_exception(py, "binascii.Incomplete", None)?,
        )?;
        #[cfg(Py_3_15)]
        add_alphabets(module)?;

        let release = Release::running();
        Ok(State {
            error: error.unbind(),
            padding: if release.has(release::PADDING_IS_SKIPPED) {
                PaddingRules::Skipped
            } else if release.has(release::NO_EXCESS_PADDING) {
                PaddingRules::EndsTextNoExcess
            } else {
                PaddingRules::EndsText
            },
            empty_uu_line_is_an_error: release.has(release::EMPTY_UU_LINE_IS_AN_ERROR),
        })
    }
}

#[cfg(Py_3_15)]
fn add_alphabets(module: &Bound<'_, PyModule>) -> PyResult<()> {
    const UU: &[u8; 64] = b" !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_";
    const CRYPT: &[u8; 64] = b"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const BINHEX: &[u8; 64] = b"!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr";

    let alphabets: [(&str, &[u8]); 10] = [
        ("BASE64_ALPHABET", base64::STANDARD),
        ("URLSAFE_BASE64_ALPHABET", base64::URL_SAFE),
        ("UU_ALPHABET", UU),
        ("CRYPT_ALPHABET", CRYPT),
        ("BINHEX_ALPHABET", BINHEX),
        ("ASCII85_ALPHABET", base85::ASCII85),
        ("BASE85_ALPHABET", base85::BASE85),
        ("Z85_ALPHABET", base85::Z85),
        ("BASE32_ALPHABET", base32::STANDARD),
        ("BASE32HEX_ALPHABET", base32::EXTENDED_HEX),
    ];
    for (name, alphabet) in alphabets {
        module.add(name, &PyBytes::new(module.py(), alphabet)?)?;
    }
    Ok(())
}

/// Data of a uuencoded line, which may have blanks at its end.
#[pyfunction(signature = (data, /))]
fn a2b_uu<'py>(
    py: Python<'py>,
    state: &State,
    data: AsciiBuffer<'_, 'py>,
) -> PyResult<Bound<'py, PyBytes>> {
    let mut bytes = [0; uu::MAX_DECODED];
    match data.with_bytes(|line| uu::decode(line, &mut bytes))? {
        Ok(bytes) => PyBytes::new(py, bytes),
        // What stands behind an empty line used to be taken for its length.
        Err(uu::Error::MissingLength) if !state.empty_uu_line_is_an_error => {
            let announced = if data.is_zero_terminated() { 32 } else { 0 };
            PyBytes::new(py, &bytes[..announced])
        }
        Err(error) => Err(state.raise(py, error)),
    }
}

/// Uuencode a line of data, 45 bytes at most.
#[pyfunction(signature = (data, /, *, backtick = Flag(false)))]
fn b2a_uu<'py>(
    py: Python<'py>,
    state: &State,
    data: PyBuffer<'py>,
    backtick: Flag,
) -> PyResult<Bound<'py, PyBytes>> {
    // The engine says so, too, but only once it has the bytes, of which there may have to be a copy.
    if data.len() > uu::MAX_LINE_BYTES {
        return Err(state.raise(py, uu::Error::TooLong));
    }
    let zero = if backtick.0 { b'`' } else { b' ' };
    let mut line = [0; uu::MAX_LINE];
    match data.with_bytes(|data| uu::encode(data, zero, &mut line))? {
        Ok(line) => PyBytes::new(py, line),
        Err(error) => Err(state.raise(py, error)),
    }
}

/// Data of base64 text, which may have several lines.
///
///   strict_mode
///     If true, anything but well-formed base64 raises Error, also data after
///     the padding. Otherwise it is skipped.
#[cfg(not(Py_3_15))]
#[pyfunction(signature = (data, /, *, strict_mode = Flag(false)))]
fn a2b_base64<'py>(
    py: Python<'py>,
    state: &State,
    data: AsciiBuffer<'_, 'py>,
    strict_mode: Flag,
) -> PyResult<Bound<'py, PyBytes>> {
    let rules = base64::Rules {
        alphabet: &base64::Alphabet::STANDARD,
        strict: strict_mode.0,
        padding: state.padding,
        padded: true,
        ignored: bytes::ByteSet::EMPTY,
        canonical: false,
    };
    decode(
        py,
        state,
        &data,
        base64::max_decoded_len(data.len()),
        |text, bytes| base64::decode(text, &rules, bytes),
    )
}

/// Data of base64 text, which may have several lines.
///
///   strict_mode
///     If true, anything but well-formed base64 raises Error, also data after
///     the padding. Otherwise it is skipped. True by default if ignorechars is
///     given.
///   padded
///     If false, padding is not needed, and not recognised.
///   alphabet
///     The 64 digits.
///   ignorechars
///     Characters that are skipped in strict mode too.
///   canonical
///     If true, the unused bits at the end must be zeros.
#[cfg(Py_3_15)]
#[pyfunction(
    signature = (data, /, *, strict_mode = OptionalFlag::UNSET, padded = true,
        alphabet = DecodingAlphabet::DEFAULT, ignorechars = IgnoreChars::UNSET, canonical = false),
    text_signature = "($module, data, /, *, strict_mode=<unrepresentable>,\n           \
        padded=True, alphabet=BASE64_ALPHABET,\n           \
        ignorechars=<unrepresentable>, canonical=False)"
)]
#[allow(clippy::too_many_arguments)]
fn a2b_base64<'py>(
    py: Python<'py>,
    state: &State,
    data: AsciiBuffer<'_, 'py>,
    strict_mode: OptionalFlag,
    padded: bool,
    alphabet: DecodingAlphabet<'_, 'py, 64>,
    ignorechars: IgnoreChars<'py>,
    canonical: bool,
) -> PyResult<Bound<'py, PyBytes>> {
    let rules = base64::Rules {
        alphabet: &match alphabet.characters(py)? {
            Some(characters) => base64::Alphabet::new(characters),
            None => base64::Alphabet::STANDARD,
        },
        strict: strict_mode.unwrap_or(ignorechars.is_set()),
        padding: state.padding,
        padded,
        ignored: ignorechars.set()?,
        canonical,
    };
    decode(
        py,
        state,
        &data,
        base64::max_decoded_len(data.len()),
        |text, bytes| base64::decode(text, &rules, bytes),
    )
}

/// Encode data as a line of base64.
#[cfg(not(Py_3_15))]
#[pyfunction(signature = (data, /, *, newline = Flag(true)))]
fn b2a_base64<'py>(
    py: Python<'py>,
    state: &State,
    data: PyBuffer<'py>,
    newline: Flag,
) -> PyResult<Bound<'py, PyBytes>> {
    /// More than this is refused before memory is asked for.
    const MOST: usize = (isize::MAX as usize - 3) / 2;

    if data.len() > MOST {
        return Err(state.raise(py, "Too much data for base64 line"));
    }
    base64_line(py, &data, newline.0)
}

/// Encode data as base64.
///
///   padded
///     If false, no padding is added.
///   wrapcol
///     The most characters on a line, in whole groups; 0 for one line.
///   newline
///     If true, a newline is added at the end.
///   alphabet
///     The 64 digits.
#[cfg(Py_3_15)]
#[pyfunction(
    signature = (data, /, *, padded = true, wrapcol = WrapCol(0), newline = true,
        alphabet = EncodingAlphabet::DEFAULT),
    text_signature = "($module, data, /, *, padded=True, wrapcol=0, newline=True,\n           \
        alphabet=BASE64_ALPHABET)"
)]
fn b2a_base64<'py>(
    py: Python<'py>,
    state: &State,
    data: PyBuffer<'py>,
    padded: bool,
    wrapcol: WrapCol,
    newline: bool,
    alphabet: EncodingAlphabet<'py, 64>,
) -> PyResult<Bound<'py, PyBytes>> {
    if alphabet.is_default() && padded && wrapcol.0 == 0 {
        return base64_line(py, &data, newline);
    }
    let layout = base64::Layout {
        alphabet: &alphabet.characters(py, base64::STANDARD)?,
        padded,
        wrapcol: wrapcol.0,
        newline,
    };
    let len = state.limit(
        py,
        layout.encoded_len(data.len()),
        "Too much data for base64",
    )?;
    encode(py, &data, Some(len), |data, text| {
        base64::encode(data, &layout, text)
    })
}

/// `data` as one line in the standard alphabet, which nearly all base64 is.
fn base64_line<'py>(
    py: Python<'py>,
    data: &PyBuffer<'py>,
    newline: bool,
) -> PyResult<Bound<'py, PyBytes>> {
    let len = base64::padded_len(data.len()).and_then(|len| len.checked_add(newline.into()));
    let len = len.ok_or_else(|| PyErr::no_memory(py))?;
    PyBytes::try_new_with(py, len, |memory| {
        data.with_bytes(|data| {
            let mut text = Filler::new(memory);
            text.write_with(|rest| base64::encode_padded(data, rest.as_out()));
            if newline {
                text.push(b'\n');
            }
            text.finish()
        })
    })
}

/// Data of Ascii85 text.
///
///   foldspaces
///     Accept 'y' for four spaces.
///   adobe
///     Expect '~>' at the end, and accept '<~' at the start.
///   ignorechars
///     Characters that are skipped.
///   canonical
///     If true, accept only what b2a_ascii85() would make.
#[cfg(Py_3_15)]
#[pyfunction(
    signature = (data, /, *, foldspaces = false, adobe = false, ignorechars = IgnoreChars::UNSET,
        canonical = false),
    text_signature = "($module, data, /, *, foldspaces=False, adobe=False,\n            \
        ignorechars=b'', canonical=False)"
)]
fn a2b_ascii85<'py>(
    py: Python<'py>,
    state: &State,
    data: AsciiBuffer<'_, 'py>,
    foldspaces: bool,
    adobe: bool,
    ignorechars: IgnoreChars<'py>,
    canonical: bool,
) -> PyResult<Bound<'py, PyBytes>> {
    let rules = base85::AsciiRules {
        foldspaces,
        adobe,
        ignored: ignorechars.set()?,
        canonical,
    };
    let room = data.with_bytes(base85::max_decoded_ascii85_len)?;
    let room = state.limit(py, room, "Too much Ascii85 data")?;
    decode(py, state, &data, room, |text, bytes| {
        base85::decode_ascii85(text, &rules, bytes)
    })
}

/// Encode data as Ascii85.
///
///   foldspaces
///     Write 'y' for four spaces.
///   wrapcol
///     The most characters on a line; 0 for one line.
///   pad
///     Fill the data with zeros to a multiple of 4 bytes first.
///   adobe
///     Put the text between '<~' and '~>'.
#[cfg(Py_3_15)]
#[pyfunction(
    signature = (data, /, *, foldspaces = false, wrapcol = WrapCol(0), pad = false, adobe = false),
    text_signature = "($module, data, /, *, foldspaces=False, wrapcol=0,\n            \
        pad=False, adobe=False)"
)]
fn b2a_ascii85<'py>(
    py: Python<'py>,
    state: &State,
    data: PyBuffer<'py>,
    foldspaces: bool,
    wrapcol: WrapCol,
    pad: bool,
    adobe: bool,
) -> PyResult<Bound<'py, PyBytes>> {
    let layout = base85::AsciiLayout {
        foldspaces,
        wrapcol: wrapcol.0,
        pad,
        adobe,
    };
    let len = state.limit(
        py,
        layout.max_encoded_len(data.len()),
        "Too much data for Ascii85",
    )?;
    encode(py, &data, Some(len), |data, text| {
        base85::encode_ascii85(data, &layout, text)
    })
}

/// Data of Base85 text.
///
///   alphabet
///     The 85 digits.
///   ignorechars
///     Characters that are skipped.
///   canonical
///     If true, accept only what b2a_base85() would make.
#[cfg(Py_3_15)]
#[pyfunction(
    signature = (data, /, *, alphabet = DecodingAlphabet::DEFAULT, ignorechars = IgnoreChars::UNSET,
        canonical = false),
    text_signature = "($module, data, /, *, alphabet=BASE85_ALPHABET,\n           \
        ignorechars=b'', canonical=False)"
)]
fn a2b_base85<'py>(
    py: Python<'py>,
    state: &State,
    data: AsciiBuffer<'_, 'py>,
    alphabet: DecodingAlphabet<'_, 'py, 85>,
    ignorechars: IgnoreChars<'py>,
    canonical: bool,
) -> PyResult<Bound<'py, PyBytes>> {
    let digits = base85::digits(alphabet.characters(py)?.unwrap_or(base85::BASE85));
    let rules = base85::Rules {
        digits: &digits,
        ignored: ignorechars.set()?,
        canonical,
    };
    decode(
        py,
        state,
        &data,
        base85::max_decoded_len(data.len()),
        |text, bytes| base85::decode(text, &rules, bytes),
    )
}

/// Encode data as Base85.
///
///   pad
///     Fill the data with zeros to a multiple of 4 bytes first.
///   wrapcol
///     The most characters on a line, in whole groups; 0 for one line.
///   alphabet
///     The 85 digits.
#[cfg(Py_3_15)]
#[pyfunction(
    signature = (data, /, *, pad = false, wrapcol = WrapCol(0),
        alphabet = EncodingAlphabet::DEFAULT),
    text_signature = "($module, data, /, *, pad=False, wrapcol=0,\n           \
        alphabet=BASE85_ALPHABET)"
)]
fn b2a_base85<'py>(
    py: Python<'py>,
    state: &State,
    data: PyBuffer<'py>,
    pad: bool,
    wrapcol: WrapCol,
    alphabet: EncodingAlphabet<'py, 85>,
) -> PyResult<Bound<'py, PyBytes>> {
    let alphabet = &alphabet.characters(py, base85::BASE85)?;
    let layout = base85::Layout {
        alphabet,
        pad,
        wrapcol: wrapcol.0,
    };
    let len = state.limit(
        py,
        layout.encoded_len(data.len()),
        "Too much data for Base85",
    )?;
    encode(py, &data, Some(len), |data, text| {
        base85::encode(data, &layout, text)
    })
}

/// Data of base32 text.
///
///   padded
///     If false, padding is not needed, and not recognised.
///   alphabet
///     The 32 digits.
///   ignorechars
///     Characters that are skipped.
///   canonical
///     If true, the unused bits at the end must be zeros.
#[cfg(Py_3_15)]
#[pyfunction(
    signature = (data, /, *, padded = true, alphabet = DecodingAlphabet::DEFAULT,
        ignorechars = IgnoreChars::UNSET, canonical = false),
    text_signature = "($module, data, /, *, padded=True, alphabet=BASE32_ALPHABET,\n           \
        ignorechars=b'', canonical=False)"
)]
fn a2b_base32<'py>(
    py: Python<'py>,
    state: &State,
    data: AsciiBuffer<'_, 'py>,
    padded: bool,
    alphabet: DecodingAlphabet<'_, 'py, 32>,
    ignorechars: IgnoreChars<'py>,
    canonical: bool,
) -> PyResult<Bound<'py, PyBytes>> {
    let digits = base32::digits(alphabet.characters(py)?.unwrap_or(base32::STANDARD));
    let rules = base32::Rules {
        digits: &digits,
        padded,
        ignored: ignorechars.set()?,
        canonical,
    };
    decode(
        py,
        state,
        &data,
        base32::max_decoded_len(data.len()),
        |text, bytes| base32::decode(text, &rules, bytes),
    )
}

/// Encode data as base32.
///
///   padded
///     If false, no padding is added.
///   wrapcol
///     The most characters on a line, in whole groups; 0 for one line.
///   alphabet
///     The 32 digits.
#[cfg(Py_3_15)]
#[pyfunction(
    signature = (data, /, *, padded = true, wrapcol = WrapCol(0),
        alphabet = EncodingAlphabet::DEFAULT),
    text_signature = "($module, data, /, *, padded=True, wrapcol=0,\n           \
        alphabet=BASE32_ALPHABET)"
)]
fn b2a_base32<'py>(
    py: Python<'py>,
    state: &State,
    data: PyBuffer<'py>,
    padded: bool,
    wrapcol: WrapCol,
    alphabet: EncodingAlphabet<'py, 32>,
) -> PyResult<Bound<'py, PyBytes>> {
    let alphabet = &alphabet.characters(py, base32::STANDARD)?;
    let layout = base32::Layout {
        alphabet,
        padded,
        wrapcol: wrapcol.0,
    };
    let len = state.limit(
        py,
        layout.encoded_len(data.len()),
        "Too much data for base32",
    )?;
    encode(py, &data, Some(len), |data, text| {
        base32::encode(data, &layout, text)
    })
}

/// Hexadecimal digits of data, as bytes. The same as hexlify().
///
///   sep
///     A single character or byte to put between groups of digits.
///   bytes_per_sep
///     How many bytes make a group. Groups are counted from the right end; if
///     this is negative, from the left.
///
/// >>> binascii.b2a_hex(b'\xc0\xff\xee', '-', 2)
/// b'c0-ffee'
#[pyfunction(
    signature = (data, sep = Separator::UNSET, bytes_per_sep = BytesPerSep(1)),
    text_signature = "($module, /, data, sep=<unrepresentable>, bytes_per_sep=1)"
)]
fn b2a_hex<'py>(
    py: Python<'py>,
    data: PyBuffer<'py>,
    sep: Separator<'_, 'py>,
    bytes_per_sep: BytesPerSep,
) -> PyResult<Bound<'py, PyBytes>> {
    let size = NonZeroUsize::new(bytes_per_sep.0.unsigned_abs());
    match (sep.byte()?, size) {
        (Some(separator), Some(size)) if size.get() < data.len() => {
            let grouping = hex::Grouping {
                separator,
                size,
                from_left: bytes_per_sep.0 < 0,
            };
            encode(py, &data, grouping.encoded_len(data.len()), |data, text| {
                hex::encode_grouped(data, grouping, text)
            })
        }
        _ => {
            let len = data
                .len()
                .checked_mul(2)
                .ok_or_else(|| PyErr::no_memory(py))?;
            PyBytes::try_new_with(py, len, |text| {
                data.with_bytes(|data| hex::encode(data, text.as_out()))
            })
        }
    }
}

/// Hexadecimal digits of data, as bytes. The same as b2a_hex().
///
///   sep
///     A single character or byte to put between groups of digits.
///   bytes_per_sep
///     How many bytes make a group. Groups are counted from the right end; if
///     this is negative, from the left.
#[pyfunction(
    signature = (data, sep = Separator::UNSET, bytes_per_sep = BytesPerSep(1)),
    text_signature = "($module, /, data, sep=<unrepresentable>, bytes_per_sep=1)"
)]
fn hexlify<'py>(
    py: Python<'py>,
    data: PyBuffer<'py>,
    sep: Separator<'_, 'py>,
    bytes_per_sep: BytesPerSep,
) -> PyResult<Bound<'py, PyBytes>> {
    b2a_hex(py, data, sep, bytes_per_sep)
}

/// Data of hexadecimal digits. The same as unhexlify().
///
/// hexstr must have an even number of digits, in upper or lower case.
#[cfg(not(Py_3_15))]
#[pyfunction(signature = (hexstr, /))]
fn a2b_hex<'py>(
    py: Python<'py>,
    state: &State,
    hexstr: AsciiBuffer<'_, 'py>,
) -> PyResult<Bound<'py, PyBytes>> {
    decode_hex(py, state, &hexstr)
}

/// Data of hexadecimal digits. The same as a2b_hex().
///
/// hexstr must have an even number of digits, in upper or lower case.
#[cfg(not(Py_3_15))]
#[pyfunction(signature = (hexstr, /))]
fn unhexlify<'py>(
    py: Python<'py>,
    state: &State,
    hexstr: AsciiBuffer<'_, 'py>,
) -> PyResult<Bound<'py, PyBytes>> {
    decode_hex(py, state, &hexstr)
}

/// What both functions do. The length is checked first, before memory is asked for.
#[cfg(not(Py_3_15))]
#[inline]
fn decode_hex<'py>(
    py: Python<'py>,
    state: &State,
    hexstr: &AsciiBuffer<'_, 'py>,
) -> PyResult<Bound<'py, PyBytes>> {
    let len = hex::decoded_len(hexstr.len()).map_err(|error| state.raise(py, error))?;
    PyBytes::try_new_with(py, len, |bytes| {
        hexstr
            .with_bytes(|text| hex::decode(text, bytes.as_out()))?
            .map_err(|error| state.raise(py, error))
    })
}

/// Data of hexadecimal digits. The same as unhexlify().
///
///   ignorechars
///     Characters that are skipped.
///
/// hexstr must have an even number of digits, in upper or lower case.
#[cfg(Py_3_15)]
#[pyfunction(
    signature = (hexstr, /, *, ignorechars = IgnoreChars::UNSET),
    text_signature = "($module, hexstr, /, *, ignorechars=b'')"
)]
fn a2b_hex<'py>(
    py: Python<'py>,
    state: &State,
    hexstr: AsciiBuffer<'_, 'py>,
    ignorechars: IgnoreChars<'py>,
) -> PyResult<Bound<'py, PyBytes>> {
    let ignored = ignorechars.set()?;
    decode(py, state, &hexstr, hexstr.len() / 2, |text, bytes| {
        let regular = hex::decoded_len(text.len()).and_then(|_| hex::decode(text, bytes.as_out()));
        match regular {
            Ok(bytes) => Ok(bytes.len()),
            Err(_) => hex::decode_ignoring(text, &ignored, bytes),
        }
    })
}

/// Data of hexadecimal digits. The same as a2b_hex().
///
///   ignorechars
///     Characters that are skipped.
///
/// hexstr must have an even number of digits, in upper or lower case.
#[cfg(Py_3_15)]
#[pyfunction(
    signature = (hexstr, /, *, ignorechars = IgnoreChars::UNSET),
    text_signature = "($module, hexstr, /, *, ignorechars=b'')"
)]
fn unhexlify<'py>(
    py: Python<'py>,
    state: &State,
    hexstr: AsciiBuffer<'_, 'py>,
    ignorechars: IgnoreChars<'py>,
) -> PyResult<Bound<'py, PyBytes>> {
    a2b_hex(py, state, hexstr, ignorechars)
}

/// CRC-CCITT of data as BinHex 4 has it, continued from crc.
#[pyfunction(signature = (data, crc, /))]
fn crc_hqx(data: PyBuffer<'_>, crc: UIntMask) -> PyResult<u16> {
    data.with_bytes(|data| crc::crc_hqx(data, crc.0 as u16))
}

/// CRC-32 of data as zip and gzip have it, continued from crc.
#[pyfunction(signature = (data, crc = UIntMask(0), /))]
fn crc32(py: Python<'_>, data: PyBuffer<'_>, crc: UIntMask) -> PyResult<u32> {
    /// Below this, releasing the GIL takes longer than the work.
    const WORTH_DETACHING: usize = 64 << 10;

    if data.len() < WORTH_DETACHING {
        return data.with_bytes(|data| crc::crc32(data, crc.0));
    }
    let mut crc = crc.0;
    data.for_each_detached(py, |piece| crc = crc::crc32(piece, crc))?;
    Ok(crc)
}

/// Data of quoted-printable text.
///
///   header
///     If true, underscores are spaces, as in mail headers.
#[pyfunction(signature = (data, header = Flag(false)))]
fn a2b_qp<'py>(
    py: Python<'py>,
    data: AsciiBuffer<'_, 'py>,
    header: Flag,
) -> PyResult<Bound<'py, PyBytes>> {
    in_place(py, data.len(), |bytes| {
        data.with_bytes(|text| quoted_printable::decode(text, header.0, bytes))
    })
}

/// Encode data as quoted-printable.
///
///   quotetabs
///     If true, all spaces and tabs are encoded, not only those at the end of
///     a line.
///   istext
///     If true, newlines stay as they are.
///   header
///     If true, spaces become underscores, as in mail headers.
#[pyfunction(signature = (data, quotetabs = Flag(false), istext = Flag(true), header = Flag(false)))]
fn b2a_qp<'py>(
    py: Python<'py>,
    data: PyBuffer<'py>,
    quotetabs: Flag,
    istext: Flag,
    header: Flag,
) -> PyResult<Bound<'py, PyBytes>> {
    let options = quoted_printable::Options {
        quotetabs: quotetabs.0,
        istext: istext.0,
        header: header.0,
    };
    let mut encoder = data.with_bytes(|data| quoted_printable::Encoder::new(data, options))?;
    let mut encode = |text: &mut [u8]| -> PyResult<(usize, usize)> {
        let used = data.with_bytes(|data| encoder.encode(data, text))?;
        Ok((used, data.len() - encoder.encoded()))
    };
    if data.len() <= 32 {
        let room = quoted_printable::Encoder::room_for(data.len());
        return in_place(py, room, |text| Ok(encode(text)?.0));
    }
    let mut text = PyBytesWriter::with_capacity(py, data.len() + data.len() / 16)?;
    let mut left = data.len();
    while left > 0 {
        let room = quoted_printable::Encoder::room_for(left.min(4096));
        text.write_with(room, |text| {
            let used;
            (used, left) = encode(text)?;
            Ok(used)
        })?;
    }
    text.finish()
}

impl State {
    /// Raises `Error`.
    fn raise(&self, py: Python<'_>, text: impl Display) -> PyErr {
        self.error.bind(py).raise(text)
    }

    /// A length that an object can have, or `Error`.
    #[cfg(Py_3_15)]
    fn limit(&self, py: Python<'_>, len: Option<usize>, text: &str) -> PyResult<usize> {
        len.filter(|&len| isize::try_from(len).is_ok())
            .ok_or_else(|| self.raise(py, text))
    }
}

/// A new object of `len` bytes at most, in which `write` encodes `data`; its result is the length.
fn encode<'py>(
    py: Python<'py>,
    data: &PyBuffer<'py>,
    len: Option<usize>,
    write: impl FnOnce(&[u8], &mut [u8]) -> usize + Send,
) -> PyResult<Bound<'py, PyBytes>> {
    let len = len.ok_or_else(|| PyErr::no_memory(py))?;
    PyBytes::new_zeroed_with(py, len, |text| data.with_bytes(|data| write(data, text)))
}

/// A new object of `room` bytes at most, in which `write` decodes `text`; its result is the length.
fn decode<'py, E: Display + Send>(
    py: Python<'py>,
    state: &State,
    text: &AsciiBuffer<'_, 'py>,
    room: usize,
    write: impl FnOnce(&[u8], &mut [u8]) -> Result<usize, E> + Send,
) -> PyResult<Bound<'py, PyBytes>> {
    in_place(py, room, |bytes| {
        text.with_bytes(|text| write(text, bytes))?
            .map_err(|error| state.raise(py, error))
    })
}

/// A new object of `room` bytes at most, which `write` fills; its result is the length.
#[inline]
fn in_place<'py>(
    py: Python<'py>,
    room: usize,
    write: impl FnOnce(&mut [u8]) -> PyResult<usize>,
) -> PyResult<Bound<'py, PyBytes>> {
    // On the stack, surplus room is free.
    match room {
        0..=64 => on_stack::<64>(py, room, write),
        65..=256 => on_stack::<256>(py, room, write),
        _ => PyBytes::new_zeroed_with(py, room, write),
    }
}

#[inline]
fn on_stack<'py, const N: usize>(
    py: Python<'py>,
    room: usize,
    write: impl FnOnce(&mut [u8]) -> PyResult<usize>,
) -> PyResult<Bound<'py, PyBytes>> {
    let mut bytes = [0; N];
    let len = write(&mut bytes[..room])?;
    PyBytes::new(py, &bytes[..len])
}
