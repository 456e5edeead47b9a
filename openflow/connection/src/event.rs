//! What a switch sends unasked.

use tokio::sync::mpsc;
use weft_openflow::Version;
use weft_openflow::message::{Header, Message, MessageError, SwitchFeatures};

use crate::error::ConnectionError;

/// Something that happened.
#[derive(Debug)]
pub enum Event {
    /// The switch was reached; nothing is known of what it has.
    Connected {
        /// The version.
        version: Version,
        /// What the switch is.
        features: SwitchFeatures,
    },
    /// The switch could not be reached, or was lost; it is tried again. Requests in flight have failed.
    Disconnected(ConnectionError),
    /// The switch sent this unasked: a packet, a change of a port or of flows, an error that belongs to no
    /// request.
    Message(Message),
    /// The switch sent something unasked that makes no sense.
    Malformed {
        /// The message's header.
        header: Header,
        /// What is wrong.
        error: MessageError,
    },
    /// So many packets for the controller were thrown away because events were not taken.
    PacketsDropped(u64),
}

/// Events in the order of their happening.
pub type Events = mpsc::Receiver<Event>;
