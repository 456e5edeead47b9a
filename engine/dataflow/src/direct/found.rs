//! Reading an index by key, over all places where it keeps rows at once.

use std::ops::Range;

use differential_dataflow::trace::implementations::BatchContainer;
use smallvec::SmallVec;
use weft_value::Datum;

use crate::change::Diff;

use super::arrangement::{Arrangement, Batch, Version};
use super::delta::Delta;
use super::recent::{Chain, Recent};

/// One state of an index, read key by key.
///
/// An index keeps a row in batches of the spine, among the recent changes and among the changes of the
/// transaction that runs; its multiplicity is what all of them say together. Differential's own cursors go
/// through every batch by binary search; here a batch is asked for one key at a time.
pub(super) struct Reader<'a> {
    index: &'a Arrangement,
    /// The changes of this transaction, when they belong to the state that is read.
    fresh: Option<&'a Delta>,
    fresh_batch: Option<&'a Batch>,
    /// Where to go on looking among the changes of this transaction.
    fresh_start: usize,
    /// Where the key last sought has rows.
    found: SmallVec<[Place<'a>; 4]>,
}

/// Rows of one key in one place.
enum Place<'a> {
    Batch { batch: &'a Batch, values: Range<usize> },
    Fresh { delta: &'a Delta, rows: Range<usize>, key_width: usize },
    Recent { recent: &'a Recent, rows: Chain<'a> },
}

impl<'a> Reader<'a> {
    pub(super) fn new(index: &'a Arrangement, version: Version) -> Reader<'a> {
        let (fresh, fresh_batch) = match version {
            Version::Old => (None, None),
            Version::New => (Some(index.fresh()).filter(|delta| !delta.is_empty()), index.fresh_batch()),
        };
        Reader { index, fresh, fresh_batch, fresh_start: 0, found: SmallVec::new() }
    }

    /// Moves forward to a key; whether there is something about it. Keys must be sought in ascending order.
    pub(super) fn seek(&mut self, key: &[Datum]) -> bool {
        self.found.clear();
        for batch in self.index.batches().iter().chain(self.fresh_batch) {
            if let Some(place) = batch.storage.keys.find(key) {
                let (lower, upper) = batch.storage.vals.bounds(place);
                self.found.push(Place::Batch { batch, values: lower..upper });
            }
        }
        let recent = self.index.recent();
        let rows = recent.rows_of(key);
        if { rows }.next().is_some() {
            self.found.push(Place::Recent { recent, rows });
        }
        if let Some(delta) = self.fresh {
            let start = delta.seek(self.fresh_start, key);
            self.fresh_start = start;
            if start < delta.len() && &delta.row(start)[..key.len()] == key {
                let end = delta.group_end(start, key.len());
                self.found.push(Place::Fresh { delta, rows: start..end, key_width: key.len() });
            }
        }
        !self.found.is_empty()
    }

    /// Visits the values of the key last sought with their multiplicities, in no particular order.
    pub(super) fn for_each_value(&self, mut visit: impl FnMut(&'a [Datum], Diff)) {
        self.any_value(|value, count| {
            visit(value, count);
            false
        });
    }

    /// Whether the key last sought has a value of positive multiplicity.
    pub(super) fn has_rows(&self) -> bool {
        self.any_value(|_, count| count > 0)
    }

    /// The multiplicity of a value of the key last sought.
    pub(super) fn count(&self, value: &[Datum]) -> Diff {
        self.found.iter().map(|place| place.count(value)).sum()
    }

    /// Whether some value of the key last sought, with its multiplicity, passes a test. Values come until
    /// one does.
    fn any_value(&self, mut test: impl FnMut(&'a [Datum], Diff) -> bool) -> bool {
        if let [only] = self.found.as_slice() {
            return only.any(&mut test);
        }
        let mut places: SmallVec<[Sorted<'a>; 4]> = self.found.iter().map(Place::sorted).collect();
        loop {
            let Some(value) = places.iter().filter_map(Sorted::value).min() else { return false };
            let mut count = 0;
            for place in &mut places {
                if place.value() == Some(value) {
                    count += place.take();
                }
            }
            if count != 0 && test(value, count) {
                return true;
            }
        }
    }
}

impl<'a> Place<'a> {
    fn any(&self, test: &mut impl FnMut(&'a [Datum], Diff) -> bool) -> bool {
        match self {
            Place::Batch { batch, values } => values.clone().any(|value| {
                let count = count_at(batch, value);
                count != 0 && test(batch.storage.vals.get_abs(value), count)
            }),
            Place::Fresh { delta, rows, key_width } => {
                rows.clone().any(|row| test(&delta.row(row)[*key_width..], delta.diff(row)))
            }
            Place::Recent { recent, rows } => { *rows }.any(|(slot, count)| test(recent.value(slot), count)),
        }
    }

    fn count(&self, value: &[Datum]) -> Diff {
        match self {
            Place::Batch { batch, values } => {
                let found = batch.storage.vals.vals.position(values.start, values.end, value);
                found.map_or(0, |at| count_at(batch, at))
            }
            Place::Fresh { delta, rows, key_width } => {
                let is_it = |row: &usize| &delta.row(*row)[*key_width..] == value;
                rows.clone().find(is_it).map_or(0, |row| delta.diff(row))
            }
            Place::Recent { recent, rows } => {
                { *rows }.find(|(slot, _)| recent.value(*slot) == value).map_or(0, |(_, count)| count)
            }
        }
    }

    /// The rows in ascending order of their values.
    fn sorted(&self) -> Sorted<'a> {
        match self {
            Place::Batch { batch, values } => Sorted::Batch { batch, values: values.clone() },
            Place::Fresh { delta, rows, key_width } => {
                Sorted::Fresh { delta, rows: rows.clone(), key_width: *key_width }
            }
            Place::Recent { recent, rows } => {
                let mut rows: SmallVec<[(&'a [Datum], Diff); 4]> =
                    rows.map(|(slot, count)| (recent.value(slot), count)).collect();
                rows.sort_unstable_by(|a, b| b.cmp(a));
                Sorted::Recent(rows)
            }
        }
    }
}

/// Rows that are taken in ascending order of their values.
enum Sorted<'a> {
    Batch {
        batch: &'a Batch,
        values: Range<usize>,
    },
    Fresh {
        delta: &'a Delta,
        rows: Range<usize>,
        key_width: usize,
    },
    /// The least last.
    Recent(SmallVec<[(&'a [Datum], Diff); 4]>),
}

impl<'a> Sorted<'a> {
    fn value(&self) -> Option<&'a [Datum]> {
        match self {
            Sorted::Batch { batch, values } => {
                (!values.is_empty()).then(|| batch.storage.vals.get_abs(values.start))
            }
            Sorted::Fresh { delta, rows, key_width } => {
                (!rows.is_empty()).then(|| &delta.row(rows.start)[*key_width..])
            }
            Sorted::Recent(rows) => rows.last().map(|(value, _)| *value),
        }
    }

    /// Takes the least away; gives its multiplicity.
    fn take(&mut self) -> Diff {
        match self {
            Sorted::Batch { batch, values } => values.next().map_or(0, |at| count_at(batch, at)),
            Sorted::Fresh { delta, rows, .. } => rows.next().map_or(0, |row| delta.diff(row)),
            Sorted::Recent(rows) => rows.pop().map_or(0, |(_, count)| count),
        }
    }
}

/// The multiplicity of a value in its batch.
fn count_at(batch: &Batch, value: usize) -> Diff {
    let updates = &batch.storage.upds;
    let (lower, upper) = updates.bounds(value);
    (lower..upper).map(|at| *updates.diffs.index(at)).sum()
}
