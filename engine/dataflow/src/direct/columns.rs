//! Rows of one width side by side: how batches keep keys and values.

use differential_dataflow::trace::implementations::BatchContainer;
use hashbrown::HashTable;
use weft_value::{Datum, Row};

use super::recent::hash_of;

/// Rows of one width in one vector, without a header each. The first row says the width.
#[derive(Debug, Default)]
pub(super) struct FlatRows {
    columns: Vec<Datum>,
    width: usize,
    length: usize,
    /// Rows wanted before the width was known.
    capacity: usize,
}

impl FlatRows {
    fn push(&mut self, row: &[Datum]) {
        if self.length == 0 {
            self.width = row.len();
            self.columns.reserve(self.capacity * row.len());
        }
        debug_assert_eq!(self.width, row.len());
        self.columns.extend_from_slice(row);
        self.length += 1;
    }

    fn row(&self, index: usize) -> &[Datum] {
        &self.columns[index * self.width..(index + 1) * self.width]
    }
}

/// What is kept beside rows to find them.
pub(super) trait Places: Default + 'static {
    /// A row was appended.
    fn note_last(&mut self, rows: &FlatRows);

    /// All rows went.
    fn clear(&mut self);
}

/// Sorted rows need nothing.
impl Places for () {
    fn note_last(&mut self, _rows: &FlatRows) {}

    fn clear(&mut self) {}
}

/// Keys up to which looking at them one by one is fast enough.
const SEARCHED_MAX: usize = 8;

/// The places of distinct keys by hash: finding one in a large batch takes two or three cache lines, where a
/// binary search takes a dozen.
#[derive(Debug, Default)]
pub(super) struct ByHash(HashTable<u32>);

impl Places for ByHash {
    fn note_last(&mut self, rows: &FlatRows) {
        if rows.length <= SEARCHED_MAX {
            return;
        }
        let hash = |place: &u32| hash_of(rows.row(*place as usize));
        let first = if rows.length == SEARCHED_MAX + 1 { 0 } else { rows.length - 1 };
        if first == 0 {
            self.0.reserve(rows.capacity.max(rows.length), hash);
        }
        for place in first as u32..rows.length as u32 {
            self.0.insert_unique(hash(&place), place, hash);
        }
    }

    fn clear(&mut self) {
        self.0.clear();
    }
}

/// Rows of a batch.
#[derive(Debug, Default)]
pub(super) struct RowList<P = ()> {
    rows: FlatRows,
    places: P,
}

/// The distinct keys of a batch.
pub(super) type KeyList = RowList<ByHash>;

impl<P: Places> RowList<P> {
    /// Appends a row.
    pub(super) fn push(&mut self, row: &[Datum]) {
        self.rows.push(row);
        self.places.note_last(&self.rows);
    }

    /// All columns of all rows.
    pub(super) fn datums(&self) -> &[Datum] {
        &self.rows.columns
    }
}

impl RowList {
    /// Of the sorted rows from `lower` to `upper`, the place of this one.
    pub(super) fn position(&self, lower: usize, upper: usize, row: &[Datum]) -> Option<usize> {
        let (mut lower, mut upper) = (lower, upper);
        while lower < upper {
            let middle = lower.midpoint(upper);
            match self.rows.row(middle).cmp(row) {
                std::cmp::Ordering::Less => lower = middle + 1,
                std::cmp::Ordering::Equal => return Some(middle),
                std::cmp::Ordering::Greater => upper = middle,
            }
        }
        None
    }
}

impl KeyList {
    /// The place of a key.
    pub(super) fn find(&self, key: &[Datum]) -> Option<usize> {
        let RowList { rows, places: ByHash(places) } = self;
        if rows.length <= SEARCHED_MAX {
            return (0..rows.length).find(|place| rows.row(*place) == key);
        }
        let found = places.find(hash_of(key), |place| rows.row(*place as usize) == key);
        found.map(|place| *place as usize)
    }
}

impl<P: Places> BatchContainer for RowList<P> {
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
        self.rows.columns.clear();
        self.rows.length = 0;
        self.places.clear();
    }

    fn with_capacity(size: usize) -> RowList<P> {
        RowList { rows: FlatRows { capacity: size, ..FlatRows::default() }, places: P::default() }
    }

    fn merge_capacity(first: &RowList<P>, second: &RowList<P>) -> RowList<P> {
        RowList::with_capacity(first.rows.length + second.rows.length)
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
