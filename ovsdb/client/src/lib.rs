//! An OVSDB client: JSON-RPC, monitors, transactions and sessions.
//!
//! [`start`] keeps one connection to a database alive and reports everything as [`Event`]s: the whole
//! contents first, then one [`Batch`] of [`RowChange`]s for every notification.
//! The replica that the batches describe only ever changes by what was reported.
//! After a lost connection the session resynchronises, and reports the difference as [`Event::Resynced`]:
//! whoever folds the batches sees no seam.
//!
//! A [`Transaction`] is built as JSON text and sent by [`SessionHandle::transact`].
//! When the connection is lost before the reply arrives, nobody knows whether it was committed:
//! the reply is [`TransactError::CommitUnknown`], and the owner looks again after the next
//! [`Event::Resynced`] before it writes again.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use weft_ovsdb::{Event, SessionOptions, TableSelection, Transaction, Where};
//!
//! let schema = weft_ovsdb_schema::northbound()?;
//! let mut options = SessionOptions::new(schema, "tcp:127.0.0.1:6641".parse()?);
//! options.tables = vec![TableSelection::columns("Logical_Switch", ["name", "ports"])];
//! let (handle, mut events) = weft_ovsdb::start(options)?;
//! while let Some(event) = events.recv().await {
//!     if let Event::Initial(batch) = event {
//!         let mut transaction = Transaction::new();
//!         for change in &batch.changes {
//!             transaction.delete("Logical_Switch", &Where::Uuid(change.uuid));
//!         }
//!         handle.transact(transaction).await?;
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Layers
//!
//! - the crate `weft-ovsdb-wire`: messages out of a byte stream and their envelopes (RFC 7047 section 4).
//! - `monitor`: monitor requests, updates and the replica (RFC 7047 section 4.1.5 to 4.1.7;
//!   ovsdb-server(7) sections 4.1.12 to 4.1.16).
//! - `transaction`: operations and their results (RFC 7047 sections 4.1.3 and 5.2).
//! - `transport`: remotes, TLS and reconnection.
//! - `session`: the task that owns the connection.

mod monitor;
mod session;
mod transaction;
mod transport;

pub use monitor::{
    Batch, Columns, Contents, MonitorSpec, MonitorVersion, MonitoredTable, Replica, Row, RowChange,
    RowUpdate, SelectionError, TableSelection, UpdateError, decode_table_updates,
};
pub use session::{Event, Events, ProbeInterval, SessionHandle, SessionOptions, StartError, start};
pub use transaction::{
    Condition, Function, Mutation, Mutator, OperationError, OperationResult, RowId, TransactError,
    Transaction, Until, Where,
};
pub use transport::{Remote, RemoteError, Remotes, TlsError, TlsOptions};
pub use weft_ovsdb_wire::{Framer, FramingError, Message, MessageError};
