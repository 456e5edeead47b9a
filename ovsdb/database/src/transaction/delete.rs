use weft_ovsdb_schema::Kind;

use super::operation::{Execution, Failure, Members, count_result, present};
use crate::condition::Condition;

/// RFC 7047 section 5.2.5 (ovsdb-server's `ovsdb_execute_delete`).
pub(super) fn delete(
    execution: &mut Execution<'_, '_>,
    members: &mut Members<'_, '_, '_>,
) -> Result<String, Failure> {
    let condition = members.required("where", &[Kind::Array]);
    let table = execution.table(members);
    members.first_error()?;
    let table = present(table)?;
    let info = execution.overlay.info(table);
    let condition = Condition::read(info, present(condition)?, Some(&mut execution.symbols))?;
    let rows = execution.overlay.find(table, &condition);
    let access = execution.access(table);
    if !access.may_try() || !rows.iter().all(|row| access.may_delete(row)) {
        return Err(execution.prohibited("row deletion from", table).into());
    }
    for row in &rows {
        execution.overlay.delete(table, row);
    }
    Ok(count_result(rows.len()))
}
