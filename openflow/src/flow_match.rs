//! Matches: sets of masked field values.

use crate::field::{Field, low_bits};
use crate::field_info::Prerequisite;

/// One field of a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldMatch {
    /// The field.
    pub field: Field,
    /// Its value; bits outside of the mask are zero.
    pub value: u128,
    /// The bits that count; never zero.
    pub mask: u128,
}

/// What a flow matches: every packet whose fields have the given values under the given masks.
///
/// Fields that share storage have one form here, so that equal matches are equal values: wide registers are
/// kept as 32-bit ones, VLAN fields as `vlan_tci`, DSCP as `ip_dscp`, the input port as `in_port`.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Match {
    /// Sorted by field, each once.
    fields: Vec<FieldMatch>,
}

const VLAN_PRESENT: u128 = 0x1000;
/// Bits of the state of a connection that mean something.
const CT_STATES: u32 = 8;

impl Match {
    /// The match of every packet.
    pub fn any() -> Match {
        Match::default()
    }

    /// The fields that it constrains, in the order of [`Field`].
    pub fn fields(&self) -> &[FieldMatch] {
        &self.fields
    }

    /// Value and mask of `field`, if it is constrained; `field` is one of those that the type keeps.
    pub fn get(&self, field: Field) -> Option<(u128, u128)> {
        let position = self.fields.binary_search_by_key(&field, |m| m.field).ok()?;
        let found = self.fields[position];
        Some((found.value, found.mask))
    }

    /// Sets the bits `mask` of `field` to `value`, keeping what other bits were set to
    /// (`mf_set`, `mf_mask_subfield`). Bits that the field does not have are left out.
    pub fn set(&mut self, field: Field, value: u128, mask: u128) {
        let registers = field.registers();
        if registers.len() > 1 {
            for (n, register) in registers.rev().enumerate() {
                let part = |x: u128| (x >> (32 * n)) & 0xffff_ffff;
                self.insert(Field::reg(register), part(value), part(mask));
            }
            return;
        }
        if field == Field::VLAN_VID {
            // Its thirteenth bit is whether there is a tag, beside the twelve that OpenFlow counts.
            return self.insert(Field::VLAN_TCI, value & 0x1fff, mask & 0x1fff);
        }
        let mask = mask & low_bits(if field == Field::CT_STATE { CT_STATES } else { field.bits() });
        match field {
            Field::DL_VLAN => self.insert(Field::VLAN_TCI, value | VLAN_PRESENT, mask | VLAN_PRESENT),
            Field::DL_VLAN_PCP | Field::VLAN_PCP => {
                self.insert(Field::VLAN_TCI, value << 13 | VLAN_PRESENT, mask << 13 | VLAN_PRESENT);
            }
            Field::IP_DSCP => self.insert(Field::IP_DSCP_SHIFTED, value >> 2, mask >> 2),
            Field::IN_PORT_OXM => self.insert(Field::IN_PORT, value & 0xffff, mask & 0xffff),
            _ => self.insert(field, value, mask),
        }
    }

    /// Whether any bit of `field` is constrained.
    pub fn has_bits_of(&self, field: Field) -> bool {
        let any = |field: Field, bits: u128| self.get(field).is_some_and(|(_, mask)| mask & bits != 0);
        match field {
            Field::DL_VLAN => any(Field::VLAN_TCI, 0x0fff),
            Field::VLAN_VID => any(Field::VLAN_TCI, 0x1fff),
            Field::DL_VLAN_PCP | Field::VLAN_PCP => any(Field::VLAN_TCI, 0xe000),
            Field::IP_DSCP => any(Field::IP_DSCP_SHIFTED, u128::MAX),
            Field::IN_PORT_OXM => any(Field::IN_PORT, u128::MAX),
            _ if field.registers().len() > 1 => field.registers().any(|n| any(Field::reg(n), u128::MAX)),
            _ => any(field, u128::MAX),
        }
    }

    /// Whether a field is constrained that only Ethernet packets have, so that no packet type needs to say so.
    pub(crate) fn implies_ethernet(&self) -> bool {
        self.fields.iter().any(|m| m.field.info().prerequisite != Prerequisite::None)
    }

    /// Removes the packet type if it is Ethernet's and other fields say so too.
    pub(crate) fn without_implied_packet_type(mut self) -> Match {
        let ethernet = self.get(Field::PACKET_TYPE).is_some_and(|(value, _)| value == 0);
        if ethernet && self.implies_ethernet() {
            self.remove(Field::PACKET_TYPE);
        }
        self
    }

    /// Sets all bits of `field`.
    pub fn set_exact(&mut self, field: Field, value: u128) {
        self.set(field, value, low_bits(field.bits()));
    }

    /// Removes `field`, one of those that the type keeps.
    pub fn remove(&mut self, field: Field) {
        self.fields.retain(|m| m.field != field);
    }

    fn insert(&mut self, field: Field, value: u128, mask: u128) {
        if mask == 0 {
            return;
        }
        match self.fields.binary_search_by_key(&field, |m| m.field) {
            Ok(position) => {
                let found = &mut self.fields[position];
                found.value = (found.value & !mask) | (value & mask);
                found.mask |= mask;
            }
            Err(position) => self.fields.insert(position, FieldMatch { field, value: value & mask, mask }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_registers_become_narrow_ones() {
        let mut m = Match::any();
        m.set(Field::xxreg(0), 0x7 << 64, 0xff << 64);
        m.set_exact(Field::xreg(4), 0x1_0000_0002);
        assert_eq!(m.get(Field::reg(1)), Some((7, 0xff)));
        assert_eq!(m.get(Field::reg(0)), None);
        assert_eq!(m.get(Field::reg(8)), Some((1, 0xffff_ffff)));
        assert_eq!(m.get(Field::reg(9)), Some((2, 0xffff_ffff)));
    }

    #[test]
    fn setting_bits_keeps_the_others() {
        let mut m = Match::any();
        m.set(Field::CT_STATE, 0x20, 0x20);
        m.set(Field::CT_STATE, 0, 0x02);
        assert_eq!(m.get(Field::CT_STATE), Some((0x20, 0x22)));
        m.remove(Field::CT_STATE);
        assert_eq!(m, Match::any());
    }

    #[test]
    fn vlan_fields_share_the_tag() {
        let mut m = Match::any();
        m.set_exact(Field::DL_VLAN, 5);
        m.set_exact(Field::DL_VLAN_PCP, 2);
        assert_eq!(m.fields(), [FieldMatch { field: Field::VLAN_TCI, value: 0x5005, mask: 0xffff }]);
    }
}
