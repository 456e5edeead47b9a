//! Actions of flows.

use super::connection::ConnectionTracking;
use super::controller::Controller;
use super::encapsulation::Encapsulation;
use super::learn::Learn;
use super::nat::Nat;
use super::older::OlderSet;
use super::sample::Sample;
use super::spread::{Bundle, Multipath};
use crate::field::Field;
use crate::port::Port;
use crate::subfield::Subfield;

/// A list of actions, run in order.
pub type Actions = Vec<Action>;

/// One action, or an instruction other than the one to apply actions.
///
/// As in `ovs-ofctl`, one list has both: the actions to apply, and before and after them the instructions in the
/// order in which a switch runs them ([`Action::Meter`] first where OpenFlow has it as an instruction, then the
/// actions, [`Action::ClearActions`], [`Action::WriteActions`], [`Action::WriteMetadata`], [`Action::GotoTable`]).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Action {
    /// Sends the packet out of a port; `max_len` bytes of it if that is the controller.
    Output {
        /// The port.
        port: Port,
        /// Bytes for the controller, 65535 for all.
        max_len: u16,
    },
    /// Sends the packet out of the port that bits hold.
    OutputField {
        /// The bits.
        source: Subfield,
        /// Bytes for the controller.
        max_len: u16,
    },
    /// Sends the first bytes of the packet out of a port.
    OutputTruncated {
        /// The port.
        port: Port,
        /// How many bytes, at least 14.
        max_len: u32,
    },
    /// Sends the packet to a queue of a port.
    Enqueue {
        /// The port.
        port: Port,
        /// Its queue.
        queue: u32,
    },
    /// Spreads packets over ports.
    Bundle(Box<Bundle>),
    /// Spreads packets over numbers.
    Multipath(Multipath),
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
        /// The bits that change; [`FieldInfo::whole_mask`](crate::FieldInfo::whole_mask) for the whole field.
        mask: u128,
    },
    /// Sets bits, in the form that OpenFlow has before 1.5; there it becomes [`Action::SetField`].
    Load {
        /// The bits.
        target: Subfield,
        /// What they get.
        value: u128,
    },
    /// Sets a field in a form of old versions of OpenFlow.
    Older(OlderSet, u64),
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
    /// Chooses the default queue.
    PopQueue,
    /// Decrements the time to live; a packet whose time is over goes to the controller.
    DecTtl,
    /// Decrements the time to live; a packet whose time is over goes to these controllers.
    DecTtlFor(Vec<u16>),
    /// Decrements the time to live of MPLS.
    DecMplsTtl,
    /// Decrements the time to live of a Network Service Header.
    DecNshTtl,
    /// Adds a VLAN tag of an Ethernet type, 0x8100 or 0x88a8.
    PushVlan(u16),
    /// Removes a VLAN tag.
    PopVlan,
    /// Removes a VLAN tag; the name that OpenFlow 1.0 has for it.
    StripVlan,
    /// Adds an MPLS label of an Ethernet type, 0x8847 or 0x8848.
    PushMpls(u16),
    /// Removes an MPLS label; the Ethernet type of what remains.
    PopMpls(u16),
    /// Adds a header.
    Encap(Box<Encapsulation>),
    /// Removes the outermost header; the type of what remains.
    Decap(u32),
    /// Removes a field of the tunnel's metadata.
    DeleteField(Field),
    /// Shortens the flow's timeouts when a TCP connection ends.
    FinTimeout {
        /// Seconds without a packet, 0 for no change.
        idle_timeout_s: u16,
        /// Seconds, 0 for no change.
        hard_timeout_s: u16,
    },
    /// Ends the processing of the packet.
    Exit,
    /// Empties the set of actions that run at the end.
    ClearActions,
    /// Adds to the set of actions that run at the end.
    WriteActions(Actions),
    /// Sets bits of the metadata.
    WriteMetadata {
        /// The bits to set.
        metadata: u64,
        /// The bits that change.
        mask: u64,
    },
    /// Goes on in another table.
    GotoTable(u8),
}
