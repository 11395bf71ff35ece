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
    names: SmallVec<[Name<K>; FEW]>,
    /// Indices in `names`, once there are too many to search one by one.
    table: HashTable<usize>,
    /// The index of the name that came last.
    last: usize,
}

struct Name<K> {
    object: K,
    digest: Digest,
    hash: u64,
    /// The index of the name that came after this one the last time: records repeat.
    next: usize,
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

impl<K> Interner<K> {
    /// An empty table; it allocates nothing before there are many names.
    pub fn new(seed: Seed) -> Self {
        Interner {
            seed,
            names: SmallVec::new(),
            table: HashTable::new(),
            last: 0,
        }
    }

    /// The object of the name with the index `name`.
    #[inline]
    pub fn get(&self, name: usize) -> &K {
        &self.names[name].object
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
        let is_it =
            |known: &Name<K>| known.digest == digest && (digest.is_all || is_same(&known.object));
        let expected = self.names.get(self.last).map_or(0, |last| last.next);
        let index = if self.names.get(expected).is_some_and(is_it) {
            expected
        } else {
            match self.find(name, is_it) {
                Some(index) => index,
                None => {
                    let object = make()?;
                    self.insert(Name {
                        object,
                        digest,
                        hash: self.hash(name),
                        next: 0,
                    })?
                }
            }
        };
        if let Some(last) = self.names.get_mut(self.last) {
            last.next = index;
        }
        self.last = index;
        Ok(index)
    }

    fn find<C: Unit>(&self, name: &[C], is_it: impl Fn(&Name<K>) -> bool) -> Option<usize> {
        if self.table.is_empty() {
            return self.names.iter().position(is_it);
        }
        self.table
            .find(self.hash(name), |&index| is_it(&self.names[index]))
            .copied()
    }

    fn insert(&mut self, name: Name<K>) -> Result<usize, OutOfMemory> {
        let index = self.names.len();
        if index == self.names.capacity() {
            self.names.try_grow(index * 2).map_err(|_| OutOfMemory)?;
        }
        self.names.push(name);
        if index >= FEW {
            // The first time, those before it come along.
            let missing = if self.table.is_empty() { 0 } else { index };
            let hash_of = |&index: &usize| self.names[index].hash;
            self.table
                .try_reserve(index + 1 - missing, hash_of)
                .map_err(|_| OutOfMemory)?;
            for index in missing..=index {
                self.table.insert_unique(hash_of(&index), index, hash_of);
            }
        }
        Ok(index)
    }

    fn hash<C: Unit>(&self, name: &[C]) -> u64 {
        let [seed, multiplier] = self.seed.0;
        let hash = seed ^ name.len() as u64;
        let hash = name
            .chunks(8)
            .fold(hash, |hash, word| mix(hash ^ fold(word), multiplier));
        mix(hash, multiplier.rotate_left(32))
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
        assert_eq!(table.names.len(), names.len());
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
        assert_eq!(table.names.len(), names.len());
    }
}
