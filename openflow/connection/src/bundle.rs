//! A bundle as one call.

use weft_openflow::message::{
    BUNDLE_ATOMIC, BUNDLE_ORDERED, Body, BundleAdd, BundleCommand, BundleControl, ErrorMessage,
};

use crate::error::RequestError;
use crate::exchange::{Failure, Outcome};
use crate::handle::SwitchHandle;

/// Why a bundle changed nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// There is no connection, or a message cannot be sent. If the connection was lost while the bundle was on
    /// its way, nobody knows whether it has happened.
    #[error("{0}")]
    Request(#[from] RequestError),
    /// The switch takes no bundle now.
    #[error("the switch takes no bundle: {}", .0.code)]
    NotOpened(ErrorMessage),
    /// These messages, by their places in the bundle, cannot happen.
    #[error("message {} of the bundle: {}", .0[0].index, .0[0].error.code)]
    Messages(Vec<Failure>),
    /// The switch refuses the bundle as a whole.
    #[error("the switch refused the bundle: {}", .0.code)]
    Refused(ErrorMessage),
}

impl SwitchHandle {
    /// Makes changes together, in their order, or none of them. Flows, groups and packets can be in a bundle.
    ///
    /// # Errors
    /// Nothing has happened then, unless the connection was lost; [`BundleError::Messages`] tells which
    /// messages are to blame.
    pub async fn bundle(&self, messages: Vec<Body>) -> Result<(), BundleError> {
        if messages.is_empty() {
            return Ok(());
        }
        let link = self.link()?;
        let (bundle, flags) = (link.take_bundle(), BUNDLE_ATOMIC | BUNDLE_ORDERED);
        let control = |command| Body::BundleControl(BundleControl { bundle, command, flags });
        let add = |message| Body::BundleAdd(BundleAdd { bundle, flags, message: Box::new(message) });
        let mut changes = Vec::with_capacity(messages.len() + 1);
        changes.push(control(BundleCommand::OpenRequest));
        changes.extend(messages.into_iter().map(add));
        let xids = link.take_xids(changes.len() as u32);
        // A switch commits what it could add; so that nothing of a bundle with a bad message happens, the
        // answers to all of them are waited for.
        let close = control(BundleCommand::CloseRequest);
        let closed = self.exchange(&link, changes, Some(xids), close).await?;
        if let Err(error) = verdict(closed) {
            // A bundle that was not opened cannot be discarded; the answer does not matter.
            self.exchange(&link, Vec::new(), None, control(BundleCommand::DiscardRequest)).await?;
            return Err(error);
        }
        let commit = control(BundleCommand::CommitRequest);
        verdict(self.exchange(&link, Vec::new(), Some(xids), commit).await?)
    }
}

/// What the answers about a bundle mean; the first message opened it.
fn verdict(outcome: Outcome) -> Result<(), BundleError> {
    let mut failures = outcome.failures;
    if let Some(place) = failures.iter().position(|failure| failure.index == 0) {
        return Err(BundleError::NotOpened(failures.swap_remove(place).error));
    }
    if !failures.is_empty() {
        failures.iter_mut().for_each(|failure| failure.index -= 1);
        return Err(BundleError::Messages(failures));
    }
    outcome.reply.map(|_| ()).map_err(BundleError::Refused)
}
