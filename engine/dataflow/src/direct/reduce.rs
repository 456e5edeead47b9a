//! Distinct rows and aggregates: one group of rows at a time.

use std::collections::HashMap;

use rustc_hash::FxBuildHasher;
use weft_plan::plan::{Aggregation, AggregationKind};
use weft_value::{Datum, Interner, Row};

use crate::aggregate::{aggregate, value_width};
use crate::change::Diff;

use super::arrangement::{Arrangement, Version};
use super::delta::Delta;
use super::reader::Reader;

/// The rows that appear or disappear: those whose multiplicity becomes positive or stops to be.
pub(super) fn distinct(index: &Arrangement, delta: &Delta, output: &mut Delta) {
    let key_width = index.key_width();
    let mut reader = index.reader(Version::Old);
    let mut start = 0;
    while start < delta.len() {
        let end = delta.group_end(start, key_width);
        let found = reader.seek(&delta.row(start)[..key_width]);
        for position in start..end {
            let row = delta.row(position);
            let old = if found { reader.count(&row[key_width..]) } else { 0 };
            let new = old + delta.diff(position);
            match (old > 0, new > 0) {
                (false, true) => output.push(row, 1),
                (true, false) => output.push(row, -1),
                _ => {}
            }
        }
        start = end;
    }
}

/// Sums by key, with the number of rows: a sum of 0 does not tell whether there are rows.
#[derive(Default)]
pub(super) struct Sums(HashMap<Row, (Diff, i128), FxBuildHasher>);

impl Sums {
    /// Number of keys.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Gives every datum kept to `mark`.
    pub(super) fn datums(&self, mark: &mut dyn FnMut(Datum)) {
        self.0.keys().flat_map(|key| key.iter()).for_each(|datum| mark(*datum));
    }

    /// The sum after changes of a key's rows; none without rows and where it does not fit 64 bits.
    fn update(&mut self, key: &[Datum], changes: &Changes<'_>, interner: &Interner) -> Option<Datum> {
        let key = Row::new(key);
        let (mut count, mut total) = self.0.get(&key).copied().unwrap_or_default();
        for (values, diff) in changes.iter() {
            if let Some(value) = values.get(changes.value_column).and_then(|value| interner.as_int(*value)) {
                count += diff;
                total += i128::from(value) * i128::from(diff);
            }
        }
        if count == 0 && total == 0 {
            self.0.remove(&key);
        } else {
            self.0.insert(key, (count, total));
        }
        if count > 0 { i64::try_from(total).ok().map(|total| interner.int(total)) } else { None }
    }
}

/// The changed rows of one key.
struct Changes<'a> {
    delta: &'a Delta,
    start: usize,
    end: usize,
    key_width: usize,
    /// Position of the aggregated value among the value columns.
    value_column: usize,
}

impl Changes<'_> {
    fn len(&self) -> usize {
        self.end - self.start
    }

    fn value_columns(&self) -> usize {
        self.delta.row(self.start).len() - self.key_width
    }

    fn iter(&self) -> impl Iterator<Item = (&[Datum], Diff)> {
        (self.start..self.end).map(|index| (&self.delta.row(index)[self.key_width..], self.delta.diff(index)))
    }
}

/// The changes of the aggregates of an index.
pub(super) fn reduce(
    aggregation: &Aggregation,
    (index, delta): (&Arrangement, &Delta),
    results: &Arrangement,
    sums: &mut Sums,
    interner: &Interner,
    output: &mut Delta,
) {
    let key_width = index.key_width();
    let mut old_results = results.reader(Version::Old);
    let mut group: Option<Reader<'_>> = None;
    let mut start = 0;
    while start < delta.len() {
        let end = delta.group_end(start, key_width);
        let key = &delta.row(start)[..key_width];
        let old = first_value(&mut old_results, key);
        let changes = Changes { delta, start, end, key_width, value_column: aggregation.descending.len() };
        let new = match shortcut(aggregation, &changes, old, interner) {
            Shortcut::Known(value) => value,
            Shortcut::Sum => sums.update(key, &changes, interner),
            Shortcut::Members(old) => {
                let reader = group.get_or_insert_with(|| index.reader(Version::New));
                edited(old, reader, key, &changes, interner)
            }
            Shortcut::Recompute => {
                let reader = group.get_or_insert_with(|| index.reader(Version::New));
                recompute(aggregation, reader, key, interner)
            }
        };
        if old != new {
            old.iter().for_each(|value| output.push_parts(&[key, &[*value]], -1));
            new.iter().for_each(|value| output.push_parts(&[key, &[*value]], 1));
        }
        start = end;
    }
}

