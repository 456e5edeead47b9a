//! What is sent together and answered together.

use bytes::Bytes;
use tokio::sync::oneshot;
use weft_openflow::message::{Body, ErrorMessage};

use crate::error::RequestError;

/// Numbers of messages that follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Xids {
    pub(crate) first: u32,
    pub(crate) count: u32,
}

impl Xids {
    /// The place of `xid` among them.
    pub(crate) fn place(self, xid: u32) -> Option<usize> {
        let place = xid.wrapping_sub(self.first);
        (place < self.count).then_some(place as usize)
    }
}

/// An error that the switch sent for one of many messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The message's place among them, from 0.
    pub index: usize,
    /// What is wrong with it.
    pub error: ErrorMessage,
}

/// Messages that the switch answers only if they fail, and one that it answers always and last.
#[derive(Debug)]
pub(crate) struct Exchange {
    /// Which connection it was made for: their versions may differ.
    pub(crate) generation: u64,
    /// All its bytes.
    pub(crate) bytes: Bytes,
    /// The numbers of messages whose errors belong to it; also of messages that were sent before.
    pub(crate) changes: Xids,
    /// The number of the last message.
    pub(crate) last: u32,
    /// Who waits for it.
    pub(crate) done: oneshot::Sender<Result<Outcome, RequestError>>,
}

/// How an exchange ended.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The answer to the last message.
    pub(crate) reply: Result<Body, ErrorMessage>,
    /// Errors of the others, in the order of their coming.
    pub(crate) failures: Vec<Failure>,
}
