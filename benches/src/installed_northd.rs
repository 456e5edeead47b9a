//! The installed ovn-northd between installed database servers, and what changes cost it.

use std::path::Path;
use std::process::{Child, Command};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use weft_ovsdb_journal::{Log, Magic, OpenMode, OsFiles};
use weft_ovsdb_schema::{DatabaseSchema, northbound, southbound};

use crate::server::{Client, Failure, Server};

/// Longest that a change may take until it is in the Southbound database, in milliseconds.
const PATIENCE_MS: u64 = 1_800_000;

/// A running ovn-northd, killed in the end.
pub struct InstalledNorthd {
    process: Child,
    client: Client,
    /// The last number that was written to `NB_Global.nb_cfg`.
    sequence: u64,
    _servers: [Server; 2],
    _directory: TempDir,
}

impl Drop for InstalledNorthd {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl InstalledNorthd {
    /// Starts it on a Northbound database of these transactions, and waits until it has translated them.
    ///
    /// # Errors
    /// When something does not start, or a transaction is refused.
    pub fn start(prefix: &Path, transactions: &[Vec<Value>]) -> Result<Self, Failure> {
        let directory = tempfile::tempdir()?;
        let serve = |name: &str, schema: &DatabaseSchema| -> Result<Server, Failure> {
            let folder = directory.path().join(name);
            std::fs::create_dir(&folder)?;
            let file = folder.join("db");
            let mut log = Log::open(Arc::new(OsFiles), &file, OpenMode::CreateNew, &[Magic::STANDALONE])?;
            log.append(&weft_ovsdb_schema::to_json(schema).to_string())?;
            log.sync()?;
            Server::start(&prefix.join("bin/ovsdb-server"), &folder, &file)
        };
        let servers = [serve("nb", &northbound()?)?, serve("sb", &southbound()?)?];
        servers[1].connect()?;
        let mut client = servers[0].connect()?;
        for operations in transactions {
            transact(&mut client, operations)?;
        }
        let remote = |name: &str| format!("unix:{}", directory.path().join(name).join("s").display());
        let process = Command::new(prefix.join("bin/ovn-northd"))
            .arg(format!("--ovnnb-db={}", remote("nb")))
            .arg(format!("--ovnsb-db={}", remote("sb")))
            .arg(format!("--unixctl={}", directory.path().join("c").display()))
            .args(["-vconsole:off", "-vsyslog:off"])
            .env("OVN_RUNDIR", directory.path())
            .spawn()?;
        let mut started = Self { process, client, sequence: 0, _servers: servers, _directory: directory };
        started.synchronise(&[])?;
        Ok(started)
    }

    /// What northd's process ran for one Northbound transaction, without what it runs for nothing.
    ///
    /// # Errors
    /// When the database refuses it, or northd is gone.
    pub fn change(&mut self, operations: &[Value]) -> Result<Duration, Failure> {
        let idle = self.busy_for(&[])?;
        Ok(self.busy_for(operations)?.saturating_sub(idle))
    }

    /// A transaction and another one that changes nothing: what northd puts off is in it too.
    fn busy_for(&mut self, operations: &[Value]) -> Result<Duration, Failure> {
        let before = self.busy()?;
        self.synchronise(operations)?;
        self.synchronise(&[])?;
        Ok(self.busy()?.saturating_sub(before))
    }

    /// Commits, and waits until all that was committed is in the Southbound database.
    fn synchronise(&mut self, operations: &[Value]) -> Result<(), Failure> {
        self.sequence += 1;
        let (table, everywhere) = ("NB_Global", json!([]));
        let number = json!({ "op": "update", "table": table, "where": everywhere, "row": { "nb_cfg": self.sequence } });
        transact(&mut self.client, &[operations, &[number]].concat())?;
        let arrival = json!({
            "op": "wait", "table": table, "where": everywhere, "columns": ["sb_cfg"], "until": "==",
            "rows": [{ "sb_cfg": self.sequence }], "timeout": PATIENCE_MS,
        });
        transact(&mut self.client, &[arrival])
    }

    /// How long all threads of the process have run.
    fn busy(&self) -> Result<Duration, Failure> {
        let mut total_ns = 0;
        for thread in std::fs::read_dir(format!("/proc/{}/task", self.process.id()))? {
            let text = std::fs::read_to_string(thread?.path().join("schedstat"))?;
            total_ns += text.split(' ').next().unwrap_or_default().parse::<u64>()?;
        }
        Ok(Duration::from_nanos(total_ns))
    }
}

/// Commits to the Northbound database.
fn transact(client: &mut Client, operations: &[Value]) -> Result<(), Failure> {
    let mut params = vec![json!("OVN_Northbound")];
    params.extend_from_slice(operations);
    let reply: Value = serde_json::from_slice(&client.call("transact", &Value::Array(params))?)?;
    let results = reply["result"].as_array().ok_or_else(|| format!("an answer without results: {reply}"))?;
    match results.iter().find(|result| result["error"].is_string()) {
        Some(refused) => Err(format!("the Northbound database says {refused}").into()),
        None => Ok(()),
    }
}
