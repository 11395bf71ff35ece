//! A table of results by hash, in order of use. It knows nothing of Python but that there may be a collector: who
//! looks for a key decides which of the entries with the right hash has it.

use std::collections::TryReserveError;

use corten_api::prelude::Traverse;
use hashbrown::HashTable;

/// Entries, the least recently used first.
#[derive(Debug, Traverse)]
pub(crate) struct Cache<K, V> {
    #[traverse(skip)]
    table: HashTable<u32>,
    entries: Vec<Entry<K, V>>,
    oldest: u32,
    newest: u32,
}

#[derive(Debug, Traverse)]
struct Entry<K, V> {
    hash: u64,
    /// `None` only while the cache is being emptied.
    content: Option<(K, V)>,
    older: u32,
    newer: u32,
}

/// Stands for no entry.
const NONE: u32 = u32::MAX;

/// The place of an entry; it keeps it until the entry is replaced or the cache emptied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place(u32);

/// No entries.
impl<K, V> Default for Cache<K, V> {
    fn default() -> Self {
        Cache {
            table: HashTable::new(),
            entries: Vec::new(),
            oldest: NONE,
            newest: NONE,
        }
    }
}

impl<K, V> Cache<K, V> {
    /// How many entries there are.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The first entry with this hash whose key `is_it`.
    #[inline]
    pub(crate) fn find(&self, hash: u64, mut is_it: impl FnMut(&K) -> bool) -> Option<Place> {
        let found = self.table.find(hash, |&place| {
            let entry = &self.entries[place as usize];
            entry.hash == hash && entry.content.as_ref().is_some_and(|(key, _)| is_it(key))
        });
        found.map(|&place| Place(place))
    }

    /// The value at a place.
    #[inline]
    pub(crate) fn value(&self, place: Place) -> Option<&V> {
        let entry = self.entries.get(place.0 as usize)?;
        entry.content.as_ref().map(|(_, value)| value)
    }

    /// Replaces the value at a place; returns the old one.
    pub(crate) fn set_value(&mut self, place: Place, value: V) -> Option<V> {
        let entry = self.entries.get_mut(place.0 as usize)?;
        let (_, slot) = entry.content.as_mut()?;
        Some(std::mem::replace(slot, value))
    }

    /// Makes an entry the most recently used one.
    #[inline]
    pub(crate) fn touch(&mut self, place: Place) {
        if place.0 != self.newest {
            self.unlink(place.0);
            self.link_newest(place.0);
        }
    }

    /// Adds an entry, the most recently used one.
    ///
    /// # Errors
    ///
    /// When there is no memory for it, or there are `u32::MAX` of them.
    pub(crate) fn insert(&mut self, hash: u64, key: K, value: V) -> Result<(), OutOfMemory> {
        let place = u32::try_from(self.entries.len()).map_err(|_| OutOfMemory)?;
        if place == NONE {
            return Err(OutOfMemory);
        }
        self.entries.try_reserve(1)?;
        let entries = &self.entries;
        self.table
            .try_reserve(1, |&place| entries[place as usize].hash)
            .map_err(|_| OutOfMemory)?;
        self.entries.push(Entry {
            hash,
            content: Some((key, value)),
            older: NONE,
            newer: NONE,
        });
        self.index(place);
        self.link_newest(place);
        Ok(())
    }

    /// Puts an entry, the most recently used one, in the place of the one that was not used for longest;
    /// returns what was there. Without entries there is nothing to replace, and nothing happens.
    pub(crate) fn replace_oldest(&mut self, hash: u64, key: K, value: V) -> Option<(K, V)> {
        let place = self.oldest;
        let old_hash = self.entries.get(place as usize)?.hash;
        if let Ok(indexed) = self.table.find_entry(old_hash, |&other| other == place) {
            indexed.remove();
        }
        let entry = &mut self.entries[place as usize];
        entry.hash = hash;
        let old = entry.content.replace((key, value));
        // One was removed, so that there is room for one.
        self.index(place);
        self.touch(Place(place));
        old
    }

    fn index(&mut self, place: u32) {
        let entries = &self.entries;
        let hash = entries[place as usize].hash;
        self.table
            .insert_unique(hash, place, |&other| entries[other as usize].hash);
    }

    fn unlink(&mut self, place: u32) {
        let Entry { older, newer, .. } = self.entries[place as usize];
        match self.entries.get_mut(older as usize) {
            Some(entry) => entry.newer = newer,
            None => self.oldest = newer,
        }
        match self.entries.get_mut(newer as usize) {
            Some(entry) => entry.older = older,
            None => self.newest = older,
        }
    }

