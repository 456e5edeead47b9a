//! What ovsdb-server answered once, for machines without one.

use std::path::PathBuf;

use serde_json::{Value as Json, json};

use crate::compare::Answer;
use crate::ours::Ours;
use crate::random::Random;
use crate::server::{Server, prefix};
use crate::side_by_side::{next_request, rich_schema};

const STEPS: usize = 260;

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/reference/recorded/rich.jsonl")
}

/// With `WEFT_RECORD` and an installed OVN, the recording is made anew first: after the generator or the schema
/// changed.
#[test]
fn recorded_answers_are_given_again() {
    if std::env::var_os("WEFT_RECORD").is_some() {
        record();
    }
    let recorded = std::fs::read_to_string(path()).expect("the recording is there");
    let mut ours = Ours::new(rich_schema());
    let mut lines = 0;
    for line in recorded.lines() {
        let line: Json = serde_json::from_str(line).expect("the recording is JSON");
        let method = line["method"].as_str().expect("a method");
        let mine = ours.request(method, &line["params"]).comparable();
        assert_eq!(mine, line["answer"], "line {}: {method} {}", lines + 1, line["params"]);
        lines += 1;
    }
    assert_eq!(lines, STEPS);
    assert!(ours.database.sequence() > 20, "{} transactions succeeded", ours.database.sequence());
}

fn record() {
    let Some(prefix) = prefix() else { return };
    let (mut random, schema) = (Random::new(7), rich_schema());
    let mut server = Server::start(&prefix, &schema);
    let mut ours = Ours::new(schema);
    let mut recording = String::new();
    for step in 0..STEPS {
        let (method, params) = next_request(&mut random, &ours, step);
        let answer: Answer = server.request(method, &params);
        ours.request(method, &params);
        let line = json!({"method": method, "params": params, "answer": answer.comparable()});
        recording.push_str(&line.to_string());
        recording.push('\n');
    }
    std::fs::write(path(), recording).expect("the recording is written");
}
