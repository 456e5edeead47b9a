//! Exchanges that wait for their end.

use std::collections::HashMap;

use bytes::Bytes;
use tokio::sync::oneshot;
use weft_openflow::Version;
use weft_openflow::message::{Body, ErrorMessage, Header, Message, MessageError, MultipartReply};

use crate::error::RequestError;
use crate::exchange::{Exchange, Failure, Outcome, Xids};

struct Waiting {
    changes: Xids,
    failures: Vec<Failure>,
    /// What has come of an answer in parts, and its bytes.
    parts: Option<MultipartReply>,
    bytes: usize,
    done: oneshot::Sender<Result<Outcome, RequestError>>,
}

impl Waiting {
    fn finish(self, result: Result<Result<Body, ErrorMessage>, RequestError>) {
        let outcome = result.map(|reply| Outcome { reply, failures: self.failures });
        // Whoever asked may have gone; nobody misses the answer then.
        let _ = self.done.send(outcome);
    }
}

/// A message that belongs to no exchange.
#[derive(Debug)]
pub(crate) enum Unasked {
    Message(Message),
    Malformed(Header, MessageError),
}

/// Exchanges that wait for their end, by the numbers of their last messages.
pub(crate) struct Pending {
    waiting: HashMap<u32, Waiting>,
    max_reply_bytes: usize,
}

impl Pending {
    pub(crate) fn new(max_reply_bytes: usize) -> Pending {
        Pending { waiting: HashMap::new(), max_reply_bytes }
    }

    /// Waits for the end of `exchange`; its bytes.
    pub(crate) fn begin(&mut self, exchange: Exchange) -> Bytes {
        let Exchange { bytes, changes, last, done, .. } = exchange;
        let waiting = Waiting { changes, failures: Vec::new(), parts: None, bytes: 0, done };
        self.waiting.insert(last, waiting);
        bytes
    }

    /// Gives a message to the exchange that it belongs to, or back if it belongs to none.
    pub(crate) fn receive(&mut self, header: Header, bytes: &[u8], version: Version) -> Option<Unasked> {
        let Message { xid, body } = match Message::decode(bytes, version) {
            Ok(message) => message,
            Err(error) => {
                return match self.waiting.remove(&header.xid) {
                    Some(waiting) => {
                        waiting.finish(Err(RequestError::Malformed(error)));
                        None
                    }
                    None => Some(Unasked::Malformed(header, error)),
                };
            }
        };
        match body {
            Body::Error(error) => self.receive_error(xid, error),
            Body::MultipartReply { reply, more } => self.receive_part(xid, reply, more, bytes.len()),
            body => match self.waiting.remove(&xid) {
                Some(waiting) => {
                    waiting.finish(Ok(Ok(body)));
                    None
                }
                None => Some(Unasked::Message(Message { xid, body })),
            },
        }
    }

    fn receive_error(&mut self, xid: u32, error: ErrorMessage) -> Option<Unasked> {
        if let Some(waiting) = self.waiting.remove(&xid) {
            waiting.finish(Ok(Err(error)));
            return None;
        }
        for waiting in self.waiting.values_mut() {
            if let Some(index) = waiting.changes.place(xid) {
                // One error a message: a switch that sends more cannot fill the memory with them.
                if waiting.failures.len() < waiting.changes.count as usize {
                    waiting.failures.push(Failure { index, error });
                }
                return None;
            }
        }
        Some(Unasked::Message(Message { xid, body: Body::Error(error) }))
    }

    fn receive_part(&mut self, xid: u32, reply: MultipartReply, more: bool, bytes: usize) -> Option<Unasked> {
        let Some(waiting) = self.waiting.get_mut(&xid) else {
            return Some(Unasked::Message(Message { xid, body: Body::MultipartReply { reply, more } }));
        };
        waiting.bytes += bytes;
        let too_long = waiting.bytes > self.max_reply_bytes;
        let fits = match &mut waiting.parts {
            None => {
                waiting.parts = Some(reply);
                true
            }
            Some(parts) => parts.append(reply),
        };
        if more && fits && !too_long {
            return None;
        }
        let mut waiting = self.waiting.remove(&xid)?;
        let parts = waiting.parts.take();
        waiting.finish(match parts {
            _ if too_long => Err(RequestError::TooLong),
            Some(reply) if fits => Ok(Ok(Body::MultipartReply { reply, more: false })),
            _ => Err(RequestError::OtherAnswer),
        });
        None
    }

    /// Fails all exchanges: the connection is lost.
    pub(crate) fn fail_all(self) {
        for waiting in self.waiting.into_values() {
            waiting.finish(Err(RequestError::NotConnected));
        }
    }
}
