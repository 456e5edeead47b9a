//! Remotes that the server connects to, and remotes that rows describe.

use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::certificates::Authority;
use crate::support::{Client, PATIENCE, Server, create, wait_for};

const SCHEMA: &str = r#"{"name":"D","version":"1.0.0","tables":{
    "Root":{"columns":{"remotes":{"type":{"key":{"type":"uuid","refTable":"Connection"},"min":0,"max":"unlimited"}},
                       "names":{"type":{"key":"string","min":0,"max":"unlimited"}}},"isRoot":true},
    "Connection":{"columns":{
        "target":{"type":"string"},
        "read_only":{"type":{"key":"boolean","min":0,"max":1}},
        "inactivity_probe":{"type":{"key":"integer","min":0,"max":1}},
        "is_connected":{"type":"boolean","ephemeral":true},
        "status":{"type":{"key":"string","value":"string","min":0,"max":"unlimited"},"ephemeral":true}}}}}"#;

fn start(arguments: &[&str]) -> Server {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("schema"), SCHEMA).unwrap();
    create(&directory.path().join("db"), &directory.path().join("schema"));
    Server::start_in(directory, &[arguments, &["db"]].concat())
}

fn transact(client: &mut Client, operations: &[Value]) -> Value {
    let mut params = vec![json!("D")];
    params.extend_from_slice(operations);
    let reply = client.call("transact", Value::Array(params)).unwrap();
    assert!(!reply.to_string().contains("details"), "{reply}");
    reply["result"].clone()
}

/// Has the database describe one remote.
fn describe(client: &mut Client, mut row: Value, target: &str) {
    row["target"] = target.into();
    let insert = json!({ "op": "insert", "table": "Connection", "uuid-name": "c", "row": row });
    let root = json!({ "op": "insert", "table": "Root", "row": { "remotes": ["named-uuid", "c"] } });
    transact(client, &[insert, root]);
}

fn connection(client: &mut Client) -> Value {
    let select = json!({ "op": "select", "table": "Connection", "where": [] });
    transact(client, &[select])[0]["rows"][0].clone()
}

fn databases(client: &mut Client) -> Value {
    client.call("list_dbs", json!([])).unwrap()["result"].clone()
}

#[test]
fn the_server_connects_to_who_listens_and_comes_back() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let remote = format!("--remote=tcp:127.0.0.1:{}", listener.local_addr().unwrap().port());
    let _server = start(&[&remote]);
    for _ in 0..3 {
        let (socket, _) = listener.accept().unwrap();
        assert_eq!(databases(&mut Client::new(socket)), json!(["D", "_Server"]));
    }
}

#[test]
fn the_server_connects_over_tls_with_its_certificate() {
    let authority = Authority::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut arguments = authority.server_arguments("database");
    arguments.push(format!("--remote=ssl:127.0.0.1:{}", listener.local_addr().unwrap().port()));
    let _server = start(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    let (socket, _) = listener.accept().unwrap();
    assert_eq!(databases(&mut Client::new(authority.accept(socket))), json!(["D", "_Server"]));
}

#[test]
fn a_row_opens_and_closes_a_remote_and_is_told_its_status() {
    let server = start(&["--remote=db:D,Root,remotes"]);
    let mut writer = server.client();
    describe(&mut writer, json!({}), "ptcp:0:127.0.0.1");
    let port = server.port("0:127.0.0.1");
    let mut client = Client::new(TcpStream::connect(("127.0.0.1", port)).unwrap());
    assert_eq!(databases(&mut client), json!(["D", "_Server"]));
    wait_for("the status", || {
        let row = connection(&mut writer);
        let bound = row["status"].to_string().contains(&format!("[\"bound_port\",\"{port}\"]"));
        (row["is_connected"] == true && bound).then_some(())
    });
    drop(client);
    wait_for("the end of the connection", || {
        (connection(&mut writer)["is_connected"] == false).then_some(())
    });
    let mut client = Client::new(TcpStream::connect(("127.0.0.1", port)).unwrap());
    databases(&mut client);
    transact(&mut writer, &[json!({ "op": "delete", "table": "Root", "where": [] })]);
    // Perhaps a probe, and then the end: the session ends with its remote.
    while client.receive().is_some() {}
    wait_for("the end of listening", || TcpStream::connect(("127.0.0.1", port)).err());
}

#[test]
fn a_column_of_strings_lists_remotes() {
    let server = start(&["--remote=db:D,Root,names"]);
    let names = json!(["set", ["punix:a.sock", "punix:b.sock"]]);
    let insert = json!({ "op": "insert", "table": "Root", "row": { "names": names } });
    transact(&mut server.client(), &[insert]);
    for name in ["a.sock", "b.sock"] {
        let socket = wait_for("a socket", || std::os::unix::net::UnixStream::connect(server.path(name)).ok());
        assert_eq!(databases(&mut Client::new(socket)), json!(["D", "_Server"]));
    }
    let update = json!({ "op": "update", "table": "Root", "where": [], "row": { "names": "punix:b.sock" } });
    transact(&mut server.client(), &[update]);
    wait_for("the socket's removal", || (!server.path("a.sock").exists()).then_some(()));
    assert!(server.path("b.sock").exists());
}

#[test]
fn a_read_only_remote_takes_no_changes() {
    let server = start(&["--remote=db:D,Root,remotes"]);
    describe(&mut server.client(), json!({ "read_only": true }), "ptcp:0:127.0.0.1");
    let mut client = Client::new(TcpStream::connect(("127.0.0.1", server.port("0:127.0.0.1"))).unwrap());
    let delete = json!(["D", { "op": "delete", "table": "Root", "where": [] }]);
    assert_eq!(
        client.call("transact", delete).unwrap()["result"][0]["details"],
        "delete operation not allowed when database server is in read only mode"
    );
    assert_eq!(
        client.call("lock", json!(["l"])).unwrap()["error"],
        "lock and unlock methods not allowed, DB server is read only."
    );
}

#[test]
fn a_silent_client_is_probed_and_dropped_unless_it_answers() {
    let server = start(&["--remote=db:D,Root,remotes"]);
    describe(&mut server.client(), json!({ "inactivity_probe": 2000 }), "ptcp:0:127.0.0.1");
    let port = server.port("0:127.0.0.1");
    let connect = || Client::new(TcpStream::connect(("127.0.0.1", port)).unwrap());
    let (mut silent, mut answering) = (connect(), connect());
    let (start, mut probes) = (Instant::now(), 0);
    let answers = std::thread::spawn(move || {
        while start.elapsed() < Duration::from_secs(7) {
            let probe = answering.receive().expect("who answers is kept");
            assert_eq!((&probe["method"], &probe["params"]), (&json!("echo"), &json!([])));
            answering.answer(&probe);
            probes += 1;
        }
        probes
    });
    assert_eq!(silent.receive().unwrap()["method"], "echo");
    assert!(silent.receive().is_none());
    assert!(
        start.elapsed() > Duration::from_millis(3900) && start.elapsed() < PATIENCE,
        "{:?}",
        start.elapsed()
    );
    assert!(server.log().contains("no response to inactivity probe after 2 seconds"));
    assert!(answers.join().unwrap() >= 2);
}
