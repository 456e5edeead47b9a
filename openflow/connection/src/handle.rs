//! Asking a switch, and changing it.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::{mpsc, oneshot, watch};
use weft_openflow::Version;
use weft_openflow::message::{Body, MultipartReply, MultipartRequest, SwitchFeatures};

use crate::error::RequestError;
use crate::exchange::{Exchange, Failure, Outcome, Xids};
use crate::link::Link;

/// Asks a switch and changes it; clones share the connection. Without any, it ends.
#[derive(Debug, Clone)]
pub struct SwitchHandle {
    commands: mpsc::Sender<Exchange>,
    link: watch::Receiver<Option<Arc<Link>>>,
}

impl SwitchHandle {
    pub(crate) fn new(commands: mpsc::Sender<Exchange>, link: watch::Receiver<Option<Arc<Link>>>) -> Self {
        SwitchHandle { commands, link }
    }

    /// The version that was agreed upon, and what the switch is; nothing while there is no connection.
    pub fn connected(&self) -> Option<(Version, SwitchFeatures)> {
        self.link.borrow().as_ref().map(|link| (link.version, link.features))
    }

    /// The answer to `request`.
    ///
    /// # Errors
    /// When there is no connection, the switch refuses, or such a message has no answer.
    pub async fn request(&self, request: Body) -> Result<Body, RequestError> {
        if !request.has_answer() {
            return Err(RequestError::NoAnswer);
        }
        let link = self.link()?;
        let outcome = self.exchange(&link, Vec::new(), None, request).await?;
        outcome.reply.map_err(RequestError::Refused)
    }

    /// All parts of the answer to `request`.
    ///
    /// # Errors
    /// Those of [`SwitchHandle::request`].
    pub async fn multipart(&self, request: MultipartRequest) -> Result<MultipartReply, RequestError> {
        match self.request(Body::MultipartRequest(request)).await? {
            Body::MultipartReply { reply, .. } => Ok(reply),
            _ => Err(RequestError::OtherAnswer),
        }
    }

    /// Returns when all that was sent before is done.
    ///
    /// # Errors
    /// Those of [`SwitchHandle::request`].
    pub async fn barrier(&self) -> Result<(), RequestError> {
        self.request(Body::BarrierRequest).await.map(|_| ())
    }

    /// Sends messages that switches answer only if they fail, and returns the errors when all are done. The
    /// messages that did not fail have happened.
    ///
    /// # Errors
    /// Those of [`SwitchHandle::request`]; then nobody knows what has happened.
    pub async fn change(&self, changes: Vec<Body>) -> Result<Vec<Failure>, RequestError> {
        let link = self.link()?;
        let outcome = self.exchange(&link, changes, None, Body::BarrierRequest).await?;
        outcome.reply.map(|_| outcome.failures).map_err(RequestError::Refused)
    }

    pub(crate) fn link(&self) -> Result<Arc<Link>, RequestError> {
        self.link.borrow().clone().ok_or(RequestError::NotConnected)
    }

    /// Sends `changes`, whose numbers are `xids` or new ones, and `last`; and waits for the answer to `last`.
    /// If there are no changes, `xids` are those of earlier ones whose errors may still come.
    pub(crate) async fn exchange(
        &self,
        link: &Link,
        changes: Vec<Body>,
        xids: Option<Xids>,
        last: Body,
    ) -> Result<Outcome, RequestError> {
        let changes_xids = xids.unwrap_or_else(|| link.take_xids(changes.len() as u32));
        let last_xid = link.take_xids(1).first;
        let mut bytes = Vec::new();
        for (place, change) in (0..).zip(&changes) {
            change.encode(link.version, changes_xids.first + place, &mut bytes)?;
        }
        // What is sent in bytes is not needed in its other form.
        drop(changes);
        last.encode(link.version, last_xid, &mut bytes)?;
        let (done, outcome) = oneshot::channel();
        let exchange = Exchange {
            generation: link.generation,
            bytes: Bytes::from(bytes),
            changes: changes_xids,
            last: last_xid,
            done,
        };
        self.commands.send(exchange).await.map_err(|_| RequestError::NotConnected)?;
        outcome.await.map_err(|_| RequestError::NotConnected)?
    }
}
