//! Settings of the process itself, which stand in the Northbound database (`NB_Global`, column `options`).

use std::time::Duration;

use weft_ovsdb::{MonitorSpec, ProbeInterval, RowChange};
use weft_ovsdb_schema::Value;

/// The least interval of inactivity probes, as in Open vSwitch.
const PROBE_INTERVAL_MIN_MS: u64 = 1000;

/// What `NB_Global.options` say of the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// The interval of inactivity probes (`northd_probe_interval`, in milliseconds).
    pub probe_interval: ProbeInterval,
    /// The longest rest after a derivation (`northd-backoff-interval-ms`).
    pub longest_rest: Duration,
}

impl Settings {
    /// Those that reported changes ask for; none when they do not change them.
    #[must_use]
    pub fn changed(monitored: &MonitorSpec, changes: &[RowChange]) -> Option<Self> {
        let table = monitored.position("NB_Global")?;
        let column = monitored.tables.get(table)?.position("options")?;
        let row = changes.iter().rev().find(|change| change.table == table)?.new.as_ref()?;
        Some(Self::of(row.values().get(column)?))
    }

    fn of(options: &Value) -> Self {
        let longest_rest_ms = number(options, "northd-backoff-interval-ms").unwrap_or_default();
        Self {
            probe_interval: probe_interval_of(options),
            longest_rest: Duration::from_millis(u64::try_from(longest_rest_ms).unwrap_or_default()),
        }
    }
}

fn number(options: &Value, key: &str) -> Option<i64> {
    options.as_map()?.get_str(key)?.parse().ok()
}

/// The interval that options ask for: 0 for never, the default where they have none.
fn probe_interval_of(options: &Value) -> ProbeInterval {
    match u64::try_from(number(options, "northd_probe_interval").unwrap_or(-1)) {
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
    fn there_is_no_rest_unless_asked_for() {
        let rest =
            |text: &str| Settings::of(&Value::map([("northd-backoff-interval-ms", text)])).longest_rest;
        assert_eq!(rest("200"), Duration::from_millis(200));
        assert_eq!(rest("-1"), Duration::ZERO);
        assert_eq!(rest("soon"), Duration::ZERO);
    }

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
