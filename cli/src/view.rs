//! What the Southbound database should hold, added up from the changes of heads' rows.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use weft_dataflow::{HeadChange, Heads};
use weft_plan::plan::{Head, HeadId, HeadKind, OutputTable, Plan};
use weft_reference::{EmitFact, Evaluation, FlowRow, MemberFact, Row, TableName, Warning};
use weft_value::{Row as EngineRow, Value};

use crate::columns::rule_value;
use crate::schemas::Schemas;

/// How often each thing is derived.
type Counts<T> = BTreeMap<T, i64>;

/// The flows, rows and warnings that the changes so far add up to.
///
/// It is a plain fold: the form of its content, [`Evaluation`], is that of the reference evaluator, so
/// that both can be compared.
#[derive(Debug, Default)]
pub(crate) struct SouthboundView {
    flows: Counts<FlowRow>,
    class_members: Counts<(Value, Value)>,
    emits: Counts<EmitFact>,
    members: Counts<MemberFact>,
    warnings: Counts<Warning>,
}

/// A head's row that the fold understands.
enum Fact {
    Flow(FlowRow),
    ClassMember((Value, Value)),
    Emit(EmitFact),
    Member(MemberFact),
    Warning(Warning),
}

impl SouthboundView {
    /// Takes changes in. Rows with a column that has no value are left out.
    pub(crate) fn apply(&mut self, plan: &Plan, heads: &mut Heads, changes: &[HeadChange]) {
        for change in changes {
            let Some(head) = plan.heads.get(change.head.0 as usize) else { continue };
            match fact(plan, head, change.head, heads, &change.row) {
                Some(Fact::Flow(flow)) => add(&mut self.flows, flow, change.diff),
                Some(Fact::ClassMember(pair)) => add(&mut self.class_members, pair, change.diff),
                Some(Fact::Emit(emit)) => add(&mut self.emits, emit, change.diff),
                Some(Fact::Member(member)) => add(&mut self.members, member, change.diff),
                Some(Fact::Warning(warning)) => add(&mut self.warnings, warning, change.diff),
                None => {}
            }
        }
    }

    /// What is there, in words, that was taken away more often than it was added: a defect.
    #[must_use]
    pub(crate) fn overdrawn(&self) -> Vec<String> {
        let mut found = Vec::new();
        note_overdrawn(&self.flows, &mut found);
        note_overdrawn(&self.class_members, &mut found);
        note_overdrawn(&self.emits, &mut found);
        note_overdrawn(&self.members, &mut found);
        note_overdrawn(&self.warnings, &mut found);
        found
    }

    /// The content.
    #[must_use]
    pub(crate) fn evaluation(&self, plan: &Plan, schemas: &Schemas) -> Evaluation {
        let mut class_members: BTreeMap<Value, BTreeSet<Value>> = BTreeMap::new();
        for flow in there(&self.flows).filter(|flow| is_class(&flow.datapaths)) {
            class_members.entry(flow.datapaths.clone()).or_default();
        }
        for (class, member) in there(&self.class_members) {
            class_members.entry(class.clone()).or_default().insert(member.clone());
        }
        let mut evaluation = Evaluation {
            flows: there(&self.flows).cloned().collect(),
            class_members,
            emits: there(&self.emits).cloned().collect(),
            members: there(&self.members).cloned().collect(),
            warnings: there(&self.warnings).cloned().collect(),
            ..Evaluation::default()
        };
        put_rows_together(&mut evaluation, plan, schemas);
        evaluation
    }
}

fn add<T: Ord>(counts: &mut Counts<T>, fact: T, diff: i64) {
    match counts.entry(fact) {
        Entry::Vacant(vacant) => {
            vacant.insert(diff);
        }
        Entry::Occupied(mut count) => {
            *count.get_mut() += diff;
            if *count.get() == 0 {
                count.remove();
            }
        }
    }
}

fn there<T>(counts: &Counts<T>) -> impl Iterator<Item = &T> {
    counts.iter().filter(|(_, count)| **count > 0).map(|(fact, _)| fact)
}

/// Whether a datapath set is a class, which may have no members: a tuple that begins with its name.
/// Datapaths themselves are rows.
fn is_class(datapaths: &Value) -> bool {
    let Value::Tuple(parts) = datapaths else { return false };
    matches!(parts.first(), Some(Value::String(_)))
}

fn note_overdrawn<T: std::fmt::Debug>(counts: &Counts<T>, found: &mut Vec<String>) {
    found.extend(
        counts.iter().filter(|(_, count)| **count < 0).map(|(fact, count)| format!("{count}: {fact:?}")),
    );
}

