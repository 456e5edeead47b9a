//! Plans to messages.

use prost::Message;
use weft_value::Value;

use crate::plan::{Head, HeadKind, Node, NodeKind, OutputTable, Plan, Step};
use crate::scalar::{Render, Scalar, TextPiece};

use super::message::{self, VERSION};
use super::names::{aggregation_name, builtin_name, operator_name, rows_name, side_name};

impl Plan {
    /// The plan as bytes, for [`Plan::decode`]. Equal plans are equal bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let table = |table: &crate::plan::InputTable| message::Table {
            database: table.database.clone(),
            table: table.table.clone(),
            columns: table.columns.clone(),
            rows: rows_name(table.rows),
        };
        let host = |host: &crate::plan::HostSignature| message::Host {
            name: host.name.clone(),
            signature: host.signature.clone(),
        };
        let stage = |stage: &crate::plan::PlanStage| message::Stage {
            name: stage.name.clone(),
            kind: stage.kind.clone(),
            direction: stage.direction.clone(),
            number: stage.number,
        };
        let plan = message::Plan {
            version: VERSION,
            tables: self.tables.iter().map(table).collect(),
            hosts: self.hosts.iter().map(host).collect(),
            stages: self.stages.iter().map(stage).collect(),
            outputs: self.outputs.iter().map(output).collect(),
            nodes: self.nodes.iter().map(node).collect(),
            heads: self.heads.iter().map(head).collect(),
        };
        plan.encode_to_vec()
    }
}

fn output(output: &OutputTable) -> message::Output {
    let with_value = |(column, of): &(String, Value)| message::ColumnValue {
        column: column.clone(),
        value: Some(value(of)),
    };
    let kept = |(column, keys): &(String, Vec<String>)| message::KeptKeys {
        column: column.clone(),
        keys: keys.clone(),
    };
    message::Output {
        database: output.database.clone(),
        table: output.table.clone(),
        key: output.key.clone(),
        write: output.write.clone(),
        init: output.init.iter().map(with_value).collect(),
        keep: output.keep.iter().map(kept).collect(),
        owns: output.owns.as_ref().map(|(column, values)| message::OwnedRows {
            column: column.clone(),
            values: values.iter().map(value).collect(),
        }),
    }
}

fn node(node: &Node) -> message::Node {
    use message::NodeKind as K;
    let mut made = message::Node {
        name: node.name.clone(),
        inputs: node.kind.inputs().iter().map(|input| input.0).collect(),
        ..message::Node::default()
    };
    let kind = match &node.kind {
        NodeKind::Unit => K::Unit,
        NodeKind::Input { table } => {
            made.position = *table;
            K::Input
        }
        NodeKind::Map { steps: of, .. } => {
            made.steps = steps(of);
            K::Map
        }
        NodeKind::Union { .. } => K::Union,
        NodeKind::Arrange { key, value, .. } => {
            (made.key, made.value) = (key.clone(), value.clone());
            K::Arrange
        }
        NodeKind::Distinct { .. } => K::Distinct,
        NodeKind::Join { inputs, steps: of } => {
            made.steps = steps(of);
            made.sides = inputs.iter().map(|input| side_name(input.side)).collect();
            K::Join
        }
        NodeKind::Reduce { aggregation, .. } => {
            made.what = aggregation_name(aggregation.kind);
            made.descending.clone_from(&aggregation.descending);
            K::Reduce
        }
        NodeKind::Allocate { name, .. } => {
            made.what.clone_from(name);
            K::Allocate
        }
        NodeKind::Components { .. } => K::Components,
        NodeKind::Sink { head, .. } => {
            made.position = head.0;
            K::Sink
        }
    };
    made.set_kind(kind);
    made
}

fn steps(steps: &[Step]) -> Vec<message::Step> {
    use message::StepKind as K;
    let step = |step: &Step| {
        let with = |kind: K, of: &Scalar, width: u32| message::Step {
            kind: kind.into(),
            scalar: Some(scalar(of)),
            width,
            columns: Vec::new(),
        };
        match step {
            Step::Push(value) => with(K::Push, value, 0),
            Step::Filter(value) => with(K::Filter, value, 0),
            Step::Require(value) => with(K::Require, value, 0),
            Step::Unnest { value, width } => with(K::Unnest, value, *width),
            Step::Project(columns) => {
                message::Step { kind: K::Project.into(), scalar: None, width: 0, columns: columns.clone() }
            }
        }
    };
    steps.iter().map(step).collect()
}

