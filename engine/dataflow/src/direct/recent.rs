//! Rows that changed lately, at hand by key, until there are enough of them for a batch.

use std::hash::Hasher;

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use rustc_hash::FxHasher;
use weft_value::Datum;

use crate::change::Diff;

use super::delta::Delta;

/// The end of a chain.
const END: u32 = u32::MAX;

/// The hash of a row or of a key.
pub(super) fn hash_of(row: &[Datum]) -> u64 {
    use std::hash::Hash;
    let mut hasher = FxHasher::default();
    row.iter().for_each(|datum| datum.hash(&mut hasher));
    hasher.finish()
}

/// Rows of one width with what their multiplicities changed by. A row whose changes cancel is forgotten
/// at once.
///
/// The rows of a key are a chain of slots, so a change costs no allocation once the vectors have grown.
// What tells that a key has no rows comes first.
#[derive(Debug)]
#[repr(C)]
pub(super) struct Recent {
    /// The first slot of each key's chain.
    first: HashTable<u32>,
    width: u32,
    key_width: u32,
    slots: Slots,
}

/// Rows in chains, and free places.
#[derive(Debug)]
struct Slots {
    columns: Vec<Datum>,
    links: Vec<Link>,
    /// The first of the free slots, which are a chain as well.
    free: u32,
    used: u32,
}

/// What a slot has beside its row.
#[derive(Debug, Clone, Copy)]
struct Link {
    diff: Diff,
    next: u32,
}

impl Slots {
    fn row(&self, slot: u32, width: u32) -> &[Datum] {
        let (slot, width) = (slot as usize, width as usize);
        &self.columns[slot * width..(slot + 1) * width]
    }

    fn next(&self, slot: u32) -> u32 {
        self.links[slot as usize].next
    }

    /// A slot with this row and the rest of a chain behind it.
    fn take(&mut self, row: &[Datum], diff: Diff, next: u32) -> u32 {
        self.used += 1;
        let slot = self.free;
        if slot == END {
            self.columns.extend_from_slice(row);
            self.links.push(Link { diff, next });
            return (self.links.len() - 1) as u32;
        }
        let start = slot as usize * row.len();
        self.columns[start..start + row.len()].copy_from_slice(row);
        let link = &mut self.links[slot as usize];
        self.free = link.next;
        *link = Link { diff, next };
        slot
    }

    fn clear(&mut self) {
        self.columns.clear();
        self.links.clear();
        (self.free, self.used) = (END, 0);
    }

    fn release(&mut self, slot: u32) {
        self.used -= 1;
        self.links[slot as usize].next = self.free;
        self.free = slot;
    }
}

impl Recent {
    pub(super) fn new(width: usize, key_width: usize) -> Recent {
        let (width, key_width) = (width as u32, key_width as u32);
        let slots = Slots { columns: Vec::new(), links: Vec::new(), free: END, used: 0 };
        Recent { first: HashTable::new(), width, key_width, slots }
    }

    /// Columns of a row.
    pub(super) fn width(&self) -> usize {
        self.width as usize
    }

    /// Columns of a row's key.
    pub(super) fn key_width(&self) -> usize {
        self.key_width as usize
    }

    /// Number of rows.
    pub(super) fn len(&self) -> usize {
        self.slots.used as usize
    }

