//! Names of rows that one line of commands creates: `@x`.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::database::RowId;
use crate::error::TransactionError;
use crate::transaction::Transaction;

/// The names used so far, which may be used before their rows are created.
#[derive(Debug, Default)]
pub(crate) struct Symbols(BTreeMap<String, Symbol>);

#[derive(Debug)]
struct Symbol {
    id: RowId,
    is_created: bool,
}

impl Symbols {
    /// The UUID that a name stands for, where a row of a table is expected.
    pub(crate) fn refer(
        &mut self,
        transaction: &mut Transaction<'_>,
        name: &str,
        table: &str,
    ) -> Result<Uuid, String> {
        if !self.0.contains_key(name) {
            let id = transaction.make_uuid(table).map_err(|error| error.to_string())?;
            self.0.insert(name.to_owned(), Symbol { id, is_created: false });
        }
        let symbol = self.0.get(name).ok_or_else(|| format!("{name} is not known"))?;
        if *symbol.id.table != *table {
            return Err(format!("{name} is a row of {} where one of {table} is expected", symbol.id.table));
        }
        Ok(symbol.id.uuid)
    }

    /// The row that a name is given to: `--id=@x create …`.
    pub(crate) fn create(
        &mut self,
        transaction: &mut Transaction<'_>,
        name: &str,
        table: &str,
    ) -> Result<RowId, String> {
        if !name.starts_with('@') {
            return Err(format!("row id {name} does not begin with @"));
        }
        self.refer(transaction, name, table)?;
        let symbol = self.0.get_mut(name).ok_or_else(|| format!("{name} is not known"))?;
        if std::mem::replace(&mut symbol.is_created, true) {
            return Err(format!("{name} names two rows"));
        }
        Ok(symbol.id.clone())
    }

    /// Names a row that is there: `--id=@x get …`.
    pub(crate) fn name(&mut self, name: &str, id: RowId) -> Result<(), String> {
        match self.0.insert(name.to_owned(), Symbol { id, is_created: true }) {
            None => Ok(()),
            Some(_) => Err(format!("{name} was used before")),
        }
    }

    /// The row that a name was given to.
    pub(crate) fn get(&self, name: &str) -> Option<RowId> {
        self.0.get(name).map(|symbol| symbol.id.clone())
    }

    /// Checks that every name used was given to a row.
    pub(crate) fn check(&self) -> Result<(), TransactionError> {
        let missing = self.0.iter().find(|(_, symbol)| !symbol.is_created);
        missing.map_or(Ok(()), |(name, _)| {
            Err(TransactionError::Operation(format!("row {name} is referred to but never created")))
        })
    }
}
