//! Differences between two contents of a column, as `update2` and `update3` send them in `modify`
//! (ovsdb-server(7), section 4.1.14).

use crate::atom_map::AtomMap;
use crate::constraint::ConstraintError;
use crate::schema::ColumnSchema;
use crate::types::ColumnType;
use crate::value::Value;

impl Value {
    /// What turns `self` into `new` in a column of this type:
    /// - a column of at most one element: the new value;
    /// - a set: the members in exactly one of the two;
    /// - a map: keys added or changed with their new values, and keys removed with their old values.
    pub fn diff(&self, new: &Self, column_type: &ColumnType) -> Self {
        match (self, new) {
            (Self::Set(old), Self::Set(new)) if column_type.is_composite() => {
                Self::Set(old.symmetric_difference(new))
            }
            (Self::Map(old), Self::Map(new)) if column_type.is_composite() => Self::Map(map_diff(old, new)),
            _ => new.clone(),
        }
    }

    /// What `diff` turns `self` into; the inverse of [`Value::diff`].
    ///
    /// # Errors
    /// The difference is of another kind than the value. Ranges, enumerations and numbers of elements are not
    /// checked: a server with a newer schema may allow more.
    pub fn apply_diff(&self, diff: &Self, column: &ColumnSchema) -> Result<Self, ConstraintError> {
        match (self, diff) {
            (_, diff) if !column.column_type.is_composite() => Ok(diff.clone()),
            (Self::Set(old), Self::Set(diff)) => Ok(Self::Set(old.symmetric_difference(diff))),
            (Self::Map(old), Self::Map(diff)) => Ok(Self::Map(map_apply(old, diff))),
            _ => Err(column.error("a difference of another kind than the value".to_owned())),
        }
    }
}

fn map_diff(old: &AtomMap, new: &AtomMap) -> AtomMap {
    let removed = old.iter().filter(|(key, _)| new.get(key).is_none());
    let written = new.iter().filter(|(key, value)| old.get(key) != Some(value));
    removed.chain(written).cloned().collect()
}

fn map_apply(old: &AtomMap, diff: &AtomMap) -> AtomMap {
    // A pair that is in both is a removal; every other pair of the difference is an addition or a new value.
    let kept = old.iter().filter(|(key, _)| diff.get(key).is_none());
    let written = diff.iter().filter(|(key, value)| old.get(key) != Some(value));
    kept.chain(written).cloned().collect()
}
