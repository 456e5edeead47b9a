//! The rows of one key of an index, wherever it keeps them.

use differential_dataflow::trace::implementations::BatchContainer;
use smallvec::SmallVec;
use weft_value::Datum;

use crate::change::Diff;

use super::arrangement::Batch;
use super::recent::Chain;
use super::rows::Rows;

/// Which state of an index is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    /// Before the transaction.
    Old,
    /// After it.
    New,
}

/// Places where a key had rows before the transaction.
pub(super) type Places<'a> = SmallVec<[Kept<'a>; 2]>;

/// Rows of one key in one place of an index.
#[derive(Clone, Copy)]
pub(super) enum Kept<'a> {
    /// The values of a batch from one position to another.
    Batch { batch: &'a Batch, values: (u32, u32) },
    /// Recent changes.
    Recent(Chain<'a>),
}

/// The rows of one key in both states of an index.
///
/// An index keeps a row in batches of the spine and among the recent changes; the changes of the transaction
/// that runs lie beside it. A row's multiplicity is what all of them say together. Differential's own cursors
/// go through every batch by binary search; here a batch is asked for one key at a time.
pub(super) struct Found<'a> {
    places: Places<'a>,
    /// The sorted changes of this transaction, from one position to another.
    fresh: (Rows<'a>, (u32, u32)),
    key_width: u32,
}

/// Rows of one key in the index, or among the sorted changes of this transaction from one position to another.
#[derive(Clone, Copy)]
enum Place<'a> {
    Kept(Kept<'a>),
    Fresh { rows: Rows<'a>, range: (u32, u32) },
}

fn positions((start, end): (u32, u32)) -> std::ops::Range<usize> {
    start as usize..end as usize
}

impl<'a> Found<'a> {
    /// The rows of a key before the transaction.
    pub(super) fn new(places: Places<'a>, key_width: usize) -> Found<'a> {
        Found { places, fresh: (Rows::default(), (0, 0)), key_width: key_width as u32 }
    }

    /// With the changes of the transaction from one position to another, which are sorted and the key's.
    pub(super) fn with(mut self, rows: Rows<'a>, range: (u32, u32)) -> Found<'a> {
        self.fresh = (rows, range);
        self
    }

    fn fresh(&self, version: Version) -> Option<Place<'a>> {
        let (rows, range) = self.fresh;
        let is_seen = version == Version::New && range.0 < range.1;
        is_seen.then_some(Place::Fresh { rows, range })
    }

    /// All places with rows in one state.
    fn places(&self, version: Version) -> impl Iterator<Item = Place<'a>> {
        self.places.iter().copied().map(Place::Kept).chain(self.fresh(version))
    }

    fn key_width(&self) -> usize {
        self.key_width as usize
    }

    /// Whether nothing is known about the key in one state.
    pub(super) fn is_empty(&self, version: Version) -> bool {
        self.places.is_empty() && self.fresh(version).is_none()
    }

    /// Visits the values with their multiplicities, in no particular order.
    pub(super) fn for_each_value(&self, version: Version, mut visit: impl FnMut(&'a [Datum], Diff)) {
        self.any_value(version, |value, count| {
            visit(value, count);
            false
        });
    }

    /// Whether there is a value of positive multiplicity.
    pub(super) fn has_rows(&self, version: Version) -> bool {
        self.any_value(version, |_, count| count > 0)
    }

    /// The multiplicity of a value.
    pub(super) fn count(&self, version: Version, value: &[Datum]) -> Diff {
        self.places(version).map(|place| place.count(self.key_width(), value)).sum()
    }

    /// Whether some value, with its multiplicity, passes a test. Values come until one does.
    fn any_value(&self, version: Version, mut test: impl FnMut(&'a [Datum], Diff) -> bool) -> bool {
        let key_width = self.key_width();
        match (self.places.as_slice(), self.fresh(version)) {
            ([], None) => return false,
            ([only], None) => return Place::Kept(*only).any(key_width, &mut test),
            ([], Some(only)) => return only.any(key_width, &mut test),
            _ => {}
        }
        let mut places: SmallVec<[Sorted<'a>; 4]> =
            self.places(version).map(|place| place.sorted(key_width)).collect();
        loop {
            let Some(value) = places.iter().filter_map(|place| place.value(key_width)).min() else {
                return false;
            };
            let mut count = 0;
            for place in &mut places {
                if place.value(key_width) == Some(value) {
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
    fn any(self, key_width: usize, test: &mut impl FnMut(&'a [Datum], Diff) -> bool) -> bool {
        match self {
            Place::Kept(Kept::Batch { batch, values }) => positions(values).any(|value| {
                let count = count_at(batch, value);
                count != 0 && test(batch.storage.vals.get_abs(value), count)
            }),
            Place::Fresh { rows, range } => {
                positions(range).any(|row| test(&rows.row(row)[key_width..], rows.diff(row)))
            }
            Place::Kept(Kept::Recent(mut chain)) => chain.any(|(row, count)| test(&row[key_width..], count)),
        }
    }

    fn count(self, key_width: usize, value: &[Datum]) -> Diff {
        match self {
            Place::Kept(Kept::Batch { batch, values: (start, end) }) => {
                let found = batch.storage.vals.vals.position(start as usize, end as usize, value);
                found.map_or(0, |at| count_at(batch, at))
            }
            Place::Fresh { rows, range } => {
                let found = positions(range).find(|row| &rows.row(*row)[key_width..] == value);
                found.map_or(0, |row| rows.diff(row))
            }
            Place::Kept(Kept::Recent(mut chain)) => {
                chain.find(|(row, _)| &row[key_width..] == value).map_or(0, |(_, count)| count)
            }
        }
    }

    /// The rows in ascending order of their values.
    fn sorted(self, key_width: usize) -> Sorted<'a> {
        match self {
            Place::Kept(Kept::Batch { batch, values }) => Sorted::Batch { batch, values },
            Place::Fresh { rows, range } => Sorted::Fresh { rows, range },
            Place::Kept(Kept::Recent(chain)) => {
                let mut rows: SmallVec<[(&'a [Datum], Diff); 2]> =
                    chain.map(|(row, count)| (&row[key_width..], count)).collect();
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
        values: (u32, u32),
    },
    Fresh {
        rows: Rows<'a>,
        range: (u32, u32),
    },
    /// The least last.
    Recent(SmallVec<[(&'a [Datum], Diff); 2]>),
}

impl<'a> Sorted<'a> {
    fn value(&self, key_width: usize) -> Option<&'a [Datum]> {
        match self {
            Sorted::Batch { batch, values: (start, end) } => {
                (start < end).then(|| batch.storage.vals.get_abs(*start as usize))
            }
            Sorted::Fresh { rows, range: (start, end) } => {
                (start < end).then(|| &rows.row(*start as usize)[key_width..])
            }
            Sorted::Recent(rows) => rows.last().map(|(value, _)| *value),
        }
    }

    /// Takes the least away, if there is one; gives its multiplicity.
    fn take(&mut self) -> Diff {
        let next = |(start, end): &mut (u32, u32)| {
            let place = *start;
            (place < *end).then(|| {
                *start += 1;
                place as usize
            })
        };
        match self {
            Sorted::Batch { batch, values } => next(values).map_or(0, |at| count_at(batch, at)),
            Sorted::Fresh { rows, range } => next(range).map_or(0, |row| rows.diff(row)),
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
