//! What rows that describe remotes are told about them.

use std::time::Instant;

use weft_ovsdb_schema::write_json_string;

use super::manager::Environment;
use super::remote::RemoteState;
use super::rows::RemoteRow;

/// The connection of a remote that the server connects to.
#[derive(Debug)]
pub(super) struct ActiveState {
    pub name: &'static str,
    pub last_error: Option<String>,
    connected_at: Option<Instant>,
    disconnected_at: Option<Instant>,
}

impl Default for ActiveState {
    fn default() -> Self {
        Self { name: "VOID", last_error: None, connected_at: None, disconnected_at: None }
    }
}

impl ActiveState {
    pub(super) fn connected(&mut self, now: Instant) {
        (self.name, self.connected_at, self.last_error) = ("ACTIVE", Some(now), None);
    }

    pub(super) fn disconnected(&mut self, now: Instant, reason: String) {
        (self.disconnected_at, self.last_error) = (Some(now), Some(reason));
    }
}

/// The content of the columns `is_connected` and `status` (ovsdb-server's `update_remote_row`).
#[derive(Debug, Default)]
pub(super) struct RemoteStatus {
    is_connected: bool,
    pairs: Vec<(&'static str, String)>,
}

impl RemoteStatus {
    pub(super) fn of(state: &RemoteState, environment: &Environment) -> Self {
        let sessions = state.sessions.lock().clone();
        let mut pairs = Vec::new();
        let Some(active) = &state.active else {
            // A remote that listens has no moment of connecting.
            pairs.push(("sec_since_connect", "0".to_owned()));
            pairs.push(("sec_since_disconnect", "0".to_owned()));
            if sessions.len() > 1 {
                pairs.push(("n_connections", sessions.len().to_string()));
            }
            pairs.extend(state.port.map(|port| ("bound_port", port.to_string())));
            return Self { is_connected: !sessions.is_empty(), pairs };
        };
        let active = active.lock();
        pairs.push(("state", active.name.to_owned()));
        let seconds = |since: Instant| since.elapsed().as_secs().to_string();
        pairs.extend(active.connected_at.map(|at| ("sec_since_connect", seconds(at))));
        pairs.extend(active.disconnected_at.map(|at| ("sec_since_disconnect", seconds(at))));
        pairs.extend(active.last_error.clone().map(|error| ("last_error", error)));
        if let Some(&session) = sessions.first() {
            let locks = environment.server.locks();
            for (key, names) in
                ["locks_held", "locks_waiting", "locks_lost"].into_iter().zip(locks.of_session(session))
            {
                if !names.is_empty() {
                    pairs.push((key, names.join(" ")));
                }
            }
        }
        Self { is_connected: !sessions.is_empty(), pairs }
    }

    /// The operation that tells a row.
    pub(super) fn update_operation(&self, row: &RemoteRow) -> String {
        let mut columns = Vec::new();
        if row.has_is_connected {
            columns.push(format!("\"is_connected\":{}", self.is_connected));
        }
        if row.has_status {
            let pairs: Vec<String> = self.pairs.iter().map(|(key, value)| pair(key, value)).collect();
            columns.push(format!("\"status\":[\"map\",[{}]]", pairs.join(",")));
        }
        format!(
            "{{\"op\":\"update\",\"table\":\"{}\",\"where\":[[\"_uuid\",\"==\",[\"uuid\",\"{}\"]]],\"row\":{{{}}}}}",
            row.table,
            row.uuid,
            columns.join(",")
        )
    }
}

fn pair(key: &str, value: &str) -> String {
    let mut text = format!("[\"{key}\",");
    write_json_string(value, &mut text);
    text.push(']');
    text
}
