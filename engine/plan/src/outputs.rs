//! What a plan says of stages and output tables.

use std::sync::Arc;

use weft_lang::expr::{Expr, ExprKind, Piece};
use weft_lang::program::{Output, Program};
use weft_value::Value;

use crate::plan::{OutputTable, PlanStage};

/// The stages, by position.
pub(crate) fn stages(program: &Program) -> Vec<PlanStage> {
    let stage = |stage: &weft_lang::program::Stage| PlanStage {
        name: stage.name.clone(),
        kind: stage.kind.clone(),
        direction: stage.direction.clone(),
        number: stage.number,
    };
    program.stages.iter().map(stage).collect()
}

/// The output tables, by position.
pub(crate) fn outputs(program: &Program) -> Vec<OutputTable> {
    program.outputs.iter().map(|output| output_table(program, output)).collect()
}

fn output_table(program: &Program, output: &Output) -> OutputTable {
    let table = &program.tables[output.table.index()];
    let name = |column: &usize| table.columns[*column].name.clone();
    let with_value = |(column, expr): &(usize, Expr)| constant(expr).map(|value| (name(column), value));
    let with_values = |(column, exprs): &(usize, Vec<Expr>)| {
        exprs.iter().map(constant).collect::<Option<Vec<Value>>>().map(|values| (name(column), values))
    };
    OutputTable {
        database: program.databases[table.database.index()].name.clone(),
        table: table.name.clone(),
        key: output.key.iter().map(name).collect(),
        write: output.write.iter().map(name).collect(),
        init: output.init.iter().filter_map(with_value).collect(),
        keep: output.keep.iter().map(|(column, keys)| (name(column), keys.clone())).collect(),
        owns: output.owns.as_ref().and_then(with_values),
    }
}

/// The value of a constant expression.
pub(crate) fn constant(expr: &Expr) -> Option<Value> {
    let all = |parts: &[Expr]| parts.iter().map(constant).collect::<Option<Vec<Value>>>();
    match &expr.kind {
        ExprKind::Bool(b) => Some(Value::Bool(*b)),
        ExprKind::Int(i) => Some(Value::Int(*i)),
        ExprKind::None => Some(Value::None),
        ExprKind::Stage(stage) => Some(Value::Int(i64::from(stage.0))),
        ExprKind::Register(place) => Some(Value::String(place.as_str().into())),
        ExprKind::Literal(_, pieces) => {
            let text = pieces.iter().map(|piece| match piece {
                Piece::Text(text) => Some(text.as_str()),
                Piece::Hole(_) => None,
            });
            text.collect::<Option<String>>().map(|text| Value::String(text.into()))
        }
        ExprKind::Negate(inner) => match constant(inner)? {
            Value::Int(i) => i.checked_neg().map(Value::Int),
            _ => None,
        },
        ExprKind::Reinterpret(inner) => constant(inner),
        ExprKind::Tuple(parts) => Some(Value::Tuple(all(parts)?.into())),
        ExprKind::List(parts) => Some(Value::List(all(parts)?.into())),
        ExprKind::Set(parts) => Some(Value::Set(Arc::new(all(parts)?.into_iter().collect()))),
        ExprKind::Map(entries) => {
            let entries = entries.iter().map(|(key, value)| Some((constant(key)?, constant(value)?)));
            let entries: Option<Vec<(Value, Value)>> = entries.collect();
            let present = entries?.into_iter().filter(|(_, value)| *value != Value::None);
            Some(Value::Map(Arc::new(present.collect())))
        }
        _ => None,
    }
}
