use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde_json::value::RawValue;
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;
use weft_backoff::Backoff;
use weft_ovsdb_schema::write_json_string;

use super::connection::{Connection, Incoming, Lost};
use super::event::{Event, Events};
use super::handle::{Command, SessionHandle, TransactReply};
use super::handshake::{Established, History, Plan, as_text, establish, known};
use super::lock::Lock;
use super::options::{SessionOptions, StartError};
use super::server_status::{ClusterState, SERVER_DATABASE, ServerStatus};
use crate::monitor::{Available, Batch, MonitorSpec, MonitorVersion, Replica, RowChange};
use crate::transaction::{TransactError, Transaction, parse_reply};
use crate::transport::Remote;

/// Starts a session in the current tokio runtime. It runs until the last handle or the events are dropped.
///
/// # Errors
/// The options contradict themselves, or there is no runtime. That servers cannot be reached is no error but an
/// [`Event::Disconnected`].
pub fn start(options: SessionOptions) -> Result<(SessionHandle, Events), StartError> {
    let runtime = tokio::runtime::Handle::try_current()?;
    let spec = Arc::new(MonitorSpec::new(&options.schema, &options.tables)?);
    let secure = |remote: &&Remote| matches!(remote, Remote::Ssl { .. });
    if let (Some(remote), None) = (options.remotes.as_slice().iter().find(secure), &options.tls) {
        return Err(StartError::NoTls(remote.clone()));
    }
    let (events, receiver) = mpsc::unbounded_channel();
    let (handle, commands) = SessionHandle::new();
    let mut options = options;
    if options.shuffle_remotes {
        options.remotes.shuffle(|limit| (Uuid::new_v4().as_u128() % limit as u128) as usize);
    }
    let task = Task {
        commands,
        events,
        lock: Lock::new(options.lock.take()),
        replica: Replica::new(Arc::clone(&spec)),
        cluster: ClusterState::default(),
        history: None,
        reported: false,
        options,
    };
    runtime.spawn(task.run());
    Ok((handle, receiver))
}

/// What a session keeps from one connection to the next.
struct Task {
    options: SessionOptions,
    commands: mpsc::UnboundedReceiver<Command>,
    events: mpsc::UnboundedSender<Event>,
    lock: Lock,
    replica: Replica,
    cluster: ClusterState,
    history: Option<History>,
    /// Whether the contents were reported once.
    reported: bool,
}

/// What belongs to one connection.
struct Link {
    remote: Remote,
    connection: Connection,
    status: Option<ServerStatus>,
    available: Available,
    version: MonitorVersion,
    pending: HashMap<u64, Pending>,
}

/// A transaction that was sent.
struct Pending {
    operations: usize,
    reply: oneshot::Sender<TransactReply>,
}

/// Nobody is interested in the session any more.
struct Abandoned;

impl Task {
    async fn run(mut self) {
        let remotes = self.options.remotes.as_slice().to_vec();
        let mut backoff = Backoff::new(remotes.len());
        for remote in remotes.iter().cycle() {
            let lost = match self.connect(remote).await {
                Ok(Ok(established)) => {
                    backoff.succeeded();
                    self.serve(remote.clone(), established).await
                }
                Ok(Err(lost)) => Ok(lost),
                Err(Abandoned) => return,
            };
            let Ok(lost) = lost else { return };
            let retry_after = backoff.failed();
            let reason = lost.to_string();
            self.emit(Event::Disconnected { remote: remote.clone(), reason, retry_after });
            if self.wait(retry_after).await.is_err() {
                return;
            }
        }
    }

    /// Connects to a remote; commands are answered meanwhile.
    async fn connect(&mut self, remote: &Remote) -> Result<Result<Established, Lost>, Abandoned> {
        let attempt = establish(Plan {
            remote: remote.clone(),
            tls: self.options.tls.clone(),
            probe_interval: self.options.probe_interval.for_remote(remote),
            spec: Arc::clone(self.replica.spec()),
            leader_only: self.options.leader_only,
            cluster: self.cluster,
            history: self.history.clone(),
        });
        tokio::pin!(attempt);
        loop {
            tokio::select! {
                established = &mut attempt => return Ok(established),
                command = self.commands.recv() => self.refuse(command.ok_or(Abandoned)?),
                () = self.events.closed() => return Err(Abandoned),
            }
        }
    }

