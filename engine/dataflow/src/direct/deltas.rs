//! The changes of all nodes in the transaction that runs.

use weft_value::Datum;

use crate::change::Diff;

use super::delta::Delta;
use super::rows::Rows;

/// Changed rows of one node from which on they are many.
pub(super) const MANY_ROWS: usize = 256;
/// A number of few rows is a byte.
const _: () = assert!(MANY_ROWS == 1 << u8::BITS);
/// Columns and differences of small changes for which room is kept between transactions.
const KEPT_MAX: usize = 1 << 16;

/// What each node gave. Most nodes of most transactions give a row or two: those stand side by side, one
/// node's after the other's, so that a node's changes cost one or two cache lines; each node's in a vector of
/// its own would be scattered over the heap. Many rows have a vector of their own, to be given back when
/// nobody reads them any more; few stay until the transaction ends.
#[derive(Debug, Default)]
pub(super) struct Deltas {
    places: Vec<Place>,
    /// The nodes that have rows.
    filled: Vec<usize>,
    columns: Vec<Datum>,
    diffs: Vec<Diff>,
    many: Vec<Delta>,
}

/// Where a node's rows are.
#[derive(Debug, Clone, Copy, Default)]
enum Place {
    #[default]
    Nowhere,
    Among {
        column: u32,
        first: u32,
        rows: u8,
        width: u16,
    },
    Many {
        position: u32,
    },
}

impl Deltas {
    /// No changes of so many nodes.
    pub(super) fn new(nodes: usize) -> Deltas {
        Deltas { places: vec![Place::default(); nodes], ..Deltas::default() }
    }

    /// The rows of a node.
    pub(super) fn rows(&self, node: usize) -> Rows<'_> {
        match self.places[node] {
            Place::Nowhere => Rows::default(),
            Place::Among { column, first, rows, width } => {
                let (column, first) = (column as usize, first as usize);
                let (rows, width) = (usize::from(rows), usize::from(width));
                let columns = &self.columns[column..column + rows * width];
                Rows::new(columns, &self.diffs[first..first + rows], width)
            }
            Place::Many { position } => self.many[position as usize].rows(),
        }
    }

    /// Takes what a node gave. A node gives once in a transaction.
    pub(super) fn put(&mut self, node: usize, delta: &mut Delta) {
        let rows = delta.rows();
        if rows.is_empty() {
            return;
        }
        self.filled.push(node);
        let few = (u8::try_from(rows.len()), u16::try_from(rows.width()), u32::try_from(self.columns.len()));
        self.places[node] = if let (Ok(count), Ok(width), Ok(column)) = few {
            let first = self.diffs.len() as u32;
            rows.append_to(&mut self.columns, &mut self.diffs);
            Place::Among { column, first, rows: count, width }
        } else {
            self.many.push(std::mem::take(delta));
            Place::Many { position: (self.many.len() - 1) as u32 }
        };
    }

    /// Forgets a node's rows if they are many: [`MANY_ROWS`] or more.
    pub(super) fn release(&mut self, node: usize) {
        if let Place::Many { position } = self.places[node]
            && self.many[position as usize].rows().len() >= MANY_ROWS
        {
            self.many[position as usize] = Delta::default();
        }
    }

    /// Whether a node has many rows, released or not.
    pub(super) fn has_many(&self) -> bool {
        !self.many.is_empty()
    }

    /// Forgets all rows.
    pub(super) fn clear(&mut self) {
        self.filled.drain(..).for_each(|node| self.places[node] = Place::Nowhere);
        self.many.clear();
        self.columns.clear();
        self.diffs.clear();
        self.columns.shrink_to(KEPT_MAX);
        self.diffs.shrink_to(KEPT_MAX);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delta(rows: usize) -> Delta {
        let mut delta = Delta::new(2);
        for row in 0..rows as i64 {
            delta.push(&[Datum::small_int(row).unwrap(), Datum::TRUE], 1 + row);
        }
        delta
    }

    fn sum(deltas: &Deltas, node: usize) -> Diff {
        deltas.rows(node).iter().map(|(_, diff)| diff).sum()
    }

    #[test]
    fn few_and_many_rows_are_read_alike_until_they_are_released() {
        let mut deltas = Deltas::new(4);
        for (node, rows) in [(1, 2), (2, MANY_ROWS - 1), (3, MANY_ROWS)] {
            deltas.put(node, &mut delta(rows));
        }
        let sums = [0, 1, 2, 3].map(|node| sum(&deltas, node));
        assert_eq!(sums, [0, 3, 255 * 256 / 2, 256 * 257 / 2]);
        assert!(deltas.has_many());
        (0..4).for_each(|node| deltas.release(node));
        assert_eq!([0, 1, 2, 3].map(|node| sum(&deltas, node)), [0, 3, 255 * 256 / 2, 0]);
        deltas.clear();
        assert_eq!([0, 1, 2, 3].map(|node| deltas.rows(node).len()), [0; 4]);
        assert!(!deltas.has_many());
    }
}
