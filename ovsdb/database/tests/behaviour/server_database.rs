//! The database `_Server`.

use weft_ovsdb_database::{DatabaseStatus, Model, Outcome, ServerDatabase, SessionContext};

#[test]
fn it_tells_about_databases_and_is_written_by_the_server_alone() {
    let mut server = ServerDatabase::new().unwrap();
    let status = |name, index| DatabaseStatus {
        name,
        model: Model::Standalone,
        is_connected: true,
        is_leader: true,
        schema: Some("{}"),
        cluster_id: None,
        server_id: None,
        index,
    };
    assert!(server.update(&[status("_Server", None), status("D", None)]).is_some());
    assert!(server.update(&[status("_Server", None), status("D", None)]).is_none());
    assert!(server.update(&[status("D", Some(3))]).is_some());
    let select = r#"["_Server",{"op":"select","table":"Database","where":[],"columns":["name","model","connected","leader","schema","cid","sid","index"]}]"#;
    let Outcome::Done(reply) = server.database().transact(select, &SessionContext::default()) else {
        panic!("a selection changes nothing");
    };
    let row = r#"{"name":"D","model":"standalone","connected":true,"leader":true,"schema":"{}","cid":["set",[]],"sid":["set",[]],"index":3}"#;
    assert_eq!(reply, format!(r#"[{{"rows":[{row}]}}]"#));
    let delete = r#"["_Server",{"op":"delete","table":"Database","where":[]}]"#;
    let Outcome::Done(reply) = server.database().transact(delete, &SessionContext::default()) else {
        panic!("a refused operation changes nothing");
    };
    let refused = "delete operation not allowed on table in reserved database _Server";
    assert_eq!(reply, format!(r#"[{{"details":"{refused}","error":"not allowed"}}]"#));
}