    fn link_newest(&mut self, place: u32) {
        let older = std::mem::replace(&mut self.newest, place);
        match self.entries.get_mut(older as usize) {
            Some(entry) => entry.newer = place,
            None => self.oldest = place,
        }
        let entry = &mut self.entries[place as usize];
        entry.older = older;
        entry.newer = NONE;
    }
}

/// Contents go in the order of their use: destructors can tell.
impl<K, V> Drop for Cache<K, V> {
    fn drop(&mut self) {
        let mut place = self.oldest;
        while let Some(entry) = self.entries.get_mut(place as usize) {
            entry.content = None;
            place = entry.newer;
        }
    }
}

/// There is no memory for another entry.
#[derive(Debug)]
pub(crate) struct OutOfMemory;

impl From<TryReserveError> for OutOfMemory {
    fn from(_: TryReserveError) -> Self {
        OutOfMemory
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    /// A slow, simple model: pairs, the least recently used first.
    struct Model {
        pairs: Vec<(u64, u32)>,
        limit: usize,
    }

    impl Model {
        fn get(&mut self, key: u64) -> Option<u32> {
            let index = self.pairs.iter().position(|(k, _)| *k == key)?;
            let pair = self.pairs.remove(index);
            self.pairs.push(pair);
            Some(pair.1)
        }

        fn put(&mut self, key: u64, value: u32) {
            if self.pairs.len() == self.limit {
                self.pairs.remove(0);
            }
            self.pairs.push((key, value));
        }
    }

    fn get(cache: &mut Cache<u64, u32>, hash: u64, key: u64) -> Option<u32> {
        let place = cache.find(hash, |k| *k == key)?;
        cache.touch(place);
        cache.value(place).copied()
    }

    /// What a linear congruential generator gives.
    fn numbers() -> impl Iterator<Item = u64> {
        std::iter::successors(Some(1_u64), |n| {
            Some(n.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(11))
        })
        .map(|n| n >> 33)
    }

    #[test]
    fn as_a_slow_model() {
        for (limit, keys, hashes) in [
            (1, 3, 2),
            (2, 5, 100),
            (7, 10, 1),
            (50, 60, 8),
            (50, 500, 500),
        ] {
            let mut cache = Cache::default();
            let mut model = Model {
                pairs: Vec::new(),
                limit,
            };
            for (number, value) in numbers().take(3000).zip(0..) {
                let key = number % keys;
                let hash = key % hashes;
                assert_eq!(get(&mut cache, hash, key), model.get(key));
                if cache.find(hash, |k| *k == key).is_none() {
                    if cache.len() < limit {
                        cache.insert(hash, key, value).unwrap();
                    } else {
                        assert_eq!(cache.replace_oldest(hash, key, value), Some(model.pairs[0]));
                    }
                    model.put(key, value);
                }
                assert_eq!(cache.len(), model.pairs.len());
            }
            let mut left: Vec<_> = cache.entries.iter().filter_map(|e| e.content).collect();
            left.sort_unstable();
            model.pairs.sort_unstable();
            assert_eq!(left, model.pairs);
        }
    }

    #[test]
    fn values_are_replaced() {
        let mut cache = Cache::default();
        cache.insert(1, 'a', 1).unwrap();
        let place = cache.find(1, |k| *k == 'a').unwrap();
        assert_eq!(cache.set_value(place, 2), Some(1));
        assert_eq!(cache.value(place), Some(&2));
        assert_eq!(cache.value(Place(5)), None);
    }

    #[test]
    fn an_empty_one_has_nothing_to_replace() {
        let mut cache = Cache::<u8, u8>::default();
        assert_eq!(cache.replace_oldest(0, 1, 2), None);
        assert_eq!(cache.len(), 0);
    }

    #[test]
    fn contents_go_in_the_order_of_use() {
        struct Noted<'a>(u8, &'a RefCell<Vec<u8>>);
        impl Drop for Noted<'_> {
            fn drop(&mut self) {
                self.1.borrow_mut().push(self.0);
            }
        }
        let notes = RefCell::new(Vec::new());
        let mut cache = Cache::default();
        for number in 0..4 {
            cache
                .insert(number.into(), number, Noted(number, &notes))
                .unwrap();
        }
        let place = cache.find(1, |k| *k == 1).unwrap();
        cache.touch(place);
        drop(cache);
        assert_eq!(notes.into_inner(), [0, 2, 3, 1]);
    }
}
