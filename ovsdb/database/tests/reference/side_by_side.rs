use serde_json::{Value as Json, json};
use weft_ovsdb_schema::{DatabaseSchema, northbound, parse, southbound};

use crate::dangling::is_inconsistent;
use crate::generate::Generator;
use crate::ours::Ours;
use crate::random::Random;
use crate::server::{Server, prefix};

pub(crate) fn rich_schema() -> DatabaseSchema {
    parse(include_str!("rich.schema")).expect("the schema is well formed")
}

/// The next request of a random session.
pub(crate) fn next_request(random: &mut Random, ours: &Ours, step: usize) -> (&'static str, Json) {
    let name = Json::from(ours.database.name());
    let mut generator = Generator::new(random, &ours.database);
    match step {
        0 => ("monitor", json!([name, "plain", generator.monitor_requests(false)])),
        1 => ("monitor_cond", json!([name, ["conditional"], generator.monitor_requests(true)])),
        2 => {
            let requests = generator.monitor_requests(true);
            (
                "monitor_cond_since",
                json!([name, {"id": "since"}, requests, "00000000-0000-0000-0000-000000000000"]),
            )
        }
        _ if step % 40 == 39 => {
            let id = generator.random.pick(&[json!(["conditional"]), json!({"id": "since"})]).clone();
            ("monitor_cond_change", json!([id, id, generator.condition_changes()]))
        }
        _ => ("transact", generator.transaction()),
    }
}

fn compare(schema: DatabaseSchema, seeds: std::ops::Range<u64>, steps: usize) {
    let Some(prefix) = prefix() else { return };
    let (mut committed, mut given_up, count) = (0, 0, seeds.end - seeds.start);
    for seed in seeds {
        let mut random = Random::new(seed);
        let mut ours = Ours::new(schema.clone());
        let mut server = Server::start(&prefix, &schema);
        let mut monitors = Vec::new();
        for step in 0..steps {
            let (method, params) = next_request(&mut random, &ours, step);
            if method != "transact" {
                monitors.push(format!("{method} {params}"));
            }
            let before = ours.database.sequence();
            let (theirs, mine) = (server.request(method, &params), ours.request(method, &params));
            committed += ours.database.sequence() - before;
            let (theirs, mine) = (theirs.comparable(), mine.comparable());
            if theirs != mine && is_inconsistent(&mut server, ours.database.catalog()) {
                given_up += 1;
                break;
            }
            assert!(
                theirs == mine,
                "seed {seed}, step {step}, {method} {params}\ntheirs {theirs}\nours   {mine}\nmonitors {monitors:#?}"
            );
        }
    }
    assert!(committed > 10 * count, "{committed} transactions succeeded");
    assert!(given_up <= count / 4, "{given_up} of {count} sessions ended with a dangling reference");
}

#[test]
fn a_schema_with_everything() {
    compare(rich_schema(), 0..12, 400);
}

#[test]
fn the_northbound_schema() {
    compare(northbound().expect("the schema is well formed"), 100..103, 400);
}

#[test]
fn the_southbound_schema() {
    compare(southbound().expect("the schema is well formed"), 200..203, 400);
}
