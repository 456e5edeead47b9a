use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt, ReadHalf, WriteHalf};
use tokio::time::Instant as AsyncInstant;
use weft_ovsdb_database::SessionMonitors;
use weft_ovsdb_wire::{Framer, write_request};

use super::locks::SessionId;
use super::mailbox::{Event, Mailbox};
use super::outgoing::Outgoing;
use super::probe::{Probe, Verdict};
use super::triggers::Trigger;
use crate::server::Server;
use crate::storage::Hosted;
use crate::transport::Stream;

/// What a remote's configuration says about its sessions; may change while they run.
#[derive(Debug)]
pub struct SessionSettings {
    /// The role, for access control.
    pub role: Option<String>,
    /// Whether clients may only read.
    pub read_only: AtomicBool,
    /// The time from one probe to the next in milliseconds; 0 does not probe.
    pub probe_interval_ms: AtomicU64,
}

/// Who is at the other end.
#[derive(Clone, Debug)]
pub struct Peer {
    /// The name for the log, such as `tcp:10.0.0.1:4711`.
    pub name: String,
    /// Who the client is by its certificate.
    pub id: Option<String>,
}

/// Why a session has ended.
#[derive(Debug)]
pub enum End {
    /// The client closed the connection.
    Closed,
    /// The connection broke, with the system's words for it.
    Broken(String),
    /// The server ended it.
    Ended,
}

/// One client's connection.
#[derive(Debug)]
pub struct Session {
    pub(super) server: Arc<Server>,
    pub(super) id: SessionId,
    pub(super) peer: Peer,
    pub(super) settings: Arc<SessionSettings>,
    pub(super) mailbox: Arc<Mailbox>,
    pub(super) monitors: SessionMonitors,
    /// The databases that tell this session of changes.
    pub(super) subscriptions: BTreeMap<Arc<str>, Arc<Hosted>>,
    pub(super) triggers: Vec<Trigger>,
    pub(super) is_aware: bool,
    pub(super) outgoing: Outgoing,
    probe: Probe,
    echoes: u64,
}

/// While more than this is to be sent, the session's requests wait, in bytes.
const BACKLOG_LIMIT_BYTES: usize = 64 << 10;

impl Session {
    /// A session that has just connected.
    pub fn new(server: Arc<Server>, peer: Peer, settings: Arc<SessionSettings>) -> Self {
        let mailbox = Arc::new(Mailbox::default());
        Self {
            id: server.register(&mailbox),
            server,
            peer,
            settings,
            mailbox,
            monitors: SessionMonitors::new(),
            subscriptions: BTreeMap::new(),
            triggers: Vec::new(),
            is_aware: false,
            outgoing: Outgoing::default(),
            probe: Probe::new(AsyncInstant::now()),
            echoes: 0,
        }
    }

    /// The session's number.
    pub fn id(&self) -> SessionId {
        self.id
    }

    /// Serves the client until the connection ends.
    pub async fn run(mut self, stream: Box<dyn Stream>) -> End {
        let (mut reader, mut writer) = tokio::io::split(stream);
        let mut framer = Framer::new();
        let end = loop {
            match self.step(&mut framer, &mut reader, &mut writer).await {
                Ok(()) => {}
                Err(end) => break end,
            }
        };
        if !matches!(end, End::Broken(_)) {
            // A client that is gone needs no farewell.
            let _ = writer.shutdown().await;
        }
        end
    }

    async fn step(
        &mut self,
        framer: &mut Framer,
        reader: &mut ReadHalf<Box<dyn Stream>>,
        writer: &mut WriteHalf<Box<dyn Stream>>,
    ) -> Result<(), End> {
        self.obey_ends()?;
        if self.outgoing.is_empty() {
            self.probe.wrote();
            self.flush();
            self.retry_triggers();
        }
        while !self.outgoing.is_longer_than(BACKLOG_LIMIT_BYTES) {
            match framer.next_message() {
                Ok(Some(message)) => self.handle(&message)?,
                Ok(None) => break,
                Err(error) => {
                    tracing::warn!(target: "jsonrpc", "{}: error parsing stream: {error}", self.peer.name);
                    return Err(End::Ended);
                }
            }
        }
        let wake = self.judge()?;
        let (can_write, can_read) =
            (!self.outgoing.is_empty(), !self.outgoing.is_longer_than(BACKLOG_LIMIT_BYTES));
        tokio::select! {
            biased;
            result = self.outgoing.write_some(writer), if can_write => {
                result.map_err(|error| broken(&error))?;
                self.probe.wrote();
            }
            result = reader.read_buf(framer.buffer_mut()), if can_read => {
                match result {
                    Ok(0) => return Err(End::Closed),
                    Ok(_) => self.probe.heard(),
                    Err(error) => return Err(broken(&error)),
                }
            }
            () = self.mailbox.changed() => {}
            () = tokio::time::sleep_until(wake) => {}
        }
        Ok(())
    }

