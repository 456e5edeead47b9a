//! Interned contents of one type: a sharded table from contents to ids, and from ids to contents.

use std::borrow::Borrow;
use std::hash::{BuildHasher, Hash};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

/// Low bits of an id that name its shard. A table that grows stalls one thirty-second of the contents.
const SHARD_BITS: u32 = 5;
const SHARDS: usize = 1 << SHARD_BITS;
/// Slots of a shard's first segment; each further segment is as large as all before it.
const FIRST_SEGMENT_BITS: u32 = 5;
const SEGMENTS: usize = (32 - SHARD_BITS - FIRST_SEGMENT_BITS + 1) as usize;

/// Contents of one type by 32-bit id; equal contents have the same id while they are kept.
///
/// Reading by id takes no lock: slots stand in segments that never move. Interning locks one shard.
/// Only [`Store::sweep`] frees ids, and it needs the store for itself.
pub(crate) struct Store<T> {
    shards: Vec<Shard<T>>,
}

struct Shard<T> {
    index: Mutex<Index>,
    segments: [OnceLock<Box<[OnceLock<T>]>>; SEGMENTS],
}

/// From contents to local positions in the shard.
struct Index {
    table: HashTable<Entry>,
    /// The first position never used.
    next: u32,
    /// Positions below `next` that are free, the lowest last.
    free: Vec<u32>,
}

#[derive(Clone, Copy)]
struct Entry {
    local: u32,
    hash: u32,
}

impl Entry {
    /// The table wants 64 bits and looks at both ends of them.
    fn table_hash(hash: u32) -> u64 {
        u64::from(hash).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }
}

/// Which ids of a store are in use, found by marking.
#[derive(Default)]
pub(crate) struct Marks {
    words: Vec<u64>,
}

impl Marks {
    /// Marks an id; whether it was unmarked before.
    pub(crate) fn insert(&mut self, id: u32) -> bool {
        let (word, bit) = ((id / 64) as usize, 1 << (id % 64));
        if word >= self.words.len() {
            self.words.resize(word + 1, 0);
        }
        let fresh = self.words[word] & bit == 0;
        self.words[word] |= bit;
        fresh
    }

    fn contains(&self, id: u32) -> bool {
        self.words.get((id / 64) as usize).is_some_and(|word| word & (1 << (id % 64)) != 0)
    }
}

/// Size of a store.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct StoreSize {
    /// Contents kept.
    pub(crate) live: usize,
    /// Bytes of slots and tables, without what the contents own.
    pub(crate) bytes: usize,
}

fn segment_of(local: u32) -> (usize, usize) {
    let bits = (local >> FIRST_SEGMENT_BITS).checked_ilog2().map_or(0, |log| log + 1);
    let start = if bits == 0 { 0 } else { 1 << (FIRST_SEGMENT_BITS + bits - 1) };
    (bits as usize, (local - start) as usize)
}

fn segment_size(segment: usize) -> usize {
    1 << (FIRST_SEGMENT_BITS as usize + segment.saturating_sub(1))
}

