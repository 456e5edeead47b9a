//! Names that stand for nothing, for two things, or for the wrong thing.

use crate::support::diagnostics;
use insta::assert_snapshot;

#[test]
fn an_unknown_name_is_answered_with_the_nearest_one() {
    let rules = r#"rule r { from port in Port where prt.name == "a" flow ls_in_acl[1] for port.switch { match "1" actions "next;" } }"#;
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0201]: there is no `prt` here
     --> rules.weft:1:34
      |
    1 | rule r { from port in Port where prt.name == "a" flow ls_in_acl[1] for port.switch { match "1" actions "next;" } }
      |                                  ^^^ unknown name
      |
      = help: did you mean `port`?
    "#);
}

#[test]
fn an_unknown_column_is_answered_with_the_nearest_one() {
    let rules = r#"rule r { from p in Port where p.adresses.is_empty flow ls_in_acl[1] for p.switch { match "1" actions "next;" } }"#;
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0203]: `Port` has no attribute or column `adresses`
     --> rules.weft:1:33
      |
    1 | rule r { from p in Port where p.adresses.is_empty flow ls_in_acl[1] for p.switch { match "1" actions "next;" } }
      |                                 ^^^^^^^^ unknown attribute
      |
      = help: did you mean `addresses`?
    "#);
}

#[test]
fn an_unknown_table_is_an_error() {
    let rules = "entity A from a in nb.Logical_Swich {}";
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0207]: `nb` has no table `Logical_Swich`
     --> rules.weft:1:23
      |
    1 | entity A from a in nb.Logical_Swich {}
      |                       ^^^^^^^^^^^^^ unknown table
      |
      = help: did you mean `Logical_Switch`?
    "#);
}

#[test]
fn an_unknown_database_is_an_error() {
    let rules = "extern fn f(a: vtep.Physical_Switch) -> int";
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0207]: there is no database `vtep`
     --> rules.weft:1:16
      |
    1 | extern fn f(a: vtep.Physical_Switch) -> int
      |                ^^^^^^^^^^^^^^^^^^^^ unknown database
    "#);
}

#[test]
fn an_unknown_schema_is_an_error() {
    let rules = r#"database x from "x.schema""#;
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0207]: there is no schema `x.schema`
     --> rules.weft:1:17
      |
    1 | database x from "x.schema"
      |                 ^^^^^^^^^^ unknown schema
    "#);
}

#[test]
fn an_unknown_type_is_an_error() {
    let rules = "extern fn f(a: strin) -> Lst<int>";
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0204]: there is no type `strin`
     --> rules.weft:1:16
      |
    1 | extern fn f(a: strin) -> Lst<int>
      |                ^^^^^ unknown type
      |
      = help: did you mean `string`?

    error[E0204]: there is no type `Lst<…>`
     --> rules.weft:1:26
      |
    1 | extern fn f(a: strin) -> Lst<int>
      |                          ^^^^^^^^ unknown type
      |
      = help: did you mean `List`?
    "#);
}

#[test]
fn an_unknown_method_is_an_error() {
    let rules = r#"fn f(a: string) -> bool = a.start_with("b")"#;
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0205]: string has no method `start_with`
     --> rules.weft:1:29
      |
    1 | fn f(a: string) -> bool = a.start_with("b")
      |                             ^^^^^^^^^^ unknown method
      |
      = help: did you mean `starts_with`?
    "#);
}

#[test]
fn an_unknown_function_is_an_error() {
    let rules = "fn f(a: string) -> Option<Address> = parse_adress(a)";
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0206]: there is no function `parse_adress`
     --> rules.weft:1:38
      |
    1 | fn f(a: string) -> Option<Address> = parse_adress(a)
      |                                      ^^^^^^^^^^^^ unknown function
      |
      = help: did you mean `parse_address`?
    "#);
}

#[test]
fn an_unknown_record_field_is_an_error() {
    let rules = "fn f(a: Address) -> string = a.mak";
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0203]: Address has no field `mak`
     --> rules.weft:1:32
      |
    1 | fn f(a: Address) -> string = a.mak
      |                                ^^^ unknown field
      |
      = help: did you mean `mac`?
    "#);
}

