use std::sync::Arc;

use weft_ovsdb_schema::{Json, Kind, ObjectReader, OvsdbError};

use super::selection::Selection;
use super::table_monitor::{Format, MonitoredColumn, TableMonitor};
use crate::catalog::{TableId, TableInfo};
use crate::condition::Condition;
use crate::database::Database;
use crate::row::VERSION_COLUMN;

/// Reads `<monitor-requests>`: what is monitored of each table (ovsdb-server's `ovsdb_jsonrpc_monitor_create`).
pub(super) fn read_requests(
    database: &Database,
    format: Format,
    json: &Json<'_>,
) -> Result<Vec<Arc<TableMonitor>>, OvsdbError> {
    let requests = json.as_object();
    let requests = requests.ok_or_else(|| OvsdbError::syntax(json, "monitor-requests must be object"))?;
    let mut monitors = Vec::new();
    for (name, request) in requests.iter() {
        let table = find_table(database, name)?;
        let mut monitor = TableMonitor::new(table, format);
        let info = &database.catalog().tables[table];
        for request in request.as_array().unwrap_or(std::slice::from_ref(request)) {
            read_request(&mut monitor, info, request)?;
        }
        monitor.columns.sort_unstable_by_key(|column| column.column);
        monitors.push(database.registry().intern(monitor));
    }
    Ok(monitors)
}

fn find_table(database: &Database, name: &str) -> Result<TableId, OvsdbError> {
    let no_table = || OvsdbError::new("syntax error", format!("no table named {name}"));
    database.catalog().table(name).ok_or_else(no_table)
}

/// Reads one `<monitor-request>`.
fn read_request(monitor: &mut TableMonitor, info: &TableInfo, json: &Json<'_>) -> Result<(), OvsdbError> {
    let subject = format!("table {}", info.name());
    let mut reader = ObjectReader::new(json, &subject);
    let condition = match monitor.format {
        Format::Whole => None,
        Format::Difference => reader.optional("where", &[Kind::Array]),
    };
    let columns = reader.optional("columns", &[Kind::Array]);
    let select = reader.optional("select", &[Kind::Object]);
    reader.finish()?;
    let selection = select.map_or(Ok(Selection::all()), |select| read_selection(info, select))?;
    monitor.selection |= selection;
    match columns {
        Some(json) => read_columns(monitor, info, json, selection)?,
        None => {
            for column in std::iter::once(VERSION_COLUMN).chain(info.own_columns()) {
                add_column(monitor, info, column, selection, None)?;
            }
        }
    }
    monitor.condition = match condition {
        Some(condition) => Condition::read(info, condition, None)?,
        None => Condition::default(),
    };
    Ok(())
}

fn read_selection(info: &TableInfo, json: &Json<'_>) -> Result<Selection, OvsdbError> {
    let subject = format!("table {} select", info.name());
    let mut reader = ObjectReader::new(json, &subject);
    let mut selection = Selection::default();
    for (name, kind) in [
        ("initial", Selection::INITIAL),
        ("insert", Selection::INSERT),
        ("delete", Selection::DELETE),
        ("modify", Selection::MODIFY),
    ] {
        let selected = reader.optional(name, &[Kind::Boolean]).and_then(Json::as_boolean);
        if selected.unwrap_or(true) {
            selection |= kind;
        }
    }
    reader.finish()?;
    Ok(selection)
}

fn read_columns(
    monitor: &mut TableMonitor,
    info: &TableInfo,
    json: &Json<'_>,
    selection: Selection,
) -> Result<(), OvsdbError> {
    for element in json.as_array().unwrap_or_default() {
        let name = element.as_str();
        let name = name.ok_or_else(|| OvsdbError::syntax(json, "array of column names expected"))?;
        let invalid = || OvsdbError::syntax(json, format!("{name} is not a valid column name"));
        add_column(monitor, info, info.column(name).ok_or_else(invalid)?, selection, Some(json))?;
    }
    Ok(())
}

fn add_column(
    monitor: &mut TableMonitor,
    info: &TableInfo,
    column: usize,
    selection: Selection,
    json: Option<&Json<'_>>,
) -> Result<(), OvsdbError> {
    if monitor.columns.iter().any(|known| known.column == column) {
        let details = format!("column {} mentioned more than once", info.columns[column].name);
        let error = OvsdbError::new("syntax error", details);
        return Err(match json {
            Some(json) => error.about(json),
            None => error,
        });
    }
    monitor.columns.push(MonitoredColumn { column, selection });
    Ok(())
}

/// Reads the requests of `monitor_cond_change`: the monitors of all tables with their new conditions
/// (ovsdb-server's `ovsdb_jsonrpc_monitor_cond_change`).
pub(super) fn read_new_conditions(
    database: &Database,
    monitors: &[Arc<TableMonitor>],
    json: &Json<'_>,
) -> Result<Vec<Arc<TableMonitor>>, OvsdbError> {
    let plain = |details: String| OvsdbError::new("syntax error", details);
    let requests = json.as_object();
    let requests = requests.ok_or_else(|| plain("monitor-cond-change-requests must be object".to_owned()))?;
    let mut changed = monitors.to_vec();
    for (name, requests) in requests.iter() {
        let table = find_table(database, name)?;
        let monitor = changed.iter_mut().find(|monitor| monitor.table == table);
        let monitor = monitor.ok_or_else(|| plain(format!("no table named {name} in monitor session")))?;
        let info = &database.catalog().tables[table];
        let requests = requests.as_array();
        let requests =
            requests.ok_or_else(|| plain(format!("table {name} no monitor-cond-change JSON array")))?;
        for request in requests {
            let condition = read_new_condition(info, request)?;
            // A monitor without conditions has none that could change.
            if monitor.format == Format::Difference {
                *monitor = database.registry().intern(monitor.with_condition(condition));
            }
        }
    }
    Ok(changed)
}

fn read_new_condition(info: &TableInfo, json: &Json<'_>) -> Result<Condition, OvsdbError> {
    let subject = format!("table {}", info.name());
    let mut reader = ObjectReader::new(json, &subject);
    let columns = reader.optional("columns", &[Kind::Array]);
    let condition = reader.optional("where", &[Kind::Array]);
    reader.finish()?;
    if columns.is_some() {
        return Err(OvsdbError::syntax(json, "changing columns is unsupported"));
    }
    condition.map_or(Ok(Condition::default()), |condition| Condition::read(info, condition, None))
}
