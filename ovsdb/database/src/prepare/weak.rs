use rustc_hash::FxHashSet;
use uuid::Uuid;
use weft_ovsdb_schema::{Atom, OvsdbError, Value};

use crate::catalog::{ReferenceColumn, TableId};
use crate::row::Row;
use crate::transaction::Overlay;

/// Removes weak references to rows that are gone or never were (ovsdb-server's `assess_weak_refs`).
pub(super) fn remove_dangling(overlay: &mut Overlay<'_>) -> Result<(), OvsdbError> {
    let referrers = rows_with_references_to_deleted(overlay);
    let mut rows: Vec<(TableId, Uuid)> = referrers.iter().copied().collect();
    for (table, changes) in overlay.tables.iter().enumerate() {
        if !overlay.info(table).weak.is_empty() {
            rows.extend(changes.keys().map(|uuid| (table, *uuid)));
        }
    }
    for (table, uuid) in rows {
        let old = overlay.database.table(table).get(uuid).cloned();
        let Some(mut row) = overlay.get(table, uuid).cloned() else { continue };
        // What an unchanged row refers to can only be gone if it was deleted now.
        let all = referrers.contains(&(table, uuid));
        for at in &overlay.info(table).weak {
            let before = old.as_ref().map(|old| old.get(at.column)).filter(|_| !all);
            let Some((value, zero)) = without_dangling(overlay, row.get(at.column), before, at) else {
                continue;
            };
            check_least_size(overlay, table, &row, old.is_none(), at, &value, zero)?;
            let mut values = row.values().to_vec();
            values[at.column] = value;
            overlay.modify(table, &row, values);
            let Some(changed) = overlay.get(table, uuid).cloned() else { break };
            row = changed;
        }
    }
    Ok(())
}

fn rows_with_references_to_deleted(overlay: &Overlay<'_>) -> FxHashSet<(TableId, Uuid)> {
    let mut found = FxHashSet::default();
    for (table, changes) in overlay.tables.iter().enumerate() {
        for (uuid, _) in changes.iter().filter(|(_, change)| change.new.is_none()) {
            found.extend(overlay.database.table(table).referrers(*uuid));
        }
    }
    found
}

/// The value without dangling references and whether one of them was the zero uuid; `None` if it has none.
/// Elements of the value before are known to lead somewhere.
fn without_dangling(
    overlay: &Overlay<'_>,
    value: &Value,
    before: Option<&Value>,
    at: &ReferenceColumn,
) -> Option<(Value, bool)> {
    if before == Some(value) {
        return None;
    }
    let mut zero = false;
    let mut stays = |atom: &Atom| {
        let Some(target) = atom.as_uuid() else { return true };
        let found = overlay.get(at.table, target).is_some();
        zero |= !found && target.is_nil();
        found
    };
    let kept = match value {
        Value::Set(atoms) => {
            let known =
                |atom: &Atom| before.and_then(Value::as_set).is_some_and(|before| before.contains(atom));
            Value::Set(atoms.iter().filter(|atom| known(atom) || stays(atom)).cloned().collect())
        }
        Value::Map(pairs) => {
            let reference = |(key, value): &(Atom, Atom)| stays(if at.in_values { value } else { key });
            let mut reference = reference;
            Value::Map(pairs.iter().filter(|pair| reference(pair)).cloned().collect())
        }
    };
    (kept.len() < value.len()).then_some((kept, zero))
}

fn check_least_size(
    overlay: &Overlay<'_>,
    table: TableId,
    row: &Row,
    inserted: bool,
    at: &ReferenceColumn,
    value: &Value,
    zero: bool,
) -> Result<(), OvsdbError> {
    let info = overlay.info(table);
    let column = &info.columns[at.column];
    if value.len() as u64 >= column.column_type.min {
        return Ok(());
    }
    let (name, table, uuid) = (&column.name, info.name(), row.uuid());
    if zero && inserted {
        // The misspelling is ovsdb-server's.
        return Err(OvsdbError::constraint(format!(
            "Weak reference column \"{name}\" in \"{table}\" row {uuid} (inserted within this transaction) \
             contained all-zeros UUID (probably as the default value for this column) but deleting this value \
             caused a constraint volation because this column is not allowed to be empty."
        )));
    }
    let removed = row.get(at.column).len() - value.len();
    let inserted = if inserted { "(inserted within this transaction) " } else { "" };
    Err(OvsdbError::constraint(format!(
        "Deletion of {removed} weak reference(s) to deleted (or never-existing) rows from column \"{name}\" in \
         \"{table}\" row {uuid} {inserted}caused this column to become empty, but constraints on this column \
         disallow an empty column."
    )))
}
