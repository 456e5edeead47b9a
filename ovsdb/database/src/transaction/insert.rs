use uuid::Uuid;
use weft_ovsdb_schema::{Kind, OvsdbError, parse_uuid};

use super::operation::{Execution, Failure, Members, present, uuid_result};

/// RFC 7047 section 5.2.1, with the member `uuid` of ovsdb-server(7) (ovsdb-server's `ovsdb_execute_insert`).
pub(super) fn insert(
    execution: &mut Execution<'_, '_>,
    members: &mut Members<'_, '_, '_>,
) -> Result<String, Failure> {
    let table = execution.table(members);
    let explicit = members.optional("uuid", &[Kind::String]);
    let name = members.optional("uuid-name", &[Kind::Identifier]);
    let row = members.required("row", &[Kind::Object]);
    members.first_error()?;
    let (table, row) = (present(table)?, present(row)?);
    let info = execution.overlay.info(table);
    let mut uuid = None;
    if let Some(json) = explicit {
        let given = json.as_str().and_then(parse_uuid).ok_or_else(|| OvsdbError::syntax(json, "bad uuid"))?;
        if execution.overlay.knows(table, given) {
            let details = format!(
                "This UUID would duplicate a UUID already present within the \"{}\" table or deleted from this \
                 table within the same transaction.",
                info.name()
            );
            return Err(OvsdbError::new("duplicate uuid", details).about(json).into());
        }
        uuid = Some(given);
    }
    if let Some(json) = name {
        let name = json.as_str().unwrap_or_default();
        let named = execution.symbols.insert(name, uuid);
        uuid = Some(named.ok_or_else(|| {
            let details = "This \"uuid-name\" appeared on an earlier \"insert\" operation.";
            OvsdbError::new("duplicate uuid-name", details).about(json)
        })?);
    }
    let uuid = uuid.unwrap_or_else(Uuid::new_v4);
    let mut values = info.default_values(Uuid::nil());
    for (column, value) in execution.read_row(table, row)? {
        values[column] = value;
    }
    // A single element may be a default, which the schema need not allow; other values were checked when read.
    for column in info.own_columns().filter(|&column| values[column].len() == 1) {
        info.columns[column].column_type.check_elements(&values[column])?;
    }
    let access = execution.access(table);
    if !access.may_insert(&values) {
        return Err(execution.prohibited("row insertion into", table).into());
    }
    values[crate::row::UUID_COLUMN] = uuid.into();
    Ok(uuid_result(execution.overlay.insert(table, values)))
}
