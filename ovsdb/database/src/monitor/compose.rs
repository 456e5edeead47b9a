use bytes::Bytes;
use uuid::Uuid;
use weft_ovsdb_schema::write_json_string;

use super::changes::TableChanges;
use super::selection::Selection;
use super::table_monitor::{Format, TableMonitor};
use crate::catalog::{Catalog, TableInfo};
use crate::database::Database;
use crate::row::Row;

impl TableMonitor {
    /// Members of the first `<table-update>`, each with a comma before it.
    pub(super) fn compose_rows(&self, catalog: &Catalog, rows: &[Row]) -> Bytes {
        let mut update = TableUpdate::of_members(&catalog.tables[self.table]);
        for row in rows {
            self.write_row(&mut update, Selection::INITIAL, None, Some(row));
        }
        update.text.shrink_to_fit();
        update.text.into()
    }

    pub(super) fn compose_update(&self, database: &Database, changes: &TableChanges<'_>) -> Option<Bytes> {
        let info = &database.catalog().tables[self.table];
        let mut update = TableUpdate::new(info);
        for change in changes.of(self.table).iter() {
            let (old, new) = (change.old.as_ref(), change.new.as_ref());
            let old_matches = old.is_some_and(|row| self.condition.matches_any(row));
            let new_matches = new.is_some_and(|row| self.condition.matches_any(row));
            let kind = match (old_matches, new_matches) {
                (false, false) => continue,
                (false, true) => Selection::INSERT,
                (true, false) => Selection::DELETE,
                (true, true) => Selection::MODIFY,
            };
            self.write_row(&mut update, kind, old, new);
        }
        update.finish()
    }

    /// What a new condition adds and removes, without a change of any row.
    pub(super) fn compose_condition_change(&self, database: &Database, new: &Self) -> Option<Bytes> {
        let info = &database.catalog().tables[self.table];
        let mut update = TableUpdate::new(info);
        for row in self.condition.rows_that_may_differ(&new.condition, database.table(self.table)) {
            match (self.condition.matches_any(row), new.condition.matches_any(row)) {
                (false, true) => self.write_row(&mut update, Selection::INSERT, None, Some(row)),
                (true, false) => self.write_row(&mut update, Selection::DELETE, Some(row), None),
                _ => {}
            }
        }
        update.finish()
    }

    fn write_row(&self, update: &mut TableUpdate<'_>, kind: Selection, old: Option<&Row>, new: Option<&Row>) {
        if !self.selection.intersects(kind) || (kind == Selection::MODIFY && !self.is_changed(old, new)) {
            return;
        }
        let Some(uuid) = new.or(old).map(Row::uuid) else { return };
        update.start_row(uuid);
        match self.format {
            Format::Whole => self.write_whole(update, kind, old, new),
            Format::Difference => self.write_difference(update, kind, old, new),
        }
    }

    /// Whether anything changed that is monitored, or that decides about the row.
    fn is_changed(&self, old: Option<&Row>, new: Option<&Row>) -> bool {
        let (Some(old), Some(new)) = (old, new) else { return true };
        let monitored = self.columns.iter().map(|column| column.column);
        monitored.chain(self.condition.columns()).any(|column| old.get(column) != new.get(column))
    }

    /// A `<row-update>` (RFC 7047 section 4.1.6).
    fn write_whole(
        &self,
        update: &mut TableUpdate<'_>,
        kind: Selection,
        old: Option<&Row>,
        new: Option<&Row>,
    ) {
        let out_of = |row: Option<&Row>, other: Option<&Row>, update: &mut TableUpdate<'_>| {
            let Some(row) = row else { return };
            update.start_object();
            for column in self.columns.iter().filter(|column| column.selection.intersects(kind)) {
                let value = row.get(column.column);
                // Of a modified row's old values only those that changed are told.
                if other.is_none_or(|other| other.get(column.column) != value) {
                    update.column(column.column, |out| value.write_json(out));
                }
            }
            update.text.push('}');
        };
        update.text.push('{');
        if kind == Selection::DELETE || kind == Selection::MODIFY {
            update.text.push_str("\"old\":");
            out_of(old, new.filter(|_| kind == Selection::MODIFY), update);
        }
        if kind != Selection::DELETE {
            update.text.push_str(if kind == Selection::MODIFY { ",\"new\":" } else { "\"new\":" });
            out_of(new, None, update);
        }
        update.text.push('}');
    }

    /// A `<row-update2>` (ovsdb-server(7) section 4.1.14).
    fn write_difference(
        &self,
        update: &mut TableUpdate<'_>,
        kind: Selection,
        old: Option<&Row>,
        new: Option<&Row>,
    ) {
        if kind == Selection::DELETE {
            update.text.push_str("{\"delete\":null}");
            return;
        }
        let Some(new) = new else { return };
        update.text.push_str(match kind {
            Selection::INITIAL => "{\"initial\":",
            Selection::INSERT => "{\"insert\":",
            _ => "{\"modify\":",
        });
        let old = old.filter(|_| kind == Selection::MODIFY);
        update.start_object();
        for column in self.columns.iter().filter(|column| column.selection.intersects(kind)) {
            let (column, value) = (column.column, new.get(column.column));
            match old {
                Some(old) if old.get(column) == value => {}
                Some(old) => {
                    let column_type = &update.info.columns[column].column_type;
                    let difference = old.get(column).diff(value, column_type);
                    update.column(column, |out| difference.write_json(out));
                }
                None if *value == update.info.defaults[column] => {}
                None => update.column(column, |out| value.write_json(out)),
            }
        }
        update.text.push_str("}}");
    }
}

/// A `<table-update>` with the name of its table while it is written.
struct TableUpdate<'i> {
    info: &'i TableInfo,
    text: String,
    /// Whether the next row is the first.
    is_first: bool,
    columns: usize,
}

impl<'i> TableUpdate<'i> {
    fn new(info: &'i TableInfo) -> Self {
        Self { info, text: String::new(), is_first: true, columns: 0 }
    }

    /// Without what is before the first row.
    fn of_members(info: &'i TableInfo) -> Self {
        Self { is_first: false, ..Self::new(info) }
    }

    fn start_row(&mut self, uuid: Uuid) {
        if std::mem::take(&mut self.is_first) {
            start_table(self.info, &mut self.text);
            self.text.push('"');
        } else {
            self.text.push_str(",\"");
        }
        self.text.push_str(uuid.hyphenated().encode_lower(&mut [0; 36]));
        self.text.push_str("\":");
    }

    fn start_object(&mut self) {
        self.text.push('{');
        self.columns = 0;
    }

    fn column(&mut self, column: usize, write: impl FnOnce(&mut String)) {
        if self.columns > 0 {
            self.text.push(',');
        }
        self.columns += 1;
        write_json_string(&self.info.columns[column].name, &mut self.text);
        self.text.push(':');
        write(&mut self.text);
    }

    fn finish(mut self) -> Option<Bytes> {
        if self.text.is_empty() {
            return None;
        }
        self.text.push('}');
        self.text.shrink_to_fit();
        Some(self.text.into())
    }
}

/// What is before the rows of a `<table-update>` with the name of its table.
pub(super) fn start_table(info: &TableInfo, out: &mut String) {
    write_json_string(info.name(), out);
    out.push_str(":{");
}
