//! TLS, and what it tells about who may write what.

use serde_json::{Value, json};
use weft_ovsdb_schema::{southbound, to_json};

use crate::certificates::Authority;
use crate::support::{Client, SCHEMA, Server, create};

/// The table that the test of roles is about.
const TABLE: &str = "Chassis_Private";

fn start(schema: &str, arguments: &[String]) -> Server {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("schema"), schema).unwrap();
    create(&directory.path().join("db"), &directory.path().join("schema"));
    let mut words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    words.push("db");
    Server::start_in(directory, &words)
}

#[test]
fn only_a_certificate_of_the_authority_lets_a_client_in() {
    let (authority, other) = (Authority::new(), Authority::new());
    let mut arguments = authority.server_arguments("server");
    arguments.push("--remote=pssl:0:127.0.0.1".to_owned());
    let server = start(SCHEMA, &arguments);
    let port = server.port("0:127.0.0.1");
    let mut client = Client::new(authority.connect(port, Some("client")).unwrap());
    assert_eq!(client.call("list_dbs", json!([])).unwrap()["result"], json!(["D", "_Server"]));
    assert!(client.insert(1, true));
    // With TLS 1.3 a client learns that it is refused when it reads.
    let refused = authority.connect(port, None).map(|stream| Client::new(stream).call("list_dbs", json!([])));
    assert!(matches!(refused, Err(_) | Ok(None)), "{refused:?}");
    assert!(other.connect(port, Some("client")).is_err(), "the server is of another authority");
    // What is no TLS at all ends that connection and no other.
    let plain = std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
    assert!(Client::new(plain).call("list_dbs", json!([])).is_none());
    assert_eq!(client.numbers(), [1]);
}

/// What ovn-northd writes into RBAC_Permission for ovn-controller, as far as the test goes.
fn rules() -> Value {
    let permission = |name: &str, table: &str, authorization: Value, insert: bool, update: Value| {
        json!({ "op": "insert", "table": "RBAC_Permission", "uuid-name": name,
                "row": { "table": table, "authorization": ["set", authorization], "insert_delete": insert,
                         "update": ["set", update] } })
    };
    let permissions =
        json!(["map", [["Chassis_Private", ["named-uuid", "c"]], ["Port_Binding", ["named-uuid", "p"]]]]);
    json!([
        "OVN_Southbound",
        permission("c", "Chassis_Private", json!(["name"]), true, json!(["nb_cfg", "chassis"])),
        permission("p", "Port_Binding", json!([""]), false, json!(["chassis", "up"])),
        { "op": "insert", "table": "RBAC_Role", "row": { "name": "ovn-controller", "permissions": permissions } },
        { "op": "insert", "table": "SB_Global", "row": { "connections": ["named-uuid", "l"] } },
        { "op": "insert", "table": "Connection", "uuid-name": "l",
          "row": { "target": "pssl:0:127.0.0.1", "role": "ovn-controller" } }
    ])
}

#[test]
fn a_chassis_writes_its_own_rows_and_no_others() {
    let authority = Authority::new();
    let mut arguments = authority.server_arguments("server");
    arguments.push("--remote=db:OVN_Southbound,SB_Global,connections".to_owned());
    let server = start(&to_json(&southbound().unwrap()).to_string(), &arguments);
    let mut northd = server.client();
    let written = northd.call("transact", rules()).unwrap();
    assert!(written["error"].is_null() && !written.to_string().contains("details"), "{written}");
    let port = server.port("0:127.0.0.1");
    let mut chassis = Client::new(authority.connect(port, Some("hv1")).unwrap());
    let mut run = |operation: Value| {
        let reply = chassis.call("transact", json!(["OVN_Southbound", operation])).unwrap();
        reply["result"][0].clone()
    };
    let insert = |name: &str| json!({ "op": "insert", "table": TABLE, "row": { "name": name, "nb_cfg": 2 } });
    let denied = |what: &str, table: &str| {
        json!({ "error": "permission error", "details": format!(
            "RBAC rules for client \"hv1\" role \"ovn-controller\" prohibit {what} table \"{table}\".") })
    };
    assert!(run(insert("hv1"))["uuid"].is_array());
    assert_eq!(run(insert("hv2")), denied("row insertion into", TABLE));
    let update = |name: &str, row: Value| json!({ "op": "update", "table": TABLE, "where": [["name", "==", name]], "row": row });
    assert_eq!(run(update("hv1", json!({ "nb_cfg": 3 }))), json!({ "count": 1 }));
    // A column that is not in the list.
    assert_eq!(run(update("hv1", json!({ "nb_cfg_timestamp": 7 }))), denied("modification of", TABLE));
    let delete = |name: &str| json!({ "op": "delete", "table": TABLE, "where": [["name", "==", name]] });
    // Another's row, which who has no role may write.
    let other = json!(["OVN_Southbound", insert("hv2")]);
    assert!(northd.call("transact", other).unwrap()["result"][0]["uuid"].is_array());
    assert_eq!(run(update("hv2", json!({ "nb_cfg": 3 }))), denied("modification of", TABLE));
    assert_eq!(run(delete("hv2")), denied("row deletion from", TABLE));
    assert_eq!(run(delete("hv1")), json!({ "count": 1 }));
    let global = json!({ "op": "update", "table": "SB_Global", "where": [], "row": { "nb_cfg": 1 } });
    assert_eq!(run(global), denied("modification of", "SB_Global"));
    let select = json!({ "op": "select", "table": TABLE, "where": [], "columns": ["name"] });
    assert_eq!(run(select), json!({ "rows": [{ "name": "hv2" }] }));
}
