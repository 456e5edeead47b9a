//! The Northbound database of a server, as it is at one moment.

use std::sync::Arc;
use std::time::Duration;

use anyhow::bail;
use weft_nbctl::{Database, RowId, TransactionError};
use weft_ovsdb::{Batch, Event, SessionOptions, TableSelection, start};

/// How long a server may take to answer before the command gives up.
const PATIENCE: Duration = Duration::from_secs(10);

/// Reads the whole database of a server.
///
/// # Errors
/// The remote is malformed, or does not serve the database in time.
pub(crate) fn read(database: &mut Database, remote: &str) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let schema = Arc::clone(database.schema());
    let mut options = SessionOptions::new((*schema).clone(), remote.parse()?);
    // What is read is looked at and not acted upon: any member of a cluster will do.
    options.leader_only = false;
    let columns = |table: &weft_ovsdb_schema::TableSchema| {
        let names: Vec<&str> = table.columns.keys().map(AsRef::as_ref).collect();
        TableSelection::columns(&*table.name, names)
    };
    options.tables = schema.tables.values().map(columns).collect();
    let batch = runtime.block_on(initial(options, remote))?;
    database.edit(|transaction| {
        for change in batch.changes {
            let (Some((name, table)), Some(row)) = (schema.tables.get_index(change.table), change.new) else {
                continue;
            };
            let id = RowId { table: Arc::clone(name), uuid: change.uuid };
            let columns = table.columns.keys().map(AsRef::as_ref).zip(row.values().iter().cloned());
            transaction.insert_at(&id, columns)?;
        }
        Ok::<(), TransactionError>(())
    })?;
    Ok(())
}

async fn initial(options: SessionOptions, remote: &str) -> anyhow::Result<Batch> {
    let (_handle, mut events) = start(options)?;
    let mut reason = String::from("it does not answer");
    let mut attempts_left = remote.split(',').count();
    let wait = async {
        while let Some(event) = events.recv().await {
            match event {
                Event::Initial(batch) => return Some(batch),
                Event::Disconnected { reason: why, .. } => {
                    reason = why;
                    attempts_left = attempts_left.saturating_sub(1);
                    if attempts_left == 0 {
                        return None;
                    }
                }
                _ => {}
            }
        }
        None
    };
    match tokio::time::timeout(PATIENCE, wait).await {
        Ok(Some(batch)) => Ok(batch),
        Ok(None) | Err(_) => bail!("cannot read the Northbound database at {remote}: {reason}"),
    }
}
