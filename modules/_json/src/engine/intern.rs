//! A table of the member names of one document: equal names become one object.

use std::hash::{BuildHasher, RandomState};

use hashbrown::HashTable;

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

/// Finds the object made earlier for the same name.
pub struct Interner<K> {
    seed: Seed,
    names: HashTable<(u64, K)>,
}

impl<K> Interner<K> {
    /// An empty table; it allocates nothing before the first name.
    pub fn new(seed: Seed) -> Self {
        Interner {
            seed,
            names: HashTable::new(),
        }
    }

    /// The object for `name`: the one for which `is_same` holds, else the one that `make` returns,
    /// which is kept. Expected O(length of the name).
    #[inline]
    pub fn intern<C: Unit, E: From<OutOfMemory>>(
        &mut self,
        name: &[C],
        is_same: impl Fn(&K) -> bool,
        make: impl FnOnce() -> Result<K, E>,
    ) -> Result<&K, E> {
        let hash = self.hash(name);
        // Found twice rather than held over the insertion: the borrow checker can't see that a
        // miss ends the borrow, and a hit is the common case.
        if self
            .names
            .find(hash, |entry| entry.0 == hash && is_same(&entry.1))
            .is_none()
        {
            let key = make()?;
            self.names
                .try_reserve(1, |entry| entry.0)
                .map_err(|_| OutOfMemory)?;
            return Ok(&self
                .names
                .insert_unique(hash, (hash, key), |entry| entry.0)
                .into_mut()
                .1);
        }
        match self
            .names
            .find(hash, |entry| entry.0 == hash && is_same(&entry.1))
        {
            Some(entry) => Ok(&entry.1),
            None => unreachable!("found just before"),
        }
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

    fn intern<C: Unit>(table: &mut Interner<String>, name: &[C]) -> *const u8 {
        let text: String = name
            .iter()
            .filter_map(|unit| char::from_u32(unit.code()))
            .collect();
        let made = text.clone();
        table
            .intern(name, |key| *key == text, || Ok::<_, OutOfMemory>(made))
            .unwrap()
            .as_ptr()
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
