//! One connection from its greeting to its end.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::io::AsyncReadExt;
use tokio::sync::mpsc;
use tokio::time::Instant;
use weft_openflow::message::{Body, Message};

use crate::address::Stream;
use crate::error::{ConnectionError, RequestError};
use crate::event::Event;
use crate::exchange::Exchange;
use crate::framing::Framer;
use crate::link::Link;
use crate::outgoing::Outgoing;
use crate::pending::{Pending, Unasked};

/// Above so many bytes that wait to be written, no more exchanges are taken.
const MAX_OUTGOING: usize = 1 << 20;
/// Above so many more, nothing is read: a switch that asks for echoes must take them.
const MAX_ANSWERS: usize = 1 << 20;

pub(crate) struct Connection<'a> {
    pub(crate) link: Arc<Link>,
    pub(crate) commands: &'a mut mpsc::Receiver<Exchange>,
    pub(crate) events: &'a mpsc::Sender<Event>,
    pub(crate) probe_interval: Option<Duration>,
    pub(crate) pending: Pending,
    pub(crate) outgoing: Outgoing,
    /// What is told before anything that the switch sends. Nobody waits until it is taken: who takes events
    /// may be waiting for an answer meanwhile.
    pub(crate) greeting: Option<Event>,
    pub(crate) dropped_packets: u64,
}

/// Why a connection ends.
pub(crate) enum End {
    /// Nobody has a handle any more.
    Unwanted,
    Lost(ConnectionError),
}

impl From<ConnectionError> for End {
    fn from(error: ConnectionError) -> End {
        End::Lost(error)
    }
}

impl Connection<'_> {
    /// Sends, receives and probes until the connection ends.
    pub(crate) async fn serve(mut self, stream: Box<dyn Stream>, mut framer: Framer) -> End {
        let end = match self.run(stream, &mut framer).await {
            Ok(()) => End::Unwanted,
            Err(error) => error.into(),
        };
        self.pending.fail_all();
        end
    }

    async fn run(&mut self, stream: Box<dyn Stream>, framer: &mut Framer) -> Result<(), ConnectionError> {
        let (mut reader, mut writer) = tokio::io::split(stream);
        self.take_messages(framer)?;
        let mut probed = false;
        let mut heard = Instant::now();
        let events = self.events;
        loop {
            let may_read = self.outgoing.len() < MAX_OUTGOING + MAX_ANSWERS;
            let may_take = self.outgoing.len() < MAX_OUTGOING;
            let silence = self.probe_interval.map(|interval| heard + interval * if probed { 2 } else { 1 });
            tokio::select! {
                read = reader.read_buf(framer.room()), if may_read => {
                    if read? == 0 {
                        return Err(ConnectionError::Closed);
                    }
                    (probed, heard) = (false, Instant::now());
                    self.take_messages(framer)?;
                }
                written = self.outgoing.write(&mut writer), if !self.outgoing.is_empty() => written?,
                command = self.commands.recv(), if may_take => match command {
                    Some(exchange) => self.begin(exchange),
                    None => return Ok(()),
                },
                permit = events.reserve(), if self.greeting.is_some() => {
                    if let (Ok(permit), Some(greeting)) = (permit, self.greeting.take()) {
                        permit.send(greeting);
                    }
                }
                () = sleep_until(silence) => {
                    if probed {
                        return Err(ConnectionError::Silent);
                    }
                    probed = true;
                    self.send(self.link.take_xids(1).first, Body::EchoRequest(Vec::new()))?;
                }
            }
        }
    }

    fn begin(&mut self, exchange: Exchange) {
        if exchange.generation == self.link.generation {
            let bytes = self.pending.begin(exchange);
            self.outgoing.push(bytes);
        } else {
            // It was encoded for a connection that is gone. Whoever asked may have gone too.
            let _ = exchange.done.send(Err(RequestError::NotConnected));
        }
    }

    fn send(&mut self, xid: u32, body: Body) -> Result<(), ConnectionError> {
        let bytes = Message::new(xid, body).encode(self.link.version).map_err(std::io::Error::other)?;
        self.outgoing.push(Bytes::from(bytes));
        Ok(())
    }

    fn take_messages(&mut self, framer: &mut Framer) -> Result<(), ConnectionError> {
        while let Some((header, bytes)) = framer.next()? {
            let event = match self.pending.receive(header, &bytes, self.link.version) {
                None => continue,
                Some(Unasked::Message(Message { xid, body: Body::EchoRequest(data) })) => {
                    self.send(xid, Body::EchoReply(data))?;
                    continue;
                }
                // The answer to a probe says what its coming says.
                Some(Unasked::Message(Message { body: Body::EchoReply(_), .. })) => continue,
                Some(Unasked::Message(message)) => Event::Message(message),
                Some(Unasked::Malformed(header, error)) => Event::Malformed { header, error },
            };
            self.tell(event)?;
        }
        Ok(())
    }

    /// Packets may be lost when nobody takes them; a change that is lost would be missed for ever.
    fn tell(&mut self, event: Event) -> Result<(), ConnectionError> {
        let is_packet = matches!(&event, Event::Message(Message { body: Body::PacketIn(_), .. }));
        if self.tell_first() && try_tell(self.events, event).is_none() {
            return Ok(());
        }
        if is_packet {
            self.dropped_packets += 1;
            Ok(())
        } else {
            Err(ConnectionError::Overrun)
        }
    }

    /// Tells what comes before the next event; false if there is no room.
    fn tell_first(&mut self) -> bool {
        self.greeting = self.greeting.take().and_then(|greeting| try_tell(self.events, greeting));
        let dropped = self.dropped_packets;
        if self.greeting.is_none()
            && dropped > 0
            && try_tell(self.events, Event::PacketsDropped(dropped)).is_none()
        {
            self.dropped_packets = 0;
        }
        self.greeting.is_none()
    }
}

/// The event, if there is no room for it. Events that nobody takes any more are not missed.
fn try_tell(events: &mpsc::Sender<Event>, event: Event) -> Option<Event> {
    match events.try_send(event) {
        Err(mpsc::error::TrySendError::Full(event)) => Some(event),
        Ok(()) | Err(mpsc::error::TrySendError::Closed(_)) => None,
    }
}

async fn sleep_until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}
