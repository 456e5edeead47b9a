//! The rows that a value refers to.

use uuid::Uuid;
use weft_ovsdb_schema::{Atom, Value, for_each_difference};

use crate::catalog::ReferenceColumn;

/// The uuids that a value's keys or values are, in the value's order.
pub(crate) fn references<'v>(value: &'v Value, at: &ReferenceColumn) -> impl Iterator<Item = Uuid> + use<'v> {
    let in_values = at.in_values;
    let (atoms, pairs) = match value {
        Value::Set(atoms) => (atoms.as_slice(), [].as_slice()),
        Value::Map(pairs) => ([].as_slice(), pairs.as_slice()),
    };
    let of_pairs = pairs.iter().map(move |(key, value)| if in_values { value } else { key });
    atoms.iter().chain(of_pairs).filter_map(Atom::as_uuid)
}

/// What one value refers to and the other does not, and the reverse, each as often as it is so.
pub(crate) fn reference_changes(old: &Value, new: &Value, at: &ReferenceColumn) -> (Vec<Uuid>, Vec<Uuid>) {
    let sorted = |value| {
        let mut uuids: Vec<Uuid> = references(value, at).collect();
        // Keys are in order already; values of a map are not.
        if at.in_values {
            uuids.sort_unstable();
        }
        uuids
    };
    let (old, new) = (sorted(old), sorted(new));
    let (mut removed, mut added) = (Vec::new(), Vec::new());
    for_each_difference(&old, &new, |order, uuid| {
        let side = if order.is_lt() { &mut removed } else { &mut added };
        side.push(*uuid);
    });
    (removed, added)
}