fn fact(plan: &Plan, head: &Head, id: HeadId, heads: &mut Heads, row: &EngineRow) -> Option<Fact> {
    let is_flow = matches!(head.kind, HeadKind::Flow);
    let mut values = Vec::with_capacity(heads.width(id));
    for column in 0..heads.width(id) {
        // Texts of flows are rendered, not evaluated.
        values.push(match column {
            2 | 3 if is_flow => {
                let mut text = String::new();
                heads.render_text(id, column, row, &mut text).then(|| Value::String(text.into()))?
            }
            _ => heads.column_value(id, column, row)?,
        });
    }
    match &head.kind {
        HeadKind::Flow => flow(plan, head, values).map(Fact::Flow),
        HeadKind::ClassMember => {
            let [class, member] = values.try_into().ok()?;
            Some(Fact::ClassMember((class, member)))
        }
        HeadKind::Row { output, columns } => {
            let (output, key, rest) = split_key(plan, *output, values)?;
            let columns = columns.iter().cloned().zip(rest).collect();
            Some(Fact::Emit(EmitFact { table: table_name(output), key, columns }))
        }
        HeadKind::Member { output, column } => {
            let (output, key, rest) = split_key(plan, *output, values)?;
            let value = rest.into_iter().next()?;
            Some(Fact::Member(MemberFact { table: table_name(output), key, column: column.clone(), value }))
        }
        HeadKind::Warning => match values.into_iter().next()? {
            Value::String(text) => {
                Some(Fact::Warning(Warning { text: text.to_string(), source: head.source.clone() }))
            }
            _ => None,
        },
    }
}

fn table_name(output: &OutputTable) -> TableName {
    TableName::new(&output.database, &output.table)
}

fn split_key(
    plan: &Plan,
    output: u32,
    mut values: Vec<Value>,
) -> Option<(&OutputTable, Vec<Value>, Vec<Value>)> {
    let output = plan.outputs.get(output as usize)?;
    let rest = values.split_off(output.key.len().min(values.len()));
    Some((output, values, rest))
}

/// A flow from the columns of its head (`HeadKind::Flow`).
fn flow(plan: &Plan, head: &Head, values: Vec<Value>) -> Option<FlowRow> {
    let [stage, priority, matches, actions, meter, datapaths, hint, description, port, tags] =
        values.try_into().ok()?;
    let text = |value: Value| match value {
        Value::String(text) => Some(text.to_string()),
        _ => None,
    };
    let number = |value: &Value| match value {
        Value::Int(number) => Some(*number),
        _ => None,
    };
    let tags = match tags {
        Value::Map(tags) => {
            tags.iter().filter_map(|(key, value)| Some((text(key.clone())?, text(value.clone())?))).collect()
        }
        _ => BTreeMap::new(),
    };
    Some(FlowRow {
        stage: plan.stages.get(usize::try_from(number(&stage)?).ok()?)?.name.clone(),
        priority: number(&priority)?,
        matches: text(matches)?,
        actions: text(actions)?,
        meter: text(meter),
        datapaths,
        hint: text(hint),
        description: text(description),
        port: text(port),
        tags,
        source: head.source.clone(),
    })
}

/// Fills in the rows: of several values of a column the least stands, columns without one have the
/// schema's default.
fn put_rows_together(evaluation: &mut Evaluation, plan: &Plan, schemas: &Schemas) {
    let mut given: BTreeMap<(TableName, Vec<Value>), Vec<&EmitFact>> = BTreeMap::new();
    for emit in &evaluation.emits {
        given.entry((emit.table.clone(), emit.key.clone())).or_default().push(emit);
    }
    let mut members: BTreeMap<(TableName, Vec<Value>), Vec<&MemberFact>> = BTreeMap::new();
    for member in &evaluation.members {
        let place = (member.table.clone(), member.key.clone());
        given.entry(place.clone()).or_default();
        members.entry(place).or_default().push(member);
    }
    let mut rows: BTreeMap<TableName, BTreeMap<Vec<Value>, Row>> = BTreeMap::new();
    for (place, emits) in given {
        let Some(output) = plan.outputs.iter().find(|output| table_name(output) == place.0) else { continue };
        let Some(schema) = schemas.get(&output.database) else { continue };
        let mut row: Row = output.key.iter().cloned().zip(place.1.iter().cloned()).collect();
        for name in &output.write {
            let Some(column) = schema.column(&output.table, name) else { continue };
            let least = emits.iter().filter_map(|emit| emit.columns.get(name)).min().cloned();
            let all = members.get(&place).into_iter().flatten();
            let mut more = all.filter(|member| member.column == *name).map(|member| &member.value).peekable();
            let column_type = &column.column_type;
            let whole = least.unwrap_or_else(|| {
                let whole = if more.peek().is_some() {
                    column_type.empty_value()
                } else {
                    column_type.default_value()
                };
                rule_value(&whole, column_type)
            });
            row.insert(name.clone(), with_members(whole, more));
        }
        rows.entry(place.0).or_default().insert(place.1, row);
    }
    evaluation.rows = rows;
}

/// A set or map with more members; of several values of a key the first stands.
fn with_members<'m>(whole: Value, members: impl Iterator<Item = &'m Value>) -> Value {
    match whole {
        Value::Map(entries) => {
            let mut entries = Arc::unwrap_or_clone(entries);
            for member in members {
                if let Value::Tuple(pair) = member
                    && let [key, value] = &**pair
                {
                    entries.entry(key.clone()).or_insert_with(|| value.clone());
                }
            }
            Value::Map(Arc::new(entries))
        }
        Value::Set(all) => {
            let mut all = Arc::unwrap_or_clone(all);
            all.extend(members.cloned());
            Value::Set(Arc::new(all))
        }
        other => other,
    }
}
