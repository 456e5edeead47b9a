//! Heads of rules, entities and outputs.

use crate::support::diagnostics;
use insta::assert_snapshot;

#[test]
fn a_row_is_not_a_datapath() {
    let rules =
        r#"rule r { flow ls_in_acl[1] for all ls in nb.Logical_Switch { match "1" actions "next;" } }"#;
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0401]: nb.Logical_Switch is not a datapath
     --> rules.weft:1:36
      |
    1 | rule r { flow ls_in_acl[1] for all ls in nb.Logical_Switch { match "1" actions "next;" } }
      |                                    ^^ needs a member of a pipeline's entity
      |
      = help: look the member up: `Switch[…]`
    "#);
}

#[test]
fn a_hint_is_a_row() {
    let rules =
        r#"rule r { from p in Port flow ls_in_acl[1] for p.switch hint 3 { match "1" actions "next;" } }"#;
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0301]: a hint is a row, or an entity's member that stands for one row
     --> rules.weft:1:61
      |
    1 | rule r { from p in Port flow ls_in_acl[1] for p.switch hint 3 { match "1" actions "next;" } }
      |                                                             ^ this is int
      |
      = help: it can be a string too
    "#);
}

#[test]
fn only_outputs_are_written() {
    let rules = "rule r { from c in sb.Chassis emit sb.Encap { chassis_name: c.name } }";
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0402]: `sb.Encap` is not an output
     --> rules.weft:1:39
      |
    1 | rule r { from c in sb.Chassis emit sb.Encap { chassis_name: c.name } }
      |                                       ^^^^^ not an output
      |
      = help: say what is written: `output sb.Encap { key … write … }`
    "#);
}

#[test]
fn only_listed_columns_are_written() {
    let rules = "rule r { from p in Port emit sb.Port_Binding { logical_port: p.name, encap: None } }";
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0403]: `sb.Port_Binding.encap` is not listed in the output block
     --> rules.weft:1:70
      |
    1 | rule r { from p in Port emit sb.Port_Binding { logical_port: p.name, encap: None } }
      |                                                                      ^^^^^ must not be written
      |
      = help: add `encap` to `write` of `output sb.Port_Binding`
    "#);
}

#[test]
fn columns_of_init_are_not_written() {
    let rules = "rule r { from p in Port emit sb.Port_Binding { logical_port: p.name, up: true } }";
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0403]: `sb.Port_Binding.up` is written on insert only
     --> rules.weft:1:70
      |
    1 | rule r { from p in Port emit sb.Port_Binding { logical_port: p.name, up: true } }
      |                                                                      ^^ must not be written
      |
      = help: the output block gives its value
    "#);
}

#[test]
fn a_row_needs_its_key() {
    let rules = "rule r { from p in Port emit sb.Port_Binding { type: p.type } }";
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0404]: a row of `sb.Port_Binding` needs its key: logical_port
     --> rules.weft:1:25
      |
    1 | rule r { from p in Port emit sb.Port_Binding { type: p.type } }
      |                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ key column missing
    "#);
}

#[test]
fn members_are_added_to_sets_and_maps() {
    let rules = r#"rule r { from p in Port emit sb.Port_Binding[logical_port: p.name] { type += "a" } }"#;
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0303]: `+=` adds to a set or map; this column is string
     --> rules.weft:1:78
      |
    1 | rule r { from p in Port emit sb.Port_Binding[logical_port: p.name] { type += "a" } }
      |                                                                              ^^^ one value only
    "#);
}

#[test]
fn an_output_names_columns_once() {
    let rules = r#"output sb.Chassis { key name write name, nam_cfg init hostname = "" }"#;
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0202]: the column `name` is listed twice
     --> rules.weft:1:36
      |
    1 | output sb.Chassis { key name write name, nam_cfg init hostname = "" }
      |                         ----       ^^^^ listed again here
      |                         |
      |                         first listed here

    error[E0203]: `sb.Chassis` has no column `nam_cfg`
     --> rules.weft:1:42
      |
    1 | output sb.Chassis { key name write name, nam_cfg init hostname = "" }
      |                                          ^^^^^^^ unknown column
      |
      = help: did you mean `nb_cfg`?
    "#);
}

