use rustc_hash::FxHashMap;
use uuid::Uuid;
use weft_ovsdb_schema::OvsdbError;

use super::garbage::collect_garbage;
use super::strong::{check_deleted, count_references};
use super::unique::check_unique;
use super::weak::remove_dangling;
use crate::catalog::{Catalog, TableId};
use crate::row::{Row, VERSION_COLUMN};
use crate::transaction::Overlay;

/// By how much the number of strong references to rows changes.
pub(super) type ReferenceChanges = FxHashMap<(TableId, Uuid), i64>;

/// What publishing a transaction does to the rows of a database.
#[derive(Debug)]
pub(crate) struct Changes {
    pub(crate) rows: Vec<(TableId, Uuid, Option<Row>, Option<Row>)>,
    pub(crate) references: ReferenceChanges,
}

impl Changes {
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

/// Checks a transaction as a whole and completes it (ovsdb-server's `ovsdb_txn_precommit`).
pub(crate) fn prepare(mut overlay: Overlay<'_>) -> Result<Changes, OvsdbError> {
    drop_unchanged(&mut overlay);
    let mut references = count_references(&overlay)?;
    check_deleted(&overlay, &references)?;
    collect_garbage(&mut overlay, &mut references);
    check_max_rows(&overlay)?;
    remove_dangling(&mut overlay)?;
    drop_unchanged(&mut overlay);
    check_unique(&overlay)?;
    references.retain(|_, change| *change != 0);
    let mut rows = Vec::new();
    for (table, changes) in overlay.tables.into_iter().enumerate() {
        for (uuid, change) in changes {
            let new = match (&change.old, change.new) {
                (Some(_), Some(new)) => Some(with_new_version(&new)),
                (_, new) => new,
            };
            rows.push((table, uuid, change.old, new));
        }
    }
    Ok(Changes { rows, references })
}

fn with_new_version(row: &Row) -> Row {
    let mut values = row.values().to_vec();
    values[VERSION_COLUMN] = Uuid::new_v4().into();
    Row::new(values)
}

fn drop_unchanged(overlay: &mut Overlay<'_>) {
    for changes in &mut overlay.tables {
        changes.retain(|_, change| match (&change.old, &change.new) {
            (Some(old), Some(new)) => old != new,
            (old, new) => old.is_some() || new.is_some(),
        });
    }
}

fn check_max_rows(overlay: &Overlay<'_>) -> Result<(), OvsdbError> {
    for (table, changes) in overlay.tables.iter().enumerate() {
        let info = overlay.info(table);
        let Some(limit) = info.schema.max_rows.filter(|_| !changes.is_empty()) else { continue };
        let count = overlay.count(table);
        if count as u64 > limit {
            return Err(OvsdbError::constraint(format!(
                "transaction causes \"{}\" table to contain {count} rows, greater than the schema-defined limit of {limit} row(s)",
                info.name()
            )));
        }
    }
    Ok(())
}

/// The names of tables and columns for messages.
pub(super) fn names(catalog: &Catalog, table: TableId, column: usize) -> (&str, &str) {
    let info = &catalog.tables[table];
    (info.name(), &info.columns[column].name)
}
