//! The fixtures, on which the engines are compared with each other, hold every construct of the language.

use std::collections::BTreeSet;

use weft_lang::builtin::Builtin;
use weft_lang::expr::{Clause, ExprKind};
use weft_lang::program::{AttributeValue, Block, Condition, Datapaths, Head};
use weft_syntax::ast::{AggregateKind, BinaryOp};
use weft_testing::{compile, fixtures};

/// The name of a variant, and all names. A new variant must be added here to compile.
macro_rules! variants {
    ($name:ident, $all:ident, $enum:ident: $($variant:ident)*) => {
        const $all: &[&str] = &[$(concat!(stringify!($enum), "::", stringify!($variant))),*];

        fn $name(value: &$enum) -> &'static str {
            match value { $($enum::$variant { .. } => concat!(stringify!($enum), "::", stringify!($variant))),* }
        }
    };
}

variants!(expression, EXPRESSIONS, ExprKind:
    Bool Int Literal Register None Stage Variable Column RowUuid Reinterpret Attribute Member Lookup Allocated
    Component OutputRef Field MapIndex ListIndex Call Host Builtin Try Chain Coalesce Not Negate Binary
    AllMembers AllRows If IfSome Case Tuple Set List Map Aggregate Exists);
variants!(builtin, BUILTINS, Builtin:
    StringLength StringIsEmpty StringStartsWith StringEndsWith StringContains StringSplit StringTrim
    StringLower StringToInt StringToBool StringStripPrefix StringReplace Size IsEmpty Join First Last
    ToSet ToList MapKeys MapValues MapGetBool MapGetInt IsSome IsNone IntText UuidText UuidShort
    StageNumber StageName ExternText Raw Quote Min Max Hash StagePipeline);
// `??` is an expression of its own.
variants!(operator, OPERATORS, BinaryOp:
    Or And Eq Ne Lt Le Gt Ge In NotIn Add Sub Mul Div Rem Union Intersect Coalesce);
variants!(aggregate, AGGREGATES, AggregateKind: Set List Map Count Sum Min Max Least Number The);
variants!(clause, CLAUSES, Clause: From Where Let);
variants!(attribute, ATTRIBUTES, AttributeValue: Value Members);
variants!(head, HEADS, Head: Flow Emit EmitMember Warn If For);
variants!(condition, CONDITIONS, Condition: Bool IsSome);
variants!(datapaths, DATAPATHS, Datapaths: One All);

fn note_clauses(clauses: &[Clause], found: &mut BTreeSet<&'static str>) {
    found.extend(clauses.iter().map(clause));
}

fn note_block(block: &Block, found: &mut BTreeSet<&'static str>) {
    note_clauses(&block.clauses, found);
    for inner in &block.heads {
        found.insert(head(inner));
        match inner {
            Head::Flow(flow) => {
                found.insert(datapaths(&flow.datapaths));
            }
            Head::If { arms, otherwise } => {
                found.extend(arms.iter().map(|(asked, _)| condition(asked)));
                arms.iter()
                    .map(|(_, block)| block)
                    .chain(otherwise)
                    .for_each(|block| note_block(block, found));
            }
            Head::For(block) => note_block(block, found),
            Head::Emit { .. } | Head::EmitMember { .. } | Head::Warn { .. } => {}
        }
    }
}

#[test]
fn the_fixtures_hold_every_construct() {
    let mut found = BTreeSet::new();
    for fixture in fixtures() {
        let program = compile(fixture.rules).unwrap_or_else(|errors| panic!("{}: {errors}", fixture.name));
        program.for_each_expr(&mut |expr| {
            found.insert(expression(&expr.kind));
            found.extend(match &expr.kind {
                ExprKind::Builtin(called, _) => Some(builtin(called)),
                ExprKind::Binary(with, ..) => Some(operator(with)),
                ExprKind::Coalesce(..) => Some(operator(&BinaryOp::Coalesce)),
                ExprKind::Aggregate(made) => Some(aggregate(&made.kind)),
                _ => None,
            });
        });
        program.rules.iter().for_each(|rule| note_block(&rule.block, &mut found));
        for entity in &program.entities {
            found.extend(entity.attributes.iter().map(|made| attribute(&made.value)));
        }
    }
    let all =
        [EXPRESSIONS, BUILTINS, OPERATORS, AGGREGATES, CLAUSES, ATTRIBUTES, HEADS, CONDITIONS, DATAPATHS];
    let missing: Vec<&str> =
        all.into_iter().flatten().copied().filter(|name| !found.contains(name)).collect();
    assert_eq!(missing, Vec::<&str>::new());
}
