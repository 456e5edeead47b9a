//! OpenFlow port numbers.

use std::fmt;

/// A port number of OpenFlow 1.0's 16 bits, which Open vSwitch uses inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Port(pub u16);

impl Port {
    /// The first number that no physical port has.
    pub const MAX: Port = Port(0xff00);
    /// No port was chosen yet.
    pub const UNSET: Port = Port(0xfff7);
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

    /// Whether packets can be sent out of it (`ofpact_check_output_port` in Open vSwitch).
    pub fn is_output(self) -> bool {
        self < Port::MAX || (self >= Port::IN_PORT && self != Port::NONE)
    }

    /// Whether it can be in a bundle: it may be none, but not the controller.
    pub(crate) fn is_member(self) -> bool {
        self == Port::NONE || (self.is_output() && self != Port::CONTROLLER)
    }

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

/// The names of reserved ports.
const NAMES: [(Port, &str); 9] = [
    (Port::UNSET, "UNSET"),
    (Port::IN_PORT, "IN_PORT"),
    (Port::TABLE, "TABLE"),
    (Port::NORMAL, "NORMAL"),
    (Port::FLOOD, "FLOOD"),
    (Port::ALL, "ALL"),
    (Port::CONTROLLER, "CONTROLLER"),
    (Port::LOCAL, "LOCAL"),
    (Port::NONE, "ANY"),
];

impl Port {
    /// The reserved port that `ovs-ofctl` calls `name`, whatever its case.
    pub fn from_name(name: &str) -> Option<Port> {
        let name = if name.eq_ignore_ascii_case("none") { "ANY" } else { name };
        NAMES.iter().find(|n| n.1.eq_ignore_ascii_case(name)).map(|n| n.0)
    }
}

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match NAMES.iter().find(|n| n.0 == *self) {
            Some((_, name)) => f.write_str(name),
            None => self.0.fmt(f),
        }
    }
}