    /// Ends the session if others want it, also while the client does not read.
    fn obey_ends(&self) -> Result<(), End> {
        if self.mailbox.has_overflowed() {
            tracing::warn!(
                target: "jsonrpc_server",
                "{}: disconnecting (the client reads too slowly for the changes)", self.peer.name
            );
            return Err(End::Ended);
        }
        while let Some(event) = self.mailbox.take_end() {
            let reason = match event {
                Event::End(reason) => reason,
                Event::EndUnlessAware(reason) if !self.is_aware => Some(reason),
                _ => continue,
            };
            if let Some(reason) = reason {
                tracing::info!(target: "jsonrpc_server", "{}: disconnecting ({reason})", self.peer.name);
            }
            return Err(End::Ended);
        }
        Ok(())
    }

    /// Probes the client if it is time; answers when to look again.
    fn judge(&mut self) -> Result<AsyncInstant, End> {
        let interval_ms = self.settings.probe_interval_ms.load(Ordering::Relaxed);
        let interval = (interval_ms > 0).then(|| Duration::from_millis(interval_ms.max(1000)));
        let wake = loop {
            match self.probe.judge(AsyncInstant::now(), interval, !self.outgoing.is_empty()) {
                Verdict::WaitUntil(wake) => break wake,
                Verdict::Ask => {
                    let mut request = String::new();
                    self.echoes += 1;
                    write_request(&mut request, self.echoes, "echo", |_| {});
                    self.outgoing.push(request);
                }
                Verdict::Silent(seconds) => {
                    tracing::error!(
                        target: "reconnect",
                        "{}: no response to inactivity probe after {seconds} seconds, disconnecting",
                        self.peer.name
                    );
                    return Err(End::Ended);
                }
                Verdict::Stalled(seconds) => {
                    tracing::warn!(
                        target: "jsonrpc_server",
                        "{}: disconnecting (the client has read nothing for {seconds} seconds)", self.peer.name
                    );
                    return Err(End::Ended);
                }
            }
        };
        let now = Instant::now();
        let retry = |trigger: &Trigger| if trigger.is_due { Some(now) } else { trigger.deadline };
        let retry = self.triggers.iter().filter_map(retry).min();
        Ok(retry.map_or(wake, |retry| wake.min(AsyncInstant::from_std(retry))))
    }

    /// Takes in what others told, and writes what the monitors have to say about it.
    pub(super) fn flush(&mut self) {
        let databases: Vec<Arc<Hosted>> = self.subscriptions.values().cloned().collect();
        if databases.is_empty() {
            let events = self.mailbox.take();
            self.take_in(events);
        }
        for database in databases {
            let contents = database.contents();
            let events = self.mailbox.take();
            self.take_in(events);
            if self.subscriptions.contains_key(database.name()) {
                let updates = self.monitors.take_updates(&contents);
                updates.into_iter().for_each(|update| self.outgoing.push_shared(update));
            }
        }
    }

    /// Takes in events, all of which happened before what the databases hold now.
    pub(super) fn take_in(&mut self, events: impl IntoIterator<Item = Event>) {
        for event in events {
            match event {
                Event::Commit(commit) => {
                    self.monitors.note(&commit);
                    let name = &*commit.catalog.schema.name;
                    for trigger in &mut self.triggers {
                        trigger.is_due |= **trigger.database.name() == *name;
                    }
                }
                Event::Gone(name) => self.forget(&name),
                Event::Lock { method, name } => {
                    self.outgoing
                        .push(format!("{{\"id\":null,\"method\":\"{method}\",\"params\":[\"{name}\"]}}"));
                }
                // Back to where the next step finds it.
                end @ (Event::End(_) | Event::EndUnlessAware(_)) => self.mailbox.push(end, usize::MAX),
            }
        }
    }

    /// Ends the monitors and waiting transactions of a database that is gone.
    fn forget(&mut self, name: &str) {
        self.subscriptions.remove(name);
        for id in self.monitors.cancel_database(name) {
            if self.is_aware {
                self.outgoing
                    .push(format!("{{\"id\":null,\"method\":\"monitor_canceled\",\"params\":[{id}]}}"));
            }
        }
        let is_of = |trigger: &mut Trigger| **trigger.database.name() == *name;
        let gone: Vec<Trigger> = self.triggers.extract_if(.., is_of).collect();
        if self.is_aware {
            for trigger in gone {
                self.outgoing
                    .push(format!("{{\"id\":{},\"result\":null,\"error\":\"canceled\"}}", trigger.id));
            }
        }
    }

    fn retry_triggers(&mut self) {
        let now = Instant::now();
        while let Some(position) = self.triggers.iter().position(|trigger| trigger.is_ready(now)) {
            let trigger = self.triggers.remove(position);
            self.transact(trigger.id, trigger.params, trigger.database, trigger.since, position);
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        for database in self.subscriptions.values() {
            database.unsubscribe(&self.mailbox);
        }
        self.server.unregister(self.id);
    }
}

fn broken(error: &std::io::Error) -> End {
    End::Broken(error.to_string())
}
