//! Rules at work on the dataflow.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use weft_dataflow::{AllocationMemory, Direct, Driver, Encoder, Heads, InputChange, SharedInterner, Timely};
use weft_nbctl::{Row, RowEdit};
use weft_ovsdb_schema::{ColumnType, DatabaseSchema};
use weft_plan::plan::{InputTable, Plan};
use weft_reference::Evaluation;
use weft_value::{HostRegistry, Value};

use crate::columns::rule_value;
use crate::schemas::Schemas;
use crate::view::SouthboundView;

/// A row's change, with the name in the rules of its database.
#[derive(Debug, Clone)]
pub(crate) struct InputEdit {
    /// `nb`
    pub(crate) database: String,
    /// The change.
    pub(crate) edit: RowEdit,
}

/// What the plan reads of a table: the position among its inputs, and the types of the columns.
type Input = (u32, Vec<ColumnType>);

/// A plan at work: edits of rows in, the Southbound content out.
pub(crate) struct Session<'p> {
    plan: &'p Plan,
    schemas: &'p Schemas,
    encoder: Encoder,
    driver: Box<dyn Driver>,
    heads: Heads,
    view: SouthboundView,
    /// By a table's database and name.
    inputs: BTreeMap<(&'p str, &'p str), Vec<Input>>,
}

impl<'p> Session<'p> {
    /// A session that has taken in what the rules say without any input.
    ///
    /// # Errors
    /// The plan cannot be run, or reads what the schemas do not have.
    pub(crate) fn new(plan: &'p Plan, hosts: &HostRegistry, schemas: &'p Schemas) -> anyhow::Result<Self> {
        let interner = SharedInterner::new();
        let driver = Direct::new(plan, hosts, interner.clone(), &AllocationMemory::new())?;
        Self::over(plan, Box::new(driver), hosts, schemas, interner)
    }

    /// As `new`, on several threads.
    ///
    /// # Errors
    /// As `new`, and when the threads cannot be started.
    pub(crate) fn on_workers(
        plan: &'p Plan,
        hosts: &HostRegistry,
        schemas: &'p Schemas,
        workers: usize,
    ) -> anyhow::Result<Self> {
        let interner = SharedInterner::new();
        let driver = Timely::new(plan, hosts, interner.clone(), &AllocationMemory::new(), workers)?;
        Self::over(plan, Box::new(driver), hosts, schemas, interner)
    }

    fn over(
        plan: &'p Plan,
        driver: Box<dyn Driver>,
        hosts: &HostRegistry,
        schemas: &'p Schemas,
        interner: SharedInterner,
    ) -> anyhow::Result<Self> {
        let mut inputs: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (position, table) in plan.tables.iter().enumerate() {
            let types = column_types(schemas, table)?;
            let name = (table.database.as_str(), table.table.as_str());
            inputs.entry(name).or_default().push((position as u32, types));
        }
        let mut session = Self {
            plan,
            schemas,
            encoder: Encoder::new(plan, interner.clone()),
            driver,
            heads: Heads::new(plan, hosts, interner)?,
            view: SouthboundView::default(),
            inputs,
        };
        session.transact([]);
        Ok(session)
    }

    /// Takes edits in as one transaction. Edits of tables and columns that no rule reads change nothing.
    pub(crate) fn transact<'e>(&mut self, edits: impl IntoIterator<Item = &'e InputEdit>) {
        let mut changes = Vec::new();
        for InputEdit { database, edit } in edits {
            let name = (database.as_str(), &*edit.table);
            for (position, types) in self.inputs.get(&name).into_iter().flatten() {
                self.encode(*position, types, edit, &mut changes);
            }
        }
        let outputs = self.driver.transact(changes);
        self.view.apply(self.plan, &mut self.heads, &outputs);
    }

    /// Appends what an edit changes of an input.
    fn encode(&self, input: u32, types: &[ColumnType], edit: &RowEdit, changes: &mut Vec<InputChange>) {
        let Some(table) = self.plan.tables.get(input as usize) else { return };
        let values = |row: &Row| columns_read(table, types, row);
        let (old, new) = (edit.old.as_deref().map(values), edit.new.as_deref().map(values));
        if old == new {
            return;
        }
        for (columns, diff) in [(old, -1), (new, 1)] {
            let encoded =
                columns.and_then(|columns| self.encoder.changes(input, edit.uuid.as_u128(), &columns, diff));
            changes.extend(encoded.into_iter().flatten());
        }
    }

    /// What the Southbound database should hold now.
    #[must_use]
    pub(crate) fn evaluation(&self) -> Evaluation {
        self.view.evaluation(self.plan, self.schemas)
    }

    /// The ids that allocations have given.
    #[must_use]
    pub(crate) fn allocations(&mut self) -> AllocationMemory {
        self.driver.allocations()
    }

    /// Defects of the engine that showed so far, in words.
    pub(crate) fn take_defects(&mut self) -> Vec<String> {
        let mut defects = self.driver.take_warnings();
        defects.extend(self.heads.take_warnings());
        defects.extend(self.view.overdrawn().into_iter().map(|fact| format!("taken away too often, {fact}")));
        defects
    }

    /// How many rows each node of the plan keeps, by the node's name.
    #[must_use]
    pub(crate) fn arranged_rows(&mut self) -> Vec<(&'p str, usize)> {
        let names = self.plan.nodes.iter().map(|node| node.name.as_str());
        names.zip(self.driver.arranged_rows()).collect()
    }
}

fn column_types(schemas: &Schemas, table: &InputTable) -> anyhow::Result<Vec<ColumnType>> {
    let schema: Option<&DatabaseSchema> = schemas.get(&table.database).map(AsRef::as_ref);
    let column = |name: &String| Some(schema?.column(&table.table, name)?.column_type.clone());
    let types: Option<Vec<ColumnType>> = table.columns.iter().map(column).collect();
    types.ok_or_else(|| {
        anyhow::anyhow!("the rules read {}.{}, which the schema does not have", table.database, table.table)
    })
}

fn columns_read(table: &InputTable, types: &[ColumnType], row: &Row) -> Vec<Value> {
    let pairs = table.columns.iter().zip(types);
    let value = |(name, column_type): (&String, &ColumnType)| match row.get(name.as_str()) {
        Some(stored) => rule_value(stored, column_type),
        None => rule_value(&column_type.default_value(), column_type),
    };
    pairs.map(value).collect()
}

/// One edit for each row: what several edits of it come to. Rows are in the order of their first edit.
pub(crate) fn net(edits: &[InputEdit]) -> Vec<InputEdit> {
    let mut positions = BTreeMap::new();
    let mut net: Vec<InputEdit> = Vec::new();
    for input in edits {
        let place = (input.database.as_str(), &*input.edit.table, input.edit.uuid);
        match positions.entry(place) {
            Entry::Vacant(vacant) => {
                vacant.insert(net.len());
                net.push(input.clone());
            }
            Entry::Occupied(position) => {
                if let Some(earlier) = net.get_mut(*position.get()) {
                    earlier.edit.new.clone_from(&input.edit.new);
                }
            }
        }
    }
    net.retain(|input| input.edit.old != input.edit.new);
    net
}
