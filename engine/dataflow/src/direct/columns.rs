//! Rows of one width side by side: how batches keep keys and values.

use differential_dataflow::trace::implementations::BatchContainer;
use hashbrown::HashTable;
use weft_value::{Datum, Row};

use super::recent::hash_of;

/// Rows of one width in one vector, without a header each. The first row says the width.
#[derive(Debug, Default)]
pub(super) struct RowList {
    columns: Vec<Datum>,
    width: usize,
    length: usize,
    /// Rows wanted before the width was known.
    capacity: usize,
}

impl RowList {
    /// Appends a row.
    pub(super) fn push(&mut self, row: &[Datum]) {
        if self.length == 0 {
            self.width = row.len();
            self.columns.reserve(self.capacity * row.len());
        }
        debug_assert_eq!(self.width, row.len());
        self.columns.extend_from_slice(row);
        self.length += 1;
    }

    /// All columns of all rows.
    pub(super) fn datums(&self) -> &[Datum] {
        &self.columns
    }

    /// Of the sorted rows from `lower` to `upper`, the place of this one.
    pub(super) fn position(&self, lower: usize, upper: usize, row: &[Datum]) -> Option<usize> {
        let (mut lower, mut upper) = (lower, upper);
        while lower < upper {
            let middle = lower.midpoint(upper);
            match self.row(middle).cmp(row) {
                std::cmp::Ordering::Less => lower = middle + 1,
                std::cmp::Ordering::Equal => return Some(middle),
                std::cmp::Ordering::Greater => upper = middle,
            }
        }
        None
    }

    fn row(&self, index: usize) -> &[Datum] {
        &self.columns[index * self.width..(index + 1) * self.width]
    }
}

impl BatchContainer for RowList {
    type Owned = Row;
    type ReadItem<'a> = &'a [Datum];

    fn into_owned(item: &[Datum]) -> Row {
        Row::new(item)
    }

    fn push_ref(&mut self, item: &[Datum]) {
        self.push(item);
    }

    fn push_own(&mut self, item: &Row) {
        self.push(item);
    }

    fn clear(&mut self) {
        self.columns.clear();
        self.length = 0;
    }

    fn with_capacity(size: usize) -> RowList {
        RowList { capacity: size, ..RowList::default() }
    }

    fn merge_capacity(first: &RowList, second: &RowList) -> RowList {
        RowList::with_capacity(first.length + second.length)
    }

    fn reborrow<'b, 'a: 'b>(item: &'a [Datum]) -> &'b [Datum] {
        item
    }

    fn index(&self, index: usize) -> &[Datum] {
        self.row(index)
    }

    fn len(&self) -> usize {
        self.length
    }
}

/// Keys up to which looking at them one by one is fast enough.
const SEARCHED_MAX: usize = 8;

/// The distinct keys of a batch, with their places by hash: finding one in a large batch takes two or
/// three cache lines, where a binary search takes a dozen.
#[derive(Debug, Default)]
pub(super) struct KeyList {
    rows: RowList,
    places: HashTable<u32>,
}

impl KeyList {
    /// Appends a key.
    pub(super) fn push(&mut self, key: &[Datum]) {
        self.rows.push(key);
        let length = self.rows.length;
        if length <= SEARCHED_MAX {
            return;
        }
        let KeyList { rows, places } = self;
        let first = if length == SEARCHED_MAX + 1 { 0 } else { length - 1 };
        if first == 0 {
            places.reserve(rows.capacity.max(length), |place| hash_of(rows.row(*place as usize)));
        }
        for place in first..length {
            let hash = hash_of(rows.row(place));
            places.insert_unique(hash, place as u32, |place| hash_of(rows.row(*place as usize)));
        }
    }

    /// The place of a key.
    pub(super) fn find(&self, key: &[Datum]) -> Option<usize> {
        if self.rows.length <= SEARCHED_MAX {
            return (0..self.rows.length).find(|place| self.rows.row(*place) == key);
        }
        let found = self.places.find(hash_of(key), |place| self.rows.row(*place as usize) == key);
        found.map(|place| *place as usize)
    }

    /// All columns of all keys.
    pub(super) fn datums(&self) -> &[Datum] {
        self.rows.datums()
    }
}

impl BatchContainer for KeyList {
    type Owned = Row;
    type ReadItem<'a> = &'a [Datum];

    fn into_owned(item: &[Datum]) -> Row {
        Row::new(item)
    }

    fn push_ref(&mut self, item: &[Datum]) {
        self.push(item);
    }

    fn push_own(&mut self, item: &Row) {
        self.push(item);
    }

    fn clear(&mut self) {
        self.rows.clear();
        self.places.clear();
    }

    fn with_capacity(size: usize) -> KeyList {
        KeyList { rows: RowList::with_capacity(size), places: HashTable::new() }
    }

    fn merge_capacity(first: &KeyList, second: &KeyList) -> KeyList {
        KeyList::with_capacity(first.rows.length + second.rows.length)
    }

    fn reborrow<'b, 'a: 'b>(item: &'a [Datum]) -> &'b [Datum] {
        item
    }

    fn index(&self, index: usize) -> &[Datum] {
        self.rows.row(index)
    }

    fn len(&self) -> usize {
        self.rows.length
    }
}