#[test]
fn what_is_written_at_insertion_is_constant() {
    let rules = r#"
fn f() -> string = "a"
output sb.Chassis { key name init hostname = f() }
"#;
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0311]: this value must be known when the rules are compiled
     --> rules.weft:3:46
      |
    3 | output sb.Chassis { key name init hostname = f() }
      |                                              ^^^ not a constant
    "#);
}

#[test]
fn rows_are_owned_by_values_of_a_column() {
    let owned =
        |condition: &str| diagnostics(&format!("output sb.Chassis {{ key name owns where {condition} }}"));
    assert_eq!(owned(r#"name == "a""#), "");
    assert_eq!(owned(r#"name in {"a", "b"}"#), "");
    assert_eq!(owned("name in {}"), "");
    assert_snapshot!(owned(r#"name != "a""#), @r#"
    error[E0311]: rows are owned by a column's value
     --> rules.weft:1:41
      |
    1 | output sb.Chassis { key name owns where name != "a" }
      |                                         ^^^^^^^^^^^ too much
      |
      = help: write `owns where column == value` or `owns where column in {values}`
    "#);
}

#[test]
fn sources_with_nothing_in_common_are_a_product() {
    let rules = r#"rule r { from p in Port, acl in nb.ACL where p.enabled == Some(acl.log) or acl.name.is_none warn "${p.name} ${acl.priority}" }"#;
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0407]: this source has nothing in common with the earlier ones: a product
     --> rules.weft:1:26
      |
    1 | rule r { from p in Port, acl in nb.ACL where p.enabled == Some(acl.log) or acl.name.is_none warn "${p.name} ${acl.priority}" }
      |                          ^^^^^^^^^^^^^ not connected
      |
      = help: connect it with `where a == b` or `in`, or write `cross` where a product is meant
    "#);
}

#[test]
fn a_nested_source_with_nothing_in_common_is_a_product() {
    let rules = r#"rule r { from p in Port for acl in nb.ACL { warn "${p.name} ${acl.priority}" } }"#;
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0407]: this source has nothing in common with the earlier ones: a product
     --> rules.weft:1:29
      |
    1 | rule r { from p in Port for acl in nb.ACL { warn "${p.name} ${acl.priority}" } }
      |                             ^^^^^^^^^^^^^ not connected
      |
      = help: connect it with `where a == b` or `in`, or write `cross` where a product is meant
    "#);
}

#[test]
fn an_aggregate_needs_rows() {
    let rules = "entity A from acl in nb.ACL { _n = count { acl } }";
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0408]: this aggregate has no rows to run over
     --> rules.weft:1:36
      |
    1 | entity A from acl in nb.ACL { _n = count { acl } }
      |                                    ^^^^^^^^^^^^^ needs `for x in …`
      |
      = help: only in an entity with `group by` it may be left out, for the group's rows
    "#);
}

#[test]
fn a_collection_cannot_warn() {
    let rules = r#"entity A from acl in nb.ACL { _n = set { n for x in ["1"], let n = x.to_int() else warn "no ${x}" } }"#;
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0411]: only rules and entities can warn, not a collection or `exists`
     --> rules.weft:1:89
      |
    1 | entity A from acl in nb.ACL { _n = set { n for x in ["1"], let n = x.to_int() else warn "no ${x}" } }
      |                                                                                         ^^^^^^^^^ a warning inside an expression
      |
      = help: leave the row out with `else skip`, and warn of it in a rule
    "#);
}

#[test]
fn a_question_cannot_warn() {
    let rules = r#"rule r { from acl in nb.ACL where exists(x in ["1"], let n = x.to_int() else warn "no ${x}" where n > 1) warn "${acl.priority}" }"#;
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0411]: only rules and entities can warn, not a collection or `exists`
     --> rules.weft:1:83
      |
    1 | rule r { from acl in nb.ACL where exists(x in ["1"], let n = x.to_int() else warn "no ${x}" where n > 1) warn "${acl.priority}" }
      |                                                                                   ^^^^^^^^^ a warning inside an expression
      |
      = help: leave the row out with `else skip`, and warn of it in a rule
    "#);
}

#[test]
fn an_inverse_is_of_an_attribute_that_leads_here() {
    let rules = "entity A from acl in nb.ACL { _ports = inverse Port.addresses }";
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0301]: `inverse` needs an attribute of type `A`, an Option or a set of it
     --> rules.weft:1:53
      |
    1 | entity A from acl in nb.ACL { _ports = inverse Port.addresses }
      |                                                     ^^^^^^^^^ found List<Address>
    "#);
}

