use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::Notify;

use crate::transport::Address;

/// How a remote is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteOptions {
    /// The longest pause between attempts to connect, in milliseconds.
    pub max_backoff_ms: u64,
    /// The time from one probe of a silent client to the next, in milliseconds; 0 does not probe.
    pub probe_interval_ms: u64,
    /// Whether clients may only read.
    pub read_only: bool,
    /// The role of the clients, for access control.
    pub role: Option<String>,
}

const DEFAULT_MAX_BACKOFF_MS: u64 = 8000;
const DEFAULT_PROBE_INTERVAL_MS: u64 = 5000;

impl RemoteOptions {
    /// How a remote is served unless it is configured otherwise.
    pub fn of(target: &str) -> Self {
        let needs_probes = Address::parse(target).is_ok_and(|address| address.needs_probes());
        Self {
            max_backoff_ms: DEFAULT_MAX_BACKOFF_MS,
            probe_interval_ms: if needs_probes { DEFAULT_PROBE_INTERVAL_MS } else { 0 },
            read_only: false,
            role: None,
        }
    }
}

/// The remotes that were asked for on the command line and by control commands; clones share them.
///
/// One that begins with `db:` names a column that lists remotes.
#[derive(Clone, Debug, Default)]
pub struct Remotes(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    remotes: Mutex<BTreeMap<String, RemoteOptions>>,
    changed: Notify,
}

impl Remotes {
    /// These remotes, served as usual.
    pub fn new<'t>(targets: impl IntoIterator<Item = &'t str>) -> Self {
        let remotes = Self::default();
        targets.into_iter().for_each(|target| remotes.add(target));
        remotes
    }

    /// Adds a remote unless it is there.
    pub fn add(&self, target: &str) {
        self.0.remotes.lock().entry(target.to_owned()).or_insert_with(|| RemoteOptions::of(target));
        self.0.changed.notify_one();
    }

    /// Removes a remote; answers whether it was there.
    pub fn remove(&self, target: &str) -> bool {
        let removed = self.0.remotes.lock().remove(target).is_some();
        self.0.changed.notify_one();
        removed
    }

    /// Puts other remotes in the place of all.
    pub fn replace(&self, remotes: BTreeMap<String, RemoteOptions>) {
        *self.0.remotes.lock() = remotes;
        self.0.changed.notify_one();
    }

    /// All remotes, in the order of their names.
    pub fn all(&self) -> BTreeMap<String, RemoteOptions> {
        self.0.remotes.lock().clone()
    }

    /// Has the remotes looked at again, since a database that they name may be there now.
    pub fn touch(&self) {
        self.0.changed.notify_one();
    }

    /// Waits until the remotes may have changed.
    pub async fn changed(&self) {
        self.0.changed.notified().await;
    }
}
