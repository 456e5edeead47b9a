use uuid::Uuid;
use weft_ovsdb_schema::OvsdbError;

use super::changes::{ReferenceChanges, names};
use crate::catalog::{ReferenceColumn, TableId};
use crate::references::{reference_changes, references};
use crate::transaction::{Overlay, RowChange};

/// Counts the strong references that came and went; whatever came must lead to a row (ovsdb-server's
/// `update_row_ref_count`).
pub(super) fn count_references(overlay: &Overlay<'_>) -> Result<ReferenceChanges, OvsdbError> {
    let mut counted = ReferenceChanges::default();
    for (table, changes) in overlay.tables.iter().enumerate() {
        for (uuid, change) in changes {
            for at in &overlay.info(table).strong {
                let (removed, added) = changed_references(change, at);
                // References of a row to itself keep nothing alive.
                for target in removed.into_iter().filter(|target| target != uuid) {
                    *counted.entry((at.table, target)).or_default() -= 1;
                }
                for target in added.into_iter().filter(|target| target != uuid) {
                    if !overlay.knows(at.table, target) {
                        return Err(dangling(overlay, table, at, *uuid, target));
                    }
                    *counted.entry((at.table, target)).or_default() += 1;
                }
            }
        }
    }
    Ok(counted)
}

fn changed_references(change: &RowChange, at: &ReferenceColumn) -> (Vec<Uuid>, Vec<Uuid>) {
    let (old, new) = (change.old.as_ref(), change.new.as_ref());
    match (old.map(|row| row.get(at.column)), new.map(|row| row.get(at.column))) {
        (Some(old), Some(new)) if old == new => Default::default(),
        (Some(old), Some(new)) => reference_changes(old, new, at),
        (Some(old), None) => (references(old, at).collect(), Vec::new()),
        (None, Some(new)) => (Vec::new(), references(new, at).collect()),
        (None, None) => Default::default(),
    }
}

fn dangling(
    overlay: &Overlay<'_>,
    table: TableId,
    at: &ReferenceColumn,
    row: Uuid,
    target: Uuid,
) -> OvsdbError {
    let (name, column) = names(overlay.database.catalog(), table, at.column);
    let to = overlay.info(at.table).name();
    OvsdbError::referential_integrity(format!(
        "Table {name} column {column} row {row} references nonexistent row {target} in table {to}."
    ))
}

/// How many strong references there are to a row once the transaction is published.
pub(super) fn remaining(
    overlay: &Overlay<'_>,
    references: &ReferenceChanges,
    table: TableId,
    uuid: Uuid,
) -> i64 {
    let change = references.get(&(table, uuid)).copied().unwrap_or_default();
    i64::from(overlay.database.table(table).references(uuid)) + change
}

/// Rows that were deleted must not be referred to (ovsdb-server's `check_ref_count`).
pub(super) fn check_deleted(overlay: &Overlay<'_>, references: &ReferenceChanges) -> Result<(), OvsdbError> {
    for (table, changes) in overlay.tables.iter().enumerate() {
        for (uuid, _) in changes.iter().filter(|(_, change)| change.new.is_none()) {
            let remaining = remaining(overlay, references, table, *uuid);
            if remaining != 0 {
                let name = overlay.info(table).name();
                return Err(OvsdbError::referential_integrity(format!(
                    "cannot delete {name} row {uuid} because of {remaining} remaining reference(s)"
                )));
            }
        }
    }
    Ok(())
}
