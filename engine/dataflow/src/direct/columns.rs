//! Rows of one width side by side: how batches keep keys and values.

use differential_dataflow::trace::implementations::BatchContainer;
use weft_value::{Datum, Row};

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
