//! Monitors: what a client sees of a database and hears of its changes (RFC 7047 sections 4.1.5 to 4.1.7;
//! ovsdb-server(7) sections 4.1.12 to 4.1.17).

mod changes;
mod compose;
mod initial;
mod registry;
mod request;
mod selection;
mod session;
mod table_monitor;
mod text;

pub(crate) use initial::{InitialTexts, RowsText};
pub(crate) use registry::Registry;
pub use session::{MonitorVersion, SessionMonitors};
pub(crate) use table_monitor::TableMonitor;
pub use text::{Piece, SharedText};
