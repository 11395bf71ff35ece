//! A table of the member names of one document: equal names become one object.

use std::hash::{BuildHasher, RandomState};

use hashbrown::HashTable;
use smallvec::SmallVec;

use super::OutOfMemory;
use super::unit::Unit;
use super::units::short_word;

/// The secret of the hash function: names chosen to collide can't be computed without it.
#[derive(Clone, Copy, Debug)]
pub struct Seed([u64; 2]);

impl Seed {
    /// A random seed.
    pub fn random() -> Self {
        Seed([0u8, 1].map(|part| RandomState::new().hash_one(part)))
    }
}

/// The names of a document, each with the object made for it.
pub struct Interner<K> {
    seed: Seed,
    /// In the order of their first appearance.
    objects: SmallVec<[K; FEW]>,
    /// More about the first of them, which come again and again in most documents.
    known: SmallVec<[Known; FEW]>,
    /// All names, once there are too many to search one by one.
    table: HashTable<Slot>,
    /// The index of the name that came last.
    last: usize,
}

struct Known {
    digest: Digest,
    /// Half of the hash.
    hash: u32,
    /// The index of the name that came after this one the last time: records repeat.
    next: u32,
}

#[derive(Clone, Copy)]
struct Slot {
    hash: u32,
    index: u32,
}

impl Slot {
    /// A hash for the table, of which it takes both ends.
    #[inline]
    fn spread(&self) -> u64 {
        spread(self.hash)
    }
}

#[inline]
fn spread(hash: u32) -> u64 {
    u64::from(hash) << 32 | u64::from(hash)
}

/// What tells names apart most of the time.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Digest {
    len: usize,
    /// The first eight code points.
    head: u64,
    /// Whether that is all of the name. Equal names have the same width in one document, so that
    /// this never tells them apart.
    is_all: bool,
}

impl Digest {
    #[inline(always)]
    fn of<C: Unit>(name: &[C]) -> Self {
        let is_all = name.len() <= 8 && C::MAX <= u8::MAX.into();
        Digest {
            len: name.len(),
            head: fold(name),
            is_all,
        }
    }
}

/// The first eight code points of `text`, with zeros behind them, in one word.
#[inline(always)]
fn fold<C: Unit>(text: &[C]) -> u64 {
    match (text.first_chunk::<8>(), C::as_bytes(text)) {
        (Some(head), _) => C::fold(head),
        (None, Some(bytes)) => short_word(bytes),
        (None, None) => {
            let mut head = [C::from_code(0); 8];
            head[..text.len()].copy_from_slice(text);
            C::fold(&head)
        }
    }
}

/// So many names are searched one by one.
const FEW: usize = 8;
/// So many names are kept with their digests.
const KNOWN: usize = 256;

impl<K> Interner<K> {
    /// An empty table; it allocates nothing before there are many names.
    pub fn new(seed: Seed) -> Self {
        Interner {
            seed,
            objects: SmallVec::new(),
            known: SmallVec::new(),
            table: HashTable::new(),
            last: 0,
        }
    }

    /// The object of the name with the index `name`.
    #[inline]
    pub fn get(&self, name: usize) -> &K {
        &self.objects[name]
    }

    /// The index of `name`: that of the object for which `is_same` holds, else that of a new one
    /// from `make`. Expected O(length of the name).
    #[inline]
    pub fn intern<C: Unit, E: From<OutOfMemory>>(
        &mut self,
        name: &[C],
        is_same: impl Fn(&K) -> bool,
        make: impl FnOnce() -> Result<K, E>,
    ) -> Result<usize, E> {
        let digest = Digest::of(name);
        let is_known = |known: &Known, object: &K| {
            known.digest == digest && (digest.is_all || is_same(object))
        };
        let expected = self
            .known
            .get(self.last)
            .map_or(0, |last| last.next as usize);
        if let (Some(known), Some(object)) = (self.known.get(expected), self.objects.get(expected))
            && is_known(known, object)
        {
            self.last = expected;
            return Ok(expected);
        }
        let mut hash = 0;
        let found = if self.table.is_empty() {
            self.known
                .iter()
                .zip(&self.objects)
                .position(|(known, object)| is_known(known, object))
        } else {
            hash = self.hash(name);
            let is_it =
                |slot: &Slot| slot.hash == hash && is_same(&self.objects[slot.index as usize]);
            self.table
                .find(spread(hash), is_it)
                .map(|slot| slot.index as usize)
        };
        let index = match found {
            Some(index) => index,
            None => {
                let object = make()?;
                if self.table.is_empty() {
                    hash = self.hash(name);
                }
                self.insert(object, digest, hash)?
            }
        };
        if let Some(last) = self.known.get_mut(self.last) {
            // Small enough, as `insert` saw to.
            last.next = index as u32;
        }
        self.last = index;
        Ok(index)
    }

