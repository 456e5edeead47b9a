//! OpenFlow port numbers.

use std::fmt;

/// A port number of OpenFlow 1.0's 16 bits, which Open vSwitch uses inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Port(pub u16);

impl Port {
    /// The first number that no physical port has.
    pub const MAX: Port = Port(0xff00);
    /// No change of the input port, as in `resubmit(,5)`.
    pub const IN_PORT: Port = Port(0xfff8);
    /// OpenFlow's flow table, for a packet out.
    pub const TABLE: Port = Port(0xfff9);
    /// The old way of a learning switch.
    pub const NORMAL: Port = Port(0xfffa);
    /// All ports that flood.
    pub const FLOOD: Port = Port(0xfffb);
    /// All ports.
    pub const ALL: Port = Port(0xfffc);
    /// The controller.
    pub const CONTROLLER: Port = Port(0xfffd);
    /// The switch's own port.
    pub const LOCAL: Port = Port(0xfffe);
    /// No port.
    pub const NONE: Port = Port(0xffff);

    /// The number with 32 bits, as OpenFlow 1.1 and later write it.
    pub fn to_u32(self) -> u32 {
        if self >= Port::MAX { 0xffff_0000 | u32::from(self.0) } else { self.0.into() }
    }

    /// The port of a 32-bit number, if there is one.
    pub fn from_u32(number: u32) -> Option<Port> {
        match number {
            0..0xff00 => Some(Port(number as u16)),
            0xffff_ff00.. => Some(Port(number as u16)),
            _ => None,
        }
    }
}

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Port::IN_PORT => f.write_str("IN_PORT"),
            Port::TABLE => f.write_str("TABLE"),
            Port::NORMAL => f.write_str("NORMAL"),
            Port::FLOOD => f.write_str("FLOOD"),
            Port::ALL => f.write_str("ALL"),
            Port::CONTROLLER => f.write_str("CONTROLLER"),
            Port::LOCAL => f.write_str("LOCAL"),
            Port::NONE => f.write_str("ANY"),
            Port(number) => write!(f, "{number}"),
        }
    }
}
