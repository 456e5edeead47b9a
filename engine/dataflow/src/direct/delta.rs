//! Changes under construction: what a node gives in one run.

use smallvec::SmallVec;
use weft_value::Datum;

use crate::change::Diff;

use super::rows::Rows;

/// Columns for which an empty delta keeps room.
const KEPT_COLUMNS_MAX: usize = 1 << 14;

/// Rows of one width with differences, side by side.
#[derive(Debug, Default)]
pub(super) struct Delta {
    columns: Vec<Datum>,
    diffs: Vec<Diff>,
    width: usize,
}

impl Delta {
    pub(super) fn new(width: usize) -> Delta {
        Delta { width, ..Delta::default() }
    }

    /// Forgets the rows and takes rows of this width from now on.
    pub(super) fn begin(&mut self, width: usize) {
        self.columns.clear();
        self.diffs.clear();
        self.width = width;
    }

    pub(super) fn push(&mut self, row: &[Datum], diff: Diff) {
        debug_assert_eq!(row.len(), self.width);
        self.columns.extend_from_slice(row);
        self.diffs.push(diff);
    }

    /// Appends columns of a wider row.
    pub(super) fn push_columns(&mut self, row: &[Datum], columns: &[u16], diff: Diff) {
        self.columns.extend(columns.iter().map(|column| row[usize::from(*column)]));
        self.diffs.push(diff);
    }

    /// Appends the parts of a row.
    pub(super) fn push_parts(&mut self, parts: &[&[Datum]], diff: Diff) {
        parts.iter().for_each(|part| self.columns.extend_from_slice(part));
        self.diffs.push(diff);
        debug_assert_eq!(self.columns.len(), self.diffs.len() * self.width);
    }

    /// Gives the memory of many rows back; to be called when there are none.
    pub(super) fn shrink(&mut self) {
        self.columns.shrink_to(KEPT_COLUMNS_MAX);
        self.diffs.shrink_to(KEPT_COLUMNS_MAX);
    }

    pub(super) fn rows(&self) -> Rows<'_> {
        Rows::new(&self.columns, &self.diffs, self.width)
    }

    /// Sorts the rows and adds up the differences of equal ones; rows that come to nothing go. What was in
    /// `spare` is lost.
    pub(super) fn consolidate(&mut self, spare: &mut Delta) {
        let rows = self.rows();
        let is_increasing = (1..rows.len()).all(|index| rows.row(index - 1) < rows.row(index));
        if is_increasing && !self.diffs.contains(&0) {
            return;
        }
        let mut order: SmallVec<[u32; 64]> = (0..rows.len() as u32).collect();
        order.sort_unstable_by(|a, b| rows.row(*a as usize).cmp(rows.row(*b as usize)));
        spare.begin(self.width);
        spare.columns.reserve(self.columns.len());
        spare.diffs.reserve(self.diffs.len());
        let mut rest = order.as_slice();
        while let Some(first) = rest.first() {
            let row = rows.row(*first as usize);
            let equal = rest.iter().take_while(|index| rows.row(**index as usize) == row).count();
            let diff: Diff = rest[..equal].iter().map(|index| rows.diff(*index as usize)).sum();
            if diff != 0 {
                spare.push(row, diff);
            }
            rest = &rest[equal..];
        }
        std::mem::swap(self, spare);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn datum(value: i64) -> Datum {
        Datum::small_int(value).unwrap()
    }

    #[test]
    fn consolidation_adds_up_equal_rows_and_drops_what_cancels() {
        let mut delta = Delta::new(2);
        for (a, b, diff) in [(2, 1, 1), (1, 1, 1), (2, 1, 2), (1, 1, -1), (0, 5, 1)] {
            delta.push(&[datum(a), datum(b)], diff);
        }
        delta.consolidate(&mut Delta::default());
        let rows: Vec<_> = delta.rows().iter().collect();
        assert_eq!(rows, [([datum(0), datum(5)].as_slice(), 1), ([datum(2), datum(1)].as_slice(), 3)]);
    }

    #[test]
    fn rows_without_columns_add_up() {
        let mut delta = Delta::new(0);
        delta.push(&[], 1);
        delta.push(&[], 1);
        delta.consolidate(&mut Delta::default());
        assert_eq!(delta.rows().iter().collect::<Vec<_>>(), [([].as_slice(), 2)]);
    }

    #[test]
    fn groups_end_where_the_key_changes() {
        let mut delta = Delta::new(2);
        for (key, value) in [(1, 1), (1, 2), (2, 1), (3, 1), (3, 2)] {
            delta.push(&[datum(key), datum(value)], 1);
        }
        let ends: Vec<usize> = (0..5).map(|start| delta.rows().group_end(start, 1)).collect();
        assert_eq!(ends, [2, 2, 3, 5, 5]);
    }
}
