//! Flows and their groups, against a database that does what it is told.

use std::collections::{BTreeSet, HashMap};

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value as Json;
use uuid::Uuid;
use weft_ovsdb::Transaction;
use weft_plan::plan::HeadId;
use weft_value::{Row, Value};

use super::blame::Blame;
use super::content::FlowContent;
use super::datapath_sets::SetKey;
use super::flow_flush::{FlowContext, FlowsInFlight};
use super::flow_operations::encode_content;
use super::flow_table::{FlowDerivation, FlowTable, Origin, StageIndex};
use super::groups::Place;
use super::metadata::Metadata;

/// All datapaths have rows, whose UUIDs are theirs plus this.
const ROW_OFFSET: u128 = 1 << 64;

struct AllRows;

impl FlowContext for AllRows {
    fn datapath_row(&self, datapath: Uuid) -> Option<Uuid> {
        Some(row_of(datapath))
    }

    fn stage_name(&self, stage: StageIndex) -> String {
        format!("stage{stage}")
    }

    fn render(&self, origin: &Origin) -> Option<String> {
        FLOWS.get(origin.head.0 as usize).map(|matches| encode_content(&content(matches)))
    }
}

fn row_of(datapath: Uuid) -> Uuid {
    Uuid::from_u128(datapath.as_u128() + ROW_OFFSET)
}

fn datapath(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn class(name: &str) -> SetKey {
    SetKey::Class(Value::String(name.into()))
}

fn content(matches: &str) -> FlowContent<'_> {
    FlowContent {
        stage: "stage0",
        is_ingress: true,
        table: 3,
        priority: 50,
        matches,
        actions: "next;",
        meter: None,
    }
}

fn change(flows: &mut FlowTable, matches: &str, set: SetKey, diff: i64) {
    let metadata = Metadata { source: "a.weft:1".into(), ..Metadata::default() };
    let head = FLOWS.iter().position(|flow| *flow == matches).unwrap_or(FLOWS.len());
    let origin = Origin { head: HeadId(head as u32), row: Row::default() };
    flows.change_flow(FlowDerivation { stage: 0, content: content(matches), set, metadata, origin }, diff);
}

fn operations(transaction: &Transaction) -> Vec<Json> {
    serde_json::from_str(&format!("[{}]", transaction.encoded())).unwrap()
}

fn uuid_in(json: &Json) -> Option<Uuid> {
    if json[0] == "uuid" { json[1].as_str()?.parse().ok() } else { None }
}

/// What the database holds of each row: what the next report says.
#[derive(Default)]
struct Database {
    flows: HashMap<Uuid, (String, Place)>,
    groups: HashMap<Uuid, Vec<Uuid>>,
}

impl Database {
    /// Carries out what is due, and reports it. Returns a word for each operation.
    fn commit(&mut self, flows: &mut FlowTable) -> Vec<String> {
        let mut transaction = Transaction::new();
        let flush = flows.flush(&AllRows, &mut transaction);
        assert!(!flush.must_rederive);
        let operations = operations(&transaction);
        for operation in &operations {
            self.carry_out(operation, flows);
        }
        words(&operations)
    }

