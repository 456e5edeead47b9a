//! Plan and dataflow behind the same face as the reference evaluator.

use std::collections::{BTreeMap, BTreeSet};

use weft_dataflow::{AllocationMemory, Direct, Driver, Encoder, Heads, InputChange, SharedInterner, Timely};
use weft_lang::program::Program;
use weft_plan::plan::{HeadId, HeadKind, InputTable, Plan};
use weft_reference::{EmitFact, FlowRow, MemberFact, RowEdit, Snapshot, TableName, Warning};
use weft_value::{HostRegistry, Row, Value};

use crate::facts::Facts;

/// A program that runs incrementally, with the database that it was given so far.
pub struct Incremental {
    plan: Plan,
    driver: Box<dyn Driver>,
    encoder: Encoder,
    heads: Heads,
    snapshot: Snapshot,
    /// Rows of the heads with the number of their derivations.
    rows: BTreeMap<(HeadId, Row), i64>,
    transactions: usize,
}

impl Incremental {
    /// The program over an empty database.
    ///
    /// # Errors
    /// Why the driver refuses the plan.
    pub fn new(program: &Program, hosts: &HostRegistry) -> Result<Self, String> {
        let plan = weft_plan::plan(program);
        let interner = SharedInterner::new();
        let driver = Direct::new(&plan, hosts, interner.clone(), &AllocationMemory::new());
        let driver = driver.map_err(|error| error.to_string())?;
        Self::over(plan, Box::new(driver), hosts, interner)
    }

    /// As `new`, on so many workers of the timely driver.
    ///
    /// # Errors
    /// As `new`, and when the workers cannot be started.
    pub fn on_workers(program: &Program, hosts: &HostRegistry, workers: usize) -> Result<Self, String> {
        let plan = weft_plan::plan(program);
        let interner = SharedInterner::new();
        let driver = Timely::new(&plan, hosts, interner.clone(), &AllocationMemory::new(), workers);
        let driver = driver.map_err(|error| error.to_string())?;
        Self::over(plan, Box::new(driver), hosts, interner)
    }

    fn over(
        plan: Plan,
        driver: Box<dyn Driver>,
        hosts: &HostRegistry,
        interner: SharedInterner,
    ) -> Result<Self, String> {
        let heads = Heads::new(&plan, hosts, interner.clone()).map_err(|error| error.to_string())?;
        let encoder = Encoder::new(&plan, interner);
        let snapshot = Snapshot::default();
        Ok(Self { plan, driver, encoder, heads, snapshot, rows: BTreeMap::new(), transactions: 0 })
    }

    /// Applies a transaction. Every column that the plan reads must be given in each row.
    ///
    /// # Errors
    /// A row without a column that the plan reads, a fact that is derived less than no times, and what
    /// the driver says is wrong inside it.
    pub fn transact(&mut self, edits: &[RowEdit]) -> Result<(), String> {
        let mut changes = Vec::new();
        for edit in edits {
            if let Some(before) = self.snapshot.row(&edit.table, edit.uuid).cloned() {
                changes.extend(self.change(edit, &before, -1)?);
            }
            if let Some(after) = &edit.row {
                changes.extend(self.change(edit, after, 1)?);
            }
            self.snapshot.apply(edit);
        }
        for change in self.driver.transact(changes) {
            *self.rows.entry((change.head, change.row)).or_default() += change.diff;
        }
        // Now and then, so that rows stand in batches as well as among the recent ones.
        self.transactions += 1;
        if self.transactions.is_multiple_of(3) {
            self.driver.compact();
        }
        self.rows.retain(|_, count| *count != 0);
        if let Some((head, count)) = self.rows.iter().find(|(_, count)| **count < 0) {
            return Err(format!("{count} derivations of {head:?}"));
        }
        let warnings = self.driver.take_warnings();
        if warnings.is_empty() { Ok(()) } else { Err(warnings.join("\n")) }
    }

    fn change(
        &self,
        edit: &RowEdit,
        row: &weft_reference::Row,
        diff: i64,
    ) -> Result<Vec<InputChange>, String> {
        let is_read =
            |table: &InputTable| table.database == edit.table.database && table.table == edit.table.table;
        let mut changes = Vec::new();
        for (table, shape) in (0u32..).zip(&self.plan.tables).filter(|(_, table)| is_read(table)) {
            let columns: Option<Vec<Value>> =
                shape.columns.iter().map(|name| row.get(name).cloned()).collect();
            let columns =
                columns.ok_or_else(|| format!("{} lacks one of {:?}", edit.table, shape.columns))?;
            let encoded = self.encoder.changes(table, edit.uuid, &columns, diff);
            changes.extend(encoded.ok_or_else(|| format!("{} is not read so", edit.table))?);
        }
        Ok(changes)
    }

