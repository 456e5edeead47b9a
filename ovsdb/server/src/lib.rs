//! An OVSDB server for standalone databases, to be started in ovsdb-server's place.
//!
//! - `storage`: a database, its file, and the order of its transactions.
//! - `session`: one client's connection.
//! - `transport`: sockets, TLS, addresses.
//! - `remotes`: which sockets there are to be, from the command line and from rows of databases.
//! - `process`: the command line, control commands and the life of the process.
//! - `tool`: work on files without a server, `weft-ovsdb-tool`.
//!
//! Sessions run on the threads of a tokio runtime. A transaction runs on its session's thread, under a lock that lets
//! one transaction of a database through at a time; everything else a session does is not kept waiting by that, but
//! for the moment in which a commit is published.
//! A commit is put into the mailbox of every session that watches the database; each session writes it into its own
//! socket when the client is ready for it.

mod process;
mod remotes;
mod server;
mod session;
mod storage;
mod tool;
mod transport;

pub use process::main;
pub use remotes::{Environment, Manager, RemoteOptions, Remotes};
pub use server::{AddError, Server};
pub use session::{End, Locks, Peer, Session, SessionSettings};
pub use storage::{Committed, DatabaseFile, Hosted, Requester, Store, StoreError};
pub use tool::tool_main;
pub use transport::{Stream, TlsFiles};
