//! Actions of flows.

use crate::field::Field;
use crate::learn::Learn;
use crate::nat::Nat;
use crate::port::Port;
use crate::subfield::Subfield;

/// A list of actions, run in order.
pub type Actions = Vec<Action>;

/// One action.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Action {
    /// Sends the packet out of a port; `max_len` bytes of it if that is the controller.
    Output {
        /// The port.
        port: Port,
        /// Bytes for the controller, 65535 for all.
        max_len: u16,
    },
    /// Gives the packet to a group.
    Group(u32),
    /// Counts the packet against a meter, which may drop it.
    Meter(u32),
    /// Sends the packet to a controller.
    Controller(Controller),
    /// Sets the bits `mask` of a field.
    SetField {
        /// The field.
        field: Field,
        /// The bits to set; zero outside of `mask`.
        value: u128,
        /// The bits that change.
        mask: u128,
    },
    /// Copies bits.
    Move {
        /// From where.
        source: Subfield,
        /// To where, as many bits.
        target: Subfield,
    },
    /// Pushes bits on the stack.
    Push(Subfield),
    /// Pops bits from the stack.
    Pop(Subfield),
    /// Looks the packet up again.
    Resubmit {
        /// The input port during the look-up; [`Port::IN_PORT`] keeps it.
        in_port: Port,
        /// The table; 255 is the table of this flow.
        table: u8,
        /// Whether the look-up sees the connection's original tuple.
        original_tuple: bool,
    },
    /// Tracks the packet's connection.
    Ct(ConnectionTracking),
    /// Translates addresses; only inside of [`Action::Ct`].
    Nat(Nat),
    /// Forgets what connection tracking said.
    CtClear,
    /// The packet matches one of the clauses that together make a match.
    Conjunction {
        /// Which match.
        id: u32,
        /// Which clause, from 0.
        clause: u8,
        /// Of how many.
        clauses: u8,
    },
    /// Adds or changes a flow.
    Learn(Box<Learn>),
    /// Runs actions on a copy of the packet.
    Clone(Actions),
    /// Sets a bit if the packet is longer than a number of bytes.
    CheckPacketLarger {
        /// The length.
        length: u16,
        /// The bit.
        target: Subfield,
    },
    /// Samples packets for IPFIX or psample.
    Sample(Sample),
    /// Does nothing; carries bytes.
    Note(Vec<u8>),
    /// Chooses a queue.
    SetQueue(u32),
    /// Decrements the time to live; a packet whose time is over goes to these controllers.
    DecTtl(Vec<u16>),
}

/// [`Action::Controller`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Controller {
    /// Bytes of the packet to send; 65535 for all.
    pub max_len: u16,
    /// Which controller.
    pub controller_id: u16,
    /// Why: `OFPR_*`; 1 for an action.
    pub reason: u8,
    /// Bytes that come back with the packet.
    pub userdata: Vec<u8>,
    /// Whether the packet waits for the controller to resume it.
    pub pause: bool,
    /// The meter that limits it.
    pub meter: Option<u32>,
}

impl Default for Controller {
    fn default() -> Self {
        Controller {
            max_len: u16::MAX,
            controller_id: 0,
            reason: 1,
            userdata: Vec::new(),
            pause: false,
            meter: None,
        }
    }
}

/// The zone of [`Action::Ct`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Zone {
    /// A number.
    Number(u16),
    /// 16 bits of a field.
    Field(Subfield),
}

/// [`Action::Ct`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ConnectionTracking {
    /// Whether the connection is kept.
    pub commit: bool,
    /// Whether a connection of the other direction is replaced; only with `commit`.
    pub force: bool,
    /// Where the packet goes on after it was tracked.
    pub table: Option<u8>,
    /// The zone.
    pub zone: Zone,
    /// The port of the protocol whose helper is used (21 is FTP), or 0.
    pub helper: u16,
    /// Actions before the commit: [`Action::Nat`], then sets and moves of `ct_mark` and `ct_label`.
    pub actions: Actions,
}

/// A number, or bits that hold it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// A number.
    Number(u32),
    /// Bits of a field.
    Field(Subfield),
}

/// [`Action::Sample`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sample {
    /// How many of 65535 packets.
    pub probability: u16,
    /// Who gets them: an id of `Flow_Sample_Collector_Set`.
    pub collector_set: u32,
    /// The observation domain.
    pub domain: Source,
    /// The observation point.
    pub point: Source,
    /// The sampled port, [`Port::NONE`] for none.
    pub port: Port,
    /// 0, 1 for ingress, 2 for egress.
    pub direction: u8,
}
