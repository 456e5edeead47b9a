//! Changed rows of one width, wherever they are kept.

use weft_value::Datum;

use crate::change::Diff;

/// Rows with differences. Borrowed: from a [`super::delta::Delta`], or from where [`super::deltas::Deltas`]
/// keeps all small ones together.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Rows<'a> {
    columns: &'a [Datum],
    diffs: &'a [Diff],
    width: usize,
}

impl<'a> Rows<'a> {
    /// Rows of `width` columns, side by side.
    pub(super) fn new(columns: &'a [Datum], diffs: &'a [Diff], width: usize) -> Rows<'a> {
        debug_assert_eq!(columns.len(), diffs.len() * width);
        Rows { columns, diffs, width }
    }

    /// Appends the rows to columns and differences that stand side by side.
    pub(super) fn append_to(self, columns: &mut Vec<Datum>, diffs: &mut Vec<Diff>) {
        columns.extend_from_slice(self.columns);
        diffs.extend_from_slice(self.diffs);
    }

    /// Columns of a row.
    pub(super) fn width(self) -> usize {
        self.width
    }

    pub(super) fn len(self) -> usize {
        self.diffs.len()
    }

    pub(super) fn is_empty(self) -> bool {
        self.diffs.is_empty()
    }

    pub(super) fn row(self, index: usize) -> &'a [Datum] {
        &self.columns[index * self.width..(index + 1) * self.width]
    }

    pub(super) fn diff(self, index: usize) -> Diff {
        self.diffs[index]
    }

    pub(super) fn iter(self) -> impl Iterator<Item = (&'a [Datum], Diff)> {
        (0..self.len()).map(move |index| (self.row(index), self.diffs[index]))
    }

    /// In sorted rows, the end of those from `start` whose first columns are those of row `start`.
    pub(super) fn group_end(self, start: usize, key_width: usize) -> usize {
        let key = &self.row(start)[..key_width];
        let mut end = start + 1;
        while end < self.len() && &self.row(end)[..key_width] == key {
            end += 1;
        }
        end
    }
}
