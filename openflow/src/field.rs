//! Fields of packets and of their metadata.

use std::fmt;

use crate::field_info::FieldInfo;
use crate::field_table::{self, Single};
use crate::port::Port;

/// A field that Open vSwitch can match or change.
///
/// A value of a field is a `u128` whose lowest bit is the field's lowest; no field OVN uses is wider.
/// Wider `tun_metadata` fields are taken to have 128 bits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Field(u8);

/// Registers of 32 bits; two make an `xreg`, four an `xxreg`, the first being the most significant.
pub(crate) const REGISTERS: u8 = 32;
pub(crate) const TUNNEL_METADATA: u8 = 64;
pub(crate) const NSH_CONTEXTS: u8 = 4;

const REG: u8 = Single::COUNT as u8;
const XREG: u8 = REG + REGISTERS;
const XXREG: u8 = XREG + REGISTERS / 2;
const TUN_METADATA: u8 = XXREG + REGISTERS / 4;
const NSH_CONTEXT: u8 = TUN_METADATA + TUNNEL_METADATA;
const END: u8 = NSH_CONTEXT + NSH_CONTEXTS;

impl Field {
    /// The field of a place in the table.
    pub(crate) const fn at(place: u8) -> Field {
        assert!(place < END);
        Field(place)
    }

    pub(crate) const fn single(single: Single) -> Field {
        Field(single as u8)
    }

    /// 32-bit register `n`, below 32.
    pub const fn reg(n: u8) -> Field {
        assert!(n < REGISTERS);
        Field(REG + n)
    }

    /// 64-bit register `n`, below 16: `reg(2n)` above `reg(2n + 1)`.
    pub const fn xreg(n: u8) -> Field {
        assert!(n < REGISTERS / 2);
        Field(XREG + n)
    }

    /// 128-bit register `n`, below 8: `xreg(2n)` above `xreg(2n + 1)`.
    pub const fn xxreg(n: u8) -> Field {
        assert!(n < REGISTERS / 4);
        Field(XXREG + n)
    }

    /// Field `n`, below 64, of the metadata of a tunnel.
    pub const fn tun_metadata(n: u8) -> Field {
        assert!(n < TUNNEL_METADATA);
        Field(TUN_METADATA + n)
    }

    /// Context header `n`, from 1 to 4, of a Network Service Header.
    pub const fn nsh_context(n: u8) -> Field {
        assert!(n >= 1 && n <= NSH_CONTEXTS);
        Field(NSH_CONTEXT + n - 1)
    }

    /// What there is to know about it.
    pub fn info(self) -> &'static FieldInfo {
        &field_table::all()[usize::from(self.0)]
    }

    /// Its name in `ovs-ofctl`.
    pub fn name(self) -> &'static str {
        self.info().name
    }

    /// Its significant bits.
    pub fn bits(self) -> u32 {
        self.info().bits
    }

    /// Whether its length on the wire is what a table of the switch says (`tun_metadata`).
    pub const fn has_variable_length(self) -> bool {
        self.0 >= TUN_METADATA && self.0 < NSH_CONTEXT
    }

    /// Whether it makes sense to match or set `value`, of which other bits are not looked at
    /// (`mf_is_value_valid` in Open vSwitch).
    pub fn allows(self, value: u128) -> bool {
        let port = |value: u128| u32::try_from(value).is_ok_and(|number| Port::from_u32(number).is_some());
        match self {
            Field::IN_PORT_OXM | Field::ACTSET_OUTPUT => port(value),
            Field::IP_DSCP => value & !0xfc == 0,
            Field::VLAN_VID => value & !0x1fff == 0,
            Field::ARP_OP | Field::CT_STATE => value <= 0xff,
            Field::NSH_TTL => value <= 63,
            Field::NSH_MDTYPE => value == 1 || value == 2,
            Field::TUN_ERSPAN_IDX
            | Field::TUN_ERSPAN_VER
            | Field::TUN_ERSPAN_DIR
            | Field::TUN_ERSPAN_HWID => value & !self.info().whole_mask() == 0,
            _ => value & !self.info().full_mask() == 0,
        }
    }

    /// All fields.
    pub fn all() -> impl Iterator<Item = Field> {
        (0..END).map(Field)
    }

    /// The field that `ovs-ofctl` calls `name`, by its name or its older name.
    pub fn from_name(name: &str) -> Option<Field> {
        field_table::by_name().get(name).map(|&n| Field(n))
    }

    /// The field that has the code `name` in OXM or NXM, such as `NXM_NX_REG0` or `OXM_OF_ETH_SRC`.
    pub fn from_code_name(name: &str) -> Option<Field> {
        field_table::by_code_name(name)
    }

    /// The 32-bit registers that it is made of, most significant first; empty for anything else.
    pub fn registers(self) -> std::ops::Range<u8> {
        match self.0 {
            n if (REG..XREG).contains(&n) => (n - REG)..(n - REG + 1),
            n if (XREG..XXREG).contains(&n) => 2 * (n - XREG)..2 * (n - XREG) + 2,
            n if (XXREG..TUN_METADATA).contains(&n) => 4 * (n - XXREG)..4 * (n - XXREG) + 4,
            _ => 0..0,
        }
    }
}

impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The number whose lowest `count` bits are set.
pub fn low_bits(count: u32) -> u128 {
    if count >= 128 { u128::MAX } else { (1 << count) - 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_aliases_lead_back_to_the_field() {
        for field in Field::all() {
            assert_eq!(Field::from_name(field.name()), Some(field));
        }
        assert_eq!(Field::from_name("dl_src"), Some(Field::ETH_SRC));
        assert_eq!(Field::from_name("nw_src"), Some(Field::IPV4_SRC));
        assert_eq!(Field::from_name("nonsense"), None);
        assert_eq!(Field::from_code_name("OXM_OF_ETH_SRC"), Some(Field::ETH_SRC));
        assert_eq!(Field::from_code_name("NXM_NX_REG3"), Some(Field::reg(3)));
    }

    #[test]
    fn wide_registers_are_made_of_narrow_ones() {
        assert_eq!(Field::xxreg(1).registers(), 4..8);
        assert_eq!(Field::xreg(4).registers(), 8..10);
        assert_eq!(Field::reg(15).registers(), 15..16);
        assert!(Field::ETH_DST.registers().is_empty());
    }

    #[test]
    fn codes_depend_on_the_version() {
        let name = |f: Field, v| f.info().code(v).map(|c| (c.name, c.class, c.number));
        assert_eq!(name(Field::ETH_DST, 0), Some(("NXM_OF_ETH_DST", 0, 1)));
        assert_eq!(name(Field::ETH_DST, 5), Some(("OXM_OF_ETH_DST", 0x8000, 3)));
        assert_eq!(name(Field::reg(14), 5), Some(("NXM_NX_REG14", 1, 14)));
        assert_eq!(name(Field::xreg(4), 0), Some(("OXM_OF_PKT_REG4", 0x8001, 4)));
        assert_eq!(name(Field::xxreg(0), 5), Some(("NXM_NX_XXREG0", 1, 111)));
        assert_eq!(name(Field::SCTP_SRC, 0), Some(("OXM_OF_SCTP_SRC", 0x8000, 17)));
        assert_eq!(name(Field::DL_VLAN, 5), None);
    }
}
