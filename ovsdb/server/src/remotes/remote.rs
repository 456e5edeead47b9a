use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tokio::task::AbortHandle;
use weft_backoff::Backoff;

use super::configuration::RemoteOptions;
use super::manager::Environment;
use super::status::{ActiveState, RemoteStatus};
use crate::session::{End, Peer, Session, SessionId, SessionSettings};
use crate::transport::{Accepted, Address, Listener, Stream, connect};

/// A remote that is served.
#[derive(Debug)]
pub(super) struct RunningRemote {
    pub options: RemoteOptions,
    settings: Arc<SessionSettings>,
    state: Arc<RemoteState>,
    task: AbortHandle,
    environment: Arc<Environment>,
}

/// What is known of a remote's connections.
#[derive(Debug, Default)]
pub(super) struct RemoteState {
    pub sessions: Mutex<Vec<SessionId>>,
    pub port: Option<u16>,
    pub active: Option<Mutex<ActiveState>>,
}

/// A client that has not completed its handshake in this time is dropped.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(30);
/// Without a pause a lasting failure to accept, such as too many open files, would spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

impl RunningRemote {
    /// Starts to serve a remote.
    pub(super) fn start(
        environment: &Arc<Environment>,
        target: &str,
        options: RemoteOptions,
    ) -> io::Result<Self> {
        let address = Address::parse(target).map_err(|error| io::Error::other(error.reason))?;
        let settings = Arc::new(SessionSettings {
            role: options.role.clone(),
            read_only: AtomicBool::new(options.read_only),
            probe_interval_ms: AtomicU64::new(options.probe_interval_ms),
        });
        let listener = Listener::open(&address, target, &environment.run_directory)?;
        let state = Arc::new(RemoteState {
            sessions: Mutex::default(),
            port: listener.as_ref().and_then(Listener::port),
            active: listener.is_none().then(Mutex::default),
        });
        let serve = Serve {
            environment: Arc::clone(environment),
            settings: Arc::clone(&settings),
            state: Arc::clone(&state),
        };
        let task = match (listener, address) {
            (Some(listener), _) => tokio::spawn(serve.listen(listener)),
            (None, Address::Connect(remote)) => {
                let max_backoff = Duration::from_millis(options.max_backoff_ms);
                tokio::spawn(serve.keep_connected(target.to_owned(), remote, max_backoff))
            }
            (None, _) => return Err(io::ErrorKind::InvalidInput.into()),
        };
        let environment = Arc::clone(environment);
        Ok(Self { options, settings, state, task: task.abort_handle(), environment })
    }

    /// Takes over options that need no new start.
    pub(super) fn update(&mut self, options: RemoteOptions) {
        self.settings.read_only.store(options.read_only, Ordering::Relaxed);
        self.settings.probe_interval_ms.store(options.probe_interval_ms, Ordering::Relaxed);
        self.options = options;
    }

    /// What there is to tell about it.
    pub(super) fn status(&self) -> RemoteStatus {
        RemoteStatus::of(&self.state, &self.environment)
    }
}

impl Drop for RunningRemote {
    fn drop(&mut self) {
        self.task.abort();
        for &session in self.state.sessions.lock().iter() {
            self.environment.server.end_session(session);
        }
    }
}

/// What the task of a remote works with.
struct Serve {
    environment: Arc<Environment>,
    settings: Arc<SessionSettings>,
    state: Arc<RemoteState>,
}

impl Serve {
    async fn listen(self, listener: Listener) {
        let this = Arc::new(self);
        loop {
            match listener.accept().await {
                Ok(accepted) => drop(tokio::spawn(Arc::clone(&this).welcome(accepted))),
                Err(error) => {
                    tracing::warn!(target: "jsonrpc_server", per_minute = 5, "accept failed: {error}");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }

    async fn welcome(self: Arc<Self>, accepted: Accepted) {
        let name = accepted.name.clone();
        let handshake = accepted.establish(|| self.environment.tls_server_config());
        let result = tokio::time::timeout(HANDSHAKE_TIMEOUT, handshake).await;
        match result.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())) {
            Ok((stream, id)) => {
                let session = self.session(Peer { name: name.clone(), id });
                self.run(session, stream).await;
            }
            Err(error) => {
                // Only a handshake can fail here.
                tracing::warn!(target: "stream_ssl", per_minute = 5, "{name}: {error}");
            }
        }
    }

    async fn keep_connected(self, target: String, remote: weft_ovsdb::Remote, max_backoff: Duration) {
        let mut backoff = Backoff::new(1);
        let tell = |change: &dyn Fn(&mut ActiveState)| {
            if let Some(active) = &self.state.active {
                change(&mut active.lock());
            }
        };
        loop {
            tell(&|state| state.name = "CONNECTING");
            let tls = match &remote {
                weft_ovsdb::Remote::Ssl { .. } => self.environment.tls_client_config().map(Some),
                _ => Ok(None),
            };
            let connected = match tls {
                Ok(tls) => connect(&remote, &self.environment.run_directory, tls).await,
                Err(error) => Err(error),
            };
            match connected {
                Ok(stream) => {
                    tracing::info!(target: "reconnect", "{target}: connected");
                    tell(&|state| state.connected(Instant::now()));
                    backoff.succeeded();
                    let session = self.session(Peer { name: target.clone(), id: None });
                    let end = self.run(session, stream).await;
                    tell(&|state| state.disconnected(Instant::now(), describe(&end)));
                }
                Err(error) => {
                    tracing::warn!(target: "reconnect", per_minute = 5, "{target}: connection attempt failed ({error})");
                    tell(&|state| state.last_error = Some(error.to_string()));
                }
            }
            tell(&|state| state.name = "BACKOFF");
            tokio::time::sleep(backoff.failed().min(max_backoff)).await;
        }
    }

    fn session(&self, peer: Peer) -> Session {
        Session::new(Arc::clone(&self.environment.server), peer, Arc::clone(&self.settings))
    }

    /// Runs a session to its end.
    async fn run(&self, session: Session, stream: Box<dyn Stream>) -> End {
        let id = session.id();
        self.state.sessions.lock().push(id);
        let end = session.run(stream).await;
        self.state.sessions.lock().retain(|known| *known != id);
        end
    }
}

fn describe(end: &End) -> String {
    match end {
        End::Closed => "End of file".to_owned(),
        End::Broken(reason) => reason.clone(),
        End::Ended => "disconnected by the server".to_owned(),
    }
}
