//! Stages and registers: which kinds of datapath they are of.

use crate::support::diagnostics;
use insta::assert_snapshot;

#[test]
fn a_stage_belongs_to_its_kind_of_datapath() {
    let rules =
        r#"rule r { from p in Port flow lr_in_routing[1] for p.switch { match "1" actions "next;" } }"#;
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0401]: the stage `lr_in_routing` is of another kind of datapath
     --> rules.weft:1:30
      |
    1 | rule r { from p in Port flow lr_in_routing[1] for p.switch { match "1" actions "next;" } }
      |                              ^^^^^^^^^^^^^        -------- this is Switch
      |                              |
      |                              its datapaths are of type Router
    "#);
}

#[test]
fn a_stage_chosen_by_a_function_belongs_to_its_kind_of_datapath() {
    let rules = r#"
fn choose(a: bool) -> Stage = if a { ls_in_acl } else { lr_in_routing }
rule r {
    from p in Port
    let stage = choose(p.enabled ?? true)
    flow (stage)[1] for p.switch { match "1" actions "next;" }
}
"#;
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0401]: the stage `lr_in_routing` is of another kind of datapath
     --> rules.weft:6:11
      |
    6 |     flow (stage)[1] for p.switch { match "1" actions "next;" }
      |           ^^^^^         -------- this is Switch
      |           |
      |           its datapaths are of type Router
    "#);
}

#[test]
fn a_stage_out_of_a_collection_belongs_to_its_kind_of_datapath() {
    let rules = r#"
fn steps() -> List<(Stage, string)> = [(ls_in_acl, "a"), (lr_in_routing, "b")]
rule r {
    from sw in Switch, (stage, text) in steps(), other in {ls_in_acl, ls_in_l2_lkup}
    flow (stage)[1] for sw { match "${raw(text)}" actions "next;" }
    flow (other)[1] for sw { match "1" actions "next;" }
}
rule of_a_tuple {
    from sw in Switch, step in steps()
    flow (step.0)[1] for sw { match "${raw(step.1)}" actions "next;" }
}
"#;
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0401]: the stage `lr_in_routing` is of another kind of datapath
     --> rules.weft:5:11
      |
    5 |     flow (stage)[1] for sw { match "${raw(text)}" actions "next;" }
      |           ^^^^^         -- this is Switch
      |           |
      |           its datapaths are of type Router

    error[E0401]: the stage `lr_in_routing` is of another kind of datapath
      --> rules.weft:10:11
       |
    10 |     flow (step.0)[1] for sw { match "${raw(step.1)}" actions "next;" }
       |           ^^^^^^         -- this is Switch
       |           |
       |           its datapaths are of type Router
    "#);
}

#[test]
fn a_register_in_an_attribute_is_one_of_the_flows_that_it_comes_to() {
    let rules = r#"
register HINT = reg0[3] in switch
entity Hinting from lr in nb.Logical_Router {
    test = test_of(lr.name)
    both: Match = match"${test} && ip"
}
fn test_of(name: string) -> Match = match"${HINT} == ${name}"
rule by_an_attribute {
    from lr in Router, hinting in Hinting
    where hinting.row == lr.row
    flow lr_in_routing[1] for lr { match hinting.both actions "next;" }
}
"#;
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0412]: the register `HINT` is one of `switch`, not of `router`
      --> rules.weft:7:45
       |
     2 | register HINT = reg0[3] in switch
       |          ---- declared here
    ...
     7 | fn test_of(name: string) -> Match = match"${HINT} == ${name}"
       |                                             ^^^^ not kept in these flows
    ...
    11 |     flow lr_in_routing[1] for lr { match hinting.both actions "next;" }
       |     ------------------------------------------------------------------- named in this flow of `router`
    "#);
}

#[test]
fn a_register_stands_in_flows_of_its_kind_of_datapath() {
    let rules = r#"
register HINT = reg0[3] in switch
register BOTH = reg0[4] in switch, router
register SHARED = reg0[5] in load_balancing
fn hinted() -> Match = match"${HINT} == 1"
rule direct {
    from lr in Router
    flow lr_in_routing[1] for lr { match "${BOTH} == 1" actions "${HINT} = 1; ${SHARED} = 1; next;" }
}
rule by_a_function {
    let text = hinted()
    flow lr_in_routing[2] for all lr in Router { match text actions "next;" }
    flow ls_in_acl[2] for all sw in Switch { match text actions "${BOTH} = 1; next;" }
}
"#;
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0412]: the register `HINT` is one of `switch`, not of `router`
      --> rules.weft:5:32
       |
     2 | register HINT = reg0[3] in switch
       |          ---- declared here
    ...
     5 | fn hinted() -> Match = match"${HINT} == 1"
       |                                ^^^^ not kept in these flows
    ...
    12 |     flow lr_in_routing[2] for all lr in Router { match text actions "next;" }
       |     ------------------------------------------------------------------------- named in this flow of `router`

    error[E0412]: the register `HINT` is one of `switch`, not of `router`
     --> rules.weft:8:68
      |
    2 | register HINT = reg0[3] in switch
      |          ---- declared here
    ...
    8 |     flow lr_in_routing[1] for lr { match "${BOTH} == 1" actions "${HINT} = 1; ${SHARED} = 1; next;" }
      |     ---------------------------------------------------------------^^^^------------------------------
      |     |                                                              |
      |     |                                                              not kept in these flows
      |     named in this flow of `router`
    "#);
}

#[test]
fn registers_of_a_scope_do_not_overlap() {
    let rules = r#"
register A = reg0[0..7] in switch
register B = xxreg0 in switch, router
register C = reg0[0..7] in switch
register D = reg9[40] in router
"#;
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0406]: the registers `A` and `B` overlap in `switch`
     --> rules.weft:3:14
      |
    2 | register A = reg0[0..7] in switch
      |              ---------- with this one
    3 | register B = xxreg0 in switch, router
      |              ^^^^^^ has bits in common

    error[E0406]: the registers `B` and `C` overlap in `switch`
     --> rules.weft:4:14
      |
    3 | register B = xxreg0 in switch, router
      |              ------ with this one
    4 | register C = reg0[0..7] in switch
      |              ^^^^^^^^^^ has bits in common

    error[E0406]: `reg9[40]` is not a place of bits
     --> rules.weft:5:14
      |
    5 | register D = reg9[40] in router
      |              ^^^^^^^^ not a place
      |
      = help: write `reg0`, `reg0[3]` or `reg0[0..15]`
    "#);
}
