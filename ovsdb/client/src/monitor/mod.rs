//! Monitors: what is asked for, what the server sends, and the replica that follows it
//! (RFC 7047 sections 4.1.5 to 4.1.7; ovsdb-server(7) sections 4.1.12 to 4.1.16).

mod decode;
mod replica;
mod row;
mod spec;

pub use decode::{MonitorVersion, RowUpdate, decode_table_updates};
pub use replica::{Contents, Replica, UpdateError};
pub use row::{Batch, Row, RowChange};
pub(crate) use spec::Available;
pub use spec::{Columns, MonitorSpec, MonitoredTable, SelectionError, TableSelection};