#[test]
fn an_entity_has_a_key() {
    let rules = "entity A from _ in nb.ACL {}";
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0409]: the entity `A` has no key
     --> rules.weft:1:8
      |
    1 | entity A from _ in nb.ACL {}
      |        ^ its `from` binds no variable
    "#);
}

#[test]
fn a_function_does_not_call_itself() {
    let rules = r#"
fn f(a: int) -> int = g(a)
fn g(a: int) -> int = f(a - 1)
"#;
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0405]: the function `f` calls itself: f → g → f
     --> rules.weft:2:23
      |
    2 | fn f(a: int) -> int = g(a)
      |                       ^ part of the cycle
    3 | fn g(a: int) -> int = f(a - 1)
      |                       - called by `g` here
      |
      = help: functions cannot be recursive
    "#);
}

#[test]
fn an_attribute_does_not_depend_on_itself() {
    let rules = r#"
entity A from acl in nb.ACL {
    x: int = B[acl].y
}
entity B from acl in nb.ACL {
    y: int = f(acl)
}
fn f(acl: nb.ACL) -> int = A[acl].x
"#;
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0405]: `A.x` depends on itself: A.x → B.y → A.x
     --> rules.weft:3:14
      |
    3 |     x: int = B[acl].y
      |              ^^^^^^^^ part of the cycle
    ...
    6 |     y: int = f(acl)
      |              ------ `B.y` needs it here
    "#);
}

#[test]
fn the_type_of_an_attribute_does_not_depend_on_itself() {
    let rules = "entity A from acl in nb.ACL { x = y y = x }";
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0405]: `A.x` depends on itself: A.x → A.y → A.x
     --> rules.weft:1:41
      |
    1 | entity A from acl in nb.ACL { x = y y = x }
      |                                         ^ part of the cycle
    "#);
}

#[test]
fn a_constant_does_not_depend_on_itself() {
    let rules = r#"
const A = B + 1
const B = A
"#;
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0405]: the constant `A` depends on itself
     --> rules.weft:3:11
      |
    3 | const B = A
      |           ^ part of the cycle
    "#);
}