impl<T> Shard<T> {
    fn new() -> Shard<T> {
        Shard {
            index: Mutex::new(Index { table: HashTable::new(), next: 0, free: Vec::new() }),
            segments: std::array::from_fn(|_| OnceLock::new()),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Index> {
        self.index.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, local: u32) -> Option<&T> {
        let (segment, offset) = segment_of(local);
        self.segments.get(segment)?.get()?.get(offset)?.get()
    }

    fn slot(&self, local: u32) -> &OnceLock<T> {
        let (segment, offset) = segment_of(local);
        let slots = self.segments[segment]
            .get_or_init(|| (0..segment_size(segment)).map(|_| OnceLock::new()).collect());
        &slots[offset]
    }

    fn slot_mut(&mut self, local: u32) -> Option<&mut OnceLock<T>> {
        let (segment, offset) = segment_of(local);
        self.segments[segment].get_mut()?.get_mut(offset)
    }

    /// Frees the positions that are not marked, and the segments at the end that become empty.
    fn sweep(&mut self, shard: usize, marks: &Marks) {
        let next = self.index.get_mut().unwrap_or_else(PoisonError::into_inner).next;
        let mut free = Vec::new();
        let mut used = 0;
        for local in 0..next {
            let marked = marks.contains(id_of(shard, local));
            if let Some(slot) = self.slot_mut(local) {
                if !marked {
                    slot.take();
                }
                if slot.get().is_some() {
                    used = local + 1;
                    continue;
                }
            }
            free.push(local);
        }
        free.retain(|local| *local < used);
        free.reverse();
        free.shrink_to_fit();
        let first_unused = if used == 0 { 0 } else { segment_of(used - 1).0 + 1 };
        for segment in &mut self.segments[first_unused..] {
            segment.take();
        }
        let index = self.index.get_mut().unwrap_or_else(PoisonError::into_inner);
        index.table.retain(|entry| marks.contains(id_of(shard, entry.local)));
        index.table.shrink_to(0, |entry| Entry::table_hash(entry.hash));
        index.next = used;
        index.free = free;
    }

    fn size(&self) -> StoreSize {
        let index = self.lock();
        let slots: usize = self.segments.iter().filter_map(OnceLock::get).map(|s| s.len()).sum();
        StoreSize {
            live: index.table.len(),
            bytes: slots * size_of::<OnceLock<T>>()
                + index.table.capacity() * (size_of::<Entry>() + 1)
                + index.free.capacity() * size_of::<u32>(),
        }
    }
}

fn id_of(shard: usize, local: u32) -> u32 {
    (local << SHARD_BITS) | shard as u32
}

impl<T> Store<T> {
    pub(crate) fn new() -> Store<T> {
        Store { shards: (0..SHARDS).map(|_| Shard::new()).collect() }
    }

    /// The id of these contents; `make` gives the owned form when they are new.
    ///
    /// None when all ids of a shard are in use.
    pub(crate) fn intern<Q>(&self, contents: &Q, make: impl FnOnce() -> T) -> Option<u32>
    where
        T: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let wide = FxBuildHasher.hash_one(contents);
        let hash = (wide ^ (wide >> 32)) as u32;
        let shard_index = hash as usize % SHARDS;
        let shard = &self.shards[shard_index];
        let mut index = shard.lock();
        let found = index.table.find(Entry::table_hash(hash), |entry| {
            entry.hash == hash && shard.get(entry.local).is_some_and(|kept| kept.borrow() == contents)
        });
        if let Some(entry) = found {
            return Some(id_of(shard_index, entry.local));
        }
        let local = match index.free.pop() {
            Some(local) => local,
            None if index.next < 1 << (32 - SHARD_BITS) => {
                index.next += 1;
                index.next - 1
            }
            None => return None,
        };
        shard.slot(local).get_or_init(make);
        let entry = Entry { local, hash };
        index.table.insert_unique(Entry::table_hash(hash), entry, |kept| Entry::table_hash(kept.hash));
        Some(id_of(shard_index, local))
    }

    /// The contents of an id.
    pub(crate) fn get(&self, id: u32) -> Option<&T> {
        self.shards[id as usize % SHARDS].get(id >> SHARD_BITS)
    }

    /// All contents kept.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        let segments = self.shards.iter().flat_map(|shard| shard.segments.iter().filter_map(OnceLock::get));
        segments.flat_map(|slots| slots.iter().filter_map(OnceLock::get))
    }

    /// Frees every id that is not marked.
    pub(crate) fn sweep(&mut self, marks: &Marks) {
        for (number, shard) in self.shards.iter_mut().enumerate() {
            shard.sweep(number, marks);
        }
    }

    /// What is kept and what it takes.
    pub(crate) fn size(&self) -> StoreSize {
        self.shards.iter().map(Shard::size).fold(StoreSize::default(), |sum, shard| StoreSize {
            live: sum.live + shard.live,
            bytes: sum.bytes + shard.bytes,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_fill_segments_one_after_the_other() {
        let mut expected = (0, 0);
        for local in 0..10_000 {
            assert_eq!(segment_of(local), expected, "position {local}");
            expected.1 += 1;
            if expected.1 == segment_size(expected.0) {
                expected = (expected.0 + 1, 0);
            }
        }
        assert!(segment_of((1 << (32 - SHARD_BITS)) - 1).0 < SEGMENTS);
    }

    #[test]
    fn a_free_id_is_used_again() {
        let mut store: Store<Box<str>> = Store::new();
        let ids: Vec<u32> = (0..1000)
            .filter_map(|i| store.intern(format!("{i}").as_str(), || format!("{i}").into()))
            .collect();
        let mut marks = Marks::default();
        for id in ids.iter().step_by(2) {
            marks.insert(*id);
        }
        store.sweep(&marks);
        assert_eq!(store.size().live, 500);
        assert!(store.get(ids[1]).is_none());
        assert_eq!(store.get(ids[2]).map(|s| &**s), Some("2"));
        let highest = ids.iter().max().copied().unwrap();
        for i in 0..400 {
            let text = format!("again {i}");
            let id = store.intern(text.as_str(), || text.as_str().into()).unwrap();
            assert!(id <= highest + 32 * 32, "{id} is far beyond {highest}");
            assert_eq!(store.get(id).map(|s| &**s), Some(text.as_str()));
        }
        assert_eq!(store.get(ids[2]).map(|s| &**s), Some("2"));
    }
}
