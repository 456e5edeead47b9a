//! Whole nodes.

use super::Change;

const LIMIT_MS: f64 = 50.0;

pub(super) fn changes() -> Vec<Change> {
    vec![
        Change::new("node add", LIMIT_MS, |cluster, number| cluster.node(cluster.nodes + number)),
        Change::new("node delete", LIMIT_MS, |cluster, number| cluster.without_node(cluster.nodes + number)),
    ]
}
