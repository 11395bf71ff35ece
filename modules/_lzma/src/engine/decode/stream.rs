//! Streams of every format, and what callers of a decoder see.

use super::super::Progress;
use super::super::check::Check;
use super::super::options::{Chain, LzmaOptions, is_round_size, lzma1_stream_memory};
use super::chain::Raw;
use super::lzma::Properties;
use super::xz::{self, Xz};
use super::{Error, Feed, Field, Status};

/// What a stream can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// Whichever of the others it is, as its first byte tells.
    Auto,
    Xz,
    /// The older .lzma.
    Alone,
}

/// Where decoding of a stream has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    Blocked,
    /// It is known now which check the stream has.
    Check(Check),
    End,
}

/// A decoder of one stream.
pub(crate) struct Decoder {
    stream: Stream,
    check: Option<Check>,
    failed: bool,
    /// Whether the last step did nothing at all.
    idle: bool,
}

impl Decoder {
    /// A decoder of a container, which takes no more memory than `memory_limit` says.
    pub(crate) fn new(format: Format, memory_limit: u64) -> Self {
        let memory_limit = memory_limit.max(1);
        match format {
            Format::Auto => Self::of(Stream::Unknown { memory_limit }, None),
            Format::Xz => Self::of(Stream::Xz(Box::new(Xz::new(memory_limit))), None),
            Format::Alone => Self::of(
                Stream::Alone(Box::new(Alone::new(memory_limit, false))),
                Some(Check::NONE),
            ),
        }
    }

    /// A decoder of data without a container.
    pub(crate) fn raw(chain: &Chain) -> Result<Self, Error> {
        let raw = Raw::new(chain)?;
        Ok(Self::of(Stream::Raw(Box::new(raw)), Some(Check::NONE)))
    }

    fn of(stream: Stream, check: Option<Check>) -> Self {
        Self {
            stream,
            check,
            failed: false,
            idle: false,
        }
    }

    /// The check that the stream has, once that is known.
    pub(crate) fn check(&self) -> Option<Check> {
        self.check
    }

    /// Frees the memory: the stream has ended.
    pub(crate) fn end(&mut self) {
        self.stream = Stream::Unknown { memory_limit: 1 };
        self.failed = true;
    }

    /// Decodes until the stream ends, the input is used up, or `room` bytes have been given.
    ///
    /// A step that can do nothing is an error when it comes after another, unless it is only that
    /// there is no input.
    pub(crate) fn decode(
        &mut self,
        input: &[u8],
        room: usize,
        give: &mut impl FnMut(&[u8]),
    ) -> Result<Progress, Error> {
        if self.failed {
            return Err(Error::Program);
        }
        let mut feed = Feed { input, room };
        let result = self.run(&mut feed, give);
        match result {
            Err(Error::Buffer) | Ok(_) => {}
            // The limit stays as it is, so the answer will be the same.
            Err(Error::MemoryLimit) => self.idle = false,
            Err(_) => self.failed = true,
        }
        let found = result?;
        Ok(Progress {
            consumed: input.len() - feed.input.len(),
            ended: found == Found::End,
        })
    }

    fn run(&mut self, feed: &mut Feed<'_>, give: &mut impl FnMut(&[u8])) -> Result<Found, Error> {
        loop {
            let before = (feed.input.len(), feed.room);
            let found = self.stream.decode(feed, give)?;
            match found {
                Found::Check(check) => {
                    self.idle = false;
                    self.check = Some(check);
                    if feed.room > 0 && !feed.input.is_empty() {
                        continue;
                    }
                }
                Found::End => self.idle = false,
                Found::Blocked => {
                    let idle = before == (feed.input.len(), feed.room);
                    let again = idle && std::mem::replace(&mut self.idle, idle);
                    self.idle = idle;
                    if again && (before.0 > 0 || before.1 == 0) {
                        return Err(Error::Buffer);
                    }
                }
            }
            return Ok(found);
        }
    }
}

enum Stream {
    /// Nothing of it has been seen.
    Unknown {
        memory_limit: u64,
    },
    Xz(Box<Xz>),
    Alone(Box<Alone>),
    Lzip(Box<Lzip>),
    Raw(Box<Raw>),
}

