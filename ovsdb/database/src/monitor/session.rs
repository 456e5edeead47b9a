use std::sync::Arc;

use bytes::Bytes;
use indexmap::IndexMap;
use uuid::Uuid;
use weft_ovsdb_schema::{Json, OvsdbError, parse_uuid};

use super::changes::TableChanges;
use super::request::{read_new_conditions, read_requests};
use super::table_monitor::{Format, TableMonitor};
use super::text::SharedText;
use crate::commit::Commit;
use crate::database::Database;

/// Which method began a monitor, and with it which notification tells its updates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MonitorVersion {
    /// `monitor`, told by `update` (RFC 7047 sections 4.1.5 and 4.1.6).
    Plain,
    /// `monitor_cond`, told by `update2` (ovsdb-server(7) sections 4.1.12 and 4.1.14).
    Conditional,
    /// `monitor_cond_since`, told by `update3` (ovsdb-server(7) sections 4.1.15 and 4.1.16).
    Since,
}

/// The monitors of one session, on any of a server's databases.
///
/// The server calls [`SessionMonitors::note`] with every commit, and [`SessionMonitors::take_updates`] when the
/// session can be sent something; until then commits are only remembered, and become one update.
#[derive(Debug, Default)]
pub struct SessionMonitors {
    /// By id, as JSON text.
    monitors: IndexMap<String, Monitor>,
}

#[derive(Debug)]
struct Monitor {
    database: Arc<str>,
    version: MonitorVersion,
    tables: Vec<Arc<TableMonitor>>,
    /// Commits that the client was not told of.
    pending: Vec<Arc<Commit>>,
}

impl SessionMonitors {
    /// A session without monitors.
    pub fn new() -> Self {
        Self::default()
    }

    /// Begins a monitor. The parameters are the JSON text of the request's array.
    /// Returns the `result` of the response.
    ///
    /// # Errors
    /// The `error` of the response: the request is malformed, or the id is taken.
    pub fn monitor(
        &mut self,
        database: &Database,
        version: MonitorVersion,
        params: &str,
    ) -> Result<SharedText, OvsdbError> {
        let params = parse(params)?;
        let (id, requests, last_id) = match (version, params.as_array()) {
            (MonitorVersion::Plain, Some([_, id, requests, ..]))
            | (MonitorVersion::Conditional, Some([_, id, requests])) => (id, requests, None),
            (MonitorVersion::Since, Some([_, id, requests, last_id])) => (id, requests, Some(last_id)),
            _ => return Err(OvsdbError::syntax(&params, "invalid parameters")),
        };
        if requests.as_object().is_none() {
            return Err(OvsdbError::syntax(requests, "monitor-requests must be object"));
        }
        let key = id.to_string();
        if self.monitors.contains_key(&key) {
            return Err(OvsdbError::syntax(id, "duplicate monitor ID"));
        }
        let format = if version == MonitorVersion::Plain { Format::Whole } else { Format::Difference };
        let tables = read_requests(database, format, requests)?;
        let known: Option<Vec<_>> = match last_id.map(read_last_id).transpose()? {
            Some(last_id) => database.commits_after(last_id).map(|commits| commits.cloned().collect()),
            None => None,
        };
        let monitor = Monitor { database: database.name().into(), version, tables, pending: Vec::new() };
        let contents = match &known {
            Some(commits) => monitor.updates(database, commits).unwrap_or_else(|| joined(None::<SharedText>)),
            None => joined(monitor.tables.iter().filter_map(|table| table.initial(database))),
        };
        self.monitors.insert(key, monitor);
        if version != MonitorVersion::Since {
            return Ok(contents);
        }
        let mut result = SharedText::default();
        result.push(format!("[{},\"{}\",", known.is_some(), database.last_id()));
        result.append(contents);
        result.push(Bytes::from_static(b"]"));
        Ok(result)
    }

    /// The name of the database that `monitor_cond_change` is about.
    ///
    /// # Errors
    /// The `error` of the response: the parameters are malformed, or there is no such monitor.
    pub fn database_of_change(&self, params: &str) -> Result<&str, OvsdbError> {
        let params = parse(params)?;
        let Some([id, _, _]) = params.as_array() else {
            return Err(OvsdbError::syntax(&params, "invalid parameters"));
        };
        let monitor = self.monitors.get(&id.to_string());
        monitor
            .map(|monitor| &*monitor.database)
            .ok_or_else(|| OvsdbError::syntax(id, "unknown monitor session"))
    }

