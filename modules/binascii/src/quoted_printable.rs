//! Quoted-printable (RFC 2045, section 6.7), with the `Q` encoding of headers (RFC 2047,
//! section 4.2).

use crate::bytes::NO_DIGIT;
use crate::hex;

/// Decodes `text` into `bytes`, which must be as long, and returns how much of it was used.
/// With `header`, underscores are spaces. Nothing is an error: what is no escape stays as it is.
pub(crate) fn decode(text: &[u8], header: bool, bytes: &mut [u8]) -> usize {
    /// After so many literal characters, more of them are likely.
    const STREAK: usize = 16;

    let mut rest = text;
    let mut end = 0;
    let mut streak = 0;
    while let [character, ref after @ ..] = *rest {
        let byte;
        (byte, rest) = match character {
            b'=' => match unescape(after) {
                Some((Some(byte), after)) => (byte, after),
                Some((None, after)) => {
                    rest = after;
                    continue;
                }
                None => break,
            },
            b'_' if header => (b' ', after),
            _ if streak == STREAK => {
                streak = 0;
                let run = literal_run(rest, header);
                bytes[end..end + run].copy_from_slice(&rest[..run]);
                end += run;
                rest = &rest[run..];
                continue;
            }
            _ => {
                streak += 1;
                bytes[end] = character;
                end += 1;
                rest = after;
                continue;
            }
        };
        streak = 0;
        bytes[end] = byte;
        end += 1;
    }
    end
}

/// What an escape stands for, by the `text` after its `=`, and the text that follows: a byte, or
/// nothing. `None` when the escape is the last character, which is dropped.
fn unescape(text: &[u8]) -> Option<(Option<u8>, &[u8])> {
    Some(match *text {
        [] => return None,
        [high, low, ref after @ ..] if let Some(byte) = hex_pair(high, low) => (Some(byte), after),
        // A soft line break, up to and with the next newline.
        [b'\n' | b'\r', ..] => {
            let newline = memchr::memchr(b'\n', text);
            (None, newline.map_or(&[], |newline| &text[newline + 1..]))
        }
        [b'=', ref after @ ..] => (Some(b'='), after),
        _ => (Some(b'='), text),
    })
}

/// The length of what stands for itself at the start of `text`.
fn literal_run(text: &[u8], header: bool) -> usize {
    let special = match header {
        true => memchr::memchr2(b'=', b'_', text),
        false => memchr::memchr(b'=', text),
    };
    special.unwrap_or(text.len())
}

/// The byte that two hexadecimal digits stand for.
fn hex_pair(high: u8, low: u8) -> Option<u8> {
    let (high, low) = (
        hex::VALUES[usize::from(high)],
        hex::VALUES[usize::from(low)],
    );
    (high != NO_DIGIT && low != NO_DIGIT).then_some(high << 4 | low & 0x0f)
}

/// What [`encode`] takes care of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Options {
    /// Whether all spaces and tabs are escaped, not only those at the end of a line.
    pub(crate) quotetabs: bool,
    /// Whether line breaks stay line breaks; otherwise they are escaped.
    pub(crate) istext: bool,
    /// Whether spaces become underscores.
    pub(crate) header: bool,
}

/// The length of the text that [`encode`] makes. `None` on overflow.
pub(crate) fn encoded_len(data: &[u8], options: Options) -> Option<usize> {
    let mut len = Some(0_usize);
    encode_to(data, options, |piece| {
        len = len.and_then(|len| len.checked_add(piece.len()))
    });
    len
}

/// Encodes `data` into `text`, which should have room for [`encoded_len`], and returns that length.
/// What there is no room for, because the data has changed since, is left out.
pub(crate) fn encode(data: &[u8], options: Options, text: &mut [u8]) -> usize {
    let mut end = 0;
    encode_to(data, options, |piece| {
        let Some(slots) = text.get_mut(end..end + piece.len()) else {
            return;
        };
        match piece {
            // Single bytes abound, and a general copy is dear for them.
            [byte] => slots[0] = *byte,
            _ => slots.copy_from_slice(piece),
        }
        end += piece.len();
    });
    end
}

