use std::cmp::Ordering;

use rustc_hash::FxHashMap;
use weft_ovsdb_schema::{AtomicType, OvsdbError};

use crate::catalog::{TableId, TableInfo};
use crate::order::compare_values;
use crate::row::{Row, VERSION_COLUMN};
use crate::table::{equal_columns, hash_columns};
use crate::transaction::{Overlay, RowChange};

/// Checks that no two rows have equal values in an index (ovsdb-server's `check_index_uniqueness`).
pub(super) fn check_unique(overlay: &Overlay<'_>) -> Result<(), OvsdbError> {
    for (table, changes) in overlay.tables.iter().enumerate() {
        for index in 0..overlay.info(table).indexes.len() {
            let columns = &overlay.info(table).indexes[index];
            let mut seen: FxHashMap<u64, Vec<&Row>> = FxHashMap::default();
            for row in changes.values().filter_map(|change| change.new.as_ref()) {
                let same = seen.entry(hash_columns(row, columns)).or_default();
                if let Some(other) = same.iter().find(|other| equal_columns(row, other, columns)) {
                    return Err(duplicate(overlay, table, columns, other, row));
                }
                let published = overlay.database.table(table).find_unique(overlay.info(table), index, row);
                // A published row that changed is compared as it is now.
                if let Some(other) = published.filter(|other| !changes.contains_key(&other.uuid())) {
                    return Err(duplicate(overlay, table, columns, other, row));
                }
                same.push(row);
            }
        }
    }
    Ok(())
}

fn duplicate(overlay: &Overlay<'_>, table: TableId, columns: &[usize], a: &Row, b: &Row) -> OvsdbError {
    let info = overlay.info(table);
    let (first, second) = if compare_rows(info, a, b).is_lt() { (b, a) } else { (a, b) };
    let mut details =
        format!("Transaction causes multiple rows in \"{}\" table to have identical values (", info.name());
    write_columns(info, columns, first, &mut details);
    details.push_str(") for index on ");
    details.push_str(if columns.len() > 1 { "columns " } else { "column " });
    for (position, &column) in columns.iter().enumerate() {
        details.push_str(delimiter(position, columns.len()));
        details.push_str(&format!("\"{}\"", info.columns[column].name));
    }
    details.push_str(".  ");
    for (title, row) in [("First", first), ("  Second", second)] {
        details.push_str(&format!("{title} row, with UUID {}, ", row.uuid()));
        describe(info, columns, row, overlay.tables[table].get(&row.uuid()), &mut details);
    }
    OvsdbError::constraint(details)
}

/// The order in which messages name rows: by all values that are not made up by chance.
fn compare_rows(info: &TableInfo, a: &Row, b: &Row) -> Ordering {
    let mut columns: Vec<usize> = (VERSION_COLUMN + 1..info.columns.len()).collect();
    columns.retain(|&column| {
        let column_type = &info.columns[column].column_type;
        let value = column_type.value.as_ref().map(|value| value.atomic);
        column_type.key.atomic != AtomicType::Uuid && value != Some(AtomicType::Uuid)
    });
    columns.sort_unstable_by(|&a, &b| info.columns[a].name.cmp(&info.columns[b].name));
    let orders = columns.into_iter().map(|column| compare_values(a.get(column), b.get(column)));
    orders.into_iter().find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

fn describe(info: &TableInfo, columns: &[usize], row: &Row, change: Option<&RowChange>, out: &mut String) {
    match change {
        None => out.push_str(
            "existed in the database before this transaction and was not modified by the transaction.",
        ),
        Some(RowChange { old: None, .. }) => out.push_str("was inserted by this transaction."),
        Some(RowChange { old: Some(old), .. }) if equal_columns(old, row, columns) => out.push_str(
            "existed in the database before this transaction, which modified some of the row's columns but not any columns in this index.",
        ),
        Some(RowChange { old: Some(old), .. }) => {
            out.push_str("had the following index values before the transaction: ");
            write_columns(info, columns, old, out);
            out.push('.');
        }
    }
}

fn write_columns(info: &TableInfo, columns: &[usize], row: &Row, out: &mut String) {
    for (position, &column) in columns.iter().enumerate() {
        out.push_str(delimiter(position, columns.len()));
        row.get(column).write_text(&info.columns[column].column_type, out);
    }
}

/// What stands before an element of a list in English.
fn delimiter(position: usize, count: usize) -> &'static str {
    match position {
        0 => "",
        _ if position < count - 1 => ", ",
        _ if count > 2 => ", and ",
        _ => " and ",
    }
}