    /// Changes the conditions of a monitor (`monitor_cond_change`, ovsdb-server(7) section 4.1.13).
    /// Returns the notifications to be sent before the response, whose `result` is an empty object.
    ///
    /// # Errors
    /// The `error` of the response; no condition is changed.
    pub fn change_conditions(
        &mut self,
        database: &Database,
        params: &str,
    ) -> Result<Vec<SharedText>, OvsdbError> {
        let params = parse(params)?;
        let Some([id, new_id, requests]) = params.as_array() else {
            return Err(OvsdbError::syntax(&params, "invalid parameters"));
        };
        let (key, new_key) = (id.to_string(), new_id.to_string());
        let unknown = || OvsdbError::syntax(id, "unknown monitor session");
        let position = self.monitors.get_index_of(&key).ok_or_else(unknown)?;
        if key != new_key && self.monitors.contains_key(&new_key) {
            return Err(OvsdbError::syntax(new_id, "duplicate monitor ID"));
        }
        let monitor = &mut self.monitors[position];
        let tables = read_new_conditions(database, &monitor.tables, requests)?;
        let mut notifications: Vec<_> = monitor.take_update(&key, database).into_iter().collect();
        let changes = monitor.tables.iter().zip(&tables).filter(|(old, new)| !Arc::ptr_eq(old, new));
        let updates: Vec<Bytes> =
            changes.filter_map(|(old, new)| old.compose_condition_change(database, new)).collect();
        if !updates.is_empty() {
            notifications.push(monitor.notification(&new_key, database, joined(updates)));
        }
        monitor.tables = tables;
        if key != new_key
            && let Some(monitor) = self.monitors.swap_remove(&key)
        {
            self.monitors.insert(new_key, monitor);
        }
        Ok(notifications)
    }

    /// Ends a monitor (RFC 7047 section 4.1.7).
    ///
    /// # Errors
    /// The `error` of the response, a string.
    pub fn cancel(&mut self, params: &str) -> Result<(), &'static str> {
        let params = parse(params).map_err(|_| "invalid parameters")?;
        let Some([id]) = params.as_array() else { return Err("invalid parameters") };
        self.monitors.swap_remove(&id.to_string()).map(|_| ()).ok_or("unknown monitor")
    }

    /// Ends the monitors of a database that goes away; returns their ids as JSON text.
    pub fn cancel_database(&mut self, name: &str) -> Vec<String> {
        let is_of = |monitor: &Monitor| &*monitor.database == name;
        let ids =
            self.monitors.iter().filter(|(_, monitor)| is_of(monitor)).map(|(id, _)| id.clone()).collect();
        self.monitors.retain(|_, monitor| !is_of(monitor));
        ids
    }

    /// How many monitors there are.
    pub fn len(&self) -> usize {
        self.monitors.len()
    }

    /// Whether there is no monitor.
    pub fn is_empty(&self) -> bool {
        self.monitors.is_empty()
    }

    /// Remembers a commit for the monitors that it may concern.
    pub fn note(&mut self, commit: &Arc<Commit>) {
        for monitor in self.monitors.values_mut() {
            let concerns = |table: &Arc<TableMonitor>| !commit.changes(table.table).is_empty();
            if *monitor.database == *commit.catalog.schema.name && monitor.tables.iter().any(concerns) {
                monitor.pending.push(Arc::clone(commit));
            }
        }
    }

    /// How many commits the client was not told of.
    pub fn pending_commits(&self) -> usize {
        self.monitors.values().map(|monitor| monitor.pending.len()).sum()
    }

    /// The notifications of all commits on a database so far, as whole JSON-RPC messages.
    pub fn take_updates(&mut self, database: &Database) -> Vec<SharedText> {
        let of_database =
            self.monitors.iter_mut().filter(|(_, monitor)| *monitor.database == *database.name());
        of_database.filter_map(|(id, monitor)| monitor.take_update(id, database)).collect()
    }
}

impl Monitor {
    fn take_update(&mut self, id: &str, database: &Database) -> Option<SharedText> {
        let commits = std::mem::take(&mut self.pending);
        let updates = self.updates(database, &commits)?;
        Some(self.notification(id, database, updates))
    }

    /// The `<table-updates>` of commits; `None` if they change nothing that is monitored.
    fn updates(&self, database: &Database, commits: &[Arc<Commit>]) -> Option<SharedText> {
        if commits.is_empty() {
            return None;
        }
        let changes = TableChanges::new(commits);
        let updates = self.tables.iter().filter_map(|table| table.update(database, &changes));
        let mut updates = updates.peekable();
        updates.peek()?;
        Some(joined(updates))
    }

    fn notification(&self, id: &str, database: &Database, updates: SharedText) -> SharedText {
        let method = match self.version {
            MonitorVersion::Plain => "update",
            MonitorVersion::Conditional => "update2",
            MonitorVersion::Since => "update3",
        };
        let mut head = format!("{{\"id\":null,\"method\":\"{method}\",\"params\":[{id},");
        if self.version == MonitorVersion::Since {
            head.push_str(&format!("\"{}\",", database.last_id()));
        }
        let mut message = SharedText::default();
        message.push(head);
        message.append(updates);
        message.push(Bytes::from_static(b"]}"));
        message
    }
}

/// An object of members.
fn joined(members: impl IntoIterator<Item = impl Into<SharedText>>) -> SharedText {
    let mut text = SharedText::default();
    text.push(Bytes::from_static(b"{"));
    for (index, member) in members.into_iter().enumerate() {
        if index > 0 {
            text.push(Bytes::from_static(b","));
        }
        text.append(member.into());
    }
    text.push(Bytes::from_static(b"}"));
    text
}

fn parse(params: &str) -> Result<Json<'_>, OvsdbError> {
    Json::parse(params).map_err(|error| OvsdbError::new("syntax error", error.to_string()))
}

fn read_last_id(json: &Json<'_>) -> Result<Uuid, OvsdbError> {
    let text = json.as_str().ok_or_else(|| OvsdbError::syntax(json, "last-txn-id must be string"))?;
    parse_uuid(text).ok_or_else(|| OvsdbError::syntax(json, "last-txn-id must be UUID format."))
}
