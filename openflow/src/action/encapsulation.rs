//! Adding and removing headers (`encap` and `decap` of `ovs-actions`(7)).

/// The packet type that leaves it to the switch to find out what follows the removed header.
pub const PACKET_TYPE_OF_NEXT_HEADER: u32 = 0xfffe;

/// The names of packet types whose headers can be added.
pub(crate) const HEADERS: [(&str, u32); 4] =
    [("ethernet", 0), ("nsh", 0x1_894f), ("mpls", 0x1_8847), ("mpls_mc", 0x1_8848)];

/// The argument of [`Action::Encap`](crate::Action::Encap).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Encapsulation {
    /// The header to add, as namespace and type: 0 is Ethernet, 0x1_894f NSH, 0x1_8847 and 0x1_8848 MPLS.
    pub packet_type: u32,
    /// Bytes of the header; 0 leaves it to the switch.
    pub header_length: u16,
    /// What the header says.
    pub properties: Vec<EncapsulationProperty>,
}

/// A part of an added header.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum EncapsulationProperty {
    /// How the metadata of a Network Service Header are laid out: 1 fixed, 2 variable.
    NshMetadataType(u8),
    /// A piece of metadata of a Network Service Header.
    NshMetadata {
        /// Its class.
        class: u16,
        /// Its type.
        kind: u8,
        /// Its bytes, at most 124.
        data: Vec<u8>,
    },
}
