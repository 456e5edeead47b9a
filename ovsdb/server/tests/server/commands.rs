//! The commands that operators give a running server.

use serde_json::json;

use crate::support::{Server, create, wait_for};

#[test]
fn remotes_are_added_listed_and_removed() {
    let server = Server::start();
    let control = |command: &str, words: &[&str]| server.control(command, words);
    assert_eq!(control("ovsdb-server/list-remotes", &[]), Ok("punix:db.sock\n".to_owned()));
    assert_eq!(control("ovsdb-server/add-remote", &["punix:more.sock"]), Ok(String::new()));
    assert_eq!(control("ovsdb-server/list-remotes", &[]), Ok("punix:db.sock\npunix:more.sock\n".to_owned()));
    wait_for("the socket", || server.path("more.sock").exists().then_some(()));
    assert_eq!(control("ovsdb-server/remove-remote", &["punix:more.sock"]), Ok(String::new()));
    wait_for("the socket's removal", || (!server.path("more.sock").exists()).then_some(()));
    assert_eq!(control("ovsdb-server/remove-remote", &["punix:more.sock"]), Err("no such remote".to_owned()));
    assert_eq!(
        control("ovsdb-server/add-remote", &["db:x,y,z"]),
        Err("\"db:x,y,z\": no database named x".to_owned())
    );
}

#[test]
fn databases_are_added_listed_compacted_and_removed() {
    let server = Server::start();
    let control = |command: &str, words: &[&str]| server.control(command, words);
    assert_eq!(control("ovsdb-server/list-dbs", &[]), Ok("D\n_Server\n".to_owned()));
    let schema = r#"{"name":"E","version":"1.0.0","tables":{}}"#;
    std::fs::write(server.path("schema2"), schema).unwrap();
    create(&server.path("e.db"), &server.path("schema2"));
    assert_eq!(control("ovsdb-server/add-db", &["e.db"]), Ok(String::new()));
    assert_eq!(control("ovsdb-server/add-db", &["e.db"]), Err("ovsdb error: e.db: already open".to_owned()));
    assert_eq!(control("ovsdb-server/list-dbs", &[]), Ok("D\nE\n_Server\n".to_owned()));
    let mut client = server.client();
    for n in 0..50 {
        assert!(client.insert(n, false));
    }
    let size = || std::fs::metadata(server.path("db")).unwrap().len();
    let before = size();
    assert_eq!(control("ovsdb-server/compact", &["D"]), Ok(String::new()));
    assert!(size() < before / 2, "{} of {before}", size());
    assert_eq!(client.numbers().len(), 50);
    assert_eq!(
        control("ovsdb-server/compact", &["_Server"]),
        Err("cannot compact built-in databases".to_owned())
    );
    assert_eq!(control("ovsdb-server/remove-db", &["E"]), Ok(String::new()));
    assert_eq!(control("ovsdb-server/remove-db", &["E"]), Err("Failed to find the database.".to_owned()));
    // The client did not say that it follows changes of the set of databases.
    assert!(client.call("echo", json!([])).is_none());
}

#[test]
fn the_server_tells_about_itself_and_exits() {
    let server = Server::start();
    let mut client = server.client();
    client.insert(1, false);
    let memory = server.control("memory/show", &[]).unwrap();
    assert!(memory.contains("atoms:") && memory.contains("sessions:1"), "{memory}");
    assert!(server.control("version", &[]).unwrap().starts_with("ovsdb-server "));
    assert!(server.control("list-commands", &[]).unwrap().contains("ovsdb-server/compact"));
    assert_eq!(server.control("exit", &[]), Ok(String::new()));
    assert!(client.receive().is_none());
    wait_for("the socket's removal", || (!server.path("db.sock").exists()).then_some(()));
}