    fn carry_out(&mut self, operation: &Json, flows: &mut FlowTable) {
        let is_group = operation["table"] == "Logical_DP_Group";
        let row = operation["uuid"].as_str().map(|uuid| uuid.parse().unwrap());
        let row: Uuid = row.or_else(|| uuid_in(&operation["where"][0][2])).unwrap();
        let columns = &operation["row"];
        let place = || match (uuid_in(&columns["logical_datapath"]), uuid_in(&columns["logical_dp_group"])) {
            (Some(datapath), None) => Place::Datapath(datapath),
            (None, Some(group)) => Place::Group(group),
            _ => Place::Nowhere,
        };
        let metadata = || Metadata { source: "a.weft:1".into(), ..Metadata::default() };
        match (operation["op"].as_str().unwrap(), is_group) {
            ("insert", true) => {
                self.groups.insert(row, members(&columns["datapaths"]));
                flows.group_row_seen(row, members(&columns["datapaths"]));
            }
            ("mutate", true) => {
                let held = self.groups.get_mut(&row).unwrap();
                for mutation in operation["mutations"].as_array().unwrap() {
                    let changed = members(&mutation[2]);
                    held.retain(|member| !changed.contains(member));
                    if mutation[1] == "insert" {
                        held.extend(changed);
                    }
                }
                flows.group_row_seen(row, held.clone());
            }
            ("delete", true) => {
                self.groups.remove(&row);
                flows.group_row_gone(row);
            }
            ("insert", false) => {
                let matches = columns["match"].as_str().unwrap().to_owned();
                flows.row_seen(row, Some((0, content(&matches))), place(), metadata());
                self.flows.insert(row, (matches, place()));
            }
            ("update", false) => {
                flows.row_modified(row, place(), metadata());
                self.flows.get_mut(&row).unwrap().1 = place();
            }
            ("delete", false) => {
                self.flows.remove(&row);
                flows.row_gone(row);
            }
            other => panic!("{other:?}"),
        }
    }
}

fn members(json: &Json) -> Vec<Uuid> {
    match uuid_in(json) {
        Some(one) => vec![one],
        None => json[1].as_array().unwrap().iter().filter_map(uuid_in).collect(),
    }
}

fn words(operations: &[Json]) -> Vec<String> {
    let word = |operation: &Json| {
        format!("{} {}", operation["op"].as_str().unwrap(), operation["table"].as_str().unwrap())
    };
    operations.iter().map(word).collect()
}

#[test]
fn a_flow_on_a_class_has_a_row_for_its_members_only() {
    let (mut flows, mut database) = (FlowTable::new(1), Database::default());
    change(&mut flows, "m", class("c"), 1);
    assert!(database.commit(&mut flows).is_empty(), "a class without members has no flow");
    flows.change_member(class("c"), datapath(1), 1);
    assert_eq!(database.commit(&mut flows), ["insert Logical_Flow"]);
    let places: Vec<Place> = database.flows.values().map(|(_, place)| *place).collect();
    assert_eq!(places, [Place::Datapath(row_of(datapath(1)))]);
    flows.change_member(class("c"), datapath(2), 1);
    assert_eq!(database.commit(&mut flows), ["insert Logical_DP_Group", "update Logical_Flow"]);
    flows.change_member(class("c"), datapath(3), 1);
    assert_eq!(database.commit(&mut flows), ["mutate Logical_DP_Group"], "no flow changes");
    assert!(database.commit(&mut flows).is_empty());
}

#[test]
fn a_class_that_is_filled_again_has_its_flows_again() {
    let (mut flows, mut database) = (FlowTable::new(1), Database::default());
    change(&mut flows, "again", class("c"), 1);
    flows.change_member(class("c"), datapath(1), 1);
    database.commit(&mut flows);
    flows.change_member(class("c"), datapath(1), -1);
    assert_eq!(database.commit(&mut flows), ["delete Logical_Flow"]);
    flows.change_member(class("c"), datapath(2), 1);
    assert_eq!(database.commit(&mut flows), ["insert Logical_Flow"]);
}

#[test]
fn a_flow_derived_on_two_sets_is_one_row_on_their_union() {
    let (mut flows, mut database) = (FlowTable::new(1), Database::default());
    change(&mut flows, "m", SetKey::One(datapath(1)), 1);
    change(&mut flows, "m", class("c"), 1);
    flows.change_member(class("c"), datapath(1), 1);
    flows.change_member(class("c"), datapath(2), 1);
    assert_eq!(database.commit(&mut flows), ["insert Logical_DP_Group", "insert Logical_Flow"]);
    flows.change_member(class("c"), datapath(1), -1);
    assert!(database.commit(&mut flows).is_empty(), "the other set still holds it");
    change(&mut flows, "m", class("c"), -1);
    assert_eq!(database.commit(&mut flows), ["update Logical_Flow", "delete Logical_DP_Group"]);
    change(&mut flows, "m", SetKey::One(datapath(1)), -1);
    assert_eq!(database.commit(&mut flows), ["delete Logical_Flow"]);
    flows.change_member(class("c"), datapath(2), -1);
    database.commit(&mut flows);
    assert!(flows.is_empty() && database.groups.is_empty());
}

