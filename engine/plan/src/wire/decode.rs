//! Messages to plans.

use std::sync::Arc;

use prost::Message;
use weft_value::Value;

use crate::plan::{
    Aggregation, Head, HeadId, HeadKind, HostSignature, InputTable, JoinInput, Node, NodeId, NodeKind,
    OutputTable, Plan, PlanStage, Step,
};
use crate::scalar::{Render, Scalar, TextPiece};

use super::message::{self, VERSION};
use super::names::{aggregation_named, builtin_named, operator_named, rows_named, side_named};

/// Why bytes are not a plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// They are no message.
    #[error("not a plan: {0}")]
    Malformed(#[from] prost::DecodeError),
    /// They are a plan of another version.
    #[error("the plan has version {found} and not {VERSION}")]
    Version {
        /// The version found.
        found: u32,
    },
    /// A part of the plan is missing or is not known.
    #[error("the plan has an unusable {0}")]
    Unusable(&'static str),
}

type Decoded<T> = Result<T, DecodeError>;

impl Plan {
    /// The plan that [`Plan::encode`] made these bytes of.
    ///
    /// # Errors
    /// When they are something else, or of another version.
    pub fn decode(bytes: &[u8]) -> Result<Plan, DecodeError> {
        let plan = message::Plan::decode(bytes)?;
        if plan.version != VERSION {
            return Err(DecodeError::Version { found: plan.version });
        }
        let hosts =
            plan.hosts.into_iter().map(|host| HostSignature { name: host.name, signature: host.signature });
        let stages = plan.stages.into_iter().map(|stage| PlanStage {
            name: stage.name,
            kind: stage.kind,
            direction: stage.direction,
            number: stage.number,
        });
        Ok(Plan {
            tables: plan.tables.into_iter().map(input).collect::<Decoded<_>>()?,
            hosts: hosts.collect(),
            stages: stages.collect(),
            outputs: plan.outputs.into_iter().map(output).collect::<Decoded<_>>()?,
            nodes: plan.nodes.into_iter().map(node).collect::<Decoded<_>>()?,
            heads: plan.heads.into_iter().map(head).collect::<Decoded<_>>()?,
        })
    }
}

fn input(table: message::Table) -> Decoded<InputTable> {
    let rows = rows_named(&table.rows).ok_or(DecodeError::Unusable("input"))?;
    Ok(InputTable { database: table.database, table: table.table, columns: table.columns, rows })
}

fn output(output: message::Output) -> Decoded<OutputTable> {
    let with_value = |column: message::ColumnValue| {
        let of = column.value.ok_or(DecodeError::Unusable("column of an output"))?;
        Ok((column.column, value(of)?))
    };
    let owned = |rows: message::OwnedRows| {
        let values = rows.values.into_iter().map(value).collect::<Decoded<Vec<Value>>>()?;
        Decoded::Ok((rows.column, values))
    };
    Ok(OutputTable {
        database: output.database,
        table: output.table,
        key: output.key,
        write: output.write,
        init: output.init.into_iter().map(with_value).collect::<Decoded<_>>()?,
        keep: output.keep.into_iter().map(|kept| (kept.column, kept.keys)).collect(),
        owns: output.owns.map(owned).transpose()?,
    })
}

fn node(node: message::Node) -> Decoded<Node> {
    use message::NodeKind as K;
    let kind = node.kind();
    let steps = node.steps.into_iter().map(step).collect::<Decoded<Vec<Step>>>()?;
    let inputs: Vec<NodeId> = node.inputs.into_iter().map(NodeId).collect();
    let kind = match (kind, inputs.as_slice()) {
        (K::Unit, []) => NodeKind::Unit,
        (K::Input, []) => NodeKind::Input { table: node.position },
        (K::Map, [input]) => NodeKind::Map { input: *input, steps },
        (K::Union, _) => NodeKind::Union { inputs },
        (K::Arrange, [input]) => NodeKind::Arrange { input: *input, key: node.key, value: node.value },
        (K::Distinct, [input]) => NodeKind::Distinct { input: *input },
        (K::Join, _) if node.sides.len() == inputs.len() => {
            let side = |(node, side): (&NodeId, &String)| {
                let side = side_named(side).ok_or(DecodeError::Unusable("side of a join"))?;
                Ok(JoinInput { node: *node, side })
            };
            let inputs = inputs.iter().zip(&node.sides).map(side).collect::<Decoded<_>>()?;
            NodeKind::Join { inputs, steps }
        }
        (K::Reduce, [input]) => {
            let kind = aggregation_named(&node.what).ok_or(DecodeError::Unusable("aggregate"))?;
            NodeKind::Reduce { input: *input, aggregation: Aggregation { kind, descending: node.descending } }
        }
        (K::Allocate, [input]) => NodeKind::Allocate { input: *input, name: node.what },
        (K::Components, [input]) => NodeKind::Components { input: *input },
        (K::Sink, [input]) => NodeKind::Sink { input: *input, head: HeadId(node.position) },
        _ => return Err(DecodeError::Unusable("node")),
    };
    Ok(Node { name: node.name, kind })
}

fn step(step: message::Step) -> Decoded<Step> {
    use message::StepKind as K;
    let of = step.scalar.clone().map(scalar).transpose()?;
    Ok(match (step.kind(), of) {
        (K::Push, Some(of)) => Step::Push(of),
        (K::Filter, Some(of)) => Step::Filter(of),
        (K::Require, Some(of)) => Step::Require(of),
        (K::Unnest, Some(of)) => Step::Unnest { value: of, width: step.width },
        (K::Project, None) => Step::Project(step.columns),
        _ => return Err(DecodeError::Unusable("step")),
    })
}

fn head(head: message::Head) -> Decoded<Head> {
    use message::HeadKind as K;
    let kind = head.kind();
    let mut names = head.output_columns;
    let kind = match kind {
        K::Flow => HeadKind::Flow,
        K::ClassMember => HeadKind::ClassMember,
        K::Row => HeadKind::Row { output: head.output, columns: names },
        K::Member => {
            let column = names.pop().ok_or(DecodeError::Unusable("head"))?;
            HeadKind::Member { output: head.output, column }
        }
        K::Warning => HeadKind::Warning,
        K::Unknown => return Err(DecodeError::Unusable("head")),
    };
    let columns = head.columns.into_iter().map(scalar).collect::<Decoded<_>>()?;
    Ok(Head { name: head.name, source: head.source, kind, columns })
}

fn scalar(of: message::Scalar) -> Decoded<Scalar> {
    use message::ScalarKind as K;
    let unusable = DecodeError::Unusable("scalar");
    let (kind, position) = (of.kind(), of.position);
    let parts = of.parts.into_iter().map(scalar).collect::<Decoded<Vec<Scalar>>>()?;
    let values = of.values.into_iter().map(value).collect::<Decoded<Vec<Value>>>()?;
    Ok(match kind {
        K::Undefined => Scalar::Undefined,
        K::Column => Scalar::Column(position),
        K::Constant => Scalar::Constant(values.into_iter().next().ok_or(unusable)?),
        K::Builtin => Scalar::Builtin(builtin_named(&of.name).ok_or(unusable)?, parts),
        K::Host => Scalar::Host(position, parts),
        K::Tuple => Scalar::Tuple(parts),
        K::Set => Scalar::Set(parts),
        K::List => Scalar::List(parts),
        K::Text => Scalar::Text(of.pieces.into_iter().map(piece).collect::<Decoded<_>>()?),
        K::Case => case(parts, values)?,
        K::Map => Scalar::Map(map_entries(parts)?),
        _ => fixed(kind, position, &of.name, parts)?,
    })
}

/// The forms with a fixed number of parts.
fn fixed(kind: message::ScalarKind, position: u32, name: &str, parts: Vec<Scalar>) -> Decoded<Scalar> {
    use message::ScalarKind as K;
    let unusable = DecodeError::Unusable("scalar");
    let mut parts = parts.into_iter().map(Box::new);
    let scalar = match (kind, parts.next(), parts.next(), parts.next()) {
        (K::Not, Some(a), None, None) => Scalar::Not(a),
        (K::Negate, Some(a), None, None) => Scalar::Negate(a),
        (K::Try, Some(a), None, None) => Scalar::Try(a),
        (K::Unwrap, Some(a), None, None) => Scalar::Unwrap(a),
        (K::Field, Some(a), None, None) => Scalar::Field(a, position),
        (K::Bind, Some(value), Some(body), None) => Scalar::Bind { value, slot: position, body },
        (K::Binary, Some(a), Some(b), None) => Scalar::Binary(operator_named(name).ok_or(unusable)?, a, b),
        (K::Coalesce, Some(a), Some(b), None) => Scalar::Coalesce(a, b),
        (K::MapIndex, Some(a), Some(b), None) => Scalar::MapIndex(a, b),
        (K::ListIndex, Some(a), Some(b), None) => Scalar::ListIndex(a, b),
        (K::If, Some(a), Some(b), Some(c)) => Scalar::If(a, b, c),
        _ => return Err(unusable),
    };
    if parts.next().is_some() { Err(DecodeError::Unusable("scalar")) } else { Ok(scalar) }
}

fn case(parts: Vec<Scalar>, constants: Vec<Value>) -> Decoded<Scalar> {
    let unusable = || DecodeError::Unusable("case");
    if parts.len() != constants.len() + 2 {
        return Err(unusable());
    }
    let mut parts = parts.into_iter();
    let value = parts.next().ok_or_else(unusable)?;
    let mut arms = Vec::new();
    for (constants, result) in constants.into_iter().zip(&mut parts) {
        match constants {
            Value::List(constants) => arms.push((constants.to_vec(), result)),
            _ => return Err(unusable()),
        }
    }
    let otherwise = parts.next().ok_or_else(unusable)?;
    Ok(Scalar::Case(Box::new(value), arms, Box::new(otherwise)))
}

/// Keys and values in turn as pairs.
fn map_entries<T>(parts: Vec<T>) -> Decoded<Vec<(T, T)>> {
    let mut entries = Vec::new();
    let mut parts = parts.into_iter();
    while let Some(key) = parts.next() {
        entries.push((key, parts.next().ok_or(DecodeError::Unusable("map"))?));
    }
    Ok(entries)
}

fn piece(piece: message::Piece) -> Decoded<TextPiece> {
    let render = piece.render().collect::<Vec<_>>();
    match piece.hole {
        Some(hole) => Ok(TextPiece::Hole(scalar(hole)?, render_of(&render)?)),
        None => Ok(TextPiece::Text(piece.text)),
    }
}

fn render_of(chain: &[message::Render]) -> Decoded<Render> {
    use message::Render as R;
    Ok(match chain {
        [R::Bare] => Render::Bare,
        [R::Quoted] => Render::Quoted,
        [R::Bit] => Render::Bit,
        [R::StageNumber] => Render::StageNumber,
        [R::StageName] => Render::StageName,
        [R::Braces, inner @ ..] => Render::Braces(Box::new(render_of(inner)?)),
        [R::Optional, inner @ ..] => Render::Optional(Box::new(render_of(inner)?)),
        _ => return Err(DecodeError::Unusable("hole")),
    })
}

fn value(of: message::Value) -> Decoded<Value> {
    use message::ValueKind as K;
    let kind = of.kind();
    let parts = of.parts.into_iter().map(value).collect::<Decoded<Vec<Value>>>()?;
    Ok(match kind {
        K::None => Value::None,
        K::Bool => Value::Bool(of.number != 0),
        K::Int => Value::Int(of.number),
        K::Uuid => {
            let bytes: [u8; 16] = of.uuid.try_into().map_err(|_| DecodeError::Unusable("UUID"))?;
            Value::Uuid(u128::from_be_bytes(bytes))
        }
        K::String => Value::String(of.text.into()),
        K::Tuple => Value::Tuple(parts.into()),
        K::List => Value::List(parts.into()),
        K::Set => Value::Set(Arc::new(parts.into_iter().collect())),
        K::Map => Value::Map(Arc::new(map_entries(parts)?.into_iter().collect())),
        K::Unknown => return Err(DecodeError::Unusable("value")),
    })
}