    /// Changes the multiplicity of a row.
    pub(super) fn add(&mut self, row: &[Datum], diff: Diff) {
        let Recent { first, slots, width, key_width } = self;
        let (width, key_width) = (*width, *key_width as usize);
        let key = &row[..key_width];
        let key_of = |slot: &u32| &slots.row(*slot, width)[..key_width];
        let entry = first.entry(hash_of(key), |slot| key_of(slot) == key, |slot| hash_of(key_of(slot)));
        let mut chain = match entry {
            Entry::Vacant(vacant) => {
                vacant.insert(slots.take(row, diff, END));
                return;
            }
            Entry::Occupied(chain) => chain,
        };
        let (mut before, mut slot) = (END, *chain.get());
        while slot != END && slots.row(slot, width) != row {
            (before, slot) = (slot, slots.next(slot));
        }
        if slot == END {
            *chain.get_mut() = slots.take(row, diff, *chain.get());
            return;
        }
        let link = &mut slots.links[slot as usize];
        link.diff += diff;
        if link.diff != 0 {
            return;
        }
        let next = link.next;
        slots.release(slot);
        match (before, next) {
            (END, END) => drop(chain.remove()),
            (END, next) => *chain.get_mut() = next,
            (before, next) => slots.links[before as usize].next = next,
        }
    }

    /// The rows of a key with their changes.
    pub(super) fn rows_of(&self, key: &[Datum]) -> Chain<'_> {
        let is_key = |slot: &u32| &self.slots.row(*slot, self.width)[..key.len()] == key;
        let first = if self.first.is_empty() { None } else { self.first.find(hash_of(key), is_key) };
        Chain { recent: self, slot: first.copied().unwrap_or(END) }
    }

    /// All rows with their changes.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&[Datum], Diff)> {
        self.first.iter().flat_map(|slot| Chain { recent: self, slot: *slot })
    }

    /// Moves all rows behind those of `delta`, in no order.
    pub(super) fn drain_into(&mut self, delta: &mut Delta) {
        self.iter().for_each(|(row, diff)| delta.push(row, diff));
        self.first.clear();
        self.slots.clear();
    }
}

/// A key's rows, with the changes of their multiplicities.
#[derive(Clone, Copy)]
pub(super) struct Chain<'a> {
    recent: &'a Recent,
    slot: u32,
}

impl Chain<'_> {
    pub(super) fn is_empty(self) -> bool {
        self.slot == END
    }
}

impl<'a> Iterator for Chain<'a> {
    type Item = (&'a [Datum], Diff);

    fn next(&mut self) -> Option<(&'a [Datum], Diff)> {
        let (slots, slot) = (&self.recent.slots, self.slot);
        if slot == END {
            return None;
        }
        let link = slots.links[slot as usize];
        self.slot = link.next;
        Some((slots.row(slot, self.recent.width), link.diff))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(columns: [i64; 2]) -> Vec<Datum> {
        columns.iter().map(|column| Datum::small_int(*column).unwrap()).collect()
    }

    fn values_of(recent: &Recent, key: i64) -> Vec<(Vec<Datum>, Diff)> {
        let chain = recent.rows_of(&row([key, 0])[..1]);
        let mut values: Vec<_> = chain.map(|(row, diff)| (row[1..].to_vec(), diff)).collect();
        values.sort();
        values
    }

    #[test]
    fn changes_of_a_row_add_up_and_leave_nothing_when_they_cancel() {
        let mut recent = Recent::new(2, 1);
        for (columns, diff) in [([1, 1], 1), ([1, 2], 1), ([1, 3], -1), ([2, 1], 1), ([1, 2], 2)] {
            recent.add(&row(columns), diff);
        }
        let value = |value: i64| row([0, value])[1..].to_vec();
        assert_eq!(values_of(&recent, 1), [(value(1), 1), (value(2), 3), (value(3), -1)]);
        recent.add(&row([1, 2]), -3);
        recent.add(&row([1, 3]), 1);
        assert_eq!(values_of(&recent, 1), [(value(1), 1)]);
        recent.add(&row([1, 1]), -1);
        assert_eq!(values_of(&recent, 1), []);
        assert_eq!(recent.len(), 1);
        recent.add(&row([3, 4]), 1);
        assert_eq!(values_of(&recent, 2), [(value(1), 1)]);
        let mut delta = Delta::new(2);
        recent.drain_into(&mut delta);
        assert_eq!((delta.rows().len(), recent.len()), (2, 0));
    }
}
