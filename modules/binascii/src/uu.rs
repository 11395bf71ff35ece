//! Uuencode, one line at a time (POSIX `uuencode`, the historical algorithm).
//!
//! A line is a length character, the data in groups of four characters for three bytes, and a
//! newline. A character stands for the six bits of its code less 32; `` ` `` is another zero.

use std::fmt;

/// The most bytes that fit on a line by convention.
pub(crate) const MAX_LINE_BYTES: usize = 45;

/// The most bytes that a length character can announce.
pub(crate) const MAX_DECODED: usize = 63;

/// The longest line: length character, fifteen groups, newline.
pub(crate) const MAX_LINE: usize = 1 + MAX_LINE_BYTES / 3 * 4 + 1;

/// Why a line cannot be encoded or decoded. Displays as CPython words it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Error {
    /// More than [`MAX_LINE_BYTES`] to encode.
    TooLong,
    /// An empty line to decode.
    MissingLength,
    /// A character outside the code's range.
    IllegalCharacter,
    /// Something other than blanks after the announced data.
    TrailingGarbage,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Error::TooLong => "At most 45 bytes at once",
            Error::MissingLength => "Missing length byte",
            Error::IllegalCharacter => "Illegal char",
            Error::TrailingGarbage => "Trailing garbage",
        })
    }
}

/// Encodes `data` as one line into `line` and returns the part that was used. Zeros become `zero`,
/// a space or a backtick.
pub(crate) fn encode<'a>(
    data: &[u8],
    zero: u8,
    line: &'a mut [u8; MAX_LINE],
) -> Result<&'a [u8], Error> {
    if data.len() > MAX_LINE_BYTES {
        return Err(Error::TooLong);
    }
    let character = |sextet: u32| match (sextet & 0x3f) as u8 {
        0 => zero,
        sextet => b' ' + sextet,
    };
    line[0] = character(data.len() as u32);
    let mut end = 1;
    for group in data.chunks(3) {
        let byte = |at: usize| group.get(at).copied().map_or(0, u32::from);
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        let text = [18, 12, 6, 0].map(|shift| character(bits >> shift));
        line[end..end + 4].copy_from_slice(&text);
        end += 4;
    }
    line[end] = b'\n';
    Ok(&line[..=end])
}

/// Decodes one line into `bytes` and returns the part that was used: as many bytes as the line
/// announces, with zeros for what was cut off at its end.
pub(crate) fn decode<'a>(line: &[u8], bytes: &'a mut [u8; MAX_DECODED]) -> Result<&'a [u8], Error> {
    let (&length, mut text) = line.split_first().ok_or(Error::MissingLength)?;
    let bytes = &mut bytes[..usize::from(length.wrapping_sub(b' ') & 0x3f)];
    let (groups, _) = bytes.as_chunks_mut::<3>();
    let whole = decode_whole_groups(text, groups);
    text = &text[whole * 4..];
    for group in bytes[whole * 3..].chunks_mut(3) {
        // Two characters hold one byte, three hold two, four hold three.
        let mut bits = 0;
        for place in 0..=group.len() {
            let character = text.split_off_first().copied();
            bits |= sextet(character)? << (18 - 6 * place);
        }
        group.copy_from_slice(&bits.to_be_bytes()[1..][..group.len()]);
    }
    if text.iter().all(|character| b" `\n\r".contains(character)) {
        Ok(bytes)
    } else {
        Err(Error::TrailingGarbage)
    }
}

/// Decodes the groups at the start of `text` that are complete and regular, and returns how many
/// there are.
fn decode_whole_groups(text: &[u8], groups: &mut [[u8; 3]]) -> usize {
    let mut whole = 0;
    for (&characters, group) in text.as_chunks::<4>().0.iter().zip(groups) {
        let codes = characters.map(|character| u32::from(character.wrapping_sub(b' ')));
        if codes.iter().any(|&code| code > 64) {
            break;
        }
        let [a, b, c, d] = codes.map(|code| code & 0x3f);
        let [_, bytes @ ..] = (a << 18 | b << 12 | c << 6 | d).to_be_bytes();
        *group = bytes;
        whole += 1;
    }
    whole
}

/// The six bits of a character. Blanks at the end of a line may have been eaten on the way, so a
/// line break and the end of the text count as zeros.
fn sextet(character: Option<u8>) -> Result<u32, Error> {
    match character {
        None | Some(b'\n' | b'\r') => Ok(0),
        Some(character @ b' '..=b'`') => Ok(u32::from(character - b' ') & 0x3f),
        Some(_) => Err(Error::IllegalCharacter),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(data: &[u8], zero: u8) -> Vec<u8> {
        encode(data, zero, &mut [0; MAX_LINE]).unwrap().to_vec()
    }

    fn decoded(line: &[u8]) -> Result<Vec<u8>, Error> {
        decode(line, &mut [0; MAX_DECODED]).map(<[u8]>::to_vec)
    }

    #[test]
    fn known_lines() {
        assert_eq!(encoded(b"Cat", b' '), b"#0V%T\n");
        assert_eq!(encoded(b"", b' '), b" \n");
        assert_eq!(encoded(b"", b'`'), b"`\n");
        assert_eq!(encoded(b"x", b' '), b"!>   \n");
        assert_eq!(encoded(b"\0\0\0", b'`'), b"#````\n");
        assert_eq!(decoded(b"#0V%T\n"), Ok(b"Cat".to_vec()));
        assert_eq!(decoded(b"#0V%T"), Ok(b"Cat".to_vec()));
    }

    #[test]
    fn every_length_makes_the_round_trip() {
        for len in 0..=MAX_LINE_BYTES {
            let data: Vec<u8> = (0..len).map(|i| (i * 91 + len) as u8).collect();
            for zero in *b" `" {
                let line = encoded(&data, zero);
                assert_eq!(line.len(), 2 + len.div_ceil(3) * 4);
                assert_eq!(decoded(&line), Ok(data.clone()));
            }
        }
        assert_eq!(
            encode(&[0; 46], b' ', &mut [0; MAX_LINE]),
            Err(Error::TooLong)
        );
    }

    #[test]
    fn damaged_lines() {
        assert_eq!(decoded(b""), Err(Error::MissingLength));
        assert_eq!(decoded(b"\x7f"), Ok(vec![0; 31]));
        assert_eq!(decoded(b"\xff"), Ok(vec![0; 31]));
        assert_eq!(decoded(b"\xff\x00"), Err(Error::IllegalCharacter));
        assert_eq!(decoded(b"!!!!"), Err(Error::TrailingGarbage));
        assert_eq!(decoded(b"#\n\nA!"), Ok(vec![0, 8, 65]));
        assert_eq!(decoded(b" ` \r\n"), Ok(vec![]));
        assert_eq!(decoded(b"!aa"), Err(Error::IllegalCharacter));
    }
}
