//! The kinds of changes whose cost is measured, each with its opposite.

mod node;
mod routing;
mod service;
mod workload;

use serde_json::Value;

use crate::cluster::Cluster;

pub use workload::groups;

/// A kind of change.
pub struct Change {
    /// Its name: what changes, and how.
    pub name: &'static str,
    /// Most that it may cost in any cluster, in milliseconds.
    pub limit_ms: f64,
    /// The transaction of the n-th time.
    pub operations: fn(Cluster, usize) -> Vec<Value>,
}

impl Change {
    fn new(name: &'static str, limit_ms: f64, operations: fn(Cluster, usize) -> Vec<Value>) -> Self {
        Self { name, limit_ms, operations }
    }
}

/// Changes go round these many nodes, and groups have a member on each: so a change touches as much in a
/// large cluster as in a small one.
const TOUCHED_NODES: usize = 10;

/// All kinds, in the order in which they are to be made: what one adds, a later one takes away.
#[must_use]
pub fn all() -> Vec<Change> {
    [workload::changes(), service::changes(), routing::changes(), node::changes()]
        .into_iter()
        .flatten()
        .collect()
}