    fn insert(&mut self, object: K, digest: Digest, hash: u32) -> Result<usize, OutOfMemory> {
        let len = self.objects.len();
        let index = u32::try_from(len).map_err(|_| OutOfMemory)?;
        if len < KNOWN {
            self.known.try_reserve(1).map_err(|_| OutOfMemory)?;
            self.known.push(Known {
                digest,
                hash,
                next: 0,
            });
        }
        self.objects.try_reserve(1).map_err(|_| OutOfMemory)?;
        self.objects.push(object);
        if len == FEW {
            let first = self.known.iter().zip(0..);
            self.table
                .try_reserve(2 * FEW, Slot::spread)
                .map_err(|_| OutOfMemory)?;
            for slot in first.map(|(known, index)| Slot {
                hash: known.hash,
                index,
            }) {
                self.table.insert_unique(slot.spread(), slot, Slot::spread);
            }
        } else if len > FEW {
            self.table
                .try_reserve(1, Slot::spread)
                .map_err(|_| OutOfMemory)?;
            self.table
                .insert_unique(spread(hash), Slot { hash, index }, Slot::spread);
        }
        Ok(len)
    }

    fn hash<C: Unit>(&self, name: &[C]) -> u32 {
        let [seed, multiplier] = self.seed.0;
        let hash = seed ^ name.len() as u64;
        let hash = name
            .chunks(8)
            .fold(hash, |hash, word| mix(hash ^ fold(word), multiplier));
        mix(hash, multiplier.rotate_left(32)) as u32
    }
}

/// Both halves of the product folded together: each bit of the result depends on all of both.
#[inline]
fn mix(value: u64, multiplier: u64) -> u64 {
    let product = u128::from(value) * u128::from(multiplier | 1);
    product as u64 ^ (product >> 64) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn intern<C: Unit>(table: &mut Interner<String>, name: &[C]) -> usize {
        let text: String = name
            .iter()
            .filter_map(|unit| char::from_u32(unit.code()))
            .collect();
        let made = text.clone();
        let index = table
            .intern(name, |key| *key == text, || Ok::<_, OutOfMemory>(made))
            .unwrap();
        assert_eq!(*table.get(index), text);
        index
    }

    #[test]
    fn equal_names_are_one_object() {
        let mut table = Interner::new(Seed::random());
        let long = "x".repeat(100);
        let names = [
            "",
            "a",
            "b",
            "name",
            "12345678",
            "123456789",
            long.as_str(),
            "caf\u{e9}",
        ];
        for name in names {
            let units: Vec<u8> = name.chars().map(|c| c as u8).collect();
            let first = intern(&mut table, &units);
            assert_eq!(first, intern(&mut table, &units));
        }
        assert_eq!(table.objects.len(), names.len());
    }

    #[test]
    fn wide_names_with_equal_digests() {
        let mut table = Interner::new(Seed::random());
        let names: [&[u16]; 3] = [&[0x101, 0x1], &[0x1, 0x0], &[0x101, 0x1, 0]];
        let found = names.map(|name| intern(&mut table, name));
        assert_eq!(found, [0, 1, 2]);
        assert_eq!(names.map(|name| intern(&mut table, name)), found);
        let longer: Vec<String> = (0..20).map(|i| format!("common beginning {i}")).collect();
        let indices: Vec<_> = longer
            .iter()
            .map(|n| intern(&mut table, n.as_bytes()))
            .collect();
        assert!(indices.into_iter().eq(3..23));
    }

    #[test]
    fn records_in_changing_order() {
        let mut table = Interner::new(Seed::random());
        let (a, b, c) = (b"a".as_slice(), b"b".as_slice(), b"c".as_slice());
        for names in [[a, b, c], [a, b, c], [c, b, a], [b, b, a], [a, a, c]] {
            for name in names {
                assert_eq!(intern(&mut table, name), usize::from(name[0] - b'a'));
            }
        }
    }

    #[test]
    fn many_names() {
        let mut table = Interner::new(Seed::random());
        let names: Vec<String> = (0..10_000).map(|i| format!("key{i}")).collect();
        let first: Vec<_> = names
            .iter()
            .map(|name| intern(&mut table, name.as_bytes()))
            .collect();
        let again: Vec<_> = names
            .iter()
            .map(|name| intern(&mut table, name.as_bytes()))
            .collect();
        assert_eq!(first, again);
        assert_eq!(table.objects.len(), names.len());
    }
}
