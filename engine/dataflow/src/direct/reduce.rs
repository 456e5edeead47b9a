//! Distinct rows and aggregates: one group of rows at a time.

use std::collections::HashMap;

use rustc_hash::FxBuildHasher;
use weft_plan::plan::{Aggregation, AggregationKind};
use weft_value::{Datum, Interner, Row};

use crate::aggregate::{aggregate, value_width};
use crate::change::Diff;

use super::arrangement::Arrangement;
use super::delta::Delta;
use super::found::{Found, Version};
use super::rows::Rows;

/// The rows that appear or disappear: those whose multiplicity becomes positive or stops to be.
pub(super) fn distinct(index: &Arrangement, rows: Rows<'_>, output: &mut Delta) {
    let key_width = index.key_width();
    let mut start = 0;
    while start < rows.len() {
        let end = rows.group_end(start, key_width);
        let found = index.find(&rows.row(start)[..key_width]);
        for position in start..end {
            let row = rows.row(position);
            let old = found.count(Version::Old, &row[key_width..]);
            let new = old + rows.diff(position);
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
    rows: Rows<'a>,
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
        self.rows.row(self.start).len() - self.key_width
    }

    fn iter(&self) -> impl Iterator<Item = (&[Datum], Diff)> {
        (self.start..self.end).map(|index| (&self.rows.row(index)[self.key_width..], self.rows.diff(index)))
    }
}

/// The changes of the aggregates of an index.
pub(super) fn reduce(
    aggregation: &Aggregation,
    (index, rows): (&Arrangement, Rows<'_>),
    results: &Arrangement,
    sums: &mut Sums,
    interner: &Interner,
    output: &mut Delta,
) {
    let key_width = index.key_width();
    let mut start = 0;
    while start < rows.len() {
        let end = rows.group_end(start, key_width);
        let key = &rows.row(start)[..key_width];
        let old = first_value(&results.find(key));
        let changes = Changes { rows, start, end, key_width, value_column: aggregation.descending.len() };
        let group = || index.find(key).with(rows, (start as u32, end as u32));
        let new = match shortcut(aggregation, &changes, old, interner) {
            Shortcut::Known(value) => value,
            Shortcut::Sum => sums.update(key, &changes, interner),
            Shortcut::Members(old) => edited(old, &group(), &changes, interner),
            Shortcut::Recompute => recompute(aggregation, &group(), interner),
        };
        if old != new {
            old.iter().for_each(|value| output.push_parts(&[key, &[*value]], -1));
            new.iter().for_each(|value| output.push_parts(&[key, &[*value]], 1));
        }
        start = end;
    }
}

fn first_value(found: &Found<'_>) -> Option<Datum> {
    let mut first = None;
    found.for_each_value(Version::Old, |value, _| first = first.or(value.first().copied()));
    first
}

fn recompute(aggregation: &Aggregation, group: &Found<'_>, interner: &Interner) -> Option<Datum> {
    if group.is_empty(Version::New) {
        return None;
    }
    let mut rows = Vec::new();
    group.for_each_value(Version::New, |value, count| rows.push((value, count)));
    aggregate(aggregation, &mut rows, interner)
}

/// The set after changes of its members.
fn edited(old: Datum, group: &Found<'_>, changes: &Changes<'_>, interner: &Interner) -> Option<Datum> {
    let members = changes.iter().filter_map(|(values, _)| Some((values, *values.first()?)));
    let members = members.filter(|(_, member)| member.is_defined());
    let edits: Vec<(Datum, bool)> =
        members.map(|(values, member)| (member, group.count(Version::New, values) > 0)).collect();
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
