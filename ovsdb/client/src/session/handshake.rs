//! From a connected stream to a running monitor.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde_json::value::RawValue;
use weft_ovsdb_schema::{Uuid, parse_json, write_json_string};

use super::connection::{Connection, Incoming, Lost};
use super::server_status::{ClusterState, ServerStatus};
use crate::monitor::{Available, MonitorSpec, MonitorVersion};
use crate::transport::{Remote, TlsOptions, connect};

/// How long a stream may take to connect.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// What a handshake needs to know.
#[derive(Clone)]
pub(super) struct Plan {
    pub(super) remote: Remote,
    pub(super) tls: Option<TlsOptions>,
    pub(super) probe_interval: Option<Duration>,
    pub(super) spec: Arc<MonitorSpec>,
    pub(super) leader_only: bool,
    pub(super) cluster: ClusterState,
    /// Where to resume, and what was monitored then.
    pub(super) history: Option<History>,
}

/// A point in the server's history that the replica is at.
#[derive(Clone)]
pub(super) struct History {
    pub(super) transaction: Uuid,
    pub(super) available: Available,
}

/// A connection that monitors.
pub(super) struct Established {
    pub(super) connection: Connection,
    /// Messages that arrived meanwhile.
    pub(super) inbox: VecDeque<Incoming>,
    pub(super) status: Option<ServerStatus>,
    pub(super) cluster: ClusterState,
    pub(super) available: Available,
    pub(super) version: MonitorVersion,
    pub(super) reply: MonitorReply,
}

/// The answer to the monitor request.
pub(super) struct MonitorReply {
    /// Whether the updates continue the history that was given, and so are not the whole contents.
    pub(super) continues: bool,
    pub(super) transaction: Option<Uuid>,
    pub(super) updates: Bytes,
}

/// Connects, checks that the server is suitable, and starts the monitor.
pub(super) async fn establish(plan: Plan) -> Result<Established, Lost> {
    let stream = tokio::time::timeout(CONNECT_TIMEOUT, connect(&plan.remote, plan.tls.as_ref()))
        .await
        .map_err(|_| Lost::ConnectTimeout(CONNECT_TIMEOUT))??;
    let mut connection = Connection::new(stream, plan.probe_interval);
    let mut inbox = VecDeque::new();
    let mut cluster = plan.cluster;
    let database = &plan.spec.database;
    let status = ServerStatus::monitor(&mut connection, &mut inbox).await?;
    if let Some(status) = &status {
        status.judge(database, plan.leader_only, &mut cluster)?;
    }
    let available = available(&mut connection, &mut inbox, &plan.spec).await?;
    let since = plan.history.filter(|history| history.available == available);
    let (version, reply) = monitor(&mut connection, &mut inbox, &plan.spec, &available, since).await?;
    Ok(Established { connection, inbox, status, cluster, available, version, reply })
}

/// Asks for the server's schema (RFC 7047 section 4.1.2).
async fn available(
    connection: &mut Connection,
    inbox: &mut VecDeque<Incoming>,
    spec: &MonitorSpec,
) -> Result<Available, Lost> {
    let method = "get_schema";
    let params = |out: &mut String| write_json_string(&spec.database, out);
    let schema = connection.call(inbox, method, params).await?;
    let schema = schema.map_err(|error| Lost::Request { method, error })?;
    Ok(spec.available(&parse_json(as_text(&schema)?)?))
}

/// Starts the best monitor that the server knows.
async fn monitor(
    connection: &mut Connection,
    inbox: &mut VecDeque<Incoming>,
    spec: &MonitorSpec,
    available: &Available,
    since: Option<History>,
) -> Result<(MonitorVersion, MonitorReply), Lost> {
    let since = since.map_or_else(Uuid::nil, |history| history.transaction);
    let mut version = MonitorVersion::Since;
    loop {
        let params = |out: &mut String| {
            // The database's name also names the monitor.
            write_json_string(&spec.database, out);
            out.push(',');
            write_json_string(&spec.database, out);
            out.push(',');
            spec.write_requests(available, version, out);
            if version == MonitorVersion::Since {
                out.push(',');
                write_json_string(&since.to_string(), out);
            }
        };
        match (connection.call(inbox, version.method(), params).await?, version.fallback()) {
            (Ok(result), _) if version == MonitorVersion::Since => {
                return Ok((version, since_reply(&result)?));
            }
            (Ok(updates), _) => {
                return Ok((version, MonitorReply { continues: false, transaction: None, updates }));
            }
            (Err(_), Some(fallback)) => version = fallback,
            (Err(error), None) => return Err(Lost::Request { method: version.method(), error }),
        }
    }
}

/// Takes `[found, last-txn-id, updates]` apart (ovsdb-server(7) section 4.1.15).
fn since_reply(result: &Bytes) -> Result<MonitorReply, Lost> {
    let (continues, transaction, updates): (bool, Uuid, &RawValue) = serde_json::from_slice(result)?;
    let updates = result.slice_ref(updates.get().as_bytes());
    Ok(MonitorReply { continues, transaction: known(transaction), updates })
}

/// Servers without a history give the zero uuid.
pub(super) fn known(transaction: Uuid) -> Option<Uuid> {
    Some(transaction).filter(|transaction| !transaction.is_nil())
}

/// The text of a part of a message.
pub(super) fn as_text(bytes: &Bytes) -> Result<&str, Lost> {
    std::str::from_utf8(bytes)
        .map_err(|error| Lost::Unsuitable(format!("a message that is not UTF-8: {error}")))
}
