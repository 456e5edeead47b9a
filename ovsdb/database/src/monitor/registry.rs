use std::sync::{Arc, Mutex, PoisonError, Weak};

use rustc_hash::FxHashMap;

use super::table_monitor::{Key, TableMonitor};

/// The monitors that sessions have, so that equal ones are one.
#[derive(Debug, Default)]
pub(crate) struct Registry(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    monitors: FxHashMap<Key, Weak<TableMonitor>>,
    /// How many there were after the last sweep.
    swept: usize,
}

/// Below this number of monitors a sweep is not worth it.
const LEAST_SWEPT: usize = 64;

impl Registry {
    /// The monitor that is equal to one, which it becomes if there is none.
    pub(super) fn intern(&self, monitor: TableMonitor) -> Arc<TableMonitor> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(equal) = known.monitors.get(&monitor.key()).and_then(Weak::upgrade) {
            return equal;
        }
        let monitor = Arc::new(monitor);
        known.monitors.insert(monitor.key(), Arc::downgrade(&monitor));
        if known.monitors.len() > LEAST_SWEPT.max(2 * known.swept) {
            known.monitors.retain(|_, monitor| monitor.strong_count() > 0);
            known.swept = known.monitors.len();
        }
        monitor
    }
}
