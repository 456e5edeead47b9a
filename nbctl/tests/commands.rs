//! What commands do to the database.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail and explain themselves")]

use std::sync::Arc;

use weft_nbctl::{CommandError, Database, Row, run};
use weft_ovsdb_schema::{Value, northbound};

fn database() -> Database {
    Database::new(Arc::new(northbound().unwrap()))
}

fn after(commands: &[&str]) -> Database {
    let mut database = database();
    for command in commands {
        run(&mut database, command).unwrap_or_else(|error| panic!("{command}: {error}"));
    }
    database
}

fn rows(database: &Database, table: &str) -> Vec<Arc<Row>> {
    database.rows(table).map(|(_, row)| Arc::clone(row)).collect()
}

#[test]
fn a_port_goes_with_its_switch_and_leaves_its_port_groups() {
    let mut database = after(&["ls-add sw0", "lsp-add sw0 p1", "pg-add pg0 p1"]);
    assert_eq!(rows(&database, "Logical_Switch_Port").len(), 1);
    assert_eq!(rows(&database, "Port_Group")[0]["ports"].len(), 1);
    database.take_edits();
    run(&mut database, "ls-del sw0").unwrap();
    assert_eq!(rows(&database, "Logical_Switch_Port").len(), 0);
    assert_eq!(rows(&database, "Port_Group")[0]["ports"], Value::empty_set());
    let edits = database.take_edits();
    let described: Vec<_> = edits.iter().map(|edit| (&*edit.table, edit.new.is_some())).collect();
    assert_eq!(described, [("Logical_Switch", false), ("Logical_Switch_Port", false), ("Port_Group", true)]);
}

#[test]
fn commands_of_one_line_succeed_or_fail_together() {
    let mut database = database();
    let error = run(&mut database, "ls-add sw0 -- lsp-add sw1 p1").unwrap_err();
    let CommandError::Command { command, message } = error else { panic!("{error}") };
    assert_eq!((command.as_str(), message.as_str()), ("lsp-add", "there is no logical switch sw1"));
    assert!(rows(&database, "Logical_Switch").is_empty() && rows(&database, "NB_Global").is_empty());
    assert!(database.take_edits().is_empty());
}

#[test]
fn named_rows_may_be_used_before_they_are_created() {
    let database = after(&[
        "ls-add sw0 -- set Logical_Switch sw0 load_balancer=@lb -- --id=@lb create Load_Balancer name=lb0",
    ]);
    let (uuid, _) = database.rows("Load_Balancer").next().unwrap();
    assert_eq!(rows(&database, "Logical_Switch")[0]["load_balancer"], Value::scalar(uuid));
    let mut database = database;
    assert!(run(&mut database, "set Logical_Switch sw0 load_balancer=@x").is_err());
}

#[test]
fn the_same_commands_give_the_same_rows() {
    let commands = ["ls-add sw0", "lsp-add sw0 p1", "lr-add lr0"];
    let (mut one, mut other) = (after(&commands), after(&commands));
    assert_eq!(one.take_edits(), other.take_edits());
}

#[test]
fn database_commands_write_and_print_columns() {
    let mut database = after(&[
        "create Address_Set name=as0 addresses='\"10.0.0.1\",\"10.0.0.2\"'",
        "set Address_Set as0 external_ids:a=1 external_ids:b='x y'",
        "add Address_Set as0 addresses '\"10.0.0.3\"'",
        "remove Address_Set as0 addresses '\"10.0.0.1\"' -- remove Address_Set as0 external_ids a",
    ]);
    let printed =
        run(&mut database, "get Address_Set as0 addresses external_ids external_ids:b name").unwrap();
    assert_eq!(printed, "[\"10.0.0.2\", \"10.0.0.3\"]\n{b=\"x y\"}\n\"x y\"\nas0\n");
    let found = run(&mut database, "--bare --columns=name find Address_Set external_ids:b='x y'").unwrap();
    assert_eq!(found, "as0\n");
    assert_eq!(run(&mut database, "find Address_Set external_ids:b=z").unwrap(), "");
    run(&mut database, "clear Address_Set as0 addresses -- destroy Address_Set as0").unwrap();
    assert!(rows(&database, "Address_Set").is_empty());
}

#[test]
fn what_the_schema_forbids_is_refused() {
    let mut database = after(&["ls-add sw0", "lsp-add sw0 p1"]);
    for (command, part) in [
        ("create Meter name=m unit=parsec", "parsec"),
        ("create Logical_Router_Port name=x mac=y nonsense=1", "nonsense"),
        ("create Address_Set name=a -- create Address_Set name=a", "two rows of Address_Set"),
        ("create Port_Group name=m acls=11111111-1111-1111-1111-111111111111", "is not there"),
        ("ls-add", ""),
    ] {
        match run(&mut database, command) {
            Err(error) => assert!(error.to_string().contains(part), "{command}: {error}"),
            Ok(_) => assert_eq!(part, "", "{command}"),
        }
    }
}

#[test]
fn arguments_and_options_are_checked() {
    let mut database = after(&["ls-add sw0", "lr-add lr0"]);
    for command in [
        "",
        "frobnicate",
        "ls-del",
        "ls-add a b",
        "--if-exists ls-add a",
        "--tier acl-add sw0 to-lport 1 1 drop",
        "acl-add sw0 to-lport 40000 1 drop",
        "acl-add sw0 up 1 1 drop",
        "lsp-add sw0 p1 parent",
        "lrp-add lr0 p 00:00:00:00:00 10.0.0.1/24",
        "lr-nat-add lr0 snat 10.0.0.1 fd00::/64",
        "lb-add lb0 10.0.0.1:80 10.0.0.2",
        "lb-add lb0 10.0.0.1:80 [fd00::1]:80",
        "ls-add 'a",
    ] {
        assert!(run(&mut database, command).is_err(), "{command}");
    }
}
