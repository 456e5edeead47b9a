//! LANGUAGE.md, *emit*: `alloc`.

use crate::support::{Rows, run, run_after, warnings};
use weft_reference::{AllocState, Allocation};
use weft_testing::values::{int, options, string, uuid};
use weft_value::Value;

const IDS: &str = r#"
alloc Key for p in nb.Port {
    scope   p.kind
    range   1 .. 3
    request p.options["key"]?.to_int()
    keep    sb.Binding[port: p.name]?.key
    clash   warn "port ${p.name}: key ${p.options["key"]} is taken"
}
rule r { from p in nb.Port warn "${p.name} ${Key[p]}" }
"#;

fn port(rows: Rows, id: u128, name: &str, kind: &str, request: Option<&str>) -> Rows {
    let requested = request.map_or(options([]), |key| options([("key", key)]));
    rows.with("Port", id, [("name", string(name)), ("kind", string(kind)), ("options", requested)])
}

#[test]
fn ids_are_unique_in_their_scope() {
    let rows = port(Rows::default(), 10, "a", "x", None);
    let rows = port(rows, 11, "b", "x", None);
    let rows = port(rows, 12, "c", "y", None);
    assert_eq!(warnings(IDS, &rows.done()), ["a 1", "b 2", "c 1"]);
}

#[test]
fn a_request_is_met_before_anything_else_and_a_clash_is_told() {
    let rows = port(Rows::default(), 10, "a", "x", None);
    let rows = port(rows, 11, "b", "x", Some("1"));
    let rows = port(rows, 12, "c", "x", Some("1"));
    assert_eq!(warnings(IDS, &rows.done()), ["a 2", "b 1", "c 3", "port c: key 1 is taken"]);
}

#[test]
fn ids_found_in_the_database_are_kept() {
    let rows = port(Rows::default(), 10, "a", "x", None);
    let rows = port(rows, 11, "b", "x", None);
    let rows = rows.with_sb("Binding", 50, [("port", string("b")), ("key", int(1))]);
    assert_eq!(warnings(IDS, &rows.done()), ["a 2", "b 1"]);
}

#[test]
fn ids_given_before_are_kept_in_their_scope() {
    let rows = port(Rows::default(), 10, "a", "x", None);
    let rows = port(rows, 11, "b", "x", None);
    let snapshot = port(rows, 12, "c", "y", None).done();
    let given = |scope: &str, id| Allocation { scope: string(scope), id };
    let before = [(uuid(11), given("x", 1)), (uuid(12), given("x", 3))];
    let previous = AllocState::from([("Key".to_owned(), before.into())]);
    let evaluation = run_after(IDS, &snapshot, &previous);
    assert_eq!(evaluation.warning_texts().into_iter().collect::<Vec<_>>(), ["a 2", "b 1", "c 1"]);
    assert_eq!(run_after(IDS, &snapshot, &evaluation.alloc), evaluation);
}

#[test]
fn without_an_id_left_there_is_no_value() {
    let mut rows = Rows::default();
    for (id, name) in (10..).zip(["a", "b", "c", "d"]) {
        rows = port(rows, id, name, "x", None);
    }
    let evaluation = run(IDS, &rows.done());
    assert_eq!(evaluation.warning_texts().into_iter().collect::<Vec<_>>(), ["a 1", "b 2", "c 3"]);
    assert!(!evaluation.alloc["Key"].contains_key(&uuid(13)));
    assert!(evaluation.alloc["Key"].values().all(|given| given.scope != Value::None));
}
