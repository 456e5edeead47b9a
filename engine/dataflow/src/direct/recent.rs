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
#[derive(Debug, Default)]
pub(super) struct Recent {
    width: usize,
    key_width: usize,
    /// The first slot of each key's chain.
    first: HashTable<u32>,
    slots: Slots,
}

/// Rows in chains, and free places.
#[derive(Debug, Default)]
struct Slots {
    columns: Vec<Datum>,
    diffs: Vec<Diff>,
    next: Vec<u32>,
    free: Vec<u32>,
}

impl Slots {
    fn row(&self, slot: u32, width: usize) -> &[Datum] {
        let start = slot as usize * width;
        &self.columns[start..start + width]
    }

    /// A slot with this row and the rest of a chain behind it.
    fn take(&mut self, row: &[Datum], diff: Diff, next: u32) -> u32 {
        match self.free.pop() {
            Some(slot) => {
                let start = slot as usize * row.len();
                self.columns[start..start + row.len()].copy_from_slice(row);
                self.diffs[slot as usize] = diff;
                self.next[slot as usize] = next;
                slot
            }
            None => {
                self.columns.extend_from_slice(row);
                self.diffs.push(diff);
                self.next.push(next);
                (self.diffs.len() - 1) as u32
            }
        }
    }
}

impl Recent {
    pub(super) fn new(width: usize, key_width: usize) -> Recent {
        Recent { width, key_width, ..Recent::default() }
    }

    /// Number of rows.
    pub(super) fn len(&self) -> usize {
        self.slots.diffs.len() - self.slots.free.len()
    }

    /// Changes the multiplicity of a row.
    pub(super) fn add(&mut self, row: &[Datum], diff: Diff) {
        let Recent { width, key_width, first, slots } = self;
        let (width, key_width) = (*width, *key_width);
        let key = &row[..key_width];
        let is_key = |slot: &u32| &slots.row(*slot, width)[..key_width] == key;
        let entry = first.entry(hash_of(key), is_key, |slot| hash_of(&slots.row(*slot, width)[..key_width]));
        let mut chain = match entry {
            Entry::Vacant(vacant) => {
                vacant.insert(slots.take(row, diff, END));
                return;
            }
            Entry::Occupied(chain) => chain,
        };
        let (mut before, mut slot) = (END, *chain.get());
        while slot != END && slots.row(slot, width) != row {
            (before, slot) = (slot, slots.next[slot as usize]);
        }
        if slot == END {
            *chain.get_mut() = slots.take(row, diff, *chain.get());
            return;
        }
        let count = &mut slots.diffs[slot as usize];
        *count += diff;
        if *count != 0 {
            return;
        }
        let next = slots.next[slot as usize];
        slots.free.push(slot);
        match (before, next) {
            (END, END) => drop(chain.remove()),
            (END, next) => *chain.get_mut() = next,
            (before, next) => slots.next[before as usize] = next,
        }
    }

    /// The rows of a key with their changes.
    pub(super) fn rows_of(&self, key: &[Datum]) -> Chain<'_> {
        let is_key = |slot: &u32| &self.slots.row(*slot, self.width)[..self.key_width] == key;
        let first = if self.first.is_empty() { None } else { self.first.find(hash_of(key), is_key) };
        Chain { recent: self, slot: first.copied().unwrap_or(END) }
    }

    /// All rows with their changes.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&[Datum], Diff)> {
        let heads = self.first.iter().copied();
        heads.flat_map(|slot| {
            let chain = Chain { recent: self, slot };
            chain.map(|(slot, diff)| (self.slots.row(slot, self.width), diff))
        })
    }

    /// The values of a row that [`Chain`] gave.
    pub(super) fn value(&self, slot: u32) -> &[Datum] {
        &self.slots.row(slot, self.width)[self.key_width..]
    }

    /// Moves all rows behind those of `delta`, in no order.
    pub(super) fn drain_into(&mut self, delta: &mut Delta) {
        self.iter().for_each(|(row, diff)| delta.push(row, diff));
        *self = Recent::new(self.width, self.key_width);
    }
}

/// Slots of a key's rows, with the changes of their multiplicities.
#[derive(Clone, Copy)]
pub(super) struct Chain<'a> {
    recent: &'a Recent,
    slot: u32,
}

impl Iterator for Chain<'_> {
    type Item = (u32, Diff);

    fn next(&mut self) -> Option<(u32, Diff)> {
        let slot = self.slot;
        if slot == END {
            return None;
        }
        self.slot = self.recent.slots.next[slot as usize];
        Some((slot, self.recent.slots.diffs[slot as usize]))
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
        let mut values: Vec<_> = chain.map(|(slot, diff)| (recent.value(slot).to_vec(), diff)).collect();
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
        assert_eq!((delta.len(), recent.len()), (2, 0));
    }
}
