//! Which messages a switch sends unasked (OpenFlow 1.5.1, section 7.3.10).

use super::property::{UNKNOWN_PROPERTY, next_property, property_u32, put_u32_property};
use super::wire::{EncodeError, MessageError, put_u32};
use crate::decode::Reader;
use crate::version::Version;

/// A kind of messages that a switch sends unasked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AsyncKind {
    /// Packets for the controller.
    PacketIn,
    /// Ports that came, went or changed.
    PortStatus,
    /// Flows that went.
    FlowRemoved,
    /// Changes of the controller's role.
    RoleStatus,
    /// Changes of tables.
    TableStatus,
    /// Changes of groups and meters by other controllers.
    RequestForward,
}

impl AsyncKind {
    const ALL: [AsyncKind; 6] = [
        AsyncKind::PacketIn,
        AsyncKind::PortStatus,
        AsyncKind::FlowRemoved,
        AsyncKind::RoleStatus,
        AsyncKind::TableStatus,
        AsyncKind::RequestForward,
    ];
    /// Those that OpenFlow 1.3 has.
    const OF_1_3: [AsyncKind; 3] = [AsyncKind::PacketIn, AsyncKind::PortStatus, AsyncKind::FlowRemoved];
}

/// For which reasons messages of a kind are sent to a controller of a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AsyncMask {
    /// The kind.
    pub kind: AsyncKind,
    /// Whether it counts for the roles primary and equal, or for secondary.
    pub primary: bool,
    /// Bit `n` is set if messages of reason `n` are sent.
    pub reasons: u32,
}

/// Which messages a switch sends unasked. What is not told stays as it is from OpenFlow 1.4 on, and is turned off
/// in 1.3.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct AsyncConfig {
    /// Each kind and role at most once.
    pub masks: Vec<AsyncMask>,
}

impl AsyncConfig {
    pub(crate) fn decode(r: &mut Reader<'_>, version: Version) -> Result<AsyncConfig, MessageError> {
        let mut masks = Vec::new();
        if version < Version::V1_4 {
            for kind in AsyncKind::OF_1_3 {
                for primary in [true, false] {
                    masks.push(AsyncMask { kind, primary, reasons: r.u32()? });
                }
            }
            return Ok(AsyncConfig { masks });
        }
        while !r.is_empty() {
            let (number, value) = next_property(r)?;
            let kind = *AsyncKind::ALL.get(usize::from(number / 2)).ok_or(UNKNOWN_PROPERTY)?;
            let reasons = property_u32(value)?;
            masks.push(AsyncMask { kind, primary: number % 2 == 1, reasons });
        }
        Ok(AsyncConfig { masks })
    }

    pub(crate) fn encode(&self, version: Version, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        if version >= Version::V1_4 {
            for mask in &self.masks {
                let number = 2 * mask.kind as u16 + u16::from(mask.primary);
                put_u32_property(out, number, mask.reasons);
            }
            return Ok(());
        }
        if self.masks.iter().any(|mask| !AsyncKind::OF_1_3.contains(&mask.kind)) {
            let what = "a choice of messages about roles, tables and forwarded requests";
            return Err(EncodeError::NotInVersion { what, version });
        }
        for kind in AsyncKind::OF_1_3 {
            for primary in [true, false] {
                let found = self.masks.iter().find(|m| m.kind == kind && m.primary == primary);
                put_u32(out, found.map_or(0, |mask| mask.reasons));
            }
        }
        Ok(())
    }
}
