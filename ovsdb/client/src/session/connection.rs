use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use bytes::{Buf, Bytes};
use thiserror::Error;
use tokio::io::{AsyncReadExt, AsyncWriteExt, ReadHalf, WriteHalf};
use tokio::time::{Instant, sleep_until};
use weft_ovsdb_wire::{
    Framer, FramingError, Message, MessageError, write_error, write_request, write_result,
};

use crate::monitor::UpdateError;
use crate::transport::Stream;

/// Room for one read.
const READ_BYTES: usize = 64 * 1024;

/// The id of our `echo` requests, whose answers matter only as a sign of life.
const ECHO_ID: u64 = 0;

/// Why a connection ended.
#[derive(Debug, Error)]
pub(super) enum Lost {
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("connection closed by peer")]
    Closed,
    #[error("no answer to an inactivity probe after {0:?}")]
    Silent(Duration),
    #[error("no connection within {0:?}")]
    ConnectTimeout(Duration),
    #[error("{0}")]
    Framing(#[from] FramingError),
    #[error("{0}")]
    Message(#[from] MessageError),
    #[error("{0}")]
    Update(#[from] UpdateError),
    #[error("malformed message: {0}")]
    Json(#[from] serde_json::Error),
    #[error("the server's schema: {0}")]
    Schema(#[from] weft_ovsdb_schema::SchemaError),
    #[error("{method} failed: {error}")]
    Request { method: &'static str, error: String },
    #[error("{0}")]
    Unsuitable(String),
    #[error("the server cancelled the monitor")]
    Cancelled,
    #[error("reconnection was asked for")]
    Asked,
}

/// A message of the server; contents are slices of the bytes received.
#[derive(Debug)]
pub(super) enum Incoming {
    Notification { method: String, params: Bytes },
    Result { id: u64, result: Bytes },
    Error { id: u64, error: String },
}

/// One connection: reads and writes at the same time, answers echo requests, probes.
pub(super) struct Connection {
    reader: ReadHalf<Box<dyn Stream>>,
    writer: WriteHalf<Box<dyn Stream>>,
    framer: Framer,
    outgoing: Outgoing,
    last_id: u64,
    probe_interval: Option<Duration>,
    heard_at: Instant,
    probed: bool,
}

impl Connection {
    pub(super) fn new(stream: Box<dyn Stream>, probe_interval: Option<Duration>) -> Self {
        let (reader, writer) = tokio::io::split(stream);
        Self {
            reader,
            writer,
            framer: Framer::new(),
            outgoing: Outgoing::default(),
            last_id: ECHO_ID,
            probe_interval,
            heard_at: Instant::now(),
            probed: false,
        }
    }

    pub(super) fn set_probe_interval(&mut self, interval: Option<Duration>) {
        self.probe_interval = interval;
        self.heard_at = Instant::now();
        self.probed = false;
    }

    /// Queues a request and returns its id. It is written by the next [`Connection::receive`].
    pub(super) fn request(&mut self, method: &str, params: impl FnOnce(&mut String)) -> u64 {
        self.last_id += 1;
        let mut text = String::new();
        write_request(&mut text, self.last_id, method, params);
        self.outgoing.push(text);
        self.last_id
    }

    /// Sends a request and waits for its answer; what else arrives is put in `inbox`.
    pub(super) async fn call(
        &mut self,
        inbox: &mut VecDeque<Incoming>,
        method: &str,
        params: impl FnOnce(&mut String),
    ) -> Result<Result<Bytes, String>, Lost> {
        let request = self.request(method, params);
        loop {
            match self.receive().await? {
                Incoming::Result { id, result } if id == request => return Ok(Ok(result)),
                Incoming::Error { id, error } if id == request => return Ok(Err(error)),
                other => inbox.push_back(other),
            }
        }
    }

    /// Waits for the next message, and meanwhile writes what is queued. Dropping the future loses nothing.
    pub(super) async fn receive(&mut self) -> Result<Incoming, Lost> {
        loop {
            while let Some(message) = self.framer.next_message()? {
                if let Some(incoming) = self.sort(&message)? {
                    return Ok(incoming);
                }
            }
            self.framer.buffer_mut().reserve(READ_BYTES);
            let probe_at = self.probe_interval.map(|interval| (interval, self.heard_at + interval));
            tokio::select! {
                read = self.reader.read_buf(self.framer.buffer_mut()) => {
                    if read? == 0 {
                        return Err(Lost::Closed);
                    }
                    self.heard_at = Instant::now();
                    self.probed = false;
                }
                written = self.outgoing.write_some(&mut self.writer) => written?,
                interval = reach(probe_at) => self.probe(interval)?,
            }
        }
    }

    /// Takes a message apart; requests are answered here (RFC 7047 section 4.1.11).
    fn sort(&mut self, message: &Bytes) -> Result<Option<Incoming>, Lost> {
        let part = |raw: &serde_json::value::RawValue| message.slice_ref(raw.get().as_bytes());
        Ok(match Message::parse(message)? {
            Message::Request { id, method, params } => {
                let mut text = String::new();
                match method {
                    "echo" => write_result(&mut text, id.get(), params.get()),
                    _ => write_error(&mut text, id.get(), "unknown method"),
                }
                self.outgoing.push(text);
                None
            }
            Message::Notification { method, params } => {
                Some(Incoming::Notification { method: method.to_owned(), params: part(params) })
            }
            Message::Result { id: ECHO_ID, .. } | Message::Error { id: ECHO_ID, .. } => None,
            Message::Result { id, result } => Some(Incoming::Result { id, result: part(result) }),
            Message::Error { id, error } => Some(Incoming::Error { id, error: error.get().to_owned() }),
        })
    }

    fn probe(&mut self, interval: Duration) -> Result<(), Lost> {
        if self.probed {
            return Err(Lost::Silent(interval));
        }
        self.probed = true;
        self.heard_at = Instant::now();
        let mut text = String::new();
        write_request(&mut text, ECHO_ID, "echo", |_| {});
        self.outgoing.push(text);
        Ok(())
    }
}

async fn reach(probe: Option<(Duration, Instant)>) -> Duration {
    match probe {
        Some((interval, deadline)) => {
            sleep_until(deadline).await;
            interval
        }
        None => std::future::pending().await,
    }
}

/// Messages on their way out.
#[derive(Default)]
struct Outgoing {
    messages: VecDeque<Bytes>,
    /// Whether the stream may hold back bytes that were written, as TLS does.
    unflushed: bool,
}

impl Outgoing {
    fn push(&mut self, text: String) {
        self.messages.push_back(text.into());
    }

    /// Writes something, or flushes; waits forever when there is nothing to do.
    /// Dropping the future loses nothing.
    async fn write_some(&mut self, writer: &mut WriteHalf<Box<dyn Stream>>) -> io::Result<()> {
        match self.messages.front_mut() {
            Some(message) => {
                if writer.write_buf(message).await? == 0 {
                    return Err(io::ErrorKind::WriteZero.into());
                }
                self.unflushed = true;
                if !message.has_remaining() {
                    self.messages.pop_front();
                }
                Ok(())
            }
            None if self.unflushed => {
                writer.flush().await?;
                self.unflushed = false;
                Ok(())
            }
            None => std::future::pending().await,
        }
    }
}
