//! Quoted-printable (RFC 2045, section 6.7), with the `Q` encoding of headers (RFC 2047,
//! section 4.2).

use crate::bytes::NO_DIGIT;
use crate::hex;

/// Decodes `text` into `bytes`, which must be as long, and returns how much of it was used.
/// With `header`, underscores are spaces. Nothing is an error: what is no escape stays as it is.
pub(crate) fn decode(text: &[u8], header: bool, bytes: &mut [u8]) -> usize {
    let mut rest = text;
    let mut end = 0;
    loop {
        while let [b'=', high, low, ref after @ ..] = *rest
            && let Some(byte) = hex_pair(high, low)
        {
            bytes[end] = byte;
            end += 1;
            rest = after;
        }
        let literals = copy_literals(rest, header, &mut bytes[end..]);
        end += literals;
        rest = &rest[literals..];
        rest = match *rest {
            _ if literals > 0 => rest,
            // A soft line break, up to and with the next newline.
            [b'=', b'\n' | b'\r', ..] => match memchr::memchr(b'\n', rest) {
                Some(newline) => &rest[newline + 1..],
                None => return end,
            },
            // A lone escape is dropped at the end, and stands for itself elsewhere.
            [] | [b'='] => return end,
            [_, ref after @ ..] => {
                bytes[end] = b'=';
                end += 1;
                after.strip_prefix(b"=").unwrap_or(after)
            }
        };
    }
}

/// Copies what stands before the first `=` of `text`, and returns how much that is.
#[inline]
fn copy_literals(text: &[u8], header: bool, bytes: &mut [u8]) -> usize {
    let underscore = if header { b'_' } else { b'=' };
    let mut at = 0;
    // Eight bytes at a time: more than are literal may be copied, as what follows overwrites them.
    while let (Some(word), Some(slots)) = (
        text[at..].first_chunk::<8>(),
        bytes[at..].first_chunk_mut::<8>(),
    ) {
        let word = u64::from_le_bytes(*word);
        let spaces = equal_bytes(word, underscore) / 0x80 * u64::from(underscore ^ b' ');
        *slots = (word ^ spaces).to_le_bytes();
        match equal_bytes(word, b'=') {
            0 => at += 8,
            escapes => return at + escapes.trailing_zeros() as usize / 8,
        }
    }
    for (&character, slot) in text[at..].iter().zip(&mut bytes[at..]) {
        if character == b'=' {
            break;
        }
        *slot = if character == underscore {
            b' '
        } else {
            character
        };
        at += 1;
    }
    at
}

/// The top bit of each byte of `word` that equals `byte`.
fn equal_bytes(word: u64, byte: u8) -> u64 {
    const TOP: u64 = u64::from_le_bytes([0x80; 8]);
    let different = word ^ u64::from_le_bytes([byte; 8]);
    !(((different & !TOP) + !TOP) | different) & TOP
}

/// The byte that two hexadecimal digits stand for.
fn hex_pair(high: u8, low: u8) -> Option<u8> {
    let (high, low) = (
        hex::VALUES[usize::from(high)],
        hex::VALUES[usize::from(low)],
    );
    (high != NO_DIGIT && low != NO_DIGIT).then_some(high << 4 | low & 0x0f)
}

/// What [`Encoder`] takes care of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Options {
    /// Whether all spaces and tabs are escaped, not only those at the end of a line.
    pub(crate) quotetabs: bool,
    /// Whether line breaks stay line breaks; otherwise they are escaped.
    pub(crate) istext: bool,
    /// Whether spaces become underscores.
    pub(crate) header: bool,
}

/// Encodes data piece by piece, as room for the text becomes available.
pub(crate) struct Encoder {
    options: Options,
    /// The classes of bytes that stand for themselves.
    plain: u8,
    /// What every line break becomes: the kind of the first one decides for all.
    crlf: bool,
    /// How much of the data is encoded.
    at: usize,
    /// How long the line is so far.
    column: usize,
}

/// The longest line, without the `=` of a soft line break.
const LINE: usize = 75;

impl Encoder {
    /// The least room that [`encode`](Self::encode) makes progress in.
    const LEAST_ROOM: usize = LINE + 16;

    /// Room in which `len` bytes can be encoded: three characters for each, one for its share of a
    /// soft line break.
    pub(crate) const fn room_for(len: usize) -> usize {
        4 * len + Self::LEAST_ROOM
    }

    /// Starts encoding `data`.
    pub(crate) fn new(data: &[u8], options: Options) -> Self {
        let newline = memchr::memchr(b'\n', data);
        let crlf = newline.is_some_and(|at| data[..at].ends_with(b"\r"));
        Encoder {
            options,
            plain: class::plain(options),
            crlf,
            at: 0,
            column: 0,
        }
    }

    /// How much of the data is encoded.
    pub(crate) fn encoded(&self) -> usize {
        self.at
    }

