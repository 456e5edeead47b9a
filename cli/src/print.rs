//! Flows and rows as people and programs read them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use regex::Regex;
use serde_json::json;
use uuid::Uuid;
use weft_nbctl::Database;
use weft_ovsdb_schema::Value as Stored;
use weft_plan::plan::{Plan, PlanStage};
use weft_reference::{Evaluation, FlowRow};
use weft_value::Value;

use crate::options::Format;

/// Names of the datapaths: switches and routers by UUID.
#[derive(Debug, Default)]
pub(crate) struct Datapaths(BTreeMap<u128, String>);

impl Datapaths {
    /// Those of a Northbound database.
    pub(crate) fn new(database: &Database) -> Self {
        let tables = ["Logical_Switch", "Logical_Router"];
        let rows = tables.iter().flat_map(|table| database.rows(table));
        let name = |row: &weft_nbctl::Row| row.get("name").and_then(Stored::as_str).unwrap_or("").to_owned();
        Self(rows.map(|(uuid, row)| (uuid.as_u128(), name(row))).collect())
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The name of a datapath; its UUID when it has none.
    pub(crate) fn name(&self, datapath: &Value) -> String {
        match datapath {
            Value::Uuid(uuid) => match self.0.get(uuid).filter(|name| !name.is_empty()) {
                Some(name) => name.clone(),
                None => Uuid::from_u128(*uuid).to_string(),
            },
            other => text_of(other),
        }
    }

    fn matches(&self, datapath: &Value, wanted: &str) -> bool {
        self.name(datapath) == wanted
            || matches!(datapath, Value::Uuid(uuid) if Uuid::from_u128(*uuid).to_string() == wanted)
    }
}

/// Which flows are wanted.
#[derive(Debug, Default)]
pub(crate) struct FlowFilter<'f> {
    stage: Option<Regex>,
    datapath: Option<&'f str>,
}

impl<'f> FlowFilter<'f> {
    /// Flows of the stages that a regular expression matches wholly, on the datapath of a name.
    ///
    /// # Errors
    /// There is no such stage or datapath.
    pub(crate) fn new(
        stages: &[PlanStage],
        datapaths: &Datapaths,
        stage: Option<&str>,
        datapath: Option<&'f str>,
    ) -> anyhow::Result<Self> {
        let stage = match stage {
            Some(text) => {
                let regex = Regex::new(&format!("^(?:{text})$"))?;
                if !stages.iter().any(|stage| regex.is_match(&stage.name)) {
                    let near: Vec<&str> = stages.iter().map(|stage| stage.name.as_str()).collect();
                    anyhow::bail!("there is no stage {text}; there are {}", near.join(", "));
                }
                Some(regex)
            }
            None => None,
        };
        if let Some(wanted) = datapath
            && !datapaths.0.keys().any(|uuid| datapaths.matches(&Value::Uuid(*uuid), wanted))
        {
            let names: Vec<&str> = datapaths.0.values().map(String::as_str).collect();
            anyhow::bail!("there is no datapath {wanted}; there are {}", names.join(", "));
        }
        Ok(Self { stage, datapath })
    }
}

/// A flow on one datapath.
#[derive(Debug)]
pub(crate) struct PrintedFlow<'f> {
    datapath_name: String,
    datapath: Value,
    stage: &'f PlanStage,
    flow: &'f FlowRow,
}

/// The flows wanted, each on each of its datapaths: by datapath, pipeline, stage, descending priority and
/// match. Flows that differ only in where they come from are one.
pub(crate) fn select_flows<'f>(
    stages: &'f [PlanStage],
    evaluation: &'f Evaluation,
    datapaths: &Datapaths,
    filter: &FlowFilter<'_>,
) -> Vec<PrintedFlow<'f>> {
    let mut selected = Vec::new();
    for flow in &evaluation.flows {
        let is_wanted = filter.stage.as_ref().is_none_or(|regex| regex.is_match(&flow.stage));
        let Some(stage) = stages.iter().find(|stage| stage.name == flow.stage).filter(|_| is_wanted) else {
            continue;
        };
        for datapath in members(evaluation, &flow.datapaths) {
            if filter.datapath.is_none_or(|wanted| datapaths.matches(datapath, wanted)) {
                let datapath_name = datapaths.name(datapath);
                selected.push(PrintedFlow { datapath_name, datapath: datapath.clone(), stage, flow });
            }
        }
    }
    selected.sort_by(|a, b| order(a).cmp(&order(b)));
    selected.dedup_by(|a, b| order(a) == order(b));
    selected
}

/// The members of a datapath set: those of the class, else the datapath that it names.
pub(crate) fn members<'e>(evaluation: &'e Evaluation, set: &'e Value) -> Vec<&'e Value> {
    match evaluation.class_members.get(set) {
        Some(members) => members.iter().collect(),
        None => vec![set],
    }
}

