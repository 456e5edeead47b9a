//! Services and their backends.

use super::Change;

const LIMIT_MS: f64 = 5.0;

pub(super) fn changes() -> Vec<Change> {
    vec![
        Change::new("service add", LIMIT_MS, |cluster, number| cluster.new_service(number)),
        Change::new("backend add", LIMIT_MS, |cluster, number| cluster.backend(number, true)),
        Change::new("backend delete", LIMIT_MS, |cluster, number| cluster.backend(number, false)),
        Change::new("service delete", LIMIT_MS, |cluster, number| cluster.without_service(number)),
    ]
}
