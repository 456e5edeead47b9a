//! What a server says about itself in its `_Server` database (ovsdb-server(5)).

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;
use weft_ovsdb_schema::{Uuid, parse_text};

use super::connection::{Connection, Incoming, Lost};
use super::handshake::as_text;
use crate::monitor::{MonitorSpec, MonitorVersion, Replica, Row, TableSelection};

/// The database's name, which also names its monitor.
pub(super) const SERVER_DATABASE: &str = "_Server";

const SCHEMA: &str = "
database _Server 1.2.0
table Database
  name       string
  model      string {standalone, clustered, relay}
  connected  boolean
  leader     boolean
  cid        optional uuid
  index      optional integer
";

// Positions of the columns above.
const NAME: usize = 0;
const MODEL: usize = 1;
const CONNECTED: usize = 2;
const LEADER: usize = 3;
const CID: usize = 4;
const INDEX: usize = 5;

/// What is remembered of a cluster from one connection to the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct ClusterState {
    id: Option<Uuid>,
    /// The greatest log index seen. A server that is behind it would show the past.
    index: i64,
}

/// A monitor of the `_Server` database.
pub(super) struct ServerStatus {
    replica: Replica,
}

impl ServerStatus {
    /// Starts the monitor; `None` if the server has no such database, as before Open vSwitch 2.9.
    pub(super) async fn monitor(
        connection: &mut Connection,
        inbox: &mut VecDeque<Incoming>,
    ) -> Result<Option<Self>, Lost> {
        let schema = parse_text(SCHEMA)?;
        let spec = MonitorSpec::new(&schema, &[TableSelection::all("Database")])
            .map_err(|error| Lost::Unsuitable(error.to_string()))?;
        let mut replica = Replica::new(Arc::new(spec));
        let version = MonitorVersion::Conditional;
        let params = |out: &mut String| {
            let spec = replica.spec();
            out.push_str("\"_Server\",\"_Server\",");
            spec.write_requests(&spec.available(&schema), version, out);
        };
        let Ok(contents) = connection.call(inbox, version.method(), params).await? else { return Ok(None) };
        replica.replace(as_text(&contents)?, version)?;
        // Without this a server drops every connection when the role of any of its databases changes
        // (ovsdb-server(7) section 4.1.18); we watch for ourselves.
        connection.request("set_db_change_aware", |out| out.push_str("true"));
        Ok(Some(Self { replica }))
    }

    /// Follows an `update2` notification.
    pub(super) fn apply(&mut self, updates: &Bytes) -> Result<(), Lost> {
        self.replica.apply(as_text(updates)?, MonitorVersion::Conditional)?;
        Ok(())
    }

    /// Whether the server is good enough, and how current it is; the reason if it is not.
    pub(super) fn judge(
        &self,
        database: &str,
        leader_only: bool,
        cluster: &mut ClusterState,
    ) -> Result<(), Lost> {
        let unsuitable = |reason: String| Err(Lost::Unsuitable(reason));
        let rows = self.replica.contents().rows(0);
        let Some(row) = rows.map(|(_, row)| row).find(|row| row[NAME].as_str() == Some(database)) else {
            return unsuitable(format!("the server has no database {database}"));
        };
        if row[MODEL].as_str() == Some("standalone") {
            return Ok(());
        }
        if row[CONNECTED].as_boolean() != Some(true) {
            return unsuitable("the server is disconnected from its cluster".to_owned());
        }
        if leader_only && row[LEADER].as_boolean() != Some(true) {
            return unsuitable("the server is not the cluster's leader".to_owned());
        }
        match advance(row, cluster) {
            Some((index, seen)) => {
                unsuitable(format!("the server is behind: at index {index}, but {seen} was seen"))
            }
            None => Ok(()),
        }
    }
}

/// Moves the cluster's state on, unless the server is behind it: then gives its index and the one seen.
fn advance(row: &Row, cluster: &mut ClusterState) -> Option<(i64, i64)> {
    let (id, index) = (row[CID].as_uuid(), row[INDEX].as_integer()?);
    // A cluster that was made anew counts anew.
    if cluster.id != id {
        *cluster = ClusterState { id, index: 0 };
    }
    if index < cluster.index {
        return Some((index, cluster.index));
    }
    cluster.index = index;
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(row: &str) -> ServerStatus {
        let schema = parse_text(SCHEMA).unwrap();
        let spec = MonitorSpec::new(&schema, &[TableSelection::all("Database")]).unwrap();
        let mut replica = Replica::new(Arc::new(spec));
        let json = format!(r#"{{"Database":{{"{}":{{"initial":{row}}}}}}}"#, Uuid::nil());
        replica.replace(&json, MonitorVersion::Conditional).unwrap();
        ServerStatus { replica }
    }

    fn judge(row: &str, leader_only: bool, cluster: &mut ClusterState) -> String {
        status(row)
            .judge("D", leader_only, cluster)
            .map_or_else(|lost| lost.to_string(), |()| "good".to_owned())
    }

    const LEADING: &str = r#"{"name":"D","model":"clustered","connected":true,"leader":true"#;

    #[test]
    fn servers_are_judged_by_role() {
        let mut cluster = ClusterState::default();
        let follower = r#"{"name":"D","model":"clustered","connected":true}"#;
        assert_eq!(judge(r#"{"name":"D","model":"standalone"}"#, true, &mut cluster), "good");
        assert_eq!(judge(follower, false, &mut cluster), "good");
        assert_eq!(judge(follower, true, &mut cluster), "the server is not the cluster's leader");
        assert_eq!(
            judge(r#"{"name":"D","model":"relay"}"#, false, &mut cluster),
            "the server is disconnected from its cluster"
        );
        assert_eq!(judge(r#"{"name":"E"}"#, true, &mut cluster), "the server has no database D");
    }

    #[test]
    fn the_index_of_a_cluster_never_goes_back() {
        let mut cluster = ClusterState::default();
        let at = |cid: u128, index: i64| {
            format!(r#"{LEADING},"cid":["uuid","{}"],"index":{index}}}"#, Uuid::from_u128(cid))
        };
        assert_eq!(judge(&at(1, 7), true, &mut cluster), "good");
        assert_eq!(judge(&at(1, 6), true, &mut cluster), "the server is behind: at index 6, but 7 was seen");
        assert_eq!(judge(&at(1, 7), true, &mut cluster), "good");
        assert_eq!(judge(&at(2, 3), true, &mut cluster), "good");
    }
}
