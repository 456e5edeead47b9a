use weft_ovsdb_schema::{Json, Kind, OvsdbError};

use super::operation::{Execution, Failure, Members, count_result, present};
use crate::condition::Condition;

/// RFC 7047 section 5.2.3 (ovsdb-server's `ovsdb_execute_update`).
pub(super) fn update(
    execution: &mut Execution<'_, '_>,
    members: &mut Members<'_, '_, '_>,
    operation: &Json<'_>,
) -> Result<String, Failure> {
    let table = execution.table(members);
    let condition = members.required("where", &[Kind::Array]);
    let row = members.required("row", &[Kind::Object]);
    members.first_error()?;
    let table = present(table)?;
    let info = execution.overlay.info(table);
    let written = execution.read_row(table, present(row)?)?;
    let immutable = |&(column, _): &(usize, _)| !info.columns[column].mutable;
    if let Some((column, _)) = written.iter().find(|column| immutable(column)) {
        let (name, table) = (&info.columns[*column].name, info.name());
        let details = format!("Cannot update immutable column {name} in table {table}.");
        return Err(OvsdbError::constraint(details).about(operation).into());
    }
    let condition = Condition::read(info, present(condition)?, Some(&mut execution.symbols))?;
    let rows = execution.overlay.find(table, &condition);
    let access = execution.access(table);
    if !rows.iter().all(|row| access.may_modify(row, written.iter().map(|(column, _)| *column)))
        || !access.may_try()
    {
        return Err(execution.prohibited("modification of", table).into());
    }
    for row in &rows {
        if written.iter().any(|(column, value)| row.get(*column) != value) {
            let mut values = row.values().to_vec();
            for (column, value) in &written {
                values[*column] = value.clone();
            }
            execution.overlay.modify(table, row, values);
        }
    }
    Ok(count_result(rows.len()))
}
