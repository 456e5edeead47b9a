//! The task that owns a connection, and the ways to talk with it.

mod connection;
mod event;
mod handle;
mod handshake;
mod lock;
mod options;
mod server_status;
mod task;

pub use event::{Event, Events};
pub use handle::SessionHandle;
pub use options::{ProbeInterval, SessionOptions, StartError};
pub use task::start;
