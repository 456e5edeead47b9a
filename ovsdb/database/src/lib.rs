//! An OVSDB database in memory: RFC 7047 and what ovsdb-server adds to it, without input, output or threads.
//!
//! [`Database::transact`] runs a transaction and says what came of it as an [`Outcome`]. A transaction that changes
//! something is only [`Prepared`]: its caller writes [`Database::record`] to a journal, then calls
//! [`Database::publish`], which returns the [`Commit`] that monitors tell their clients about. What could not be
//! written is dropped, and nobody saw it.
//!
//! Each session has [`SessionMonitors`], which begin with the rows that are there and are told every commit; what
//! they have to say is [`SharedText`], whose large pieces all sessions with equal monitors share.
//!
//! ```
//! use weft_ovsdb_database::{Database, Outcome, SessionContext};
//!
//! let schema = weft_ovsdb_schema::parse("database D 1.0.0\ntable T root\n  name string")?;
//! let mut database = Database::new(schema);
//! let request = r#"["D", {"op": "insert", "table": "T", "row": {"name": "a"}}]"#;
//! if let Outcome::Commit(prepared) = database.transact(request, &SessionContext::default()) {
//!     assert!(database.record(&prepared, 0).is_some());
//!     let commit = database.publish(*prepared);
//!     assert_eq!(commit.tables.len(), 1);
//! }
//! # Ok::<(), weft_ovsdb_schema::SchemaError>(())
//! ```

mod access;
mod catalog;
mod column_index;
mod commit;
mod condition;
mod convert;
mod database;
mod journal;
mod monitor;
mod mutation;
mod order;
mod prepare;
mod references;
mod row;
mod server_database;
mod sharing;
mod snapshot;
mod table;
mod transaction;

pub use catalog::{Catalog, ReferenceColumn, TableId, TableInfo};
pub use commit::{Change, Commit};
pub use database::Database;
pub use monitor::{MonitorVersion, Piece, SessionMonitors, SharedText};
pub use prepare::Prepared;
pub use row::{Row, UUID_COLUMN, VERSION_COLUMN};
pub use server_database::{DatabaseStatus, Model, ServerDatabase};
pub use snapshot::Snapshot;
pub use transaction::{Outcome, SessionContext};