#[test]
fn an_unread_attribute_is_a_warning() {
    let rules = "entity A from acl in nb.ACL { big = acl.priority > 100 }";
    assert_snapshot!(diagnostics(rules), @r#"
    warning[W0501]: nothing reads the attribute `A.big`
     --> rules.weft:1:31
      |
    1 | entity A from acl in nb.ACL { big = acl.priority > 100 }
      |                               ^^^ computed and stored in vain
      |
      = help: remove it
    "#);
}

#[test]
fn an_unread_variable_is_a_warning() {
    let rules = r#"rule r { from p in Port let x = p.name, (a, b) in p.options warn "${p.name} ${a}" }"#;
    assert_snapshot!(diagnostics(rules), @r#"
    warning[W0502]: the variable `x` is never read
     --> rules.weft:1:29
      |
    1 | rule r { from p in Port let x = p.name, (a, b) in p.options warn "${p.name} ${a}" }
      |                             ^ not used
      |
      = help: write `_` or `_x` if that is meant

    warning[W0502]: the variable `b` is never read
     --> rules.weft:1:45
      |
    1 | rule r { from p in Port let x = p.name, (a, b) in p.options warn "${p.name} ${a}" }
      |                                             ^ not used
      |
      = help: write `_` or `_b` if that is meant
    "#);
}

#[test]
fn a_source_of_few_rows_makes_no_product() {
    let rules = r#"
rule r {
    from g in nb.NB_Global, p in Port, kind in ["a", "b"], cross acl in nb.ACL
    warn "${g.name}${p.name}${kind}${acl.priority}"
}
rule s { from g in nb.NB_Global for p in Port { warn "${g.name}${p.name}" } }
rule t {
    from p in Port
    where exists(a in nb.ACL where a.priority == 3)
    for a in nb.ACL where a.name == Some(p.name) { warn "${a.priority}" }
}
"#;
    assert_snapshot!(diagnostics(rules), @"");
}

#[test]
fn a_value_in_a_test_fits_its_column() {
    let rules = r#"
test "t" {
    insert nb.Logical_Switch_Port p1 { name: "p1", enabled: true }
    insert nb.Logical_Switch { name: 3, ports: {p1} }
    update nb.ACL where priority == 1 { action: "alow" }
    expect rows sb.Port_Binding where logical_port == "p1" { tunnel_key: "1" }
}
"#;
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0301]: this is int where string is expected
     --> rules.weft:4:38
      |
    4 |     insert nb.Logical_Switch { name: 3, ports: {p1} }
      |                                      ^ expected string, found int
      |
      = help: `.text` is it as a string

    error[E0308]: `nb.ACL.action` is never "alow"
     --> rules.weft:5:49
      |
    5 |     update nb.ACL where priority == 1 { action: "alow" }
      |                                                 ^^^^^^ not one of its values
      |
      = help: did you mean `allow`?

    error[E0301]: this is string where int is expected
     --> rules.weft:6:74
      |
    6 |     expect rows sb.Port_Binding where logical_port == "p1" { tunnel_key: "1" }
      |                                                                          ^^^ expected int, found string
      |
      = help: `.to_int()` reads a number
    "#);
}

/// Rules of any text are answered with diagnostics, however deep their definitions lead.
#[test]
fn a_chain_of_definitions_is_followed_to_a_limit() {
    use std::fmt::Write;
    let mut chain = String::from("entity A from acl in nb.ACL {\n");
    let mut typed = chain.clone();
    for at in 0..400 {
        writeln!(chain, "x{at} = x{} + 1", at + 1).unwrap();
        writeln!(typed, "x{at}: int = x{} + 1", at + 1).unwrap();
    }
    chain.push_str("x400 = 1 _y = x0 }");
    typed.push_str("x400 = 1 _y = x0 }");
    // Test builds take more stack than the limit is made for.
    let checks = std::thread::Builder::new().stack_size(64 << 20);
    let thread = checks.spawn(move || (diagnostics(&chain), diagnostics(&typed))).unwrap();
    let (chain, typed) = thread.join().unwrap();
    assert_snapshot!(chain, @r#"
    error[E0410]: the definitions that this one needs are nested too deep
       --> rules.weft:258:8
        |
    258 | x256 = x257 + 1
        |        ^^^^^^^^ the limit is reached here
        |
        = help: write the types of attributes on the way, which are then not looked for

    warning[W0501]: nothing reads the attribute `A.x257`
       --> rules.weft:259:1
        |
    259 | x257 = x258 + 1
        | ^^^^ computed and stored in vain
        |
        = help: remove it
    "#);
    assert_snapshot!(typed, @"");
}
