//! Monitors of all three kinds.

use std::sync::Arc;

use weft_ovsdb_database::{MonitorVersion, SessionContext, SessionMonitors, SharedText};

use crate::support::Fixture;

const SCHEMA: &str = "database D 1.0.0
table T root
  name     string
  number   integer
  flags    set integer
table U root
  name     string
";

const EMPTY_ID: &str = "00000000-0000-0000-0000-000000000000";

struct Session {
    fixture: Fixture,
    monitors: SessionMonitors,
}

impl Session {
    fn new() -> Self {
        Self { fixture: Fixture::new(SCHEMA), monitors: SessionMonitors::new() }
    }

    fn monitor(&mut self, version: MonitorVersion, params: &str) -> String {
        let result = self.monitors.monitor(&self.fixture.database, version, params);
        let text = result.map_or_else(|error| error.to_json(), |contents| contents.to_string());
        self.fixture.named(&text)
    }

    fn commit(&mut self, operations: &str) {
        let (reply, commit) = self.fixture.run_as(operations, &SessionContext::default());
        self.fixture.named(&reply);
        commit.iter().for_each(|commit| self.monitors.note(commit));
    }

    fn insert(&mut self, name: &str, number: i64) {
        self.commit(&format!(r#"{{"op":"insert","table":"T","row":{{"name":"{name}","number":{number}}}}}"#));
    }

    fn updates(&mut self) -> Vec<String> {
        let updates = self.monitors.take_updates(&self.fixture.database);
        updates.iter().map(|update| self.fixture.named(&update.to_string())).collect()
    }
}

#[test]
fn plain_monitors_tell_old_and_new_values() {
    let mut session = Session::new();
    session.insert("a", 1);
    let contents = session.monitor(MonitorVersion::Plain, r#"["D","m",{"T":{"columns":["name","number"]}}]"#);
    assert_eq!(contents, r#"{"T":{"<0>":{"new":{"name":"a","number":1}}}}"#);
    session.commit(r#"{"op":"update","table":"T","where":[],"row":{"number":2}}"#);
    let update =
        |rows: &str| vec![format!(r#"{{"id":null,"method":"update","params":["m",{{"T":{{{rows}}}}}]}}"#)];
    let changed = r#""<0>":{"old":{"number":1},"new":{"name":"a","number":2}}"#;
    assert_eq!(session.updates(), update(changed));
    session.commit(r#"{"op":"update","table":"T","where":[],"row":{"flags":3}}"#);
    assert_eq!(session.updates(), Vec::<String>::new());
    session.commit(r#"{"op":"delete","table":"T","where":[]}"#);
    assert_eq!(session.updates(), update(r#""<0>":{"old":{"name":"a","number":2}}"#));
}

#[test]
fn conditional_monitors_tell_differences_of_rows_that_satisfy_a_clause() {
    let mut session = Session::new();
    session.insert("a", 1);
    session.insert("b", 0);
    let request = r#"["D",1,{"T":[{"columns":["name","number","flags"],"where":[["number",">",0]]}]}]"#;
    assert_eq!(
        session.monitor(MonitorVersion::Conditional, request),
        r#"{"T":{"<0>":{"initial":{"name":"a","number":1}}}}"#
    );
    let update =
        |rows: &str| vec![format!(r#"{{"id":null,"method":"update2","params":[1,{{"T":{{{rows}}}}}]}}"#)];
    session.commit(r#"{"op":"mutate","table":"T","where":[["name","==","a"]],"mutations":[["flags","insert",["set",[1,2]]]]}"#);
    assert_eq!(session.updates(), update(r#""<0>":{"modify":{"flags":["set",[1,2]]}}"#));
    session.commit(r#"{"op":"update","table":"T","where":[["name","==","b"]],"row":{"number":5}}"#);
    assert_eq!(session.updates(), update(r#""<1>":{"insert":{"name":"b","number":5}}"#));
    session.commit(r#"{"op":"update","table":"T","where":[["name","==","a"]],"row":{"number":0}}"#);
    assert_eq!(session.updates(), update(r#""<0>":{"delete":null}"#));
}

#[test]
fn commits_that_wait_become_one_update() {
    let mut session = Session::new();
    session.monitor(MonitorVersion::Conditional, r#"["D",1,{"T":{"columns":["name","number"]}}]"#);
    session.insert("a", 1);
    session.commit(r#"{"op":"update","table":"T","where":[],"row":{"number":2}}"#);
    session.insert("b", 0);
    session.commit(r#"{"op":"delete","table":"T","where":[["name","==","b"]]}"#);
    assert_eq!(session.monitors.pending_commits(), 4);
    let expected =
        r#"{"id":null,"method":"update2","params":[1,{"T":{"<0>":{"insert":{"name":"a","number":2}}}}]}"#;
    assert_eq!(session.updates(), [expected]);
    assert_eq!(session.updates(), Vec::<String>::new());
}

#[test]
fn a_changed_condition_is_told_by_rows_that_come_and_go() {
    let mut session = Session::new();
    session.insert("a", 1);
    session.insert("b", 2);
    session.monitor(
        MonitorVersion::Conditional,
        r#"["D",1,{"T":[{"columns":["name"],"where":[["number","==",1]]}]}]"#,
    );
    let change = r#"[1,2,{"T":[{"where":[["number","==",2]]}]}]"#;
    assert_eq!(session.monitors.database_of_change(change), Ok("D"));
    let told = session.monitors.change_conditions(&session.fixture.database, change).unwrap();
    let told: Vec<String> = told.iter().map(|text| session.fixture.named(&text.to_string())).collect();
    assert_eq!(told.len(), 1);
    let rows = [r#""<0>":{"delete":null}"#, r#""<1>":{"insert":{"name":"b"}}"#];
    assert!(rows.iter().all(|row| told[0].contains(row)), "{told:?}");
    session.commit(r#"{"op":"delete","table":"T","where":[]}"#);
    let gone = r#"{"id":null,"method":"update2","params":[2,{"T":{"<1>":{"delete":null}}}]}"#;
    assert_eq!(session.updates(), [gone]);
}

#[test]
fn a_client_that_comes_back_is_told_what_it_missed() {
    let mut session = Session::new();
    let requests = r#"{"T":{"columns":["name"]}}"#;
    session.insert("a", 1);
    let last = session.fixture.database.last_id();
    session.insert("b", 1);
    let known = session.monitor(MonitorVersion::Since, &format!(r#"["D",1,{requests},"{last}"]"#));
    assert_eq!(known, r#"[true,"<2>",{"T":{"<1>":{"insert":{"name":"b"}}}}]"#);
    let unknown = session.monitor(MonitorVersion::Since, &format!(r#"["D",2,{requests},"{EMPTY_ID}"]"#));
    assert!(unknown.starts_with(r#"[false,"<2>",{"T":{"#), "{unknown}");
    // More commits than are kept.
    for number in 0..120 {
        session.insert("c", number);
    }
    let forgotten = session.monitor(MonitorVersion::Since, &format!(r#"["D",3,{requests},"{last}"]"#));
    assert!(forgotten.starts_with("[false,"), "{forgotten}");
}

/// Where the texts of a message's pieces are, by which one sees what is shared.
fn places(text: SharedText) -> Vec<(usize, usize)> {
    let place = |text: bytes::Bytes| (text.as_ptr() as usize, text.len());
    text.into_pieces().iter().map(|piece| place(piece.text())).filter(|(_, length)| *length > 60).collect()
}

#[test]
fn equal_monitors_share_their_texts() {
    let mut fixture = Fixture::new(SCHEMA);
    fixture.run(r#"{"op":"insert","table":"T","row":{"name":"a"}}"#);
    let mut sessions = [SessionMonitors::new(), SessionMonitors::new()];
    let requests = r#"["D",1,{"T":{},"U":{}}]"#;
    let contents = sessions
        .each_mut()
        .map(|session| places(session.monitor(&fixture.database, MonitorVersion::Plain, requests).unwrap()));
    assert!(contents[0] == contents[1] && contents[0].len() == 1, "{contents:?}");
    let (_, commit) = fixture.run_as(r#"{"op":"insert","table":"U","row":{}}"#, &SessionContext::default());
    let commit = commit.unwrap();
    let updates = sessions.each_mut().map(|session| {
        session.note(&Arc::clone(&commit));
        session.take_updates(&fixture.database).remove(0).into_pieces().remove(2).text().as_ptr()
    });
    assert_eq!(updates[0], updates[1]);
}

#[test]
fn a_changed_row_spoils_one_of_many_shared_texts() {
    let mut fixture = Fixture::new(SCHEMA);
    let insert = |n| format!(r#"{{"op":"insert","table":"T","row":{{"name":"r{n}"}}}}"#);
    fixture.run(&(0..2000).map(insert).collect::<Vec<_>>().join(","));
    let first = |fixture: &Fixture| {
        let mut session = SessionMonitors::new();
        let params = format!(r#"["D",1,{{"T":{{}}}},"{EMPTY_ID}"]"#);
        session.monitor(&fixture.database, MonitorVersion::Since, &params).unwrap()
    };
    let update = |number| {
        format!(r#"{{"op":"update","table":"T","where":[["name","==","r7"]],"row":{{"number":{number}}}}}"#)
    };
    let unwritten = first(&fixture);
    fixture.run(&update(77));
    // Written only after the change, and yet as the rows were before it.
    assert!(!unwritten.to_string().contains(r#""number":77"#));
    let before = first(&fixture);
    assert!(before.to_string().contains(r#""number":77"#));
    assert_eq!(before.to_string().matches(r#""initial":"#).count(), 2000);
    let before = places(before);
    fixture.run(&update(788));
    let kept = places(first(&fixture)).iter().filter(|place| before.contains(place)).count();
    assert_eq!((before.len(), kept), (16, 15));
}

#[test]
fn malformed_requests_are_refused() {
    let mut session = Session::new();
    let mut error = |params: &str| session.monitor(MonitorVersion::Conditional, params);
    assert_eq!(error(r#"["D",1,{"X":{}}]"#), r#"{"details":"no table named X","error":"syntax error"}"#);
    assert_eq!(
        error(r#"["D",1,{"T":{"columns":["name","name"]}}]"#),
        r#"{"details":"column name mentioned more than once","error":"syntax error","syntax":"[\"name\",\"name\"]"}"#
    );
    assert_eq!(error(r#"["D",1,{}]"#), "{}");
    assert_eq!(
        error(r#"["D",1,{}]"#),
        r#"{"details":"duplicate monitor ID","error":"syntax error","syntax":"1"}"#
    );
    assert_eq!(session.monitors.cancel("[2]"), Err("unknown monitor"));
    assert_eq!(session.monitors.cancel("[1]"), Ok(()));
}
