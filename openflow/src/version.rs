//! Versions of OpenFlow.

use std::fmt;

/// A version of OpenFlow that Weft speaks, the oldest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Version {
    /// OpenFlow 1.3.
    V1_3,
    /// OpenFlow 1.4.
    V1_4,
    /// OpenFlow 1.5.
    V1_5,
}

impl Version {
    /// The byte that begins each message of it: 4 for 1.3.
    pub const fn wire(self) -> u8 {
        self.minor() + 1
    }

    /// The version whose messages begin with `wire`, if Weft speaks it.
    pub const fn from_wire(wire: u8) -> Option<Version> {
        match wire {
            4 => Some(Version::V1_3),
            5 => Some(Version::V1_4),
            6 => Some(Version::V1_5),
            _ => None,
        }
    }

    /// The number after the dot: 3 for 1.3.
    pub const fn minor(self) -> u8 {
        match self {
            Version::V1_3 => 3,
            Version::V1_4 => 4,
            Version::V1_5 => 5,
        }
    }

    /// Its name among the protocols of Open vSwitch's programs: `OpenFlow13`.
    pub fn protocol(self) -> String {
        format!("OpenFlow1{}", self.minor())
    }
}

/// `1.3`.
impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "1.{}", self.minor())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_byte_on_the_wire_leads_back_to_the_version() {
        for version in [Version::V1_3, Version::V1_4, Version::V1_5] {
            assert_eq!(Version::from_wire(version.wire()), Some(version));
        }
        assert_eq!(Version::V1_5.wire(), 6);
        assert_eq!(Version::from_wire(1), None);
        assert_eq!(Version::V1_3.to_string(), "1.3");
        assert_eq!(Version::V1_3.protocol(), "OpenFlow13");
    }
}
