use rustc_hash::FxHashSet;
use weft_ovsdb_schema::{Kind, Value, write_json_string};

use super::operation::{Execution, Failure, Members, present, read_columns};
use crate::catalog::TableInfo;
use crate::condition::Condition;
use crate::order::compare_values;
use crate::row::{Row, UUID_COLUMN};

/// RFC 7047 section 5.2.2, with ovsdb-server's member `sort` (`ovsdb_execute_select`).
pub(super) fn select(
    execution: &mut Execution<'_, '_>,
    members: &mut Members<'_, '_, '_>,
) -> Result<String, Failure> {
    let table = execution.table(members);
    let condition = members.required("where", &[Kind::Array]);
    let columns = members.optional("columns", &[Kind::Array]);
    let sort = members.optional("sort", &[Kind::Array]);
    members.first_error()?;
    let table = present(table)?;
    let info = execution.overlay.info(table);
    let condition = Condition::read(info, present(condition)?, Some(&mut execution.symbols))?;
    let columns = read_columns(info, columns)?;
    let sort = read_columns(info, sort)?;
    let mut rows = execution.overlay.find(table, &condition);
    if !columns.contains(&UUID_COLUMN) {
        rows = distinct(rows, &columns);
    }
    rows.sort_by(|a, b| {
        sort.iter()
            .map(|&column| compare_values(a.get(column), b.get(column)))
            .find(|order| order.is_ne())
            .unwrap_or(std::cmp::Ordering::Equal)
    });
    let mut out = String::from("{\"rows\":[");
    for (index, row) in rows.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write_row(info, row, &columns, &mut out);
    }
    out.push_str("]}");
    Ok(out)
}

fn distinct(rows: Vec<Row>, columns: &[usize]) -> Vec<Row> {
    let mut seen: FxHashSet<Vec<Value>> = FxHashSet::default();
    let is_new = |row: &Row| seen.insert(columns.iter().map(|&column| row.get(column).clone()).collect());
    let mut is_new = is_new;
    rows.into_iter().filter(|row| is_new(row)).collect()
}

fn write_row(info: &TableInfo, row: &Row, columns: &[usize], out: &mut String) {
    out.push('{');
    for (index, &column) in columns.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write_json_string(&info.columns[column].name, out);
        out.push(':');
        row.get(column).write_json(out);
    }
    out.push('}');
}
