//! What clients see of each other.

use std::io::Write;
use std::time::Instant;

use serde_json::json;

use crate::support::{PATIENCE, Server};

#[test]
fn an_update_comes_before_the_reply_of_its_transaction() {
    let server = Server::start();
    let (mut watcher, mut writer) = (server.client(), server.client());
    let monitor = |client: &mut crate::support::Client| {
        client.call("monitor", json!(["D", "m", { "T": { "columns": ["n"] } }])).unwrap()
    };
    assert_eq!(monitor(&mut watcher)["result"], json!({}));
    monitor(&mut writer);
    let insert = json!(["D", { "op": "insert", "table": "T", "row": { "n": 3 } }]);
    writer.send(json!("i"), "transact", insert).unwrap();
    let update = writer.receive().unwrap();
    assert_eq!(update["method"], "update");
    assert_eq!(writer.receive().unwrap()["id"], "i");
    assert_eq!(watcher.receive().unwrap(), update);
}

#[test]
fn locks_pass_from_one_client_to_the_next() {
    let server = Server::start();
    let (mut first, mut second) = (server.client(), server.client());
    assert_eq!(first.call("lock", json!(["x"])).unwrap()["result"], json!({ "locked": true }));
    assert_eq!(second.call("lock", json!(["x"])).unwrap()["result"], json!({ "locked": false }));
    let assertion = json!(["D", { "op": "assert", "lock": "x" }]);
    assert_eq!(second.call("transact", assertion.clone()).unwrap()["result"][0]["error"], "not owner");
    drop(first);
    assert_eq!(second.receive().unwrap(), json!({ "id": null, "method": "locked", "params": ["x"] }));
    assert_eq!(second.call("transact", assertion).unwrap()["result"], json!([{}]));
}

#[test]
fn a_wait_ends_when_another_client_makes_it_true_or_cancels_it() {
    let server = Server::start();
    let (mut waiting, mut writer) = (server.client(), server.client());
    let wait = json!(["D", { "op": "wait", "timeout": 60000, "table": "T", "where": [], "columns": ["n"],
                             "until": "==", "rows": [{ "n": 9 }] }]);
    waiting.send(json!("w"), "transact", wait.clone()).unwrap();
    waiting.call("echo", json!([])).unwrap();
    assert!(writer.insert(9, false));
    assert_eq!(waiting.receive().unwrap(), json!({ "id": "w", "result": [{}], "error": null }));
    assert!(writer.insert(10, false));
    waiting.call("set_db_change_aware", json!([true])).unwrap();
    waiting.send(json!("v"), "transact", wait).unwrap();
    waiting.send(json!(null), "cancel", json!(["v"])).unwrap();
    assert_eq!(waiting.receive().unwrap(), json!({ "id": "v", "result": null, "error": "canceled" }));
}

#[test]
fn a_client_that_does_not_read_is_dropped_and_slows_nobody() {
    let server = Server::start();
    let (mut slow, mut writer) = (server.client(), server.client());
    slow.send(json!(1), "monitor", json!(["D", "m", { "T": {} }])).unwrap();
    assert!(writer.insert(0, false));
    let text = "x".repeat(20_000);
    let before_kb = server.memory_kb();
    let start = Instant::now();
    let mut longest = std::time::Duration::ZERO;
    // Each update is different and larger than what the socket holds in the end.
    for n in 0..12_000_u64 {
        let row = json!({ "s": format!("{n}{}", if n < 400 { text.as_str() } else { "" }) });
        let begin = Instant::now();
        let reply =
            writer.call("transact", json!(["D", { "op": "update", "table": "T", "where": [], "row": row }]));
        assert_eq!(reply.unwrap()["result"], json!([{ "count": 1 }]));
        longest = longest.max(begin.elapsed());
    }
    assert!(start.elapsed() < 4 * PATIENCE, "{:?}", start.elapsed());
    assert!(longest < PATIENCE, "{longest:?}");
    let grown_kb = server.memory_kb().saturating_sub(before_kb);
    assert!(grown_kb < 64 << 10, "{grown_kb} kB");
    // What is left in the socket, and then the end.
    while slow.receive().is_some() {}
    let log = std::fs::read_to_string(server.path("log")).unwrap();
    assert!(log.contains("the client reads too slowly"), "{log}");
}

#[test]
fn what_is_no_message_ends_the_connection_and_no_other() {
    let server = Server::start();
    for garbage in ["[1]", "{\"id\":1}", "{\"id\":1,\"method\":\"echo\",\"params\":1}", "}", "{\"a\":}"] {
        let mut stream = std::os::unix::net::UnixStream::connect(server.path("db.sock")).unwrap();
        stream.write_all(garbage.as_bytes()).unwrap();
        let mut rest = Vec::new();
        std::io::Read::read_to_end(&mut stream, &mut rest).unwrap();
        assert!(rest.is_empty(), "{garbage}");
    }
    assert!(server.client().insert(1, false));
}
