//! What the rows of heads mean to the sinks.

use std::sync::Arc;

use uuid::Uuid;
use weft_dataflow::{HeadChange, Heads};
use weft_plan::plan::{Head, HeadId, HeadKind, Plan, PlanStage};
use weft_value::{Row, Value};

use crate::southbound::content::FlowContent;
use crate::southbound::datapath_sets::SetKey;
use crate::southbound::flow_table::{FlowDerivation, Origin, StageIndex};
use crate::southbound::metadata::Metadata;

/// Columns of a flow head, by position (`HeadKind::Flow`).
mod flow_column {
    pub(super) const STAGE: usize = 0;
    pub(super) const PRIORITY: usize = 1;
    pub(super) const MATCH: usize = 2;
    pub(super) const ACTIONS: usize = 3;
    pub(super) const METER: usize = 4;
    pub(super) const DATAPATHS: usize = 5;
    pub(super) const HINT: usize = 6;
    pub(super) const DESCRIPTION: usize = 7;
    pub(super) const PORT: usize = 8;
    pub(super) const TAGS: usize = 9;
}

/// Reads heads' rows, with buffers that are used again.
pub struct HeadReader {
    plan: Arc<Plan>,
    heads: Heads,
    sources: Vec<Arc<str>>,
    matches: String,
    actions: String,
}

/// A row of an output table, or a member of one of its columns.
#[derive(Debug)]
pub struct EmittedRow {
    /// Position of the output.
    pub output: usize,
    /// The key columns.
    pub key: Arc<[Value]>,
    /// The columns after the key.
    pub columns: Vec<Value>,
}

impl HeadReader {
    /// A reader of a plan's heads.
    #[must_use]
    pub fn new(plan: Arc<Plan>, heads: Heads) -> Self {
        let sources = plan.heads.iter().map(|head| Arc::from(head.source.as_str())).collect();
        Self { plan, heads, sources, matches: String::new(), actions: String::new() }
    }

    /// The head of a change.
    #[must_use]
    pub fn head(&self, id: HeadId) -> Option<&Head> {
        self.plan.heads.get(id.0 as usize)
    }

    /// A stage by position.
    #[must_use]
    pub fn stage(&self, stage: StageIndex) -> Option<&PlanStage> {
        self.plan.stages.get(usize::from(stage))
    }

    /// What went wrong inside since the last call.
    pub fn take_warnings(&mut self) -> Vec<String> {
        self.heads.take_warnings()
    }

    /// A row or member head's row; none when a column has no value.
    pub fn row(&mut self, change: &HeadChange) -> Option<EmittedRow> {
        let output = match self.head(change.head)?.kind {
            HeadKind::Row { output, .. } | HeadKind::Member { output, .. } => output as usize,
            _ => return None,
        };
        let key_width = self.plan.outputs.get(output)?.key.len();
        let mut values = Vec::new();
        for column in 0..self.heads.width(change.head) {
            values.push(self.heads.column_value(change.head, column, &change.row)?);
        }
        let columns = values.split_off(key_width.min(values.len()));
        Some(EmittedRow { output, key: values.into(), columns })
    }

    /// A class head's row: the class and its member.
    pub fn class_member(&mut self, change: &HeadChange) -> Option<(SetKey, Uuid)> {
        let class = self.heads.column_value(change.head, 0, &change.row)?;
        let member = self.heads.column_value(change.head, 1, &change.row)?;
        Some((set_key(class), as_uuid(&member)?))
    }

    /// A warning head's text.
    pub fn warning(&mut self, change: &HeadChange) -> Option<Value> {
        self.heads.column_value(change.head, 0, &change.row)
    }

    fn optional_text(&mut self, head: HeadId, column: usize, row: &Row) -> Option<Option<Arc<str>>> {
        match self.heads.column_value(head, column, row)? {
            Value::None => Some(None),
            Value::String(text) => Some(Some(text)),
            _ => None,
        }
    }

    /// Gives a flow head's row to `use_flow`; nothing when a column has no value.
    pub fn flow<R>(
        &mut self,
        head: HeadId,
        row: &Row,
        use_flow: impl FnOnce(FlowDerivation<'_>) -> R,
    ) -> Option<R> {
        let stage = as_int(&self.heads.column_value(head, flow_column::STAGE, row)?)?;
        let stage = StageIndex::try_from(stage).ok()?;
        let priority = as_int(&self.heads.column_value(head, flow_column::PRIORITY, row)?)?;
        let meter = self.optional_text(head, flow_column::METER, row)?;
        let set = set_key(self.heads.column_value(head, flow_column::DATAPATHS, row)?);
        let metadata = self.metadata(head, row)?;
        let (mut matches, mut actions) =
            (std::mem::take(&mut self.matches), std::mem::take(&mut self.actions));
        matches.clear();
        actions.clear();
        let is_rendered = self.heads.render_text(head, flow_column::MATCH, row, &mut matches)
            && self.heads.render_text(head, flow_column::ACTIONS, row, &mut actions);
        let result = match self.stage(stage) {
            Some(PlanStage { name, direction, number, .. }) if is_rendered => {
                let content = FlowContent {
                    stage: name,
                    is_ingress: direction == "ingress",
                    table: i64::from(*number),
                    priority,
                    matches: &matches,
                    actions: &actions,
                    meter: meter.as_deref(),
                };
                let origin = Origin { head, row: row.clone() };
                Some(use_flow(FlowDerivation { stage, content, set, metadata, origin }))
            }
            _ => None,
        };
        (self.matches, self.actions) = (matches, actions);
        result
    }

    fn metadata(&mut self, head: HeadId, row: &Row) -> Option<Metadata> {
        let mut tags = Vec::new();
        if let Some(port) = self.optional_text(head, flow_column::PORT, row)? {
            tags.push((Arc::from("in_out_port"), port));
        }
        if let Value::Map(more) = self.heads.column_value(head, flow_column::TAGS, row)? {
            for (key, value) in more.iter() {
                if let (Value::String(key), Value::String(value)) = (key, value) {
                    tags.push((key.clone(), value.clone()));
                }
            }
        }
        tags.sort_unstable();
        Some(Metadata {
            source: self.sources.get(head.0 as usize)?.clone(),
            hint: self.optional_text(head, flow_column::HINT, row)?,
            description: self.optional_text(head, flow_column::DESCRIPTION, row)?,
            tags,
        })
    }
}

/// A datapath set's value as the sinks know it (`HeadKind::Flow`).
fn set_key(value: Value) -> SetKey {
    match as_uuid(&value) {
        Some(datapath) => SetKey::One(datapath),
        None => SetKey::Class(value),
    }
}

fn as_uuid(value: &Value) -> Option<Uuid> {
    if let Value::Uuid(uuid) = value { Some(Uuid::from_u128(*uuid)) } else { None }
}

fn as_int(value: &Value) -> Option<i64> {
    if let Value::Int(number) = value { Some(*number) } else { None }
}
