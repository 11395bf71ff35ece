//! A table of the member names of one document: equal names become one object.

use std::hash::{BuildHasher, RandomState};

use hashbrown::HashTable;
use smallvec::SmallVec;

use super::OutOfMemory;
use super::unit::Unit;

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
    /// Hash and object of each name, in the order of their first appearance.
    names: SmallVec<[(u64, K); FEW]>,
    /// Indices in `names`, once there are too many to search one by one.
    table: HashTable<usize>,
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
        }
    }

    /// The object of the name with the index `name`.
    #[inline]
    pub fn get(&self, name: usize) -> &K {
        &self.names[name].1
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
        let hash = self.hash(name);
        let is_it = |&(known, ref key): &(u64, K)| known == hash && is_same(key);
        let found = if self.table.is_empty() {
            self.names.iter().position(is_it)
        } else {
            self.table
                .find(hash, |&index| is_it(&self.names[index]))
                .copied()
        };
        match found {
            Some(index) => Ok(index),
            None => Ok(self.insert(hash, make()?)?),
        }
    }

    fn insert(&mut self, hash: u64, key: K) -> Result<usize, OutOfMemory> {
        let index = self.names.len();
        if index == self.names.capacity() {
            self.names.try_grow(index * 2).map_err(|_| OutOfMemory)?;
        }
        self.names.push((hash, key));
        if index >= FEW {
            // The first time, those before it come along.
            let missing = if self.table.is_empty() { 0 } else { index };
            let hash_of = |&index: &usize| self.names[index].0;
            self.table
                .try_reserve(index + 1 - missing, hash_of)
                .map_err(|_| OutOfMemory)?;
            for index in missing..=index {
                self.table.insert_unique(hash_of(&index), index, hash_of);
            }
        }
        Ok(index)
    }

    #[inline]
    fn hash<C: Unit>(&self, name: &[C]) -> u64 {
        let [seed, multiplier] = self.seed.0;
        let (words, rest) = name.as_chunks::<8>();
        let mut hash = seed ^ name.len() as u64;
        for word in words {
            hash = mix(hash ^ C::fold(word), multiplier);
        }
        if !rest.is_empty() {
            let mut last = [C::from_code(0); 8];
            last[..rest.len()].copy_from_slice(rest);
            hash = mix(hash ^ C::fold(&last), multiplier);
        }
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
            let wide: Vec<u32> = units.iter().map(|&unit| unit.into()).collect();
            let first = intern(&mut table, &units);
            assert_eq!(first, intern(&mut table, &units));
            assert_eq!(first, intern(&mut table, &wide), "same in every width");
        }
        assert_eq!(table.names.len(), names.len());
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
