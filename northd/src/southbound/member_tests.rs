//! Members of large sets, against a database in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value as Json;
use uuid::Uuid;
use weft_nbctl::{Database, transact};
use weft_ovsdb::Transaction;
use weft_ovsdb_schema::{Atom, Value as Datum, southbound};
use weft_plan::plan::OutputTable;
use weft_value::Value;

use super::blame::Blame;
use super::row_table::RowKey;
use super::rows::{Rows, RowsInFlight, Writing};

const DATAPATHS: usize = 0;
const PORTS: usize = 1;
const GROUPS: usize = 2;
const GROUP_COUNT: i64 = 2;
const PORT_COUNT: i64 = 14;

/// What rules do, and when it is written.
#[derive(Debug, Clone)]
enum Step {
    /// A port comes, or goes if it is there.
    Port(i64),
    /// A port joins a group, or leaves it if it is in it; it need not be there.
    Member(i64, i64),
    /// What is due is written.
    Flush,
}

/// What rules emit, and a database that is brought to it.
struct World {
    rows: Rows,
    database: Database,
    ports: BTreeSet<i64>,
    members: BTreeSet<(i64, i64)>,
}

fn output(table: &str, key: &[&str], write: &[&str]) -> OutputTable {
    let names = |names: &[&str]| names.iter().map(ToString::to_string).collect();
    let (key, write) = (names(key), names(write));
    let (database, table) = ("sb".into(), table.into());
    OutputTable { database, table, key, write, init: Vec::new(), keep: Vec::new(), owns: None }
}

fn key(value: Value) -> RowKey {
    [value].into()
}

fn reference(value: Value) -> Value {
    Value::Tuple(key(value))
}

fn name(number: i64) -> Value {
    Value::String(format!("p{number}").into())
}

fn group_key(group: i64) -> RowKey {
    [reference(Value::Int(1)), Value::String(format!("g{group}").into())].into()
}

impl World {
    fn new() -> World {
        let schema = Arc::new(southbound().unwrap());
        let outputs = [
            output("Datapath_Binding", &["tunnel_key"], &[]),
            output("Port_Binding", &["logical_port"], &["datapath", "tunnel_key"]),
            output("Multicast_Group", &["datapath", "name"], &["tunnel_key", "ports"]),
        ];
        let rows = Rows::new(outputs.iter(), &schema, Writing::WholeRows).unwrap();
        let (ports, members) = (BTreeSet::new(), BTreeSet::new());
        let mut world = World { rows, database: Database::new(schema), ports, members };
        world.emit(DATAPATHS, key(Value::Int(1)), Vec::new(), true);
        for group in 0..GROUP_COUNT {
            world.emit(GROUPS, group_key(group), vec![(0, Value::Int(40_000 + group))], true);
        }
        for port in 0..PORT_COUNT {
            world.step(&Step::Port(port));
            (0..GROUP_COUNT).for_each(|group| world.step(&Step::Member(group, port)));
        }
        world.step(&Step::Flush);
        world
    }

    fn emit(&mut self, table: usize, key: RowKey, columns: Vec<(u16, Value)>, is_there: bool) {
        let diff = if is_there { 1 } else { -1 };
        if self.rows.tables[table].change_row(key.clone(), columns, diff) {
            self.rows.row_came_or_went(table, &key);
        }
    }

    fn step(&mut self, step: &Step) {
        match *step {
            Step::Port(port) => {
                let is_there = toggle(&mut self.ports, port);
                let columns = vec![(0, reference(Value::Int(1))), (1, Value::Int(port + 1))];
                self.emit(PORTS, key(name(port)), columns, is_there);
            }
            Step::Member(group, port) => {
                let diff = if toggle(&mut self.members, (group, port)) { 1 } else { -1 };
                let table = &mut self.rows.tables[GROUPS];
                if table.change_member(group_key(group), 1, reference(name(port)), diff) {
                    self.rows.row_came_or_went(GROUPS, &group_key(group));
                }
            }
            Step::Flush => self.commit(),
        }
    }

