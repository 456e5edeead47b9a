//! LANGUAGE.md, *Entities* and *Connected components*.

use crate::support::{Rows, warnings};
use weft_reference::Snapshot;
use weft_testing::values::{int, set, string, uuids};

const ENTITIES: &str = r#"
entity Switch from ls in nb.Switch {
    acls  = set { a for a in ls.acls }
          | set { a for p in ls.ports, g in nb.Group where p in g.ports, a in g.acls }
    ports = inverse Port.switch
    tiers = set { a.tier for a in acls }
    names = list { p.name for p in ports order by p.name desc }
    limit = ls.limit else warn "${ls.name} has no limit"
    half  = limit / 2
}
entity Port from lsp in nb.Port {
    switch: Switch = Switch[the(s for s in nb.Switch where lsp in s.ports)]
                     else warn "port ${lsp.name} is not on exactly one switch"
    name = "<" + lsp.name + ">"
}
"#;

fn rules(rest: &str) -> String {
    format!("{ENTITIES}{rest}")
}

/// Switch "s" with ports a and b and a limit; "t" with b only and an ACL of a group of port a.
fn snapshot() -> Snapshot {
    Rows::default()
        .port(10, "a")
        .port(11, "b")
        .port(12, "c")
        .with("Acl", 20, [("tier", int(1))])
        .with("Acl", 21, [("tier", int(2))])
        .with("Group", 30, [("ports", set(uuids([10]))), ("acls", set(uuids([21])))])
        .with(
            "Switch",
            1,
            [
                ("name", string("s")),
                ("ports", set(uuids([10, 11]))),
                ("acls", set(uuids([20]))),
                ("limit", int(6)),
            ],
        )
        .switch(2, "t", [11])
        .done()
}

const ALWAYS: [&str; 3] =
    ["port b is not on exactly one switch", "port c is not on exactly one switch", "t has no limit"];

fn check(rest: &str, wanted: &[&str]) {
    let found = warnings(&rules(rest), &snapshot());
    let mut wanted: Vec<&str> = wanted.iter().chain(&ALWAYS).copied().collect();
    wanted.sort_unstable();
    assert_eq!(found, wanted);
}

#[test]
fn attributes_warn_of_each_member_without_value_whoever_reads_them() {
    check("", &[]);
}

#[test]
fn a_skipped_attribute_has_no_value() {
    check("rule r { from p in Port warn \"on ${p.switch.row.name}\" }", &["on s"]);
    check("rule r { from s in Switch warn \"${s.row.name} ${s.half}\" }", &["s 3"]);
    check("rule r { from s in Switch warn \"${s.row.name} ${s.half ?? 0}\" }", &["s 3", "t 0"]);
}

#[test]
fn member_sets_are_unions_and_inverses_collected_when_used_as_values() {
    check(
        "rule r { from s in Switch warn \"${s.row.name} ${s.acls.size} ${s.tiers} ${s.names}\" }",
        &["s 2 {1, 2} {<a>}", "t 0 {} {}"],
    );
}

#[test]
fn member_sets_are_sources_and_can_be_asked_for_a_member() {
    check("rule r { from s in Switch, a in s.acls warn \"${s.row.name} ${a.tier}\" }", &["s 1", "s 2"]);
    check(
        "rule r { from s in Switch, p in Port where p in s.ports warn \"${s.row.name} ${p.name}\" }",
        &["s <a>"],
    );
    check(
        "rule r { from s in Switch, p in Port where p.switch == s warn \"${s.row.name} ${p.name}\" }",
        &["s <a>"],
    );
}

#[test]
fn an_attribute_hides_the_column_of_its_name() {
    check("rule r { from p in Port where p.row.name == \"c\" warn \"${p.name} ${p.row.name}\" }", &["<c> c"]);
}

#[test]
fn a_member_is_found_by_its_key_or_there_is_no_value() {
    check(
        "entity Big from ls in nb.Switch where ls.ports.size > 1 { is_big = true }
         rule r { from s in nb.Switch warn \"${s.name} ${Big[s]?.is_big ?? false}\" }
         rule q { from s in nb.Switch warn \"${s.name} is big: ${Big[s].is_big}\" }",
        &["s is big: true", "s true", "t false"],
    );
}

#[test]
fn the_key_is_what_from_binds() {
    check(
        "entity OnSwitch from ls in nb.Switch, p in ls.ports { both = ls.name + p.name }
         rule r { from x in OnSwitch warn \"${x.both}\" }
         rule q { from s in nb.Switch, p in nb.Port where OnSwitch[s, p].both == \"tb\" warn \"found\" }",
        &["found", "sa", "sb", "tb"],
    );
}

#[test]
fn a_group_has_a_member_for_each_distinct_key_and_aggregates_over_its_rows() {
    check(
        "entity Tier from a in nb.Acl group by (a.tier % 2) as (parity) {
             size = count { a }
             tiers = list { a.tier order by a.tier desc }
         }
         rule r { from t in Tier warn \"${t.parity}: ${t.size} ${t.tiers}\" }",
        &["0: 1 {2}", "1: 1 {1}"],
    );
    check(
        "entity All from a in nb.Acl group by (a.match) as (text) { tiers = list { a.tier } }
         rule r { from t in All warn \"'${t.text}' ${t.tiers}\" }",
        &["'' {1, 2}"],
    );
}

#[test]
fn components_have_their_least_node() {
    let peer = |name, peer| [("name", string(name)), ("peer", string(peer))];
    let snapshot = Rows::default()
        .with("Port", 5, peer("a", "b"))
        .with("Port", 4, peer("b", "c"))
        .with("Port", 3, peer("c", "x"))
        .with("Port", 9, peer("d", "d"))
        .with("Port", 2, peer("e", "x"))
        .done();
    let rules = "
        components Peers for p in nb.Port, q in nb.Port where p.peer == Some(q.name) { edge p, q }
        rule r { from p in nb.Port warn \"${p.name} ${Peers[p].name}\" }
        rule q { from p in nb.Port where Peers[p]?.is_none warn \"${p.name} alone\" }";
    let rules = rules.replace("Peers[p]?.is_none", "(Peers[p]?).is_none");
    assert_eq!(warnings(&rules, &snapshot), ["a c", "b c", "c c", "d d", "e alone"]);
}
