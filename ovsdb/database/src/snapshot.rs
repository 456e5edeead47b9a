use std::sync::Arc;

use crate::catalog::Catalog;
use crate::database::Database;
use crate::journal::write_snapshot;
use crate::row::Row;

/// All rows of a database at one moment. Rows are shared with the database, so that it is quickly made.
#[derive(Clone, Debug)]
pub struct Snapshot {
    catalog: Arc<Catalog>,
    tables: Vec<Vec<Row>>,
}

impl Database {
    /// The rows that there are now, for work that takes long.
    pub fn snapshot(&self) -> Snapshot {
        let catalog = Arc::clone(self.catalog());
        let tables = (0..catalog.tables.len()).map(|table| self.rows(table).cloned().collect()).collect();
        Snapshot { catalog, tables }
    }
}

impl Snapshot {
    /// The schema, as the first record of a journal.
    pub fn schema_json(&self) -> &str {
        &self.catalog.schema_json
    }

    /// A record that makes an empty database equal to this one.
    ///
    /// `date_ms` is the time in milliseconds since 1970.
    pub fn record(&self, comment: Option<&str>, date_ms: i64) -> String {
        write_snapshot(&self.catalog, self.tables.iter().map(|rows| rows.iter()), comment, date_ms)
    }
}
