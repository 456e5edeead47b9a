//! An index of rows by key, kept in a spine of differential dataflow, with the last changes beside it.

use std::rc::Rc;

use differential_dataflow::trace::implementations::ord_neu::layers::UpdsBuilder;
use differential_dataflow::trace::implementations::ord_neu::val_batch::OrdValStorage;
use differential_dataflow::trace::implementations::ord_neu::{OrdValBatch, Upds, Vals};
use differential_dataflow::trace::implementations::spine_fueled::Spine;
use differential_dataflow::trace::implementations::{BatchContainer, Layout, OffsetList};
use differential_dataflow::trace::{Description, Span, Trace, TraceReader};
use smallvec::SmallVec;
use timely::dataflow::operators::generic::OperatorInfo;
use timely::progress::Antichain;
use weft_value::Datum;

use crate::change::Diff;

use super::columns::{KeyList, RowList};
use super::delta::Delta;
use super::deltas::MANY_ROWS;
use super::found::{Found, Kept, Places, Version};
use super::recent::Recent;
use super::rows::Rows;

/// The number of a batch in its index.
type Time = u64;

/// Keys and values as flat rows. Times and differences are mostly equal to their neighbours', which
/// batches then do not repeat.
pub(super) struct Flat;

impl Layout for Flat {
    type KeyContainer = KeyList;
    type ValContainer = RowList;
    type TimeContainer = Vec<Time>;
    type DiffContainer = Vec<Diff>;
    type OffsetContainer = OffsetList;
}

pub(super) type Batch = Rc<OrdValBatch<Flat>>;

/// The index of an arranged node.
///
/// During a transaction the index stands at the state before it, and the node's changes beside it
/// ([`super::deltas::Deltas`]); both become one at the end ([`Arrangement::commit`]). So a reader sees either
/// state, and updates that cancel do so at once or in the first merge that meets them.
///
/// The spine holds most rows. Small changes gather in a table of recent ones first: a batch for each row
/// and transaction would cost more than all that is done with the row.
// A lookup that finds nothing reads the first cache line.
#[repr(C, align(64))]
pub(super) struct Arrangement {
    /// The batches of the spine.
    batches: SmallVec<[Batch; 2]>,
    recent: Recent,
    /// Apart from what every lookup reads.
    growth: Box<Growth>,
}

const _: () = assert!(size_of::<Arrangement>() <= 128);

/// How an index takes batches.
struct Growth {
    spine: Spine<Batch>,
    /// Batches that the spine got.
    inserted: Time,
    /// The changes of the transaction that runs, when they are many.
    staged: Option<Batch>,
}

/// Recent rows from which on they should become a batch.
const RECENT_ROWS: usize = 128;
/// Recent rows from which on they become a batch before the next transaction.
const RECENT_ROWS_MAX: usize = 2048;

impl Arrangement {
    /// An empty index of rows of `width` columns, the first of which are the key.
    pub(super) fn new(width: usize, key_width: usize) -> Arrangement {
        let mut spine = Spine::new(OperatorInfo::new(0, 0, Rc::from([0])), None, None);
        // Nobody asks for a cut through the spine, so every batch may be merged at once.
        spine.set_physical_compaction(Antichain::new().borrow());
        let growth = Box::new(Growth { spine, inserted: 0, staged: None });
        Arrangement { batches: SmallVec::new(), recent: Recent::new(width, key_width), growth }
    }

    pub(super) fn key_width(&self) -> usize {
        self.recent.key_width()
    }

    /// Columns of a row behind its key.
    pub(super) fn value_width(&self) -> usize {
        self.recent.width() - self.recent.key_width()
    }

    /// Whether it certainly has no rows before the transaction.
    pub(super) fn is_empty(&self) -> bool {
        self.batches.is_empty() && self.recent.len() == 0
    }

    /// Takes the sorted changes of a transaction, if they are so many that they will not be there any more
    /// when it ends.
    pub(super) fn stage(&mut self, rows: Rows<'_>) {
        if rows.len() >= MANY_ROWS {
            self.growth.staged = batch_of(rows, self.key_width(), self.growth.inserted);
        }
    }

    /// Makes the changes of a transaction part of the index. Whether there is something to merge now, which
    /// can wait.
    pub(super) fn commit(&mut self, rows: Rows<'_>) -> bool {
        if let Some(batch) = self.growth.staged.take() {
            self.insert(batch);
        } else {
            rows.iter().for_each(|(row, diff)| self.recent.add(row, diff));
        }
        if self.recent.len() >= RECENT_ROWS_MAX {
            self.merge();
        }
        self.recent.len() >= RECENT_ROWS
    }

    /// Makes the recent changes a batch of the spine, which merges in proportion to what it got.
    pub(super) fn merge(&mut self) {
        let mut delta = Delta::new(self.recent.width());
        self.recent.drain_into(&mut delta);
        delta.consolidate(&mut Delta::default());
        if let Some(batch) = batch_of(delta.rows(), self.key_width(), self.growth.inserted) {
            self.insert(batch);
        }
    }

