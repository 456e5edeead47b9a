//! The thread that answers the control socket.

use super::commands::Commands;
use super::connection::Connection;
use super::socket::listen_at;
use crate::process::Cleanup;
use std::io;
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::net::UnixListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// How long answers that are under way may take to leave when the server stops.
const STOP_TIMEOUT: Duration = Duration::from_secs(1);

/// A control socket and the thread that answers it; dropping it stops both.
#[derive(Debug)]
pub struct Server {
    path: PathBuf,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Listens at `path` and answers with `commands` on a thread of its own.
    ///
    /// A file that is already at `path` is replaced.
    /// To be called after detaching, since threads do not survive that.
    ///
    /// # Errors
    /// Fails when the socket cannot be bound or the thread cannot be started.
    pub fn start(path: &Path, commands: Commands) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let listener = listen_at(path)?;
        Cleanup::add(path);
        listener.set_nonblocking(true)?;
        let listener = {
            let _guard = runtime.enter();
            UnixListener::from_std(listener)?
        };
        let (stop, stopped) = watch::channel(false);
        let serve = move || runtime.block_on(serve(listener, commands, stopped));
        let thread = std::thread::Builder::new().name("unixctl".into()).spawn(serve)?;
        Ok(Self { path: path.to_path_buf(), stop, thread: Some(thread) })
    }

    /// Where the server listens.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Server {
    /// Lets answers that are under way leave, ends the thread and removes the socket.
    fn drop(&mut self) {
        self.stop.send_replace(true);
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!(target: "unixctl", "the control thread panicked");
        }
        Cleanup::remove(&self.path);
    }
}

/// Waits until `stop` turns true or the server is gone.
pub(super) async fn stopped(stop: &mut watch::Receiver<bool>) {
    // An error means that the server is gone.
    let _ = stop.wait_for(|&stop| stop).await;
}

async fn serve(listener: UnixListener, commands: Commands, mut stop: watch::Receiver<bool>) {
    let mut periodic = JoinSet::new();
    for (interval, task) in commands.tasks() {
        periodic.spawn(async move {
            let mut ticks = tokio::time::interval(interval);
            // The first tick is immediate, before any interval has passed.
            ticks.tick().await;
            loop {
                ticks.tick().await;
                task();
            }
        });
    }
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(Connection::new(stream, commands.clone()).run(stop.clone()));
                }
                Err(error) => {
                    tracing::warn!(target: "unixctl", per_minute = 5, "accept: {error}");
                    // Without a pause a lasting failure, such as too many open files, would spin.
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            },
            Some(_) = connections.join_next() => {}
            () = stopped(&mut stop) => break,
        }
    }
    let finish = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(STOP_TIMEOUT, finish).await.is_err() {
        tracing::warn!(target: "unixctl", "control requests were left without an answer");
    }
}