    /// Waits before the next attempt; commands are answered meanwhile, and one of them ends the wait.
    async fn wait(&mut self, duration: Duration) -> Result<(), Abandoned> {
        let elapsed = tokio::time::sleep(duration);
        tokio::pin!(elapsed);
        loop {
            tokio::select! {
                () = &mut elapsed => return Ok(()),
                command = self.commands.recv() => match command.ok_or(Abandoned)? {
                    Command::Reconnect => return Ok(()),
                    command => self.refuse(command),
                },
                () = self.events.closed() => return Err(Abandoned),
            }
        }
    }

    /// Handles a command while there is no connection.
    fn refuse(&mut self, command: Command) {
        match command {
            Command::Transact { reply, .. } => answer(reply, Err(TransactError::NotConnected)),
            Command::SetLock(wanted) => {
                let event = self.lock.want(wanted, None);
                self.emit_all(event);
            }
            Command::SetProbeInterval(interval) => self.options.probe_interval = interval,
            Command::ResetClusterState => self.cluster = ClusterState::default(),
            Command::StealLock(_) | Command::Reconnect => {}
        }
    }

    /// Serves a connection until it is lost.
    async fn serve(&mut self, remote: Remote, established: Established) -> Result<Lost, Abandoned> {
        let Established { connection, inbox, status, cluster, available, version, reply } = established;
        self.cluster = cluster;
        let missing = available.missing.clone();
        self.emit(Event::Connected { remote: remote.clone(), missing });
        let pending = HashMap::new();
        let mut link = Link { remote, connection, status, available, version, pending };
        let updates = reply.updates;
        let result = match self.synchronise(&link, reply.continues, reply.transaction, &updates) {
            Ok(()) => {
                // The reply may be the largest message of all; its memory is not needed any longer.
                drop(updates);
                self.lock.connected(&mut link.connection);
                self.follow(&mut link, inbox).await
            }
            Err(lost) => Ok(lost),
        };
        for (_, pending) in link.pending {
            answer(pending.reply, Err(TransactError::CommitUnknown));
        }
        let event = self.lock.disconnected();
        self.emit_all(event);
        result
    }

    /// Takes the monitor's reply into the replica and reports it.
    fn synchronise(
        &mut self,
        link: &Link,
        continues: bool,
        transaction: Option<Uuid>,
        updates: &Bytes,
    ) -> Result<(), Lost> {
        let text = as_text(updates)?;
        let changes = if continues {
            self.replica.apply(text, link.version)
        } else {
            self.replica.replace(text, link.version)
        };
        let changes = self.forget_on_error(changes)?;
        self.remember(link, transaction);
        let batch = Batch { changes, transaction };
        self.emit(if self.reported { Event::Resynced(batch) } else { Event::Initial(batch) });
        self.reported = true;
        Ok(())
    }

    async fn follow(&mut self, link: &mut Link, inbox: VecDeque<Incoming>) -> Result<Lost, Abandoned> {
        for incoming in inbox {
            if let Err(lost) = self.receive(link, incoming) {
                return Ok(lost);
            }
        }
        loop {
            let result = tokio::select! {
                incoming = link.connection.receive() => {
                    incoming.and_then(|incoming| self.receive(link, incoming))
                }
                command = self.commands.recv() => self.command(link, command.ok_or(Abandoned)?),
                () = self.events.closed() => return Err(Abandoned),
            };
            if let Err(lost) = result {
                return Ok(lost);
            }
        }
    }

    fn command(&mut self, link: &mut Link, command: Command) -> Result<(), Lost> {
        let event = match command {
            Command::Transact { transaction, reply } => {
                self.transact(link, &transaction, reply);
                None
            }
            Command::SetLock(wanted) => self.lock.want(wanted, Some(&mut link.connection)),
            Command::StealLock(name) => self.lock.steal(name, &mut link.connection),
            Command::SetProbeInterval(interval) => {
                self.options.probe_interval = interval;
                link.connection.set_probe_interval(interval.for_remote(&link.remote));
                None
            }
            Command::Reconnect => return Err(Lost::Asked),
            Command::ResetClusterState => {
                self.cluster = ClusterState::default();
                None
            }
        };
        self.emit_all(event);
        Ok(())
    }

    /// Sends a transaction (RFC 7047 section 4.1.3).
    fn transact(&self, link: &mut Link, transaction: &Transaction, reply: oneshot::Sender<TransactReply>) {
        let id = link.connection.request("transact", |out| {
            out.reserve(transaction.encoded_length() + 64);
            write_json_string(&self.options.schema.name, out);
            if !transaction.is_empty() {
                out.push(',');
                out.push_str(transaction.encoded());
            }
        });
        link.pending.insert(id, Pending { operations: transaction.len(), reply });
    }