    /// The number of rows that the driver's indexes hold.
    #[must_use]
    pub fn arranged_rows(&mut self) -> usize {
        self.driver.arranged_rows().iter().sum()
    }

    /// The plan as text, for messages.
    #[must_use]
    pub fn plan_text(&self) -> String {
        self.plan.to_text()
    }

    /// The facts as they are now.
    ///
    /// # Errors
    /// A head whose columns are not what its kind says.
    pub fn facts(&mut self) -> Result<Facts, String> {
        let mut facts = Facts::default();
        let mut classes: BTreeMap<Value, BTreeSet<Value>> = BTreeMap::new();
        let rows: Vec<(HeadId, Row)> = self.rows.keys().cloned().collect();
        for (head, row) in rows {
            let width = self.heads.width(head);
            let columns: Option<Vec<Value>> =
                (0..width).map(|column| self.heads.column_value(head, column, &row)).collect();
            // A row with a column that has no value is left out.
            let Some(columns) = columns else { continue };
            if self.add(head, &columns, &mut facts, &mut classes).is_none() {
                return Err(format!("{:?} with columns {columns:?}", self.plan.heads[head.0 as usize]));
            }
        }
        classes.retain(|set, _| facts.flows.iter().any(|flow| flow.datapaths == *set));
        facts.class_members = classes;
        Ok(facts)
    }

    fn add(
        &self,
        head: HeadId,
        columns: &[Value],
        facts: &mut Facts,
        classes: &mut BTreeMap<Value, BTreeSet<Value>>,
    ) -> Option<()> {
        let head = &self.plan.heads[head.0 as usize];
        match &head.kind {
            HeadKind::Flow => {
                facts.flows.insert(self.flow(columns, &head.source)?);
            }
            HeadKind::ClassMember => {
                let [set, member] = columns else { return None };
                classes.entry(set.clone()).or_default().insert(member.clone());
            }
            HeadKind::Row { output, columns: names } => {
                let (table, key, rest) = self.keyed(*output, columns)?;
                let columns = names.iter().cloned().zip(rest.iter().cloned()).collect();
                facts.emits.insert(EmitFact { table, key, columns });
            }
            HeadKind::Member { output, column } => {
                let (table, key, rest) = self.keyed(*output, columns)?;
                let [value] = rest else { return None };
                facts.members.insert(MemberFact { table, key, column: column.clone(), value: value.clone() });
            }
            HeadKind::Warning => {
                let [text] = columns else { return None };
                facts.warnings.insert(Warning { text: text_of(text)?, source: head.source.clone() });
            }
        }
        Some(())
    }

    fn flow(&self, columns: &[Value], source: &str) -> Option<FlowRow> {
        let [stage, priority, matches, actions, meter, datapaths, hint, description, port, tags] = columns
        else {
            return None;
        };
        let (Value::Int(stage), Value::Int(priority), Value::Map(tags)) = (stage, priority, tags) else {
            return None;
        };
        let tags: Option<BTreeMap<String, String>> =
            tags.iter().map(|(key, value)| Some((text_of(key)?, text_of(value)?))).collect();
        Some(FlowRow {
            stage: self.plan.stages.get(usize::try_from(*stage).ok()?)?.name.clone(),
            priority: *priority,
            matches: text_of(matches)?,
            actions: text_of(actions)?,
            meter: text_of(meter),
            datapaths: datapaths.clone(),
            hint: text_of(hint),
            description: text_of(description),
            port: text_of(port),
            tags: tags?,
            source: source.to_owned(),
        })
    }

    /// An output's table, the values of its key columns, and the rest.
    fn keyed<'c>(&self, output: u32, columns: &'c [Value]) -> Option<(TableName, Vec<Value>, &'c [Value])> {
        let output = self.plan.outputs.get(output as usize)?;
        let (key, rest) = columns.split_at_checked(output.key.len())?;
        Some((TableName::new(&output.database, &output.table), key.to_vec(), rest))
    }
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.to_string()),
        _ => None,
    }
}
