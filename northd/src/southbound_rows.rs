//! Rows of Logical_Flow and Logical_DP_Group as the database reports them.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use uuid::Uuid;
use weft_ovsdb::{MonitoredTable, Row, RowChange};
use weft_ovsdb_schema::{AtomMap, Value};
use weft_plan::plan::PlanStage;

use crate::southbound::content::FlowContent;
use crate::southbound::flow_table::{FlowTable, StageIndex};
use crate::southbound::groups::Place;
use crate::southbound::metadata::Metadata;

/// Where the columns of a flow stand in a monitored row.
#[derive(Debug, Clone)]
struct FlowColumns {
    pipeline: usize,
    table: usize,
    priority: usize,
    matches: usize,
    actions: usize,
    meter: usize,
    datapath: usize,
    group: usize,
    external_ids: usize,
    description: usize,
    tags: usize,
}

/// Takes in what the database reports of flows and their groups.
#[derive(Debug)]
pub struct FlowRows {
    columns: FlowColumns,
    stages: FxHashMap<String, StageIndex>,
}

impl FlowRows {
    /// For flows monitored as `table` says; none when a column is not monitored.
    #[must_use]
    pub fn new(table: &MonitoredTable, stages: &[PlanStage]) -> Option<Self> {
        let columns = FlowColumns {
            pipeline: table.position("pipeline")?,
            table: table.position("table_id")?,
            priority: table.position("priority")?,
            matches: table.position("match")?,
            actions: table.position("actions")?,
            meter: table.position("controller_meter")?,
            datapath: table.position("logical_datapath")?,
            group: table.position("logical_dp_group")?,
            external_ids: table.position("external_ids")?,
            description: table.position("flow_desc")?,
            tags: table.position("tags")?,
        };
        let names = stages.iter().enumerate();
        let stages = names.map(|(position, stage)| (stage.name.clone(), position as StageIndex)).collect();
        Some(Self { columns, stages })
    }

    /// A row of Logical_Flow changed.
    pub fn flow_changed(&self, change: &RowChange, flows: &mut FlowTable) {
        let Some(row) = &change.new else {
            flows.row_gone(change.uuid);
            return;
        };
        let (place, metadata) = (self.place(row), self.metadata(row));
        if change.old.is_some() && flows.knows_row(change.uuid) && !self.has_new_content(change) {
            flows.row_modified(change.uuid, place, metadata);
            return;
        }
        flows.row_gone(change.uuid);
        flows.row_seen(change.uuid, self.content(row), place, metadata);
    }

    /// Whether something other than place and metadata changed.
    fn has_new_content(&self, change: &RowChange) -> bool {
        let columns = [
            self.columns.pipeline,
            self.columns.table,
            self.columns.priority,
            self.columns.matches,
            self.columns.actions,
            self.columns.meter,
        ];
        let at =
            |row: &Option<Row>, column: usize| row.as_ref().and_then(|row| row.values().get(column).cloned());
        columns.iter().any(|column| at(&change.old, *column) != at(&change.new, *column))
    }

    fn content<'a>(&self, row: &'a Row) -> Option<(StageIndex, FlowContent<'a>)> {
        let (name, stage) = self
            .ids(row)?
            .get_str("stage-name")
            .and_then(|name| self.stages.get(name).map(|stage| (name, *stage)))?;
        let text = |column: usize| row.values().get(column).and_then(Value::as_str);
        let number = |column: usize| row.values().get(column).and_then(Value::as_integer);
        let content = FlowContent {
            stage: name,
            is_ingress: text(self.columns.pipeline)? == "ingress",
            table: number(self.columns.table)?,
            priority: number(self.columns.priority)?,
            matches: text(self.columns.matches)?,
            actions: text(self.columns.actions)?,
            meter: text(self.columns.meter),
        };
        Some((stage, content))
    }

    fn ids<'a>(&self, row: &'a Row) -> Option<&'a AtomMap> {
        row.values().get(self.columns.external_ids).and_then(Value::as_map)
    }

    fn place(&self, row: &Row) -> Place {
        let uuid = |column: usize| row.values().get(column).and_then(Value::as_uuid);
        match (uuid(self.columns.datapath), uuid(self.columns.group)) {
            (Some(datapath), None) => Place::Datapath(datapath),
            (None, Some(group)) => Place::Group(group),
            _ => Place::Nowhere,
        }
    }

    fn metadata(&self, row: &Row) -> Metadata {
        let id = |key: &str| self.ids(row).and_then(|ids| ids.get_str(key)).map(Arc::from);
        let description = row.values().get(self.columns.description).and_then(Value::as_str);
        let tags = row.values().get(self.columns.tags).and_then(Value::as_map);
        let tags = tags.into_iter().flat_map(AtomMap::iter);
        Metadata {
            source: id("source").unwrap_or_else(|| Arc::from("")),
            hint: id("stage-hint"),
            description: description.map(Arc::from),
            tags: tags
                .filter_map(|(key, value)| Some((Arc::from(key.as_str()?), Arc::from(value.as_str()?))))
                .collect(),
        }
    }
}

/// The version of UUIDs that rules derive (RFC 9562, section 5.5); those of flows' groups are random.
const DERIVED: usize = 5;

/// A row of Logical_DP_Group changed; `column` is where its datapaths stand. Groups whose UUIDs rules
/// derive are theirs, and not for flows.
pub fn group_changed(change: &RowChange, column: usize, flows: &mut FlowTable) {
    if change.uuid.get_version_num() == DERIVED {
        return;
    }
    let members = |row: &Row| -> Vec<Uuid> {
        let datapaths = row.values().get(column).and_then(Value::as_set);
        datapaths
            .into_iter()
            .flat_map(|set| set.iter())
            .filter_map(weft_ovsdb_schema::Atom::as_uuid)
            .collect()
    };
    match &change.new {
        Some(row) => flows.group_row_seen(change.uuid, members(row)),
        None => flows.group_row_gone(change.uuid),
    }
}
