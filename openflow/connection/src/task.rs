//! Connecting, and connecting again.

use std::sync::Arc;

use tokio::sync::{mpsc, watch};
use weft_backoff::Backoff;

use crate::address::Stream;
use crate::error::{ConnectionError, RequestError};
use crate::event::{Event, Events};
use crate::exchange::Exchange;
use crate::framing::Framer;
use crate::handle::SwitchHandle;
use crate::handshake::greet;
use crate::link::Link;
use crate::options::SwitchOptions;
use crate::outgoing::Outgoing;
use crate::pending::Pending;
use crate::serve::{Connection, End};

/// Exchanges that may wait to be taken by the connection.
const MAX_COMMANDS: usize = 64;

/// Keeps a connection to a switch, in a task that ends when all handles are dropped. The first event tells
/// whether the switch was reached.
///
/// Must be called in a tokio runtime.
pub fn start(options: SwitchOptions) -> (SwitchHandle, Events) {
    let (commands, taken) = mpsc::channel(MAX_COMMANDS);
    let (events, told) = mpsc::channel(options.max_events.max(1));
    let (link, seen) = watch::channel(None);
    tokio::spawn(Task { options, commands: taken, events, link }.run());
    (SwitchHandle::new(commands, seen), told)
}

struct Task {
    options: SwitchOptions,
    commands: mpsc::Receiver<Exchange>,
    events: mpsc::Sender<Event>,
    link: watch::Sender<Option<Arc<Link>>>,
}

impl Task {
    async fn run(mut self) {
        let mut backoff = Backoff::new(1);
        for generation in 1.. {
            let error = match self.connect().await {
                Err(error) => error,
                Ok((stream, framer, version, features)) => {
                    backoff.succeeded();
                    let link = Arc::new(Link::new(generation, version, features));
                    self.link.send_replace(Some(link.clone()));
                    let connection = Connection {
                        link,
                        commands: &mut self.commands,
                        events: &self.events,
                        probe_interval: self.options.probe_interval,
                        pending: Pending::new(self.options.max_reply_bytes),
                        outgoing: Outgoing::default(),
                        dropped_packets: 0,
                        greeting: Some(Event::Connected { version, features }),
                    };
                    match connection.serve(stream, framer).await {
                        End::Unwanted => return,
                        End::Lost(error) => error,
                    }
                }
            };
            self.link.send_replace(None);
            let (events, wait) = (self.events.clone(), backoff.failed());
            let told_and_waited = async move {
                // Events that nobody takes any more are not missed.
                let _ = events.send(Event::Disconnected(error)).await;
                tokio::time::sleep(wait).await;
            };
            if !self.refuse_during(told_and_waited).await {
                return;
            }
        }
    }

    async fn connect(
        &self,
    ) -> Result<
        (Box<dyn Stream>, Framer, weft_openflow::Version, weft_openflow::message::SwitchFeatures),
        ConnectionError,
    > {
        let connect = async {
            let mut stream = self.options.address.connect().await?;
            let mut framer = Framer::default();
            let (version, features) = greet(&mut *stream, &mut framer, &self.options.versions).await?;
            Ok((stream, framer, version, features))
        };
        let limited = tokio::time::timeout(self.options.connect_timeout, connect).await;
        limited.unwrap_or(Err(ConnectionError::Timeout))
    }

    /// Waits for `work`, refusing what is asked meanwhile: who takes events may be waiting for an answer. False
    /// if all handles are dropped.
    async fn refuse_during(&mut self, work: impl Future<Output = ()>) -> bool {
        tokio::pin!(work);
        loop {
            tokio::select! {
                () = &mut work => return true,
                command = self.commands.recv() => match command {
                    // Whoever asked may have gone.
                    Some(exchange) => drop(exchange.done.send(Err(RequestError::NotConnected))),
                    None => return false,
                },
            }
        }
    }
}