impl Stream {
    fn decode(
        &mut self,
        feed: &mut Feed<'_>,
        give: &mut impl FnMut(&[u8]),
    ) -> Result<Found, Error> {
        match self {
            Stream::Unknown { memory_limit } => {
                let memory_limit = *memory_limit;
                match feed.input.first() {
                    None => return Ok(Found::Blocked),
                    Some(&first) if first == xz::MAGIC[0] => {
                        *self = Stream::Xz(Box::new(Xz::new(memory_limit)));
                    }
                    Some(&first) if first == Lzip::MAGIC[0] => {
                        *self = Stream::Lzip(Box::new(Lzip::new(memory_limit)));
                    }
                    Some(_) => {
                        *self = Stream::Alone(Box::new(Alone::new(memory_limit, true)));
                        return Ok(Found::Check(Check::NONE));
                    }
                }
                self.decode(feed, give)
            }
            Stream::Xz(xz) => xz.decode(feed, give),
            Stream::Alone(alone) => alone.decode(feed, give),
            Stream::Lzip(lzip) => lzip.decode(feed, give),
            Stream::Raw(raw) => raw.decode(feed, give).map(Found::from),
        }
    }
}

impl From<Status> for Found {
    fn from(status: Status) -> Self {
        match status {
            Status::Blocked => Found::Blocked,
            Status::Ended => Found::End,
        }
    }
}

/// A decoder of the .lzma format: a header and LZMA symbols.
struct Alone {
    memory_limit: u64,
    /// Whether to refuse headers that no compressor writes: there is no magic number.
    strict: bool,
    len: usize,
    options: LzmaOptions,
    uncompressed_size: u64,
    raw: Option<Raw>,
}

impl Alone {
    const HEADER_SIZE: usize = 13;

    fn new(memory_limit: u64, strict: bool) -> Self {
        Self {
            memory_limit,
            strict,
            len: 0,
            options: LzmaOptions::decoding(0),
            uncompressed_size: 0,
            raw: None,
        }
    }

    fn decode(
        &mut self,
        feed: &mut Feed<'_>,
        give: &mut impl FnMut(&[u8]),
    ) -> Result<Found, Error> {
        while self.raw.is_none() {
            if feed.room == 0 || feed.input.is_empty() {
                return Ok(Found::Blocked);
            }
            // A complete header is one that needed too much memory before.
            if self.len < Self::HEADER_SIZE
                && let Some(byte) = feed.next_byte()
            {
                self.take_header(byte)?;
            }
            if self.len == Self::HEADER_SIZE {
                self.raw = Some(self.start()?);
            }
        }
        match &mut self.raw {
            Some(raw) if feed.room > 0 => raw.decode(feed, give).map(Found::from),
            _ => Ok(Found::Blocked),
        }
    }

    fn take_header(&mut self, byte: u8) -> Result<(), Error> {
        match self.len {
            0 => {
                let options = self.options.with_properties(byte);
                self.options = options.ok_or(Error::Format)?;
            }
            at @ 1..5 => self.options.dict_size |= u32::from(byte) << ((at - 1) * 8),
            at => self.uncompressed_size |= u64::from(byte) << ((at - 5) * 8),
        }
        self.len += 1;
        /// No file of this format says that it is larger.
        const MAX_SIZE: u64 = 1 << 38;
        let is_unlikely = match self.len {
            5 => !is_round_size(self.options.dict_size),
            Self::HEADER_SIZE => {
                self.uncompressed_size >= MAX_SIZE && self.uncompressed_size != u64::MAX
            }
            _ => false,
        };
        if self.strict && is_unlikely {
            return Err(Error::Format);
        }
        Ok(())
    }

    fn start(&self) -> Result<Raw, Error> {
        let LzmaOptions {
            dict_size,
            lc,
            lp,
            pb,
            ..
        } = self.options;
        if lzma1_stream_memory(dict_size) > self.memory_limit {
            return Err(Error::MemoryLimit);
        }
        let size = Some(self.uncompressed_size).filter(|&size| size != u64::MAX);
        Raw::lzma1(Properties { lc, lp, pb }, dict_size, size)
    }
}

/// A decoder of a member of a .lz file: like .lzma, with a magic number and a checksum.
struct Lzip {
    memory_limit: u64,
    sequence: LzipSequence,
    matched: usize,
    version: u8,
    dict_size: u32,
    raw: Option<Raw>,
    hasher: crc32fast::Hasher,
    uncompressed_size: u64,
    member_size: u64,
    footer: Field<20>,
}