fn order<'a>(flow: &'a PrintedFlow<'_>) -> impl Ord + use<'a> {
    (
        (&flow.datapath_name, &flow.datapath),
        // Ingress comes before egress.
        (flow.stage.direction != "ingress", flow.stage.number),
        -flow.flow.priority,
        (&flow.flow.matches, &flow.flow.actions, &flow.flow.meter),
    )
}

/// Flows as `ovn-sbctl lflow-list` prints them.
pub(crate) fn flows_as_text(flows: &[PrintedFlow<'_>]) -> String {
    let mut text = String::new();
    let mut heading = String::new();
    for PrintedFlow { datapath_name, datapath, stage, flow } in flows {
        let next =
            format!("Datapath: \"{datapath_name}\" ({})  Pipeline: {}\n", text_of(datapath), stage.direction);
        if next != heading {
            text.push_str(&next);
            heading = next;
        }
        push(
            &mut text,
            format_args!(
                "  table={:<2}({:<19}), priority={:<5}, match=({}), action=({})\n",
                stage.number, stage.name, flow.priority, flow.matches, flow.actions
            ),
        );
    }
    text
}

/// Flows as one JSON object a line.
pub(crate) fn flows_as_json(flows: &[PrintedFlow<'_>]) -> String {
    let line = |printed: &PrintedFlow<'_>| {
        let PrintedFlow { datapath_name, datapath, stage, flow } = printed;
        let object = json!({
            "datapath": datapath_name,
            "datapath_uuid": text_of(datapath),
            "pipeline": stage.direction,
            "table": stage.number,
            "stage": stage.name,
            "priority": flow.priority,
            "match": flow.matches,
            "actions": flow.actions,
            "controller_meter": flow.meter,
            "stage_hint": flow.hint,
            "flow_desc": flow.description,
            "in_out_port": flow.port,
            "source": flow.source,
        });
        format!("{object}\n")
    };
    flows.iter().map(line).collect()
}

/// The rows of an output table, named with or without its database.
///
/// # Errors
/// No rule writes such a table.
pub(crate) fn table_rows(
    plan: &Plan,
    evaluation: &Evaluation,
    datapaths: &Datapaths,
    wanted: &str,
    format: Format,
) -> anyhow::Result<String> {
    let is_wanted = |database: &str, table: &str| {
        table.eq_ignore_ascii_case(wanted) || format!("{database}.{table}").eq_ignore_ascii_case(wanted)
    };
    if !plan.outputs.iter().any(|output| is_wanted(&output.database, &output.table)) {
        let tables: Vec<&str> = plan.outputs.iter().map(|output| output.table.as_str()).collect();
        anyhow::bail!("no rule writes {wanted}; rules write {}", tables.join(", "));
    }
    let tables = evaluation.rows.iter().filter(|(table, _)| is_wanted(&table.database, &table.table));
    let mut text = String::new();
    for row in tables.flat_map(|(_, rows)| rows.values()) {
        match format {
            Format::Json => {
                let columns: serde_json::Map<String, serde_json::Value> =
                    row.iter().map(|(name, value)| (name.clone(), json_of(value))).collect();
                push(&mut text, format_args!("{}\n", serde_json::Value::Object(columns)));
            }
            Format::Text => {
                if !text.is_empty() {
                    text.push('\n');
                }
                for (name, value) in row {
                    push(&mut text, format_args!("{name:<20}: {}\n", named(value, datapaths)));
                }
            }
        }
    }
    Ok(text)
}

/// A value; a reference to a row by the row's key, with datapaths by name.
fn named(value: &Value, datapaths: &Datapaths) -> String {
    match value {
        Value::Tuple(key) if key.len() == 1 => match &key[0] {
            Value::Uuid(_) => datapaths.name(&key[0]),
            other => text_of(other),
        },
        other => text_of(other),
    }
}

/// A value as text.
pub(crate) fn text_of(value: &Value) -> String {
    match value {
        Value::Uuid(uuid) => Uuid::from_u128(*uuid).to_string(),
        other => match json_of(other) {
            serde_json::Value::Null => "[]".to_owned(),
            json => json.to_string(),
        },
    }
}

fn json_of(value: &Value) -> serde_json::Value {
    match value {
        Value::None => serde_json::Value::Null,
        Value::Bool(truth) => json!(truth),
        Value::Int(number) => json!(number),
        Value::Uuid(uuid) => json!(Uuid::from_u128(*uuid).to_string()),
        Value::String(text) => json!(**text),
        Value::Tuple(parts) | Value::List(parts) => parts.iter().map(json_of).collect(),
        Value::Set(members) => members.iter().map(json_of).collect(),
        Value::Map(entries) => {
            let key = |key: &Value| match json_of(key) {
                serde_json::Value::String(text) => text,
                other => other.to_string(),
            };
            let entries = entries.iter().map(|(k, value)| (key(k), json_of(value)));
            serde_json::Value::Object(entries.collect())
        }
    }
}

/// Formats at the end of a string, which cannot fail.
fn push(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    let _infallible = text.write_fmt(arguments);
}