fn first_value(reader: &mut Reader<'_>, key: &[Datum]) -> Option<Datum> {
    let mut first = None;
    if reader.seek(key) {
        reader.for_each_value(|value, _| first = first.or(value.first().copied()));
    }
    first
}

fn recompute(
    aggregation: &Aggregation,
    reader: &mut Reader<'_>,
    key: &[Datum],
    interner: &Interner,
) -> Option<Datum> {
    if !reader.seek(key) {
        return None;
    }
    let mut rows = Vec::new();
    reader.for_each_value(|value, count| rows.push((value, count)));
    aggregate(aggregation, &mut rows, interner)
}

/// The set after changes of its members.
fn edited(
    old: Datum,
    reader: &mut Reader<'_>,
    key: &[Datum],
    changes: &Changes<'_>,
    interner: &Interner,
) -> Option<Datum> {
    if !reader.seek(key) {
        return None;
    }
    let members = changes.iter().filter_map(|(values, _)| Some((values, *values.first()?)));
    let members = members.filter(|(_, member)| member.is_defined());
    let edits: Vec<(Datum, bool)> =
        members.map(|(values, member)| (member, reader.count(values) > 0)).collect();
    let new = interner.set_edited(old, &edits);
    interner.parts(new).filter(|members| !members.is_empty()).map(|_| new)
}

/// What the changes alone tell about the new aggregate.
enum Shortcut {
    Known(Option<Datum>),
    Sum,
    /// The old set, to be edited.
    Members(Datum),
    Recompute,
}

/// Counts and sums follow from the old ones, a set from the old one and the members that changed; a least
/// or greatest value unless it goes itself.
fn shortcut(
    aggregation: &Aggregation,
    changes: &Changes<'_>,
    old: Option<Datum>,
    interner: &Interner,
) -> Shortcut {
    match aggregation.kind {
        AggregationKind::Count if value_width(aggregation) == 0 => {
            let before = old.and_then(|old| interner.as_int(old)).unwrap_or(0);
            let count: Diff = before + changes.iter().map(|(_, diff)| diff).sum::<Diff>();
            Shortcut::Known((count > 0).then(|| interner.int(count)))
        }
        AggregationKind::Sum => Shortcut::Sum,
        AggregationKind::Set if changes.value_columns() == 1 => match old {
            // Many edits of a small set cost more than to collect it anew.
            Some(old) if changes.len() * 8 <= interner.parts(old).map_or(0, <[Datum]>::len) + 8 => {
                Shortcut::Members(old)
            }
            _ => Shortcut::Recompute,
        },
        AggregationKind::Min | AggregationKind::Max => {
            let Some(mut best) = old else { return Shortcut::Recompute };
            for (values, diff) in changes.iter() {
                let Some(value) = values.get(changes.value_column).filter(|value| value.is_defined()) else {
                    continue;
                };
                if diff < 0 && Some(*value) == old {
                    return Shortcut::Recompute;
                }
                let order = interner.compare(*value, best);
                let better =
                    if aggregation.kind == AggregationKind::Min { order.is_lt() } else { order.is_gt() };
                if diff > 0 && better {
                    best = *value;
                }
            }
            Shortcut::Known(Some(best))
        }
        _ => Shortcut::Recompute,
    }
}