#[derive(Clone, Copy)]
enum LzipSequence {
    Magic,
    Version,
    DictSize,
    Start,
    Data,
    Footer,
}

impl Lzip {
    const MAGIC: [u8; 4] = *b"LZIP";

    fn new(memory_limit: u64) -> Self {
        Self {
            memory_limit,
            sequence: LzipSequence::Magic,
            matched: 0,
            version: 0,
            dict_size: 0,
            raw: None,
            hasher: crc32fast::Hasher::new(),
            uncompressed_size: 0,
            member_size: 0,
            footer: Field::default(),
        }
    }

    fn decode(
        &mut self,
        feed: &mut Feed<'_>,
        give: &mut impl FnMut(&[u8]),
    ) -> Result<Found, Error> {
        loop {
            let before = feed.input.len();
            let found = self.step(feed, give);
            self.member_size += (before - feed.input.len()) as u64;
            if let Some(found) = found? {
                return match found {
                    Found::End => self.compare().map(|()| Found::End),
                    found => Ok(found),
                };
            }
        }
    }

    fn step(
        &mut self,
        feed: &mut Feed<'_>,
        give: &mut impl FnMut(&[u8]),
    ) -> Result<Option<Found>, Error> {
        const BLOCKED: Result<Option<Found>, Error> = Ok(Some(Found::Blocked));
        match self.sequence {
            LzipSequence::Magic => {
                let Some(byte) = feed.next_byte() else {
                    return BLOCKED;
                };
                if byte != Self::MAGIC[self.matched] {
                    return Err(Error::Format);
                }
                self.matched += 1;
                if self.matched == Self::MAGIC.len() {
                    self.sequence = LzipSequence::Version;
                }
            }
            LzipSequence::Version => {
                let Some(version) = feed.next_byte() else {
                    return BLOCKED;
                };
                if version > 1 {
                    return Err(Error::Options);
                }
                self.version = version;
                self.sequence = LzipSequence::DictSize;
                return Ok(Some(Found::Check(Check::CRC32)));
            }
            LzipSequence::DictSize => {
                let Some(byte) = feed.next_byte() else {
                    return BLOCKED;
                };
                // A power of two, less some sixteenths of it.
                let (log, sixteenths) = (byte & 0x1f, u32::from(byte >> 5));
                if !(12..=29).contains(&log) || (log == 12 && sixteenths > 0) {
                    return Err(Error::Data);
                }
                self.dict_size = (1 << log) - (sixteenths << (log - 4));
                self.sequence = LzipSequence::Start;
            }
            LzipSequence::Start => {
                if lzma1_stream_memory(self.dict_size) > self.memory_limit {
                    return Err(Error::MemoryLimit);
                }
                let properties = Properties {
                    lc: 3,
                    lp: 0,
                    pb: 2,
                };
                self.raw = Some(Raw::lzma1(properties, self.dict_size, None)?);
                self.sequence = LzipSequence::Data;
            }
            LzipSequence::Data => {
                let raw = self.raw.as_mut().ok_or(Error::Program)?;
                let room = feed.room;
                let hasher = &mut self.hasher;
                let status = raw.decode(feed, &mut |data| {
                    hasher.update(data);
                    give(data);
                })?;
                self.uncompressed_size += (room - feed.room) as u64;
                if status == Status::Blocked {
                    return BLOCKED;
                }
                self.raw = None;
                self.sequence = LzipSequence::Footer;
            }
            LzipSequence::Footer => {
                // The size of the member is new in version 1.
                let size = if self.version == 0 { 12 } else { 20 };
                if !self.footer.fill(size, &mut feed.input) {
                    return BLOCKED;
                }
                return Ok(Some(Found::End));
            }
        }
        Ok(None)
    }

    fn compare(&self) -> Result<(), Error> {
        let footer = self.footer.bytes(20);
        let is_same = footer[..4] == self.hasher.clone().finalize().to_le_bytes()
            && footer[4..12] == self.uncompressed_size.to_le_bytes()
            && (self.version == 0 || footer[12..] == self.member_size.to_le_bytes());
        if is_same { Ok(()) } else { Err(Error::Data) }
    }
}
