//! Sessions with an installed ovsdb-server.

use crate::support::server::{Server, installed};
use crate::support::{changes, initial, inserted, names, next, options, resynced, until};
use weft_ovsdb::{
    Condition, Event, Mutation, OperationResult, RowId, SessionHandle, TransactError, Transaction, Where,
    start,
};
use weft_ovsdb_schema::{Uuid, Value};

async fn add_switch(handle: &SessionHandle, name: &str) -> Uuid {
    let mut transaction = Transaction::new();
    let (name, uuid) = (Value::from(name), Uuid::new_v4());
    transaction.insert("Logical_Switch", RowId::Explicit(uuid), [("name", &name)]);
    let results = handle.transact(transaction).await.expect("the switch is inserted");
    assert!(matches!(results.as_slice(), [OperationResult::Inserted(inserted)] if *inserted == uuid));
    uuid
}

#[tokio::test]
async fn the_contents_come_first_and_then_every_transaction_as_one_batch() {
    let Some(prefix) = installed() else { return };
    let server = Server::start(&prefix);
    let (writer, mut writer_events) = start(options(&server.remote())).unwrap();
    assert!(initial(&mut writer_events).await.changes.is_empty());
    add_switch(&writer, "before").await;

    let (_reader, mut events) = start(options(&server.remote())).unwrap();
    assert!(matches!(next(&mut events).await, Event::Connected { missing, .. } if missing.is_empty()));
    assert_eq!(names(&initial(&mut events).await), [inserted("before")]);

    let mut transaction = Transaction::new();
    let (a, b) = (Value::from("a"), Value::from("b"));
    transaction.insert("Logical_Switch", RowId::Anonymous, [("name", &a)]);
    transaction.insert("Logical_Switch", RowId::Named("row"), [("name", &b)]);
    transaction.comment("two switches");
    let results = writer.transact(transaction).await.unwrap();
    assert!(matches!(
        results.as_slice(),
        [OperationResult::Inserted(_), OperationResult::Inserted(_), OperationResult::Done]
    ));
    assert_eq!(names(&changes(&mut events).await), [inserted("a"), inserted("b")]);
}

#[tokio::test]
async fn updates_mutations_and_deletions_reach_the_replica() {
    let Some(prefix) = installed() else { return };
    let server = Server::start(&prefix);
    let (handle, mut events) = start(options(&server.remote())).unwrap();
    initial(&mut events).await;
    let uuid = add_switch(&handle, "a").await;
    assert_eq!(names(&changes(&mut events).await), [inserted("a")]);

    let mut transaction = Transaction::new();
    let pairs = Value::map([("k", "1"), ("l", "2")]);
    transaction.mutate(
        "Logical_Switch",
        &Where::Uuid(uuid),
        [&Mutation::insert("external_ids", pairs.clone())],
    );
    handle.transact(transaction).await.unwrap();
    assert_eq!(changes(&mut events).await.changes[0].new.as_ref().unwrap()[1], pairs);

    let mut transaction = Transaction::new();
    let by_name = Where::Conditions(vec![Condition::equal("name", "a")]);
    transaction.mutate("Logical_Switch", &by_name, [&Mutation::delete("external_ids", Value::set(["k"]))]);
    transaction.mutate(
        "Logical_Switch",
        &by_name,
        [&Mutation::insert("external_ids", Value::map([("m", "3")]))],
    );
    transaction.update("Logical_Switch", &by_name, [("name", &Value::from("b"))]);
    let results = handle.transact(transaction).await.unwrap();
    assert!(matches!(results.last(), Some(OperationResult::Matched(1))));
    let batch = changes(&mut events).await;
    assert_eq!(batch.changes[0].old.as_ref().unwrap()[1], pairs);
    assert_eq!(batch.changes[0].new.as_ref().unwrap()[1], Value::map([("l", "2"), ("m", "3")]));
    assert_eq!(names(&batch), [(Some("a".into()), Some("b".into()))]);

    let mut transaction = Transaction::new();
    transaction.select("Logical_Switch", &Where::All, Some(&["name"]));
    transaction.delete("Logical_Switch", &Where::All);
    let results = handle.transact(transaction).await.unwrap();
    assert!(matches!(&results[0], OperationResult::Selected(rows) if rows[0]["name"].get() == "\"b\""));
    assert_eq!(names(&changes(&mut events).await), [(Some("b".into()), None)]);
}

