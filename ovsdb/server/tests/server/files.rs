//! Files that ovsdb-server and this server exchange.

use std::process::Command;

use serde_json::json;

use crate::support::{Server, installed, output};

#[test]
fn the_installed_tool_reads_a_file_of_ours_and_we_read_its() {
    let Some(prefix) = installed() else { return };
    let server = Server::start();
    let mut client = server.client();
    assert!(client.insert(1, true) && client.insert(2, false));
    let update = json!({ "op": "update", "table": "T", "where": [["n", "==", 1]], "row": { "s": ["set", ["a", "b"]] } });
    let mutate = json!({ "op": "mutate", "table": "T", "where": [["n", "==", 1]], "mutations": [["s", "delete", "a"]] });
    let delete = json!({ "op": "delete", "table": "T", "where": [["n", "==", 2]] });
    client.call("transact", json!(["D", update])).unwrap();
    client.call("transact", json!(["D", mutate])).unwrap();
    client.call("transact", json!(["D", delete])).unwrap();
    let directory = server.kill();
    let tool = |words: &[&str]| {
        output(Command::new(prefix.join("bin/ovsdb-tool")).args(words).current_dir(directory.path()))
    };
    let select = r#"["D",{"op":"select","table":"T","where":[],"columns":["n","s"]}]"#;
    assert_eq!(tool(&["query", "db", select]).trim(), r#"[{"rows":[{"n":1,"s":"b"}]}]"#);
    // Theirs, with and without differences.
    tool(&[
        "transact",
        "db",
        r#"["D",{"op":"update","table":"T","where":[],"row":{"s":["set",["b","c"]]}}]"#,
    ]);
    tool(&["compact", "db"]);
    tool(&["transact", "db", r#"["D",{"op":"mutate","table":"T","where":[],"mutations":[["n","+=",4]]}]"#]);
    let server = Server::start_in(directory, &["db"]);
    let reply = server.client().call("transact", serde_json::from_str(select).unwrap()).unwrap();
    assert_eq!(reply["result"], json!([{ "rows": [{ "n": 5, "s": ["set", ["b", "c"]] }] }]));
}

#[test]
fn both_tools_say_the_same_of_a_file() {
    let Some(prefix) = installed() else { return };
    let server = Server::start();
    let mut client = server.client();
    client.insert(7, false);
    client
        .call("transact", json!(["D", { "op": "update", "table": "T", "where": [], "row": { "n": 8 } }]))
        .unwrap();
    client.call("transact", json!(["D", { "op": "delete", "table": "T", "where": [] }])).unwrap();
    let directory = server.kill();
    let theirs = prefix.join("bin/ovsdb-tool");
    let ours = env!("CARGO_BIN_EXE_weft-ovsdb-tool");
    for words in [
        &["show-log", "-mm", "db"][..],
        &["db-name", "db"],
        &["db-version", "db"],
        &["db-cksum", "db"],
        &["schema-name", "schema"],
        &["schema-version", "schema"],
        &["needs-conversion", "db", "schema"],
        &["query", "db", r#"["D",{"op":"select","table":"T","where":[]}]"#],
    ] {
        let run = |program: &std::ffi::OsStr| {
            output(Command::new(program).args(words).current_dir(directory.path()))
        };
        assert_eq!(run(ours.as_ref()), run(theirs.as_os_str()), "{words:?}");
    }
}

#[test]
fn a_torn_end_is_cut_with_a_message() {
    let server = Server::start();
    let mut client = server.client();
    assert!(client.insert(1, false) && client.insert(2, false));
    let directory = server.kill();
    let path = directory.path().join("db");
    let contents = std::fs::read(&path).unwrap();
    std::fs::write(&path, &contents[..contents.len() - 5]).unwrap();
    let server = Server::start_in(directory, &["db"]);
    assert_eq!(server.client().numbers(), [1]);
    assert!(server.client().insert(3, true));
    let log = std::fs::read_to_string(server.path("log")).unwrap();
    assert!(log.contains("using what is before the damage"), "{log}");
    let server = Server::start_in(server.kill(), &["db"]);
    assert_eq!(server.client().numbers(), [1, 3]);
}
