//! Reading an index forward by key, over all its batches at once.

use differential_dataflow::trace::{Cursor, Navigable};
use weft_value::Datum;

use crate::change::Diff;

use super::arrangement::Batch;

type BatchCursor = <Batch as Navigable>::Cursor;

/// Cursors over the batches of an index.
///
/// Differential's own list of cursors looks for a value in every batch, at whatever key the batch's cursor
/// stands; here only the batches that have the key are asked.
pub(super) struct Reader {
    batches: Vec<(Batch, BatchCursor)>,
    /// The batches that have the key last sought.
    found: Vec<usize>,
}

impl Reader {
    pub(super) fn new(batches: Vec<Batch>) -> Reader {
        let with_cursor = |batch: Batch| {
            let cursor = batch.cursor();
            (batch, cursor)
        };
        Reader { batches: batches.into_iter().map(with_cursor).collect(), found: Vec::new() }
    }

    /// Moves forward to a key; whether it is there. Keys must be sought in ascending order.
    pub(super) fn seek(&mut self, key: &[Datum]) -> bool {
        self.found.clear();
        for (position, (batch, cursor)) in self.batches.iter_mut().enumerate() {
            if cursor.get_key(batch).is_some_and(|current| current < key) {
                cursor.seek_key(batch, key);
            }
            if cursor.get_key(batch) == Some(key) {
                cursor.rewind_vals(batch);
                self.found.push(position);
            }
        }
        !self.found.is_empty()
    }

    /// The least key not below the one last sought.
    pub(super) fn key(&self) -> Option<&[Datum]> {
        self.batches.iter().filter_map(|(batch, cursor)| cursor.get_key(batch)).min()
    }

    /// Moves beyond the key last sought.
    pub(super) fn step_key(&mut self) {
        for position in self.found.drain(..) {
            let (batch, cursor) = &mut self.batches[position];
            cursor.step_key(batch);
        }
    }

    /// Visits the values of the key last sought, in ascending order, with their multiplicities.
    pub(super) fn for_each_value<'s>(&'s mut self, mut visit: impl FnMut(&'s [Datum], Diff)) {
        if let [only] = *self.found {
            let (batch, cursor) = &mut self.batches[only];
            cursor.rewind_vals(batch);
            while let Some(value) = cursor.get_val(batch) {
                let count = current_count(batch, cursor);
                if count != 0 {
                    visit(value, count);
                }
                cursor.step_val(batch);
            }
            return;
        }
        for position in &self.found {
            let (batch, cursor) = &mut self.batches[*position];
            cursor.rewind_vals(batch);
        }
        // The cursors move while the values that they gave stay borrowed from the batches.
        let (batches, mut cursors): (Vec<&'s Batch>, Vec<&mut BatchCursor>) =
            self.batches.iter_mut().map(|(batch, cursor)| (&*batch, cursor)).unzip();
        loop {
            let value_at = |position: &usize| cursors[*position].get_val(batches[*position]);
            let Some(value) = self.found.iter().filter_map(value_at).min() else { return };
            let mut count = 0;
            for position in &self.found {
                let (batch, cursor) = (batches[*position], &mut cursors[*position]);
                if cursor.get_val(batch) == Some(value) {
                    count += current_count(batch, cursor);
                    cursor.step_val(batch);
                }
            }
            if count != 0 {
                visit(value, count);
            }
        }
    }

    /// The multiplicity of a value of the key last sought. Values must be asked for in ascending order.
    pub(super) fn count(&mut self, value: &[Datum]) -> Diff {
        let mut count = 0;
        for position in &self.found {
            let (batch, cursor) = &mut self.batches[*position];
            cursor.seek_val(batch, value);
            if cursor.get_val(batch) == Some(value) {
                count += current_count(batch, cursor);
            }
        }
        count
    }

    /// Whether the key last sought has a value of positive multiplicity.
    pub(super) fn has_rows(&mut self) -> bool {
        if let [only] = *self.found {
            let (batch, cursor) = &mut self.batches[only];
            cursor.rewind_vals(batch);
            while cursor.val_valid(batch) {
                if current_count(batch, cursor) > 0 {
                    return true;
                }
                cursor.step_val(batch);
            }
            return false;
        }
        let mut is_there = false;
        self.for_each_value(|_, count| is_there |= count > 0);
        is_there
    }
}

/// The multiplicity of the value where a cursor stands, in its batch.
fn current_count(batch: &Batch, cursor: &mut BatchCursor) -> Diff {
    let mut count = 0;
    cursor.map_times(batch, |_, diff| count += diff);
    count
}