    /// Encodes more of `data`, always the same, into `text`, and returns how much of that was used.
    /// Stops at the end of the data, or when room for another line might be lacking.
    pub(crate) fn encode(&mut self, data: &[u8], text: &mut [u8]) -> usize {
        let Encoder {
            options,
            plain,
            crlf,
            ..
        } = *self;
        let mut text = Text { room: text, end: 0 };
        let mut rest = &data[self.at..];
        let mut column = self.column;
        while let Some((&byte, next)) = rest.split_first() {
            if text.left() < Self::LEAST_ROOM {
                break;
            }
            let run = plain_run(rest, column, plain);
            if run > 0 {
                text.copy(rest, run);
                column += run;
                rest = &rest[run..];
                continue;
            }
            rest = next;
            if must_escape(byte, next, column, options) {
                if column + 3 > LINE {
                    text.soft_break(crlf);
                    column = 0;
                }
                text.put(escape(byte));
                column += 3;
            } else if let Some(after) = after_line_break(byte, next, options) {
                text.line_break(crlf);
                rest = after;
                column = 0;
            } else {
                if column + 1 > LINE && !next.is_empty() && !next.starts_with(b"\n") {
                    text.soft_break(crlf);
                    column = 0;
                }
                match byte {
                    b' ' if options.header => text.put([b'_']),
                    // Blanks at the end of a line would not survive the way.
                    b' ' | b'\t' if starts_with_line_break(next, options) => {
                        text.put(escape(byte));
                    }
                    _ => text.put([byte]),
                }
                column += 1;
            }
        }
        self.at = data.len() - rest.len();
        self.column = column;
        text.end
    }
}

/// Text under construction.
struct Text<'t> {
    room: &'t mut [u8],
    end: usize,
}

impl Text<'_> {
    #[inline]
    fn left(&self) -> usize {
        self.room.len() - self.end
    }

    #[inline]
    fn put<const N: usize>(&mut self, characters: [u8; N]) {
        self.room[self.end..self.end + N].copy_from_slice(&characters);
        self.end += N;
    }

    /// Takes the first `len` bytes of `data` as they are.
    #[inline]
    fn copy(&mut self, data: &[u8], len: usize) {
        let room = &mut self.room[self.end..];
        match data.first_chunk::<16>() {
            // Cheaper than a copy of exact length; what follows overwrites the surplus.
            Some(bytes) if len <= 16 => room[..16].copy_from_slice(bytes),
            _ => room[..len].copy_from_slice(&data[..len]),
        }
        self.end += len;
    }

    fn soft_break(&mut self, crlf: bool) {
        self.put([b'=']);
        self.line_break(crlf);
    }

    fn line_break(&mut self, crlf: bool) {
        if crlf {
            self.put(*b"\r\n");
        } else {
            self.put([b'\n']);
        }
    }
}

/// How many bytes at the start of `data` are of the `plain` classes and fit on the line, whatever
/// follows. The last byte of the data is never one of them.
#[inline]
fn plain_run(data: &[u8], column: usize, plain: u8) -> usize {
    let most = (data.len() - 1).min(LINE.saturating_sub(column));
    let run = data[..most]
        .iter()
        .take_while(|&&byte| class::OF[usize::from(byte)] & plain != 0);
    match data[..run.count()] {
        [b'.', ..] if column == 0 => 0,
        // It may be the end of the line that the blank stands at.
        [ref run @ .., b' ' | b'\t'] => run.len(),
        ref run => run.len(),
    }
}

/// The kinds of bytes that some options leave as they are.
mod class {
    use super::Options;

    const PLAIN: u8 = 1;
    const UNDERSCORE: u8 = 2;
    const TAB: u8 = 4;
    const SPACE: u8 = 8;

    /// The class of each byte; 0: none of these.
    pub(super) static OF: [u8; 256] = {
        let mut table = [0; 256];
        let mut byte = 33;
        while byte < 127 {
            table[byte] = PLAIN;
            byte += 1;
        }
        table[b'=' as usize] = 0;
        table[b'_' as usize] = UNDERSCORE;
        table[b'\t' as usize] = TAB;
        table[b' ' as usize] = SPACE;
        table
    };

    /// The classes that stand for themselves under `options`.
    pub(super) fn plain(options: Options) -> u8 {
        match (options.quotetabs, options.header) {
            (false, false) => PLAIN | UNDERSCORE | TAB | SPACE,
            (false, true) => PLAIN | TAB,
            (true, false) => PLAIN | UNDERSCORE,
            (true, true) => PLAIN,
        }
    }
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

/// What follows the line break that `byte` and `next` start with, if it is one that stays one.
fn after_line_break(byte: u8, next: &[u8], options: Options) -> Option<&[u8]> {
    match (byte, next) {
        (b'\n', _) if options.istext => Some(next),
        (b'\r', [b'\n', after @ ..]) if options.istext => Some(after),
        _ => None,
    }
}

fn starts_with_line_break(data: &[u8], options: Options) -> bool {
    options.istext && (data.starts_with(b"\n") || data.starts_with(b"\r\n"))
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
        encoded_in_pieces(data, options, 4096)
    }

    fn encoded_in_pieces(data: &[u8], options: Options, room: usize) -> Vec<u8> {
        let mut encoder = Encoder::new(data, options);
        let mut text = vec![];
        while encoder.encoded() < data.len() {
            let mut piece = vec![0; room];
            let used = encoder.encode(data, &mut piece);
            text.extend(&piece[..used]);
        }
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
    fn pieces_make_no_difference() {
        let mut data: Vec<u8> = (0..1000).map(|i| (i * i / 7 + i) as u8).collect();
        data.extend(b"word \r\n.".repeat(60));
        data.extend([b'x'; 300]);
        for options in all_options() {
            let whole = encoded_in_pieces(&data, options, 10_000);
            for room in Encoder::LEAST_ROOM..Encoder::LEAST_ROOM + 100 {
                assert_eq!(encoded_in_pieces(&data, options, room), whole);
            }
        }
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