/// The longest line, without the `=` of a soft line break.
const LINE: usize = 75;

/// Hands the encoded text to `put`, piece by piece.
fn encode_to(data: &[u8], options: Options, mut put: impl FnMut(&[u8])) {
    // The first line break decides for all of them.
    let crlf = memchr::memchr(b'\n', data).is_some_and(|at| data[..at].ends_with(b"\r"));
    let (line_break, soft_break): (&[u8], &[u8]) = if crlf {
        (b"\r\n", b"=\r\n")
    } else {
        (b"\n", b"=\n")
    };

    let mut rest = data;
    let mut column = 0;
    while let Some(&first) = rest.first() {
        let run = match class::OF[usize::from(first)] {
            class::NONE => 0,
            _ => plain_run(rest, column, options),
        };
        let (run, others) = rest.split_at(run);
        put(run);
        column += run.len();
        let Some((&byte, next)) = others.split_first() else {
            break;
        };
        rest = next;
        if must_escape(byte, next, column, options) {
            if column + 3 > LINE {
                put(soft_break);
                column = 0;
            }
            put(&escape(byte));
            column += 3;
        } else if let Some(length) = line_break_len(others, options) {
            put(line_break);
            rest = &others[length..];
            column = 0;
        } else {
            if column + 1 > LINE && !next.is_empty() && !next.starts_with(b"\n") {
                put(soft_break);
                column = 0;
            }
            match byte {
                b' ' if options.header => put(b"_"),
                // Blanks at the end of a line would not survive the way.
                b' ' | b'\t' if line_break_len(next, options).is_some() => put(&escape(byte)),
                _ => put(&[byte]),
            }
            column += 1;
        }
    }
}

/// How many bytes at the start of `data` stand for themselves and fit on the line, whatever
/// follows. The last byte of the data is never one of them.
fn plain_run(data: &[u8], column: usize, options: Options) -> usize {
    let mut plain = class::PLAIN;
    if !options.header {
        plain |= class::UNDERSCORE;
    }
    if !options.quotetabs {
        plain |= class::TAB;
        plain |= if options.header { 0 } else { class::SPACE };
    }
    let most = (data.len() - 1).min(LINE.saturating_sub(column));
    if column == 0 && data[0] == b'.' {
        return 0;
    }
    let run = &data[..most];
    let run = run
        .iter()
        .take_while(|&&byte| class::OF[usize::from(byte)] & plain != 0)
        .count();
    match data[..run] {
        [.., b' ' | b'\t'] => run - 1,
        _ => run,
    }
}

/// The kinds of bytes that some options leave as they are.
mod class {
    pub(super) const NONE: u8 = 0;
    pub(super) const PLAIN: u8 = 1;
    pub(super) const UNDERSCORE: u8 = 2;
    pub(super) const TAB: u8 = 4;
    pub(super) const SPACE: u8 = 8;

    /// The class of each byte.
    pub(super) static OF: [u8; 256] = {
        let mut table = [NONE; 256];
        let mut byte = 33;
        while byte < 127 {
            table[byte] = PLAIN;
            byte += 1;
        }
        table[b'=' as usize] = NONE;
        table[b'_' as usize] = UNDERSCORE;
        table[b'\t' as usize] = TAB;
        table[b' ' as usize] = SPACE;
        table
    };
}

/// Whether `byte`, with `next` after it, is escaped wherever the line breaks fall.
fn must_escape(byte: u8, next: &[u8], column: usize, options: Options) -> bool {
    match byte {
        b'=' | 127.. => true,
        b'_' => options.header,
        // A dot alone on a line would end an SMTP message.
        b'.' => column == 0 && matches!(next, [] | [b'\n' | b'\r' | 0, ..]),
        b'\r' | b'\n' => !options.istext,
        b' ' | b'\t' => options.quotetabs || next.is_empty(),
        _ => byte < b' ',
    }
}

