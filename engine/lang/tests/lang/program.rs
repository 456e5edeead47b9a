//! The typed program that rules become.

use crate::support::check;
use weft_lang::Checked;
use weft_lang::builtin::Builtin;
use weft_lang::expr::{Clause, Expr, ExprKind};
use weft_lang::program::{AttributeValue, Datapaths, Definition, Entity, Flow, Head, Program};
use weft_lang::types::Type;
use weft_syntax::ast::LiteralKind;
use weft_syntax::diagnostic::Severity;

/// The program, which must be without errors.
fn program(text: &str) -> Program {
    let (Checked { program, diagnostics }, _) = check(text);
    let errors: Vec<_> = diagnostics.iter().filter(|found| found.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    program
}

fn entity<'p>(program: &'p Program, name: &str) -> &'p Entity {
    program.entities.iter().find(|entity| entity.name == name).expect("the entity is declared")
}

fn attribute<'p>(program: &'p Program, entity_name: &str, name: &str) -> &'p weft_lang::program::Attribute {
    let attributes = &entity(program, entity_name).attributes;
    attributes.iter().find(|attribute| attribute.name == name).expect("the attribute is declared")
}

/// The first flow of the last rule.
fn flow(program: &Program) -> &Flow {
    let flow = program.rules.last().and_then(|rule| rule.block.heads.first()).and_then(|head| match head {
        Head::Flow(flow) => Some(flow),
        _ => None,
    });
    flow.expect("the rule has a flow")
}

fn body(text: &str) -> Expr {
    let mut program = program(text);
    program.functions.pop().expect("there is a function").body
}

#[test]
fn an_inverse_selects_the_members_that_lead_back() {
    let program = program("");
    let ports = attribute(&program, "Switch", "ports");
    assert_eq!(program.type_name(&ports.ty), "Set<Port>");
    let AttributeValue::Members(parts) = &ports.value else { panic!("{ports:?}") };
    let [Clause::From { .. }, Clause::Where(condition)] = parts[0].clauses.as_slice() else {
        panic!("{parts:?}")
    };
    let ExprKind::Binary(_, left, right) = &condition.kind else { panic!("{condition:?}") };
    assert!(matches!(left.kind, ExprKind::Attribute(..)));
    assert!(matches!(right.kind, ExprKind::Reinterpret(_)));
}

#[test]
fn a_union_of_comprehensions_is_a_member_set() {
    let program = program(
        "entity A from ls in nb.Logical_Switch {
             all = set { a for a in ls.acls } | others | set { a for g in nb.Port_Group, a in g.acls }
             others: Set<nb.ACL> = {}
         }",
    );
    let all = attribute(&program, "A", "all");
    assert_eq!(program.type_name(&all.ty), "Set<nb.ACL>");
    let AttributeValue::Members(parts) = &all.value else { panic!("{all:?}") };
    assert_eq!(parts.len(), 3);
}

#[test]
fn definitions_stand_after_those_they_read() {
    let program = program("");
    let position = |name: &str| {
        let named = |definition: &Definition| program.definition_name(*definition) == name;
        program.order.iter().position(named).expect("every definition has a place")
    };
    assert!(position("Switch") < position("Port.switch"));
    assert!(position("Port.switch") < position("Switch.ports"));
    assert!(position("Switch.ports") < position("Switch.is_big"));
    assert_eq!(program.order.len(), 3 + 4);
}

#[test]
fn functions_stand_after_those_they_call() {
    let program = program("fn f() -> int = g() + 1\nfn g() -> int = h()\nfn h() -> int = 2");
    let names: Vec<&str> = program.functions.iter().map(|function| function.name.as_str()).collect();
    assert_eq!(names, ["h", "g", "f"]);
}

#[test]
fn clauses_stand_after_those_that_bind_their_variables() {
    let program = program(
        "rule r { where p.name == name let name = s.name from p in Port, s in nb.ACL warn \"${p.name}\" }",
    );
    let clauses = &program.rules[0].block.clauses;
    let kinds: Vec<&str> = clauses
        .iter()
        .map(|clause| match clause {
            Clause::From { .. } => "from",
            Clause::Where(_) => "where",
            Clause::Let { .. } => "let",
        })
        .collect();
    assert_eq!(kinds, ["from", "from", "let", "where"]);
}

#[test]
fn a_set_of_datapaths_depends_on_the_variables_that_it_reads() {
    let program = program(
        r#"rule r {
               from acl in nb.ACL, p in acl.sample_new.collectors
               let limit = 3
               flow ls_in_acl[1] for all sw in Switch where acl in sw.acls and sw.ports.size > limit {
                   match "${p.name}" actions "next;"
               }
           }"#
        .replace("acl.sample_new.collectors", "nb.Port_Group where acl in p.acls")
        .as_str(),
    );
    let flow = flow(&program);
    let Datapaths::All { name, parameters, clauses, member } = &flow.datapaths else { panic!("{flow:?}") };
    assert_eq!(
        name,
        "all sw in Switch where acl in sw.acls and sw.ports.size > limit given acl: nb.ACL, limit: int"
    );
    let variables = &program.rules[0].variables;
    let names: Vec<&str> =
        parameters.iter().map(|variable| variables[variable.index()].name.as_str()).collect();
    assert_eq!(names, ["acl", "limit"]);
    assert_eq!(clauses.len(), 2);
    assert_eq!(program.type_name(&variables[member.index()].ty), "Switch");
}

