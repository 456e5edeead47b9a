//! The files that an OVSDB server keeps a standalone database in.
//!
//! A [`Log`] is a file of records, each a JSON object with its length and SHA-1 hash in a line before
//! it (ovsdb(5)).
//! The first record of a database is its schema, every further one a transaction.
//! Files are interchangeable with those of ovsdb-server, and so are the locks on them.
//!
//! What has been appended survives the end of the process; what has been synced survives that of the
//! machine.
//! A record that was only half written when either happened is found by its length and hash:
//! [`Log::read`] answers an error there, and the next [`Log::append`] writes over it.
//!
//! [`Log::start_replacement`] begins a compacted copy beside the file.
//! The old file goes on taking records meanwhile; [`Log::finish_replacement`] puts the copy in its place,
//! all at once.
//!
//! All access to files goes through [`Files`], so that tests can fail or stop at any step.

mod error;
mod files;
mod header;
mod lock;
mod log;
mod os_files;
mod read;
mod replace;
#[cfg(feature = "simulation")]
mod simulation;

pub use error::{ErrorKind, LogError};
pub use files::{File, Files, OpenMode};
pub use lock::Lock;
pub use log::{Log, Magic};
pub use os_files::OsFiles;
pub use read::Record;
pub use replace::Replacement;
#[cfg(feature = "simulation")]
pub use simulation::{SimulatedFiles, Surviving};
