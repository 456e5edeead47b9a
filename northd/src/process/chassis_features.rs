//! What the chassis can do, for `debug/chassis-features-list`. The rules ask for themselves
//! (`rules/topology/global.weft`).

use std::collections::HashMap;
use std::fmt::Write;

use uuid::Uuid;
use weft_ovsdb::{MonitorSpec, RowChange};
use weft_ovsdb_schema::Value;

use crate::side::Side;

/// Keys of `Chassis.other_config`, and the names under which they are shown.
const FEATURES: [(&str, &str); 9] = [
    ("mac-binding-timestamp", "mac_binding_timestamp"),
    ("fdb-timestamp", "fdb_timestamp"),
    ("ls-dpg-column", "ls_dpg_column"),
    ("ct-commit-nat-v2", "ct_commit_nat_v2"),
    ("ct-commit-to-zone", "ct_commit_to_zone"),
    ("ovn-sample-with-registers", "sample_with_reg"),
    ("ct-next-zone", "ct_next_zone"),
    ("ct-label-flush", "ct_label_flush"),
    ("ct-state-save", "ct_state_save"),
];

type Supported = [bool; FEATURES.len()];

/// What each chassis of this zone says that it supports.
#[derive(Debug, Default)]
pub struct ChassisFeatures {
    chassis: HashMap<Uuid, Supported>,
    /// The cloud says that all of them support everything.
    are_ignored: bool,
}

impl ChassisFeatures {
    /// Takes in what a database reports. Returns the list when it may have changed.
    pub fn take_in(&mut self, side: Side, monitored: &MonitorSpec, changes: &[RowChange]) -> Option<String> {
        let (table, column) = match side {
            Side::Northbound => ("NB_Global", "options"),
            Side::Southbound => ("Chassis", "other_config"),
        };
        let table = monitored.position(table)?;
        let column = monitored.tables.get(table)?.position(column)?;
        let mut has_changed = false;
        for change in changes.iter().filter(|change| change.table == table) {
            let settings = change.new.as_ref().and_then(|row| row.values().get(column));
            match side {
                Side::Northbound => {
                    self.are_ignored = settings.is_some_and(|it| is_true(it, "ignore_chassis_features"));
                }
                Side::Southbound => self.chassis_changed(change.uuid, settings),
            }
            has_changed = true;
        }
        has_changed.then(|| self.list())
    }

    fn chassis_changed(&mut self, chassis: Uuid, settings: Option<&Value>) {
        match settings.filter(|settings| !is_true(settings, "is-remote")) {
            Some(settings) => {
                self.chassis.insert(chassis, FEATURES.map(|(key, _)| is_true(settings, key)));
            }
            None => {
                self.chassis.remove(&chassis);
            }
        }
    }

    /// One line for each feature: whether all chassis support it.
    #[must_use]
    pub fn list(&self) -> String {
        let mut text = String::new();
        for (position, (_, name)) in FEATURES.iter().enumerate() {
            let mut all = self.chassis.values().filter_map(|supported| supported.get(position));
            let is_supported = self.are_ignored || all.all(|supported| *supported);
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{name}: {is_supported}");
        }
        text
    }
}

fn is_true(settings: &Value, key: &str) -> bool {
    settings.as_map().and_then(|map| map.get_str(key)).is_some_and(|text| text.eq_ignore_ascii_case("true"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feature_is_supported_when_all_chassis_of_the_zone_support_it() {
        let mut features = ChassisFeatures::default();
        assert!(features.list().starts_with("mac_binding_timestamp: true\nfdb_timestamp: true\n"));
        let settings = Value::map([("mac-binding-timestamp", "true"), ("ct-state-save", "TRUE")]);
        features.chassis_changed(Uuid::from_u128(1), Some(&settings));
        assert!(features.list().starts_with("mac_binding_timestamp: true\nfdb_timestamp: false\n"));
        assert!(features.list().ends_with("ct_label_flush: false\nct_state_save: true\n"));
        let remote = Value::map([("is-remote", "true")]);
        features.chassis_changed(Uuid::from_u128(1), Some(&remote));
        assert!(features.list().contains("fdb_timestamp: true\n"));
    }
}
