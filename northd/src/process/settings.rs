//! Settings of the process itself, which stand in the Northbound database (`NB_Global`, column `options`).

use std::time::Duration;

use weft_ovsdb::{MonitorSpec, ProbeInterval, RowChange};
use weft_ovsdb_schema::{Atom, Value};

/// The least interval of inactivity probes, as in Open vSwitch.
const PROBE_INTERVAL_MIN_MS: u64 = 1000;

/// The interval of inactivity probes that reported changes ask for (`northd_probe_interval`, in
/// milliseconds); none when they do not change the settings.
#[must_use]
pub fn probe_interval(monitored: &MonitorSpec, changes: &[RowChange]) -> Option<ProbeInterval> {
    let table = monitored.position("NB_Global")?;
    let column = monitored.tables.get(table)?.position("options")?;
    let row = changes.iter().rev().find(|change| change.table == table)?.new.as_ref()?;
    Some(probe_interval_of(row.values().get(column)?))
}

/// The interval that options ask for: 0 for never, the default where they have none.
fn probe_interval_of(options: &Value) -> ProbeInterval {
    let key = Atom::from("northd_probe_interval");
    let entry = options.as_map().and_then(|options| options.iter().find(|(name, _)| *name == key));
    let interval_ms = entry.and_then(|(_, value)| value.as_str()?.parse::<i64>().ok()).unwrap_or(-1);
    match u64::try_from(interval_ms) {
        Err(_) => ProbeInterval::Default,
        Ok(0) => ProbeInterval::Off,
        Ok(interval_ms) => {
            ProbeInterval::Every(Duration::from_millis(interval_ms.max(PROBE_INTERVAL_MIN_MS)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_probe_interval_is_never_below_a_second_and_may_be_off() {
        let of = |text: &str| probe_interval_of(&Value::map([("northd_probe_interval", text)]));
        assert_eq!(of("60000"), ProbeInterval::Every(Duration::from_secs(60)));
        assert_eq!(of("7"), ProbeInterval::Every(Duration::from_secs(1)));
        assert_eq!(of("0"), ProbeInterval::Off);
        assert_eq!(of("-1"), ProbeInterval::Default);
        assert_eq!(of("soon"), ProbeInterval::Default);
        assert_eq!(probe_interval_of(&Value::map([("mac_prefix", "0a:0b:0c")])), ProbeInterval::Default);
    }
}
