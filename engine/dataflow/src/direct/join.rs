//! Joins and antijoins: what changes of two indexes mean for their pairs.

use weft_value::Datum;

use crate::change::Diff;

use super::arrangement::{Arrangement, Version};
use super::delta::Delta;
use super::reader::Reader;

/// One side of a join: its index and its sorted changes.
#[derive(Clone, Copy)]
pub(super) struct Side<'a> {
    pub(super) index: &'a Arrangement,
    pub(super) delta: &'a Delta,
}

/// A pair's key, its left value, its right value and the difference of its multiplicity.
pub(super) type EmitPair<'e> = dyn FnMut(&[Datum], &[Datum], &[Datum], Diff) + 'e;

/// The changes of the pairs: new left rows with all right rows of now, and the left rows of before with
/// new right rows.
pub(super) fn join(left: Side<'_>, right: Side<'_>, emit: &mut EmitPair<'_>) {
    if !left.delta.is_empty() {
        let mut reader = right.index.reader(Version::New);
        pair(left, &mut reader, &mut |key, fresh, kept, diff| emit(key, fresh, kept, diff));
    }
    if !right.delta.is_empty() {
        let mut reader = left.index.reader(Version::Old);
        pair(right, &mut reader, &mut |key, fresh, kept, diff| emit(key, kept, fresh, diff));
    }
}

/// Each changed row of one side with each row of the other.
fn pair(side: Side<'_>, reader: &mut Reader<'_>, emit: &mut EmitPair<'_>) {
    let (delta, key_width) = (side.delta, side.index.key_width());
    let mut start = 0;
    while start < delta.len() {
        let key = &delta.row(start)[..key_width];
        let end = delta.group_end(start, key_width);
        if reader.seek(key) {
            reader.for_each_value(|value, count| {
                for index in start..end {
                    emit(key, &delta.row(index)[key_width..], value, delta.diff(index) * count);
                }
            });
        }
        start = end;
    }
}

/// A row's key, its value and the difference of its multiplicity.
pub(super) type EmitRow<'e> = dyn FnMut(&[Datum], &[Datum], Diff) + 'e;

/// The changes of the left rows whose key the right does not have.
pub(super) fn antijoin(left: Side<'_>, right: Side<'_>, emit: &mut EmitRow<'_>) {
    let key_width = left.index.key_width();
    let mut right_new = right.index.reader(Version::New);
    let mut rights = (!right.delta.is_empty())
        .then(|| (right.index.reader(Version::Old), left.index.reader(Version::Old)));
    let (mut at_left, mut at_right) = (0, 0);
    loop {
        let left_key = (at_left < left.delta.len()).then(|| &left.delta.row(at_left)[..key_width]);
        let right_key = (at_right < right.delta.len()).then(|| &right.delta.row(at_right)[..key_width]);
        let key = match (left_key, right_key) {
            (Some(left), Some(right)) => left.min(right),
            (Some(key), None) | (None, Some(key)) => key,
            (None, None) => return,
        };
        let blocked = right_new.seek(key) && right_new.has_rows();
        if right_key == Some(key) {
            at_right = right.delta.group_end(at_right, key_width);
            if let Some((right_old, left_old)) = &mut rights {
                let was_blocked = right_old.seek(key) && right_old.has_rows();
                if was_blocked != blocked && left_old.seek(key) {
                    let sign = if blocked { -1 } else { 1 };
                    left_old.for_each_value(|value, count| emit(key, value, sign * count));
                }
            }
        }
        if left_key == Some(key) {
            let end = left.delta.group_end(at_left, key_width);
            if !blocked {
                for index in at_left..end {
                    emit(key, &left.delta.row(index)[key_width..], left.delta.diff(index));
                }
            }
            at_left = end;
        }
    }
}
