//! Roles of controllers (OpenFlow 1.5.1, sections 7.3.9 and 7.4.4).

use super::error::ErrorCode;
use super::property::next_property;
use super::wire::{MessageError, put_u32, put_u64, put_zeros};
use crate::decode::Reader;

/// What a controller may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Asks for the role that it has.
    NoChange,
    /// Anything, as others may.
    Equal,
    /// Anything, as no other may.
    Primary,
    /// Only reading.
    Secondary,
}

impl Role {
    const ALL: [Role; 4] = [Role::NoChange, Role::Equal, Role::Primary, Role::Secondary];

    fn decode(r: &mut Reader<'_>) -> Result<Role, MessageError> {
        let number = r.u32()?;
        let role = Role::ALL.into_iter().find(|&role| role as u32 == number);
        role.ok_or(MessageError::refused(ErrorCode::BAD_ROLE, "an unknown role"))
    }
}

/// A role request, and its reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RoleRequest {
    /// The role.
    pub role: Role,
    /// The number of the election; an older one than the switch has seen is refused.
    pub generation: u64,
}

impl RoleRequest {
    pub(crate) fn decode(r: &mut Reader<'_>) -> Result<RoleRequest, MessageError> {
        let role = Role::decode(r)?;
        r.take(4)?;
        Ok(RoleRequest { role, generation: r.u64()? })
    }

    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        put_u32(out, self.role as u32);
        put_zeros(out, 4);
        put_u64(out, self.generation);
    }
}

/// Says that the role of this controller has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RoleStatus {
    /// The new role.
    pub role: Role,
    /// Why: `OFPCRR_*`.
    pub reason: u8,
    /// The number of the election.
    pub generation: u64,
}

impl RoleStatus {
    pub(crate) fn decode(r: &mut Reader<'_>) -> Result<RoleStatus, MessageError> {
        let role = Role::decode(r)?;
        let reason = r.u8()?;
        r.take(3)?;
        let generation = r.u64()?;
        while !r.is_empty() {
            next_property(r)?;
        }
        Ok(RoleStatus { role, reason, generation })
    }

    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        put_u32(out, self.role as u32);
        out.extend([self.reason, 0, 0, 0]);
        put_u64(out, self.generation);
    }
}