    fn flush(&mut self) -> (Vec<Json>, RowsInFlight) {
        self.rows.assign_uuids();
        let mut transaction = Transaction::default();
        let (in_flight, _) = self.rows.flush(&mut transaction);
        (serde_json::from_str(&format!("[{}]", transaction.encoded())).unwrap(), in_flight)
    }

    fn commit(&mut self) {
        let (operations, _) = self.flush();
        transact(&mut self.database, &operations).unwrap();
        for edit in self.database.take_edits() {
            let Some(table) = self.rows.tables.iter_mut().find(|table| *table.name == *edit.table) else {
                continue;
            };
            let Some(row) = edit.new else {
                table.row_gone(edit.uuid);
                continue;
            };
            let columns = table.columns().map(|column| {
                row.get(&column.name).cloned().unwrap_or_else(|| column.column_type.default_value())
            });
            let columns = columns.collect();
            table.row_seen(edit.uuid, columns);
        }
    }

    /// The names of each group's ports that the database holds.
    fn written(&self) -> BTreeMap<String, BTreeSet<String>> {
        let text = |value: Option<&Datum>| value.and_then(Datum::as_str).unwrap().to_owned();
        let port = |uuid: Uuid| text(self.database.row("Port_Binding", uuid).unwrap().get("logical_port"));
        let groups = self.database.rows("Multicast_Group").map(|(_, group)| {
            let ports = group.get("ports").and_then(Datum::as_set).into_iter().flatten();
            let ports = ports.filter_map(Atom::as_uuid).map(port).collect();
            (text(group.get("name")), ports)
        });
        groups.collect()
    }

    fn wanted(&self) -> BTreeMap<String, BTreeSet<String>> {
        let groups = (0..GROUP_COUNT).map(|group| {
            let members = self.members.iter().filter(|(of, port)| *of == group && self.ports.contains(port));
            (format!("g{group}"), members.map(|(_, port)| format!("p{port}")).collect())
        });
        groups.collect()
    }
}

/// Puts a value in, or takes it out if it is there. Whether it is there now.
fn toggle<T: Ord>(set: &mut BTreeSet<T>, value: T) -> bool {
    let is_there = !set.remove(&value);
    if is_there {
        set.insert(value);
    }
    is_there
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0..PORT_COUNT).prop_map(Step::Port),
        3 => (0..GROUP_COUNT, 0..PORT_COUNT).prop_map(|(group, port)| Step::Member(group, port)),
        2 => Just(Step::Flush),
    ]
}

proptest! {
    #[test]
    fn members_are_written_whatever_came_and_went_before(steps in vec(step(), 1..40)) {
        let mut world = World::new();
        for step in steps.iter().chain([&Step::Flush]) {
            world.step(step);
            if let Step::Flush = step {
                prop_assert_eq!(world.written(), world.wanted());
            }
        }
    }
}

#[test]
fn one_member_of_a_large_set_is_all_that_is_written() {
    let mut world = World::new();
    world.step(&Step::Member(0, 3));
    let (operations, _) = world.flush();
    let Some([operation]) = operations.first_chunk() else { panic!("nothing is written") };
    assert_eq!(operations.len(), 1);
    assert_eq!(operation["mutations"].as_array().map(Vec::len), Some(1), "{operation}");
}

#[test]
fn a_row_that_was_refused_is_written_as_a_whole_once_a_member_changes() {
    let mut world = World::new();
    world.step(&Step::Member(0, 3));
    let (operations, in_flight) = world.flush();
    assert!(world.rows.ask_again(in_flight, Blame::Operation(operations.len() - 1)).is_some());
    assert!(world.flush().0.is_empty(), "it waits");
    world.step(&Step::Member(0, 4));
    world.commit();
    assert_eq!(world.written(), world.wanted());
}
