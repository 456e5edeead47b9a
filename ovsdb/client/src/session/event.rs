use std::time::Duration;

use tokio::sync::mpsc;

use crate::monitor::Batch;
use crate::transport::Remote;

/// What a session reports, in order.
#[derive(Clone, Debug)]
pub enum Event {
    /// A server answered and serves the database; its contents follow as `Initial` or `Resynced`, and then
    /// transactions can be sent.
    Connected {
        /// The server.
        remote: Remote,
        /// What its schema lacks of the selection or declares with another type, as `table` or `table.column`.
        missing: Vec<String>,
    },
    /// An attempt to connect failed, or the connection was lost.
    Disconnected {
        /// The server.
        remote: Remote,
        /// Why, for people.
        reason: String,
        /// When the next attempt begins.
        retry_after: Duration,
    },
    /// The whole contents, as insertions; the first report of rows, once in a session.
    Initial(Batch),
    /// After a reconnection: the difference to what was reported before; may be empty.
    Resynced(Batch),
    /// One notification of the server; not empty.
    Changes(Batch),
    /// The lock is owned from now on.
    LockAcquired,
    /// Somebody else owns the lock; `LockAcquired` will follow when it is freed.
    LockContended,
    /// The lock was owned and is not any more: it was stolen, or the connection was lost, or it was given up.
    LockLost,
}

/// The receiving end of a session's events. Dropping it ends the session.
pub type Events = mpsc::UnboundedReceiver<Event>;
