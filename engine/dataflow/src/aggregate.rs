//! Aggregates over the rows of one key.

use std::cmp::Ordering;

use weft_plan::plan::{Aggregation, AggregationKind};
use weft_value::{Datum, Interner};

use crate::change::Diff;

/// The value columns that an aggregation reads.
pub(crate) fn value_width(aggregation: &Aggregation) -> usize {
    let values = match aggregation.kind {
        AggregationKind::Count => 0,
        AggregationKind::Map => 2,
        _ => 1,
    };
    aggregation.descending.len() + values
}

/// The aggregate of the rows of a key (value columns with multiplicity); none where there is no row to
/// give. Rows whose multiplicity is not positive are not there, nor are those with an undefined column that
/// is read.
pub(crate) fn aggregate(
    aggregation: &Aggregation,
    rows: &mut Vec<(&[Datum], Diff)>,
    interner: &Interner,
) -> Option<Datum> {
    let width = value_width(aggregation);
    rows.retain(|(row, count)| *count > 0 && row.iter().take(width).all(|column| column.is_defined()));
    if rows.is_empty() {
        return None;
    }
    let order_width = aggregation.descending.len();
    let value = |row: &[Datum]| row.get(order_width).copied().unwrap_or(Datum::UNDEFINED);
    let result = match aggregation.kind {
        AggregationKind::Count => interner.int(rows.iter().map(|(_, count)| count).sum()),
        AggregationKind::Sum => return sum(rows.iter().map(|(row, count)| (value(row), *count)), interner),
        AggregationKind::Set => interner.set(&mut rows.iter().map(|(row, _)| value(row)).collect()),
        AggregationKind::Min => {
            rows.iter().map(|(row, _)| value(row)).min_by(|a, b| interner.compare(*a, *b))?
        }
        AggregationKind::Max => {
            rows.iter().map(|(row, _)| value(row)).max_by(|a, b| interner.compare(*a, *b))?
        }
        AggregationKind::Least => {
            value(rows.iter().min_by(|a, b| in_order(aggregation, a.0, b.0, interner))?.0)
        }
        AggregationKind::The => {
            let first = value(rows[0].0);
            return rows.iter().all(|(row, _)| value(row) == first).then_some(first);
        }
        AggregationKind::List => {
            let members: Vec<Datum> = repeated(aggregation, rows, interner).map(value).collect();
            interner.list(&members)
        }
        AggregationKind::Number => {
            let number = |(position, row)| interner.tuple(&[interner.int(position), value(row)]);
            let members: Vec<Datum> = (1..).zip(repeated(aggregation, rows, interner)).map(number).collect();
            interner.list(&members)
        }
        AggregationKind::Map => {
            rows.sort_by(|a, b| in_order(aggregation, a.0, b.0, interner));
            // Of equal keys the last entry counts in a map, and the first row is wanted.
            let mut entries: Vec<(Datum, Datum)> =
                rows.iter().rev().map(|(row, _)| (row[order_width], row[order_width + 1])).collect();
            interner.map(&mut entries)
        }
    };
    Some(result)
}

/// The rows in order, each as often as it is there.
fn repeated<'a>(
    aggregation: &Aggregation,
    rows: &'a mut [(&[Datum], Diff)],
    interner: &Interner,
) -> impl Iterator<Item = &'a [Datum]> {
    rows.sort_by(|a, b| in_order(aggregation, a.0, b.0, interner));
    rows.iter().flat_map(|(row, count)| (0..*count).map(move |_| *row))
}

/// First by the order columns, then by the values, ascending.
fn in_order(aggregation: &Aggregation, a: &[Datum], b: &[Datum], interner: &Interner) -> Ordering {
    for ((descending, x), y) in aggregation.descending.iter().zip(a).zip(b) {
        let order = interner.compare(*x, *y);
        if order.is_ne() {
            return if *descending { order.reverse() } else { order };
        }
    }
    let width = aggregation.descending.len();
    interner.compare_slices(&a[width..], &b[width..])
}

/// A sum, or none when it does not fit 64 bits.
fn sum(values: impl Iterator<Item = (Datum, Diff)>, interner: &Interner) -> Option<Datum> {
    let mut total: i128 = 0;
    for (value, count) in values {
        total += i128::from(interner.as_int(value)?) * i128::from(count);
    }
    i64::try_from(total).ok().map(|total| interner.int(total))
}