#[test]
fn one_datapath_more_on_many_single_sets_changes_the_group_and_not_the_flows() {
    let (mut flows, mut database) = (FlowTable::new(1), Database::default());
    for number in 1..=3 {
        change(&mut flows, "a", SetKey::One(datapath(number)), 1);
        change(&mut flows, "b", SetKey::One(datapath(number)), 1);
    }
    database.commit(&mut flows);
    change(&mut flows, "a", SetKey::One(datapath(4)), 1);
    change(&mut flows, "b", SetKey::One(datapath(4)), 1);
    assert_eq!(database.commit(&mut flows), ["mutate Logical_DP_Group"]);
}

#[test]
fn members_that_leave_together_with_their_set_leave_the_row() {
    let (mut flows, mut database) = (FlowTable::new(1), Database::default());
    for (name, members) in [("a", 1..=2), ("b", 3..=4)] {
        change(&mut flows, "m", class(name), 1);
        members.for_each(|number| flows.change_member(class(name), datapath(number), 1));
    }
    database.commit(&mut flows);
    (3..=4).for_each(|number| flows.change_member(class("b"), datapath(number), -1));
    change(&mut flows, "m", class("b"), -1);
    assert_eq!(database.commit(&mut flows), ["mutate Logical_DP_Group"]);
    let mut held: Vec<Uuid> = database.groups.values().flatten().copied().collect();
    held.sort_unstable();
    assert_eq!(held, [row_of(datapath(1)), row_of(datapath(2))]);
}

#[test]
fn sets_of_equal_members_share_a_row_until_they_differ() {
    let (mut flows, mut database) = (FlowTable::new(1), Database::default());
    for (matches, name) in [("m", "a"), ("n", "a"), ("o", "b")] {
        change(&mut flows, matches, class(name), 1);
    }
    for number in 1..=2 {
        flows.change_member(class("a"), datapath(number), 1);
        flows.change_member(class("b"), datapath(number), 1);
    }
    let mut first = database.commit(&mut flows);
    first.sort();
    assert_eq!(
        first,
        ["insert Logical_DP_Group", "insert Logical_Flow", "insert Logical_Flow", "insert Logical_Flow"]
    );
    flows.change_member(class("a"), datapath(3), 1);
    flows.change_member(class("b"), datapath(3), 1);
    assert_eq!(database.commit(&mut flows), ["mutate Logical_DP_Group"]);
    // The class with more flows keeps the row.
    flows.change_member(class("a"), datapath(4), 1);
    let mut parted = database.commit(&mut flows);
    parted.sort();
    assert_eq!(parted, ["insert Logical_DP_Group", "mutate Logical_DP_Group", "update Logical_Flow"]);
    change(&mut flows, "o", class("b"), -1);
    assert_eq!(database.commit(&mut flows), ["delete Logical_Flow", "delete Logical_DP_Group"]);
}

/// What the flows of classes should come to: the members of the classes that a flow is derived on.
#[derive(Default)]
struct Model {
    members: BTreeSet<(usize, u128)>,
    derived: BTreeSet<(usize, usize)>,
}

impl Model {
    /// Joins or leaves a class, or derives or withdraws a flow, as the numbers say.
    fn step(&mut self, flows: &mut FlowTable, (is_member, left, right): (bool, usize, usize)) {
        let name = class(CLASSES[left]);
        if is_member {
            let member = right as u128 + 1;
            let joins = self.members.insert((left, member)) || !self.members.remove(&(left, member));
            flows.change_member(name, datapath(member), if joins { 1 } else { -1 });
        } else {
            let joins = self.derived.insert((left, right)) || !self.derived.remove(&(left, right));
            change(flows, FLOWS[right], name, if joins { 1 } else { -1 });
        }
    }

