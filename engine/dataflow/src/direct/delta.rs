//! Changes on their way from node to node.

use weft_value::Datum;

use crate::change::Diff;

/// Rows of one width with differences, side by side.
#[derive(Debug, Default)]
pub(super) struct Delta {
    columns: Vec<Datum>,
    diffs: Vec<Diff>,
    width: usize,
}

/// Rows beyond which an emptied delta gives its memory back.
const KEPT_ROWS_MAX: usize = 64;

impl Delta {
    pub(super) fn new(width: usize) -> Delta {
        Delta { width, ..Delta::default() }
    }

    pub(super) fn push(&mut self, row: &[Datum], diff: Diff) {
        debug_assert_eq!(row.len(), self.width);
        self.columns.extend_from_slice(row);
        self.diffs.push(diff);
    }

    /// Appends columns of a wider row.
    pub(super) fn push_columns(&mut self, row: &[Datum], columns: &[usize], diff: Diff) {
        self.columns.extend(columns.iter().map(|column| row[*column]));
        self.diffs.push(diff);
    }

    /// Takes the rows of another delta of the same width.
    pub(super) fn copy_from(&mut self, other: &Delta) {
        self.columns.clone_from(&other.columns);
        self.diffs.clone_from(&other.diffs);
    }

    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// Appends the parts of a row.
    pub(super) fn push_parts(&mut self, parts: &[&[Datum]], diff: Diff) {
        parts.iter().for_each(|part| self.columns.extend_from_slice(part));
        self.diffs.push(diff);
        debug_assert_eq!(self.columns.len(), self.diffs.len() * self.width);
    }

    pub(super) fn len(&self) -> usize {
        self.diffs.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.diffs.is_empty()
    }

    pub(super) fn row(&self, index: usize) -> &[Datum] {
        &self.columns[index * self.width..(index + 1) * self.width]
    }

    pub(super) fn diff(&self, index: usize) -> Diff {
        self.diffs[index]
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&[Datum], Diff)> {
        (0..self.len()).map(|index| (self.row(index), self.diffs[index]))
    }

    /// Forgets the rows.
    pub(super) fn clear(&mut self) {
        if self.len() > KEPT_ROWS_MAX {
            *self = Delta::new(self.width);
        }
        self.columns.clear();
        self.diffs.clear();
    }

    /// Sorts the rows and adds up the differences of equal ones; rows that come to nothing go.
    pub(super) fn consolidate(&mut self) {
        let increasing = (1..self.len()).all(|index| self.row(index - 1) < self.row(index));
        if increasing && !self.diffs.contains(&0) {
            return;
        }
        let mut order: Vec<u32> = (0..self.len() as u32).collect();
        order.sort_unstable_by(|a, b| self.row(*a as usize).cmp(self.row(*b as usize)));
        let mut result = Delta::new(self.width);
        result.columns.reserve(self.columns.len());
        result.diffs.reserve(self.len());
        let mut rest = order.as_slice();
        while let Some(first) = rest.first() {
            let row = self.row(*first as usize);
            let equal = rest.iter().take_while(|index| self.row(**index as usize) == row).count();
            let diff: Diff = rest[..equal].iter().map(|index| self.diffs[*index as usize]).sum();
            if diff != 0 {
                result.push(row, diff);
            }
            rest = &rest[equal..];
        }
        *self = result;
    }

    /// In a sorted delta, the end of the rows from `start` whose first columns are those of row `start`.
    pub(super) fn group_end(&self, start: usize, key_width: usize) -> usize {
        let key = &self.row(start)[..key_width];
        let mut end = start + 1;
        while end < self.len() && &self.row(end)[..key_width] == key {
            end += 1;
        }
        end
    }

    /// In a sorted delta, the first row from `start` whose first columns are not below `key`.
    pub(super) fn seek(&self, start: usize, key: &[Datum]) -> usize {
        let below = |index: usize| index < self.len() && &self.row(index)[..key.len()] < key;
        let (mut low, mut step) = (start, 1);
        if !below(low) {
            return low;
        }
        while below(low + step) {
            low += step;
            step *= 2;
        }
        let mut high = (low + step).min(self.len());
        while high - low > 1 {
            let middle = low.midpoint(high);
            if below(middle) { low = middle } else { high = middle }
        }
        high
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
        delta.consolidate();
        let rows: Vec<_> = delta.iter().collect();
        assert_eq!(rows, [([datum(0), datum(5)].as_slice(), 1), ([datum(2), datum(1)].as_slice(), 3)]);
    }

    #[test]
    fn rows_without_columns_add_up() {
        let mut delta = Delta::new(0);
        delta.push(&[], 1);
        delta.push(&[], 1);
        delta.consolidate();
        assert_eq!(delta.iter().collect::<Vec<_>>(), [([].as_slice(), 2)]);
    }

    #[test]
    fn seeking_finds_the_first_row_not_below_the_key() {
        let mut delta = Delta::new(1);
        (0..100).for_each(|value| delta.push(&[datum(2 * value)], 1));
        for start in [0, 7, 99, 100] {
            for key in 0..210 {
                let expected = (start..100).find(|index| 2 * *index as i64 >= key).unwrap_or(100);
                assert_eq!(delta.seek(start, &[datum(key)]), expected, "from {start} to {key}");
            }
        }
    }
}
