//! Sequence numbers: how a client learns that its change has arrived.
//!
//! `NB_Global.nb_cfg` goes to `SB_Global.nb_cfg` together with what follows from it; once that is
//! committed, `NB_Global.sb_cfg` says so; `hv_cfg` is what all chassis have reached (OVN's
//! `update_sequence_numbers`).

use std::collections::HashMap;

use uuid::Uuid;
use weft_ovsdb::{MonitorSpec, RowChange, RowId, TableSelection, Transaction, Where};
use weft_ovsdb_schema::Value;

use crate::clock::now_ms;
use crate::side::Side;

const NORTHBOUND: (&str, &[&str]) = ("NB_Global", &["nb_cfg", "sb_cfg", "hv_cfg", "nb_cfg_timestamp"]);
const SOUTHBOUND: (&str, &[&str]) = ("SB_Global", &["nb_cfg"]);
const CHASSIS_PRIVATE: (&str, &[&str]) = ("Chassis_Private", &["nb_cfg", "nb_cfg_timestamp", "chassis"]);
const CHASSIS: (&str, &[&str]) = ("Chassis", &["other_config"]);

/// Adds the columns of sequence numbers to what is monitored.
pub fn select_columns(selections: &mut Vec<TableSelection>, side: Side) {
    let tables: &[(&str, &[&str])] = match side {
        Side::Northbound => &[NORTHBOUND],
        Side::Southbound => &[SOUTHBOUND, CHASSIS_PRIVATE, CHASSIS],
    };
    tables.iter().for_each(|table| select(selections, *table));
}

fn select(selections: &mut Vec<TableSelection>, (table, columns): (&str, &[&str])) {
    let Some(held) = selections.iter_mut().find(|held| held.table == table) else {
        selections.push(TableSelection::columns(table, columns.iter().copied()));
        return;
    };
    if let weft_ovsdb::Columns::Only(names) = &mut held.columns {
        let missing = columns.iter().filter(|column| !names.iter().any(|name| name == *column));
        let missing: Vec<String> = missing.map(|column| (*column).to_owned()).collect();
        names.extend(missing);
    }
}

/// The rows of one table, as its reports add up to.
#[derive(Debug, Default)]
struct Table {
    position: Option<usize>,
    columns: Vec<Option<usize>>,
    rows: HashMap<Uuid, Vec<Value>>,
}

impl Table {
    fn new(monitored: &MonitorSpec, (table, columns): (&str, &[&str])) -> Self {
        let position = monitored.position(table);
        let table = position.and_then(|position| monitored.tables.get(position));
        let columns = columns.iter().map(|column| table.and_then(|table| table.position(column))).collect();
        Self { position, columns, rows: HashMap::new() }
    }

    fn take_in(&mut self, change: &RowChange) {
        if Some(change.table) != self.position {
            return;
        }
        let Some(row) = &change.new else {
            self.rows.remove(&change.uuid);
            return;
        };
        let value = |column: &Option<usize>| {
            let value = column.and_then(|column| row.values().get(column));
            value.cloned().unwrap_or_else(Value::empty_set)
        };
        let values = self.columns.iter().map(value).collect();
        self.rows.insert(change.uuid, values);
    }

    /// The first row by UUID, with its columns as integers.
    fn first(&self) -> Option<(Uuid, Vec<i64>)> {
        let (uuid, values) = self.rows.iter().min_by_key(|(uuid, _)| **uuid)?;
        Some((*uuid, values.iter().map(|value| value.as_integer().unwrap_or_default()).collect()))
    }
}

/// The sequence numbers of both databases.
#[derive(Debug, Default)]
pub struct Sequence {
    northbound: Table,
    southbound: Table,
    chassis_private: Table,
    chassis: Table,
    /// When the Southbound database was last told of a new `nb_cfg`, until the Northbound one says so.
    told_ms: Option<i64>,
}

/// A number that is so much higher than another has overflowed, and is lower.
const OVERFLOW: i64 = i32::MAX as i64;

impl Sequence {
    /// For databases monitored so.
    #[must_use]
    pub fn new(northbound: &MonitorSpec, southbound: &MonitorSpec) -> Self {
        Self {
            northbound: Table::new(northbound, NORTHBOUND),
            southbound: Table::new(southbound, SOUTHBOUND),
            chassis_private: Table::new(southbound, CHASSIS_PRIVATE),
            chassis: Table::new(southbound, CHASSIS),
            told_ms: None,
        }
    }

    /// Takes in what a database reports.
    pub fn take_in(&mut self, side: Side, change: &RowChange) {
        match side {
            Side::Northbound => self.northbound.take_in(change),
            Side::Southbound => {
                self.southbound.take_in(change);
                self.chassis_private.take_in(change);
                self.chassis.take_in(change);
            }
        }
    }

