//! An index of rows by key, kept in a spine of differential dataflow.

use std::rc::Rc;

use differential_dataflow::trace::implementations::ord_neu::layers::UpdsBuilder;
use differential_dataflow::trace::implementations::ord_neu::val_batch::OrdValStorage;
use differential_dataflow::trace::implementations::ord_neu::{OrdValBatch, Upds, Vals};
use differential_dataflow::trace::implementations::spine_fueled::Spine;
use differential_dataflow::trace::implementations::{BatchContainer, Layout, OffsetList};
use differential_dataflow::trace::{Description, Span, Trace, TraceReader};
use timely::dataflow::operators::generic::OperatorInfo;
use timely::progress::Antichain;
use weft_value::Datum;

use crate::change::Diff;

use super::columns::RowList;
use super::delta::Delta;
use super::reader::Reader;

/// The number of a transaction.
pub(super) type Time = u64;

/// Keys and values as flat rows. Times and differences are mostly equal to their neighbours', which
/// batches then do not repeat.
pub(super) struct Flat;

impl Layout for Flat {
    type KeyContainer = RowList;
    type ValContainer = RowList;
    type TimeContainer = Vec<Time>;
    type DiffContainer = Vec<Diff>;
    type OffsetContainer = OffsetList;
}

pub(super) type Batch = Rc<OrdValBatch<Flat>>;

/// The index of an arranged node.
///
/// During a transaction the spine stands at the state before it, and the node's new batch beside it; both
/// become one at the end ([`Arrangement::commit`]). So a reader sees either state, whatever the spine
/// merges, and updates that cancel do so in the first merge that meets them.
pub(super) struct Arrangement {
    spine: Spine<Batch>,
    /// The first time after the spine's last batch.
    upper: Time,
    fresh: Option<Batch>,
    key_width: usize,
}

/// Which state of an index is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    /// Before the transaction.
    Old,
    /// After it.
    New,
}

impl Arrangement {
    pub(super) fn new(key_width: usize) -> Arrangement {
        let mut spine = Spine::new(OperatorInfo::new(0, 0, Rc::from([0])), None, None);
        // Nobody asks for a cut through the spine, so every batch may be merged at once.
        spine.set_physical_compaction(Antichain::new().borrow());
        Arrangement { spine, upper: 0, fresh: None, key_width }
    }

    pub(super) fn key_width(&self) -> usize {
        self.key_width
    }

    /// Takes the sorted changes of a transaction.
    pub(super) fn stage(&mut self, delta: &Delta, time: Time) {
        self.fresh = batch_of(delta, self.key_width, time);
    }

    /// Makes the staged batch part of the spine, which merges as much as it got.
    pub(super) fn commit(&mut self, time: Time) {
        let Some(batch) = self.fresh.take() else { return };
        let (lower, upper) = (Antichain::from_elem(self.upper), Antichain::from_elem(time + 1));
        self.upper = time + 1;
        self.spine.set_logical_compaction(Antichain::from_elem(time).borrow());
        let since = Antichain::from_elem(0);
        self.spine.insert(Span::new(Description::new(lower, upper, since), Some(batch)));
    }

    /// A cursor over one state of the index.
    pub(super) fn reader(&self, version: Version) -> Reader {
        let mut batches = Vec::new();
        self.spine.map_spans(|span| batches.extend(span.inner.clone()));
        if version == Version::New {
            batches.extend(self.fresh.clone());
        }
        Reader::new(batches)
    }

    /// Merges everything into one batch: for a quiet moment after large changes.
    pub(super) fn compact(&mut self) {
        let all_merged = |levels: &[(usize, usize, usize)]| {
            let updates: usize = levels.iter().map(|(_, _, length)| length).sum();
            let batches: usize =
                levels.iter().filter(|(_, _, length)| *length > 0).map(|level| level.1).sum();
            (batches > 1).then_some(updates.max(1))
        };
        self.spine.set_exert_logic(std::sync::Arc::new(all_merged));
        // Each exertion merges at least two batches into one, and there are fewer than 64.
        for _ in 0..64 {
            let mut batches = 0;
            self.spine.map_spans(|span| batches += usize::from(span.inner.is_some()));
            if batches <= 1 {
                break;
            }
            self.spine.exert();
        }
        self.spine.set_exert_logic(std::sync::Arc::new(|_| None));
    }

    /// Number of rows that are there, once each, however often.
    pub(super) fn rows(&self) -> usize {
        let mut reader = self.reader(Version::New);
        let mut rows = 0;
        while let Some(key) = reader.key().map(<[Datum]>::to_vec) {
            reader.seek(&key);
            reader.for_each_value(|_, _| rows += 1);
            reader.step_key();
        }
        rows
    }

    /// Number of updates kept, those among them that a later merge will cancel.
    pub(super) fn updates(&self) -> usize {
        let mut updates = 0;
        self.spine.map_spans(|span| updates += span.inner.as_ref().map_or(0, |batch| batch.updates));
        updates
    }

    /// Gives every datum kept to `mark`.
    pub(super) fn datums(&self, mark: &mut dyn FnMut(Datum)) {
        self.spine.map_spans(|span| {
            if let Some(batch) = &span.inner {
                batch.storage.keys.datums().iter().for_each(|datum| mark(*datum));
                batch.storage.vals.vals.datums().iter().for_each(|datum| mark(*datum));
            }
        });
    }
}

fn batch_of(delta: &Delta, key_width: usize, time: Time) -> Option<Batch> {
    let rows = delta.len();
    let mut keys = RowList::with_capacity(0);
    let mut vals: Vals<OffsetList, RowList> = Vals::with_capacity(0, rows);
    let mut upds: Upds<OffsetList, Vec<Time>, Vec<Diff>> = Upds::with_capacity(rows, 0);
    let mut staging: UpdsBuilder<Vec<Time>, Vec<Diff>> = UpdsBuilder::default();
    for (index, (row, diff)) in delta.iter().enumerate() {
        let (key, value) = row.split_at(key_width);
        if index == 0 {
            keys.push(key);
        } else if &delta.row(index - 1)[..key_width] != key {
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
