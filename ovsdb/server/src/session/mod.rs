//! One client's connection: its requests, monitors, locks and waiting transactions.

mod locks;
mod mailbox;
mod outgoing;
mod probe;
mod request;
mod session;
mod triggers;

pub use locks::Locks;
pub(crate) use locks::SessionId;
pub(crate) use mailbox::{Event, Mailbox};
pub use session::{End, Peer, Session, SessionSettings};