    fn receive(&mut self, link: &mut Link, incoming: Incoming) -> Result<(), Lost> {
        match incoming {
            Incoming::Notification { method, params } => self.notified(link, &method, &params),
            Incoming::Result { id, result } => {
                let text = as_text(&result)?;
                let Some(pending) = link.pending.remove(&id) else {
                    self.lock_answered(id, text);
                    return Ok(());
                };
                let outcome = parse_reply(text, pending.operations);
                let unclear = matches!(outcome, Err(TransactError::CommitUnknown));
                answer(pending.reply, outcome);
                // The owner now waits for a resynchronisation, which only a new connection brings.
                if unclear {
                    Err(Lost::Unsuitable("a reply that does not fit its transaction".to_owned()))
                } else {
                    Ok(())
                }
            }
            Incoming::Error { id, error } => {
                match link.pending.remove(&id) {
                    Some(pending) => answer(pending.reply, Err(TransactError::Refused(error))),
                    None => self.lock_answered(id, &error),
                }
                Ok(())
            }
        }
    }

    fn notified(&mut self, link: &mut Link, method: &str, params: &Bytes) -> Result<(), Lost> {
        match method {
            "update" | "update2" | "update3" => self.updated(link, params),
            "locked" | "stolen" => {
                let [name]: [String; 1] = serde_json::from_slice(params)?;
                let event = self.lock.notified(&name, method == "locked");
                self.emit_all(event);
                Ok(())
            }
            // The schema was converted or the database removed (ovsdb-server(7) section 4.1.7).
            "monitor_canceled" => Err(Lost::Cancelled),
            _ => Ok(()),
        }
    }

    /// Follows an update (RFC 7047 section 4.1.6; ovsdb-server(7) sections 4.1.14 and 4.1.16).
    fn updated(&mut self, link: &mut Link, params: &Bytes) -> Result<(), Lost> {
        let parts: Vec<&RawValue> = serde_json::from_slice(params)?;
        let (monitor, transaction, updates) = match parts.as_slice() {
            [monitor, updates] => (monitor, None, updates),
            [monitor, transaction, updates] => {
                (monitor, Some(serde_json::from_str(transaction.get())?), updates)
            }
            _ => return Err(Lost::Unsuitable("an update with a wrong number of parameters".to_owned())),
        };
        if serde_json::from_str::<String>(monitor.get())? == SERVER_DATABASE {
            let Some(status) = &mut link.status else { return Ok(()) };
            status.apply(&params.slice_ref(updates.get().as_bytes()))?;
            return status.judge(&self.options.schema.name, self.options.leader_only, &mut self.cluster);
        }
        let changes = self.replica.apply(updates.get(), link.version);
        let changes = self.forget_on_error(changes)?;
        let transaction = transaction.and_then(known);
        self.remember(link, transaction);
        if !changes.is_empty() {
            self.emit(Event::Changes(Batch { changes, transaction }));
        }
        Ok(())
    }

    /// A replica that cannot follow the server must not resume where it got stuck.
    fn forget_on_error(
        &mut self,
        changes: Result<Vec<RowChange>, crate::UpdateError>,
    ) -> Result<Vec<RowChange>, Lost> {
        if changes.is_err() {
            self.history = None;
        }
        Ok(changes?)
    }

    fn remember(&mut self, link: &Link, transaction: Option<Uuid>) {
        match (&mut self.history, transaction) {
            (Some(history), Some(transaction)) if history.available == link.available => {
                history.transaction = transaction;
            }
            (_, Some(transaction)) => {
                self.history = Some(History { transaction, available: link.available.clone() });
            }
            (_, None) => self.history = None,
        }
    }

    /// A refusal of a lock, which only a server that does not know locks gives, counts as contention.
    fn lock_answered(&mut self, id: u64, answer: &str) {
        let locked = serde_json::from_str::<LockAnswer>(answer).is_ok_and(|answer| answer.locked);
        let event = self.lock.answered(id, locked);
        self.emit_all(event);
    }

    fn emit_all(&self, event: Option<Event>) {
        event.into_iter().for_each(|event| self.emit(event));
    }

    fn emit(&self, event: Event) {
        // Whoever dropped the events ends the session, which every wait notices.
        drop(self.events.send(event));
    }
}

/// The result of `lock` and `steal` (RFC 7047 section 4.1.8).
#[derive(serde::Deserialize)]
struct LockAnswer {
    locked: bool,
}

fn answer(reply: oneshot::Sender<TransactReply>, result: TransactReply) {
    // A caller that dropped its future does not want to know.
    drop(reply.send(result));
}
