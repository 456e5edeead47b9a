//! The reference evaluator on the same rows.

use std::collections::BTreeMap;

use weft_dataflow::AllocationMemory;
use weft_lang::program::Program;
use weft_reference::{AllocState, Allocation, Evaluation, RowEdit, Snapshot, TableName, evaluate};
use weft_value::HostRegistry;

use crate::columns::rule_value;
use crate::schemas::Schemas;
use crate::session::InputEdit;

/// A snapshot that follows edits.
#[derive(Debug, Default)]
pub(crate) struct Oracle {
    snapshot: Snapshot,
}

impl Oracle {
    /// Takes edits in.
    pub(crate) fn apply<'e>(&mut self, schemas: &Schemas, edits: impl IntoIterator<Item = &'e InputEdit>) {
        for InputEdit { database, edit } in edits {
            let Some(table) = schemas.get(database).and_then(|schema| schema.table(&edit.table)) else {
                continue;
            };
            let row = edit.new.as_ref().map(|row| {
                let columns = row.iter().filter_map(|(name, stored)| {
                    let column = table.column(name)?;
                    Some((name.to_string(), rule_value(stored, &column.column_type)))
                });
                columns.collect::<BTreeMap<_, _>>()
            });
            let table = TableName::new(database, &edit.table);
            self.snapshot.apply(&RowEdit { table, uuid: edit.uuid.as_u128(), row });
        }
    }

    /// What the rules make of the rows. `previous` are the ids given before.
    ///
    /// # Errors
    /// The program is not well typed: a defect of the checker.
    pub(crate) fn evaluate(
        &self,
        program: &Program,
        hosts: &HostRegistry,
        previous: &AllocState,
    ) -> anyhow::Result<Evaluation> {
        evaluate(program, &self.snapshot, hosts, previous).map_err(|faults| {
            let messages: Vec<String> = faults.into_iter().map(|fault| fault.message).collect();
            anyhow::anyhow!("the reference evaluator cannot run the rules: {}", messages.join("; "))
        })
    }
}

/// The ids that the engine has given, as the reference evaluator takes them.
pub(crate) fn alloc_state(memory: &AllocationMemory) -> AllocState {
    let ids = memory.iter().map(|(name, ids)| {
        let ids = ids
            .iter()
            .map(|((scope, holder), id)| (holder.clone(), Allocation { scope: scope.clone(), id: *id }));
        (name.clone(), ids.collect())
    });
    ids.collect()
}
