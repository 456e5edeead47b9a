use rustc_hash::FxHashSet;
use uuid::Uuid;
use weft_ovsdb_schema::{Json, Kind, OvsdbError, Value};

use super::operation::{Execution, Failure, Members, present, read_columns};
use crate::catalog::TableId;
use crate::condition::Condition;

/// RFC 7047 section 5.2.6 (ovsdb-server's `ovsdb_execute_wait`).
pub(super) fn wait(
    execution: &mut Execution<'_, '_>,
    members: &mut Members<'_, '_, '_>,
) -> Result<String, Failure> {
    let timeout = members.optional("timeout", &[Kind::Integer]);
    let condition = members.required("where", &[Kind::Array]);
    let columns = members.optional("columns", &[Kind::Array]);
    let until = members.required("until", &[Kind::String]);
    let rows = members.required("rows", &[Kind::Array]);
    let table = execution.table(members);
    members.first_error()?;
    let (table, until) = (present(table)?, present(until)?);
    let info = execution.overlay.info(table);
    let condition = Condition::read(info, present(condition)?, Some(&mut execution.symbols))?;
    let columns = read_columns(info, columns)?;
    let timeout_ms = timeout.map(read_timeout).transpose()?;
    if let Some(timeout_ms) = timeout_ms {
        execution.timeout_ms = Some(execution.timeout_ms.map_or(timeout_ms, |known| known.min(timeout_ms)));
    }
    let until_equal = match until.as_str() {
        Some("==") => true,
        Some("!=") => false,
        _ => return Err(OvsdbError::syntax(until, "\"until\" must be \"==\" or \"!=\"").into()),
    };
    let expected = expected_rows(execution, table, present(rows.and_then(Json::as_array))?, &columns)?;
    let found = execution.overlay.find(table, &condition);
    let project = |row: &crate::row::Row| columns.iter().map(|&column| row.get(column).clone()).collect();
    let actual: FxHashSet<Vec<Value>> = found.iter().map(project).collect();
    if (actual == expected) == until_equal {
        return Ok("{}".to_owned());
    }
    let elapsed_ms = execution.context.elapsed_ms;
    if timeout_ms.is_none_or(|timeout_ms| elapsed_ms < timeout_ms) {
        return Err(Failure::Wait);
    }
    let details = match elapsed_ms {
        0 => "\"where\" clause test failed".to_owned(),
        elapsed_ms => format!("\"wait\" timed out after {elapsed_ms} ms"),
    };
    Err(OvsdbError::new("timed out", details).into())
}

fn read_timeout(json: &Json<'_>) -> Result<u64, OvsdbError> {
    let timeout = json.as_integer().and_then(|timeout| u64::try_from(timeout).ok());
    timeout.ok_or_else(|| OvsdbError::syntax(json, "timeout must be nonnegative"))
}

fn expected_rows(
    execution: &mut Execution<'_, '_>,
    table: TableId,
    rows: &[Json<'_>],
    columns: &[usize],
) -> Result<FxHashSet<Vec<Value>>, OvsdbError> {
    let info = execution.overlay.info(table);
    let mut expected = FxHashSet::default();
    for row in rows {
        let mut values = info.default_values(Uuid::nil());
        for (column, value) in execution.read_row(table, row)? {
            values[column] = value;
        }
        expected.insert(columns.iter().map(|&column| values[column].clone()).collect());
    }
    Ok(expected)
}