#[test]
fn a_hint_is_the_start_of_a_uuid() {
    let hint = |hint: &str| {
        let rule = format!(
            "rule r {{ from p in Port flow ls_in_acl[1] for p.switch hint {hint} {{ match \"1\" actions \"next;\" }} }}"
        );
        flow(&program(&rule)).hint.clone().expect("the flow has a hint")
    };
    assert!(matches!(hint("p").kind, ExprKind::Builtin(Builtin::UuidShort, _)));
    assert!(matches!(hint("p.row").kind, ExprKind::Builtin(Builtin::UuidShort, _)));
    assert!(matches!(hint("p.ha_chassis_group").kind, ExprKind::Chain { .. }));
    assert!(matches!(hint("p.name").kind, ExprKind::Column(..)));
}

#[test]
fn a_literal_is_of_the_kind_of_its_place() {
    let ExprKind::Literal(kind, pieces) =
        body(r#"fn f(a: bool) -> Match = "${if a { "ip4 && " } else { "" }}1""#).kind
    else {
        panic!("a literal stays one")
    };
    assert_eq!(kind, LiteralKind::Match);
    let weft_lang::expr::Piece::Hole(hole) = &pieces[0] else { panic!("{pieces:?}") };
    assert_eq!(hole.ty, Type::Match);
    assert_eq!(body(r#"fn f(a: bool) -> Option<Actions> = if a { raw("x") }"#).ty, Type::Actions.optional());
}

#[test]
fn a_constant_text_takes_the_type_of_its_place() {
    let literal = body("const DROP = \"drop;\"\nfn f() -> Actions = DROP");
    assert!(matches!(literal.kind, ExprKind::Literal(LiteralKind::Actions, _)));
    assert!(matches!(
        body("const A = 2 * (B - 1)\nconst B = 0x10\nfn f() -> int = A").kind,
        ExprKind::Int(30)
    ));
}

#[test]
fn aggregates_of_a_group_run_over_the_rows_of_its_key() {
    let program = program(
        "entity OfTier from sw in Switch, a in sw.acls group by (sw, a.tier) as (switch, tier) {
             size = count { a }
         }
         fn f(g: OfTier) -> bool = g.tier > g.size and g.switch.name == \"a\"",
    );
    let group = entity(&program, "OfTier");
    assert!(group.is_group);
    assert_eq!(group.key.len(), 2);
    let AttributeValue::Value { expr, .. } = &group.attributes[0].value else { panic!("{group:?}") };
    let ExprKind::Aggregate(aggregate) = &expr.kind else { panic!("{expr:?}") };
    assert_eq!(aggregate.clauses.len(), 4, "two sources and a condition for each part of the key");
}

#[test]
fn a_let_of_an_entity_is_an_attribute_of_its_members() {
    let program = program(
        "entity A from p in nb.Logical_Switch_Port, text in p.addresses let a = parse_address(text) else skip {
             mac = a.mac
         }
         fn f(x: A) -> string = x.mac + x.a.mac + x.text",
    );
    let a = attribute(&program, "A", "a");
    assert_eq!(program.type_name(&a.ty), "Address");
    assert!(matches!(a.value, AttributeValue::Value { unwrap: true, .. }));
}

#[test]
fn presence_is_asked_of_the_whole_chain() {
    let asked = body("fn f(p: Port) -> bool = p.ha_chassis_group?.ha_chassis.first.is_some");
    let ExprKind::Builtin(Builtin::IsSome, arguments) = &asked.kind else { panic!("{asked:?}") };
    assert!(matches!(arguments[0].kind, ExprKind::Try(_) | ExprKind::Chain { .. }));
    assert!(arguments[0].ty.is_option());
}

#[test]
fn a_row_of_the_program_stands_where_a_reference_is_written() {
    let program = program(
        "rule r { from p in Port emit sb.Port_Binding {
             logical_port: p.name,
             datapath: ref sb.Datapath_Binding[nb_uuid: p.switch.uuid],
             options: if p.type == \"\" { map { \"a\": p.peer } } else { map {} },
         } }",
    );
    let Head::Emit { columns, key, .. } = &program.rules[0].block.heads[0] else { panic!("an emit") };
    assert_eq!((key.len(), columns.len()), (1, 2));
    assert_eq!(program.type_name(&columns[0].1.ty), "ref sb.Datapath_Binding");
    assert_eq!(program.type_name(&columns[1].1.ty), "Map<string, string>");
}

#[test]
fn a_member_is_emitted_apart_from_its_row() {
    let program = program("rule r { from p in Port emit sb.Port_Group[name: \"a\"] { ports += p.name } }");
    let [Head::EmitMember { value, .. }] = program.rules[0].block.heads.as_slice() else {
        panic!("one member")
    };
    assert_eq!(value.ty, Type::String);
}
