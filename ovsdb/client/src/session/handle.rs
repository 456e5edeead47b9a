use std::future::Future;

use tokio::sync::{mpsc, oneshot};

use super::options::ProbeInterval;
use crate::transaction::{OperationResult, TransactError, Transaction};

pub(super) type TransactReply = Result<Vec<OperationResult>, TransactError>;

/// What the owner of a session asks of its task.
pub(super) enum Command {
    Transact { transaction: Transaction, reply: oneshot::Sender<TransactReply> },
    SetLock(Option<String>),
    StealLock(String),
    SetProbeInterval(ProbeInterval),
    Reconnect,
    ResetClusterState,
}

/// Talks to a session's task. When the last clone is dropped the session ends.
#[derive(Clone, Debug)]
pub struct SessionHandle {
    commands: mpsc::UnboundedSender<Command>,
}

impl SessionHandle {
    pub(super) fn new() -> (Self, mpsc::UnboundedReceiver<Command>) {
        let (commands, receiver) = mpsc::unbounded_channel();
        (Self { commands }, receiver)
    }

    /// Sends a transaction; the returned future gives one result for each operation
    /// (RFC 7047 section 4.1.3).
    ///
    /// Transactions are sent in the order of the calls, whether or not the futures are polled.
    /// The changes that a transaction makes are in the event queue before its reply is given.
    ///
    /// # Errors
    /// See [`TransactError`]; after [`TransactError::CommitUnknown`] wait for
    /// [`Event::Resynced`](crate::Event::Resynced) before writing again.
    pub fn transact(&self, transaction: Transaction) -> impl Future<Output = TransactReply> + Send + use<> {
        let (reply, answer) = oneshot::channel();
        let sent = self.commands.send(Command::Transact { transaction, reply }).is_ok();
        async move {
            if !sent {
                return Err(TransactError::NotConnected);
            }
            // The task answers every transaction, unless its runtime was shut down under it.
            answer.await.unwrap_or(Err(TransactError::CommitUnknown))
        }
    }

    /// Asks for a lock on this and every later connection, or gives the lock up
    /// (RFC 7047 section 4.1.8). Events tell how it went.
    pub fn set_lock(&self, lock: Option<&str>) {
        self.send(Command::SetLock(lock.map(str::to_owned)));
    }

    /// Takes a lock from whoever owns it (RFC 7047 section 4.1.8), and asks for it on every later connection.
    /// Nothing happens while there is no connection.
    pub fn steal_lock(&self, lock: &str) {
        self.send(Command::StealLock(lock.to_owned()));
    }

    /// Changes the interval of inactivity probes at once.
    pub fn set_probe_interval(&self, interval: ProbeInterval) {
        self.send(Command::SetProbeInterval(interval));
    }

    /// Drops the connection, if there is one, and connects to the next remote.
    pub fn reconnect(&self) {
        self.send(Command::Reconnect);
    }

    /// Forgets how current the cluster's data was, so that older data is accepted again: for a cluster that was
    /// restored from a backup.
    pub fn reset_cluster_state(&self) {
        self.send(Command::ResetClusterState);
    }

    fn send(&self, command: Command) {
        // A session that ended has nothing left that the command could change.
        drop(self.commands.send(command));
    }
}
