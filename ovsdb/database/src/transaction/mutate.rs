use weft_ovsdb_schema::{Json, Kind};

use super::operation::{Execution, Failure, Members, count_result, present};
use crate::condition::Condition;
use crate::mutation::Mutation;

/// RFC 7047 section 5.2.4 (ovsdb-server's `ovsdb_execute_mutate`).
pub(super) fn mutate(
    execution: &mut Execution<'_, '_>,
    members: &mut Members<'_, '_, '_>,
) -> Result<String, Failure> {
    let table = execution.table(members);
    let condition = members.required("where", &[Kind::Array]);
    let mutations = members.required("mutations", &[Kind::Array]);
    members.first_error()?;
    let table = present(table)?;
    let info = execution.overlay.info(table);
    let mutations = present(mutations.and_then(Json::as_array))?;
    let read = |mutation| Mutation::read(info, mutation, &mut execution.symbols);
    let mutations = mutations.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let condition = Condition::read(info, present(condition)?, Some(&mut execution.symbols))?;
    if mutations.is_empty() && condition.is_empty() {
        return Ok(count_result(execution.overlay.count(table)));
    }
    let rows = execution.overlay.find(table, &condition);
    if mutations.is_empty() {
        return Ok(count_result(rows.len()));
    }
    let access = execution.access(table);
    let columns = || mutations.iter().map(|mutation| mutation.column);
    if !access.may_try() || !rows.iter().all(|row| access.may_modify(row, columns())) {
        return Err(execution.prohibited("mutate operation on", table).into());
    }
    for row in &rows {
        let mut values = row.values().to_vec();
        for mutation in &mutations {
            values[mutation.column] = mutation.apply(info, &values[mutation.column])?;
        }
        execution.overlay.modify(table, row, values);
    }
    Ok(count_result(rows.len()))
}