#[tokio::test]
async fn a_failing_operation_is_named_and_changes_nothing() {
    let Some(prefix) = installed() else { return };
    let server = Server::start(&prefix);
    let (handle, mut events) = start(options(&server.remote())).unwrap();
    initial(&mut events).await;
    let mut transaction = Transaction::new();
    transaction.insert("Logical_Switch", RowId::Anonymous, [("name", &Value::from("a"))]);
    transaction.assert_lock("nobody");
    let error = handle.transact(transaction).await.unwrap_err();
    assert!(
        matches!(&error, TransactError::Failed(failed) if failed.operation == Some(1) && failed.error == "not owner"),
        "{error}"
    );
    add_switch(&handle, "b").await;
    assert_eq!(names(&changes(&mut events).await), [inserted("b")]);
}

#[tokio::test]
async fn a_lock_is_owned_by_one_session_at_a_time() {
    let Some(prefix) = installed() else { return };
    let server = Server::start(&prefix);
    let mut locked = options(&server.remote());
    locked.lock = Some("l".to_owned());
    let (first, mut first_events) = start(locked.clone()).unwrap();
    until(&mut first_events, |event| matches!(event, Event::LockAcquired).then_some(())).await;
    let (second, mut second_events) = start(locked).unwrap();
    until(&mut second_events, |event| matches!(event, Event::LockContended).then_some(())).await;

    first.set_lock(None);
    assert!(matches!(next(&mut first_events).await, Event::LockLost));
    assert!(matches!(next(&mut second_events).await, Event::LockAcquired));

    first.steal_lock("l");
    assert!(matches!(next(&mut first_events).await, Event::LockAcquired));
    assert!(matches!(next(&mut second_events).await, Event::LockLost));

    let mut transaction = Transaction::new();
    transaction.assert_lock("l");
    assert!(matches!(second.transact(transaction.clone()).await, Err(TransactError::Failed(_))));
    assert!(first.transact(transaction).await.is_ok());
    drop((first, first_events));
    assert!(matches!(next(&mut second_events).await, Event::LockAcquired));
}

#[tokio::test]
async fn only_the_difference_is_reported_after_a_lost_connection() {
    let Some(prefix) = installed() else { return };
    let server = Server::start(&prefix);
    let (handle, mut events) = start(options(&server.remote())).unwrap();
    initial(&mut events).await;
    add_switch(&handle, "a").await;
    assert_eq!(names(&changes(&mut events).await), [inserted("a")]);

    server.control(&["ovsdb-server/reconnect"]);
    until(&mut events, |event| matches!(event, Event::Disconnected { .. }).then_some(())).await;
    assert!(matches!(
        handle.transact(Transaction::new()).await,
        Err(TransactError::NotConnected | TransactError::CommitUnknown)
    ));
    let script = r#"["OVN_Northbound",{"op":"insert","table":"Logical_Switch","row":{"name":"b"}}]"#;
    server.run("ovsdb-client", &["transact", &server.remote(), script]);
    assert_eq!(names(&resynced(&mut events).await), [inserted("b")]);
}

#[tokio::test]
async fn a_killed_and_restarted_server_is_found_again() {
    let Some(prefix) = installed() else { return };
    let server = Server::start(&prefix);
    let mut locked = options(&server.remote());
    locked.lock = Some("l".to_owned());
    let (handle, mut events) = start(locked).unwrap();
    until(&mut events, |event| matches!(event, Event::LockAcquired).then_some(())).await;
    add_switch(&handle, "a").await;
    assert_eq!(names(&changes(&mut events).await), [inserted("a")]);

    server.kill();
    assert!(matches!(next(&mut events).await, Event::LockLost));
    assert!(matches!(next(&mut events).await, Event::Disconnected { .. }));
    server.launch();
    assert!(resynced(&mut events).await.changes.is_empty());
    assert!(matches!(next(&mut events).await, Event::LockAcquired));
    add_switch(&handle, "b").await;
    assert_eq!(names(&changes(&mut events).await), [inserted("b")]);
}