/// The length of the line break at the start of `data`, if there is one that stays one.
fn line_break_len(data: &[u8], options: Options) -> Option<usize> {
    match data {
        [b'\n', ..] if options.istext => Some(1),
        [b'\r', b'\n', ..] if options.istext => Some(2),
        _ => None,
    }
}

fn escape(byte: u8) -> [u8; 3] {
    let digit = |value: u8| b"0123456789ABCDEF"[usize::from(value & 0x0f)];
    [b'=', digit(byte >> 4), digit(byte)]
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: Options = Options {
        quotetabs: false,
        istext: true,
        header: false,
    };

    fn encoded(data: &[u8], options: Options) -> Vec<u8> {
        let mut text = vec![0; encoded_len(data, options).unwrap()];
        assert_eq!(encode(data, options, &mut text), text.len());
        text
    }

    fn decoded(text: &[u8], header: bool) -> Vec<u8> {
        let mut bytes = vec![0; text.len()];
        let end = decode(text, header, &mut bytes);
        bytes.truncate(end);
        bytes
    }

    fn all_options() -> impl Iterator<Item = Options> {
        (0..8).map(|bits| Options {
            quotetabs: bits & 1 != 0,
            istext: bits & 2 != 0,
            header: bits & 4 != 0,
        })
    }

    #[test]
    fn escapes_and_soft_breaks_decode() {
        for (text, want) in [
            (&b"a=3Db=3dc"[..], &b"a=b=c"[..]),
            (b"soft=\nbreak=\r\nhere", b"softbreakhere"),
            (b"old=\rgone\nhere", b"oldhere"),
            (b"== =X =4 =", b"= =X =4 "),
            (b"=\n", b""),
            (b"=\r", b""),
            (b"=4", b"=4"),
            (b"_", b"_"),
        ] {
            assert_eq!(decoded(text, false), want);
        }
        assert_eq!(decoded(b"a_b=5Fc", true), b"a b_c");
    }

    #[test]
    fn bytes_are_escaped_as_the_options_say() {
        assert_eq!(encoded(b"caf\xc3\xa9 = 1\x7f", TEXT), b"caf=C3=A9 =3D 1=7F");
        assert_eq!(encoded(b"end \nend\t\r\n ", TEXT), b"end=20\nend=09\n=20");
        assert_eq!(encoded(b"a\r\nb\n", TEXT), b"a\r\nb\r\n");
        assert_eq!(encoded(b".\n.a\n.", TEXT), b"=2E\n.a\n=2E");
        assert_eq!(
            encoded(
                b"a b_",
                Options {
                    header: true,
                    ..TEXT
                }
            ),
            b"a_b=5F"
        );
        assert_eq!(
            encoded(
                b"a b\t",
                Options {
                    quotetabs: true,
                    ..TEXT
                }
            ),
            b"a=20b=09"
        );
        assert_eq!(
            encoded(
                b"a\nb",
                Options {
                    istext: false,
                    ..TEXT
                }
            ),
            b"a=0Ab"
        );
    }

    #[test]
    fn lines_stay_within_76_characters() {
        let mut data: Vec<u8> = (0..4000).map(|i| (i * i / 7 + i) as u8).collect();
        data.extend([b'x'; 300]);
        data.extend(b"word ".repeat(60));
        for options in all_options() {
            let text = encoded(&data, options);
            assert!(
                text.split(|&byte| byte == b'\n')
                    .all(|line| line.len() <= 76)
            );
        }
    }

    /// Where no line break changes its kind, decoding gives back what was encoded.
    #[test]
    fn short_data_makes_the_round_trip() {
        let mut samples = vec![vec![]];
        for _ in 0..5 {
            for data in &samples {
                for options in all_options() {
                    let text = encoded(data, options);
                    assert_eq!(&decoded(&text, options.header), data, "{options:?}");
                }
            }
            samples = samples
                .iter()
                .flat_map(|data| b"a._= \t\n\x00\xe9".map(|last| [&data[..], &[last]].concat()))
                .collect();
        }
    }
}
