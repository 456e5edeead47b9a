//! The database `_Server`, in which a server tells about its databases (ovsdb-server(5), `_Server`).

use std::sync::Arc;

use uuid::Uuid;
use weft_ovsdb_schema::{SchemaError, Value, server};

use crate::commit::Commit;
use crate::database::Database;
use crate::prepare::prepare;
use crate::row::Row;
use crate::transaction::Overlay;

/// Where a database's contents come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Model {
    /// A file of one server's.
    Standalone,
    /// Servers that agree.
    Clustered,
    /// Another server.
    Relay,
}

/// What a row of the table `Database` says.
#[derive(Clone, Debug)]
pub struct DatabaseStatus<'s> {
    /// The database's name.
    pub name: &'s str,
    /// Where its contents come from.
    pub model: Model,
    /// Whether it can be reached.
    pub is_connected: bool,
    /// Whether this server leads its cluster; so does the only server of a standalone database.
    pub is_leader: bool,
    /// The schema as JSON text, if it is known.
    pub schema: Option<&'s str>,
    /// The id of the cluster.
    pub cluster_id: Option<Uuid>,
    /// The id of the server in its cluster.
    pub server_id: Option<Uuid>,
    /// How far the log of the cluster was applied.
    pub index: Option<i64>,
}

/// The database `_Server`.
#[derive(Debug)]
pub struct ServerDatabase(Database);

impl ServerDatabase {
    /// A server without databases.
    ///
    /// # Errors
    /// Never; a test reads the embedded schema.
    pub fn new() -> Result<Self, SchemaError> {
        Ok(Self(Database::new(server()?)))
    }

    /// The database, for transactions and monitors.
    pub fn database(&self) -> &Database {
        &self.0
    }

    /// Tells about these databases and no others; `None` if that is what it tells already.
    pub fn update(&mut self, databases: &[DatabaseStatus<'_>]) -> Option<Arc<Commit>> {
        let table = self.0.catalog().table("Database")?;
        let mut overlay = Overlay::new(&self.0);
        let known: Vec<Row> = self.0.rows(table).cloned().collect();
        let name_column = overlay.info(table).column("name")?;
        for row in &known {
            let name = row.get(name_column).as_str();
            if !databases.iter().any(|database| Some(database.name) == name) {
                overlay.delete(table, row);
            }
        }
        for status in databases {
            let row = known.iter().find(|row| row.get(name_column).as_str() == Some(status.name));
            let mut values = row.map_or_else(
                || overlay.info(table).default_values(Uuid::new_v4()),
                |row| row.values().to_vec(),
            );
            for (name, value) in status.columns() {
                values[overlay.info(table).column(name)?] = value;
            }
            match row {
                Some(row) => overlay.modify(table, row, values),
                None => _ = overlay.insert(table, values),
            }
        }
        // The rows refer to nothing and have no index, so that there is nothing that could be refused.
        let changes = prepare(overlay).ok().filter(|changes| !changes.is_empty())?;
        Some(self.0.apply(changes))
    }
}

impl DatabaseStatus<'_> {
    fn columns(&self) -> [(&'static str, Value); 8] {
        let model = match self.model {
            Model::Standalone => "standalone",
            Model::Clustered => "clustered",
            Model::Relay => "relay",
        };
        [
            ("name", Value::from(self.name)),
            ("model", Value::from(model)),
            ("connected", Value::from(self.is_connected)),
            ("leader", Value::from(self.is_leader)),
            ("schema", Value::set(self.schema)),
            ("cid", Value::set(self.cluster_id)),
            ("sid", Value::set(self.server_id)),
            ("index", Value::set(self.index)),
        ]
    }
}