fn head(head: &Head) -> message::Head {
    use message::HeadKind as K;
    let (kind, output, output_columns) = match &head.kind {
        HeadKind::Flow => (K::Flow, 0, Vec::new()),
        HeadKind::ClassMember => (K::ClassMember, 0, Vec::new()),
        HeadKind::Row { output, columns } => (K::Row, *output, columns.clone()),
        HeadKind::Member { output, column } => (K::Member, *output, vec![column.clone()]),
        HeadKind::Warning => (K::Warning, 0, Vec::new()),
    };
    message::Head {
        name: head.name.clone(),
        source: head.source.clone(),
        kind: kind.into(),
        output,
        output_columns,
        columns: head.columns.iter().map(scalar).collect(),
    }
}

fn scalar(of: &Scalar) -> message::Scalar {
    use message::ScalarKind as K;
    let mut parts = Vec::new();
    of.for_each_child(&mut |child| parts.push(scalar(child)));
    let mut made = message::Scalar { parts, ..message::Scalar::default() };
    let kind = match of {
        Scalar::Constant(constant) => {
            made.values.push(value(constant));
            K::Constant
        }
        Scalar::Undefined => K::Undefined,
        Scalar::Column(column) => {
            made.position = *column;
            K::Column
        }
        Scalar::Bind { slot, .. } => {
            made.position = *slot;
            K::Bind
        }
        Scalar::Builtin(builtin, _) => {
            made.name = builtin_name(*builtin);
            K::Builtin
        }
        Scalar::Host(host, _) => {
            made.position = *host;
            K::Host
        }
        Scalar::Binary(operator, ..) => {
            made.name = operator_name(*operator);
            K::Binary
        }
        Scalar::Field(_, position) => {
            made.position = *position;
            K::Field
        }
        Scalar::Case(_, arms, _) => {
            made.values =
                arms.iter().map(|(constants, _)| value(&Value::List(constants.as_slice().into()))).collect();
            K::Case
        }
        Scalar::Text(pieces) => {
            made.parts.clear();
            made.pieces = pieces.iter().map(piece).collect();
            K::Text
        }
        Scalar::Not(_) => K::Not,
        Scalar::Negate(_) => K::Negate,
        Scalar::Coalesce(..) => K::Coalesce,
        Scalar::Try(_) => K::Try,
        Scalar::Unwrap(_) => K::Unwrap,
        Scalar::If(..) => K::If,
        Scalar::MapIndex(..) => K::MapIndex,
        Scalar::ListIndex(..) => K::ListIndex,
        Scalar::Tuple(_) => K::Tuple,
        Scalar::Set(_) => K::Set,
        Scalar::List(_) => K::List,
        Scalar::Map(_) => K::Map,
    };
    made.set_kind(kind);
    made
}

fn piece(piece: &TextPiece) -> message::Piece {
    match piece {
        TextPiece::Text(text) => message::Piece { text: text.clone(), hole: None, render: Vec::new() },
        TextPiece::Hole(hole, render) => {
            let mut chain = Vec::new();
            push_render(&mut chain, render);
            message::Piece { text: String::new(), hole: Some(scalar(hole)), render: chain }
        }
    }
}

fn push_render(chain: &mut Vec<i32>, render: &Render) {
    use message::Render as R;
    let (outermost, inner) = match render {
        Render::Bare => (R::Bare, None),
        Render::Quoted => (R::Quoted, None),
        Render::Bit => (R::Bit, None),
        Render::StageNumber => (R::StageNumber, None),
        Render::StageName => (R::StageName, None),
        Render::Braces(inner) => (R::Braces, Some(inner)),
        Render::Optional(inner) => (R::Optional, Some(inner)),
    };
    chain.push(outermost.into());
    if let Some(inner) = inner {
        push_render(chain, inner);
    }
}

fn value(of: &Value) -> message::Value {
    use message::ValueKind as K;
    let mut made = message::Value::default();
    let kind = match of {
        Value::None => K::None,
        Value::Bool(b) => {
            made.number = i64::from(*b);
            K::Bool
        }
        Value::Int(i) => {
            made.number = *i;
            K::Int
        }
        Value::Uuid(uuid) => {
            made.uuid = uuid.to_be_bytes().to_vec();
            K::Uuid
        }
        Value::String(text) => {
            made.text = text.to_string();
            K::String
        }
        Value::Tuple(parts) => {
            made.parts = parts.iter().map(value).collect();
            K::Tuple
        }
        Value::List(parts) => {
            made.parts = parts.iter().map(value).collect();
            K::List
        }
        Value::Set(members) => {
            made.parts = members.iter().map(value).collect();
            K::Set
        }
        Value::Map(entries) => {
            made.parts = entries.iter().flat_map(|(key, entry)| [value(key), value(entry)]).collect();
            K::Map
        }
    };
    made.set_kind(kind);
    made
}