#[test]
fn an_unknown_stage_in_a_test_is_an_error() {
    let rules = r#"test "t" { expect flows ls_in_acls[1] {} }"#;
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0201]: there is no stage `ls_in_acls`
     --> rules.weft:1:25
      |
    1 | test "t" { expect flows ls_in_acls[1] {} }
      |                         ^^^^^^^^^^ unknown stage
      |
      = help: did you mean `ls_in_acl`?
    "#);
}

#[test]
fn an_unknown_column_in_a_test_is_an_error() {
    let rules = r#"test "t" { insert nb.ACL { actoin: "allow" } }"#;
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0203]: `nb.ACL` has no column `actoin`
     --> rules.weft:1:28
      |
    1 | test "t" { insert nb.ACL { actoin: "allow" } }
      |                            ^^^^^^ unknown column
      |
      = help: did you mean `action`?
    "#);
}

#[test]
fn two_items_of_one_name_are_an_error() {
    let rules = r#"
const A = 1
const A = 2
"#;
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0202]: the name `A` is taken
     --> rules.weft:3:7
      |
    2 | const A = 1
      |       - first defined here
    3 | const A = 2
      |       ^ defined again here
    "#);
}

#[test]
fn names_of_the_language_are_taken() {
    let rules = "fn hash(a: int) -> int = a";
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0202]: `hash` is a name of the language
     --> rules.weft:1:4
      |
    1 | fn hash(a: int) -> int = a
      |    ^^^^ choose another name
    "#);
}

#[test]
fn two_rules_of_one_name_are_an_error() {
    let rules = r#"
rule r { from p in Port warn "a ${p.name}" }
rule r { from p in Port warn "b ${p.name}" }
"#;
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0202]: there are two rules `r`
     --> rules.weft:3:6
      |
    2 | rule r { from p in Port warn "a ${p.name}" }
      |      - first defined here
    3 | rule r { from p in Port warn "b ${p.name}" }
      |      ^ defined again here
    "#);
}

#[test]
fn two_attributes_of_one_name_are_an_error() {
    let rules = "entity A from a in nb.ACL { _x = 1 _x = 2 }";
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0202]: the entity has two attributes `_x`
     --> rules.weft:1:36
      |
    1 | entity A from a in nb.ACL { _x = 1 _x = 2 }
      |                             --     ^^ defined again here
      |                             |
      |                             first defined here
    "#);
}

#[test]
fn a_variable_is_bound_once() {
    let rules = "rule r { from p in Port, p in p.mirror_rules warn p.name }";
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0202]: the variable `p` is bound twice
     --> rules.weft:1:26
      |
    1 | rule r { from p in Port, p in p.mirror_rules warn p.name }
      |               -          ^ bound again here
      |               |
      |               first bound here
    "#);
}

#[test]
fn an_entity_is_not_a_value() {
    let rules = "fn f(a: int) -> int = a + Port";
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0208]: `Port` is an entity, not a value
     --> rules.weft:1:27
      |
    1 | fn f(a: int) -> int = a + Port
      |                           ^^^^ not a value
      |
      = help: write `x in Port`, or `Port[key]` for one member
    "#);
}

#[test]
fn a_table_is_not_a_value() {
    let rules = "fn f() -> int = nb.ACL.size";
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0208]: a whole table or entity is not a value
     --> rules.weft:1:17
      |
    1 | fn f() -> int = nb.ACL.size
      |                 ^^^^^^ not a value
      |
      = help: it can stand after `in`
    "#);
}

#[test]
fn a_function_is_called() {
    let rules = r#"
fn f() -> int = g
fn g() -> int = 1
"#;
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0208]: `g` is a function, not a value
     --> rules.weft:2:17
      |
    2 | fn f() -> int = g
      |                 ^ not a value
      |
      = help: call it: `g(…)`
    "#);
}
