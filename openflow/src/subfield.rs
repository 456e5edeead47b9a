//! Consecutive bits of a field.

use std::fmt;

use crate::field::{Field, low_bits};

/// Bits `offset` to `offset + bits - 1` of a field, bit 0 being the lowest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Subfield {
    /// The field.
    pub field: Field,
    /// Its first bit.
    pub offset: u32,
    /// How many bits, at least one.
    pub bits: u32,
}

impl Subfield {
    /// All bits of `field`.
    pub fn whole(field: Field) -> Subfield {
        Subfield { field, offset: 0, bits: field.bits() }
    }

    /// Bits `offset` to `offset + bits - 1` of `field`.
    pub fn new(field: Field, offset: u32, bits: u32) -> Subfield {
        Subfield { field, offset, bits }
    }

    /// The mask of its bits in the field.
    pub fn mask(&self) -> u128 {
        low_bits(self.bits) << self.offset
    }

    /// Whether it has room for `number`.
    pub(crate) fn holds(&self, number: u16) -> bool {
        u32::from(number).checked_shr(self.bits).unwrap_or(0) == 0
    }

    /// Offset and width as Nicira's actions carry them: 10 bits and 6 bits, less one.
    pub fn offset_and_width(&self) -> u16 {
        (self.offset << 6 | (self.bits - 1)) as u16
    }
}

/// As `ovs-ofctl` writes it: `NXM_NX_REG0[]`, `NXM_OF_VLAN_TCI[12]`, `OXM_OF_PKT_REG4[0..15]`.
impl fmt::Display for Subfield {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.field.info().code(0).map_or(self.field.name(), |c| c.name))?;
        if self.offset == 0 && self.bits == self.field.bits() {
            f.write_str("[]")
        } else if self.bits == 1 {
            write!(f, "[{}]", self.offset)
        } else {
            write!(f, "[{}..{}]", self.offset, self.offset + self.bits - 1)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_whole_fields_single_bits_and_ranges() {
        assert_eq!(Subfield::whole(Field::reg(14)).to_string(), "NXM_NX_REG14[]");
        assert_eq!(Subfield::new(Field::xxreg(0), 96, 32).to_string(), "NXM_NX_XXREG0[96..127]");
        assert_eq!(Subfield::new(Field::xreg(4), 5, 1).to_string(), "OXM_OF_PKT_REG4[5]");
        assert_eq!(Subfield::whole(Field::METADATA).to_string(), "OXM_OF_METADATA[]");
    }
}
