//! From a sorted block back to data: the inverse of the Burrows-Wheeler transform, and of the runs
//! that come before it.

use crate::decoder::Pause;
use crate::format::RUN_START;
use crate::randomised::Disturbance;

/// A block of which the last column is known.
#[derive(Default)]
pub(crate) struct Block {
    /// For each row: its last byte, and above it, once they are linked, the row that is one to the
    /// left.
    rows: Vec<u32>,
    max_len: usize,
    /// How often each byte occurs.
    counts: Counts,
}

struct Counts([u32; 256]);

impl Default for Counts {
    fn default() -> Self {
        Counts([0; 256])
    }
}

/// Rows are above a byte.
const BYTE_BITS: u32 = 8;

impl Block {
    /// Makes room for blocks of this length.
    pub(crate) fn reserve(&mut self, max_len: usize) -> Result<(), Pause> {
        self.max_len = max_len;
        let reserved = self.rows.try_reserve_exact(max_len);
        reserved.map_err(|_| Pause::Memory)
    }

    /// The length of the longest blocks.
    pub(crate) fn max_len(&self) -> usize {
        self.max_len
    }

    /// Begins a new block.
    pub(crate) fn clear(&mut self) {
        self.rows.clear();
        self.counts = Counts::default();
    }

    #[inline(always)]
    pub(crate) fn push(&mut self, byte: u8) -> Result<(), Pause> {
        if self.rows.len() >= self.max_len {
            return Err(Pause::Wrong);
        }
        self.rows.push(u32::from(byte));
        self.counts.0[usize::from(byte)] += 1;
        Ok(())
    }

    #[inline]
    pub(crate) fn push_run(&mut self, byte: u8, len: usize) -> Result<(), Pause> {
        if len > self.max_len - self.rows.len() {
            return Err(Pause::Wrong);
        }
        self.rows.resize(self.rows.len() + len, u32::from(byte));
        self.counts.0[usize::from(byte)] += len as u32;
        Ok(())
    }

    /// Links each row to the one that begins with its last byte.
    fn link(&mut self) {
        let mut next = [0; 256];
        let mut sum = 0;
        for (next, count) in next.iter_mut().zip(self.counts.0) {
            *next = sum;
            sum += count;
        }
        for row in 0..self.rows.len() {
            let next = &mut next[usize::from(self.rows[row] as u8)];
            self.rows[*next as usize] |= (row as u32) << BYTE_BITS;
            *next += 1;
        }
    }
}

/// Writes what a block stands for.
#[derive(Default)]
pub(crate) struct BlockOutput {
    cursor: Cursor,
    disturbance: Option<Disturbance>,
    runs: Runs,
}

/// A place in a block.
#[derive(Clone, Copy, Default)]
struct Cursor {
    row: u32,
    /// Bytes that were read.
    read: usize,
}

impl Cursor {
    /// The next byte; after the last one, it goes on wherever the links lead.
    #[inline(always)]
    fn next(&mut self, rows: &[u32]) -> u8 {
        let row = rows[self.row as usize];
        self.row = row >> BYTE_BITS;
        self.read += 1;
        row as u8
    }
}

/// The state of expanding runs.
#[derive(Clone, Copy, Default)]
struct Runs {
    /// The last byte that was written.
    byte: u8,
    /// How many of it were read in a row; as many as start a run, and a number follows.
    same: usize,
    /// How many are still to be written.
    pending: usize,
}

impl BlockOutput {
    /// Begins with a block that is complete, at row `origin`.
    pub(crate) fn start(
        &mut self,
        block: &mut Block,
        origin: u32,
        disturbed: bool,
    ) -> Result<(), Pause> {
        if origin as usize >= block.rows.len() {
            return Err(Pause::Wrong);
        }
        block.link();
        self.cursor = Cursor {
            row: block.rows[origin as usize] >> BYTE_BITS,
            read: 0,
        };
        self.disturbance = disturbed.then(Disturbance::default);
        self.runs = Runs::default();
        Ok(())
    }

    /// Writes to `output` until it is full or the block is over. Gives the number of bytes, and why
    /// it is not over.
    pub(crate) fn write(&mut self, block: &Block, output: &mut [u8]) -> (usize, Result<(), Pause>) {
        let Self {
            cursor,
            disturbance,
            runs,
        } = self;
        match disturbance {
            None => write(block, cursor, runs, output, || 0),
            Some(disturbance) => write(block, cursor, runs, output, || disturbance.next_mask()),
        }
    }
}

#[inline(always)]
fn write(
    block: &Block,
    cursor: &mut Cursor,
    runs: &mut Runs,
    output: &mut [u8],
    mut mask: impl FnMut() -> u8,
) -> (usize, Result<(), Pause>) {
    let len = block.rows.len();
    let (mut cursor_now, mut runs_now) = (*cursor, *runs);
    let mut written = 0;
    let result = loop {
        if runs_now.pending > 0 {
            let run = runs_now.pending.min(output.len() - written);
            output[written..written + run].fill(runs_now.byte);
            written += run;
            runs_now.pending -= run;
            if runs_now.pending > 0 {
                break Err(Pause::Room);
            }
        }
        if runs_now.same == RUN_START {
            // Of a block that ends before the number, the reference implementation takes a byte
            // beyond the end for it.
            runs_now.pending = usize::from(cursor_now.next(&block.rows) ^ mask());
            runs_now.same = 0;
            continue;
        }
        if cursor_now.read >= len {
            break match cursor_now.read == len {
                true => Ok(()),
                false => Err(Pause::Wrong),
            };
        }
        let room = (output.len() - written).min(len - cursor_now.read);
        if room == 0 {
            break Err(Pause::Room);
        }
        for place in &mut output[written..written + room] {
            let byte = cursor_now.next(&block.rows) ^ mask();
            *place = byte;
            written += 1;
            let is_same = byte == runs_now.byte && runs_now.same > 0;
            runs_now.same = if is_same { runs_now.same + 1 } else { 1 };
            runs_now.byte = byte;
            if runs_now.same == RUN_START {
                break;
            }
        }
    };
    (*cursor, *runs) = (cursor_now, runs_now);
    (written, result)
}