    fn datapaths(&self, flow: usize) -> BTreeSet<Uuid> {
        let classes = self.derived.iter().filter(|(_, derived)| *derived == flow).map(|(class, _)| *class);
        classes
            .flat_map(|class| self.members.range((class, 0)..(class + 1, 0)))
            .map(|(_, member)| row_of(datapath(*member)))
            .collect()
    }
}

const CLASSES: [&str; 3] = ["a", "b", "c"];
const FLOWS: [&str; 4] = ["m", "n", "o", "again"];

proptest! {
    #[test]
    fn flows_stand_on_the_members_of_their_sets_whatever_the_order_of_changes(
        steps in vec(vec((any::<bool>(), 0..CLASSES.len(), 0..FLOWS.len()), 1..4), 1..30)
    ) {
        let (mut flows, mut database) = (FlowTable::new(1), Database::default());
        let mut model = Model::default();
        for transaction in steps {
            transaction.into_iter().for_each(|step| model.step(&mut flows, step));
            database.commit(&mut flows);
            for (position, matches) in FLOWS.iter().enumerate() {
                let mut written = BTreeSet::new();
                for (_, place) in database.flows.values().filter(|(held, _)| held == matches) {
                    match place {
                        Place::Nowhere => {}
                        Place::Datapath(row) => written.extend([*row]),
                        Place::Group(group) => written.extend(database.groups[group].iter().copied()),
                    }
                }
                prop_assert_eq!(written, model.datapaths(position), "{}", matches);
            }
            let used: BTreeSet<Uuid> = database.flows.values().filter_map(|(_, place)| match place {
                Place::Group(group) => Some(*group),
                _ => None,
            }).collect();
            prop_assert_eq!(used.len(), database.groups.len(), "no row without flows");
        }
    }
}

#[test]
fn what_a_failed_transaction_asked_for_is_asked_for_again() {
    let mut flows = FlowTable::new(1);
    change(&mut flows, "m", class("c"), 1);
    flows.change_member(class("c"), datapath(1), 1);
    flows.change_member(class("c"), datapath(2), 1);
    let mut first = Transaction::new();
    let flush = flows.flush(&AllRows, &mut first);
    flows.ask_again(flush.in_flight, Blame::Nothing);
    let mut second = Transaction::new();
    flows.flush(&AllRows, &mut second);
    assert_eq!(words(&operations(&first)), words(&operations(&second)));
    flows.ask_again(FlowsInFlight::default(), Blame::Nothing);
    let mut third = Transaction::new();
    flows.flush(&AllRows, &mut third);
    assert!(third.is_empty());
}

#[test]
fn rows_found_at_the_start_are_kept_and_strangers_deleted() {
    let mut flows = FlowTable::new(1);
    let (row, group) = (Uuid::from_u128(100), Uuid::from_u128(101));
    let metadata = Metadata { source: "a.weft:1".into(), ..Metadata::default() };
    flows.row_seen(row, Some((0, content("m"))), Place::Group(group), metadata.clone());
    flows.row_seen(Uuid::from_u128(102), Some((0, content("m"))), Place::Nowhere, metadata.clone());
    flows.row_seen(Uuid::from_u128(103), Some((0, content("old"))), Place::Nowhere, metadata.clone());
    flows.row_seen(Uuid::from_u128(104), None, Place::Nowhere, metadata);
    flows.group_row_seen(group, [row_of(datapath(1)), row_of(datapath(2))]);
    change(&mut flows, "m", class("c"), 1);
    flows.change_member(class("c"), datapath(1), 1);
    flows.change_member(class("c"), datapath(2), 1);
    let mut transaction = Transaction::new();
    flows.flush(&AllRows, &mut transaction);
    let operations = operations(&transaction);
    assert_eq!(words(&operations), ["delete Logical_Flow"; 3]);
    let deleted = operations.iter().filter_map(|operation| uuid_in(&operation["where"][0][2]));
    let mut deleted: Vec<u128> = deleted.map(|uuid| uuid.as_u128()).collect();
    deleted.sort_unstable();
    assert_eq!(deleted, [102, 103, 104]);
}
