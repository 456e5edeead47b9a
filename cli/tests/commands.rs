//! `weft` as its users see it.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail and explain themselves")]

use std::path::Path;
use std::process::{Command, Output};

const CLUSTER: &str = "../examples/cluster.nbctl";
const RULES: &str = "tests/rules";

fn weft(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_weft")).args(arguments).output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The output of a command that must succeed.
fn succeed(arguments: &[&str]) -> String {
    let output = weft(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", stderr(&output));
    stdout(&output)
}

/// The error text of a command that must fail.
fn fail(arguments: &[&str]) -> String {
    let output = weft(arguments);
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {}", stdout(&output));
    stderr(&output)
}

/// A folder of rules with more text in one file.
fn rules_and(more: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(Path::new(RULES).join("ports.weft"), folder.path().join("ports.weft")).unwrap();
    std::fs::write(folder.path().join("more.weft"), more).unwrap();
    folder
}

#[test]
fn the_example_cluster_has_its_lookup_flows() {
    let flows = succeed(&["run", CLUSTER, "--stage", "ls_in_l2_lkup", "--datapath", "worker1"]);
    insta::assert_snapshot!("cluster_l2_lookup", flows);
}

#[test]
fn dataflow_and_reference_evaluator_print_the_same() {
    let flows = succeed(&["run", CLUSTER]);
    assert!(flows.lines().count() > 100, "{flows}");
    assert_eq!(flows, succeed(&["run", CLUSTER, "--reference"]));
    assert_eq!(flows, succeed(&["run", CLUSTER, "--workers", "2"]));
    let bindings = succeed(&["run", CLUSTER, "--table", "Port_Binding"]);
    assert_eq!(bindings, succeed(&["run", CLUSTER, "--table", "sb.port_binding", "--reference"]));
}

#[test]
fn flows_are_printed_by_stage_then_priority() {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("script");
    std::fs::write(&script, "# two ports\nls-add sw0\novn-nbctl lsp-add sw0 b -- lsp-add sw0 a\n").unwrap();
    let flows = succeed(&["run", script.to_str().unwrap(), "--rules", RULES]);
    let lines: Vec<&str> = flows.lines().skip(1).collect();
    let expected = [
        "  table=0 (first              ), priority=0    , match=(1), action=(next;)",
        "  table=1 (second             ), priority=50   , match=(inport == \"a\"), action=(next;)",
        "  table=1 (second             ), priority=50   , match=(inport == \"b\"), action=(next;)",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn case_files_and_database_files_are_inputs() {
    let folder = tempfile::tempdir().unwrap();
    let (case, database) = (folder.path().join("case.json"), folder.path().join("nb.db"));
    let uuid = "00000000-0000-0000-0000-000000000001";
    let insert = format!(
        r#"["NB",{{"op":"insert","table":"Logical_Switch","uuid":"{uuid}","row":{{"name":"sw0"}}}}]"#
    );
    let binding =
        r#"["SB",{"op":"update","table":"Port_Binding","where":[["_uuid","==",["$pb","p"]]],"row":{}}]"#;
    std::fs::write(&case, format!("[\"#\",\"one switch\"]\n{insert}\n[\"SYNC\",\"load\"]\n{binding}\n"))
        .unwrap();
    let records = [
        r#"{"name":"OVN_Northbound","version":"7.18.0","tables":{}}"#.to_owned(),
        format!(r#"{{"Logical_Switch":{{"{uuid}":{{"name":"sw0"}}}}}}"#),
    ];
    let records = records.map(|record| format!("OVSDB JSON {} 0\n{record}\n", record.len() + 1));
    std::fs::write(&database, records.concat()).unwrap();
    for input in [&case, &database] {
        let flows = succeed(&["run", input.to_str().unwrap(), "--rules", RULES, "--format", "json"]);
        let flow: serde_json::Value = serde_json::from_str(flows.trim()).unwrap();
        assert_eq!((&flow["datapath"], &flow["datapath_uuid"]), (&"sw0".into(), &uuid.into()));
        assert_eq!((&flow["stage"], &flow["match"]), (&"first".into(), &"1".into()));
    }
}

#[test]
fn what_is_not_there_is_said_with_what_is() {
    let stage = fail(&["run", CLUSTER, "--rules", RULES, "--stage", "third"]);
    assert!(stage.contains("there is no stage third; there are first, second"), "{stage}");
    let datapath = fail(&["run", CLUSTER, "--rules", RULES, "--datapath", "worker3"]);
    assert!(datapath.contains("worker1, worker2"), "{datapath}");
    let table = fail(&["run", CLUSTER, "--rules", RULES, "--table", "Chassis"]);
    assert!(table.contains("rules write Datapath_Binding"), "{table}");
    let input = fail(&["run", "nowhere.nbctl"]);
    assert!(input.contains("cannot read nowhere.nbctl"), "{input}");
    let folder = tempfile::tempdir().unwrap();
    let rules = fail(&["check", "--rules", folder.path().to_str().unwrap()]);
    assert!(rules.contains("no rule file"), "{rules}");
}

#[test]
fn a_failed_command_names_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("script.nbctl");
    std::fs::write(&script, "ls-add sw0\n\nlsp-add sw1 p1\n").unwrap();
    let message = fail(&["run", script.to_str().unwrap(), "--rules", RULES]);
    assert!(message.contains("line 3: lsp-add: there is no logical switch sw1"), "{message}");
}

#[test]
fn check_reports_errors_for_people_and_programs() {
    assert_eq!(succeed(&["check", "--rules", RULES]), "");
    let folder = rules_and("rule broken { from p in Nothing  warn \"x\" }\n");
    let rules = folder.path().to_str().unwrap();
    let text = weft(&["check", "--rules", rules]);
    assert_eq!(text.status.code(), Some(1));
    assert!(stdout(&text).contains("more.weft:1:") && stderr(&text).contains("1 error,"), "{text:?}");
    let json = weft(&["check", "--rules", rules, "--json"]);
    let problems = stdout(&json);
    let problems = problems.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let errors: Vec<_> = problems.filter(|problem| problem["severity"] == "error").collect();
    assert_eq!(errors.len(), 1);
    assert_eq!((&errors[0]["path"], &errors[0]["line"]), (&"more.weft".into(), &1.into()));
}

#[test]
fn tests_beside_the_rules_are_run_in_all_ways() {
    let output = weft(&["test", "--rules", RULES]);
    assert!(output.status.success(), "{}", stdout(&output));
    assert!(stderr(&output).starts_with("2 passed, 0 failed"), "{}", stderr(&output));
    let one = weft(&["test", "--rules", RULES, "warnings"]);
    assert!(stderr(&one).starts_with("1 passed, 0 failed"), "{}", stderr(&one));
    assert!(fail(&["test", "--rules", RULES, "nothing"]).contains("no test has"));
}

#[test]
fn a_failed_expectation_shows_the_difference_and_its_place() {
    let folder = rules_and(
        "test \"wrong\" {\n    nbctl \"ls-add sw0\"\n    expect flows first { \"0\" => \"next;\" }\n    \
         expect rows sb.Datapath_Binding { tunnel_key: 2 }\n    nbctl \"ls-add sw0\"\n}\n",
    );
    let output = weft(&["test", "--rules", folder.path().to_str().unwrap(), "wrong"]);
    assert_eq!(output.status.code(), Some(1));
    let expected = [
        "test wrong ... FAILED",
        "    more.weft:3: flows of first differ (- expected, + found):",
        "      - \"0\" => \"next;\"",
        "      + \"1\" => \"next;\"",
        "    more.weft:4: rows of sb.Datapath_Binding differ (- expected, + found):",
        "      - { tunnel_key: 2 }",
        "      + { tunnel_key: 1 }",
        "    more.weft:5: nbctl \"ls-add sw0\": ls-add: there is a switch sw0 already",
    ];
    assert_eq!(stdout(&output).lines().collect::<Vec<_>>(), expected);
}

#[test]
fn check_reads_the_texts_of_flows() {
    let rule =
        "rule more { from p in Port flow first[1] for p.switch { match \"ip5\" actions \"next;\" } }\n";
    let folder = rules_and(rule);
    let output = weft(&["check", "--rules", folder.path().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let said = stdout(&output);
    let expected = "E0501]: OVN does not understand the match: expected the name of a field, found `ip5`";
    assert!(said.contains(expected), "{said}");
    assert!(said.contains("more.weft:1:64"), "{said}");
}
