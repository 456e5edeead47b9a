use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rustls::{ClientConfig, ServerConfig};
use tokio::time::MissedTickBehavior;

use super::configuration::{RemoteOptions, Remotes};
use super::remote::RunningRemote;
use super::rows::ColumnPlace;
use super::status::RemoteStatus;
use crate::server::Server;
use crate::session::Mailbox;
use crate::storage::{Committed, Requester};
use crate::transport::{TlsFiles, TlsMaterial};

/// What remotes need to be served.
#[derive(Debug)]
pub struct Environment {
    /// What the sessions share.
    pub server: Arc<Server>,
    /// Where relative paths of sockets begin.
    pub run_directory: PathBuf,
    /// The TLS files as configured; what begins with `db:` names a column with the file's name.
    pub tls: TlsFiles,
    material: TlsMaterial,
}

impl Environment {
    /// With TLS files as configured.
    pub fn new(server: Arc<Server>, run_directory: PathBuf, tls: TlsFiles) -> Self {
        Self { server, run_directory, tls, material: TlsMaterial::default() }
    }

    pub(super) fn tls_server_config(&self) -> io::Result<Arc<ServerConfig>> {
        self.material.server_config(&self.tls_files())
    }

    pub(super) fn tls_client_config(&self) -> io::Result<Arc<ClientConfig>> {
        self.tls_files().client_config()
    }

    /// The TLS files, after a look into the database.
    fn tls_files(&self) -> TlsFiles {
        let resolve = |file: &Option<String>| {
            let text = file.as_deref()?;
            if !text.starts_with("db:") {
                return Some(text.to_owned());
            }
            match ColumnPlace::find(&self.server, text).and_then(|place| place.first_string(text)) {
                Ok(found) => found,
                Err(reason) => {
                    tracing::warn!(target: "ovsdb_server", per_minute = 1, "{reason}");
                    None
                }
            }
        };
        TlsFiles {
            private_key: resolve(&self.tls.private_key),
            certificate: resolve(&self.tls.certificate),
            ca_certificate: resolve(&self.tls.ca_certificate),
            peer_ca_certificate: self.tls.peer_ca_certificate.clone(),
            protocols: resolve(&self.tls.protocols),
            ciphers: resolve(&self.tls.ciphers),
            ciphersuites: resolve(&self.tls.ciphersuites),
        }
    }
}

/// Keeps what is served in step with what is configured, and tells rows how their remotes are.
#[derive(Debug)]
pub struct Manager {
    environment: Arc<Environment>,
    remotes: Remotes,
    running: BTreeMap<String, RunningRemote>,
    mailbox: Arc<Mailbox>,
    /// What was wrong the last time, so that it is told once.
    errors: Vec<String>,
}

/// The time from one report of the status to the next.
const STATUS_INTERVAL: Duration = Duration::from_millis(2500);

impl Manager {
    /// For these remotes; nothing is served yet.
    pub fn new(environment: Arc<Environment>, remotes: Remotes) -> Self {
        let mailbox = Arc::new(Mailbox::default());
        Self { environment, remotes, running: BTreeMap::new(), mailbox, errors: Vec::new() }
    }

    /// Serves what is configured, for ever.
    pub async fn run(mut self) {
        let mut status = tokio::time::interval(STATUS_INTERVAL);
        status.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = self.remotes.changed() => {}
                () = self.mailbox.changed() => drop(self.mailbox.take()),
                _ = status.tick() => self.report_status(),
            }
            self.reconfigure();
        }
    }

    /// Starts what is newly configured, and stops what no longer is.
    pub fn reconfigure(&mut self) {
        let (wanted, mut errors) = self.wanted();
        self.running.retain(|target, remote| match wanted.get(target) {
            // Sessions keep the role that they began with.
            Some(options) => options.role == remote.options.role,
            None => {
                tracing::info!(target: "jsonrpc_server", "{target}: remote deconfigured");
                false
            }
        });
        for (target, options) in wanted {
            if let Some(remote) = self.running.get_mut(&target) {
                remote.update(options);
                continue;
            }
            match RunningRemote::start(&self.environment, &target, options) {
                Ok(remote) => _ = self.running.insert(target, remote),
                Err(error) => errors.push(format!("{target}: listen failed: {}", plain(&error))),
            }
        }
        if errors != self.errors {
            errors.iter().for_each(|error| tracing::error!(target: "jsonrpc_server", "{error}"));
            self.errors = errors;
        }
    }

    /// The remotes to serve, after a look into the databases, and what is wrong with the rest.
    fn wanted(&self) -> (BTreeMap<String, RemoteOptions>, Vec<String>) {
        let (mut wanted, mut errors) = (BTreeMap::new(), Vec::new());
        for (target, options) in self.remotes.all() {
            if !target.starts_with("db:") {
                wanted.entry(target).or_insert(options);
                continue;
            }
            match ColumnPlace::find(&self.environment.server, &target) {
                Ok(place) => {
                    place.database.subscribe(&self.mailbox);
                    place.add_remotes(&mut wanted);
                }
                Err(error) => errors.push(error),
            }
        }
        (wanted, errors)
    }

    /// Tells the rows that describe remotes how these are.
    fn report_status(&self) {
        for target in self.remotes.all().into_keys().filter(|target| target.starts_with("db:")) {
            let Ok(place) = ColumnPlace::find(&self.environment.server, &target) else { continue };
            let rows = place.remote_rows();
            let status = |target: &str| self.running.get(target).map(RunningRemote::status);
            let operations: Vec<String> = rows
                .iter()
                .filter(|row| row.has_is_connected || row.has_status)
                .map(|row| status(&row.target).unwrap_or_else(RemoteStatus::default).update_operation(row))
                .collect();
            if operations.is_empty() {
                continue;
            }
            let params = format!("[\"{}\",{}]", place.database.name(), operations.join(","));
            let committed = place.database.transact(&params, &Requester::server());
            if let Committed::Reply(reply) = committed
                && reply.contains("\"error\"")
            {
                tracing::error!(target: "ovsdb_server", per_minute = 1, "Failed to update remote status: {reply}");
            }
        }
    }
}

/// The text of an error without the number that the standard library adds.
fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_owned()
}