    /// Gives the spine a batch with the time `inserted`.
    fn insert(&mut self, batch: Batch) {
        let Growth { spine, inserted, .. } = &mut *self.growth;
        let time = *inserted;
        *inserted += 1;
        let (lower, upper) = (Antichain::from_elem(time), Antichain::from_elem(time + 1));
        spine.set_logical_compaction(lower.borrow());
        let since = Antichain::from_elem(0);
        spine.insert(Span::new(Description::new(lower, upper, since), Some(batch)));
        self.note_batches();
    }

    fn note_batches(&mut self) {
        let batches = &mut self.batches;
        batches.clear();
        self.growth.spine.map_spans(|span| batches.extend(span.inner.clone()));
    }

    /// Where a key has rows in the state before the transaction.
    pub(super) fn find(&self, key: &[Datum]) -> Found<'_> {
        let in_batch = |batch| {
            let OrdValStorage { keys, vals, .. } = &Batch::as_ref(batch).storage;
            let (lower, upper) = vals.bounds(keys.find(key)?);
            Some(Kept::Batch { batch, values: (lower as u32, upper as u32) })
        };
        let mut places: Places<'_> = self.batches.iter().filter_map(in_batch).collect();
        let recent = self.recent.rows_of(key);
        if !recent.is_empty() {
            places.push(Kept::Recent(recent));
        }
        Found::new(places, key.len())
    }

    /// Merges everything into one batch: for a quiet moment after large changes.
    pub(super) fn compact(&mut self) {
        if self.recent.len() > 0 {
            self.merge();
        }
        let all_merged = |levels: &[(usize, usize, usize)]| {
            let updates: usize = levels.iter().map(|(_, _, length)| length).sum();
            let batches: usize =
                levels.iter().filter(|(_, _, length)| *length > 0).map(|level| level.1).sum();
            (batches > 1).then_some(updates.max(1))
        };
        self.growth.spine.set_exert_logic(std::sync::Arc::new(all_merged));
        // Each exertion merges at least two batches into one, and there are fewer than 64.
        for _ in 0..64 {
            if self.batches.len() <= 1 {
                break;
            }
            self.growth.spine.exert();
            self.note_batches();
        }
        self.growth.spine.set_exert_logic(std::sync::Arc::new(|_| None));
    }

    /// Number of rows that are there, once each, however often.
    pub(super) fn rows(&self) -> usize {
        let in_batches = self.batches.iter().flat_map(|batch| {
            let keys = &batch.storage.keys;
            (0..keys.len()).map(|place| keys.index(place))
        });
        let in_recent = self.recent.iter().map(|(row, _)| &row[..self.key_width()]);
        let keys: std::collections::BTreeSet<&[Datum]> = in_batches.chain(in_recent).collect();
        let mut rows = 0;
        for key in keys {
            self.find(key).for_each_value(Version::Old, |_, _| rows += 1);
        }
        rows
    }

    /// Number of updates kept, those among them that a later merge will cancel, and those of a transaction
    /// that is not committed if they are many.
    pub(super) fn updates(&self) -> usize {
        let batches = self.batches.iter().chain(&self.growth.staged);
        self.recent.len() + batches.map(|batch| batch.updates).sum::<usize>()
    }

    /// Gives every datum kept to `mark`.
    pub(super) fn datums(&self, mark: &mut dyn FnMut(Datum)) {
        for batch in &self.batches {
            batch.storage.keys.datums().iter().for_each(|datum| mark(*datum));
            batch.storage.vals.vals.datums().iter().for_each(|datum| mark(*datum));
        }
        self.recent.iter().for_each(|(row, _)| row.iter().for_each(|datum| mark(*datum)));
    }
}

fn batch_of(rows: Rows<'_>, key_width: usize, time: Time) -> Option<Batch> {
    let mut keys = KeyList::with_capacity(0);
    let mut vals: Vals<OffsetList, RowList> = Vals::with_capacity(0, rows.len());
    let mut upds: Upds<OffsetList, Vec<Time>, Vec<Diff>> = Upds::with_capacity(rows.len(), 0);
    let mut staging: UpdsBuilder<Vec<Time>, Vec<Diff>> = UpdsBuilder::default();
    for (index, (row, diff)) in rows.iter().enumerate() {
        let (key, value) = row.split_at(key_width);
        if index == 0 {
            keys.push(key);
        } else if &rows.row(index - 1)[..key_width] != key {
            vals.offs.push_ref(vals.vals.len());
            keys.push(key);
        }
        vals.vals.push(value);
        staging.push(time, diff);
        staging.seal(&mut upds);
    }
    vals.offs.push_ref(vals.vals.len());
    let updates = staging.total();
    (updates > 0).then(|| Rc::new(OrdValBatch { storage: OrdValStorage { keys, vals, upds }, updates }))
}