    /// Adds what the Southbound database has to be told; it goes with what follows from it.
    pub fn write_southbound(&mut self, transaction: &mut Transaction) {
        let wanted = self.northbound.first().and_then(|(_, numbers)| numbers.first().copied());
        let (wanted, row) = (wanted.unwrap_or_default(), self.southbound.first());
        let told = row.as_ref().and_then(|(_, numbers)| numbers.first().copied());
        if told.unwrap_or_default() != wanted {
            self.told_ms = Some(now_ms());
        }
        match row {
            None => transaction.insert("SB_Global", RowId::Anonymous, [("nb_cfg", &Value::from(wanted))]),
            Some((row, _)) if told != Some(wanted) => {
                transaction.update("SB_Global", &Where::Uuid(row), [("nb_cfg", &Value::from(wanted))]);
            }
            Some(_) => {}
        }
    }

    /// Adds what the Northbound database has to be told, when the Southbound database holds all that
    /// follows from the former.
    pub fn write_northbound(&mut self, transaction: &mut Transaction) {
        let Some((row, numbers)) = self.northbound.first() else {
            transaction.insert("NB_Global", RowId::Anonymous, std::iter::empty());
            return;
        };
        let [nb_cfg, sb_cfg, hv_cfg, told_ms] = numbers[..] else { return };
        let reached = self.southbound.first().and_then(|(_, numbers)| numbers.first().copied());
        let mut columns: Vec<(&str, Value)> = Vec::new();
        if let Some(reached) = reached
            && reached != sb_cfg
        {
            columns.push(("sb_cfg", Value::from(reached)));
            columns.push(("sb_cfg_timestamp", Value::from(now_ms())));
        }
        self.told_ms = self.told_ms.filter(|timestamp_ms| *timestamp_ms != told_ms);
        if let Some(timestamp_ms) = self.told_ms {
            columns.push(("nb_cfg_timestamp", Value::from(timestamp_ms)));
        }
        let (reached, timestamp_ms) = self.hypervisors(nb_cfg);
        if reached != hv_cfg {
            columns.push(("hv_cfg", Value::from(reached)));
            columns.push(("hv_cfg_timestamp", Value::from(timestamp_ms)));
        }
        if !columns.is_empty() {
            let columns = columns.iter().map(|(column, value)| (*column, value));
            transaction.update("NB_Global", &Where::Uuid(row), columns);
        }
    }

    /// The least `nb_cfg` that a chassis has reached, at most `nb_cfg` itself, and the latest time at which
    /// one of those at it did, 0 without any. Chassis of other availability zones do not count.
    fn hypervisors(&self, nb_cfg: i64) -> (i64, i64) {
        let local = self.chassis_private.rows.values().filter(|values| !self.is_remote(values));
        let reached = local.map(|values| {
            let number = |position: usize| values.get(position).and_then(Value::as_integer);
            (number(0).unwrap_or_default(), number(1).unwrap_or_default())
        });
        least_reached(nb_cfg, reached)
    }

    fn is_remote(&self, values: &[Value]) -> bool {
        let chassis = values.get(2).and_then(Value::as_uuid);
        let config = chassis.and_then(|chassis| self.chassis.rows.get(&chassis));
        let config = config.and_then(|values| values.first()).and_then(Value::as_map);
        config.and_then(|config| config.get_str("is-remote")) == Some("true")
    }
}

fn least_reached(nb_cfg: i64, reached: impl Iterator<Item = (i64, i64)>) -> (i64, i64) {
    reached.fold((nb_cfg, 0), |(least, latest_ms), (number, time_ms)| {
        if number < least || number.saturating_sub(least) > OVERFLOW {
            (number, time_ms)
        } else if number == least {
            (least, latest_ms.max(time_ms))
        } else {
            (least, latest_ms)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::least_reached;

    #[test]
    fn the_slowest_chassis_counts() {
        let of = |nb_cfg, reached: &[(i64, i64)]| least_reached(nb_cfg, reached.iter().copied());
        assert_eq!(of(7, &[]), (7, 0));
        assert_eq!(of(7, &[(7, 100), (7, 300), (7, 200)]), (7, 300));
        assert_eq!(of(7, &[(7, 100), (5, 300), (6, 400), (5, 200)]), (5, 300));
    }

    #[test]
    fn a_chassis_is_never_ahead_unless_the_number_overflowed() {
        assert_eq!(least_reached(7, [(9, 100)].into_iter()), (7, 0));
        assert_eq!(least_reached(-5, [(i64::MAX, 100)].into_iter()), (i64::MAX, 100));
    }
}
