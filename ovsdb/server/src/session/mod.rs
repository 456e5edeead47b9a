//! One client's connection: its requests, monitors, locks and waiting transactions.

mod connection;
mod locks;
mod mailbox;
mod outgoing;
mod probe;
mod request;
mod triggers;

pub use connection::{End, Peer, Session, SessionSettings};
pub use locks::Locks;
pub(crate) use locks::SessionId;
pub(crate) use mailbox::{Event, Mailbox};
