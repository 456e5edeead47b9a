use std::time::Duration;

use thiserror::Error;
use weft_ovsdb_schema::DatabaseSchema;

use crate::monitor::{SelectionError, TableSelection};
use crate::transport::{Remote, Remotes, TlsOptions};

/// What a session connects to and what it monitors.
#[derive(Clone, Debug)]
pub struct SessionOptions {
    /// The database as this program knows it. A server whose schema lacks some of it is served all the same:
    /// rows then hold defaults in the missing columns, and [`Event::Connected`](crate::Event::Connected) says so.
    pub schema: DatabaseSchema,
    /// Servers of the database.
    pub remotes: Remotes,
    /// Whether to try the remotes in random order, so that clients spread over a cluster. On by default.
    pub shuffle_remotes: bool,
    /// Tables and columns to replicate. None by default.
    pub tables: Vec<TableSelection>,
    /// The lock to ask for on every connection (RFC 7047 section 4.1.8). None by default.
    pub lock: Option<String>,
    /// Whether only the leader of a cluster will do. On by default.
    pub leader_only: bool,
    /// When to probe a silent server.
    pub probe_interval: ProbeInterval,
    /// Files for `ssl:` remotes.
    pub tls: Option<TlsOptions>,
}

impl SessionOptions {
    /// Options with the defaults.
    pub fn new(schema: DatabaseSchema, remotes: Remotes) -> Self {
        Self {
            schema,
            remotes,
            shuffle_remotes: true,
            tables: Vec::new(),
            lock: None,
            leader_only: true,
            probe_interval: ProbeInterval::Default,
            tls: None,
        }
    }
}

/// How long a server may be silent before it is sent an `echo`; after the same time again without an answer the
/// connection counts as lost (RFC 7047 section 4.1.11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProbeInterval {
    /// 5 s, and never over unix sockets, as in Open vSwitch.
    Default,
    /// Never.
    Off,
    /// This long.
    Every(Duration),
}

impl ProbeInterval {
    pub(super) fn for_remote(self, remote: &Remote) -> Option<Duration> {
        match self {
            Self::Default => (!remote.is_local()).then_some(Duration::from_secs(5)),
            Self::Off => None,
            Self::Every(interval) => Some(interval).filter(|interval| !interval.is_zero()),
        }
    }
}

/// Why a session cannot start.
#[derive(Debug, Error)]
pub enum StartError {
    /// The selection does not fit the schema.
    #[error(transparent)]
    Selection(#[from] SelectionError),
    /// An `ssl:` remote was given without the files it needs.
    #[error("{0} needs a private key, a certificate and a CA certificate")]
    NoTls(Remote),
    /// Not called from within a tokio runtime.
    #[error("a session needs a tokio runtime: {0}")]
    NoRuntime(#[from] tokio::runtime::TryCurrentError),
}
